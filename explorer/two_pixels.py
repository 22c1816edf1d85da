"""Two pixels: what each score can draw between the images when it sees only these."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import pixels
from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.scores import SCORES
from explorer.settings import Settings
from explorer.training import Run, train_many

Array = NDArray[np.floating]

GRID = np.linspace(-0.06, 1.06, 57)  # values at which the scores are drawn
_LEVELS = 17  # images are counted in squares of 1/16


@dataclass(frozen=True)
class Seen:
    """How many test images of one digit have which two values.

    Parameters
    ----------
    x, y : (n,)
        Values of the first and second pixel, rounded to 1/16.
    images : (n,) of int
    """

    x: Array
    y: Array
    images: NDArray[np.int64]


def telling_pixels(dataset: Dataset) -> tuple[int, int]:
    """The pixel with the most ink in the first digit over the second, and the other way round."""
    gap = mean_gap(dataset)
    return int(np.argmax(gap)), int(np.argmin(gap))


def mean_gap(dataset: Dataset) -> Array:
    """Mean training image of the first digit minus that of the second: (n_pixels,), in [-1, 1]."""
    is_first = dataset.y_train == 1
    return dataset.X_train[is_first].mean(0, dtype=np.float64) - dataset.X_train[~is_first].mean(0, dtype=np.float64)


def two_settings(settings: Settings) -> list[Settings]:
    """How the two scores are trained on two pixels: same images, batches and seed; each from a start that suits it."""
    shared = dict(loss="log_loss", bias=True, batch_size=64, epochs=20, l2=0.0, train_images=None)
    return [
        dataclasses.replace(settings, score="multiply", start="zeros", learning_rate=1.0, **shared),
        dataclasses.replace(settings, score="distance", start="mean_image", learning_rate=0.2, **shared),
    ]


def train_two(dataset: Dataset, settings: Settings, pair: tuple[int, int]) -> list[Run]:
    """Both scores trained on two pixels alone: multiply, then distance."""
    return train_many(pixels.only(dataset, pair), two_settings(settings))


def seen(dataset: Dataset, pair: tuple[int, int]) -> tuple[Seen, Seen]:
    """Where the test images lie: those of the first digit, those of the second."""
    values = np.round(dataset.X_test[:, list(pair)] * (_LEVELS - 1)).astype(int)
    found = []
    for label in (1, 0):
        places, counts = np.unique(values[dataset.y_test == label], axis=0, return_counts=True)
        found.append(Seen(places[:, 0] / (_LEVELS - 1), places[:, 1] / (_LEVELS - 1), counts))
    return found[0], found[1]


def score_map(run: Run) -> Array:
    """The scores of a model of two pixels on ``GRID`` × ``GRID``: rows by the second pixel."""
    x, y = np.meshgrid(GRID, GRID)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    weights, bias = run.weights[-1].astype(float), float(run.biases[-1])
    scores = SCORES[run.settings.score].forward(points, weights[None], np.array([bias]))
    return scores.reshape(x.shape)


def sentence(runs: list[Run], dataset: Dataset) -> str:
    """What the two scores draw with two pixels."""
    product, gap = runs
    right = [percent(run.test_accuracy[-1]) for run in runs]
    (a, b), bias = product.weights[-1], float(product.biases[-1])
    (foot_a, foot_b), radius = gap.weights[-1], float(gap.biases[-1])
    says_first = "only inside this diamond" if radius > 0 else "nowhere, as no distance is below 0"
    return (
        f"A product draws a straight line, {number(a)}·x {_signed(b)}·y {_signed(bias)} = 0: {right[0]} of "
        f"{len(dataset.X_test):,} test digits right. A distance draws a diamond around "
        f"({number(foot_a)}, {number(foot_b)}), {number(max(radius, 0))} from centre to corner: it answers "
        f"{dataset.digits[0]} {says_first}, {right[1]} right."
    )


def _signed(value: float) -> str:
    return ("+ " if value >= 0 else "− ") + number(abs(value))
