"""Figures of the page "Learning rates": the map of runs, and the same runs as lines of accuracy by learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer import texts
from explorer.engine.losses import LOSSES
from explorer.figures.base import (
    BUTTON,
    Array,
    Figure,
    figure,
    in_table,
    logarithmic,
    margin,
    stretched,
    stretched_axis,
)
from explorer.figures.colours import GRAPHITE, RUNS
from explorer.lessons.learning_rates import (
    DIVERGED,
    RATES,
    STILL,
    Cell,
    Row,
    Sweep,
    cell_words,
    fastest,
    goal_words,
    guides,
)
from explorer.lessons.runs import whole_epochs

_words = texts.of("learning_rates")

# From slate to yellow, each lighter than the one before, also for people with red-green colour blindness. Both ends are
# visible on white and on black.
SEQUENTIAL = ("#3d4f7d", "#6b7180", "#97917b", "#c9b862", "#fde63c")
# Screen pixels on both sides of the columns, in the map and in the lines: they are aligned, one above the other.
LABELS, RIGHT = 116, BUTTON
HEIGHT = 250
_LOWEST = 0.5  # about the accuracy of always answering the same digit: the dark end of the colours
# For each loss a colour and a symbol, for its lines and for its name in the map.
_STYLES = tuple(zip(
    RUNS, ("circle", "square", "diamond", "triangle-up", "pentagon", "star", "hexagon", "triangle-down"),
    ("●○", "■□", "◆◇", "▲△", "⬟⬠", "★☆", "⬢⬡", "▼▽"), strict=True,
))
MARKS = {DIVERGED: "✕", STILL: "–"}
MISSED = _words("goal.missed")
GOAL_MARKS = {MISSED: "–"}


@dataclass(frozen=True)
class Style:
    """How a row looks: its colour, the sign before its name, plotly's name for that sign, its line."""

    color: str
    sign: str
    symbol: str
    dash: str


def style(row: Row) -> Style:
    """The style of a row: colour and symbol for the loss; a filled symbol and a solid line where there is a bias."""
    place = list(LOSSES).index(row.loss) % len(_STYLES)
    color, symbol, signs = _STYLES[place]
    filled = row.bias or LOSSES[row.loss].pixelwise
    return Style(color, signs[0 if filled else 1], symbol if filled else f"{symbol}-open", "solid" if filled else "dot")


def lightness(accuracy: float) -> float:
    """The place of an accuracy on the colours: 0 for 50 % and less, 1 for 100 %."""
    return min(max((accuracy - _LOWEST) / (1 - _LOWEST), 0.0), 1.0)


def rate_lines(sweep: Sweep, chosen: tuple[int, int]) -> Figure:
    """Accuracy against the learning rate, a line for each row; runs without an accuracy as marks at the foot.

    Parameters
    ----------
    sweep : Sweep
    chosen : (row, rate)
        The cell to ring, as indices in ``sweep.rows`` and ``RATES``.
    """
    accuracies = sweep.accuracies()
    rates = np.array(RATES)
    traces = []
    for row, line in zip(sweep.rows, accuracies, strict=True):
        look = style(row)
        traces.append(dict(
            type="scatter", x=rates, y=line, name=row.label, mode="lines+markers", connectgaps=False,
            line=dict(color=look.color, width=2, dash=look.dash), marker=dict(symbol=look.symbol, size=7),
            hovertemplate=_words("lines.hover", run=row.label, rate="%{x}", share="%{y:.1%}") + "<extra></extra>",
        ))
    low = _floor(accuracies)
    foot = low - 0.08 * (1 - low)
    traces += _trouble_marks(sweep, foot)
    row, rate = chosen
    if np.isfinite(accuracies[row, rate]):
        traces.append(dict(
            type="scatter", x=[rates[rate]], y=[accuracies[row, rate]], mode="markers", hoverinfo="skip",
            marker=dict(symbol="circle-open", size=15, color=GRAPHITE, line=dict(width=3)), name=_words("lines.chosen"),
            meta=in_table(mark=True),
        ))
    # Half a column of the map on each side of the outermost rates.
    edge = np.log10(rates[-1] / rates[0]) / (len(rates) - 1) / 2
    ends = np.log10(rates[[0, -1]])
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            type="log", range=[ends[0] - edge, ends[1] + edge], title=dict(text=_words("lines.rate")),
            tickvals=rates[::3], ticktext=[f"{rate:g}" for rate in rates[::3]], zeroline=False,
        ),
        yaxis=dict(
            title=dict(text=_words("lines.right")), tickformat=".0%", zeroline=False,
            range=[foot - 0.06 * (1 - low), 1 + 0.06 * (1 - low)],
        ),
        showlegend=False, hovermode="closest", margin=margin(left=LABELS, right=RIGHT, bottom=44), height=HEIGHT,
    )))


