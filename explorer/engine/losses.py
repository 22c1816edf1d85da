"""Losses: how wrong a score is, each with its derivative with respect to the score.

Pointwise functions: they know scores and truths, nothing of pixels and weights, and they do not
average; ``training.py`` does that, once. A new loss is one more entry in ``LOSSES``.

Scores may be any shape; ``truth`` is 1 or 0 and broadcasts against them. Results have the shape
and the floating type of the scores. Nothing here overflows, however large a score is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Loss:
    """One loss.

    Parameters
    ----------
    key : str
        Its name in tables, settings and links.
    value, derivative : callable (score, truth) -> array
        The loss of each image, and its derivative with respect to the score.
    formula : str
        The loss of one image, in LaTeX: ``s`` the score, ``p`` the probability, ``t`` the truth.
    explanation : str
        What it measures, in one plain sentence.
    pixelwise : bool
        True for a loss that reads minus the mean of abs(value - weight) over the pixels, neither the
        model's score nor the bias.
    flat : bool
        True where the derivative is 0 everywhere, so that nothing can be learned from it.
    """

    key: str
    value: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]
    formula: str
    explanation: str
    pixelwise: bool = False
    flat: bool = False

    @property
    def label(self) -> str:
        """The name for people. It also stands in links: changing one breaks old links."""
        return self.key.replace("_", " ")


def sigmoid(score: Array) -> Array:
    """1 / (1 + exp(-score)), written so that exp never sees a large positive number."""
    small = np.exp(-np.abs(score))
    probability: Array = np.where(score >= 0, 1, small) / (1 + small)
    return probability


def _sigmoid_derivative(score: Array) -> Array:
    """p (1 - p) without the cancellation of 1 - p at large scores."""
    small = np.exp(-np.abs(score))
    derivative: Array = small / np.square(1 + small)
    return derivative


def log_loss(score: Array, truth: Array) -> Array:
    """-log of the probability given to the true digit: log(1 + exp(score)) - truth * score."""
    # log(1 + exp(s)) = max(s, 0) + log1p(exp(-|s|)): what logaddexp(0, s) computes, ten times faster.
    return np.maximum(score, 0) + np.log1p(np.exp(-np.abs(score))) - truth * score


def log_loss_derivative(score: Array, truth: Array) -> Array:
    """probability - truth."""
    return sigmoid(score) - truth


def absolute_error(score: Array, truth: Array) -> Array:
    """abs(probability - truth), ``mnist_loss`` in chapter 4 of fastbook."""
    # sigmoid(-s) is 1 - p, exact where p itself would round to 1.
    return sigmoid(np.where(truth > 0, -score, score))


def absolute_error_derivative(score: Array, truth: Array) -> Array:
    """-p (1 - p) where truth is 1, p (1 - p) where it is 0. No corner: p never reaches the truth."""
    return (1 - 2 * truth) * _sigmoid_derivative(score)


def squared_error(score: Array, truth: Array) -> Array:
    """(probability - truth) squared."""
    return np.square(absolute_error(score, truth))


def squared_error_derivative(score: Array, truth: Array) -> Array:
    """2 (p - truth) p (1 - p)."""
    return 2 * absolute_error(score, truth) * absolute_error_derivative(score, truth)


def hinge(score: Array, truth: Array) -> Array:
    """max(0, 1 - score) where truth is 1, max(0, 1 + score) where it is 0."""
    return np.maximum(0, 1 - (2 * truth - 1) * score)


def hinge_derivative(score: Array, truth: Array) -> Array:
    """-1 or 1 while the score is on the wrong side of the margin, else 0; 0 at the corner itself."""
    sign = 2 * truth - 1
    return np.where(sign * score < 1, -sign, 0).astype(score.dtype)


def zero_one(score: Array, truth: Array) -> Array:
    """1 if the answer is wrong, else 0. A score of exactly 0 answers the second digit."""
    wrong: Array = ((score > 0) != (truth > 0)).astype(score.dtype)
    return wrong


def zero_one_derivative(score: Array, truth: Array) -> Array:
    """0 everywhere, also at the jump, where there is no derivative."""
    return np.zeros(np.broadcast_shapes(score.shape, np.shape(truth)), score.dtype)


def pixel_distance(score: Array, truth: Array) -> Array:
    """Mean over the pixels of abs(value - weight); ``score`` is minus that mean, ``truth`` is ignored."""
    return -np.broadcast_to(score, np.broadcast_shapes(score.shape, np.shape(truth)))


def pixel_distance_derivative(score: Array, truth: Array) -> Array:
    """-1 everywhere, whatever the image shows."""
    return np.full(np.broadcast_shapes(score.shape, np.shape(truth)), -1, score.dtype)


LOSSES: dict[str, Loss] = {
    loss.key: loss
    for loss in (
        Loss(
            "log_loss", log_loss, log_loss_derivative,
            r"-\log p_{\text{true}}",
            "Minus the logarithm of the probability given to the true digit: "
            "small when right, large when sure and wrong.",
        ),
        Loss(
            "absolute_error", absolute_error, absolute_error_derivative, r"\lvert p - t \rvert",
            "abs(probability − truth): how far the probability is from the true answer, 1 or 0. "
            "This is where an abs belongs.",
        ),
        Loss(
            "squared_error", squared_error, squared_error_derivative, r"(p - t)^2",
            "(probability − truth)²: far off counts more than a little off.",
        ),
        Loss(
            "hinge", hinge, hinge_derivative, r"\max\left(0,\ 1 - (2t - 1)\, s\right)",
            "How much the score lacks to be at least 1 on the right side of 0; then nothing.",
        ),
        Loss(
            "zero_one", zero_one, zero_one_derivative, r"\text{1 if wrong, else 0}",
            "1 for a wrong answer, 0 for a right one: what we want, but flat everywhere.",
            flat=True,
        ),
        Loss(
            "pixel_distance", pixel_distance, pixel_distance_derivative,
            r"\frac{1}{n} \sum_j \lvert x_j - w_j \rvert",
            "Mean of abs(value − weight) over the pixels: the learner's idea taken word for word. "
            "The true digit is not in it.",
            pixelwise=True,
        ),
    )
}
