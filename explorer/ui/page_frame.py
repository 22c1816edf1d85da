"""The frame of a page: the question at its top, its parts, "What you saw", and links to other pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from explorer.engine.settings import Settings
from explorer.lessons import runs
from explorer.ui import controls, linked

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"
_EXPECTED = "_expected"  # in the session: page to what the visitor expects there


def expectation(page: str, question: str, choices: Sequence[str]) -> str | None:
    """The question at the top of a page; an answer is optional, and kept for the visit.

    Parameters
    ----------
    page : str
        The name of the page's file.
    question : str
    choices : sequence of three str

    Returns
    -------
    str or None
        The choice made, or None.
    """
    kept = st.session_state.setdefault(_EXPECTED, {})
    key = f"expect_{page}"
    # Streamlit forgets a widget that is not drawn.
    if key not in st.session_state and kept.get(page) in choices:
        st.session_state[key] = kept[page]
    chosen = st.pills(f"**What do you expect?** {question}", choices, key=key, on_change=_remember, args=(page,))
    return chosen if chosen in choices else None


def _remember(page: str) -> None:
    st.session_state[_EXPECTED][page] = st.session_state[f"expect_{page}"]


def parts(key: str, titles: Sequence[str]) -> int:
    """The selector of a page's parts, of which one is on the screen; the URL names it.

    Parameters
    ----------
    key : str
        Its name in the URL.
    titles : sequence of str
        Short: they stand side by side, and in links.

    Returns
    -------
    int
        The index of the chosen one.
    """
    chosen = linked.control(
        st.segmented_control, "Part", titles, default=titles[0], required=True, key=key,
        hide_label="The parts of the page", label_visibility="collapsed",
    )
    return titles.index(chosen) if chosen in titles else 0


def next_part(key: str, title: str, label: str) -> None:
    """A button to another part of the same page. (Streamlit ignores a link to the page that is open.)"""
    if not linked.hidden(key):
        st.button(
            label, key=f"to_{key}", icon=":material/arrow_forward:", type="tertiary", on_click=controls.set_controls,
            kwargs={key: title},
        )


def saw(sentence: str, expected: str | None = None, happened: str | None = None) -> str:
    """The Markdown of "What you saw": a sentence on the numbers on the screen, and whether they are as expected.

    Parameters
    ----------
    sentence : str
        Markdown.
    expected : str or None
        The choice made at the top of the page.
    happened : str or None
        The choice that fits the numbers on the screen.
    """
    comparison = ""
    if expected and happened:
        comparison = (
            f" You expected “{expected}”: so it was." if expected == happened
            else f" You expected “{expected}”; what the numbers say is “{happened}”."
        )
    return f"**What you saw.** {sentence}{comparison}"


def what_you_saw(
    sentence: str, expected: str | None = None, happened: str | None = None, *, key: str
) -> None:
    """Draw the text of ``saw`` in a container with this key: live sliders write into it, and it is read out."""
    with st.container(key=key):
        st.markdown(saw(sentence, expected, happened))


def shortened(settings: Sequence[Settings], epochs: int) -> None:
    """Say that these runs are trained for fewer epochs than asked for."""
    st.info(runs.shortened(settings, epochs), icon=":material/timer:")


def link_to_page(page: str, label: str, settings: Settings, with_data: bool = False, **more: str) -> None:
    """A link to another page, which opens it with these settings.

    Parameters
    ----------
    page : str
        The name of its file.
    label : str
    settings : Settings
    with_data : bool
        Also with the choices of the sidebar; True only on a page without it. Elsewhere Streamlit adds them to every
        link, and they would stand in the URL twice.
    **more : str
        Further query parameters.
    """
    query = {
        name: value for name, value in controls.link_within_visit(settings).items()
        if with_data or name not in controls.IN_SIDEBAR
    } | more
    st.page_link(PAGES / f"{page}.py", label=label, icon=":material/arrow_forward:", query_params=query or None)


def cards(pages: Sequence[tuple[str, str, str]], settings: Settings) -> None:
    """Links to pages side by side; ``pages`` holds (name of the file, title, question)."""
    for column, (page, title, question) in zip(st.columns(len(pages)), pages, strict=True):
        with column.container(border=True, height="stretch", gap="xsmall"):
            st.markdown(question)
            link_to_page(page, title, settings)
