"""The dialog "Share": the link to what is on the screen, as text, as a QR code, to paste, and for a class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import links, texts
from explorer.inputs.quoting import quoted
from explorer.ui import controls, linked
from explorer.ui.components import page_address
from explorer.web import network

_words = texts.of("share")
_KEY = "share"
_SHORT = 300  # characters: the QR code of a link up to this long can be read from the last row


def button() -> bool:
    """The button; returns whether it was just pressed."""
    page_address.style()
    return st.button(
        _words("button"), icon=":material/share:", key=_KEY, type="tertiary", help=_words("button_help"),
    )


def pressed() -> bool:
    """Whether this run opens the dialog (Streamlit allows one dialog in a run)."""
    return st.session_state.get(_KEY) is True


@st.dialog(_words("title"), width="large", icon=":material/share:")
def dialog(title: str, path: str, offered: dict[str, str]) -> None:
    """The dialog with the link to this page.

    Parameters
    ----------
    title : str
        The title of the page.
    path : str
        The page's own path, the end of its address; empty for the first page.
    offered : dict
        The controls of the page that may be hidden, name to label.
    """
    body = st.container()
    page = links.page_address(page_address.address_in_browser(path), path)
    if page is None:
        with body, page_address.without_answer():
            st.info(_words("no_address"))
    else:
        with body:
            _link_in_all_forms(page, title, offered)


@st.dialog(_words("challenge.title"), width="large", icon=":material/swords:")
def challenge(
    title: str, path: str, chosen: linked.Values, left_out: Sequence[str], spoiler: linked.Values, note: str
) -> None:
    """The dialog with a link that challenges somebody to do better on this page.

    Parameters
    ----------
    title, path : str
        Of the page, as for ``dialog``.
    chosen : dict
        Parameters that the link always has: the choices that the mark depends on, and the mark.
    left_out : sequence of str
        Parameters of the page that the link does not have: the visitor's own solution.
    spoiler : dict
        Parameters that show the solution on a press: only in the link if the visitor wants so.
    note : str
        The first text of the note.
    """
    body = st.container()
    page = links.page_address(page_address.address_in_browser(path), path)
    if page is None:
        with body, page_address.without_answer():
            st.info(_words("no_address"))
        return
    with body:
        here_only = network.is_this_computer(urlsplit(page).hostname or "")
        left, right = st.columns([1.5, 1], gap="large")
        with left:
            link_as_text = st.container(gap="small")
            typed = st.text_area(
                _words("class.note"), note, max_chars=links.NOTE_LENGTH, key="challenge_note", height=90,
            )
            shows = st.toggle(
                _words("challenge.spoiler"), key="challenge_spoiler", help=_words("challenge.spoiler_help"),
            )
        own, _ = links.clean_note(typed)
        parameters = {"dataset": [controls.dataset_in_links()]} | linked.all_parameters() | chosen
        for name in (*left_out, links.OLD_NOTE, links.NOTE):
            parameters.pop(name, None)
        parameters |= (spoiler if shows else {}) | ({links.NOTE: [own]} if own else {})
        _text_and_code(links.address(page, parameters), "challenge", here_only, link_as_text, right)


def _link_in_all_forms(page: str, title: str, offered: dict[str, str]) -> None:
    """The link to a page: as text, as a QR code for the projector, and for pages in Markdown and HTML."""
    here_only = network.is_this_computer(urlsplit(page).hostname or "")
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        link_as_text = st.container(gap="small")  # above the choices of a class, which change the link
        parameters = _for_a_class(offered)
    link = links.address(page, parameters)
    _text_and_code(link, "link", here_only, link_as_text, right)
    with left, st.expander(_words("link.paste")):
        st.markdown(_words("link.markdown"))
        st.code(links.markdown(link, title), language=None, wrap_lines=True)
        st.markdown(_words("link.frame"))
        st.code(links.iframe(link, title), language="html", wrap_lines=True)


def _text_and_code(
    link: str, kind: str, here_only: bool, as_text: DeltaGenerator, as_code: DeltaGenerator
) -> None:
    """A link as text and as a QR code, each in its place; ``kind`` is the table of texts that says what it opens."""
    with as_text:
        st.markdown(_words(f"{kind}.here_only" if here_only else f"{kind}.for_all"))
        st.code(link, language=None, wrap_lines=True)
        st.caption(_words("link.copy", characters=f"{len(link):,}"))
    with as_code:
        st.markdown(f"**{_words('code.title')}**")
        if here_only:
            _why_no_qr_code(link)
        else:
            _qr_code(link)


def _qr_code(link: str) -> None:
    """The link as a QR code."""
    picture = links.qr_code(link)
    if picture is None:
        most = f"{links.LONGEST_FOR_A_QR_CODE:,}"
        st.info(_words("code.too_long", most=most, characters=f"{len(link):,}"), icon=":material/qr_code:")
        return
    st.image(picture, output_format="PNG", alt=_words("code.alt"), width=330)
    if len(link) > _SHORT:
        st.caption(_words("code.fine"))


def _why_no_qr_code(link: str) -> None:
    """What to do about a link to ``localhost``, which on any other device means that device."""
    own = network.own_address()
    own_as_text = _words("code.address", address=own) if own else _words("code.address_unknown")
    lines = [
        _words("code.none", host=quoted(urlsplit(link).hostname)), _words("code.open_by_address", address=own_as_text),
    ]
    listens_at = st.get_option("server.address")
    answers_others = listens_at in (None, "", "0.0.0.0", "::") or not network.is_this_computer(listens_at)
    if not answers_others:
        lines.insert(1, _words("code.start_again"))
    st.info("\n\n".join(lines), icon=":material/qr_code:")
    if own and answers_others:
        st.link_button(_words("code.open_at", address=own), network.with_host(link, own), icon=":material/open_in_new:")


def _for_a_class(offered: dict[str, str]) -> linked.Values:
    """The controls for what to hide and for a note; returns all parameters of the link."""
    parameters = {"dataset": [controls.dataset_in_links()]} | linked.all_parameters()
    labels = {name: re.split("[:,]", label)[0] for name, label in offered.items()}  # titles, cut short
    hidden_here = [name for name in linked.hidden_names() if name in labels]
    with st.expander(_words("class.title"), expanded=bool(hidden_here)):
        hide = st.pills(
            _words("class.hide"), list(labels),
            selection_mode="multi", default=hidden_here, format_func=lambda name: labels.get(name, name),
            key="share_hide",
        )
        typed = st.text_area(
            _words("class.note"), links.clean_note(linked.class_link().get(links.NOTE, [""])[-1])[0],
            max_chars=links.NOTE_LENGTH, key="share_note", height=90,
            placeholder=_words("class.note_example"),
        )
        st.caption(_words("class.try"))
    note, _ = links.clean_note(typed)
    chosen = [name for name in hide if name in labels]
    # What is hidden on other pages stays hidden there.
    chosen += [name for name in linked.hidden_names() if name not in labels]
    parameters.pop(links.OLD_NOTE, None)
    for name, value in (("hide", ",".join(chosen)), (links.NOTE, note)):
        parameters.pop(name, None)
        if value:
            parameters[name] = [value]
    return parameters
