"""Share: the link to what is on the screen, as text, as a QR code, to paste, and for a class."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import streamlit as st

from explorer import links, network
from explorer.quoting import quoted
from explorer.ui import linked
from explorer.ui.components import address

_KEY = "share"
_SHORT = 300  # characters: a QR code of so many can be read from the last row


def button() -> bool:
    """The button, and whether it was just pressed."""
    address.style()
    return st.button("Share", icon=":material/share:", key=_KEY, help="The link to exactly what is on the screen.")


def pressed() -> bool:
    """Whether this run opens the dialog: Streamlit allows no second one."""
    return st.session_state.get(_KEY) is True


@st.dialog("Share what is on the screen", width="large", icon=":material/share:")
def dialog(title: str, path: str, offered: dict[str, str]) -> None:
    """All ways to hand this page on.

    Parameters
    ----------
    title : str
        Of the page.
    path : str
        The page's own path, the end of its address; empty for the first page.
    offered : dict
        The controls of the page that may be hidden, name to label.
    """
    place = st.container()
    page = links.page_address(address.told_by_the_browser(path), path)
    if page is None:
        with place, address.without_answer():
            st.info("Your browser has not told its address: copy the link from its address bar, it holds every choice.")
    else:
        with place:
            _ways(page, title, offered)


def _ways(page: str, title: str, offered: dict[str, str]) -> None:
    """The link to a page, for people, for the projector and for other pages."""
    here_only = network.is_this_computer(urlsplit(page).hostname or "")
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        place = st.container(gap="small")
        parameters = _for_a_class(offered)
    link = links.address(page, parameters)
    with place:
        st.markdown(
            "**The link** works on this computer only. It opens this page with the same choices and the same numbers."
            if here_only else
            "**The link.** Whoever opens it sees this page with the same choices and the same numbers."
        )
        st.code(link, language=None, wrap_lines=True)
        st.caption(f"{len(link):,} characters. The button in its corner copies it.")
    with right:
        st.markdown("**For the projector**")
        if here_only:
            _no_code(link)
        else:
            _code(link)
    with left, st.expander("To paste into a page of your own"):
        st.markdown("A link in Markdown:")
        st.code(links.markdown(link, title), language=None, wrap_lines=True)
        st.markdown("The page itself in a frame, in HTML:")
        st.code(links.iframe(link, title), language="html", wrap_lines=True)


def _code(link: str) -> None:
    """The link as a QR code."""
    picture = links.qr_code(link)
    if picture is None:
        st.info(
            f"A QR code holds at most {links.LONGEST_FOR_A_QR_CODE:,} characters, the link has {len(link):,}. "
            "A shorter note makes it fit.", icon=":material/qr_code:",
        )
        return
    st.image(picture, output_format="PNG", alt="The link as a QR code", width=330)
    if len(link) > _SHORT:
        st.caption("The longer the link, the finer the code: show it large, or send the link.")


def _no_code(link: str) -> None:
    """What to do where the link leads every other device to itself."""
    own = network.own_address()
    named = f"**{own}**" if own else "its network settings name it"
    lines = [
        f"No QR code: a phone cannot open this link, as {quoted(urlsplit(link).hostname)} means, on every device, the "
        "device itself.",
        f"Open the app by this computer's address in the network ({named}), and press *Share* there.",
    ]
    listens_at = st.get_option("server.address")
    answers_others = listens_at in (None, "", "0.0.0.0", "::") or not network.is_this_computer(listens_at)
    if not answers_others:
        lines.insert(1, "First start the app again with `--server.address=0.0.0.0`: now it answers this computer only.")
    st.info("\n\n".join(lines), icon=":material/qr_code:")
    if own and answers_others:
        st.link_button(f"Open it at {own}", network.with_host(link, own), icon=":material/open_in_new:")


def _for_a_class(offered: dict[str, str]) -> linked.Values:
    """What to hide and what to say, as parameters of the link together with the choices on the screen."""
    parameters = linked.everything()
    names = {name: re.split("[:,]", label)[0] for name, label in offered.items()}  # titles, cut short
    begun = [name for name in linked.hidden_names() if name in names]
    with st.expander("For a class: hide controls, add a note", expanded=bool(begun)):
        hide = st.pills(
            "Press what your class shall **not** see. It stays at the value that it has now.", list(names),
            selection_mode="multi", default=begun, format_func=lambda name: names.get(name, name), key="share_hide",
        )
        typed = st.text_area(
            "A note at the top of the page", links.clean_note(linked.brought().get(links.NOTE, [""])[-1])[0],
            max_chars=links.NOTE_LENGTH, key="share_note", height=90,
            placeholder="Which learning rate is too large? Write down why.",
        )
        st.caption("Open the link in a private window to see what your class sees.")
    note, _ = links.clean_note(typed)
    chosen = [name for name in hide if name in names]
    # What is hidden on other pages of this visit stays hidden there.
    chosen += [name for name in linked.hidden_names() if name not in names]
    parameters.pop(links.OLD_NOTE, None)
    for name, value in (("hide", ",".join(chosen)), (links.NOTE, note)):
        parameters.pop(name, None)
        if value:
            parameters[name] = [value]
    return parameters
