"""Links to a state of the app: their format, what else they carry, and how they are handed on.

A link is the address of a page and its choices as query parameters (the README has the table). Beside them
it may hold ``v``, the version of this format; ``hide``, the controls that a class does not see; ``message``, a
few words of whoever made it. All of it comes from strangers: it is cut, cleaned and shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import entities, escape
from typing import Any
from urllib.parse import quote, quote_plus

from explorer import bounds
from explorer.quoting import quoted, visible

VERSION = "1"
NOTE = "message"  # the parameter that holds the note
# In links of before, which are still read. HTML that nobody escaped turns "&note" into "¬e".
OLD_NOTE = "note"
NOTE_LENGTH = bounds.NOTE  # characters
LONGEST_FOR_A_QR_CODE = 2953  # bytes: the largest code there is, with the least correction of errors
_QR_PIXELS = 480  # the least width of the picture
_QUIET = 4  # modules of white around the code, as its standard asks
_EMBEDDED_HEIGHT = 900

_LONGEST_ADDRESS = 1000  # characters
# Scheme, host, port and path; no user, no query, no fragment.
_ADDRESS = re.compile(r"(https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(/[!-~]*)")
# Streamlit Community Cloud shows an app in a frame that has this before its path; without it, the whole page opens.
_IN_THE_FRAME_OF_THE_CLOUD = "/~/+"
# What HTML reads as a character even without a semicolon behind it.
_ENTITIES = tuple(name for name in entities.html5 if not name.endswith(";"))

Parameters = Mapping[str, Sequence[str]]


def page_address(told: Any, path: str) -> str | None:
    """The address of a page as its browser tells it, fit to stand in a link; None where it is not one.

    Parameters
    ----------
    told : object
        Anything: it comes from outside.
    path : str
        The page's own path, the end of its address; empty for the first page.
    """
    if not isinstance(told, str) or len(told) > _LONGEST_ADDRESS:
        return None
    found = _ADDRESS.fullmatch(told)
    if found is None or "?" in found[2] or "#" in found[2]:
        return None
    if path and not found[2].rstrip("/").endswith(f"/{path}"):
        return None
    return found[1] + quote(found[2].removeprefix(_IN_THE_FRAME_OF_THE_CLOUD), safe="/%")


def address(page: str, parameters: Parameters) -> str:
    """A link to a page in a state.

    Parameters
    ----------
    page : str
        The address of the page, without parameters.
    parameters : mapping of str to sequence of str
        The choices; a version among them gives way to this one.

    Returns
    -------
    str
        ASCII only, and nothing in it that Markdown or HTML would read as an end or as another character.
    """
    chosen = [(name, value) for name, values in parameters.items() if name != "v" for value in values]
    return f"{page}?" + "&".join(f"{_quoted(name)}={quote_plus(value)}" for name, value in [("v", VERSION), *chosen])


def _quoted(name: str) -> str:
    """The name of a parameter; where "&" and it begin like a character of HTML, with its first letter as a number."""
    return f"%{ord(name[0]):02X}{quote_plus(name[1:])}" if name.startswith(_ENTITIES) else quote_plus(name)


def version_problem(version: str | None) -> str | None:
    """What to say of the version in a link; None where there is nothing to say.

    A link without a version is read as one of this version: it was copied from the address bar.
    """
    if version is None or version == VERSION:
        return None
    return (
        f"This link was made by another version of this explorer: its format is {quoted(version)}, this one reads "
        f"format {VERSION}. What is called the same in both was used, the rest is as it is at first. Look whether the "
        "choices below are those that you expected."
    )


def hidden_controls(text: str) -> tuple[str, ...]:
    """The names in the parameter ``hide``, joined by commas there; what cannot be a name is left out."""
    names = dict.fromkeys(name.strip() for name in text[: bounds.HIDE].split(","))
    return tuple(name for name in names if re.fullmatch("[a-z][a-z0-9_]{0,29}", name))[: bounds.HIDDEN]


def clean_note(text: Any) -> tuple[str, bool]:
    """A note as it may be shown, and whether it was longer than ``NOTE_LENGTH``; empty for what is no text.

    Left out are characters that are no text: controls, and marks that turn the direction of what follows. Lines
    stay lines; other white space becomes single spaces.
    """
    if not isinstance(text, str):
        return "", False
    # A forger may send a novel: what is far beyond the limit is not even looked at.
    lines = [" ".join(line.split()) for line in visible(text[: 20 * NOTE_LENGTH]).splitlines()]
    note = "\n".join(filter(None, lines))
    return note[:NOTE_LENGTH].rstrip(), len(note) > NOTE_LENGTH or len(text) > 20 * NOTE_LENGTH


def markdown(link: str, title: str) -> str:
    """The link for a page written in Markdown."""
    return f"[{title}]({link})"


def iframe(link: str, title: str) -> str:
    """The page itself, in a frame that lets its buttons copy, for a page written in HTML."""
    return (
        f'<iframe src="{escape(link + "&embed=true")}" title="{escape(title)}" width="100%" '
        f'height="{_EMBEDDED_HEIGHT}" style="border:0" loading="lazy" allow="clipboard-write"></iframe>'
    )


def qr_code(link: str) -> bytes | None:
    """The link as a QR code, black on white, for a projector: a PNG at least 480 pixels wide; None if it is too long.

    Made by segno. Its modules are squares of whole pixels, so that enlarging keeps their edges sharp.
    """
    import io

    import segno

    if len(link) > LONGEST_FOR_A_QR_CODE:
        return None
    code = segno.make(link, micro=False, error="l", boost_error=True)
    modules = code.symbol_size(border=_QUIET)[0]
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=-(-_QR_PIXELS // modules), border=_QUIET, dark="black", light="white")
    return picture.getvalue()
