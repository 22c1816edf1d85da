"""The address of a page, asked of the browser.

``st.context.url`` is not it: in a frame it is the parent's, and a base path that ends like a page's name is cut.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_JS = (Path(__file__).parent / "address.js").read_text(encoding="utf-8")
_asker = st.components.v2.component("address", js=_JS)


def told_by_the_browser(path: str) -> Any:
    """Scheme, host, port and path of the page on the screen, unchecked; None until the browser has answered.

    Parameters
    ----------
    path : str
        The page's own path: an answer for one page is not taken for another.
    """
    return _asker(key=f"address_of_{path}", height=1, on_address_change=lambda: None).address


def without_answer() -> Any:
    """A container for words that stand while there is no answer: seen only where that takes longer than a moment."""
    return st.container(key="no_address")


def style() -> None:
    """How ``without_answer`` waits. To be sent earlier than the container: the browser takes a moment to apply it."""
    st.html(
        "<style>.st-key-no_address { animation: no-address 1.5s step-end; } "
        "@keyframes no-address { from { visibility: hidden; } }</style>"
    )
