"""A pad to draw on by mouse, finger or pen; the drawing is kept in the session and in the link."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.lessons.one_image.drawing import ALPHABET, GRID, MAX_LENGTH, Strokes, decode
from explorer.ui import address
from explorer.ui.components import register

PARAMETER = "drawing"  # its name in the link

_component = register("drawing_pad")


def drawing_pad(label: str, hint: str, key: str) -> Strokes:
    """Show the pad with the drawing of this visit, and return the drawing's strokes.

    A drawing in a link that cannot be read gets a warning, and the pad is empty.

    Parameters
    ----------
    label : str
        What the pad is for, read out by screen readers.
    hint : str
        The text on the empty pad.
    key : str

    Returns
    -------
    Strokes
        As ``decode`` gives them.
    """
    text = _read()
    _component(key=key, on_drawn_change=partial(_drawn, key), data={
        "text": text, "grid": GRID, "alphabet": ALPHABET, "longest": MAX_LENGTH, "label": label, "hint": hint,
    })
    return decode(text)


def _drawn(key: str) -> None:
    """Take over the drawing that the browser sent."""
    sent = st.session_state[key].get("drawn")
    # A forged message may hold anything: only a valid drawing is taken.
    if isinstance(sent, dict) and isinstance(sent.get("text"), str) and not _problem(sent["text"]):
        address.change(PARAMETER, sent["text"])


def _read() -> str:
    """The drawing in the link or the session as text; empty, with a warning, if it cannot be read."""
    text = address.text_of(PARAMETER, "")
    problem = _problem(text)
    if problem:
        st.warning(
            f"The drawing in this link cannot be shown: {problem}. Draw a new one.", icon=":material/link_off:",
        )
        text = ""
    address.put(PARAMETER, text, "")
    return text


def _problem(text: str) -> str | None:
    """Why a text is no drawing, or None if it is one."""
    try:
        decode(text)
    except ValueError as error:
        return str(error)
    return None
