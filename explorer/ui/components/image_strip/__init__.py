"""A strip of small images, of which one is chosen by a click, a finger or a key."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.figures.base import Array
from explorer.ui.components import register

_component = register("image_strip", isolate_styles=False)


def image_strip(
    images: Array, image_shape: tuple[int, int], names: Sequence[str], chosen: int | None, key: str, label: str,
    then: Callable[[int], None],
) -> None:
    """Show small images side by side; choosing one calls ``then`` with its place, before the page runs again.

    Parameters
    ----------
    images : (n_images, n_pixels)
        In [0, 1].
    image_shape : (height, width)
    names : sequence of str
        Of each image, read out by screen readers.
    chosen : int or None
        The place of the image that is chosen; None where it is not among these.
    key : str
    label : str
        What the images are, read out by screen readers.
    then : callable (place)
        The session keeps it until the page runs again, so it must hold no arrays.
    """
    _component(key=key, on_chosen_change=partial(_chosen, key, len(images), then), data={
        "images": base64.b64encode(np.round(255 * images).astype(np.uint8)).decode(), "shape": image_shape,
        "names": list(names), "chosen": chosen, "label": label,
    })


def _chosen(key: str, n_images: int, then: Callable[[int], None]) -> None:
    """Call ``then`` with the place that the browser sent."""
    place = st.session_state[key].get("chosen")
    # A forged message may hold anything: only the place of an image is taken.
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < n_images:
        then(place)