_POINTS = 20  # epochs; with fewer, each is marked
_HOVERED = dict(epoch="%{customdata}", share="%{y:.1%}", loss="%{y:.2g}")
_DASHES = {"small": "dot", "right": "solid", "big": "dash"}


def paths(sweep: Sweep, chosen: tuple[int, int]) -> Figure:
    """Accuracy above and loss below against the epoch: a run that is too small, right, too big, and the chosen one.

    Both are of the test images. The names of the lines stand at their ends.

    Parameters
    ----------
    sweep : Sweep
    chosen : (row, rate)
        The cell, as indices in ``sweep.rows`` and ``RATES``: its line is thick.
    """
    row, at = chosen
    lines = guides(sweep, row).items()
    if at not in [rate for _, rate in lines]:
        lines.append(("chosen", at))
    last = sweep.cells[row][at].settings.epochs
    height, sides = 330, dict(top=8, bottom=46)
    traces, ends = [], []
    for which, rate in lines:
        cell = sweep.cells[row][rate]
        is_chosen = rate == at
        look = dict(
            color=GRAPHITE if is_chosen else style(sweep.rows[row]).color, width=3.5 if is_chosen else 1.8,
            dash=_DASHES.get(which, "solid"),
        )
        curves = whole_epochs(cell)
        places = stretched(curves.epochs, curves.steps).astype(np.float32)
        name = _words("paths.name", which=_words(f"paths.{which}"), rate=f"{RATES[rate]:g}")
        for axis, values, hover in (
            ("y2", curves.test_accuracy, _words("paths.hover_accuracy", which=name, **_HOVERED)),
            ("y", curves.test_loss, _words("paths.hover_loss", which=name, **_HOVERED)),
        ):
            traces.append(dict(
                type="scatter", x=places, y=values, name=name, yaxis=axis, line=look,
                mode="lines+markers" if last < _POINTS else "lines", customdata=curves.epochs.astype(np.float32),
                hovertemplate=f"{hover}<extra></extra>", meta=in_table(x=_words("paths.epoch"), at=curves.epochs),
            ))
        ends.append((float(cell.test_loss[cell.last_epoch]), _words(f"paths.{which}")))
    every = np.concatenate([trace["y"] for trace in traces if trace["yaxis"] == "y"])
    there = every[np.isfinite(every) & (every > 0)]
    losses = logarithmic(float(there.min()), float(there.max())) if len(there) else dict(type="log", range=[-1.0, 1.0])
    accuracies = np.concatenate([trace["y"] for trace in traces if trace["yaxis"] == "y2"])
    return figure(dict(data=traces, layout=dict(
        xaxis=stretched_axis(last, 1, anchor="y"),
        yaxis=dict(title=dict(text=_words("paths.loss")), domain=[0, 0.5]) | losses,
        yaxis2=dict(
            title=dict(text=_words("paths.accuracy")), domain=[0.58, 1], tickformat=".0%", anchor="x",
            range=[0 if np.nanmin(accuracies) < 0.4 else 0.4, 1.02],
        ),
        annotations=_names(ends, losses["range"], 0.5 * (height - sum(sides.values()))),
        showlegend=False, margin=margin(left=72, right=72, **sides), hovermode="closest", height=height,
    )))


def _names(ends: Sequence[tuple[float, str]], reach: Sequence[float], height: float) -> list[dict]:
    """The names of lines at their ends on a logarithmic axis, from top to bottom, none over another.

    Parameters
    ----------
    ends : sequence of (loss, name)
    reach : (low, high)
        The ends of the axis, as powers of ten.
    height : float
        Of the axis, in screen pixels.
    """
    low, high = reach
    gap = 15 * (high - low) / height  # a line of text
    order = sorted(ends, reverse=True)
    places = [max(np.log10(loss), low) if loss > 0 else low for loss, _ in order]
    for i in range(1, len(places)):
        places[i] = min(places[i], places[i - 1] - gap)
    for i in reversed(range(len(places))):  # up again from the foot of the axis
        places[i] = max(places[i], low + (len(places) - 1 - i) * gap)
    return [
        dict(
            text=name, x=1, xshift=4, y=float(place), xref="paper", yref="y", xanchor="left", yanchor="middle",
            showarrow=False, font=dict(size=12),
        ) for place, (_, name) in zip(places, order, strict=True)
    ]


