"""The frame of a page: its place on the path, the question, its parts, "What you saw", the task, and the way on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException

from explorer import contents, texts
from explorer.engine.settings import Settings
from explorer.lessons import know, runs
from explorer.ui import controls, linked

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"
_words = texts.of("frame")

# Keys of the session.
_PAGE = "_page_framed"  # the name of the page that is open
_EXPECTED = "_expected"  # page to what the visitor expects there
_DONE = "_tasks_done"  # the pages whose task the visitor has done
_SEEN = "_questions_seen"  # the questions of the page "What you know now" whose answer has been on the screen
ASKED = "_what_you_saw"  # the pages on which the visitor has moved something, or asked what happened
_OPENED = "_state_when_opened"  # page to the choices in the address when it was opened


@contextmanager
def top() -> Iterator[DeltaGenerator]:
    """The first row of every page; yields the place of the path in it. What is drawn within stands at its right end."""
    with st.container(key="top", horizontal=True, gap="small", vertical_alignment="center"):
        yield st.container(key="path", horizontal=True, gap="xxsmall", vertical_alignment="center")


def actions() -> DeltaGenerator:
    """The right end of the first row: what can be done with the page. On a phone it stands beside the way to pages."""
    return st.container(key="actions", horizontal=True, gap="xxsmall", vertical_alignment="center", width="content")


@contextmanager
def framed(page: str, place: DeltaGenerator) -> Iterator[None]:
    """The frame around the script of a page: its place on the path above it, and below it the way to the next page.

    Parameters
    ----------
    page : str
        The name of its file.
    place : container
        Where the path is drawn: from ``top``.
    """
    state = st.session_state
    if state.get(_PAGE) != page:
        state[_PAGE] = page
        controls.forget_change()
        state[_OPENED] = state.get(_OPENED, {}) | {page: None}
    try:
        yield
    except StopException:  # the page has nothing more to show; the way on is there all the same
        _draw_frame(page, place)
        raise
    _draw_frame(page, place)


def _draw_frame(page: str, place: DeltaGenerator) -> None:
    st.session_state[_SEEN] = questions_seen() | know.seen(page, st.session_state)
    with place:
        _path(page)
    following = contents.after(page)
    with st.container(key="onward"):
        label = _words("next", title=following.title)
        st.page_link(PAGES / f"{following.name}.py", label=label, icon=":material/arrow_forward:")
        controls.say_changed_data()


def _path(page: str) -> None:
    """The steps of the lesson, each but the one that is open a link; those whose task is done are ticked."""
    done = st.session_state.get(_DONE, frozenset())
    for i, beat in enumerate(contents.BEATS, 1):
        tick = " :material/check:" if beat in done else ""
        title = _words(f"beats.{beat}")
        label = f"{i}{tick} :small[{title}]"
        if beat == page:
            # Not a link: Streamlit would follow it, and take the choices of this page out of the address.
            st.container(key="path_here", width="content").caption(label)
        else:
            st.page_link(PAGES / f"{beat}.py", label=label, help=title, width="content")
    if page in contents.BEATS:
        number = contents.BEATS.index(page) + 1
        st.caption(f"{_words('place', number=number, count=len(contents.BEATS))} · {_words(f'beats.{page}')}")


def questions_seen() -> frozenset[str]:
    """The keys of the questions whose answer has been on the screen in this visit."""
    return st.session_state.get(_SEEN, frozenset())


def task(page: str, is_done: bool, **values: object) -> None:
    """Something to do on a page, ticked for the visit once it is done.

    Its words are ``task`` and ``task_done`` in the texts of the page: what to do, and what it has shown.

    Parameters
    ----------
    page : str
        The name of its file.
    is_done : bool
        Whether what is on the screen now does it.
    **values
        What the words ask for.
    """
    words, state = texts.of(page), st.session_state
    if is_done:
        state[_DONE] = state.get(_DONE, frozenset()) | {page}
    is_ticked = page in state.get(_DONE, frozenset())
    with st.container(key="task", border=True):
        if is_ticked:
            st.markdown(f":material/task_alt: {_words('task.done', praise=words('task_done', **values))}")
        else:
            st.markdown(f":material/flag: {_words('task.to_do', task=words('task', **values))}")


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
    chosen = st.pills(_words("expect", question=question), choices, key=key, on_change=_remember, args=(page,))
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
    said = [_words("saw.start", sentence=sentence)]
    if expected and happened:
        name = "saw.as_expected" if expected == happened else "saw.not_as_expected"
        said.append(_words(name, expected=expected, happened=happened))
    return " ".join(said)


def what_you_saw(
    sentence: str, expected: str | None = None, happened: str | None = None, *, key: str
) -> None:
    """Draw the text of ``saw`` in a container with this key: live sliders write into it, and it is read out.

    It answers the question at the top of the page: it comes when the visitor has said what to expect, has moved
    something, or asks for it.
    """
    when_asked(saw(sentence, expected, happened), expected, key=key)


def when_asked(text: str, expected: str | None = None, *, key: str) -> None:
    """Draw what ``saw`` returned, as ``what_you_saw`` does."""
    with st.container(key=key):
        if expected or _has_asked():
            st.markdown(text)
        else:
            st.button(
                _words("saw.ask"), key=f"ask_{key}", icon=":material/visibility:", on_click=_ask,
                args=(st.session_state[_PAGE],),
            )


def _ask(page: str) -> None:
    st.session_state[ASKED] = st.session_state.get(ASKED, frozenset()) | {page}


def _has_asked() -> bool:
    """Whether the visitor has asked what happened on this page, or has moved something since it was opened."""
    state, page = st.session_state, st.session_state[_PAGE]
    choices = tuple(sorted((name, *values) for name, values in linked.all_parameters().items()))
    if state[_OPENED].get(page) is None:
        state[_OPENED] = state[_OPENED] | {page: choices}
    elif choices != state[_OPENED][page]:
        _ask(page)
    return page in state.get(ASKED, frozenset())


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
