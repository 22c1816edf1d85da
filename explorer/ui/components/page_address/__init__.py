"""The address of the page, as the browser reports it.

``st.context.url`` cannot be used: in a frame it is the parent's address, and it loses the end of a base path that
looks like a page's name.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.ui.components import register

_component = register("page_address")


def address_in_browser(path: str) -> Any:
    """Return scheme, host, port and path of the page on the screen, unchecked; None until the browser has answered.

    Parameters
    ----------
    path : str
        The page's own path, part of the key: so the answer for one page is not used for another.
    """
    return _component(key=f"address_of_{path}", height=1, on_address_change=lambda: None).address


def without_answer() -> Any:
    """Return a container to fill while there is no answer; it becomes visible only after ``style``'s delay."""
    return st.container(key="no_address")


def style() -> None:
    """Send the delay of ``without_answer``; call it before, as the browser takes a moment to apply a style."""
    st.html(
        "<style>.st-key-no_address { animation: no-address 1.5s step-end; } "
        "@keyframes no-address { from { visibility: hidden; } }</style>"
    )
