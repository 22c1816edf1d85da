"""For the page Why multiply: on pixels that are black or white, a distance is a multiplication in disguise.

For a value x of 0 or 1, abs(x − w) = abs(w) + (abs(1 − w) − abs(w)) · x exactly: a straight line
through the values at 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES, distance, multiply
from explorer.engine.training import Run
from explorer.lessons.words import number, percent

Array = NDArray[np.floating]

HOW = (
    "The product is made out of the distance: on a value x of 0 or 1, abs(x − w) = abs(w) + (abs(1 − w) − abs(w)) × x. "
    "So each weight becomes abs(w) − abs(1 − w), which is 2w − 1 for a w between 0 and 1, and the bias gives up the "
    "sum of abs(w). **What remains of the difference:**"
)
_GREY = (0.1, 0.9)  # a pixel between these is called grey
_SLOPE_IMAGES = 500  # training images whose derivatives are listed


@dataclass(frozen=True)
class Disguise:
    """The multiply model made from a distance model, and the scores of both.

    Parameters
    ----------
    weights : (n_pixels,)
        Of the multiply model: abs(w) − abs(1 − w), in [-1, 1].
    bias : float
        Of the multiply model: b − Σ abs(w).
    by_distance, by_multiply : (n_test,)
        The scores of the test images by the two models.
    """

    weights: Array
    bias: float
    by_distance: Array
    by_multiply: Array

    @property
    def largest_gap(self) -> float:
        """The largest difference between the two scores of one image."""
        return float(np.abs(self.by_distance - self.by_multiply).max())

    @property
    def other_answers(self) -> int:
        """How many test images get different answers from the two models."""
        return int(np.count_nonzero((self.by_distance > 0) != (self.by_multiply > 0)))


def as_multiply(weights: Array, bias: float) -> tuple[Array, float]:
    """The weights and the bias of the multiply model that gives black-and-white images the same scores."""
    weights = np.asarray(weights, np.float64)
    return np.abs(weights) - np.abs(1 - weights), float(bias - np.abs(weights).sum())


def straight(values: Array, weight: float) -> Array:
    """What one pixel and its share of the bias add in the multiply model: −abs(w) + (abs(w) − abs(1 − w)) · x."""
    slope, offset = as_multiply(np.array([weight]), 0.0)
    return slope[0] * values + offset


def disguise(run: Run, dataset: Dataset) -> Disguise:
    """The multiply model made from a trained distance model, and the scores of the test images by both.

    Parameters
    ----------
    run : Run
        Of the score "distance".
    dataset : Dataset
        Its test images are scored.
    """
    # In double precision, so that a difference comes from the formulas and not from rounding.
    X = dataset.X_test.astype(np.float64)
    own, own_bias = run.weights[-1].astype(np.float64), float(run.biases[-1])
    weights, bias = as_multiply(own, own_bias)
    return Disguise(
        weights, bias,
        distance(X, own[None], np.array([own_bias]))[:, 0], multiply(X, weights[None], np.array([bias]))[:, 0],
    )


def grey_share(X: Array) -> float:
    """The share of pixels that are neither nearly black nor nearly white, in [0, 1]."""
    low, high = _GREY
    return float(np.mean((low < X) & (high > X)))


def sentence(pair: Disguise, dataset: Dataset, black_and_white: bool) -> str:
    """How far the two models differ on these images, and what to try next."""
    n = len(dataset.X_test)
    same = percent(1 - pair.other_answers / n)
    if black_and_white:
        most = f"at most {pair.largest_gap:.0e}" if pair.largest_gap else "exactly 0"
        return (
            f"With black-and-white pixels the two give all {n:,} test images the same score (the difference is {most}) "
            f"and {same} of them the same answer: abs was multiplication in disguise. Now go back to grey pixels."
        )
    return (
        f"With grey pixels the scores differ by up to {number(pair.largest_gap)}, and {pair.other_answers:,} of "
        f"{n:,} answers are others ({same} the same): {percent(grey_share(dataset.X_test))} of the pixels are grey, "
        f"between {_GREY[0]:g} and {_GREY[1]:g}. Now make them black or white."
    )


def what_remains(by_distance: Run, by_multiply: Run, pair: Disguise, dataset: Dataset) -> dict[str, list[str]]:
    """What still distinguishes a distance model and a multiply model trained on the same data: a table.

    Returns
    -------
    dict
        Column titles to cells.
    """
    own, product = by_distance.weights[-1], by_multiply.weights[-1]
    n_images = len(dataset.X_train)

    def slopes(run: Run) -> str:
        images = dataset.X_train[:_SLOPE_IMAGES]
        found = np.unique(SCORES[run.settings.score].pixel_derivative(images, run.weights[-1]))
        if len(found) <= 3:
            return "only " + " or ".join(number(value, "g") for value in found)
        return f"{len(found)} sizes from {number(found[0], 'g')} to {number(found[-1], 'g')}"

    return {
        "": [
            "what full ink can add over none", "slopes by a weight, over all pixels", "the bias it needs",
            f"one visit to {n_images:,} images",
        ],
        "multiply": [
            f"any number; here {number(product.min())} to {number(product.max())}",
            slopes(by_multiply), number(by_multiply.biases[-1]), _per_epoch(by_multiply),
        ],
        "distance": [
            f"−1 to 1 whatever the weight; here {number(pair.weights.min())} to {number(pair.weights.max())} "
            f"(weights {number(own.min())} to {number(own.max())})",
            slopes(by_distance), number(by_distance.biases[-1]), f"{_per_epoch(by_distance)}, no matrix product",
        ],
    }


def _per_epoch(run: Run) -> str:
    return f"{1000 * run.seconds / run.settings.epochs:.2g}\N{NO-BREAK SPACE}ms"
