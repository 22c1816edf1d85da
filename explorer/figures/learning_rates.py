"""Figures of the page "Learning rates": the map of runs, and the same runs as lines of accuracy by learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.losses import LOSSES
from explorer.figures.base import BUTTON, Array, Figure, figure, in_table, margin
from explorer.figures.colours import MARK
from explorer.figures.runs import learning_curves
from explorer.lessons.learning_rates import DIVERGED, RATES, STILL, Cell, Row, Sweep, cell_words
from explorer.lessons.runs import whole_epochs

# From slate to yellow, each lighter than the one before, also for people with red-green colour blindness. Both ends are
# visible on white and on black.
SEQUENTIAL = ("#3d4f7d", "#6b7180", "#97917b", "#c9b862", "#fde63c")
# Screen pixels on both sides of the columns, in the map and in the lines: they are aligned, one above the other.
LABELS, RIGHT = 116, BUTTON
HEIGHT = 250
_LOWEST = 0.5  # about the accuracy of always answering the same digit: the dark end of the colours
# For each loss a colour and a symbol, for its lines and for its name in the map.
_STYLES = (
    ("#8a63d2", "circle", "●○"), ("#0f9d8a", "square", "■□"), ("#c99700", "diamond", "◆◇"),
    ("#d1495b", "triangle-up", "▲△"), ("#8a9099", "pentagon", "⬟⬠"), ("#b0609a", "star", "★☆"),
    ("#5b8c3a", "hexagon", "⬢⬡"), ("#a8643a", "triangle-down", "▼▽"),
)
MARKS = {DIVERGED: "✕", STILL: "–"}


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
            hovertemplate=f"{row.label} at %{{x}}<br>%{{y:.2%}} right<extra></extra>",
        ))
    low = _floor(accuracies)
    foot = low - 0.08 * (1 - low)
    traces += _trouble_marks(sweep, foot)
    row, rate = chosen
    if np.isfinite(accuracies[row, rate]):
        traces.append(dict(
            type="scatter", x=[rates[rate]], y=[accuracies[row, rate]], mode="markers", hoverinfo="skip",
            marker=dict(symbol="circle-open", size=15, color=MARK, line=dict(width=3)), name="chosen",
            meta=in_table(mark=True),
        ))
    # Half a column of the map on each side of the outermost rates.
    edge = np.log10(rates[-1] / rates[0]) / (len(rates) - 1) / 2
    ends = np.log10(rates[[0, -1]])
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            type="log", range=[ends[0] - edge, ends[1] + edge], title=dict(text="learning rate"),
            tickvals=rates[::3], ticktext=[f"{rate:g}" for rate in rates[::3]], zeroline=False,
        ),
        yaxis=dict(
            title=dict(text="right answers"), tickformat=".0%", range=[foot - 0.06 * (1 - low), 1 + 0.06 * (1 - low)],
            zeroline=False,
        ),
        showlegend=False, hovermode="closest", margin=margin(left=LABELS, right=RIGHT, bottom=44), height=HEIGHT,
    )))


def cell_curves(cell: Cell, references: Sequence[tuple[str, float]]) -> Figure:
    """The curves of one run, as on the page Train but lower, to fit beside the map."""
    return learning_curves(whole_epochs(cell), references, height=330)


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
                words[rate] = words.get(rate, "") + f"{row.label} at {rate:g}: {cell_words(cell)}<br>"
            traces.append(dict(
                type="scatter", x=list(words), y=[foot] * len(words), mode="markers", name=trouble,
                marker=dict(symbol=symbol, size=9, color=MARK, line=dict(width=2, color=MARK)),
                text=list(words.values()), meta=in_table(y="", text="runs"), hovertemplate="%{text}<extra></extra>",
            ))
    return traces


def grid_cells(sweep: Sweep) -> list[list[dict]]:
    """The cells of the map of runs, row by row: shade or None, text, hover text, and whether it is near the best."""
    near = sweep.near()
    return [
        [
            {
                "shade": None if cell.trouble else round(lightness(cell.accuracy), 3),
                # Rounded down: 100 only if all are right.
                "text": MARKS[cell.trouble] if cell.trouble else f"{int(100 * cell.accuracy + 1e-9)}",
                "words": f"{row.label} at {rate:g}: {cell_words(cell)}", "near": bool(near[i, j]),
            }
            for j, (rate, cell) in enumerate(zip(RATES, line, strict=True))
        ]
        for i, (row, line) in enumerate(zip(sweep.rows, sweep.cells, strict=True))
    ]


def grid_rows(rows: Sequence[Row]) -> list[dict]:
    """The names of the rows of the map; the second row of a loss is only called "no bias"."""
    names = []
    for i, row in enumerate(rows):
        second = i > 0 and rows[i - 1].loss == row.loss
        look = style(row)
        names.append({"label": "no bias" if second else row.label.removesuffix(", no bias"), "sign": look.sign,
                      "color": look.color, "second": second})
    return names
