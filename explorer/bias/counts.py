"""How many pixels does it take until the bias hardly matters?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import pixels
from explorer.bias.common import ALWAYS, FEW, NOTHING, POINT, Array, an_image, data_of, pair, points
from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.settings import Settings
from explorer.training import train_many

DRAWS = 5  # sets of random pixels for each number of pixels
_COUNTS = (1, 2, 5, 10, 20, 50, 100)
_PIXEL_DRAW = 2  # a generator apart from those of the training (0 and 1)


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """Accuracies on the test images, by how many pixels the models see.

    Parameters
    ----------
    counts : tuple of int
        Ascending; the last is all there are.
    accuracies : (n_counts, DRAWS, 2)
        With a bias, and without. With all pixels there is one draw, which stands for all.
    """

    counts: tuple[int, ...]
    accuracies: Array

    @property
    def gaps(self) -> Array:
        """With minus without, mean over the draws: (n_counts,)."""
        return (self.accuracies[..., 0] - self.accuracies[..., 1]).mean(1)

    @property
    def small_from(self) -> int | None:
        """The number of pixels from which on no mean gap is above a point; None if there is one to the end."""
        large = np.flatnonzero(np.abs(self.gaps) > POINT)
        after = int(large[-1]) + 1 if len(large) else 0
        return self.counts[after] if after < len(self.counts) else None


def counts_of(n_pixels: int) -> tuple[int, ...]:
    """The numbers of pixels that are tried, up to all."""
    return (*(count for count in _COUNTS if count < n_pixels), n_pixels)


def drawn_pixels(settings: Settings, n_pixels: int, draw: int) -> NDArray[np.int64]:
    """All pixels in a random order; the first k of them are the draw of k pixels."""
    return np.random.default_rng([settings.seed, _PIXEL_DRAW, draw]).permutation(n_pixels)


def pixel_settings(settings: Settings) -> Settings:
    """How the models of few pixels are trained."""
    return data_of(settings, **(
        dict(epochs=50, batch_size=64) if settings.dataset == "digits" else dict(epochs=10, batch_size=256)
    ))


def with_and_without(dataset: Dataset, settings: Settings) -> tuple[float, float]:
    """Accuracies on the test images after a training with a bias, and one without."""
    runs = train_many(dataset, pair(settings))
    return tuple(float(run.test_accuracy[run.last_epoch]) for run in runs)


def some_pixels(dataset: Dataset, settings: Settings, chosen: Sequence[int]) -> tuple[float, float]:
    """Accuracies with and without a bias where only these pixels are seen."""
    return with_and_without(pixels.only(dataset, chosen), pixel_settings(settings))


def pixel_counts(dataset: Dataset, settings: Settings) -> PixelCounts:
    """Train with and without a bias on 1, 2, 5, … pixels, several random draws of each number.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Its seed draws the pixels.
    """
    n_pixels = dataset.X_train.shape[1]
    counts = counts_of(n_pixels)
    accuracies = np.empty((len(counts), DRAWS, 2))
    for draw in range(DRAWS):
        order = drawn_pixels(settings, n_pixels, draw)
        for i, count in enumerate(counts[:-1]):
            accuracies[i, draw] = some_pixels(dataset, settings, order[:count])
    accuracies[-1] = with_and_without(dataset, pixel_settings(settings))
    return PixelCounts(counts, accuracies)


def say(dataset: Dataset, inverted: bool) -> Array:
    """For which digit ink at each pixel speaks: share of ink in the first digit minus in the second, (n_pixels,)."""
    X, y = dataset.X_train, dataset.y_train
    means = [X[y == label].mean(0, dtype=np.float64) for label in (1, 0)]
    return (means[0] - means[1]) * (-1 if inverted else 1)


def telling_pixels(says: Array, image_shape: tuple[int, int]) -> list[int]:
    """Two pixels, not close to each other, where ink speaks for the second digit most.

    Parameters
    ----------
    says : (n_pixels,)
        See ``say``.
    image_shape : (height, width)
    """
    height, width = image_shape
    order = np.argsort(says, kind="stable")
    row, column = divmod(int(order[0]), width)
    far = np.maximum(abs(order // width - row), abs(order % width - column)) >= max(2, height // 7)
    return [int(order[0]), int(order[far][0])]


def counts_account(study: PixelCounts, own: tuple[int, float, float] | None) -> tuple[str, str]:
    """What the curve shows, in a sentence, and which expectation it speaks for.

    Parameters
    ----------
    study : PixelCounts
    own : (how many, accuracy with, accuracy without) or None
        The visitor's own pixels.
    """
    yours = ""
    if own is not None:
        several = "s" if own[0] > 1 else ""
        yours = f"Your {own[0]} pixel{several}: {percent(own[1])} with a bias, {percent(own[2])} without. "
    few = study.gaps[:-1]
    widest = int(np.argmax(few))
    each = (study.accuracies[:-1, :, 0] - study.accuracies[:-1, :, 1]).max(1)
    lost = int(np.argmax(each))
    small = study.small_from
    close = f"within 1 point from {small} on" if small else "more than 1 point even with all pixels"
    sentence = (
        f"{yours}Random pixels: the gap is widest with {study.counts[widest]}, {points(few[widest])} points on average "
        f"(the worst draw, with {study.counts[lost]}: {points(each[lost])}), and {close}. With all {study.counts[-1]} "
        f"pixels: {percent(study.accuracies[-1, 0, 0])} and {percent(study.accuracies[-1, 0, 1])}."
    )
    if study.gaps[-1] > POINT:
        return sentence, ALWAYS
    return sentence, FEW if few.max() > POINT or (own is not None and own[1] - own[2] > POINT) else NOTHING


@dataclass(frozen=True, eq=False)
class AllPixels:
    """With and without a bias where all pixels are seen.

    Parameters
    ----------
    rows : list of (label, accuracy with, accuracy without)
    inverted_image : (n_pixels,)
        An inverted image: the first test image of the first digit.
    always_one : (n_pixels,) of bool
        The pixels that are 1 in every inverted training image.
    constant_say : float
        What these add to the score of every image by the model of inverted images without a bias.
    """

    rows: list[tuple[str, float, float]]
    inverted_image: Array
    always_one: NDArray[np.bool_]
    constant_say: float


def all_pixels(dataset: Dataset, turned: Dataset, settings: Settings) -> AllPixels:
    """Train on all pixels, where a bias might matter and where it always does.

    Parameters
    ----------
    dataset, turned : Dataset
        The images that ``settings`` name, and the same inverted the other way round.
    settings : Settings
    """
    usual = pixel_settings(settings)
    other = dataclasses.replace(usual, inverted=not usual.inverted)
    runs = {s.inverted: train_many(images, pair(s)) for images, s in ((dataset, usual), (turned, other))}
    inverted_images = dataset if usual.inverted else turned
    always_one = (inverted_images.X_train == 1).all(0)
    # Ten images are one batch: a step an epoch, small ones, and more of them where that costs little.
    few = dataclasses.replace(
        usual, train_images=10, learning_rate=0.1, epochs=300 if usual.dataset == "digits" else 30
    )
    distance = dataclasses.replace(
        usual, score="distance", start="mean_image", learning_rate=0.1,
        epochs=10 if usual.dataset == "digits" else 3,
    )
    names = {usual.inverted: "these images", not usual.inverted: "not inverted" if usual.inverted else "inverted"}
    rows = [(name, *(float(run.test_accuracy[-1]) for run in runs[inverted])) for inverted, name in names.items()]
    rows.append(("10 training images", *with_and_without(dataset, few)))
    rows.append(("score: distance", *with_and_without(dataset, distance)))
    says = float(runs[True][1].weights[-1, always_one].sum(dtype=np.float64))
    # A copy: a view of one image would keep all of them in memory, as long as this study is kept.
    return AllPixels(rows, an_image(inverted_images)[0].copy(), always_one, says)


def all_pixels_table(study: AllPixels, n_pixels: int) -> dict[str, list[str]]:
    """Columns of the table."""
    return {
        f"all {n_pixels} pixels": [name for name, *_ in study.rows],
        "with": [percent(with_bias) for _, with_bias, _ in study.rows],
        "without": [percent(without) for *_, without in study.rows],
        "points lost": [points(with_bias - without) for _, with_bias, without in study.rows],
    }


def all_pixels_note(study: AllPixels) -> str:
    """Why a bias is hardly missed on inverted images, and why always by the distance score."""
    n_constant = int(study.always_one.sum())
    _, distance_with, distance_without = study.rows[-1]
    doing = (
        f"Inverted, these :green[{n_constant} pixels] are 1 in every training image. Without a bias their weights add "
        f"{number(study.constant_say)} to every score: they do its work."
        if n_constant else "Inverted, no pixel is 1 in every training image; those that nearly are do the bias's work."
    )
    loses = (
        f" It loses {points(distance_with - distance_without)} points." if distance_with > distance_without else ""
    )
    return f"{doing} The distance score always needs one: it is never above 0 without.{loses}"
