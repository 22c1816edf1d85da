"""For the page Bias: how many pixels it takes until the bias hardly matters, and what it changes with all pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, portion, train_many
from explorer.lessons import pixels
from explorer.lessons.bias.common import (
    ALWAYS,
    FEW,
    NOTHING,
    POINT,
    Array,
    an_image,
    data_of,
    lost,
    model,
    pair,
    points,
)
from explorer.lessons.words import counted, number, percent

DRAWS = 5  # random sets of pixels for each number of pixels
USELESS, GOOD = 0.005, 0.75  # the task: what leaving out the bias may cost, and how many answers must be right
TEN_IMAGES_RATE = 0.1
_COUNTS = (1, 2, 5, 10, 20, 50, 100)
_words = texts.of("bias")
_PIXEL_DRAW = 2  # the stream of a generator; training uses 0 and 1, blank_image.py 3


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """Accuracies on the test images by the number of pixels that the models read.

    Parameters
    ----------
    counts : tuple of int
        Ascending; the last is the number of all pixels.
    accuracies : (n_counts, n_draws, 2)
        With a bias and without. With all pixels there is only one set, and its accuracies are repeated.
    """

    counts: tuple[int, ...]
    accuracies: Array

    @property
    def at_random(self) -> bool:
        """Whether the pixels are drawn at random, several times; else they are those that speak for one digit."""
        return self.accuracies.shape[1] > 1

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


def pixel_counts(
    dataset: Dataset, settings: Settings, at_random: bool, everything: tuple[float, float],
    progress: Progress | None = None,
) -> PixelCounts:
    """Train with and without a bias on 1, 2, 5, … pixels.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Its seed also draws the pixels.
    at_random : bool
        Whether the pixels are drawn, ``DRAWS`` sets of each number; else they are those where ink speaks most for the
        second digit.
    everything : (accuracy with a bias, without one)
        Of the models of all pixels.
    progress : callable (share), optional
        As for ``train_many``.
    """
    n_pixels = dataset.X_train.shape[1]
    counts = counts_of(n_pixels)
    orders = [drawn_pixels(settings, n_pixels, draw) for draw in range(DRAWS)] if at_random else [
        np.argsort(ink_difference(dataset, settings.inverted), kind="stable")
    ]
    accuracies = np.empty((len(counts), len(orders), 2))
    fits = len(orders) * (len(counts) - 1)
    for draw, order in enumerate(orders):
        for i, count in enumerate(counts[:-1]):
            done = draw * (len(counts) - 1) + i
            accuracies[i, draw] = some_pixels(
                dataset, settings, order[:count], portion(progress, done / fits, (done + 1) / fits)
            )
    accuracies[-1] = everything
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


def is_useless(own: tuple[int, float, float] | None) -> bool:
    """Whether the visitor's pixels do the task: the bias is hardly worth anything, and the model is good without it.

    Parameters
    ----------
    own : (count, accuracy with a bias, accuracy without) or None
    """
    return own is not None and round(own[1] - own[2], 6) <= USELESS and own[2] >= GOOD


def counts_summary(
    study: PixelCounts, own: tuple[int, float, float] | None, digits: tuple[int, int]
) -> tuple[str, str]:
    """What the curve shows, as text, and the expectation that it confirms.

    Parameters
    ----------
    study : PixelCounts
    own : (count, accuracy with a bias, accuracy without) or None
        For the pixels that the visitor chose.
    digits : (first, second)
    """
    few = study.gaps[:-1]
    widest = int(np.argmax(few))
    each = (study.accuracies[:-1, :, 0] - study.accuracies[:-1, :, 1]).max(1)
    worst = int(np.argmax(each))
    means = study.accuracies.mean(1)
    small = study.small_from
    close = _words("pixels.saw.close", count=small) if small and small > study.counts[0] else _words(
        "pixels.saw.close_always" if small else "pixels.saw.close_never",
    )
    name = ("random" if study.at_random else "chosen") + ("_one" if study.counts[widest] == 1 else "")
    text = _words(
        f"pixels.saw.{name}", first=digits[0], second=digits[1], widest=study.counts[widest],
        points=lost(*means[widest]), worst=_pixels(study.counts[worst]), worst_points=points(each[worst]),
        with_bias=percent(means[widest, 0]), without=percent(means[widest, 1]), close=close,
        everything=_words(
            "pixels.saw.everything", all=study.counts[-1], with_bias=percent(means[-1, 0]),
            without=percent(means[-1, 1]),
        ),
    )
    if own is not None:
        text = _words(
            "pixels.saw.own_one" if own[0] == 1 else "pixels.saw.own", count=counted(own[0]),
            with_bias=percent(own[1]), without=percent(own[2]),
        ) + f" {text}"
    if study.gaps[-1] > POINT:
        return text, ALWAYS
    return text, FEW if few.max() > POINT or (own is not None and own[1] - own[2] > POINT) else NOTHING


def _pixels(count: int) -> str:
    return _words("pixels.saw.one_pixel") if count == 1 else _words("pixels.saw.some_pixels", count=counted(count))


@dataclass(frozen=True, eq=False)
class AllPixels:
    """Models of all pixels with and without a bias.

    Parameters
    ----------
    rows : list of (name, accuracy with, accuracy without)
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


