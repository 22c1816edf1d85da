"""Figures of the page "Against scikit-learn": the descent of the loss, and the weights of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer import texts
from explorer.figures.base import Array, Figure, add_panel, epoch_axis, figure, in_table, margin
from explorer.figures.colours import DIVERGING, GRAPHITE, TRAIN
from explorer.lessons.runs import spread

words = texts.of("scikit_learn")

_POINTS = 300  # the most points of a line
_LOW, _HIGH, _HIGHEST = -6, 1, 6  # powers of ten: the ends of the axis, and its highest end, for a run that explodes


def way_down(own: Array, others: Sequence[tuple[str, Array]], stopped: float, minimum: bool) -> Figure:
    """How far the penalised loss is above its minimum, against the epoch, on a log axis.

    Parameters
    ----------
    own : (epochs + 1,)
        The visitor's run; NaN once it has diverged.
    others : two of (name, (epochs + 1,))
        The runs that it is compared with: drawn dotted, and dashed.
    stopped : float
        Where scikit-learn's fit ended.
    minimum : bool
        False where there is no minimum, and the loss itself is drawn.
    """
    what = words("way.what" if minimum else "way.what_no_minimum")
    traces = []
    lines = [
        (name, values, dict(color=GRAPHITE, width=1.6, dash=dash))
        for (name, values), dash in zip(others, ("dot", "dash"), strict=True)
    ]
    for name, values, line in [*lines, (words("way.yours"), own, dict(color=GRAPHITE, width=3.5))]:
        epochs = spread(len(values) - 1, _POINTS)
        traces.append(dict(
            type="scatter", x=epochs, y=values[epochs], mode="lines+markers" if len(values) < 11 else "lines",
            name=name, line=line,
            hovertemplate=words("way.hover", line=name, what=what) + "<extra></extra>",
        ))
    last = len(own) - 1
    traces.append(dict(
        type="scatter", x=[0, last], y=[stopped, stopped], mode="lines", name=words("way.theirs"),
        line=dict(color=TRAIN, width=1.2), meta=in_table(level=True),
        hovertemplate=words("way.hover_theirs", what=what) + "<extra></extra>",
    ))
    # The first value, that of the start, is finite.
    high = min(max(_HIGH, int(np.ceil(np.log10(np.nanmax(own))))), _HIGHEST)
    powers = range(_LOW, high + 1)
    return figure(dict(data=traces, layout=dict(
        xaxis=epoch_axis(last),
        yaxis=dict(
            title=dict(text=words("way.y" if minimum else "way.y_no_minimum")), type="log", range=[_LOW, high],
            tickvals=[10.0**power for power in powers],
            ticktext=[f"{10.0**power:,.{max(-power, 0)}f}" for power in powers],
        ),
        showlegend=False, margin=margin(left=86, bottom=48), hovermode="closest", height=330,
    )))


def weights_beside(ours: Array, theirs: Array, image_shape: tuple[int, int]) -> Figure:
    """Our weights, scikit-learn's, and ours minus theirs, with one colour scale for all three.

    Parameters
    ----------
    ours, theirs : (n_pixels,)
    image_shape : (height, width)
    """
    panels = (
        (words("weights.ours"), ours), (words("weights.theirs"), theirs), (words("weights.difference"), ours - theirs),
    )
    reach = float(max(np.abs(values).max() for _, values in panels)) or 1.0
    layout: dict = dict(margin=margin(top=26, right=56), height=176, annotations=[])
    traces = []
    for i, (title, values) in enumerate(panels):
        n = add_panel(layout, i, title, (i * 0.345, i * 0.345 + 0.31))
        traces.append(dict(
            type="heatmap", z=np.asarray(values, np.float32).reshape(image_shape), xaxis="x" + n, yaxis="y" + n,
            colorscale=DIVERGING, zmin=-reach, zmax=reach, showscale=i == 2,
            colorbar=dict(
                thickness=10, len=110, lenmode="pixels", x=1.01, xpad=0, y=1, yanchor="top", ypad=0, nticks=5,
                tickfont=dict(size=12), outlinewidth=0,
            ),
            hovertemplate=words("weights.hover", panel=title) + "<extra></extra>",
        ))
    return figure(dict(data=traces, layout=layout))
