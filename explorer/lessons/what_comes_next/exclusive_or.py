"""Two pixels, and ink in exactly one of them: what no single layer can learn, and two units can."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.layers import layers
from explorer.engine.settings import LIMITS, Settings
from explorer.engine.training import Progress, Run, scores_of, train_many
from explorer.lessons.words import counted, percent

Array = NDArray[np.floating]

DEFAULT_UNITS, MOST_UNITS = 4, 6
STARTS = 20  # that are tried; the one with the lowest training loss is shown
SOLVED = 0.98  # of the unseen points right
POINTS = 61  # of the grid, along each side
GREY = 0.3  # how far paper and ink are from 0 and 1, at most
TRAIN, TEST = 200, 400  # points
DATA_SEED = 2018
_MARGIN = 0.1

_words = texts.of("what_comes_next")


@dataclass(frozen=True)
class Tries:
    """What came of all the starts.

    Parameters
    ----------
    best : Run
        The one with the lowest training loss.
    solved : int
        How many of ``STARTS`` get at least ``SOLVED`` of the unseen points right.
    """

    best: Run
    solved: int

    @property
    def accuracy(self) -> float:
        """Of the best one, on the unseen points."""
        return float(self.best.test_accuracy[self.best.last_epoch])


@lru_cache(maxsize=1)
def points() -> Dataset:
    """Images of two pixels, each paper or ink with some grey; class 1 has ink in exactly one of them. Read-only."""
    generator = np.random.default_rng(DATA_SEED)
    arrays = []
    for n in (TRAIN, TEST):
        ink = np.arange(n)[:, None] // np.array([1, 2]) % 2  # all four kinds, equally often
        grey = generator.random((n, 2)) * GREY
        arrays += [
            np.where(ink, 1 - grey, grey).astype(np.float32), (ink[:, 0] != ink[:, 1]).astype(np.float32),
        ]
    for array in arrays:
        array.flags.writeable = False
    return Dataset("exclusive or", (1, 0), (1, 2), *arrays)


def settings_of(units: int, seed: int) -> list[Settings]:
    """The trainings from ``STARTS`` starts, beginning with this seed."""
    return [
        Settings(hidden_units=units, learning_rate=0.5, epochs=100, seed=(seed + i) % (LIMITS["seed"].high + 1))
        for i in range(STARTS)
    ]


def seconds(units: int, seed: int) -> float:
    """About how long ``tries`` takes."""
    return cost.seconds((TRAIN, TEST, 2), settings_of(units, seed))


def tries(units: int, seed: int, progress: Progress | None = None) -> Tries:
    """A hidden layer of so many units, or none, trained from each start."""
    runs = train_many(points(), settings_of(units, seed), progress)
    best = min(runs, key=lambda run: float(np.nan_to_num(run.train_loss[-1], nan=np.inf)))
    return Tries(best, sum(bool(run.test_accuracy[-1] >= SOLVED) for run in runs))


def grid() -> Array:
    """The values at which scores are drawn, for either pixel."""
    return np.linspace(-_MARGIN, 1 + _MARGIN, POINTS)


def score_map(run: Run) -> Array:
    """The scores of a run on ``grid`` × ``grid``: rows by the second pixel."""
    x, y = np.meshgrid(grid(), grid())
    places = np.stack([x.ravel(), y.ravel()], axis=1)
    at = run.last_epoch
    scores = scores_of(places, run.settings, run.weights[at].astype(float), float(run.biases[at]))
    return scores.reshape(x.shape).astype(np.float32)


def folds(run: Run) -> list[tuple[Array, Array]]:
    """Where each unit begins to say something: the ends (x, y) of its line within the grid; none where it lies outside.

    Parameters
    ----------
    run : Run
        With a hidden layer.
    """
    model = layers(run.weights[run.last_epoch].astype(float), run.settings.hidden_units)
    low, high = -_MARGIN, 1 + _MARGIN
    found = []
    for (a, b), bias in zip(model.weights, model.biases, strict=True):
        ends = [(x, -(a * x + bias) / b) for x in (low, high) if b]
        ends += [(-(b * y + bias) / a, y) for y in (low, high) if a]
        inside = sorted({(round(x, 6), round(y, 6)) for x, y in ends if low <= x <= high and low <= y <= high})
        if len(inside) >= 2:
            found.append((np.array([inside[0][0], inside[-1][0]]), np.array([inside[0][1], inside[-1][1]])))
    return found


def sentence(hidden: Tries, single: Tries) -> str:
    """How many points either gets right, and how many of the starts found the way."""
    units = hidden.best.settings.hidden_units
    solved = hidden.accuracy >= SOLVED
    values = dict(
        layer=_words("hidden.one_unit") if units == 1 else _words("hidden.units_named", n=counted(units)),
        right=percent(hidden.accuracy), right_single=percent(single.accuracy), starts=STARTS,
        n=counted(hidden.solved), share=percent(SOLVED),
    )
    if solved:
        starts = "xor.saw.all" if hidden.solved == STARTS else "xor.saw.one" if hidden.solved == 1 else "xor.saw.some"
    else:
        starts = "xor.saw.none_one_unit" if units == 1 else "xor.saw.none"
    return " ".join([
        _words("xor.saw.single", **values), _words("xor.saw.solved" if solved else "xor.saw.stuck", **values),
        _words(starts, **values),
    ])


def is_solved_with_two(hidden: Tries) -> bool:
    """Whether two units, and no more, get it right."""
    return hidden.best.settings.hidden_units <= 2 and hidden.accuracy >= SOLVED
