"""Images, and what each of their pixels adds to a score."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.base import Array, Figure, add_panel, figure, margin
from explorer.figures.colours import DIVERGING, INK, NEUTRAL


def pixel_contributions(
    values: Array, weights: Array, parts: Array, image_shape: tuple[int, int], neutral: float,
    titles: tuple[str, str, str],
) -> Figure:
    """Three pictures side by side: the values, the weights, and what each pixel adds to the score.

    Parameters
    ----------
    values, weights, parts : (n_pixels,)
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colour scale.
    titles : three of str
    """
    reach = float(np.abs(weights - neutral).max()) or 1.0
    part_reach = float(np.abs(parts).max()) or 1.0
    panels = (
        (values, "value", dict(colorscale=INK, zmin=0, zmax=1)),
        (weights, "weight", dict(colorscale=DIVERGING, zmin=neutral - reach, zmax=neutral + reach)),
        (parts, "adds", dict(colorscale=DIVERGING, zmin=-part_reach, zmax=part_reach)),
    )
    layout: dict = dict(margin=margin(top=30), height=200, annotations=[])
    traces = []
    for i, ((array, name, scale), title) in enumerate(zip(panels, titles, strict=True)):
        n = add_panel(layout, i, title, (i * 0.345, i * 0.345 + 0.31))
        traces.append(dict(
            type="heatmap", z=array.reshape(image_shape), xaxis="x" + n, yaxis="y" + n, showscale=False,
            hovertemplate=f"row %{{y}}, column %{{x}}<br>{name} %{{z:.4f}}<extra></extra>", **scale,
        ))
    return figure(dict(data=traces, layout=layout))


def frame(pixel: int, image_shape: tuple[int, int]) -> dict:
    """A shape around one pixel of a picture."""
    row, column = divmod(pixel, image_shape[1])
    return dict(
        type="rect", x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5, line=dict(color=NEUTRAL, width=3),
    )


def png(picture: NDArray[np.uint8]) -> bytes:
    """A picture, grey (height, width) or in colours (height, width, 3), as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def url(picture: NDArray[np.uint8]) -> str:
    """A picture, as for ``png``, as an address that holds the whole file."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode()}"


def tile(values: Array, image_shape: tuple[int, int], size: int = 84) -> NDArray[np.uint8]:
    """An image as grey bytes with a frame, ink dark on light paper, each pixel a square of whole screen pixels.

    Parameters
    ----------
    values : (n_pixels,)
    image_shape : (height, width)
    size : int
        The least width inside the frame, in screen pixels.

    Returns
    -------
    (height * k + 4, width * k + 4) uint8
    """
    times = -(-size // image_shape[1])
    grey = (255 * (1 - values.reshape(image_shape))).round().astype(np.uint8)
    # The frame separates pictures side by side, on dark pages too.
    return np.pad(grey.repeat(times, axis=0).repeat(times, axis=1), 2, constant_values=150)


def diverging(places: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The colours of places from 0 to 1 on the scale, interpolated between its stops: (…, 3) uint8."""
    stops = [stop for stop, _ in DIVERGING]
    parts = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in DIVERGING])
    return np.stack([np.interp(places, stops, part) for part in parts.T], axis=-1).round().astype(np.uint8)
