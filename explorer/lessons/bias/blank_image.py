"""For the page Bias: the score of an image without ink, by trained and by random models."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from explorer import texts
from explorer.engine.losses import sigmoid
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, scores_of
from explorer.lessons.bias.common import Array
from explorer.lessons.sums import HUNDREDTHS, decimal
from explorer.lessons.words import chance, number

RANDOM_WEIGHTS = 40  # the number of random models
_WEIGHT_DRAW = 3  # the stream of a generator; training uses 0 and 1, pixels.py 2
_words = texts.of("bias")


@dataclass(frozen=True)
class Blank:
    """The score of an image without ink.

    Parameters
    ----------
    values, weights, parts : (n_pixels,)
        ``parts`` is what each pixel adds to the score.
    bias, score : float
    """

    values: Array
    weights: Array
    parts: Array
    bias: float
    score: float

    @property
    def total(self) -> Decimal:
        """The sum of the parts, as shown."""
        return decimal(float(self.parts.sum(dtype=np.float64)), HUNDREDTHS)


@dataclass(frozen=True, eq=False)
class Models:
    """Several models of the same images: weights (n_models, n_pixels), biases (n_models,)."""

    weights: Array
    biases: Array


@dataclass(frozen=True, eq=False)
class BlankScores:
    """For several models, the scores of the blank image and of another, and the biases: (n_models,) each."""

    blank: Array
    biases: Array
    other: Array


def learned_models(run: Run) -> Models:
    """The models of a run after each epoch with finite numbers."""
    return Models(run.weights[: run.last_epoch + 1], run.biases[: run.last_epoch + 1])


def random_models(settings: Settings, n_pixels: int, bias: float) -> Models:
    """``RANDOM_WEIGHTS`` models with random starting weights and the same bias, or 0 where ``settings`` have none."""
    generator = np.random.default_rng([settings.seed, _WEIGHT_DRAW])
    start = SCORES[settings.score].start
    weights = np.array([start(generator, n_pixels) for _ in range(RANDOM_WEIGHTS)], np.float32)
    return Models(weights, np.full(RANDOM_WEIGHTS, bias if settings.bias else 0.0, np.float32))


def paper_values(n_pixels: int, inverted: bool) -> Array:
    """An image without ink: all 0, or all 1 where the images are inverted."""
    return np.full(n_pixels, float(inverted), np.float32)


def blank(settings: Settings, weights: Array, bias: float) -> Blank:
    """The score of an image without ink by a model with these weights and bias.

    Parameters
    ----------
    settings : Settings
        Only the score and whether images are inverted are read.
    weights : (n_pixels,)
    bias : float
    """
    values = paper_values(len(weights), settings.inverted)
    score = float(scores_of(values[None], settings, weights, bias)[0])
    return Blank(values, weights, SCORES[settings.score].parts(values, weights), bias, score)


def blank_scores(settings: Settings, models: Models, image: Array) -> BlankScores:
    """The scores of the blank image and of another, ``image``, by several models."""
    forward = SCORES[settings.score].forward
    sheet = paper_values(len(image), settings.inverted)
    scores = forward(np.array([sheet, image]), models.weights, models.biases)
    return BlankScores(scores[0], models.biases, scores[1])


def blank_lead(settings: Settings) -> str:
    """What lies on the balance, in Markdown."""
    if SCORES[settings.score].sign == "negative":
        return _words("blank.lead_distance_inverted" if settings.inverted else "blank.lead_distance")
    if settings.inverted:
        return _words("blank.lead_inverted")
    return _words("blank.lead" if settings.bias else "blank.lead_no_bias")


def blank_title(settings: Settings, digit: int) -> str:
    """The title of the picture of scores, in Markdown."""
    if settings.inverted or SCORES[settings.score].sign == "negative":
        return _words("blank.compared_moves", digit=digit)
    return _words("blank.compared" if settings.bias else "blank.compared_no_bias", digit=digit)


def blank_sentence(sheet: Blank, settings: Settings, is_random: bool) -> str:
    """How the score of the blank image comes about, as text.

    Parameters
    ----------
    sheet : Blank
    settings : Settings
        Of the model.
    is_random : bool
        Whether the weights are random, and the bias is the visitor's.
    """
    first, second = settings.digits
    if SCORES[settings.score].sign == "negative":
        name = "distance" if settings.bias else "distance_no_bias"
    elif settings.inverted:
        name = "inverted"
    elif not settings.bias:
        name = "no_bias"
    else:
        name = "random" if is_random else "learned"
    return _words(
        f"blank.saw.{name}", total=number(float(sheet.total)), bias=number(sheet.bias),
        score=number(float(sheet.total + decimal(sheet.bias, HUNDREDTHS))),  # so that the shown numbers add up
        first=first, chance=chance(float(sigmoid(np.array(sheet.score)))), answer=first if sheet.score > 0 else second,
        count=f"{len(sheet.values):,}",
    )
