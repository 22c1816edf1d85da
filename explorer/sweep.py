"""Every learning rate for every loss, with and without a bias: one pass of training, and what it says."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.explanations import percent
from explorer.losses import LOSSES
from explorer.settings import DEFAULTS, LEARNING_RATES, Settings
from explorer.training import Progress, Run, train_many, uses_bias

Array = NDArray[np.floating]

RATES = LEARNING_RATES
SLOPED = tuple(key for key, loss in LOSSES.items() if not (loss.flat or loss.pixelwise))
BIASES = {"with": (True,), "without": (False,), "both": (True, False)}
NEAR = 0.01  # within one point of the best
_COMPARABLE = 0.05  # a loss whose best is this far below the best of all has not solved the task
DIVERGED, STILL = "diverged", "did not move"


@dataclass(frozen=True)
class Row:
    """One row of the picture: a loss, with or without a bias."""

    loss: str
    bias: bool

    @property
    def label(self) -> str:
        """The loss, and that there is no bias where there could be one."""
        return LOSSES[self.loss].label + ("" if self.bias or LOSSES[self.loss].pixelwise else ", no bias")


@dataclass(frozen=True)
class Cell:
    """One run of the sweep, without its weights: its curves, and how it ended. Shapes as in ``Run``.

    Parameters
    ----------
    settings : Settings
    train_loss, test_loss, train_accuracy, test_accuracy : (epochs + 1,)
    diverged_at : int or None
    moved : bool
        False where weights and bias at the end equal those at the start.
    """

    settings: Settings
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array
    diverged_at: int | None
    moved: bool

    @property
    def last_epoch(self) -> int:
        """The last epoch that still has finite numbers."""
        return self.settings.epochs if self.diverged_at is None else self.diverged_at - 1

    @property
    def trouble(self) -> str | None:
        """Why there is no accuracy to compare: ``DIVERGED`` or ``STILL``; None where there is one."""
        if self.diverged_at is not None:
            return DIVERGED
        return None if self.moved else STILL

    @property
    def accuracy(self) -> float | None:
        """The share of right answers to the test images after the last epoch; None where there is ``trouble``."""
        return None if self.trouble else float(self.test_accuracy[-1])


@dataclass(frozen=True)
class Sweep:
    """All runs of a sweep.

    Parameters
    ----------
    rows : tuple of Row
    cells : tuple of tuples of Cell
        One for each row and each of ``RATES``.
    seconds : float
        Of the whole pass.
    """

    rows: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]
    seconds: float

    def accuracies(self) -> Array:
        """Test accuracies (n_rows, n_rates), NaN where there is none to compare."""
        shares = [[cell.accuracy for cell in line] for line in self.cells]
        return np.array(shares, float)

    def near(self) -> NDArray[np.bool_]:
        """Which cells lie in their row's range of rates near its best: (n_rows, n_rates)."""
        inside = np.zeros((len(self.rows), len(RATES)), bool)
        for i, span in enumerate(map(near_best, self.accuracies())):
            if span:
                inside[i, span.first : span.last + 1] = True
        return inside


@dataclass(frozen=True)
class Span:
    """A range of rates without a gap, as places in ``RATES``, and the best of them."""

    first: int
    last: int
    best: int

    @property
    def factor(self) -> float:
        """How many times the lowest rate the highest one is."""
        return RATES[self.last] / RATES[self.first]

    @property
    def words(self) -> str:
        """From which rate to which."""
        low, high = RATES[self.first], RATES[self.last]
        return f"only {low:g}" if low == high else f"{low:g} to {high:g}"


def rows(losses: Sequence[str], biases: str) -> tuple[Row, ...]:
    """The rows of the picture, in the order of ``LOSSES``.

    Parameters
    ----------
    losses : sequence of str
    biases : str
        A key of ``BIASES``. A loss without use for a bias has one row, without one.
    """
    return tuple(
        Row(loss, bias)
        for loss in LOSSES if loss in losses
        for bias in ((False,) if LOSSES[loss].pixelwise else BIASES[biases])
    )


def shared(settings: Settings) -> Settings:
    """What all runs of a sweep share; loss, rate and bias at one fixed value, so that equal sweeps are equal."""
    return dataclasses.replace(
        settings, loss=DEFAULTS.loss, learning_rate=DEFAULTS.learning_rate, bias=DEFAULTS.bias
    )


def run_settings(settings: Settings, row: Row, rate: float) -> Settings:
    """The settings of one cell."""
    return dataclasses.replace(settings, loss=row.loss, bias=row.bias, learning_rate=rate)


def sweep(
    dataset: Dataset, settings: Settings, rows: Sequence[Row], progress: Progress | None = None
) -> Sweep:
    """Train every row at every rate, all in one call of ``train_many``.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        What all runs share: everything but loss, learning rate and bias.
    rows : sequence of Row
    progress : callable (share), optional
        As for ``train_many``.
    """
    began = time.perf_counter()
    runs = train_many(dataset, [run_settings(settings, row, rate) for row in rows for rate in RATES], progress)
    n = len(RATES)
    cells = tuple(tuple(map(_cell, runs[first : first + n])) for first in range(0, len(runs), n))
    return Sweep(tuple(rows), cells, time.perf_counter() - began)


def _cell(run: Run) -> Cell:
    """A run without its weights: they are most of its memory, and no picture here shows them."""
    moved = bool(np.any(run.weights[-1] != run.weights[0]) or run.biases[-1] != run.biases[0])
    return Cell(
        run.settings, run.train_loss, run.test_loss, run.train_accuracy, run.test_accuracy, run.diverged_at, moved
    )


