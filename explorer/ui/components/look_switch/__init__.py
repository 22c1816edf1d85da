"""The switch between a light and a dark page: in the browser alone, no run of the page is needed."""

from __future__ import annotations

from explorer import texts
from explorer.ui.components import register

_component = register("look_switch")
_words = texts.of("frame")


def look_switch() -> None:
    """Show the switch; what is chosen holds for every page, and stays when the browser is closed."""
    _component(key="light_or_dark", data={"label": _words("look_label"), "options": _words.table("look")})
