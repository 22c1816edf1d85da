"""Streamlit components: each a folder with its Python and the files that the browser gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def register(name: str, isolate_styles: bool = True) -> Callable[..., Any]:
    """Register the component in a folder beside this file, and return the function that puts it on a page.

    Parameters
    ----------
    name : str
        Of the folder, which holds NAME.js and, where the component has them, NAME.html and NAME.css.
    isolate_styles : bool
        Whether it is drawn in a shadow root, apart from the styles of the page.
    """
    # The styles of one that is not apart from the page are the page's own (explorer/web/files.py).
    files = {kind: _HERE / name / f"{name}.{kind}" for kind in ("html", *(["css"] if isolate_styles else []))}
    texts = {kind: path.read_text(encoding="utf-8") for kind, path in files.items() if path.exists()}
    if not (_HERE / name / f"{name}.js").exists():
        raise FileNotFoundError(f"{name}: there is no component of this name")
    # Streamlit would send the whole code again with every change; the browser fetches it once (explorer/web/files.py).
    texts["js"] = f"export default async component => (await import(explorerFiles.{name})).default(component)\n"
    return st.components.v2.component(name, isolate_styles=isolate_styles, **texts)