def all_pixels_settings(settings: Settings) -> dict[str, list[Settings]]:
    """The models of all pixels that are compared, with and without a bias: by the name of each row of the table.

    Both kinds of images, ten training images, and the distance score. Those of the first two and of the distance are
    the models of the other pages.
    """
    usual = model(settings)
    # Ten images are one batch, so an epoch is one step: small steps, and more of them where that is cheap.
    ten = dataclasses.replace(
        usual, train_images=10, learning_rate=TEN_IMAGES_RATE, epochs=300 if usual.dataset == "digits" else 30
    )
    return {
        "these": pair(usual),
        "upright" if usual.inverted else "inverted": pair(dataclasses.replace(usual, inverted=not usual.inverted)),
        "ten": pair(ten), "distance": pair(model(settings, "distance")),
    }


def all_pixels(dataset: Dataset, turned: Dataset, settings: Settings, run: Callable[[Settings], Run]) -> AllPixels:
    """Compare models of all pixels with and without a bias.

    Parameters
    ----------
    dataset, turned : Dataset
        The images that ``settings`` name, and their inverse.
    settings : Settings
    run : callable (settings) -> Run
        Trains one of the models of ``all_pixels_settings``.
    """
    compared = {name: [run(s) for s in both] for name, both in all_pixels_settings(settings).items()}
    rows = [
        (name, *(float(run.test_accuracy[run.last_epoch]) for run in both)) for name, both in compared.items()
    ]
    inverted_images = dataset if settings.inverted else turned
    always_one = (inverted_images.X_train == 1).all(0)
    without = compared["these" if settings.inverted else "inverted"][1]
    contribution = float(without.weights[-1, always_one].sum(dtype=np.float64))
    # A copy, because a view of one image would keep all of them in memory.
    return AllPixels(rows, an_image(inverted_images)[0].copy(), always_one, contribution)


def all_pixels_table(study: AllPixels) -> dict[str, list[str]]:
    """The table of the models of all pixels: column titles to cells."""
    return {
        _words("all_pixels.model"): [_words(f"all_pixels.{name}") for name, *_ in study.rows],
        _words("all_pixels.right"): [
            _words("all_pixels.change", with_bias=percent(with_bias), without=percent(without))
            for _, with_bias, without in study.rows
        ],
        _words("all_pixels.lost"): [lost(with_bias, without) for _, with_bias, without in study.rows],
    }


def all_pixels_note(study: AllPixels) -> str:
    """Why inverted images hardly need a bias, and why the distance score always does."""
    n_constant = int(study.always_one.sum())
    _, distance_with, distance_without = study.rows[-1]
    inverted = _words(
        "all_pixels.constant", count=n_constant, sum=number(study.constant_contribution),
    ) if n_constant else _words("all_pixels.no_constant")
    always = _words(
        "all_pixels.always_loses", points=lost(distance_with, distance_without),
    ) if distance_with > distance_without else _words("all_pixels.always")
    return f"{inverted} {always} {_words('all_pixels.recipes', rate=number(TEN_IMAGES_RATE, 'g'))}"
