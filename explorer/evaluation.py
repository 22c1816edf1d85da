"""How good models are at every epoch: loss and accuracy of many models, from all their weights at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.losses import LOSSES, Loss
from explorer.scores import SCORES, Score, mean_distance
from explorer.settings import Settings

Array = NDArray[np.floating]

# The most scores computed at a time: 4 MB of float32.
_SCORES_AT_ONCE = 2**20


def loss_blocks(settings: Sequence[Settings]) -> list[tuple[Loss, slice]]:
    """Each loss with the columns of scores that it is for; equal losses stand side by side."""
    blocks: list[tuple[Loss, slice]] = []
    for i, s in enumerate(settings):
        loss = LOSSES[s.loss]
        first = blocks.pop()[1].start if blocks and blocks[-1][0] is loss else i
        blocks.append((loss, slice(first, i + 1)))
    return blocks


def evaluate(
    score: Score, X: Array, truth: Array, settings: Sequence[Settings], weights: Array, biases: Array,
    tell: Callable[[int], None],
) -> tuple[Array, Array]:
    """Mean loss and accuracy of every model at every epoch: two arrays (n_models, epochs + 1).

    The scores of all of them come from one product, taken in blocks of images.

    Parameters
    ----------
    score : Score
        The one that is trained.
    X : (n_samples, n_pixels)
    truth : (n_samples, 1)
    settings : sequence of n_models Settings
        Equal losses side by side.
    weights : (n_models, epochs + 1, n_pixels)
    biases : (n_models, epochs + 1)
    tell : callable (n)
        Told now and then how many of the images are done.
    """
    n_models, n_epochs, n_pixels = weights.shape
    flat_weights, flat_biases = weights.reshape(-1, n_pixels), biases.reshape(-1)
    blocks = loss_blocks(settings)
    loss_sum = np.zeros((n_models, n_epochs))
    right_sum = np.zeros((n_models, n_epochs))
    rows_at_once = max(1, _SCORES_AT_ONCE // (n_models * n_epochs))
    for first in range(0, len(X), rows_at_once):
        tell(first)
        images, labels = X[first : first + rows_at_once], truth[first : first + rows_at_once, :, None]
        scores = score.forward(images, flat_weights, flat_biases).reshape(-1, n_models, n_epochs)
        right_sum += np.count_nonzero((scores > 0) == (labels > 0), axis=0)
        for loss, cols in blocks:
            loss_sum[cols] += loss.value(scores[:, cols], labels).sum(0, dtype=np.float64)
    return loss_sum / len(X), right_sum / len(X)


def evaluate_pixelwise(
    score: Score, X: Array, truth: Array, settings: Sequence[Settings], weights: Array, biases: Array,
    tell: Callable[[int], None],
) -> tuple[Array, Array]:
    """The same for losses that read minus the mean distance; by which score a model answers is another choice."""
    n_models, n_epochs, n_pixels = weights.shape
    tell(0)
    distances = mean_distance(X, weights.reshape(-1, n_pixels)).reshape(n_models, n_epochs)
    right = np.empty((n_models, n_epochs))
    for m, s in enumerate(settings):
        tell(len(X) * m // n_models)
        answers_by = SCORES[s.score]
        # Without a bias a negative score is never above 0: no need to work it out.
        above = (
            np.zeros((1, 1), bool) if answers_by.sign == "negative"
            else answers_by.forward(X, weights[m], biases[m]) > 0
        )
        right[m] = ((truth > 0) == above).mean(0)
    return distances, right
