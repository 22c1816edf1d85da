"""What a model must beat: the nearer of two mean images, and the median image."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset

# By data set and number of images: on MNIST one takes as long as a training. Weak keys: they keep no data set alive.
_medians: WeakKeyDictionary[Dataset, dict[int | None, MedianImage]] = WeakKeyDictionary()


@dataclass(frozen=True)
class NearestMean:
    """Shares of right answers on the test images of the first digit, of the second, and on all of them."""

    first: float
    second: float
    both: float


@dataclass(frozen=True)
class MedianImage:
    """The weights that are closest to all training images by the mean of abs(value - weight).

    Parameters
    ----------
    weights : (n_pixels,)
    distance : float
        That mean.
    """

    weights: NDArray[np.floating]
    distance: float


def nearest_mean(dataset: Dataset, squared: bool = False, train_images: int | None = None) -> NearestMean:
    """The lesson's baseline: the answer is the digit whose mean training image is nearer.

    Parameters
    ----------
    dataset : Dataset
    squared : bool
        Distance by the mean squared difference of the pixels instead of the mean absolute one.
    train_images : int or None
        How many training images the means are taken from; None: all.
    """
    X, y = dataset.X_train[:train_images], dataset.y_train[:train_images]
    size = np.square if squared else np.abs
    to_first, to_second = (size(dataset.X_test - X[y == label].mean(0)).mean(1, dtype=np.float64) for label in (1, 0))
    of_first = dataset.y_test == 1
    right = (to_first < to_second) == of_first
    return NearestMean(float(right[of_first].mean()), float(right[~of_first].mean()), float(right.mean()))


def median_image(dataset: Dataset, train_images: int | None = None) -> MedianImage:
    """The median of every pixel over the training images, of both digits alike.

    Parameters
    ----------
    dataset : Dataset
    train_images : int or None
        How many training images it is taken from; None: all.
    """
    known = _medians.setdefault(dataset, {})
    if train_images not in known:
        X = dataset.X_train[:train_images]
        weights = np.median(X, axis=0)
        weights.flags.writeable = False
        known[train_images] = MedianImage(weights, float(np.abs(X - weights).mean(dtype=np.float64)))
    return known[train_images]
