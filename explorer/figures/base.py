"""What all figures share: how they are put together, margins, axes for pictures, notes for ``tables``."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures.colours import FIRST, TRAIN

Array = NDArray[np.floating]


def in_table(**how: Any) -> dict:
    """Notes on a trace for ``tables``, where its arrays and titles do not say enough; for its ``meta``.

    Parameters
    ----------
    columns : sequence of str
        The names of the columns of its ``customdata``.
    text : str
        The name of a column with its ``text``.
    x, y : str
        The name of a column, instead of the title of the axis; "" leaves the column out, as it is only a position.
    name : str
        Replaces the name of the trace.
    title : str
        The title of its table.
    level : bool
        Whether it is a horizontal line across the chart, which stands for one number.
    line : str
        The equation that it draws.
    parts : str or sequence of str
        For a trace of parts with gaps between them: one name, to be numbered, or the name of each part, None to
        leave that part out.
    steps : str
        The name of a column with the index of each point.
    mark : bool
        Whether it only marks what other traces show.
    """
    return how


def figure(parts: dict) -> go.Figure:
    """A figure from its data, layout and frames.

    plotly's validation takes longer than everything else between a slider and its figure, so it is off here; the
    tests validate every figure in full.

    No figure can be zoomed, by drag, double tap or a click at the end of an axis. A figure that reads drags would keep
    a phone from scrolling.
    """
    layout = parts["layout"] | dict(modebar=_MODEBAR, dragmode=False)
    for name in layout:
        if name.startswith(("xaxis", "yaxis")):
            layout[name] = layout[name] | dict(fixedrange=True)
    return go.Figure(**parts | dict(layout=layout), _validate=False)


# The button that saves the figure: visible on light pages and on dark, without a background, which would cover the ends
# of lines.
_MODEBAR = dict(bgcolor="rgba(0,0,0,0)", color=TRAIN, activecolor=FIRST)
BUTTON = 28  # screen pixels at the right: room for that button


def margin(left: int = 10, right: int = BUTTON, top: int = 10, bottom: int = 10) -> dict:
    """Fixed margins, in screen pixels. Where plotly has to find them out, it draws a figure twice."""
    return dict(l=left, r=right, t=top, b=bottom, autoexpand=False)


def axis_suffix(i: int) -> str:
    """plotly's suffix for the names of the axes of panel number ``i``, counted from 0: "", "2", "3", …"""
    return str(i + 1) if i else ""


def spread(last: int, most: int) -> NDArray[np.int_]:
    """At most ``most`` whole numbers from 0 to ``last``, evenly spread, both ends among them."""
    return np.unique(np.linspace(0, last, min(most, last + 1)).round().astype(int))


def epoch_axis(last: int, **more: Any) -> dict:
    """An x axis of epochs from 0 to ``last``, without ticks between whole epochs; ``more`` are further properties."""
    title = "epoch (visits to every training digit)"
    return dict(title=dict(text=title), range=[0, last], **more, dtick=1 if last < 6 else None)


def add_panel(
    layout: dict, i: int, title: str, x: tuple[float, float], y: tuple[float, float] | None = None, size: int = 14
) -> str:
    """Add the axes and the title of picture number ``i`` to a layout.

    Parameters
    ----------
    layout : dict
        Its list ``annotations`` gets the title.
    i : int
        Counted from 0.
    title : str
        Above the picture.
    x, y : (start, end)
        Shares of the width and the height of the figure; ``y`` None: the whole height.
    size : int
        Of the title.

    Returns
    -------
    str
        The suffix of the names of the axes.
    """
    n = axis_suffix(i)
    axes = pixel_axes(suffix=n)
    axes["xaxis" + n] |= dict(domain=list(x), anchor="y" + n)
    axes["yaxis" + n] |= dict(anchor="x" + n) | (dict(domain=list(y)) if y else {})
    layout |= axes
    layout["annotations"].append(dict(
        text=title, x=(x[0] + x[1]) / 2, y=y[1] if y else 1, xref="paper", yref="paper", xanchor="center",
        yanchor="bottom", showarrow=False, font=dict(size=size),
    ))
    return n


def pixel_axes(suffix: str = "") -> dict:
    """Axes for a picture: square pixels, the first row at the top, no ticks."""
    bare = dict(showticklabels=False, ticks="", showgrid=False, zeroline=False)
    return {
        "xaxis" + suffix: bare | dict(constrain="domain"),
        "yaxis" + suffix: bare | dict(
            autorange="reversed", scaleanchor="x" + suffix, constrain="domain", constraintoward="top",
        ),
    }
