"""The figure of the page "A saved model": weights beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer import texts
from explorer.figures.base import Array, Figure, add_panel, figure, margin
from explorer.figures.colours import DIVERGING

_words = texts.of("saved_model")
_GAP = 0.04  # between two pictures, as a share of the figure


def weights_beside(weights: Sequence[tuple[str, Array]], image_shape: tuple[int, int], neutral: float) -> Figure:
    """Weights of several models as pictures side by side, on one colour scale.

    Parameters
    ----------
    weights : sequence of (name, (n_pixels,))
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colours.
    """
    reach = max(float(np.abs(values - neutral).max()) for _, values in weights) or 1.0
    layout: dict = dict(margin=margin(top=30), height=260, annotations=[])
    width = (1 - _GAP * (len(weights) - 1)) / len(weights)
    traces = []
    for i, (name, values) in enumerate(weights):
        n = add_panel(layout, i, name, (i * (width + _GAP), min(i * (width + _GAP) + width, 1)), size=14)
        traces.append(dict(
            type="heatmap", z=values.reshape(image_shape), xaxis="x" + n, yaxis="y" + n, showscale=False, name=name,
            colorscale=DIVERGING, zmin=neutral - reach, zmax=neutral + reach,
            hovertemplate=f"{_words('weights.hover', panel=name)}<extra></extra>",
        ))
    return figure(dict(data=traces, layout=layout))
