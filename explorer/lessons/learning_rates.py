"""For the page Learning rates: every loss trained at every learning rate, with and without a bias, and the results."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import DEFAULTS, LEARNING_RATES, Settings
from explorer.engine.training import Progress, Run, train_many, uses_bias
from explorer.lessons.goal import after, percent_of, progress, seconds_text, short_of
from explorer.lessons.runs import whole_epochs
from explorer.lessons.words import listed, percent, short

Array = NDArray[np.floating]

_words = texts.of("learning_rates")

RATES = LEARNING_RATES
SLOPED = tuple(key for key, loss in LOSSES.items() if not (loss.flat or loss.pixelwise))
BIASES = {"with": (True,), "without": (False,), "both": (True, False)}
NEAR = 0.01  # accuracies within one point of the best are near it
_COMPARABLE = 0.05  # a loss whose best accuracy is further below the best of all has not solved the task
BROKEN = 0.1  # a rate above the best one that is further below it breaks its row
SUITS = 0.02  # a rate within two points of the best of its row suits it
UNSETTLED = 2  # with so many times the loss of the best rate, a higher rate is too big to settle
DIVERGED, STILL = _words("map.diverged"), _words("map.still")


@dataclass(frozen=True)
class Row:
    """A row of the sweep: a loss, with or without a bias."""

    loss: str
    bias: bool

    @property
    def label(self) -> str:
        """The name of the loss, with "no bias" where it is trained without one but could have one."""
        label = LOSSES[self.loss].label
        return label if self.bias or LOSSES[self.loss].pixelwise else _words("row.no_bias", loss=label)


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

    def epochs_to(self, share: float) -> int | None:
        """The first epoch after which this share of the test images is right; 0 is the start, None is never."""
        return progress(whole_epochs(self), share).epoch

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
        if low == high:
            return _words("span.one", rate=f"{low:g}")
        return _words("span.many", low=f"{low:g}", high=f"{high:g}")


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
    """What to look at on the map, in Markdown: the climb, the ridge, the cliff, and who has the widest ridge.

    Where a loss has rows with and without a bias, only the one with a bias is reported; the table has all. The range
    of a loss whose best accuracy is far below the best of all is not compared, as it has not solved the task.
    """
    with_bias = {row.loss for row in result.rows if row.bias}
    lines = {
        LOSSES[row.loss].label: line for row, line in zip(result.rows, result.accuracies(), strict=True)
        if row.bias or row.loss not in with_bias
    }
    spans = {label: span for label, line in lines.items() if (span := near_best(line))}
    bests = {label: lines[label][span.best] for label, span in spans.items()}
    highest = max(bests.values(), default=0.0)
    good = {label: spans[label] for label, best in bests.items() if best >= highest - _COMPARABLE}
    low = [
        _words("story.low_loss", loss=label, accuracy=percent(best))
        for label, best in bests.items() if label not in good
    ]
    nothing = [label for label in lines if label not in bests]
    parts = []
    if good:
        parts = [_words("story.read"), *_climb(result, lines, good), _words("story.ridge"), _cliff(lines, good)]
        widest = max(span.factor for span in good.values())
        # A little less, as 0.5 / 0.05 and 1 / 0.1 differ by rounding.
        names = [label for label, span in good.items() if span.factor > 0.999 * widest]
        if widest > 1:
            many = "many" if len(names) > 1 else "one"
            parts.append(_words(f"story.widest_{many}", losses=listed(names), factor=_times(widest)))
        else:
            parts.append(_words("story.single"))
    if low:
        parts.append(_words("story.low_many" if len(low) > 1 else "story.low", losses=listed(low)))
    if nothing:
        parts.append(_words("story.nothing", losses=listed(nothing)))
    return " ".join(parts)


def _climb(result: Sweep, lines: dict[str, Array], good: dict[str, Span]) -> list[str]:
    """What the smallest rate does to the rows that learn: too little, or enough."""
    enough = [label for label, span in good.items() if span.first == 0]
    if enough:
        return [_words("story.small_enough", losses=listed(enough))]
    at_first = [lines[label][0] for label in good if np.isfinite(lines[label][0])]
    return [_words(
        "story.small", rate=f"{RATES[0]:g}", epochs=epochs_of(result.cells[0][0]), accuracy=percent(max(at_first)),
    )] if at_first else []


def _cliff(lines: dict[str, Array], good: dict[str, Span]) -> str:
    """Which rows break at rates above their best, and from which rate on."""
    broken = {
        label: first for label, span in good.items() if (first := _breaks_from(lines[label], span)) is not None
    }
    if not broken:
        return _words("story.no_cliff", rate=f"{RATES[-1]:g}")
    losses = [
        _words(f"story.cliff_{'at' if first == len(RATES) - 1 else 'from'}", loss=label, rate=f"{RATES[first]:g}")
        for label, first in broken.items()
    ]
    return _words("story.cliff_many" if len(losses) > 1 else "story.cliff_one", losses=listed(losses))


def _breaks_from(line: Array, span: Span) -> int | None:
    """The lowest rate above the best one from which on all rates break a row, as a position in ``RATES``."""
    is_broken = ~(line >= line[span.best] - BROKEN)  # also where there is no accuracy
    is_broken[: span.best + 1] = False
    whole = np.flatnonzero(~is_broken)[-1] + 1
    return int(whole) if whole < len(line) else None


def epochs_of(cell: Cell) -> str:
    """The number of epochs of a run as text."""
    epochs = cell.settings.epochs
    return f"{epochs:,} epoch{'s' if epochs > 1 else ''}"


def _times(factor: float) -> str:
    """The ratio of two learning rates as text: "2.5", "10", "1,000,000"."""
    return f"{factor:,.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Guides:
    """Rates of one row that show what a rate does, as positions in ``RATES``; None where no rate of the list does."""

    small: int | None
    right: int | None
    big: int | None

    def items(self) -> list[tuple[str, int]]:
        """Those that there are, by their names."""
        return [(name, at) for name, at in dataclasses.asdict(self).items() if at is not None]


def guides(result: Sweep, row: int) -> Guides:
    """The smallest rate, if it is too small, the best one, and the biggest, if it is too big."""
    span = near_best(result.accuracies()[row])
    if span is None:
        return Guides(None, None, None)
    last = len(RATES) - 1
    return Guides(
        0 if _judged(result, row, 0) in ("too_small", "still") else None, span.best,
        last if _judged(result, row, last) in ("too_big", "too_sure", "diverged") else None,
    )


def _judged(result: Sweep, row: int, rate: int) -> str:
    """What the rate of a cell is for its row: the name of its text."""
    cell, line = result.cells[row][rate], result.accuracies()[row]
    span = near_best(line)
    if cell.diverged_at is not None:
        return "diverged"
    if not cell.moved:
        if LOSSES[cell.settings.loss].flat:
            # With a penalty the weights are at the start again only where 1 - rate * l2 is -1.
            return "flat_penalty" if cell.settings.l2 else "flat"
        return "still" if span else "still_no_best"
    assert span is not None  # this run moved and did not diverge
    best = result.cells[row][span.best]
    if line[rate] < line[span.best] - NEAR - 1e-9:
        return "too_small" if rate < span.best else "too_big"
    if rate > span.best and cell.test_loss[-1] > UNSETTLED * best.test_loss[-1]:
        return "too_sure"
    return "best" if line[rate] == line[span.best] else "right"


def cell_sentence(result: Sweep, row: int, rate: int, dataset: Dataset) -> str:
    """The result of one run, whether its rate is right for its row, and the best of its row.

    Parameters
    ----------
    result : Sweep
    row, rate : int
        Positions in ``result.rows`` and ``RATES``.
    dataset : Dataset
    """
    cell, line = result.cells[row][rate], result.accuracies()[row]
    label = result.rows[row].label
    values = {
        "run": f"{label[0].upper()}{label[1:]}", "rate": f"{RATES[rate]:g}", "epochs": epochs_of(cell),
        "count": f"{len(dataset.X_test):,}", "epoch": cell.diverged_at,
    }
    if cell.diverged_at is None:
        values |= {"accuracy": percent(cell.test_accuracy[-1]), "loss": short(float(cell.test_loss[-1]))}
    span = near_best(line)
    if span:
        values |= {
            "best": percent(line[span.best]), "best_rate": f"{RATES[span.best]:g}",
            "best_loss": short(float(result.cells[row][span.best].test_loss[-1])),
        }
    judged = _judged(result, row, rate)
    said = _words(f"cell.{judged}", **values)
    if judged == "diverged":
        said += " " + _words("cell.diverged_best" if span else "cell.no_best", **values)
    return said


def breaks_one_and_suits_another(result: Sweep, row: int, rate: int) -> bool:
    """Whether the rate of a cell is too big for its own loss, which breaks, and suits another loss of the map."""
    accuracies = result.accuracies()
    span = near_best(accuracies[row])
    if span is None or rate <= span.best or accuracies[row, rate] >= accuracies[row, span.best] - BROKEN:
        return False
    return any(
        other.loss != result.rows[row].loss and (best := near_best(line)) is not None
        and line[best.best] >= accuracies[row, span.best] - _COMPARABLE and line[rate] >= line[best.best] - SUITS
        for other, line in zip(result.rows, accuracies, strict=True)
    )


def cell_words(cell: Cell) -> str:
    """A cell as a short text: its accuracy, or "diverged" or "did not move"."""
    if cell.diverged_at is not None:
        return _words("map.diverged_in", epoch=cell.diverged_at)
    return percent(cell.test_accuracy[-1]) if cell.moved else STILL


def accuracies_by_rate(result: Sweep) -> dict[str, list]:
    """The map of all runs as a table, column titles to cells: the learning rates, and each row as ``cell_words``."""
    return {_words("ranges.learning_rate"): list(RATES)} | {
        row.label: [cell_words(cell) for cell in line] for row, line in zip(result.rows, result.cells, strict=True)
    }


def fastest(result: Sweep, share: float) -> list[int | None]:
    """For each row of a sweep the fewest epochs after which a share of the test images is right; None for never."""
    reached = [[cell.epochs_to(share) for cell in line] for line in result.cells]
    return [min((n for n in line if n is not None), default=None) for line in reached]


def goal_sentence(result: Sweep, share: float) -> str:
    """Which losses reach a goal after the fewest epochs, at which rates, and which never do, in Markdown."""
    fewest, goal = fastest(result, share), percent_of(share)
    there = [n for n in fewest if n is not None]
    if not there:
        return _words("goal.nobody", goal=goal)
    best = min(there)
    winners = [
        _words("goal.winner", loss=row.label, rates=listed([
            f"{rate:g}" for rate, cell in zip(RATES, line, strict=True) if cell.epochs_to(share) == best
        ])) for row, line, n in zip(result.rows, result.cells, fewest, strict=True) if n == best
    ]
    said = _words("goal.best", goal=goal, when=after(best), winners="; ".join(winners))
    slower = [
        _words("goal.slower", loss=row.label, when=after(n))
        for row, n in zip(result.rows, fewest, strict=True) if n is not None and n > best
    ]
    never = [row.label for row, n in zip(result.rows, fewest, strict=True) if n is None]
    if slower:
        said += " " + _words("goal.then", losses="; ".join(slower))
    if never:
        said += " " + _words("goal.never", losses="; ".join(never))
    # All runs are trained in one pass and share its time.
    each = result.seconds / sum(map(len, result.cells)) / result.cells[0][0].settings.epochs
    return f"{said} {_words('goal.seconds', seconds=seconds_text(each))}"


def goal_words(cell: Cell, share: float) -> str:
    """When a run reaches a goal, as a short text."""
    n = cell.epochs_to(share)
    if n is not None:
        return after(n)
    found = progress(whole_epochs(cell), share)
    return _words("goal.nearest", best=short_of(found.best), when=after(found.nearest))


def epochs_by_rate(result: Sweep, share: float) -> dict[str, list]:
    """The map of epochs to a goal as a table, column titles to cells: the learning rates, and each row."""
    return {_words("ranges.learning_rate"): list(RATES)} | {
        row.label: [cell.epochs_to(share) for cell in line] for row, line in zip(result.rows, result.cells, strict=True)
    }


def table(result: Sweep) -> dict[str, list[str]]:
    """A summary of the rows as a table, column titles to cells: the best accuracy, its rate, the range near it, …"""
    spans = [near_best(line) for line in result.accuracies()]
    troubles = [[cell.trouble for cell in line] for line in result.cells]
    none = _words("ranges.none")
    return {
        _words("ranges.loss"): [LOSSES[row.loss].label for row in result.rows],
        _words("ranges.bias"): [
            _words("ranges.with" if uses_bias(line[0].settings) else "ranges.without") for line in result.cells
        ],
        _words("ranges.best"): [
            percent(line[span.best]) if span else none for line, span in zip(result.accuracies(), spans, strict=True)
        ],
        _words("ranges.rate"): [f"{RATES[span.best]:g}" if span else none for span in spans],
        _words("ranges.near"): [span.text if span else none for span in spans],
        _words("ranges.factor"): [_times(span.factor) if span else none for span in spans],
        DIVERGED: [str(line.count(DIVERGED)) for line in troubles],
        STILL: [str(line.count(STILL)) for line in troubles],
    }
