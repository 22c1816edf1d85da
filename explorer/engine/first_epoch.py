"""What happens within the first epoch, in which most is learned: the first steps of a run, taken again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.evaluation import curves
from explorer.engine.losses import Array
from explorer.engine.schedule import legs_of
from explorer.engine.settings import Settings
from explorer.engine.training import Models, Run, batches, groups, passes, read_only_while_finite, training_rows


@dataclass(frozen=True)
class FirstEpoch:
    """A run within its first epoch: after 1, 2, 4, … of its batches, without the last, which ends the epoch.

    What is not finite is NaN.

    Parameters
    ----------
    steps : (k,) of int
        The numbers of batches; none where all images are one batch.
    weights : (k, n_pixels)
    biases : (k,)
    train_loss, test_loss, train_accuracy, test_accuracy : (k,)
        As in ``Run``.
    """

    steps: NDArray[np.int_]
    weights: Array
    biases: Array
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array


def within_first_epoch(dataset: Dataset, runs: Sequence[Run]) -> list[FirstEpoch]:
    """What happened within the first epoch of runs: their steps, taken again from their starts.

    Parameters
    ----------
    dataset : Dataset
        The one that they were trained on.
    runs : sequence of Run

    Returns
    -------
    list of FirstEpoch, in the order of ``runs``
    """
    members, canonical = groups([run.settings for run in runs])
    begun = dict(zip(canonical, runs, strict=True))
    found: dict[Settings, FirstEpoch] = {}
    for group in (part for members_of_one in members for part in passes(dataset, members_of_one)):
        starts = [begun[s] for s in group]
        found.update(zip(group, _of_group(dataset, group, starts), strict=True))
    return [found[s] for s in canonical]


def steps_in_epoch(dataset: Dataset, settings: Settings) -> int:
    """How many batches an epoch has."""
    n_images = training_rows(dataset, settings)
    return -(-n_images // (settings.batch_size or n_images))


def steps_measured(steps: int) -> NDArray[np.int_]:
    """After how many batches of a first epoch of ``steps`` a run is measured: 1, 2, 4, … below ``steps``."""
    return 2 ** np.arange(max(steps - 1, 0).bit_length())


def _of_group(dataset: Dataset, settings: Sequence[Settings], runs: Sequence[Run]) -> list[FirstEpoch]:
    """The first epochs of one group of ``groups``, from the starts of its runs."""
    settings = [legs_of(s)[0] for s in settings]
    n_images = training_rows(dataset, settings[0])
    X, truth = dataset.X_train[:n_images], dataset.y_train[:n_images, None]
    order = batches(n_images, settings[0], epoch=1)
    steps = steps_measured(len(order))
    with np.errstate(over="ignore", invalid="ignore"):
        models = Models(settings, np.array([run.weights[0] for run in runs]), np.array([run.biases[0] for run in runs]))
        weights = np.empty((len(settings), len(steps), models.weights.shape[1]), X.dtype)
        biases = np.empty((len(settings), len(steps)), X.dtype)
        for i, rows in enumerate(order[: steps[-1] if len(steps) else 0], 1):
            models.learn(X[rows], truth[rows])
            if i in steps:
                at = i.bit_length() - 1
                weights[:, at], biases[:, at] = models.weights, models.biases
        measures = curves(dataset, n_images, settings, weights, biases, lambda share: None)
    found = []
    for m in range(len(settings)):
        arrays = [weights[m].copy(), biases[m].copy(), *(measure[m].copy() for measure in measures)]
        read_only_while_finite(arrays)
        found.append(FirstEpoch(steps, *arrays))
    return found
