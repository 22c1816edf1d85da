"""Pictures of runs side by side: each run in the colour of its letter."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.compare import LETTERS
from explorer.compare_results import Outcome, losses_in
from explorer.figures.base import DIVERGING, TRAIN, figure, in_table, margin, pixel_axes
from explorer.figures.runs import epoch_player
from explorer.loss_shapes import SCORES, Shape
from explorer.losses import LOSSES
from explorer.scores import SCORES as SCORE_TABLE

# Neither the blue nor the orange of the two digits; told apart on light paper and on dark. The later
# four are dashed as well, for those to whom some of the colours look alike.
COLOURS = dict(zip(
    LETTERS, ("#8a63d2", "#0f9d8a", "#d1495b", "#b98a12", "#d667a8", "#6a9a1f", "#9a6b45", "#6b7f99"), strict=True,
))
_DASHES = dict(zip(LETTERS, ("solid",) * 4 + ("dash",) * 4, strict=True))
_FRAMES = 20  # pictures per run for the epoch slider; with more epochs, they are spread over the run
_CLOSE = 0.9  # of the right answers: above it the chart of the accuracies is enlarged
_UNUSED = ("solid", "dash", "dot", "dashdot")  # lines of losses that no run of the set has


def _line(outcome: Outcome, width: float = 2.5) -> dict:
    letter = outcome.row.letter
    return dict(color=COLOURS[letter], width=width, dash=_DASHES[letter])


def _mode(outcome: Outcome) -> str:
    # Few epochs are few points: show them as points too.
    return "lines+markers" if outcome.run.last_epoch < 10 else "lines"


def accuracies(told: Sequence[Outcome]) -> go.Figure:
    """Test accuracy against the epoch, all runs in one chart but those that are hidden.

    The part above ``_CLOSE`` is enlarged: that is where most runs spend most of their time.
    """
    traces = []
    for outcome in told:
        name, shares = outcome.row.name, outcome.run.test_accuracy
        for axis in ("y", "y2"):
            traces.append(dict(
                type="scatter", x=np.arange(len(shares)), y=shares, mode=_mode(outcome), name=outcome.row.letter,
                line=_line(outcome), yaxis=axis, visible=outcome.row.shown,
                meta=in_table(name=name),
                hovertemplate=f"{name}, epoch %{{x}}<br>%{{y:.2%}} of the test digits right<extra></extra>",
            ))
    lowest = min(float(np.nanmin(outcome.run.test_accuracy)) for outcome in told)
    last = told[0].run.settings.epochs
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            title=dict(text="epoch (visits to every training digit)"), range=[0, last], anchor="y",
            dtick=1 if last < 6 else None, fixedrange=True,
        ),
        yaxis=dict(
            domain=[0, 0.4], anchor="x", tickformat=".0%", range=[0 if lowest < 0.4 else 0.4, _CLOSE],
            tickvals=[0, 0.2, 0.4, 0.6, 0.8], fixedrange=True,
        ),
        yaxis2=dict(
            title=dict(text="right answers (test)"), domain=[0.44, 1], anchor="x", tickformat=".0%",
            range=[_CLOSE, 1.004], nticks=5, fixedrange=True,
        ),
        annotations=[dict(
            text=f"above {_CLOSE:.0%}: enlarged", x=1, y=0.44, xref="paper", yref="paper", xanchor="right",
            yanchor="bottom", showarrow=False, font=dict(size=11, color=TRAIN),
        )],
        showlegend=False, margin=margin(left=66, bottom=46), hovermode="closest", height=300,
    )))


def losses(told: Sequence[Outcome]) -> go.Figure:
    """Test loss against the epoch, a panel for each loss, each on its own scale."""
    panels = losses_in(told)
    columns = min(len(panels), 3 if len(panels) > 4 else 2)
    rows = -(-len(panels) // columns)
    gap_x, gap_y = 0.1, 0.26
    width, height = (1 - gap_x * (columns - 1)) / columns, (1 - gap_y * (rows - 1)) / rows
    layout: dict = dict(
        showlegend=False, margin=margin(left=38, bottom=40, top=24), hovermode="closest", height=310, annotations=[],
    )
    traces = []
    for i, (key, members) in enumerate(panels):
        row, column = divmod(i, columns)
        n = "" if i == 0 else str(i + 1)
        left, top = column * (width + gap_x), 1 - row * (height + gap_y)
        layout["xaxis" + n] = dict(
            domain=[left, min(left + width, 1)], anchor="y" + n, range=[0, told[0].run.settings.epochs], nticks=4,
            fixedrange=True, title=dict(text="epoch", font=dict(size=12)) if row == rows - 1 else None,
            tickfont=dict(size=11),
        )
        layout["yaxis" + n] = dict(
            domain=[max(top - height, 0), top], anchor="x" + n,
            rangemode="tozero", nticks=4, tickfont=dict(size=11), fixedrange=True, tickformat="~g",
        )
        layout["annotations"].append(dict(
            text=f"{LOSSES[key].label}: " + ", ".join(outcome.row.letter for outcome in members),
            x=left + width / 2, y=top, xref="paper", yref="paper", xanchor="center",
            yanchor="bottom", showarrow=False, font=dict(size=12),
        ))
        traces += [
            dict(
                type="scatter", x=np.arange(len(outcome.run.test_loss)), y=outcome.run.test_loss, mode=_mode(outcome),
                name=outcome.row.name, line=_line(outcome), xaxis="x" + n, yaxis="y" + n,
                hovertemplate=f"{outcome.row.name}, epoch %{{x}}<br>loss %{{y:.5g}}<extra></extra>",
            ) for outcome in members
        ]
    return figure(dict(data=traces, layout=layout))


def weights(told: Sequence[Outcome], image_shape: tuple[int, int]) -> go.Figure:
    """The weights of all runs at one epoch, with one slider over the epochs that plays in the browser.

    Parameters
    ----------
    told : sequence of Outcome
    image_shape : (height, width)

    Notes
    -----
    Each run has its own colour scale, the same for all epochs, with the weight in the middle that
    says nothing. A run that diverged keeps its last numbers.
    """
    last = told[0].run.settings.epochs
    epochs = np.unique(np.linspace(0, last, min(_FRAMES, last) + 1).round().astype(int)).tolist()
    run_id = f"{zlib.crc32(repr([outcome.run.settings for outcome in told]).encode()):08x}"
    names = [f"{run_id}:{epoch}" for epoch in epochs]
    columns = len(told) if len(told) < 4 else -(-len(told) // 2)
    rows = -(-len(told) // columns)

    def pictures(epoch: int) -> list[dict]:
        return [
            dict(type="heatmap", z=outcome.run.weights[min(epoch, outcome.run.last_epoch)].reshape(image_shape))
            for outcome in told
        ]

    layout: dict = dict(margin=margin(top=22, bottom=108), height=336, annotations=[])
    room = layout["height"] - 22 - 108
    title = 24 / room  # between two rows of pictures, for the names of the lower one
    height = (1 - title * (rows - 1)) / rows
    data = []
    for i, (outcome, picture) in enumerate(zip(told, pictures(last), strict=True)):
        row, column = divmod(i, columns)
        n = "" if i == 0 else str(i + 1)
        left, right = column / columns, (column + 1) / columns - 0.02
        top, bottom = 1 - row * (height + title), 1 - row * (height + title) - height
        axes = pixel_axes(n)
        axes["xaxis" + n] |= dict(domain=[left, right], anchor="y" + n)
        axes["yaxis" + n] |= dict(domain=[max(bottom, 0), top], anchor="x" + n)
        layout |= axes
        layout["annotations"].append(dict(
            text=f"<b>{outcome.row.letter}</b> {LOSSES[outcome.row.loss].label}", x=(left + right) / 2, y=top,
            xref="paper", yref="paper", xanchor="center", yanchor="bottom", showarrow=False,
            font=dict(size=12, color=COLOURS[outcome.row.letter]),
        ))
        neutral = SCORE_TABLE[outcome.row.score].neutral
        known = outcome.run.weights[: outcome.run.last_epoch + 1]
        reach = float(np.abs(known - neutral).max()) or 1.0
        data.append(picture | dict(
            xaxis="x" + n, yaxis="y" + n, colorscale=DIVERGING, zmin=neutral - reach, zmax=neutral + reach,
            showscale=False, hovertemplate=f"{outcome.row.name}<br>row %{{y}}, column %{{x}}<br>"
            "weight %{z:.4f}<extra></extra>",
        ))
    return figure(dict(
        data=data, layout=layout | epoch_player(names, epochs, room),
        frames=[dict(name=name, data=pictures(epoch)) for name, epoch in zip(names, epochs, strict=True)],
    ))


def loss_shapes(shapes: Sequence[Shape], told: Sequence[Outcome], digits: tuple[int, int]) -> go.Figure:
    """The losses against the score above, their slopes below; left for the first digit, right for the second.

    Parameters
    ----------
    shapes : sequence of Shape
    told : sequence of Outcome
        A loss has the colour of its first run; without one it is grey.
    digits : (int, int)
    """
    colours: dict[str, str] = {}
    for outcome in told:
        colours.setdefault(outcome.row.loss, COLOURS[outcome.row.letter])
    unused = iter(_UNUSED)
    traces = []
    for shape in shapes:
        label = LOSSES[shape.key].label
        line = dict(
            color=colours.get(shape.key, TRAIN), width=2.5,
            dash="solid" if shape.key in colours else next(unused, "dot"),
        )
        for j in range(2):
            for i, (name, values) in enumerate((("loss", shape.values[j]), ("slope", shape.slopes[j]))):
                n = 2 * i + j
                traces.append(dict(
                    type="scatter", x=SCORES, y=values, mode="lines", name=label, line=line, legendgroup=shape.key,
                    showlegend=n == 0, xaxis=f"x{n + 1 if n else ''}", yaxis=f"y{n + 1 if n else ''}",
                    hovertemplate=f"{label}, a true {digits[j]}<br>score %{{x:.2f}}: {name} %{{y:.4g}}<extra></extra>",
                ))
    sides, floors = ([0, 0.46], [0.54, 1]), ([0.5, 0.95], [0, 0.4])
    ranges = ([-0.15, 4], [-1.15, 1.15])
    layout: dict = dict(
        showlegend=True, hovermode="closest", height=500, margin=margin(left=52, top=10, bottom=120),
        legend=dict(
            orientation="h", x=0.5, xanchor="center", y=-48 / 370, yanchor="top", entrywidth=100, tracegroupgap=0,
            entrywidthmode="pixels", font=dict(size=13),
        ),
        annotations=[
            dict(
                text=f"a true {digits[j]}", x=sum(sides[j]) / 2, y=0.95, xref="paper", yref="paper",
                yanchor="bottom", showarrow=False, font=dict(size=14),
            ) for j in range(2)
        ],
    )
    for n in range(4):
        i, j = divmod(n, 2)
        suffix = str(n + 1) if n else ""
        layout["xaxis" + suffix] = dict(
            domain=sides[j], anchor="y" + suffix, range=[-10, 10], fixedrange=True, zeroline=True,
            zerolinecolor=TRAIN, zerolinewidth=1, title=dict(text="score") if i else None,
        )
        layout["yaxis" + suffix] = dict(
            domain=floors[i], anchor="x" + suffix, range=ranges[i], fixedrange=True, zeroline=True,
            zerolinecolor=TRAIN, zerolinewidth=1, showticklabels=j == 0,
            title=dict(text=("loss", "slope")[i]) if j == 0 else None,
        )
    return figure(dict(data=traces, layout=layout))
