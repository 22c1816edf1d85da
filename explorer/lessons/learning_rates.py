"""For the page Learning rates: every loss trained at every learning rate, with and without a bias, and the results."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import DEFAULTS, LEARNING_RATES, Settings
from explorer.engine.training import Progress, Run, train_many, uses_bias
from explorer.lessons.words import listed, percent

Array = NDArray[np.floating]

RATES = LEARNING_RATES
SLOPED = tuple(key for key, loss in LOSSES.items() if not (loss.flat or loss.pixelwise))
BIASES = {"with": (True,), "without": (False,), "both": (True, False)}
NEAR = 0.01  # accuracies within one point of the best are near it
_COMPARABLE = 0.05  # a loss whose best accuracy is further below the best of all has not solved the task
DIVERGED, STILL = "diverged", "did not move"


@dataclass(frozen=True)
class Row:
    """A row of the sweep: a loss, with or without a bias."""

    loss: str
    bias: bool

    @property
    def label(self) -> str:
        """The name of the loss, with "no bias" where it is trained without one but could have one."""
        return LOSSES[self.loss].label + ("" if self.bias or LOSSES[self.loss].pixelwise else ", no bias")


@dataclass(frozen=True)
class Cell:
    """One run of the sweep without its weights: its curves, and how it ended.

    Parameters
    ----------
    settings : Settings
    train_loss, test_loss, train_accuracy, test_accuracy : (epochs + 1,)
    diverged_at : int or None
    moved : bool
        Whether the weights or the bias at the end differ from those at the start.
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
        """The last epoch with finite numbers."""
        return self.settings.epochs if self.diverged_at is None else self.diverged_at - 1

    @property
    def trouble(self) -> str | None:
        """``DIVERGED`` or ``STILL`` where there is no accuracy to compare, else None."""
        if self.diverged_at is not None:
            return DIVERGED
        return None if self.moved else STILL

    @property
    def accuracy(self) -> float | None:
        """The accuracy on the test images after the last epoch; None where there is ``trouble``."""
        return None if self.trouble else float(self.test_accuracy[-1])


@dataclass(frozen=True)
class Sweep:
    """All runs of a sweep.

    Parameters
    ----------
    rows : tuple of Row
    cells : tuple of tuples of Cell
        A cell for each row and each of ``RATES``.
    seconds : float
        The time of the whole sweep.
    """

    rows: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]
    seconds: float

    def accuracies(self) -> Array:
        """The accuracies on the test images, NaN where there is none to compare: (n_rows, n_rates)."""
        return np.array([[cell.accuracy for cell in line] for line in self.cells], float)

    def near(self) -> NDArray[np.bool_]:
        """Which cells are in the range of rates near the best of their row: (n_rows, n_rates)."""
        inside = np.zeros((len(self.rows), len(RATES)), bool)
        for i, span in enumerate(map(near_best, self.accuracies())):
            if span:
                inside[i, span.first : span.last + 1] = True
        return inside


@dataclass(frozen=True)
class Span:
    """A contiguous range of rates, as positions in ``RATES``, and the best of them."""

    first: int
    last: int
    best: int

    @property
    def factor(self) -> float:
        """The ratio of the highest rate to the lowest."""
        return RATES[self.last] / RATES[self.first]

    @property
    def text(self) -> str:
        """The range as text: "0.1 to 0.5", "only 0.1"."""
        low, high = RATES[self.first], RATES[self.last]
        return f"only {low:g}" if low == high else f"{low:g} to {high:g}"


def rows(losses: Sequence[str], biases: str) -> tuple[Row, ...]:
    """The rows of a sweep, in the order of ``LOSSES``.

    Parameters
    ----------
    losses : sequence of str
    biases : str
        A key of ``BIASES``. A loss that uses no bias has only one row, without a bias.
    """
    return tuple(
        Row(loss, bias)
        for loss in LOSSES if loss in losses
        for bias in ((False,) if LOSSES[loss].pixelwise else BIASES[biases])
    )


def shared(settings: Settings) -> Settings:
    """The settings that all runs of a sweep share, as the key of its cache: loss, rate and bias at their defaults."""
    return dataclasses.replace(
        settings, loss=DEFAULTS.loss, learning_rate=DEFAULTS.learning_rate, bias=DEFAULTS.bias
    )


def run_settings(settings: Settings, row: Row, rate: float) -> Settings:
    """The settings of the run in one cell."""
    return dataclasses.replace(settings, loss=row.loss, bias=row.bias, learning_rate=rate)


def affordable(settings: Settings, rows: Sequence[Row], shape: cost.Shape) -> Settings:
    """``settings`` with as many of their epochs as there is time for, in every cell of a sweep."""
    return dataclasses.replace(settings, epochs=_affordable_epochs(shared(settings), tuple(rows), shape))


@functools.lru_cache(maxsize=256)  # each run of the page asks
def _affordable_epochs(settings: Settings, rows: tuple[Row, ...], shape: cost.Shape) -> int:
    return cost.affordable_epochs(shape, all_settings(settings, rows))


def all_settings(settings: Settings, rows: Sequence[Row]) -> list[Settings]:
    """The settings of all runs of a sweep, row by row."""
    return [run_settings(settings, row, rate) for row in rows for rate in RATES]


