"""The address through a visit: what it says is not lost on the way from page to page, and Back and Forward count.

``arrive`` and ``leave_out_unused`` stand around every page. Choices that no widget of Streamlit's holds (a drawing,
receipts, a set of runs) a page reads with ``text_of``, puts what it made of them back with ``put``, and its callbacks
``change`` them. Who presses Back or Forward gets what the address says; who comes back from another page finds what
was left there.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.spelling import in_words

_TEXTS = "_texts_in_link"  # in the session: name to text, as the visitor left it
_CHANGED = "_changed_in_link"  # in the session: names that a callback has changed and the link does not show yet
_VISITS = "_visits_of_pages"  # in the session: how many pages have been opened
_SEEN = "_seen_in_link"  # in the session: name to the count of ``_VISITS`` at which the link was read
# In the session, name to values: what was put back into the address of this page, and what no page had a control for.
_CARRIED, _LEFT = "_carried_in_link", "_left_from_link"
_STREAMLITS = ("embed", "embed_options")  # parameters that no script may set
_LISTS = ("pixels", "losses")  # those that may stand in an address more than once
_PAGE = "_page_in_link"  # in the session: the page that was opened last


def arrive(page: str) -> dict[str, list[str]] | None:
    """Say which page is drawn, once in each run, before any page code; what its address says if it was just opened.

    Then all of the address counts, and what an earlier link of the visit said of this page. By itself Streamlit takes
    out of the address what the page before had a control for, even where the new page has one too, and forgets what
    a link brought that the visitor has not touched.

    Returns
    -------
    dict of str to list of str, or None
        All choices in the address, name to values; None on a page that stays open.
    """
    state = st.session_state
    if state.get(_PAGE) == page:
        return None
    given = _address()
    if _PAGE in state and not back_or_forward():
        # The browser adds the choices of the page before to those of a link: what the link names comes first.
        given = {name: values if name in _LISTS else values[:1] for name, values in given.items()}
    state[_PAGE], state[_VISITS] = page, state.get(_VISITS, 0) + 1
    with get_script_run_ctx().session_state.query_params() as link:
        # What a control of every page holds is the same on this one, and no script may set it.
        carried = {
            name: values for name, values in given.items() if link.get_all(name) != values and not link.is_bound(name)
        }
    if not back_or_forward():
        carried |= {
            name: values for name, values in state.get(_LEFT, {}).items() if name not in given and name not in state
        }
    state[_CARRIED] = {name: values for name, values in carried.items() if name not in st.query_params}
    if carried:
        with get_script_run_ctx().session_state.query_params() as link:
            link.set_initial_query_params(urlencode(given | carried, doseq=True))
        st.query_params.update(carried)
    return given


def _address() -> dict[str, list[str]]:
    """All choices in the address, also those that Streamlit takes out of ``st.query_params`` on a change of page."""
    context = get_script_run_ctx()
    given = parse_qs(context.query_string, keep_blank_values=True) if context else {}
    return {name: values for name, values in in_words(given).items() if name.lower() not in _STREAMLITS}


def leave_out_unused() -> None:
    """Take out of the address what this page has no control for, and keep it; at the end of a run that was not cut."""
    state = st.session_state
    carried, state[_CARRIED] = state[_CARRIED], {}
    with get_script_run_ctx().session_state.query_params() as link:
        unused = {name: values for name, values in carried.items() if name in link and not link.is_bound(name)}
    for name in unused:
        del st.query_params[name]
    left = state.get(_LEFT, {}) | unused
    state[_LEFT] = {name: values for name, values in left.items() if name in unused or name not in carried}


def opened() -> int:
    """A number that is another one whenever a page has been opened."""
    return st.session_state.get(_VISITS, 0)


def back_or_forward() -> bool:
    """Whether the browser's Back or Forward brought this run."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def text_of(name: str, default: str) -> str:
    """What the visitor chose last, or what the address says; ``default`` where neither says anything."""
    state, link = st.session_state, st.query_params.get(name)
    kept = state.get(_TEXTS, {}).get(name, default)
    if name in state.get(_CHANGED, ()):
        return kept
    if back_or_forward():
        return default if link is None else link
    # The address of a message may be older than the last change of this page: it counts once, when the page is opened.
    if state.get(_SEEN, {}).get(name) != opened() and link is not None:
        return link
    return kept


def put(name: str, text: str, default: str) -> None:
    """Keep ``text`` for the visit, and in the address where it is not the default."""
    state, link = st.session_state, st.query_params
    state[_TEXTS] = state.get(_TEXTS, {}) | {name: text}
    state[_SEEN] = state.get(_SEEN, {}) | {name: opened()}
    state[_CHANGED] = state.get(_CHANGED, frozenset()) - {name}
    if text == default:
        link.pop(name, None)
    elif link.get_all(name) != [text]:
        link[name] = text


def change(name: str, text: str) -> None:
    """For a callback: another text from now on."""
    state = st.session_state
    state[_TEXTS] = state.get(_TEXTS, {}) | {name: text}
    state[_CHANGED] = state.get(_CHANGED, frozenset()) | {name}
