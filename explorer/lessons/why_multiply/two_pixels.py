"""For the page Why multiply: how each score separates the images of two digits through only two pixels."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, train_many
from explorer.lessons import pixels
from explorer.lessons.words import counted, number, percent

Array = NDArray[np.floating]

_words = texts.of("why_multiply")

_POINTS = 65  # of a grid, along each side
_MARGIN = 0.06  # around what a grid shows
_FURTHEST = 4.0  # how far a grid reaches beyond the values of pixels, at most
_LEVELS = 17  # values are rounded to sixteenths


@dataclass(frozen=True)
class PairCounts:
    """How many test images of one digit have which pair of values at two pixels.

    Parameters
    ----------
    x, y : (n_pairs,)
        Values of the first and the second pixel, rounded to 1/16.
    images : (n_pairs,) of int
        The number of images with this pair.
    """

    x: Array
    y: Array
    images: NDArray[np.int64]


def informative_pixels(dataset: Dataset) -> tuple[int, int]:
    """The pixel where the mean ink of the first digit most exceeds that of the second, and the reverse."""
    gap = mean_gap(dataset)
    return int(np.argmax(gap)), int(np.argmin(gap))


def mean_gap(dataset: Dataset) -> Array:
    """The mean training image of the first digit minus that of the second: (n_pixels,), in [-1, 1]."""
    first, second = pixels.mean_images(dataset)
    return first - second


def two_settings(settings: Settings) -> list[Settings]:
    """The settings of multiply, then of distance: same images, batches and seed, a start and a rate that suit each."""
    shared = dict(loss="log_loss", bias=True, batch_size=64, epochs=20, l2=0.0, train_images=None)
    return [
        dataclasses.replace(settings, score="multiply", start="zeros", learning_rate=1.0, **shared),
        dataclasses.replace(settings, score="distance", start="mean_image", learning_rate=0.2, **shared),
    ]


def train_two(
    dataset: Dataset, settings: Settings, pair: tuple[int, int], progress: Progress | None = None
) -> list[Run]:
    """Train multiply, then distance, on only these two pixels; ``progress`` as for ``train_many``."""
    return train_many(pixels.only(dataset, pair), two_settings(settings), progress)


def pair_counts(dataset: Dataset, pair: tuple[int, int]) -> tuple[PairCounts, PairCounts]:
    """The values of the test images at two pixels, counted: for the first digit, then for the second."""
    values = np.round(dataset.X_test[:, list(pair)] * (_LEVELS - 1)).astype(int)

    def counted(label: int) -> PairCounts:
        pairs, counts = np.unique(values[dataset.y_test == label], axis=0, return_counts=True)
        return PairCounts(pairs[:, 0] / (_LEVELS - 1), pairs[:, 1] / (_LEVELS - 1), counts)

    return counted(1), counted(0)


def grid(runs: list[Run]) -> Array:
    """The values at which the scores of both runs are drawn, for either pixel: (n,), rising.

    They reach from 0 to 1, and as far as it takes to show the whole diamond of the distance.
    """
    centre, radius = runs[1].weights[-1].astype(float), max(float(runs[1].biases[-1]), 0.0)
    low, high = min(0.0, float(centre.min()) - radius), max(1.0, float(centre.max()) + radius)
    return np.linspace(max(low, -_FURTHEST) - _MARGIN, min(high, 1 + _FURTHEST) + _MARGIN, _POINTS)


def score_map(run: Run, grid: Array) -> Array:
    """The scores of a model of two pixels on ``grid`` × ``grid``: (n, n), rows by the second pixel."""
    x, y = np.meshgrid(grid, grid)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    weights, bias = run.weights[-1].astype(float), float(run.biases[-1])
    scores = SCORES[run.settings.score].forward(points, weights[None], np.array([bias]))
    return scores.reshape(x.shape).astype(np.float32)


def sides_crossed(centre: Array, radius: float) -> int:
    """How many sides of the diamond around ``centre`` cross the square of values that two pixels can have: 0 to 4.

    Parameters
    ----------
    centre : (2,)
    radius : float
        From the centre to a corner.
    """
    x, y = map(float, centre)
    corners = [(x + radius, y), (x, y + radius), (x - radius, y), (x, y - radius)]
    return sum(_crosses_square(*corners[i], *corners[i - 1]) for i in range(4)) if radius > 0 else 0


def has_both_answers(scores: Array) -> bool:
    """Whether there are scores above 0 and others that are not."""
    return bool((scores > 0).any() and (scores <= 0).any())


def sentence(runs: list[Run], dataset: Dataset) -> str:
    """The boundary that each of the two runs has learned, how much of it lies among values of pixels, its accuracy."""
    multiply, distance = runs
    right = [percent(run.test_accuracy[-1]) for run in runs]
    # A line crosses the square where two of its corners are on different sides.
    crosses = has_both_answers(score_map(multiply, np.array([0.0, 1.0])))
    said = [_words(
        "two.saw.product_line" if crosses else "two.saw.product_same", right=right[0],
        count=f"{len(dataset.X_test):,}",
    )]
    (x, y), radius, first = distance.weights[-1], float(distance.biases[-1]), dataset.digits[0]
    if radius > 0:
        said.append(_words("two.saw.diamond", x=number(x), y=number(y), first=first, right=right[1]))
        sides = sides_crossed(distance.weights[-1], radius)
        said.append(
            _words("two.saw.no_side") if sides == 0 else _words("two.saw.one_side") if sides == 1
            else _words("two.saw.sides", count=counted(sides).capitalize())
        )
    else:
        said.append(_words("two.saw.no_diamond", first=first, right=right[1]))
    return " ".join(said)


def _crosses_square(x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether the straight line from one point to another has more than a point inside the square from 0 to 1."""
    start, end = 0.0, 1.0
    for at, to in ((x0, x1), (y0, y1)):
        way = to - at
        if way == 0:
            if not 0 < at < 1:
                return False
            continue
        enters, leaves = sorted(((0 - at) / way, (1 - at) / way))
        start, end = max(start, enters), min(end, leaves)
    return end - start > 1e-9