def train_sweep(
    dataset: Dataset, settings: Settings, rows: Sequence[Row], progress: Progress | None = None
) -> Sweep:
    """Train every row at every rate, all in one call of ``train_many``.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Shared by all runs, except for the loss, the learning rate and the bias.
    rows : sequence of Row
    progress : callable (share), optional
        As for ``train_many``.
    """
    start = time.perf_counter()
    runs = train_many(dataset, all_settings(settings, rows), progress)
    n = len(RATES)
    cells = tuple(tuple(map(_cell, runs[first : first + n])) for first in range(0, len(runs), n))
    return Sweep(tuple(rows), cells, time.perf_counter() - start)


def _cell(run: Run) -> Cell:
    """The cell of a run, without its weights, which take most of the memory and are not shown on this page."""
    moved = bool(np.any(run.weights[-1] != run.weights[0]) or run.biases[-1] != run.biases[0])
    return Cell(
        run.settings, run.train_loss, run.test_loss, run.train_accuracy, run.test_accuracy, run.diverged_at, moved
    )


def near_best(accuracies: Array) -> Span | None:
    """The range of rates around a row's best accuracy that are all within one point of it; None if all are NaN.

    Where several rates are best, the range is around the first of them. It ends at the first rate that is not near
    the best, even if one beyond it is.

    Parameters
    ----------
    accuracies : (n_rates,)
        NaN where a run diverged or did not move.
    """
    if np.isnan(accuracies).all():
        return None
    best = int(np.nanargmax(accuracies))
    # Plus a little for rounding, so that 0.97 is within a point of 0.98.
    good = accuracies >= accuracies[best] - NEAR - 1e-9
    first = last = best
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(good) and good[last + 1]:
        last += 1
    return Span(first, last, best)


def sentence(result: Sweep) -> str:
    """The range of rates within one point of the best for each loss, and which range is the widest.

    Where a loss has rows with and without a bias, only the one with a bias is reported; the table has all. The range
    of a loss whose best accuracy is far below the best of all is not compared, as it has not solved the task.
    """
    accuracies = result.accuracies()
    with_bias = {row.loss for row in result.rows if row.bias}
    lines = {
        LOSSES[row.loss].label: line
        for row, line in zip(result.rows, accuracies, strict=True) if row.bias or row.loss not in with_bias
    }
    spans = {label: span for label, line in lines.items() if (span := near_best(line))}
    bests = {label: lines[label][span.best] for label, span in spans.items()}
    highest = max(bests.values(), default=0.0)
    good = {label: spans[label] for label, best in bests.items() if best >= highest - _COMPARABLE}
    low = [f"{label} ({percent(best)})" for label, best in bests.items() if label not in good]
    nothing = [label for label in lines if label not in bests]
    parts = []
    if good:
        widest = max(span.factor for span in good.values())
        # A little less, as 0.5 / 0.05 and 1 / 0.1 differ by rounding.
        names = [label for label, span in good.items() if span.factor > 0.999 * widest]
        leave = "leaves" if len(names) == 1 else "leave"
        parts += [
            f"**{listed(names).capitalize()} {leave} the widest choice:** "
            f"the highest good rate is {_times(widest)} times the lowest.",
            f"Within 1 point of its best: {'; '.join(f'{label} {span.text}' for label, span in good.items())}.",
        ]
    if low:
        parts.append(f"Even the best of {listed(low)} is far below.")
    if nothing:
        parts.append(f"Nothing to compare from {listed(nothing)}: its runs diverged or did not move.")
    return " ".join(parts)


def _times(factor: float) -> str:
    """The ratio of two learning rates as text: "2.5", "10", "1,000,000"."""
    return f"{factor:,.1f}".removesuffix(".0")


def cell_sentence(result: Sweep, row: int, rate: int, dataset: Dataset) -> str:
    """The result of one run, and the best of its row.

    Parameters
    ----------
    result : Sweep
    row, rate : int
        Positions in ``result.rows`` and ``RATES``.
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
            if cell.settings.l2:  # the weights are at the start again only where 1 - rate * l2 is -1
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
    """A cell as a short text: its accuracy, or "diverged" or "did not move"."""
    if cell.diverged_at is not None:
        return f"{DIVERGED} in epoch {cell.diverged_at}"
    return percent(cell.test_accuracy[-1]) if cell.moved else STILL


def accuracies_by_rate(result: Sweep) -> dict[str, list]:
    """The map of all runs as a table, column titles to cells: the learning rates, and each row as ``cell_words``."""
    return {"learning rate": list(RATES)} | {
        row.label: [cell_words(cell) for cell in line] for row, line in zip(result.rows, result.cells, strict=True)
    }


def table(result: Sweep) -> dict[str, list[str]]:
    """A summary of the rows as a table, column titles to cells: the best accuracy, its rate, the range near it, …"""
    spans = [near_best(line) for line in result.accuracies()]
    troubles = [[cell.trouble for cell in line] for line in result.cells]
    return {
        "loss": [LOSSES[row.loss].label for row in result.rows],
        "bias": ["with" if uses_bias(line[0].settings) else "without" for line in result.cells],
        "best": [
            percent(line[span.best]) if span else "none" for line, span in zip(result.accuracies(), spans, strict=True)
        ],
        "at learning rate": [f"{RATES[span.best]:g}" if span else "none" for span in spans],
        "within 1 point": [span.text if span else "none" for span in spans],
        "highest ÷ lowest": [_times(span.factor) if span else "none" for span in spans],
        DIVERGED: [str(line.count(DIVERGED)) for line in troubles],
        STILL: [str(line.count(STILL)) for line in troubles],
    }
