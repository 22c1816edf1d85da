"""How figures and tables are put on a page: in place, at a fixed height, with a text for those who cannot see them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from explorer import links
from explorer.figures.tables import Table, tables
from explorer.ledger import Ledger
from explorer.settings import Settings
from explorer.ui import controls, linked

_PAGE = "_page"  # in the session: the name of the page's file
_TABLES = "tables"  # the switch of them, in the session and in the URL
_MOST_CELLS, _MOST_ROWS = 200, 8  # of a table in plain HTML; of one without a box to scroll in
_HEIGHT = 320  # of that box, in screen pixels


def begin(page: str) -> None:
    """Say which page is drawn, once in each run of the entry: the pictures are saved under its name."""
    st.session_state[_PAGE] = page


def tables_switch() -> None:
    """Whether charts are shown as tables too: in the sidebar of every page, and in the URL."""
    with st.sidebar:
        st.toggle(
            "Charts as tables too", key=_TABLES, bind="query-params",
            help="The numbers of each chart below it, as tables: to read them, hear them or copy them.",
        )


def tables_wanted() -> bool:
    """Whether the visitor asked for them."""
    return st.session_state.get(_TABLES) is True


def figure(title: str | None, picture: Any, key: str, alt: str) -> None:
    """A plotly ``Figure`` under its title, altered in place: same key, same height, whatever it shows."""
    # The title is text of the page, not of the figure: it wraps on a phone.
    if title:
        st.markdown(f"**{title}**")
    st.plotly_chart(picture, key=key, alt=alt, config=_config(key), height=int(picture.layout.height))
    if tables_wanted():
        for i, table in enumerate(tables(picture)):
            as_table(title or alt, alt, table, key=f"{key}_table_{i}")


def as_table(title: str, alt: str, numbers: Table, key: str) -> None:
    """The numbers of a chart under its title and theirs; what is long scrolls in a box.

    A small table is plain HTML: a screen reader walks through its rows and columns as through any other. A large one
    would take the browser long to lay out; Streamlit's own grid draws what is in sight, and can be searched and saved.
    """
    st.markdown(f"**{title}** · as a table: {numbers.title}")
    alt = f"{alt}, as a table: {numbers.title}"
    if numbers.cells <= _MOST_CELLS:
        rows = len(next(iter(numbers.columns.values())))
        st.table(
            {name: list(map(_text, column)) for name, column in numbers.columns.items()}, hide_index=True,
            hide_header=False, height=_HEIGHT if rows > _MOST_ROWS else "content", alt=alt,
        )
    else:
        st.dataframe(
            numbers.columns, hide_index=True, height=_HEIGHT, key=key, alt=alt,
            # As they are: Streamlit would round to four places.
            column_config={
                name: st.column_config.NumberColumn(format="plain") for name, column in numbers.columns.items()
                if all(isinstance(value, (int, float, type(None))) for value in column)
            },
        )


def _config(key: str) -> dict[str, Any]:
    """One button, "save as PNG", in plotly's bar. The same in every run: with another, the chart would be made anew."""
    name = f"{st.session_state.get(_PAGE, 'chart')}-{key}".replace("_", "-")
    return {
        "displayModeBar": "hover", "modeBarButtons": [["toImage"]], "displaylogo": False,
        "toImageButtonOptions": {"format": "png", "filename": name, "scale": 2},
    }


def link_query(choices: Mapping[str, object]) -> str:
    """The query of a link that opens in a tab of its own: choices, and what holds for the whole visit."""
    tables = {_TABLES: "true"} if tables_wanted() else {}
    visit = {name: values for name, values in linked.brought().items() if name in ("hide", links.NOTE)}
    return urlencode(dict(choices) | tables | visit, doseq=True)


def section(title: str) -> None:
    """The heading of a part of a page."""
    st.space("small")
    st.markdown(f"##### {title}")


@contextlib.contextmanager
def drawer(title: str, key: str) -> Iterator[Any]:
    """A part of a page that is closed at first, and computed only while it is ``open``; ``key`` is in the URL.

    Where the link hides it, it is not there and never open.
    """
    if linked.offer(key, title):
        with st.expander(title, key=key, bind="query-params") as container:
            yield container
    else:
        yield SimpleNamespace(open=False)


def image_link(settings: Settings, image: int, label: str) -> str:
    """A link, in Markdown, that opens the drawer ``look`` at a test image, with all the other choices in it."""
    return f"[{label}](?{link_query(controls.link_to(settings) | {'image': image, 'look': 'true'})})"


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


def _text(value: Any) -> str:
    """A cell in words: a minus that is read as one, nothing for no number."""
    if value is None:
        return ""
    return f"{value:g}".replace("-", "−") if isinstance(value, float) else str(value)


def _cell(number: Decimal | None) -> str:
    if number is None:
        return ""
    if number.is_nan():
        return "not a number"
    # A run that diverges has numbers that no column can hold.
    return (f"{number:f}" if abs(number) < 10**9 else f"{number:.6e}").replace("-", "−")
