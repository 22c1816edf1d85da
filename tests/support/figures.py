"""Figures as plotly reads them."""

import base64

import numpy as np
import plotly.graph_objects as go

from explorer.figures.base import Figure


def validated(figure: Figure) -> go.Figure:
    """The figure in plotly's own classes, which refuse properties and values that plotly does not have."""
    return go.Figure(**figure)


def array(sent) -> np.ndarray:
    """The numbers of a trace, sent as a list or as plotly packs an array."""
    if isinstance(sent, dict):
        packed = np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])
        return packed.reshape([int(n) for n in str(sent.get("shape", -1)).split(",")])
    return np.array(sent)
