"""Loss and accuracy of many models at every epoch, from all their weights at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.layers import score_of
from explorer.engine.losses import LOSSES, Array, Loss
from explorer.engine.schedule import last_epochs, leg_at
from explorer.engine.scores import SCORES, Score, mean_distance
from explorer.engine.settings import Settings

# Most scores per block: 4 MB of float32.
_SCORES_AT_ONCE = 2**20
FEW_EPOCHS = 3  # up to here, models that share a start are measured there once: it is up to half of the work


def loss_blocks(settings: Sequence[Settings]) -> list[tuple[Loss, slice]]:
    """Each loss with its columns of scores; equal losses must stand side by side."""
    blocks: list[tuple[Loss, slice]] = []
    for i, s in enumerate(settings):
        loss = LOSSES[s.loss]
        first = blocks.pop()[1].start if blocks and blocks[-1][0] is loss else i
        blocks.append((loss, slice(first, i + 1)))
    return blocks


def loss_parts(settings: Sequence[Settings], n_epochs: int) -> list[tuple[Loss, slice, slice]]:
    """Each loss with its models and its epochs, from 0 on: one part for a block of models, unless they have legs."""
    if not any(s.legs for s in settings):
        return [(loss, models, slice(0, n_epochs)) for loss, models in loss_blocks(settings)]
    ends = sorted({last + 1 for s in settings for last in last_epochs(s)})
    return [
        (loss, models, slice(first, end)) for first, end in pairwise([0, *ends])
        for loss, models in loss_blocks([leg_at(s, first) for s in settings])
    ]


def curves(
    dataset: Dataset, n_images: int, settings: Sequence[Settings], weights: Array, biases: Array,
    progress: Callable[[float], None],
) -> list[Array]:
    """Training loss, test loss, training accuracy and test accuracy of models at many moments: (n_models, n_moments).

    Parameters
    ----------
    dataset : Dataset
    n_images : int
        How many training images, from the first one on.
    settings : sequence of n_models Settings
        Of one group of ``training.groups``.
    weights : (n_models, n_moments, n_weights)
    biases : (n_models, n_moments)
    progress : callable (share)
        Called after each block of images with the share that is done.
    """
    if not biases.size:
        return [np.empty(biases.shape) for _ in range(4)]
    n_all = n_images + len(dataset.X_test)
    pixelwise = LOSSES[settings[0].loss].pixelwise  # of all in the group, or of none
    score, measure = (SCORES["distance"], evaluate_pixelwise) if pixelwise else (score_of(settings[0]), evaluate)

    def of(images: Array, labels: Array, before: int) -> tuple[Array, Array]:
        return measure(
            score, images, labels[:, None], settings, weights, biases, lambda n: progress((before + n) / n_all)
        )

    train_loss, train_accuracy = of(dataset.X_train[:n_images], dataset.y_train[:n_images], 0)
    test_loss, test_accuracy = of(dataset.X_test, dataset.y_test, n_images)
    return [train_loss, test_loss, train_accuracy, test_accuracy]


def evaluate(
    score: Score, X: Array, truth: Array, settings: Sequence[Settings], weights: Array, biases: Array,
    progress: Callable[[int], None],
) -> tuple[Array, Array]:
    """Mean loss and accuracy of every model at every epoch: two arrays (n_models, epochs + 1).

    All scores come from one matrix product, taken in blocks of images.

    Parameters
    ----------
    score : Score
        The trained one.
    X : (n_samples, n_pixels)
    truth : (n_samples, 1)
    settings : sequence of n_models Settings
        Equal losses side by side.
    weights : (n_models, epochs + 1, n_weights)
    biases : (n_models, epochs + 1)
    progress : callable (n)
        Called after each block with the number of images done.
    """
    n_models, n_epochs, n_weights = weights.shape
    flat_weights, flat_biases = weights.reshape(-1, n_weights), biases.reshape(-1)
    places = None
    if n_models > 1 and n_epochs <= FEW_EPOCHS + 1:
        chosen, places = _distinct(weights, biases)
        flat_weights, flat_biases = flat_weights[chosen], flat_biases[chosen]
    parts = loss_parts(settings, n_epochs)
    loss_sum = np.zeros((n_models, n_epochs))
    right_sum = np.zeros((n_models, n_epochs))
    rows_at_once = max(1, _SCORES_AT_ONCE // (n_models * n_epochs))
    for first in range(0, len(X), rows_at_once):
        progress(first)
        images, labels = X[first : first + rows_at_once], truth[first : first + rows_at_once, :, None]
        scores = score.forward(images, flat_weights, flat_biases)
        scores = scores.reshape(-1, n_models, n_epochs) if places is None else np.take(scores, places, axis=1)
        right_sum += np.count_nonzero((scores > 0) == (labels > 0), axis=0)
        for loss, models, epochs in parts:
            loss_sum[models, epochs] += loss.value(scores[:, models, epochs], labels).sum(0, dtype=np.float64)
    return loss_sum / len(X), right_sum / len(X)


def _distinct(weights: Array, biases: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which models, counted through all epochs, differ from the starts before; and where among these each one is."""
    at = np.arange(biases.size).reshape(biases.shape)
    starts = np.column_stack([weights[:, 0], biases[:, 0]])
    _, first, same = np.unique(starts, axis=0, return_index=True, return_inverse=True)
    at[:, 0] = at[first[same], 0]
    return np.unique(at, return_inverse=True)


def evaluate_pixelwise(
    score: Score, X: Array, truth: Array, settings: Sequence[Settings], weights: Array, biases: Array,
    progress: Callable[[int], None],
) -> tuple[Array, Array]:
    """The same for pixelwise losses: the loss is the mean distance; the score of ``settings`` gives the answers."""
    n_models, n_epochs, n_pixels = weights.shape
    distances = mean_distance(
        X, weights.reshape(-1, n_pixels), lambda share: progress(int(len(X) * share / 2))
    ).reshape(n_models, n_epochs)
    right = np.empty((n_models, n_epochs))
    for m, s in enumerate(settings):
        progress(len(X) * (n_models + m) // (2 * n_models))
        answers_by = SCORES[s.score]
        # Without a bias a negative score is never above 0: no need to compute it.
        above = (
            np.zeros((1, 1), bool) if answers_by.sign == "negative"
            else answers_by.forward(X, weights[m], biases[m]) > 0
        )
        right[m] = ((truth > 0) == above).mean(0)
    return distances, right
