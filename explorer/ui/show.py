"""Figures, tables, headings and parts that open: redrawn in place, with a text for screen readers."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pyarrow
import streamlit as st

from explorer import links, texts
from explorer.figures.base import Figure
from explorer.figures.tables import Table, tables
from explorer.ui import linked
from explorer.ui.components.chart import chart

# What a page, or a part of one, shows: figures by the keys of their charts, and Markdown by the keys of the containers
# that it is in.
Shown = tuple[dict[str, Figure], dict[str, str]]

_words = texts.of("show")
_PAGE = "_page"  # in the session: the name of the page's file
_TABLES = "tables"  # the switch "Charts as tables too", in the session and in the URL
_MOST_CELLS = 200  # of a table in plain HTML
_MOST_ROWS = 8  # of a table that does not scroll in a box
_HEIGHT = 320  # of that box, in screen pixels


def fragment(run_every: float | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate what is to be redrawn without the rest of the page: ``st.fragment``, in a container of its own.

    When a fragment is redrawn before the browser has received the page, Streamlit drops what the fragment had drawn
    from the messages and appends it anew after all others. An element that follows the fragment in the same container
    then comes before it, at a position that does not exist yet, and the browser shows an empty page.

    Parameters
    ----------
    run_every : float, optional
        Seconds after which it is redrawn automatically, again and again.
    """
    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        redrawn = st.fragment(function, run_every=run_every)

        @functools.wraps(function)
        def draw(*arguments: Any) -> None:
            with st.container():
                redrawn(*arguments)

        return draw

    return decorate


def begin(page: str) -> None:
    """Set the page under whose name charts are saved as pictures; once in each run of the entry."""
    st.session_state[_PAGE] = page


def tables_switch() -> None:
    """The switch for tables below the charts, on every page and in the URL."""
    st.toggle(_words("tables"), key=_TABLES, bind="query-params", help=_words("tables_help"))


def tables_wanted() -> bool:
    """Whether the visitor wants tables below the charts."""
    if _TABLES in st.session_state:
        return st.session_state[_TABLES] is True
    return linked.read(st.toggle, st.query_params.get_all(_TABLES))  # on a first visit, only the link has it


def figure(title: str | None, picture: Figure, key: str, alt: str) -> None:
    """A figure under its title; a new one with the same ``key`` is redrawn in place.

    Parameters
    ----------
    title : str or None
        Markdown, without links.
    picture : Figure
    key : str
    alt : str
        What it shows, read out by screen readers.
    """
    # The title is text of the page, not of the figure: it wraps on a phone.
    if title:
        st.markdown(f"**{title}**")
    name = f"{st.session_state.get(_PAGE, 'chart')}-{key}".replace("_", "-")
    chart(picture, key, _plain(title or alt), alt, name)
    if tables_wanted():
        for i, table in enumerate(tables(picture)):
            as_table(title or alt, alt, table, key=f"{key}_table_{i}")


def as_table(title: str, alt: str, numbers: Table, key: str) -> None:
    """The numbers of a chart, as a table; one with many rows scrolls in a box.

    A small table is plain HTML, which screen readers read best. A large one would take the browser long to lay out: it
    is Streamlit's own grid, which draws only what is in sight and can be searched and saved.
    """
    st.markdown(f"**{title}** · {_words('as_a_table', title=numbers.title)}")
    alt = f"{alt}, {_words('as_a_table', title=numbers.title)}"
    if numbers.cells <= _MOST_CELLS:
        rows = len(next(iter(numbers.columns.values())))
        st.table(
            {name: list(map(_text, column)) for name, column in numbers.columns.items()}, hide_index=True,
            hide_header=False, height=_HEIGHT if rows > _MOST_ROWS else "content", alt=alt,
        )
    else:
        st.dataframe(
            numbers.columns, hide_index=True, height=_HEIGHT, key=key, alt=alt,
            # "plain": else Streamlit rounds to four places.
            column_config={
                name: st.column_config.NumberColumn(format="plain") for name, column in numbers.columns.items()
                if all(isinstance(value, (int, float, type(None))) for value in column)
            },
        )


def table(columns: Mapping[str, Sequence[Any]], alt: str, slot: Any = st) -> None:
    """A small table, as plain HTML with Markdown in its cells; ``slot`` is where, an element made by ``st.empty``."""
    # As an Arrow table, which is what is sent: st.table would make a pandas table of it first, for ten times the time.
    slot.table(pyarrow.table(dict(columns)), hide_index=True, alt=alt)


def link_query(choices: Mapping[str, object]) -> str:
    """The query of a link that opens in a new tab: these choices, the class link, and the switch of tables."""
    tables = {_TABLES: "true"} if tables_wanted() else {}
    visit = {name: values for name, values in linked.class_link().items() if name in ("hide", links.NOTE)}
    return urlencode(dict(choices) | tables | visit, doseq=True)


def section(title: str) -> None:
    """The heading of a part of a page."""
    st.space("small")
    st.markdown(f"#### {title}")


@contextlib.contextmanager
def drawer(title: str, key: str) -> Iterator[Any]:
    """A part of a page that opens on a click; the page computes it only while ``open`` is true. ``key`` is in the URL.

    Where a class link hides it, nothing is shown and ``open`` is false.
    """
    if linked.offer(key, title):
        with st.expander(title, key=key, bind="query-params") as container:
            yield container
    else:
        yield SimpleNamespace(open=False)


@contextlib.contextmanager
def out_of_sight(key: str) -> Iterator[None]:
    """Controls that something else on the page moves: the address and class links are theirs, but no one sees them."""
    with st.container(key=f"out_of_sight_{key}"):
        yield


def _plain(title: str) -> str:
    """A title without the colours and the bold type of Streamlit's Markdown."""
    return re.sub(r":[a-z]+\[([^]]*)\]|\*\*", r"\1", title)


def _text(value: Any) -> str:
    """A cell as text: with a minus sign that screen readers read as one; "" for None."""
    if value is None:
        return ""
    return f"{value:g}".replace("-", "−") if isinstance(value, float) else str(value)
