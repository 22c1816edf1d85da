"""For the page Bias: how many pixels it takes until the bias hardly matters, and what it changes with all pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, portion, train_many
from explorer.lessons import pixels
from explorer.lessons.bias.common import ALWAYS, FEW, NOTHING, POINT, Array, an_image, data_of, pair, points
from explorer.lessons.words import number, percent

DRAWS = 5  # random sets of pixels for each number of pixels
_COUNTS = (1, 2, 5, 10, 20, 50, 100)
_PIXEL_DRAW = 2  # the stream of a generator; training uses 0 and 1, blank_image.py 3


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """Accuracies on the test images by the number of pixels that the models read.

    Parameters
    ----------
    counts : tuple of int
        Ascending; the last is the number of all pixels.
    accuracies : (n_counts, DRAWS, 2)
        With a bias and without. With all pixels there is only one set, and its accuracies are repeated.
    """

    counts: tuple[int, ...]
    accuracies: Array

    @property
    def gaps(self) -> Array:
        """Accuracy with a bias minus accuracy without, the mean over the draws: (n_counts,)."""
        return (self.accuracies[..., 0] - self.accuracies[..., 1]).mean(1)

    @property
    def small_from(self) -> int | None:
        """The number of pixels from which on no mean gap is above a point; None where that of all pixels is."""
        large = np.flatnonzero(np.abs(self.gaps) > POINT)
        after = int(large[-1]) + 1 if len(large) else 0
        return self.counts[after] if after < len(self.counts) else None


def counts_of(n_pixels: int) -> tuple[int, ...]:
    """The numbers of pixels to try, the last of them all pixels."""
    return (*(count for count in _COUNTS if count < n_pixels), n_pixels)


def drawn_pixels(settings: Settings, n_pixels: int, draw: int) -> NDArray[np.int64]:
    """All pixels in the random order of this draw; its first k pixels are the set of k pixels."""
    return np.random.default_rng([settings.seed, _PIXEL_DRAW, draw]).permutation(n_pixels)


def pixel_settings(settings: Settings) -> Settings:
    """The settings with which the models of few pixels are trained."""
    return data_of(settings, **(
        dict(epochs=50, batch_size=64) if settings.dataset == "digits" else dict(epochs=10, batch_size=256)
    ))


def with_and_without(dataset: Dataset, settings: Settings, progress: Progress | None = None) -> tuple[float, float]:
    """The accuracies on the test images after training with a bias and without; ``progress`` as for ``train_many``."""
    runs = train_many(dataset, pair(settings), progress)
    return tuple(float(run.test_accuracy[run.last_epoch]) for run in runs)


def some_pixels(
    dataset: Dataset, settings: Settings, chosen: Sequence[int], progress: Progress | None = None
) -> tuple[float, float]:
    """The accuracies with and without a bias of models that read only the ``chosen`` pixels."""
    return with_and_without(pixels.only(dataset, chosen), pixel_settings(settings), progress)


def pixel_counts(dataset: Dataset, settings: Settings, progress: Progress | None = None) -> PixelCounts:
    """Train with and without a bias on 1, 2, 5, … random pixels, ``DRAWS`` sets of each number.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Its seed also draws the pixels.
    progress : callable (share), optional
        As for ``train_many``.
    """
    n_pixels = dataset.X_train.shape[1]
    counts = counts_of(n_pixels)
    accuracies = np.empty((len(counts), DRAWS, 2))
    fits = DRAWS * (len(counts) - 1) + 1
    for draw in range(DRAWS):
        order = drawn_pixels(settings, n_pixels, draw)
        for i, count in enumerate(counts[:-1]):
            done = draw * (len(counts) - 1) + i
            accuracies[i, draw] = some_pixels(
                dataset, settings, order[:count], portion(progress, done / fits, (done + 1) / fits)
            )
    accuracies[-1] = with_and_without(dataset, pixel_settings(settings), portion(progress, (fits - 1) / fits, 1))
    return PixelCounts(counts, accuracies)


def ink_difference(dataset: Dataset, inverted: bool) -> Array:
    """Mean ink of the first digit minus that of the second: (n_pixels,), positive where ink speaks for the first."""
    first, second = pixels.mean_images(dataset)
    return (first - second) * (-1 if inverted else 1)


def informative_pixels(difference: Array, image_shape: tuple[int, int]) -> list[int]:
    """The two pixels where ink speaks most for the second digit and that are not close to each other.

    Parameters
    ----------
    difference : (n_pixels,)
        As from ``ink_difference``.
    image_shape : (height, width)
    """
    height, width = image_shape
    order = np.argsort(difference, kind="stable")
    row, column = divmod(int(order[0]), width)
    far = np.maximum(abs(order // width - row), abs(order % width - column)) >= max(2, height // 7)
    return [int(order[0]), int(order[far][0])]


def counts_summary(study: PixelCounts, own: tuple[int, float, float] | None) -> tuple[str, str]:
    """What the curve shows, as a sentence, and the expectation that it confirms.

    Parameters
    ----------
    study : PixelCounts
    own : (count, accuracy with a bias, accuracy without) or None
        For the pixels that the visitor chose.
    """
    yours = ""
    if own is not None:
        plural = "s" if own[0] > 1 else ""
        yours = f"Your {own[0]} pixel{plural}: {percent(own[1])} with a bias, {percent(own[2])} without. "
    few = study.gaps[:-1]
    widest = int(np.argmax(few))
    worst_gaps = (study.accuracies[:-1, :, 0] - study.accuracies[:-1, :, 1]).max(1)
    worst = int(np.argmax(worst_gaps))
    small = study.small_from
    close = f"within 1 point from {small} on" if small else "more than 1 point even with all pixels"
    sentence = (
        f"{yours}Random pixels: the gap is widest with {study.counts[widest]}, {points(few[widest])} points on average "
        f"(the worst draw, with {study.counts[worst]}: {points(worst_gaps[worst])}), and {close}. "
        f"With all {study.counts[-1]} pixels: {percent(study.accuracies[-1, 0, 0])} and "
        f"{percent(study.accuracies[-1, 0, 1])}."
    )
    if study.gaps[-1] > POINT:
        return sentence, ALWAYS
    return sentence, FEW if few.max() > POINT or (own is not None and own[1] - own[2] > POINT) else NOTHING


@dataclass(frozen=True, eq=False)
class AllPixels:
    """Models of all pixels with and without a bias.

    Parameters
    ----------
    rows : list of (label, accuracy with, accuracy without)
    inverted_image : (n_pixels,)
        The first test image of the first digit, inverted.
    always_one : (n_pixels,) of bool
        The pixels that are 1 in every inverted training image.
    constant_contribution : float
        What these pixels add to every score of the model trained on inverted images without a bias.
    """

    rows: list[tuple[str, float, float]]
    inverted_image: Array
    always_one: NDArray[np.bool_]
    constant_contribution: float


def all_pixels(
    dataset: Dataset, turned: Dataset, settings: Settings, progress: Progress | None = None
) -> AllPixels:
    """Train on all pixels with and without a bias: both kinds of images, ten training images, and the distance score.

    Parameters
    ----------
    dataset, turned : Dataset
        The images that ``settings`` name, and their inverse.
    settings : Settings
    progress : callable (share), optional
        As for ``train_many``.
    """
    usual = pixel_settings(settings)
    other = dataclasses.replace(usual, inverted=not usual.inverted)
    runs = {
        s.inverted: train_many(images, pair(s), portion(progress, first, first + 0.2))
        for images, s, first in ((dataset, usual, 0.0), (turned, other, 0.2))
    }
    inverted_images = dataset if usual.inverted else turned
    always_one = (inverted_images.X_train == 1).all(0)
    # Ten images are one batch, so an epoch is one step: small steps, and more of them where that is cheap.
    few = dataclasses.replace(
        usual, train_images=10, learning_rate=0.1, epochs=300 if usual.dataset == "digits" else 30
    )
    distance = dataclasses.replace(
        usual, score="distance", start="mean_image", learning_rate=0.1,
        epochs=10 if usual.dataset == "digits" else 3,
    )
    names = {usual.inverted: "these images", not usual.inverted: "not inverted" if usual.inverted else "inverted"}
    rows = [(name, *(float(run.test_accuracy[-1]) for run in runs[inverted])) for inverted, name in names.items()]
    rows.append(("10 training images", *with_and_without(dataset, few, portion(progress, 0.4, 0.6))))
    rows.append(("score: distance", *with_and_without(dataset, distance, portion(progress, 0.6, 1))))
    contribution = float(runs[True][1].weights[-1, always_one].sum(dtype=np.float64))
    # A copy, because a view of one image would keep all of them in memory.
    return AllPixels(rows, an_image(inverted_images)[0].copy(), always_one, contribution)


def all_pixels_table(study: AllPixels, n_pixels: int) -> dict[str, list[str]]:
    """The table of the models of all pixels: column titles to cells."""
    return {
        f"all {n_pixels} pixels": [name for name, *_ in study.rows],
        "with": [percent(with_bias) for _, with_bias, _ in study.rows],
        "without": [percent(without) for *_, without in study.rows],
        "points lost": [points(with_bias - without) for _, with_bias, without in study.rows],
    }


def all_pixels_note(study: AllPixels) -> str:
    """Why inverted images hardly need a bias, and why the distance score always does."""
    n_constant = int(study.always_one.sum())
    _, distance_with, distance_without = study.rows[-1]
    inverted = (
        f"Inverted, these :green[{n_constant} pixels] are 1 in every training image. Without a bias their weights add "
        f"{number(study.constant_contribution)} to every score: they do its work."
        if n_constant else "Inverted, no pixel is 1 in every training image; those that nearly are do the bias's work."
    )
    loss = (
        f" It loses {points(distance_with - distance_without)} points." if distance_with > distance_without else ""
    )
    return f"{inverted} The distance score always needs one: it is never above 0 without.{loss}"
