"""Figures of the page "Be the optimiser": the scores of a painting, the duel with descent, what descent changed."""

from __future__ import annotations

import numpy as np

from explorer import texts
from explorer.figures.base import (
    Array,
    Figure,
    add_panel,
    epoch_mark,
    figure,
    in_table,
    margin,
    pixel_axes,
    stretched,
    stretched_axis,
)
from explorer.figures.colours import DIVERGING, GRAPHITE, NEUTRAL, TRAIN
from explorer.lessons.runs import Curves

_words = texts.of("be_the_optimiser")
_BELOW = 0.03  # the lowest accuracy that the axis is made for: so far at least it reaches further down


def duel(from_yours: Curves, from_zeros: Curves, yours: float, passed: float | None) -> Figure:
    """The share of unseen images right against the epoch, from both starts, and that of the painting as a line.

    Parameters
    ----------
    from_yours, from_zeros : Curves
    yours : float
        The share that the painting gets right, in [0, 1].
    passed : float or None
        The epoch in which the descent from zeros passes it: a vertical line.
    """
    traces, last = [], int(from_zeros.epochs[-1])
    for name, curves, colour, width in (
        ("from_zeros", from_zeros, TRAIN, 1.5), ("from_yours", from_yours, GRAPHITE, 3),
    ):
        traces.append(dict(
            type="scatter", x=stretched(curves.epochs, curves.steps).astype(np.float32), y=curves.test_accuracy,
            mode="lines+markers" if len(curves.epochs) < 40 else "lines", name=_words(f"duel.{name}"),
            line=dict(color=colour, width=width), marker=dict(size=2 * width),
            customdata=curves.epochs.astype(np.float32), meta=in_table(x="epoch", at=curves.epochs),
            hovertemplate=f"{_words(f'duel.{name}_hover')}<br>%{{y:.1%}}<extra></extra>",
        ))
    end = float(stretched(last, from_zeros.steps))
    traces.append(dict(
        type="scatter", x=[0, end], y=[yours, yours], mode="lines", name=_words("duel.you"),
        line=dict(color=NEUTRAL, width=2, dash="dash"), meta=in_table(level=True),
        hovertemplate=f"{_words('duel.you')}<br>%{{y:.1%}}<extra></extra>",
    ))
    # What matters is near the top: a line that begins far below comes in from there.
    ends = from_zeros.test_accuracy[np.isfinite(from_zeros.test_accuracy)][-1]
    lowest = min(yours, float(np.nanmin(from_yours.test_accuracy)), float(ends)) - _BELOW
    return figure(dict(data=traces, layout=dict(
        xaxis=stretched_axis(last, from_zeros.steps),
        yaxis=dict(
            title=dict(text=_words("duel.axis")), tickformat=".0%", range=[max(0.0, np.floor(20 * lowest) / 20), 1.005],
        ),
        shapes=epoch_mark(float(stretched(passed, from_zeros.steps)) if passed else None),
        showlegend=False, hovermode="closest", margin=margin(left=60, bottom=48), height=330,
    )))


def what_descent_changed(before: Array, after: Array, image_shape: tuple[int, int], neutral: float) -> Figure:
    """Three pictures side by side: the painted weights, what descent added to each, and the weights then.

    Parameters
    ----------
    before, after : (n_pixels,)
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colour scale.
    """
    change = after - before
    reach = float(np.abs(np.concatenate([before, after]) - neutral).max()) or 1.0
    moved = float(np.abs(change).max()) or 1.0
    layout: dict = dict(margin=margin(top=30), height=210, annotations=[])
    traces = []
    for i, (name, values, middle, far) in enumerate((
        ("before", before, neutral, reach), ("change", change, 0.0, moved), ("after", after, neutral, reach),
    )):
        title = _words(f"changed.{name}")
        n = add_panel(layout, i, title, (i * 0.345, i * 0.345 + 0.31), size=13)
        traces.append(dict(
            type="heatmap", z=values.reshape(image_shape), colorscale=DIVERGING, zmin=middle - far, zmax=middle + far,
            showscale=False, xaxis="x" + n, yaxis="y" + n, name=title,
            hovertemplate=f"row %{{y}}, column %{{x}}<br>{title} %{{z:.3f}}<extra></extra>",
        ))
    return figure(dict(data=traces, layout=layout))


def painted_weights(weights: Array, image_shape: tuple[int, int], neutral: float) -> Figure:
    """Painted weights as a picture.

    Parameters
    ----------
    weights : (n_pixels,)
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colour scale.
    """
    reach = float(np.abs(weights - neutral).max()) or 1.0
    return figure(dict(
        data=[dict(
            type="heatmap", z=weights.reshape(image_shape), colorscale=DIVERGING, zmin=neutral - reach,
            zmax=neutral + reach, showscale=False, name=_words("changed.before"),
            hovertemplate="row %{y}, column %{x}<br>weight %{z:g}<extra></extra>",
        )],
        layout=dict(**pixel_axes(), margin=margin(), height=260),
    ))
