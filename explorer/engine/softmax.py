"""All ten digits at once: ten scores for an image, one for each digit, and the largest is the answer.

Each digit has a row of weights and a bias of its own, and all are trained together: softmax turns the ten scores into
ten probabilities that sum to 1, and the loss, cross-entropy, is -log of the one that the true digit gets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import TenDigits
from explorer.engine.losses import Array
from explorer.engine.settings import Settings
from explorer.engine.training import batch_orders, read_only_while_finite

N_DIGITS = 10


@dataclass(frozen=True)
class TenRun:
    """What one training of all ten digits gave. Index 0 of every array is the start; NaN from where it diverged.

    Parameters
    ----------
    settings : Settings
    weights : (epochs + 1, 10, n_pixels)
    biases : (epochs + 1, 10)
    train_loss, test_loss : (epochs + 1,)
        Means over the images, without the penalty.
    train_accuracy, test_accuracy : (epochs + 1,)
        Shares of right answers, in [0, 1].
    diverged_at : int or None
    """

    settings: Settings
    weights: Array
    biases: Array
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array
    diverged_at: int | None

    @property
    def last_epoch(self) -> int:
        """The last epoch that still has finite numbers."""
        return self.settings.epochs if self.diverged_at is None else self.diverged_at - 1


def softmax(scores: Array) -> Array:
    """exp(score) / Σ exp(scores) along the last axis; the largest is taken off first, so that exp cannot overflow."""
    small = np.exp(scores - scores.max(-1, keepdims=True))
    shares: Array = small / small.sum(-1, keepdims=True)
    return shares


def cross_entropy(scores: Array, truth: Array) -> Array:
    """-log of the probability of the true digit; ``truth`` is 1 there and 0 elsewhere, both (…, 10)."""
    above = scores - scores.max(-1, keepdims=True)
    loss: Array = np.log(np.exp(above).sum(-1)) - (truth * above).sum(-1)
    return loss


def cross_entropy_derivative(scores: Array, truth: Array) -> Array:
    """With respect to each of the ten scores: probability - truth."""
    return softmax(scores) - truth


def train_ten(digits: TenDigits, settings: Settings, progress: Callable[[float], None] | None = None) -> TenRun:
    """Train weights and biases for all ten digits from zeros, batch by batch in the orders of ``training``.

    Parameters
    ----------
    digits : TenDigits
    settings : Settings
        ``learning_rate``, ``batch_size``, ``epochs``, ``seed``, ``l2`` and ``bias`` are read.
    progress : callable (share), optional
        As for ``train_many``.
    """
    X, truth = digits.X_train, np.eye(N_DIGITS, dtype=digits.X_train.dtype)[digits.y_train]
    weights = np.zeros((settings.epochs + 1, N_DIGITS, X.shape[1]), X.dtype)
    biases = np.zeros((settings.epochs + 1, N_DIGITS), X.dtype)
    report, rate, l2 = progress or (lambda share: None), settings.learning_rate, settings.l2
    with np.errstate(over="ignore", invalid="ignore"):  # a run may diverge: that is a result
        for epoch, order in enumerate(islice(batch_orders(len(X), settings), settings.epochs), 1):
            w, b = weights[epoch - 1].copy(), biases[epoch - 1].copy()
            for i, rows in enumerate(order):
                report(0.75 * (epoch - 1 + i / len(order)) / settings.epochs)
                slopes = cross_entropy_derivative(X[rows] @ w.T + b, truth[rows]) / len(X[rows])
                w -= rate * (slopes.T @ X[rows] + l2 * w)
                b -= rate * settings.bias * slopes.sum(0)
            weights[epoch], biases[epoch] = w, b
        train_loss, train_accuracy = _measures(X, digits.y_train, weights, biases)
        test_loss, test_accuracy = _measures(digits.X_test, digits.y_test, weights, biases)
    report(1.0)
    measures = train_loss, test_loss, train_accuracy, test_accuracy
    diverged_at = read_only_while_finite([weights.reshape(len(weights), -1), biases, *measures])
    weights.flags.writeable = False
    return TenRun(settings, weights, biases, *measures, diverged_at)


def _measures(X: Array, y: NDArray[np.uint8], weights: Array, biases: Array) -> tuple[Array, Array]:
    """Mean loss and accuracy by epoch."""
    truth = np.eye(N_DIGITS, dtype=X.dtype)[y]
    scores = (X @ w.T + b for w, b in zip(weights, biases, strict=True))
    found = [(cross_entropy(s, truth).mean(dtype=float), (s.argmax(1) == y).mean()) for s in scores]
    loss, accuracy = np.array(found).T
    return loss.copy(), accuracy.copy()
