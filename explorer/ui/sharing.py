"""Share: the link to what is on the screen, as text, as a QR code, to paste, and for a class."""

from __future__ import annotations

import re

import streamlit as st

from explorer import links
from explorer.ui import linked

_SHORT = 300  # characters: a QR code of so many can be read from the last row


def button() -> bool:
    """The button, and whether it was just pressed."""
    return st.button("Share", icon=":material/share:", key="share", help="The link to exactly what is on the screen.")


@st.dialog("Share what is on the screen", width="large", icon=":material/share:")
def dialog(title: str, offered: dict[str, str]) -> None:
    """All ways to hand this page on.

    Parameters
    ----------
    title : str
        Of the page.
    offered : dict
        The controls of the page that may be hidden, name to label.
    """
    page = st.context.url
    if page is None:
        st.info("Your browser has not told its address: copy the link from its address bar, it holds every choice.")
        return
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        place = st.container(gap="small")
        parameters = _for_a_class(offered)
    link = links.address(page, parameters)
    picture = links.qr_code(link)
    with place:
        st.markdown("**The link.** Whoever opens it sees this page with the same choices and the same numbers.")
        st.code(link, language=None, wrap_lines=True)
        st.caption(f"{len(link):,} characters. The button in its corner copies it.")
    with right:
        st.markdown("**For the projector**")
        if picture is None:
            st.info(
                f"A QR code holds at most {links.LONGEST_FOR_A_QR_CODE:,} characters, the link has {len(link):,}. "
                "A shorter note makes it fit.", icon=":material/qr_code:",
            )
        else:
            st.image(picture, output_format="PNG", alt="The link as a QR code", width=330)
            if len(link) > _SHORT:
                st.caption("The longer the link, the finer the code: show it large, or send the link.")
    with left, st.expander("To paste into a page of your own"):
        st.markdown("A link in Markdown:")
        st.code(links.markdown(link, title), language=None, wrap_lines=True)
        st.markdown("The page itself in a frame, in HTML:")
        st.code(links.iframe(link, title), language="html", wrap_lines=True)


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
            "A note at the top of the page", links.clean_note(parameters.get("note", [""])[-1])[0],
            max_chars=links.NOTE_LENGTH, key="share_note", height=90,
            placeholder="Which learning rate is too large? Write down why.",
        )
        st.caption("Open the link in a private window to see what your class sees.")
    note, _ = links.clean_note(typed or "")
    chosen = [name for name in hide if name in names]
    # What is hidden on other pages of this visit stays hidden there.
    chosen += [name for name in linked.hidden_names() if name not in names]
    for name, value in (("hide", ",".join(chosen)), ("note", note)):
        parameters.pop(name, None)
        if value:
            parameters[name] = [value]
    return parameters
