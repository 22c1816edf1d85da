"""A picture whose pixels can be picked: by mouse, by finger, or with the arrow keys and Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.figures.base import Array
from explorer.figures.colours import FIRST, SECOND
from explorer.ui.components import register

_component = register("pixel_picker")


def pixel_picker(
    values: Array, image_shape: tuple[int, int], marked: Sequence[int], key: str, label: str,
    then: Callable[[int], None], width: int = 240, ink: bool = False,
) -> None:
    """Show a picture of pixels; picking one calls ``then`` with its number, before the page runs again.

    Parameters
    ----------
    values : (n_pixels,)
        From -1 to 1, drawn from the second digit's colour over paper to the first digit's.
    image_shape : (height, width)
    marked : sequence of int
        The pixels framed in red, numbered row by row from 0.
    key : str
    label : str
        What the picture shows, read out by screen readers.
    then : callable (pixel)
        The session keeps it until the page runs again, so it must hold no arrays.
    width : int
        In screen pixels.
    ink : bool
        Draw values from 0 to 1 as dark ink instead of in the first digit's colour.
    """
    _component(
        key=key, width=width, on_picked_change=partial(_picked, key, image_shape[0] * image_shape[1], then),
        data={
            "values": np.round(values, 3).tolist(), "rows": image_shape[0], "columns": image_shape[1],
            "marked": [int(pixel) for pixel in marked], "label": label,
            "low": _rgb(SECOND), "high": [22, 24, 28] if ink else _rgb(FIRST),
        },
    )


def _picked(key: str, n_pixels: int, then: Callable[[int], None]) -> None:
    """Call ``then`` with the pixel that the browser sent."""
    pixel = st.session_state[key].get("picked")
    # A forged message may hold anything: only a pixel of the picture is taken.
    if isinstance(pixel, int) and not isinstance(pixel, bool) and 0 <= pixel < n_pixels:
        then(pixel)


def _rgb(colour: str) -> list[int]:
    """Red, green and blue, 0 to 255, of a colour written as #rrggbb."""
    return list(bytes.fromhex(colour.removeprefix("#")))