def _floor(accuracies: Array) -> float:
    """The lowest accuracy on the axis: 40 %, or less where a run has less."""
    lowest = np.nanmin(accuracies) if np.isfinite(accuracies).any() else 1.0
    return 0.4 if lowest >= 0.4 else float(np.floor(lowest * 10) / 10)


def _trouble_marks(sweep: Sweep, foot: float) -> list[dict]:
    """Marks at the height ``foot`` for the runs that diverged or did not move."""
    traces = []
    for trouble, symbol in ((DIVERGED, "x-thin"), (STILL, "line-ew")):
        found = [
            (RATES[j], row, cell) for row, line in zip(sweep.rows, sweep.cells, strict=True)
            for j, cell in enumerate(line) if cell.trouble == trouble
        ]
        if found:
            # The marks of one rate lie on each other: the hover text names all their runs.
            words: dict[float, str] = {}
            for rate, row, cell in found:
                said = _cell_in_words(row, rate, cell)
                words[rate] = f"{words.get(rate, '')}{said}<br>"
            traces.append(dict(
                type="scatter", x=list(words), y=[foot] * len(words), mode="markers", name=trouble,
                marker=dict(symbol=symbol, size=9, color=GRAPHITE, line=dict(width=2, color=GRAPHITE)),
                text=list(words.values()), meta=in_table(y="", text=_words("lines.runs")),
                hovertemplate="%{text}<extra></extra>",
            ))
    return traces


def _cell_in_words(row: Row, rate: float, cell: Cell) -> str:
    return _words("map.words", run=row.label, rate=f"{rate:g}", result=cell_words(cell))


def grid_cells(sweep: Sweep) -> list[list[dict]]:
    """The cells of the map of runs, row by row: shade or None, text, hover text, and whether it is near the best."""
    near = sweep.near()
    return [
        [
            {
                "shade": None if cell.trouble else round(lightness(cell.accuracy), 3),
                # Rounded down: 100 only if all are right.
                "text": MARKS[cell.trouble] if cell.trouble else f"{int(100 * cell.accuracy + 1e-9)}",
                "words": _cell_in_words(row, rate, cell), "near": bool(near[i, j]),
            }
            for j, (rate, cell) in enumerate(zip(RATES, line, strict=True))
        ]
        for i, (row, line) in enumerate(zip(sweep.rows, sweep.cells, strict=True))
    ]


def goal_cells(sweep: Sweep, goal: float) -> list[list[dict]]:
    """The cells of the map of epochs to a goal, row by row, as in ``grid_cells``; lighter is sooner."""
    last = sweep.cells[0][0].settings.epochs
    return [
        [_goal_cell(row, rate, cell, goal, fewest, last) for rate, cell in zip(RATES, line, strict=True)]
        for row, line, fewest in zip(sweep.rows, sweep.cells, fastest(sweep, goal), strict=True)
    ]


def _goal_cell(row: Row, rate: float, cell: Cell, goal: float, fewest: int | None, last: int) -> dict:
    epochs = cell.epochs_to(goal)
    return {
        "shade": None if epochs is None else round(1 - float(np.log(max(epochs, 1)) / np.log(max(last, 2))), 3),
        "text": GOAL_MARKS[MISSED] if epochs is None else f"{epochs}",
        "words": _words("goal.words", run=row.label, rate=f"{rate:g}", result=goal_words(cell, goal)),
        "near": epochs is not None and epochs == fewest,
    }


def grid_rows(rows: Sequence[Row]) -> list[dict]:
    """The names of the rows of the map; the second row of a loss is only called "no bias"."""
    names = []
    for i, row in enumerate(rows):
        second = i > 0 and rows[i - 1].loss == row.loss
        look = style(row)
        label = _words("row.no_bias_short") if second else LOSSES[row.loss].label
        names.append({"label": label, "sign": look.sign, "color": look.color, "second": second})
    return names
