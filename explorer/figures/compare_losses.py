"""Figures of the page "Compare losses": runs side by side, each in the colour of its letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer import texts
from explorer.engine.losses import LOSSES
from explorer.figures.base import (
    Figure,
    axis_suffix,
    epoch_mark,
    figure,
    in_table,
    margin,
    pixel_axes,
    reaching_far,
    stretched,
    stretched_axis,
)
from explorer.figures.colours import DIVERGING, GRAPHITE, RUNS, TRAIN
from explorer.lessons.compare_losses.loss_shapes import SCORES, Shape
from explorer.lessons.compare_losses.results import RunResult, losses_in
from explorer.lessons.compare_losses.row_set import LETTERS
from explorer.lessons.goal import line_name
from explorer.lessons.runs import weight_picture
from explorer.lessons.words import listed

_words = texts.of("compare_losses")

COLOURS = dict(zip(LETTERS, RUNS, strict=True))
DASHES = dict(zip(LETTERS, ("solid",) * 4 + ("dash",) * 4, strict=True))
_ENLARGED = 0.9  # the accuracy above which the chart of the accuracies is enlarged
_UNUSED = ("solid", "dash", "dot", "dashdot")  # lines of losses that no run of the set has
_POINTS = 20  # with fewer, each is marked
_LETTER = 14  # screen pixels between two letters at the ends of lines


def _line(result: RunResult, width: float = 2.5) -> dict:
    return dict(color=COLOURS[result.letter], width=width, dash=DASHES[result.letter])


def _trace(result: RunResult, values: np.ndarray, hover: str, **more: Any) -> dict:
    curves = result.curves
    return dict(
        type="scatter", x=stretched(curves.epochs, curves.steps).astype(np.float32), y=values,
        # A dot for each point where there are few.
        mode="lines+markers" if len(curves.epochs) < _POINTS else "lines", line=_line(result),
        customdata=curves.epochs.astype(np.float32), hovertemplate=f"{hover}<extra></extra>", **more,
    )


def run_figures(
    results: Sequence[RunResult], image_shape: tuple[int, int], is_learned: bool, epoch: int | None = None,
    goal: float | None = None,
) -> dict[str, Figure]:
    """The three figures of the runs, by the keys of their charts.

    Parameters
    ----------
    results : sequence of RunResult
    image_shape : (height, width)
    is_learned : bool
        Whether the pictures of the weights show what was learned.
    epoch : int, optional
        The one to show and to mark; if not given, the last one, not marked.
    goal : float, optional
        A share of right answers, for a line among the accuracies.
    """
    return {
        "accuracies": accuracies(results, epoch, goal), "losses": losses(results, epoch),
        "weights_of_all": weights(results, image_shape, is_learned, epoch),
    }


def _mark(results: Sequence[RunResult], epoch: int | None) -> float | None:
    return None if epoch is None else float(stretched(epoch, results[0].curves.steps))


def accuracies(results: Sequence[RunResult], epoch: int | None = None, goal: float | None = None) -> Figure:
    """Test accuracy against the epoch, all runs that are not hidden in one chart, with lines at ``epoch`` and ``goal``.

    The part above 90 % is enlarged, since most runs are there in most epochs. Each line has its letter at its end.
    """
    traces = [
        _trace(
            result, result.curves.test_accuracy,
            _words("accuracies.hover", run=result.name, epoch="%{customdata:.3~g}", share="%{y:.1%}"),
            name=result.letter, yaxis=axis, visible=result.row.shown,
            meta=in_table(name=result.name, x=_words("losses.epoch"), at=result.curves.epochs),
        ) for result in results for axis in ("y", "y2")
    ]
    if goal is not None:
        curves = results[0].curves
        end, name = float(stretched(curves.epochs[-1], curves.steps)), line_name(goal)
        traces.append(dict(
            type="scatter", x=[0, end], y=[goal, goal], mode="lines", name=name, hovertemplate=f"{name}<extra></extra>",
            yaxis="y2" if goal >= _ENLARGED else "y", line=dict(color=GRAPHITE, width=1.5, dash="dashdot"),
            meta=in_table(level=True),
        ))
    lowest = min(float(np.nanmin(result.curves.test_accuracy)) for result in results)
    curves, height = results[0].curves, 290
    sides = dict(top=24, bottom=46)
    low, high = ([0, 0.4], [0 if lowest < 0.4 else 0.4, _ENLARGED]), ([0.44, 1], [_ENLARGED, 1.004])
    return figure(dict(data=traces, layout=dict(
        xaxis=stretched_axis(int(curves.epochs[-1]), curves.steps, anchor="y"),
        yaxis=dict(
            domain=low[0], anchor="x", tickformat=".0%", range=low[1], tickvals=[0, 0.2, 0.4, 0.6, 0.8],
        ),
        yaxis2=dict(
            title=dict(text=_words("accuracies.axis")), domain=high[0], anchor="x", tickformat=".0%", range=high[1],
            nticks=5,
        ),
        annotations=[
            dict(
                text=_words("accuracies.enlarged", share=f"{100 * _ENLARGED:.0f}\N{NO-BREAK SPACE}%"), x=0, y=1,
                xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False, font=dict(size=12),
            ),
            *_letters(results, (low, high), height - sum(sides.values())),
        ],
        showlegend=False, margin=margin(left=66, right=58, **sides), hovermode="closest", height=height,
        shapes=epoch_mark(_mark(results, epoch)),
    )))


def _letters(results: Sequence[RunResult], panels: Sequence[tuple], height: int) -> list[dict]:
    """The letters of the runs at the ends of their lines; those of lines that end close together share a place.

    Parameters
    ----------
    results : sequence of RunResult
    panels : sequence of (domain, range)
        Of the two vertical axes, the lower one first.
    height : int
        Of the chart between its margins, in screen pixels.
    """
    ends = []
    for result in results:
        if result.row.shown:
            (bottom, top), (low, high) = panels[result.accuracy > _ENLARGED]
            ends.append((bottom + (top - bottom) * (result.accuracy - low) / (high - low), result.letter))
    places: list[tuple[float, str]] = []
    for place, letter in sorted(ends, key=lambda end: (-end[0], end[1])):
        if places and (places[-1][0] - place) * height < _LETTER:
            places[-1] = (places[-1][0], f"{places[-1][1]} {letter}")
        else:
            places.append((place, letter))
    return [
        dict(
            text=f"<b>{letters}</b>", x=1, xshift=4, y=place, xref="paper", yref="paper", xanchor="left",
            yanchor="middle", showarrow=False, font=dict(size=12),
        ) for place, letters in places
    ]


def _far(results: Sequence[RunResult]) -> dict:
    return reaching_far(np.concatenate([result.curves.test_loss for result in results]), far=50, most=3)


def losses(results: Sequence[RunResult], epoch: int | None = None) -> Figure:
    """Test loss against the epoch, a panel for each loss, each on its own scale, with a line at ``epoch``."""
    panels = losses_in(results)
    columns = min(len(panels), 3 if len(panels) > 4 else 2)
    rows = -(-len(panels) // columns)
    gap_x, gap_y = 0.12, 0.28
    width, height = (1 - gap_x * (columns - 1)) / columns, (1 - gap_y * (rows - 1)) / rows
    layout: dict = dict(
        showlegend=False, margin=margin(left=44, bottom=40, top=24), hovermode="closest", height=280, annotations=[],
    )
    curves = results[0].curves
    last = int(curves.epochs[-1])
    traces = []
    for i, (key, members) in enumerate(panels):
        row, column = divmod(i, columns)
        n = axis_suffix(i)
        left, top = column * (width + gap_x), 1 - row * (height + gap_y)
        axis = stretched_axis(last, curves.steps)
        ends = slice(None, None, max(len(axis["tickvals"]) - 1, 1))  # there is room for two names
        layout["xaxis" + n] = axis | dict(
            domain=[left, min(left + width, 1)], anchor="y" + n, tickvals=axis["tickvals"][ends],
            ticktext=["0", f"{last:,}"],
            title=dict(text=_words("losses.epoch"), font=dict(size=12)) if row == rows - 1 else None,
        )
        layout["yaxis" + n] = dict(
            domain=[max(top - height, 0), top], anchor="x" + n,
        ) | (_far(members) or dict(rangemode="tozero", nticks=4, tickformat="~g"))
        letters = listed([result.letter for result in members])
        layout["annotations"].append(dict(
            text=_words("losses.panel", loss=LOSSES[key].label, letters=letters),
            x=left + width / 2, y=top, xref="paper", yref="paper", xanchor="center",
            yanchor="bottom", showarrow=False, font=dict(size=12),
        ))
        traces += [
            _trace(
                result, result.curves.test_loss,
                _words("losses.hover", run=result.name, epoch="%{customdata:.3~g}", loss="%{y:.3g}"),
                name=result.name, xaxis="x" + n, yaxis="y" + n,
                meta=in_table(x=_words("losses.epoch"), at=result.curves.epochs),
            ) for result in members
        ]
    layout["shapes"] = epoch_mark(_mark(results, epoch), [axis_suffix(i) for i in range(len(panels))])
    return figure(dict(data=traces, layout=layout))


def weights(
    results: Sequence[RunResult], image_shape: tuple[int, int], is_learned: bool, epoch: int | None = None
) -> Figure:
    """What all runs have learned, or their weights, at one epoch.

    Parameters
    ----------
    results : sequence of RunResult
    image_shape : (height, width)
    is_learned : bool
        Whether it shows what was learned.
    epoch : int, optional
        The last one if not given.

    Notes
    -----
    Each run has its own colour scale, the same for all epochs. A run that diverged keeps its last finite weights.
    """
    last = results[0].run.settings.epochs
    epoch = last if epoch is None else epoch
    columns = len(results) if len(results) < 4 else -(-len(results) // 2)
    rows = -(-len(results) // columns)
    layout: dict = dict(margin=margin(top=22), height=280, annotations=[])
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
        # The square has the colour of the run; its name has that of all text, which is easier to read.
        layout["annotations"].append(dict(
            text=f'<span style="color:{COLOURS[result.letter]}">■</span> <b>{result.letter}</b>'
            f" {LOSSES[result.row.loss].label}",
            x=(left + right) / 2, y=top, xref="paper", yref="paper", xanchor="center", yanchor="bottom",
            showarrow=False, font=dict(size=12),
        ))
        picture = weight_picture(result.run, is_learned, min(epoch, result.run.last_epoch))
        data.append(dict(
            type="heatmap", z=picture.values.reshape(image_shape), name=result.name,
            meta=in_table(title=_words("weights.table", run=result.name, values=picture.name, epoch=epoch)),
            xaxis="x" + n, yaxis="y" + n, colorscale=DIVERGING, zmin=picture.neutral - picture.reach,
            zmax=picture.neutral + picture.reach, showscale=False, hovertemplate=_words(
                "weights.hover", run=result.name, row="%{y}", column="%{x}", one=picture.one, value="%{z:+.2g}",
            ) + "<extra></extra>",
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
        colours.setdefault(result.row.loss, COLOURS[result.letter])
    unused = iter(_UNUSED)
    traces = []
    for shape in shapes:
        label = LOSSES[shape.key].label
        line = dict(
            color=colours.get(shape.key, TRAIN), width=2.5,
            dash="solid" if shape.key in colours else next(unused, "dot"),
        )
        for j in range(2):
            for i, (what, values) in enumerate((("loss", shape.values[j]), ("slope", shape.derivatives[j]))):
                n = 2 * i + j
                traces.append(dict(
                    type="scatter", x=SCORES, y=values, mode="lines", name=label, line=line, legendgroup=shape.key,
                    showlegend=n == 0, xaxis="x" + axis_suffix(n), yaxis="y" + axis_suffix(n),
                    hovertemplate=_words(
                        "shapes.hover", loss=label, digit=digits[j], score="%{x:.1f}", value="%{y:.2g}",
                        what=_words(f"shapes.{what}"),
                    ) + "<extra></extra>",
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
                text=_words("shapes.panel", digit=digits[j]), x=sum(columns[j]) / 2, y=0.95, xref="paper", yref="paper",
                yanchor="bottom", showarrow=False, font=dict(size=14),
            ) for j in range(2)
        ],
    )
    for n in range(4):
        i, j = divmod(n, 2)
        suffix = axis_suffix(n)
        layout["xaxis" + suffix] = dict(
            domain=columns[j], anchor="y" + suffix, range=[-10, 10], zeroline=True,
            zerolinecolor=TRAIN, zerolinewidth=1, title=dict(text=_words("shapes.score")) if i else None,
        )
        layout["yaxis" + suffix] = dict(
            domain=rows[i], anchor="x" + suffix, range=ranges[i], zeroline=True,
            zerolinecolor=TRAIN, zerolinewidth=1, showticklabels=j == 0,
            title=dict(text=_words(f"shapes.{('loss', 'slope')[i]}")) if j == 0 else None,
        )
    return figure(dict(data=traces, layout=layout))
