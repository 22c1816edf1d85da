"""The choices in the address during a visit: kept from page to page, and replaced by Back and Forward.

``open_page`` runs before every page and ``drop_unused`` after it. A choice that no widget of Streamlit holds (a
drawing, receipts, a set of runs) is read by its page with ``text_of`` and written back with ``put``; callbacks
``change`` it. After Back or Forward the address counts; on the way back from another page, what the visitor left there.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.links import in_words

# Keys of the session.
_PAGE = "_page_in_link"  # the page that was opened last
_PAGES_OPENED = "_visits_of_pages"  # how many pages have been opened
_PUT_BACK = "_carried_in_link"  # name to values: what ``open_page`` has put back into the address of this page
_KEPT = "_left_from_link"  # name to values: what no page since has had a control for
_TEXTS = "_texts_in_link"  # name to text, as the visitor left it
_READ_AT = "_seen_in_link"  # name to the count of ``_PAGES_OPENED`` at which the address was read
_CHANGED = "_changed_in_link"  # names that a callback has changed and the address does not show yet

_RESERVED = ("embed", "embed_options")  # parameters that no script may set
_REPEATABLE = ("pixels", "losses")  # parameters that may stand in an address more than once


def open_page(page: str) -> dict[str, list[str]] | None:
    """Take in the address of a page that has just been opened; to be called once in each run, before any page code.

    The whole address counts, and so does what an earlier link of the visit said about this page. Streamlit would take
    out of the address what the page before had a control for, even where the new page has one too, and would forget
    what a link brought and the visitor has not touched.

    Returns
    -------
    dict of str to list of str, or None
        All choices in the address, name to values; None if the page was open already.
    """
    state = st.session_state
    if state.get(_PAGE) == page:
        return None
    given = _choices_in_address()
    if _PAGE in state and not back_or_forward():
        # The browser adds the choices of the page before to those of a link: what the link names comes first.
        given = {name: values if name in _REPEATABLE else values[:1] for name, values in given.items()}
    state[_PAGE], state[_PAGES_OPENED] = page, state.get(_PAGES_OPENED, 0) + 1
    with get_script_run_ctx().session_state.query_params() as link:
        # What is bound to a control of every page stays in the address, and no script may set it.
        missing = {
            name: values for name, values in given.items() if link.get_all(name) != values and not link.is_bound(name)
        }
    if not back_or_forward():
        missing |= {
            name: values for name, values in state.get(_KEPT, {}).items() if name not in given and name not in state
        }
    state[_PUT_BACK] = {name: values for name, values in missing.items() if name not in st.query_params}
    if missing:
        with get_script_run_ctx().session_state.query_params() as link:
            link.set_initial_query_params(urlencode(given | missing, doseq=True))
        st.query_params.update(missing)
    return given


def drop_unused() -> None:
    """Take out of the address what this page has no control for, and keep it for the pages to come.

    To be called at the end of a run that was not cut short.
    """
    state = st.session_state
    put_back, state[_PUT_BACK] = state[_PUT_BACK], {}
    with get_script_run_ctx().session_state.query_params() as link:
        unused = {name: values for name, values in put_back.items() if name in link and not link.is_bound(name)}
    for name in unused:
        del st.query_params[name]
    kept = state.get(_KEPT, {}) | unused
    state[_KEPT] = {name: values for name, values in kept.items() if name in unused or name not in put_back}


def left(name: str) -> list[str]:
    """The values of a choice of earlier pages for which no page since has had a control."""
    return st.session_state.get(_KEPT, {}).get(name, [])


def back_or_forward() -> bool:
    """Whether the browser's Back or Forward started this run."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def text_of(name: str, default: str) -> str:
    """What the visitor chose last, or what the address says; ``default`` if neither is there."""
    state, in_address = st.session_state, st.query_params.get(name)
    chosen = state.get(_TEXTS, {}).get(name, default)
    if name in state.get(_CHANGED, ()):
        return chosen
    if back_or_forward():
        return default if in_address is None else in_address
    # The browser may have sent an address from before the last change: it counts once, when the page is opened.
    if state.get(_READ_AT, {}).get(name) != _pages_opened() and in_address is not None:
        return in_address
    return chosen


def put(name: str, text: str, default: str) -> None:
    """Keep ``text`` for the visit, and in the address if it is not the default."""
    state, link = st.session_state, st.query_params
    state[_TEXTS] = state.get(_TEXTS, {}) | {name: text}
    state[_READ_AT] = state.get(_READ_AT, {}) | {name: _pages_opened()}
    state[_CHANGED] = state.get(_CHANGED, frozenset()) - {name}
    if text == default:
        link.pop(name, None)
    elif link.get_all(name) != [text]:
        link[name] = text


def change(name: str, text: str) -> None:
    """Set another text, from a callback; the next run puts it into the address."""
    state = st.session_state
    state[_TEXTS] = state.get(_TEXTS, {}) | {name: text}
    state[_CHANGED] = state.get(_CHANGED, frozenset()) | {name}


def _choices_in_address() -> dict[str, list[str]]:
    """All choices in the address, also those that Streamlit takes out of ``st.query_params`` on a change of page."""
    context = get_script_run_ctx()
    given = parse_qs(context.query_string, keep_blank_values=True) if context else {}
    return {name: values for name, values in in_words(given).items() if name.lower() not in _RESERVED}


def _pages_opened() -> int:
    """How many pages this visit has opened."""
    return st.session_state.get(_PAGES_OPENED, 0)
