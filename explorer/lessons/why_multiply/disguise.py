"""For the page Why multiply: on pixels that are black or white, a distance is a multiplication in disguise.

For a value x of 0 or 1, abs(x − w) = abs(w) + (abs(1 − w) − abs(w)) · x exactly: a straight line
through the values at 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.scores import distance, multiply
from explorer.engine.training import Run
from explorer.lessons.words import number, percent

Array = NDArray[np.floating]

_words = texts.of("why_multiply")

_GREY = (0.1, 0.9)  # a pixel between these is called grey


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
    total = f"{len(dataset.X_test):,}"
    if black_and_white:
        return _words("disguise.saw.same", total=total)
    return _words(
        "disguise.saw.grey", gap=number(pair.largest_gap, ".1f"), count=f"{pair.other_answers:,}", total=total,
        grey=percent(grey_share(dataset.X_test)),
    )


def what_remains(by_distance: Run, by_multiply: Run) -> dict[str, list[str]]:
    """What still distinguishes a distance model and a multiply model trained on the same data: a table.

    Returns
    -------
    dict
        Column titles to cells.
    """
    product = by_multiply.weights[-1]
    return {
        "": [_words(f"disguise.remains.{row}") for row in ("ink", "bias", "right")],
        _words("sums.multiply"): [
            _words("disguise.remains.ink_product", low=number(product.min(), ".1f"), high=number(product.max(), ".1f")),
            number(by_multiply.biases[-1], ".1f"), percent(by_multiply.test_accuracy[-1]),
        ],
        _words("sums.distance"): [
            _words("disguise.remains.ink_distance"),
            _words("disguise.remains.bias_distance", bias=number(by_distance.biases[-1], ".0f")),
            percent(by_distance.test_accuracy[-1]),
        ],
    }
