"""How figures and tables are put on a page: in place, at a fixed height, with a text for screen readers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from explorer.ledger import Ledger
from explorer.settings import Settings
from explorer.ui import controls

_PAGE = "_page"  # in the session: the name of the page's file


def begin(page: str) -> None:
    """Say which page is drawn, once in each run of the entry: the pictures are saved under its name."""
    st.session_state[_PAGE] = page


def figure(title: str | None, picture: Any, key: str, alt: str) -> None:
    """A plotly ``Figure`` under its title, altered in place: same key, same height, whatever it shows."""
    # The title is text of the page, not of the figure: it wraps on a phone.
    if title:
        st.markdown(f"**{title}**")
    st.plotly_chart(picture, key=key, alt=alt, config=_config(key), height=int(picture.layout.height))


def _config(key: str) -> dict[str, Any]:
    """One button, "save as PNG", in plotly's bar. The same in every run: with another, the chart would be made anew."""
    name = f"{st.session_state.get(_PAGE, 'chart')}-{key}".replace("_", "-")
    return {
        "displayModeBar": "hover", "modeBarButtons": [["toImage"]], "displaylogo": False,
        "toImageButtonOptions": {"format": "png", "filename": name, "scale": 2},
    }


def section(title: str) -> None:
    """The heading of a part of a page."""
    st.space("small")
    st.markdown(f"##### {title}")


def drawer(title: str, key: str) -> Any:
    """A part of a page that is closed at first, and computed only while it is open; ``key`` is in the URL."""
    return st.expander(title, key=key, bind="query-params")


def image_link(settings: Settings, image: int, label: str) -> str:
    """A link, in Markdown, that opens the drawer ``look`` at a test image, with all the other choices in it."""
    query = urlencode(controls.link_to(settings) | {"image": image, "look": "true"})
    return f"[{label}](?{query})"


def ledger(lines: Ledger) -> None:
    """An update in numbers, as a table."""
    st.table(
        {
            "": [row.label for row in (*lines.images, *lines.totals)],
            **{
                column: [_cell(row.cells[i]) for row in (*lines.images, *lines.totals)]
                for i, column in enumerate(lines.columns)
            },
        },
        hide_index=True,
        alt="The images of one batch and how their errors add up to the change of one weight and of the bias",
    )


def _cell(number: Decimal | None) -> str:
    if number is None:
        return ""
    if number.is_nan():
        return "not a number"
    # A run that diverges has numbers that no column can hold.
    return (f"{number:f}" if abs(number) < 10**9 else f"{number:.6e}").replace("-", "−")
