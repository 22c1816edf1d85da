"""Learning rates against accuracy: colours for a table of runs, and the same runs as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from explorer.figures.base import BUTTON, Array, figure, in_table, margin
from explorer.figures.runs import learning_curves
from explorer.losses import LOSSES
from explorer.sweep import DIVERGED, RATES, STILL, Cell, Row, Sweep, cell_words

# From slate to yellow, ever lighter, also for those who do not see red and green alike; both ends
# stand out from white paper and from black.
SEQUENTIAL = ("#3d4f7d", "#6b7180", "#97917b", "#c9b862", "#fde63c")
# Screen pixels on both sides of the columns, in the table and in the lines: they stand under each other.
LABELS, RIGHT = 116, BUTTON
HEIGHT = 250
_LOWEST = 0.5  # what always answering one digit gets, about: the dark end of the colours
_CHOSEN = "#d1495b"
# For each loss a colour and a shape, both of its lines and of its name in the table.
_STYLES = (
    ("#8a63d2", "circle", "●○"), ("#0f9d8a", "square", "■□"), ("#c99700", "diamond", "◆◇"),
    ("#d1495b", "triangle-up", "▲△"), ("#8a9099", "pentagon", "⬟⬠"), ("#b0609a", "star", "★☆"),
)
MARKS = {DIVERGED: "✕", STILL: "–"}


@dataclass(frozen=True)
class Style:
    """How a row looks: its colour, the sign before its name, plotly's name of that sign, its line."""

    color: str
    sign: str
    symbol: str
    dash: str


def style(row: Row) -> Style:
    """Colour and shape tell the loss; a filled shape and a full line say that there is a bias."""
    place = list(LOSSES).index(row.loss) % len(_STYLES)
    color, symbol, signs = _STYLES[place]
    full = row.bias or LOSSES[row.loss].pixelwise
    return Style(color, signs[0 if full else 1], symbol if full else f"{symbol}-open", "solid" if full else "dot")


def lightness(accuracy: float) -> float:
    """Where on the colours an accuracy stands: 0 for 50 % and less, 1 for 100 %."""
    return min(max((accuracy - _LOWEST) / (1 - _LOWEST), 0.0), 1.0)


def rate_lines(sweep: Sweep, chosen: tuple[int, int]) -> go.Figure:
    """Accuracy against the learning rate, a line for each row; runs without a number as marks at the foot.

    Parameters
    ----------
    sweep : Sweep
    chosen : (row, rate)
        The cell to ring, as places in ``sweep.rows`` and ``RATES``.
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
    traces += _troubles(sweep, foot)
    row, rate = chosen
    if np.isfinite(accuracies[row, rate]):
        traces.append(dict(
            type="scatter", x=[rates[rate]], y=[accuracies[row, rate]], mode="markers", hoverinfo="skip",
            marker=dict(symbol="circle-open", size=15, color=_CHOSEN, line=dict(width=3)), name="chosen",
            meta=in_table(mark=True),
        ))
    # Half a column of the table on each side of the outermost rates.
    edge = np.log10(rates[-1] / rates[0]) / (len(rates) - 1) / 2
    ends = np.log10(rates[[0, -1]])
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            type="log", range=[ends[0] - edge, ends[1] + edge], title=dict(text="learning rate"),
            tickvals=rates[::3], ticktext=[f"{rate:g}" for rate in rates[::3]], fixedrange=True, zeroline=False,
        ),
        yaxis=dict(
            title=dict(text="right answers"), tickformat=".0%", range=[foot - 0.06 * (1 - low), 1 + 0.06 * (1 - low)],
            fixedrange=True, zeroline=False,
        ),
        showlegend=False, hovermode="closest", margin=margin(left=LABELS, right=RIGHT, bottom=44), height=HEIGHT,
    )))


def cell_curves(cell: Cell, references: Sequence[tuple[str, float]]) -> go.Figure:
    """The curves of one run, as on the page Train but lower, so that they stand beside the map."""
    curves = learning_curves(cell, references)
    curves.layout.height = 330
    return curves


def _floor(accuracies: Array) -> float:
    """The lowest accuracy on the axis: 40 %, or lower where a run is."""
    lowest = np.nanmin(accuracies) if np.isfinite(accuracies).any() else 1.0
    return 0.4 if lowest >= 0.4 else float(np.floor(lowest * 10) / 10)


def _troubles(sweep: Sweep, foot: float) -> list[dict]:
    """The runs that have no accuracy to compare, at the foot of the picture."""
    traces = []
    for trouble, symbol in ((DIVERGED, "x-thin"), (STILL, "line-ew")):
        found = [
            (RATES[j], row, cell) for row, line in zip(sweep.rows, sweep.cells, strict=True)
            for j, cell in enumerate(line) if cell.trouble == trouble
        ]
        if found:
            # Those of one rate lie on each other: the hover text names them all.
            words: dict[float, str] = {}
            for rate, row, cell in found:
                words[rate] = words.get(rate, "") + f"{row.label} at {rate:g}: {cell_words(cell)}<br>"
            traces.append(dict(
                type="scatter", x=list(words), y=[foot] * len(words), mode="markers", name=trouble,
                marker=dict(symbol=symbol, size=9, color=_CHOSEN, line=dict(width=2, color=_CHOSEN)),
                text=list(words.values()), meta=in_table(y="", text="runs"), hovertemplate="%{text}<extra></extra>",
            ))
    return traces


def grid_cells(sweep: Sweep) -> list[list[dict]]:
    """What the table of runs shows in each cell: a shade or a mark, a text, words, and whether it is near the best."""
    near = sweep.near()
    return [
        [
            {
                "shade": None if cell.trouble else round(lightness(cell.accuracy), 3),
                # Rounded down: only all right is 100.
                "text": MARKS[cell.trouble] if cell.trouble else f"{int(100 * cell.accuracy + 1e-9)}",
                "words": f"{row.label} at {rate:g}: {cell_words(cell)}", "near": bool(near[i, j]),
            }
            for j, (rate, cell) in enumerate(zip(RATES, line, strict=True))
        ]
        for i, (row, line) in enumerate(zip(sweep.rows, sweep.cells, strict=True))
    ]


def grid_rows(rows: Sequence[Row]) -> list[dict]:
    """The names of the rows, short: a second row of a loss says only that it has no bias."""
    names = []
    for i, row in enumerate(rows):
        second = i > 0 and rows[i - 1].loss == row.loss
        look = style(row)
        names.append({"label": "no bias" if second else row.label.removesuffix(", no bias"), "sign": look.sign,
                      "color": look.color, "second": second})
    return names
