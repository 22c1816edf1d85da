"""What all pictures share: colours, margins, axes for pixels, and how a figure is put together."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.colours import DIVERGING  # noqa: F401  (with the other colours, for the figures)

Array = NDArray[np.floating]

# The same six colours are named in .streamlit/config.toml, for the words that explain a picture.
FIRST, SECOND = "#3778c2", "#e07b1a"
TEST, TRAIN, OTHERS = "#8a63d2", "#8a9099", ("#0f9d8a", "#d1495b")
INK = [[0.0, "#fbfaf7"], [1.0, "#16181c"]]


def in_table(**how: Any) -> dict:
    """What a trace says about itself for ``tables``, where its arrays and titles do not: goes into its ``meta``.

    Parameters
    ----------
    columns : sequence of str
        The names of the columns of its ``customdata``.
    text : str
        The name of a column with its ``text``.
    x, y : str
        The name of a column, instead of the title of the axis; "" leaves it out: a place on the screen, not a number.
    name : str
        Instead of the trace's own.
    title : str
        Of its table.
    level : bool
        A line across the chart: one number.
    line : str
        A line that stands for an equation: the equation.
    parts : str or sequence of str
        It is drawn in parts with a gap between them: what a part is called, to be numbered, or the name of
        each, None for one that need not be told.
    steps : str
        What the place of a point in the trace is called, counted from 0.
    mark : bool
        Only marks what others show.
    """
    return how


def figure(parts: dict) -> go.Figure:
    """A figure from its data, layout and frames.

    plotly checks every property by itself, which takes longer than all else between a slider and
    its picture. The tests have it check each figure here in full; while people wait, it does not.

    No chart zooms, by drag, double tap or a click at the end of an axis. A chart that reads drags would keep
    the finger that scrolls a phone.
    """
    layout = parts["layout"] | dict(modebar=_MODEBAR, dragmode=False)
    for name in layout:
        if name.startswith(("xaxis", "yaxis")):
            layout[name] = layout[name] | dict(fixedrange=True)
    return go.Figure(**parts | dict(layout=layout), _validate=False)


# The button that saves the picture: seen on light paper and on dark, and without a ground of its own, which would
# reach over the ends of lines.
_MODEBAR = dict(bgcolor="rgba(0,0,0,0)", color=TRAIN, activecolor=FIRST)
BUTTON = 28  # screen pixels at the right: room for that button, so that it lies on nothing


def margin(left: int = 10, right: int = BUTTON, top: int = 10, bottom: int = 10) -> dict:
    """Fixed margins, in screen pixels: plotly draws a figure twice where it has to find them out."""
    return dict(l=left, r=right, t=top, b=bottom, autoexpand=False)


def add_panel(
    layout: dict, i: int, title: str, x: tuple[float, float], y: tuple[float, float] | None = None, size: int = 14
) -> str:
    """Put axes for picture number ``i``, with its title above, into a layout; returns the suffix of its axes.

    ``x``, ``y``: from where to where, in shares of the figure; ``y`` None: its whole height.
    """
    n = str(i + 1) if i else ""
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
    """Axes for a picture: square pixels, the first row on top, no ticks."""
    bare = dict(showticklabels=False, ticks="", showgrid=False, zeroline=False)
    return {
        "xaxis" + suffix: bare | dict(constrain="domain"),
        "yaxis" + suffix: bare | dict(
            autorange="reversed", scaleanchor="x" + suffix, constrain="domain", constraintoward="top",
        ),
    }