def near_best(accuracies: Array) -> Span | None:
    """The range of rates around a row's best accuracy, all within one point of it; None where there is no number.

    Where several rates are best, the range around the first of them. A rate outside may be as good again, beyond
    one that is not.

    Parameters
    ----------
    accuracies : (n_rates,)
        NaN where a run diverged or did not move.
    """
    if np.isnan(accuracies).all():
        return None
    best = int(np.nanargmax(accuracies))
    # A hair more than a point, so that 0.97 against 0.98 counts, however it is rounded.
    good = accuracies >= accuracies[best] - NEAR - 1e-9
    first = last = best
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(good) and good[last + 1]:
        last += 1
    return Span(first, last, best)


def sentence(result: Sweep) -> str:
    """The range of rates within one point of the best, per loss, and which is the widest.

    With and without a bias in the picture, the runs with one are told of; the table has all. A loss whose best is
    far below the best of all has not solved the task: its range is not compared.
    """
    accuracies = result.accuracies()
    with_bias = {row.loss for row in result.rows if row.bias}
    spans = {
        LOSSES[row.loss].label: (near_best(line), line)
        for row, line in zip(result.rows, accuracies, strict=True) if row.bias or row.loss not in with_bias
    }
    bests = {label: line[span.best] for label, (span, line) in spans.items() if span}
    highest = max(bests.values(), default=0.0)
    good = {label: spans[label][0] for label, best in bests.items() if best >= highest - _COMPARABLE}
    low = [f"{label} ({percent(best)})" for label, best in bests.items() if label not in good]
    nothing = [label for label in spans if label not in bests]
    parts = []
    if good:
        widest = max(span.factor for span in good.values())
        # 0.5 / 0.05 and 1 / 0.1 differ by rounding alone.
        names = [label for label, span in good.items() if span.factor > 0.999 * widest]
        leave = "leaves" if len(names) == 1 else "leave"
        parts += [
            f"**{_listed(names).capitalize()} {leave} the widest choice:** "
            f"the highest good rate is {_times(widest)} times the lowest.",
            f"Within 1 point of its best: {'; '.join(f'{label} {span.words}' for label, span in good.items())}.",
        ]
    if low:
        parts.append(f"Even the best of {_listed(low)} is far below.")
    if nothing:
        parts.append(f"Nothing to compare from {_listed(nothing)}: its runs diverged or did not move.")
    return " ".join(parts)


def _times(factor: float) -> str:
    """2.5, 10 or 1,000,000: the ratio of two learning rates, which has no more digits."""
    return f"{factor:,.1f}".removesuffix(".0")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def cell_sentence(result: Sweep, row: int, rate: int, dataset: Dataset) -> str:
    """What one run came to, beside the best of its row.

    Parameters
    ----------
    result : Sweep
    row, rate : int
        Places in ``result.rows`` and ``RATES``.
    dataset : Dataset
    """
    cell, line = result.cells[row][rate], result.accuracies()[row]
    label = result.rows[row].label
    name = f"**{label[0].upper()}{label[1:]} at {RATES[rate]:g}:**"
    span = near_best(line)
    best = (
        f" The best of its row is {percent(line[span.best])}, at {RATES[span.best]:g}." if span
        else " No run of its row has an accuracy to compare."
    )
    if cell.diverged_at is not None:
        return f"{name} diverged. The steps were too big: the loss became infinite in epoch {cell.diverged_at}.{best}"
    if not cell.moved:
        why = "every step was too small"
        if LOSSES[cell.settings.loss].flat:
            why = "this loss is flat, every slope is 0"
            if cell.settings.l2:  # 1 - rate * l2 is -1
                why += ", and the penalty turned the weights over and back again"
        return (
            f"{name} did not move: {why}. The {percent(cell.test_accuracy[-1])} of "
            f"{len(dataset.X_test):,} unseen digits it gets right come from the start alone.{best}"
        )
    if line[span.best] == line[rate]:
        best = " No rate in its row does better."
    return (
        f"{name} {percent(cell.test_accuracy[-1])} of {len(dataset.X_test):,} unseen digits right after "
        f"{cell.settings.epochs:,} epoch{'s' if cell.settings.epochs > 1 else ''}.{best}"
    )


def cell_words(cell: Cell) -> str:
    """A cell in a few words: its accuracy, or what happened instead."""
    if cell.diverged_at is not None:
        return f"{DIVERGED} in epoch {cell.diverged_at}"
    return percent(cell.test_accuracy[-1]) if cell.moved else STILL


def accuracies_by_rate(result: Sweep) -> dict[str, list]:
    """The map of all runs: per learning rate, the accuracy of each row's run or what happened instead."""
    return {"learning rate": list(RATES)} | {
        row.label: [cell_words(cell) for cell in line] for row, line in zip(result.rows, result.cells, strict=True)
    }


def table(result: Sweep) -> dict[str, list[str]]:
    """Per row: the best accuracy, its rate, the range near it, and what else happened."""
    spans = [near_best(line) for line in result.accuracies()]
    troubles = [[cell.trouble for cell in line] for line in result.cells]
    return {
        "loss": [LOSSES[row.loss].label for row in result.rows],
        "bias": ["with" if uses_bias(line[0].settings) else "without" for line in result.cells],
        "best": [
            percent(line[span.best]) if span else "none" for line, span in zip(result.accuracies(), spans, strict=True)
        ],
        "at learning rate": [f"{RATES[span.best]:g}" if span else "none" for span in spans],
        "within 1 point": [span.words if span else "none" for span in spans],
        "highest ÷ lowest": [_times(span.factor) if span else "none" for span in spans],
        DIVERGED: [str(line.count(DIVERGED)) for line in troubles],
        STILL: [str(line.count(STILL)) for line in troubles],
    }
