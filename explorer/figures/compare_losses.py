"""Figures of the page "Compare losses": runs side by side, each in the colour of its letter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES as SCORE_TABLE
from explorer.figures.base import Figure, axis_suffix, epoch_axis, epoch_mark, figure, in_table, margin, pixel_axes
from explorer.figures.colours import DIVERGING, TRAIN
from explorer.lessons.compare_losses.loss_shapes import SCORES, Shape
from explorer.lessons.compare_losses.results import RunResult, losses_in
from explorer.lessons.compare_losses.row_set import LETTERS

# Neither the blue nor the orange of the two digits; distinct on light pages and on dark. The last four runs also have
# dashed lines, for people to whom some of the colours look alike.
COLOURS = dict(zip(
    LETTERS, ("#8a63d2", "#0f9d8a", "#d1495b", "#b98a12", "#d667a8", "#6a9a1f", "#9a6b45", "#6b7f99"), strict=True,
))
_DASHES = dict(zip(LETTERS, ("solid",) * 4 + ("dash",) * 4, strict=True))
_ENLARGED = 0.9  # the accuracy above which the chart of the accuracies is enlarged
_UNUSED = ("solid", "dash", "dot", "dashdot")  # lines of losses that no run of the set has


def _line(result: RunResult, width: float = 2.5) -> dict:
    letter = result.row.letter
    return dict(color=COLOURS[letter], width=width, dash=_DASHES[letter])


def _mode(result: RunResult) -> str:
    # With few epochs, show the points too.
    return "lines+markers" if result.run.last_epoch < 10 else "lines"


def run_figures(
    results: Sequence[RunResult], image_shape: tuple[int, int], epoch: int | None = None
) -> dict[str, Figure]:
    """The three figures of the runs, by the keys of their charts.

    Parameters
    ----------
    results : sequence of RunResult
    image_shape : (height, width)
    epoch : int, optional
        The one to show and to mark; if not given, the last one, not marked.
    """
    return {
        "accuracies": accuracies(results, epoch), "losses": losses(results, epoch),
        "weights_of_all": weights(results, image_shape, epoch),
    }


def accuracies(results: Sequence[RunResult], epoch: int | None = None) -> Figure:
    """Test accuracy against the epoch, all runs that are not hidden in one chart, with a line at ``epoch``.

    The part above 90 % is enlarged, since most runs are there in most epochs.
    """
    traces = []
    for result in results:
        name, shares = result.row.name, result.run.test_accuracy
        for axis in ("y", "y2"):
            traces.append(dict(
                type="scatter", x=np.arange(len(shares)), y=shares, mode=_mode(result), name=result.row.letter,
                line=_line(result), yaxis=axis, visible=result.row.shown,
                meta=in_table(name=name),
                hovertemplate=f"{name}, epoch %{{x}}<br>%{{y:.2%}} of the test digits right<extra></extra>",
            ))
    lowest = min(float(np.nanmin(result.run.test_accuracy)) for result in results)
    last = results[0].run.settings.epochs
    return figure(dict(data=traces, layout=dict(
        xaxis=epoch_axis(last, anchor="y"),
        yaxis=dict(
            domain=[0, 0.4], anchor="x", tickformat=".0%", range=[0 if lowest < 0.4 else 0.4, _ENLARGED],
            tickvals=[0, 0.2, 0.4, 0.6, 0.8],
        ),
        yaxis2=dict(
            title=dict(text="right answers (test)"), domain=[0.44, 1], anchor="x", tickformat=".0%",
            range=[_ENLARGED, 1.004], nticks=5,
        ),
        annotations=[dict(
            text=f"above {_ENLARGED:.0%}: enlarged", x=1, y=0.44, xref="paper", yref="paper", xanchor="right",
            yanchor="bottom", showarrow=False, font=dict(size=12, color=TRAIN),
        )],
        showlegend=False, margin=margin(left=66, bottom=46), hovermode="closest", height=300,
        shapes=epoch_mark(epoch),
    )))


def losses(results: Sequence[RunResult], epoch: int | None = None) -> Figure:
    """Test loss against the epoch, a panel for each loss, each on its own scale, with a line at ``epoch``."""
    panels = losses_in(results)
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
        n = axis_suffix(i)
        left, top = column * (width + gap_x), 1 - row * (height + gap_y)
        layout["xaxis" + n] = dict(
            domain=[left, min(left + width, 1)], anchor="y" + n, range=[0, results[0].run.settings.epochs], nticks=4,
            title=dict(text="epoch", font=dict(size=12)) if row == rows - 1 else None,
            tickfont=dict(size=12),
        )
        layout["yaxis" + n] = dict(
            domain=[max(top - height, 0), top], anchor="x" + n,
            rangemode="tozero", nticks=4, tickfont=dict(size=12), tickformat="~g",
        )
        layout["annotations"].append(dict(
            text=f"{LOSSES[key].label}: " + ", ".join(result.row.letter for result in members),
            x=left + width / 2, y=top, xref="paper", yref="paper", xanchor="center",
            yanchor="bottom", showarrow=False, font=dict(size=12),
        ))
        traces += [
            dict(
                type="scatter", x=np.arange(len(result.run.test_loss)), y=result.run.test_loss, mode=_mode(result),
                name=result.row.name, line=_line(result), xaxis="x" + n, yaxis="y" + n,
                hovertemplate=f"{result.row.name}, epoch %{{x}}<br>loss %{{y:.5g}}<extra></extra>",
            ) for result in members
        ]
    layout["shapes"] = epoch_mark(epoch, [axis_suffix(i) for i in range(len(panels))])
    return figure(dict(data=traces, layout=layout))


def weights(results: Sequence[RunResult], image_shape: tuple[int, int], epoch: int | None = None) -> Figure:
    """The weights of all runs at one epoch.

    Parameters
    ----------
    results : sequence of RunResult
    image_shape : (height, width)
    epoch : int, optional
        The last one if not given.

    Notes
    -----
    Each run has its own colour scale, the same for all epochs, with the weight that speaks for neither digit in the
    middle. A run that diverged keeps its last finite weights.
    """
    last = results[0].run.settings.epochs
    epoch = last if epoch is None else epoch
    columns = len(results) if len(results) < 4 else -(-len(results) // 2)
    rows = -(-len(results) // columns)
    layout: dict = dict(margin=margin(top=22), height=300, annotations=[])
    room = layout["height"] - 22 - 10
    title = 24 / room  # the space between two rows of pictures, for the titles of the lower one
    height = (1 - title * (rows - 1)) / rows
    data = []
    for i, result in enumerate(results):
        row, column = divmod(i, columns)
        n = axis_suffix(i)
        left, right = column / columns, (column + 1) / columns - 0.02
        top, bottom = 1 - row * (height + title), 1 - row * (height + title) - height
        axes = pixel_axes(n)
        axes["xaxis" + n] |= dict(domain=[left, right], anchor="y" + n)
        axes["yaxis" + n] |= dict(domain=[max(bottom, 0), top], anchor="x" + n)
        layout |= axes
        layout["annotations"].append(dict(
            text=f"<b>{result.row.letter}</b> {LOSSES[result.row.loss].label}", x=(left + right) / 2, y=top,
            xref="paper", yref="paper", xanchor="center", yanchor="bottom", showarrow=False,
            font=dict(size=12, color=COLOURS[result.row.letter]),
        ))
        neutral = SCORE_TABLE[result.row.score].neutral
        finite = result.run.weights[: result.run.last_epoch + 1]
        reach = float(np.abs(finite - neutral).max()) or 1.0
        data.append(dict(
            type="heatmap", z=finite[min(epoch, result.run.last_epoch)].reshape(image_shape).copy(),
            name=result.row.name, meta=in_table(title=f"{result.row.name}, weights after epoch {epoch}"),
            xaxis="x" + n, yaxis="y" + n, colorscale=DIVERGING, zmin=neutral - reach, zmax=neutral + reach,
            showscale=False, hovertemplate=f"{result.row.name}<br>row %{{y}}, column %{{x}}<br>"
            "weight %{z:.4f}<extra></extra>",
        ))
    return figure(dict(data=data, layout=layout))


def loss_shapes(shapes: Sequence[Shape], results: Sequence[RunResult], digits: tuple[int, int]) -> Figure:
    """The losses against the score above, their derivatives below; left for the first digit, right for the second.

    Parameters
    ----------
    shapes : sequence of Shape
    results : sequence of RunResult
        A loss has the colour of the first run with it; without one it is grey.
    digits : (int, int)
    """
    colours: dict[str, str] = {}
    for result in results:
        colours.setdefault(result.row.loss, COLOURS[result.row.letter])
    unused = iter(_UNUSED)
    traces = []
    for shape in shapes:
        label = LOSSES[shape.key].label
        line = dict(
            color=colours.get(shape.key, TRAIN), width=2.5,
            dash="solid" if shape.key in colours else next(unused, "dot"),
        )
        for j in range(2):
            for i, (name, values) in enumerate((("loss", shape.values[j]), ("slope", shape.derivatives[j]))):
                n = 2 * i + j
                traces.append(dict(
                    type="scatter", x=SCORES, y=values, mode="lines", name=label, line=line, legendgroup=shape.key,
                    showlegend=n == 0, xaxis="x" + axis_suffix(n), yaxis="y" + axis_suffix(n),
                    hovertemplate=f"{label}, a true {digits[j]}<br>score %{{x:.2f}}: {name} %{{y:.4g}}<extra></extra>",
                ))
    columns, rows = ([0, 0.46], [0.54, 1]), ([0.5, 0.95], [0, 0.4])
    ranges = ([-0.15, 4], [-1.15, 1.15])
    layout: dict = dict(
        showlegend=True, hovermode="closest", height=500, margin=margin(left=52, top=10, bottom=120),
        legend=dict(
            orientation="h", x=0.5, xanchor="center", y=-48 / 370, yanchor="top", entrywidth=100, tracegroupgap=0,
            entrywidthmode="pixels", font=dict(size=13),
        ),
        annotations=[
            dict(
                text=f"a true {digits[j]}", x=sum(columns[j]) / 2, y=0.95, xref="paper", yref="paper",
                yanchor="bottom", showarrow=False, font=dict(size=14),
            ) for j in range(2)
        ],
    )
    for n in range(4):
        i, j = divmod(n, 2)
        suffix = axis_suffix(n)
        layout["xaxis" + suffix] = dict(
            domain=columns[j], anchor="y" + suffix, range=[-10, 10], zeroline=True,
            zerolinecolor=TRAIN, zerolinewidth=1, title=dict(text="score") if i else None,
        )
        layout["yaxis" + suffix] = dict(
            domain=rows[i], anchor="x" + suffix, range=ranges[i], zeroline=True,
            zerolinecolor=TRAIN, zerolinewidth=1, showticklabels=j == 0,
            title=dict(text=("loss", "slope")[i]) if j == 0 else None,
        )
    return figure(dict(data=traces, layout=layout))
