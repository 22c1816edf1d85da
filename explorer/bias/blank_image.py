"""The blank image: what is left when there is nothing to see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.bias.common import Array
from explorer.explanations import number, percent
from explorer.losses import sigmoid
from explorer.scores import SCORES
from explorer.settings import Settings
from explorer.training import Run, scores_of

RANDOM_WEIGHTS = 40  # sets of random weights shown beside each other
_WEIGHT_DRAW = 3  # a generator apart from those of the training (0 and 1)


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
    """Many models of the same images: weights (n_models, n_pixels), biases (n_models,)."""

    weights: Array
    biases: Array


@dataclass(frozen=True, eq=False)
class BlankScores:
    """Of many models, the scores of the blank image and of another, and the biases: (n_models,) each."""

    blank: Array
    biases: Array
    other: Array


def learned_models(run: Run) -> Models:
    """The models of a run, epoch by epoch, as far as their numbers are finite."""
    return Models(run.weights[: run.last_epoch + 1], run.biases[: run.last_epoch + 1])


def random_models(settings: Settings, n_pixels: int, bias: float) -> Models:
    """Weights as a training may start with, many times over, all with one bias; 0 where ``settings`` have none."""
    generator = np.random.default_rng([settings.seed, _WEIGHT_DRAW])
    start = SCORES[settings.score].start
    weights = np.array([start(generator, n_pixels) for _ in range(RANDOM_WEIGHTS)], np.float32)
    return Models(weights, np.full(RANDOM_WEIGHTS, bias if settings.bias else 0.0, np.float32))


def paper(n_pixels: int, inverted: bool) -> Array:
    """An image without ink: all 0, or all 1 where the images are inverted."""
    return np.full(n_pixels, float(inverted), np.float32)


def blank(settings: Settings, weights: Array, bias: float) -> Blank:
    """What a model with these weights and bias makes of an image without ink.

    Parameters
    ----------
    settings : Settings
        The score, and whether images are inverted.
    weights : (n_pixels,)
    bias : float
    """
    values = paper(len(weights), settings.inverted)
    score = float(scores_of(values[None], settings, weights, bias)[0])
    return Blank(values, weights, SCORES[settings.score].parts(values, weights), bias, score)


def blank_scores(settings: Settings, models: Models, image: Array) -> BlankScores:
    """The scores of the blank image and of another by many models."""
    forward = SCORES[settings.score].forward
    sheet = paper(len(image), settings.inverted)
    scores = forward(np.array([sheet, image]), models.weights, models.biases)
    return BlankScores(scores[0], models.biases, scores[1])


def blank_title(settings: Settings, digit: int) -> str:
    """The claim of the picture of scores, in Markdown, in its colours."""
    if settings.score == "distance" or settings.inverted:
        return f":violet[The bias]; the weights move the :red[blank sheet] as well as :gray[a {digit}]"
    return f"The :red[blank sheet] scores the :violet[bias], :gray[a {digit}] does not"


def blank_sentence(sheet: Blank, settings: Settings) -> str:
    """The score of the blank image, in words."""
    first, second = settings.digits
    total = float(sheet.parts.sum(dtype=np.float64))
    answer = first if sheet.score > 0 else second
    chance = percent(float(sigmoid(np.array(sheet.score))))
    value = "1" if settings.inverted else "0"
    begin = f"On a blank sheet all {len(sheet.values)} values are {value}"
    sums = f"{number(total + 0.0)} + bias {number(sheet.bias)} = score {number(sheet.score)}"
    ends = f"a probability of {chance} for {first}: it answers {answer}."
    if settings.score == "distance":
        return (
            f"{begin}, so each pixel takes away its distance to its weight: {sums}, {ends} "
            "With this score paper has a say of its own; the bias must make up for it."
        )
    if settings.inverted:
        return (
            f"{begin}, so the paper speaks with the sum of all weights: {sums}, {ends} "
            "Inverted, a blank sheet's score depends on every weight."
        )
    says = (
        "The bias is what the model says before it has seen any ink." if settings.bias
        else "Without a bias that is so with all weights: 0 is not above 0."
    )
    return f"{begin}, and 0 × any weight is 0: {sums}, {ends} {says}"
