"""What every page of the lesson has: a question to commit to, parts, what was seen, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from explorer.settings import Settings
from explorer.ui import controls, linked

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"
_EXPECTED = "_expected"  # in the session: what the visitor expected, by page


def expect(page: str, question: str, choices: Sequence[str]) -> str | None:
    """The question that opens a page. It may be skipped; an answer is kept for the visit.

    Parameters
    ----------
    page : str
        The name of the page's file.
    question : str
    choices : three of str

    Returns
    -------
    str or None
        The choice made, or None.
    """
    kept = st.session_state.setdefault(_EXPECTED, {})
    key = f"expect_{page}"
    # A widget that is not drawn is forgotten; what was expected is not.
    if key not in st.session_state and kept.get(page) in choices:
        st.session_state[key] = kept[page]
    chosen = st.pills(f"**What do you expect?** {question}", choices, key=key, on_change=_keep, args=(page,))
    return chosen if chosen in choices else None


def _keep(page: str) -> None:
    st.session_state[_EXPECTED][page] = st.session_state[f"expect_{page}"]


def parts(key: str, titles: Sequence[str]) -> int:
    """The parts of a page, one on the screen at a time; which one is in the URL.

    Parameters
    ----------
    key : str
        Its name in the URL.
    titles : sequence of str
        Short: they stand side by side, and in links.

    Returns
    -------
    int
        The place of the chosen one.
    """
    chosen = linked.control(
        st.segmented_control, "Part", titles, default=titles[0], required=True, key=key, called="The parts of the page",
        label_visibility="collapsed",
    )
    return titles.index(chosen) if chosen in titles else 0


def next_part(key: str, title: str, label: str) -> None:
    """The way to another part of the same page. (A link would not do: Streamlit ignores one to the page it is on.)"""
    if not linked.hidden(key):
        st.button(
            label, key=f"to_{key}", icon=":material/arrow_forward:", type="tertiary", on_click=controls.choose,
            kwargs={key: title},
        )


def saw(sentence: str, expected: str | None = None, happened: str | None = None) -> None:
    """What you saw: the numbers on the screen in a sentence, beside what was expected.

    Parameters
    ----------
    sentence : str
        Markdown.
    expected : str or None
        The choice made at the top of the page.
    happened : str or None
        The choice that the numbers on the screen speak for.
    """
    beside = ""
    if expected and happened:
        beside = (
            f" You expected “{expected}”: so it was." if expected == happened
            else f" You expected “{expected}”; what the numbers say is “{happened}”."
        )
    st.markdown(f"**What you saw.** {sentence}{beside}")


def onward(page: str, label: str, settings: Settings, with_data: bool = False, **more: str) -> None:
    """A link to another page, with the settings and whatever else it should open with.

    Parameters
    ----------
    page : str
        The name of its file.
    label : str
        What is there, as a question where it is one.
    settings : Settings
    with_data : bool
        True on a page without the sidebar. Where it is drawn, Streamlit adds its choices to every link by
        itself, and they would stand in the URL twice.
    **more : str
        Further query parameters.
    """
    query = {
        name: value for name, value in controls.way_to(settings).items()
        if with_data or name not in controls.IN_SIDEBAR
    } | more
    st.page_link(PAGES / f"{page}.py", label=label, icon=":material/arrow_forward:", query_params=query or None)


def cards(pages: Sequence[tuple[str, str, str]], settings: Settings) -> None:
    """Pages side by side, each with its question: (name of its file, title, question)."""
    for column, (page, title, question) in zip(st.columns(len(pages)), pages, strict=True):
        with column.container(border=True, height="stretch", gap="xsmall"):
            st.markdown(question)
            onward(page, title, settings)
