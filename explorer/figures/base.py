"""What all pictures share: colours, margins, axes for pixels, and how a figure is put together."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

Array = NDArray[np.floating]

# The same six colours are named in .streamlit/config.toml, for the words that explain a picture.
FIRST, SECOND = "#3778c2", "#e07b1a"
TEST, TRAIN, OTHERS = "#8a63d2", "#8a9099", ("#0f9d8a", "#d1495b")
# Orange, paper, blue: equally dark at both ends.
DIVERGING = [
    [0.0, "#8f4300"], [0.25, "#e07b1a"], [0.5, "#f7f6f3"], [0.75, "#3778c2"], [1.0, "#123f75"],
]
INK = [[0.0, "#fbfaf7"], [1.0, "#16181c"]]


def figure(parts: dict) -> go.Figure:
    """A figure from its data, layout and frames.

    plotly checks every property by itself, which takes longer than all else between a slider and
    its picture. The tests have it check each figure here in full; while people wait, it does not.
    """
    return go.Figure(**parts, _validate=False)


BUTTON = 28  # screen pixels at the right, or 22 at the top: room for the button that saves the picture


def margin(left: int = 10, right: int | None = None, top: int = 10, bottom: int = 10) -> dict:
    """Fixed margins, in screen pixels: plotly draws a figure twice where it has to find them out.

    In the upper right corner, one of them holds the button that saves the picture: it lies on nothing.
    """
    if right is None:
        right = 14 if top >= 22 else BUTTON
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
    """Axes for a picture: square pixels, the first row on top, no ticks, no zooming by accident."""
    bare = dict(showticklabels=False, ticks="", showgrid=False, zeroline=False, fixedrange=True)
    return {
        "xaxis" + suffix: bare | dict(constrain="domain"),
        "yaxis" + suffix: bare | dict(
            autorange="reversed", scaleanchor="x" + suffix, constrain="domain", constraintoward="top",
        ),
    }
