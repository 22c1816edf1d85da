"""For the page Bias: the score of an image without ink, by trained and by random models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.losses import sigmoid
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, scores_of
from explorer.lessons.bias.common import Array
from explorer.lessons.words import number, percent

RANDOM_WEIGHTS = 40  # the number of random models
_WEIGHT_DRAW = 3  # the stream of a generator; training uses 0 and 1, pixels.py 2


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


def blank_title(settings: Settings, digit: int) -> str:
    """The title of the picture of scores: its claim, in Markdown, with the names in its colours."""
    if SCORES[settings.score].sign == "negative" or settings.inverted:
        return f":violet[The bias]; the weights move the :red[blank sheet] as well as :gray[a {digit}]"
    return f"The :red[blank sheet] scores the :violet[bias], :gray[a {digit}] does not"


def blank_sentence(sheet: Blank, settings: Settings) -> str:
    """How the score of the blank image comes about, as text."""
    first, second = settings.digits
    total = float(sheet.parts.sum(dtype=np.float64))
    answer = first if sheet.score > 0 else second
    chance = percent(float(sigmoid(np.array(sheet.score))))
    value = "1" if settings.inverted else "0"
    values = f"On a blank sheet all {len(sheet.values)} values are {value}"
    sums = f"{number(total + 0.0)} + bias {number(sheet.bias)} = score {number(sheet.score)}"
    result = f"a probability of {chance} for {first}: it answers {answer}."
    if SCORES[settings.score].sign == "negative":
        return (
            f"{values}, so each pixel takes away its distance to its weight: {sums}, {result} "
            "With this score paper has a say of its own; the bias must make up for it."
        )
    if settings.inverted:
        return (
            f"{values}, so the paper speaks with the sum of all weights: {sums}, {result} "
            "Inverted, a blank sheet's score depends on every weight."
        )
    meaning = (
        "The bias is what the model says before it has seen any ink." if settings.bias
        else "Without a bias that is so with all weights: 0 is not above 0."
    )
    return f"{values}, and 0 × any weight is 0: {sums}, {result} {meaning}"
