"""The same images seen through fewer pixels: data sets to train on like any other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from explorer.datasets import Dataset


def only(dataset: Dataset, pixels: Sequence[int]) -> Dataset:
    """The images with these pixels alone, in this order.

    Parameters
    ----------
    dataset : Dataset
    pixels : sequence of int
        Counted row by row from 0.

    Returns
    -------
    Dataset
        ``X_train`` and ``X_test`` (n_samples, len(pixels)); ``image_shape`` (1, len(pixels)).
    """
    chosen = np.asarray(pixels, int)
    return _with_images(dataset, *(np.ascontiguousarray(X[:, chosen]) for X in (dataset.X_train, dataset.X_test)))


def ink(dataset: Dataset) -> Dataset:
    """One number per image: the sum of its values, as a share of the largest sum in the training images.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    Dataset
        ``X_train`` (n_samples, 1) from 0 to 1; ``X_test`` likewise, though an unseen image may have more ink
        than any training image; ``image_shape`` (1, 1).
    """
    train, test = (X.sum(1, keepdims=True, dtype=np.float64) for X in (dataset.X_train, dataset.X_test))
    most = train.max() or 1.0
    return _with_images(dataset, *((sums / most).astype(dataset.X_train.dtype) for sums in (train, test)))


def with_constant_pixel(dataset: Dataset) -> Dataset:
    """The images with one more pixel, the last, whose value is 1 in every image.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    Dataset
        ``X_train`` and ``X_test`` (n_samples, n_pixels + 1); ``image_shape`` (1, n_pixels + 1).
    """
    return _with_images(dataset, *(
        np.concatenate([X, np.ones((len(X), 1), X.dtype)], axis=1) for X in (dataset.X_train, dataset.X_test)
    ))


def _with_images(dataset: Dataset, X_train: np.ndarray, X_test: np.ndarray) -> Dataset:
    for array in (X_train, X_test):
        array.flags.writeable = False
    return dataclasses.replace(dataset, image_shape=(1, X_train.shape[1]), X_train=X_train, X_test=X_test)
