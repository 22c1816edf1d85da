"""Two digits of a data set, or all ten, as arrays to train on.

All images are kept as bytes, once per process (``explorer.sources``); the float32 arrays of a pair are
made on demand and kept for the last few pairs. Rows are shuffled once, with a fixed seed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.engine.settings import LIMITS
from explorer.sources import last_job, load_job
from explorer.sources.download import DatasetError
from explorer.sources.images import Images

_SEED = 2018  # of the shuffle; fixed, so that an image keeps its number
_PAIRS_KEPT = 4  # MNIST: about 40 MB each
TEN_DIGITS_IMAGES = 12_000  # training images of all ten digits, at most: as many as MNIST has of two; 70 MB, kept once
_one_at_a_time: dict[str, threading.Lock] = defaultdict(threading.Lock)  # by the name of the data set


@dataclass(frozen=True, eq=False)
class Dataset:
    """Two digits, ready to train on; all arrays are read-only.

    Parameters
    ----------
    name : str
    digits : (int, int)
        The digit of class 1 and the digit of class 0.
    image_shape : (height, width)
    X_train, X_test : (n_samples, height * width) float32 in [0, 1]
    y_train, y_test : (n_samples,) float32, 1 or 0
    """

    name: str
    digits: tuple[int, int]
    image_shape: tuple[int, int]
    X_train: NDArray[np.floating]
    y_train: NDArray[np.floating]
    X_test: NDArray[np.floating]
    y_test: NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class TenDigits:
    """All ten digits, as ``Dataset``, but ``y_train`` and ``y_test`` are the digits themselves, 0 to 9."""

    name: str
    image_shape: tuple[int, int]
    X_train: NDArray[np.floating]
    y_train: NDArray[np.uint8]
    X_test: NDArray[np.floating]
    y_test: NDArray[np.uint8]

    def against_all(self, digits: tuple[int, int]) -> Dataset:
        """The first of these digits as class 1; class 0 is all nine others, not only the second. Shares the images."""
        first = digits[0]
        labels = [(y == first).astype(np.float32) for y in (self.y_train, self.y_test)]
        for array in labels:
            array.flags.writeable = False
        return Dataset(self.name, digits, self.image_shape, self.X_train, labels[0], self.X_test, labels[1])


def load(
    name: str = "digits", digits: tuple[int, int] = (3, 7), black_and_white: bool = False, inverted: bool = False
) -> Dataset:
    """Two digits of a data set. Waits for a download that is running; tries again after one that failed.

    Parameters
    ----------
    name : str
        A key of ``SOURCES``: "digits", scikit-learn's bundled 8 × 8 digits, or "mnist", 28 × 28.
    digits : (int, int)
        Two different digits; the first becomes class 1.
    black_and_white : bool
        Every value rounded to 0 or 1: 1 from one half on.
    inverted : bool
        Every value turned to 1 - value, after the rounding.

    Raises
    ------
    DatasetError
        Where the images are not to be had; says why, for a user to read.
    ValueError
        For a name or digits that do not exist.
    """
    for field, value in (("dataset", name), ("digits", digits)):
        problem = LIMITS[field].problem(value)
        if problem:
            raise ValueError(f"{field}: {value!r} {problem}")
    images = _images(name)
    with _one_at_a_time[name]:  # visitors who ask at the same time share one set of arrays
        return _pair(images, name, digits, black_and_white, inverted)


def load_ten(name: str = "digits", black_and_white: bool = False, inverted: bool = False) -> TenDigits:
    """All ten digits: the first ``TEN_DIGITS_IMAGES`` training images, and every test image. As ``load`` otherwise."""
    problem = LIMITS["dataset"].problem(name)
    if problem:
        raise ValueError(f"dataset: {name!r} {problem}")
    images = _images(name)
    with _one_at_a_time[name]:
        return _ten(images, name, black_and_white, inverted)


def _images(name: str) -> Images:
    last = last_job(name)
    job = load_job(name, tried=last if last and last.failed else None)
    job.done.wait()
    images: Images = job.result()
    return images


@lru_cache(maxsize=_PAIRS_KEPT)
def _pair(images: Images, name: str, digits: tuple[int, int], black_and_white: bool, inverted: bool) -> Dataset:
    arrays = []
    for pictures, labels in (
        (images.train_images, images.train_labels), (images.test_images, images.test_labels),
    ):
        chosen = np.flatnonzero((labels == digits[0]) | (labels == digits[1]))
        if not all(np.any(labels[chosen] == digit) for digit in digits):
            raise DatasetError(f"There are no images of a {digits[0]} and a {digits[1]} in this data set.")
        chosen = np.random.default_rng(_SEED).permutation(chosen)
        values = _values(pictures[chosen], images.white, black_and_white, inverted)
        arrays += [values, (labels[chosen] == digits[0]).astype(np.float32)]
    for array in arrays:
        array.flags.writeable = False  # shared between visitors
    return Dataset(name, digits, images.train_images.shape[1:], *arrays)


@lru_cache(maxsize=1)
def _ten(images: Images, name: str, black_and_white: bool, inverted: bool) -> TenDigits:
    def shuffled(pictures: NDArray[np.uint8], labels: NDArray[np.uint8], most: int | None = None) -> tuple[Any, Any]:
        chosen = np.random.default_rng(_SEED).permutation(len(labels))[:most]
        arrays = _values(pictures[chosen], images.white, black_and_white, inverted), labels[chosen]
        for array in arrays:
            array.flags.writeable = False
        return arrays

    return TenDigits(
        name, images.train_images.shape[1:], *shuffled(images.train_images, images.train_labels, TEN_DIGITS_IMAGES),
        *shuffled(images.test_images, images.test_labels),
    )


def _values(pictures: NDArray[np.uint8], white: int, black_and_white: bool, inverted: bool) -> NDArray[np.floating]:
    """Pictures as rows of values in [0, 1]."""
    values: NDArray[np.floating] = pictures.reshape(len(pictures), -1) / np.float32(white)
    if black_and_white:
        values = (values >= 0.5).astype(np.float32)
    return 1 - values if inverted else values
