"""A grid of pixels to paint weights on, in three levels, by mouse, finger, pen or with the keyboard alone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from explorer import texts
from explorer.figures.base import Array
from explorer.figures.colours import FIRST, SECOND
from explorer.lessons.be_the_optimiser.painting import Cells, decode, encode
from explorer.ui.components import register

_component = register("weight_painter")
_words = texts.of("be_the_optimiser")
_BLANKS = {name: f"{{{name}}}" for name in ("row", "column", "level", "brush", "size")}  # what the browser fills in
_WORDS = {name: _words(f"painter.{name}", **_BLANKS) for name in (
    "brushes", "sizes", "size", "undo", "redo", "clear", "keys", "place", "brush",
)}


def weight_painter(
    cells: Cells, image_shape: tuple[int, int], key: str, label: str, hint: str, levels: tuple[str, str, str],
    asks: str, then: Callable[[str], None], help: Array | None = None, ink: bool = False,
) -> None:
    """Show the canvas with what is painted; a stroke calls ``then`` with the new painting, before the page runs again.

    Parameters
    ----------
    cells : (n_pixels,) of 0, 1 or 2
    image_shape : (height, width)
    key : str
    label : str
        What is painted here, read out by screen readers.
    hint : str
        The text on the empty canvas.
    levels : three of str
        What the levels 0, 1 and 2 are called.
    asks : str
        The name in the page's live ``SERIES`` that answers for a painting, while the brush moves.
    then : callable (text)
        Given a painting that can be read, compressed. The session keeps it, so it must hold no arrays.
    help : (n_pixels,), optional
        From -1 to 1: faint colours under what is not painted.
    ink : bool
        Levels 1 and 2 are ink and grey, not the colours of the two digits.
    """
    _component(key=key, on_painted_change=partial(_painted, key, image_shape, then), data={
        "text": encode(cells, image_shape, plain=True), "shape": image_shape, "label": label, "hint": hint,
        "levels": levels, "asks": asks, "colours": None if ink else [FIRST, SECOND], "words": _WORDS,
        "help": None if help is None else _bytes(help),
    })


def _painted(key: str, image_shape: tuple[int, int], then: Callable[[str], None]) -> None:
    """Call ``then`` with the painting that the browser sent."""
    sent = st.session_state[key].get("painted")
    text = sent.get("text") if isinstance(sent, dict) else None
    if not isinstance(text, str):  # a forged message may hold anything
        return
    try:
        then(encode(decode(text, image_shape), image_shape))
    except ValueError:  # only a painting on these images is taken
        return


def _bytes(values: Array) -> str:
    """Numbers from -1 to 1 as bytes: 128 is 0."""
    return base64.b64encode((128 + np.round(127 * np.clip(values, -1, 1))).astype(np.uint8).tobytes()).decode()
