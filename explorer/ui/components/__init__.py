"""Streamlit components: each a folder with its Python and the files that the browser gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def register(name: str) -> Callable[..., Any]:
    """Register the component in a folder beside this file, and return the function that puts it on a page.

    Parameters
    ----------
    name : str
        Of the folder, which holds NAME.js and, where the component has them, NAME.html and NAME.css.
    """
    files = {kind: _HERE / name / f"{name}.{kind}" for kind in ("js", "html", "css")}
    texts = {kind: path.read_text(encoding="utf-8") for kind, path in files.items() if kind == "js" or path.exists()}
    return st.components.v2.component(name, **texts)
