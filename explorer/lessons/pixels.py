"""Data sets made from others, for the pages Why multiply and Bias: chosen pixels, amount of ink, a constant pixel."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from explorer.engine.datasets import Dataset


def only(dataset: Dataset, pixels: Sequence[int]) -> Dataset:
    """The images with only these pixels, counted row by row from 0, in this order: (n_samples, len(pixels))."""
    chosen = np.asarray(pixels, int)
    return _changed(dataset, lambda X: np.ascontiguousarray(X[:, chosen]))


def ink(dataset: Dataset) -> Dataset:
    """One number per image, (n_samples, 1): the sum of its values as a share of the largest sum in the training images.

    A test image may have more ink than any training image, and then a value above 1.
    """
    def total(X: np.ndarray) -> np.ndarray:
        return X.sum(1, keepdims=True, dtype=np.float64)

    most = total(dataset.X_train).max() or 1.0
    return _changed(dataset, lambda X: (total(X) / most).astype(X.dtype))


def with_constant_pixel(dataset: Dataset) -> Dataset:
    """The images with one more pixel, the last, whose value is 1 in every image: (n_samples, n_pixels + 1)."""
    return _changed(dataset, lambda X: np.concatenate([X, np.ones((len(X), 1), X.dtype)], axis=1))


def mean_images(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """The mean training image of the first digit and that of the second: (n_pixels,) float64 each."""
    first, second = (dataset.X_train[dataset.y_train == label].mean(0, dtype=np.float64) for label in (1, 0))
    return first, second


def _changed(dataset: Dataset, change: Callable[[np.ndarray], np.ndarray]) -> Dataset:
    """The data set with its images changed to one row of pixels each, read-only."""
    X_train, X_test = change(dataset.X_train), change(dataset.X_test)
    for array in (X_train, X_test):
        array.flags.writeable = False
    return dataclasses.replace(dataset, image_shape=(1, X_train.shape[1]), X_train=X_train, X_test=X_test)
