"""For the page Compare losses: each loss and its derivative as curves over the score, and what to see in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.losses import LOSSES, sigmoid
from explorer.lessons.words import number

Array = NDArray[np.floating]

_words = texts.of("compare_losses")

SCORES = np.linspace(-10, 10, 201)  # 0, the margins −1 and 1, and VERY_WRONG are among them
VERY_WRONG = -8.0  # a score of an image of the first digit


@dataclass(frozen=True)
class Shape:
    """The curves of one loss.

    Parameters
    ----------
    key : str
        A key of ``LOSSES``.
    values, derivatives : (2, n_scores)
        For an image of the first digit, then for one of the second, at ``SCORES``.
    """

    key: str
    values: Array
    derivatives: Array


def shapes() -> list[Shape]:
    """The curves of every loss that depends on the score."""
    truth = np.array([[1.0], [0.0]])
    return [
        Shape(loss.key, loss.value(SCORES[None], truth), loss.derivative(SCORES[None], truth))
        for loss in LOSSES.values() if not loss.pixelwise
    ]


def _at(key: str, score: float, what: str) -> float:
    """The "value" or the "derivative" of a loss at a score, for an image of the first digit."""
    return float(getattr(LOSSES[key], what)(np.array([score]), np.array([1.0]))[0])


def sentences(digits: tuple[int, int]) -> list[str]:
    """What to see in the curves, with numbers, in Markdown."""
    first = digits[0]
    probability = float(sigmoid(np.array(VERY_WRONG)))
    zero_one = LOSSES["zero_one"].derivative(SCORES[None], np.array([[1.0], [0.0]]))
    by_log, by_square = (_at(key, VERY_WRONG, "derivative") for key in ("log_loss", "squared_error"))
    wrong, right = _at("hinge", 0.95, "derivative"), _at("hinge", 1.05, "derivative")
    weak = _at("log_loss", 1.05, "derivative")
    return [
        _words("shapes.zero_one", slope=number(np.abs(zero_one).max(), "g")),
        _words(
            "shapes.squared", digit=first, score=number(VERY_WRONG, "g"), probability=f"{probability:.1g}",
            by_log=number(by_log, ".2g"), by_square=number(by_square, ".2g"), times=f"{by_log / by_square:,.0f}",
        ),
        _words(
            "shapes.hinge", digit=first, wrong=number(wrong, "g"), right=number(right, "g"), weak=number(weak, ".2g"),
        ),
    ]
