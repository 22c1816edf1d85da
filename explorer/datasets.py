"""Where the images come from: scikit-learn's small digits, or MNIST; and which two digits.

Images are kept as bytes, once per process; the float32 arrays of a pair are made on demand and
kept for the few pairs asked for last. Rows are shuffled once, with a fixed seed.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer import folders, mnist
from explorer.download import DatasetError
from explorer.jobs import Job, Jobs
from explorer.mnist import MNIST_DIR_VARIABLE
from explorer.settings import LIMITS

FAILURE_SHARED = 60.0  # seconds for which a failure is what every visitor gets; then, or when one asks, a new attempt
_SEED = 2018  # of the split and the shuffle; fixed, so that an image keeps its number
_PAIRS_KEPT = 4  # MNIST: about 40 MB each


@dataclass(frozen=True, eq=False)
class Dataset:
    """Two digits, ready to train on; all arrays are read-only.

    Parameters
    ----------
    name : "digits" or "mnist"
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
class _Images:
    """All ten digits: images (n, height, width) and labels (n,), bytes from 0 to ``white``."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    white: int


def load(
    name: str = "digits",
    digits: tuple[int, int] = (3, 7),
    black_and_white: bool = False,
    inverted: bool = False,
) -> Dataset:
    """Two digits of a data set; waits where its images are on their way, and tries again what failed before.

    Parameters
    ----------
    name : "digits" or "mnist"
        scikit-learn's bundled 8 × 8 digits (no network needed), or MNIST, 28 × 28: from the folder
        that the environment variable ``EXPLORER_MNIST_DIR`` names, else downloaded once.
    digits : (int, int)
        Two different digits; the first becomes class 1.
    black_and_white : bool
        Every value rounded to 0 or 1: 1 from one half on.
    inverted : bool
        Every value turned to 1 - value, after the rounding.

    Raises
    ------
    DatasetError
        When the images cannot be had; says why, for a user to read.
    ValueError
        For a name or digits that do not exist.
    """
    for field, value in (("dataset", name), ("digits", digits)):
        problem = LIMITS[field].problem(value)
        if problem:
            raise ValueError(f"{field}: {value!r} {problem}")
    last = _jobs.last(_key(name))
    job = on_its_way(name, tried=last if last and last.failed else None)
    job.done.wait()
    images = job.result()
    with _making[name]:  # visitors who come together share one set of arrays
        return _pair(images, name, digits, black_and_white, inverted)


def on_its_way(name: str, tried: Job | None = None) -> Job:
    """The images of a data set: on their way, here, or not to be had. One attempt for all who ask at the same time.

    A download goes on when nobody waits any more: it is 12 MB, and whoever comes next has them at once.

    Parameters
    ----------
    name : "digits" or "mnist"
    tried : Job, optional
        One that was of no use. Without it, a failure is given to all who ask for ``FAILURE_SHARED`` seconds;
        with it, a new attempt is begun, or the one that another visitor began since is given.
    """
    return _jobs.ask("anybody", _key(name), _READ[name], tried)


def _key(name: str) -> tuple[str, str]:
    return name, folders.named_by(MNIST_DIR_VARIABLE) if name == "mnist" else ""


def _new_jobs() -> Jobs:
    return Jobs(most=4, patience=math.inf, failures_kept=FAILURE_SHARED)


_jobs = _new_jobs()
_making = {"digits": threading.Lock(), "mnist": threading.Lock()}


@lru_cache(maxsize=_PAIRS_KEPT)
def _pair(
    images: _Images, name: str, digits: tuple[int, int], black_and_white: bool, inverted: bool
) -> Dataset:
    arrays = []
    for pictures, labels in (
        (images.train_images, images.train_labels),
        (images.test_images, images.test_labels),
    ):
        chosen = np.flatnonzero((labels == digits[0]) | (labels == digits[1]))
        if not all(np.any(labels[chosen] == digit) for digit in digits):
            raise DatasetError(f"There are no images of a {digits[0]} and a {digits[1]} in this data set.")
        chosen = np.random.default_rng(_SEED).permutation(chosen)
        values = pictures[chosen].reshape(len(chosen), -1) / np.float32(images.white)
        if black_and_white:
            values = (values >= 0.5).astype(np.float32)
        if inverted:
            values = 1 - values
        arrays += [values, (labels[chosen] == digits[0]).astype(np.float32)]
    for array in arrays:
        array.flags.writeable = False  # shared between visitors
    return Dataset(name, digits, images.train_images.shape[1:], *arrays)


def _builtin_digits(report: Callable[..., None]) -> _Images:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bundle = load_digits()
    parts = train_test_split(
        bundle.images.astype(np.uint8), bundle.target.astype(np.uint8),
        test_size=0.3, stratify=bundle.target, random_state=_SEED,
    )
    train_images, test_images, train_labels, test_labels = parts
    return _Images(train_images, train_labels, test_images, test_labels, white=16)


def _mnist(report: Callable[..., None]) -> _Images:
    return _Images(*mnist.read(report), white=255)


_READ = {"digits": _builtin_digits, "mnist": _mnist}
