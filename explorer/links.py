"""Links to a state of the app: reading what a link holds, and writing one.

A link is the address of a page, with the visitor's choices as query parameters (the README has the table). It may also
hold ``v``, the version of this format; ``hide``, the names of controls that are hidden from a class; and ``message``, a
note from its author. All of it is untrusted: it is cut, cleaned and shown as text.

Streamlit recognises an option in a link only by its label ("log loss"), and numbers only in ASCII. Links may also
spell an option as the code does (``loss=log_loss``) and a number as any keyboard does (``learning_rate=０,１``):
``in_words`` turns both into what the controls read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from html import entities, escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from explorer import texts
from explorer.engine.losses import LOSSES
from explorer.engine.settings import LIMITS, MAX_EPOCHS, Choice, Settings, problem_of
from explorer.inputs import bounds, numbers
from explorer.inputs.quoting import quoted, visible

_words = texts.of("share")
VERSION = "2"
# What a link of version 1 means where it names nothing: on all pages, and on single ones whose first state has changed.
# From version 2 on, what Share writes always names the data set.
_OF_VERSION_1 = {"dataset": "digits"}
_OF_VERSION_1_ON = {
    "why_multiply": {"why_part": "one pixel"},
    "bias": {
        "bias_part": "Ink", "ink_digits": "as on other pages", "ink_weight": "10", "blank_weights": "learned",
        "few_pixels": "at random",
    },
    "compare_losses": {"runs": "A-m-ll-1-b-r_B-m-ae-10-b-r_C-m-se-5-b-r_D-m-h-0.5-b-r_E-d-pd-1-n-r"},
}
NOTE = "message"  # the parameter that holds the note
# The same in older links, which are still read. HTML in which "&" is not escaped turns "&note" into "¬e".
OLD_NOTE = "note"
NOTE_LENGTH = bounds.NOTE  # characters
LONGEST_FOR_A_QR_CODE = 2953  # bytes: the largest code there is, with the least error correction

# Parameters of single pages that have the options of a setting.
_SAME_OPTIONS = {"losses": "loss", "cell_loss": "loss", "cell_rate": "learning_rate", "penalty": "l2"}
# Parameters that hold text or a list, whose commas and digits are not those of one number.
_OF_TEXT = (
    "v", "hide", NOTE, OLD_NOTE, "receipts", "runs", "drawing", "legs", "painting", "picture", "theirs", "tested",
)

_LONGEST_ADDRESS = 1000  # characters
# Scheme, host, port and path; no user, no query, no fragment.
_ADDRESS = re.compile(r"(https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(/[!-~]*)")
# Streamlit Community Cloud shows an app in a frame, with this before its path; without it, the whole page opens.
_CLOUD_FRAME = "/~/+"
# What HTML reads as a character even without a semicolon after it.
_ENTITIES = tuple(name for name in entities.html5 if not name.endswith(";"))
_QR_PIXELS = 480  # the least width of the picture
_QUIET = 4  # white modules around the code, as its standard asks
_EMBEDDED_HEIGHT = 900
# What the page around a frame runs; it names the app's address instead of this one.
_LISTENER = Path(__file__).resolve().parent / "web" / "frame_height.js"
_EXAMPLE = "https://app.example"

Parameters = Mapping[str, Sequence[str]]


# Reading

def in_words(link: Mapping[str, Sequence[str]], page: str = "") -> dict[str, list[str]]:
    """The query parameters of a link as the controls read them; what is neither an option nor a number is unchanged.

    A link of version 1 becomes one of this version that means the same on its page, which is named as its file.
    """
    link = {name: list(values) for name, values in link.items()}
    if link.get("v", [])[-1:] == ["1"]:
        meant = _OF_VERSION_1 | _OF_VERSION_1_ON.get(page, {})
        link = {"v": [VERSION]} | {name: [text] for name, text in meant.items()} | link | {"v": [VERSION]}
    return {name: [_as_read(name, value) for value in values] for name, values in link.items()}


def _as_read(name: str, text: str) -> str:
    """The value ``text`` of the parameter ``name`` as its control reads it."""
    if name in _OF_TEXT or len(text) > bounds.NUMBER:
        return text
    plain = numbers.in_ascii(text)
    limit = LIMITS.get(_SAME_OPTIONS.get(name, name))
    if not isinstance(limit, Choice):
        return plain
    number = _number(plain)
    return next((
        words(option) for option in limit.options
        if text in (option, words(option)) or (number is not None and number == option)
    ), plain)


def _number(text: str) -> float | None:
    try:
        return numbers.number(text)
    except ValueError:
        return None


def words(option: Any) -> str:
    """The label of an option, as on the page and in a link."""
    if option is None:
        return "all"
    if isinstance(option, float):
        return f"{option:g}"
    return str(option).replace("_", " ")


def version_problem(version: str | None) -> str | None:
    """The message about the version in a link; None where none is needed.

    A link without a version was copied from the address bar: it is read as one of this version. Links of version 1 are
    read as well (``in_words``).
    """
    if version in (None, "1", VERSION):
        return None
    return _words("problem.version", version=quoted(version), own=VERSION)


def hidden_controls(text: str) -> tuple[str, ...]:
    """The names in the parameter ``hide``, which separates them by commas; what cannot be a name is left out."""
    names = dict.fromkeys(name.strip() for name in text[: bounds.HIDE].split(","))
    return tuple(name for name in names if re.fullmatch("[a-z][a-z0-9_]{0,29}", name))[: bounds.HIDDEN]


def clean_note(text: Any) -> tuple[str, bool]:
    """A note as it may be shown, and whether it was longer than ``NOTE_LENGTH``; empty for what is not text.

    Control characters and marks that change the direction of text are left out. Lines stay lines; other white space
    becomes single spaces.
    """
    if not isinstance(text, str):
        return "", False
    # A forged note may be very long: what is far beyond the limit is not looked at.
    lines = [" ".join(line.split()) for line in visible(text[: 20 * NOTE_LENGTH]).splitlines()]
    note = "\n".join(filter(None, lines))
    return note[:NOTE_LENGTH].rstrip(), len(note) > NOTE_LENGTH or len(text) > 20 * NOTE_LENGTH


def repaired(values: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """Settings from unchecked values, and what had to be replaced.

    A value that is not allowed is replaced by the default of its field; the others stay. Too many
    epochs for the data set become the most that it allows. Legs for which there is no room are shortened or left out,
    and so are those whose loss trains another score than the first leg's.

    Parameters
    ----------
    values : mapping
        Field names to values of any kind; fields that are missing take their defaults.

    Returns
    -------
    settings : Settings
    problems : list of str
        One sentence in Markdown for each value replaced.
    """
    good, problems = {}, []
    for field in fields(Settings):
        value = values.get(field.name, field.default)
        problem = problem_of(field.name, value)
        if problem:
            used = "none" if field.name == "legs" else quoted(field.default)
            problems.append(_words("problem.replaced", problem=problem, used=used))
            value = field.default
        good[field.name] = value
    limit = MAX_EPOCHS[good["dataset"]]
    if good["epochs"] > limit:
        problems.append(_words(
            "problem.too_long", epochs=f"{good['epochs']:,}", dataset=good["dataset"], most=f"{limit:,}",
        ))
        good["epochs"] = limit
    legs = [leg for leg in good["legs"] if LOSSES[leg.loss].pixelwise == LOSSES[good["loss"]].pixelwise]
    if len(legs) < len(good["legs"]):
        problems.append(_words("problem.other_legs", loss=LOSSES[good["loss"]].label))
    room = limit - good["epochs"]
    fitting = []
    for leg in legs:
        epochs = min(leg.epochs, room)
        fitting += [replace(leg, epochs=epochs)] if epochs else []
        room -= epochs
    if fitting != legs:
        problems.append(_words("problem.legs_too_long", dataset=good["dataset"], most=f"{limit:,}"))
    return Settings(**good | {"legs": tuple(fitting)}), problems


# Writing


def page_address(reported: Any, path: str) -> str | None:
    """The address of a page, checked and quoted for a link; None where it is not the address of this page.

    Parameters
    ----------
    reported : object
        What the browser says its address is. Untrusted: of any type.
    path : str
        The page's own path, at the end of its address; empty for the first page.
    """
    if not isinstance(reported, str) or len(reported) > _LONGEST_ADDRESS:
        return None
    found = _ADDRESS.fullmatch(reported)
    if found is None or "?" in found[2] or "#" in found[2]:
        return None
    if path and not found[2].rstrip("/").endswith(f"/{path}"):
        return None
    return found[1] + quote(found[2].removeprefix(_CLOUD_FRAME), safe="/%")


def address(page: str, parameters: Parameters) -> str:
    """A link to a page in a state.

    Parameters
    ----------
    page : str
        The address of the page, without parameters.
    parameters : mapping of str to sequence of str
        The choices. A version among them is replaced by this one.

    Returns
    -------
    str
        ASCII only, without anything that Markdown or HTML would read as the end of the link or as another character.
    """
    chosen = [(name, value) for name, values in parameters.items() if name != "v" for value in values]
    pairs = (f"{_quoted_name(name)}={quote_plus(value)}" for name, value in [("v", VERSION), *chosen])
    return f"{page}?{'&'.join(pairs)}"


def _quoted_name(name: str) -> str:
    """The name of a parameter, quoted; its first letter too where HTML would read "&" and the name as a character."""
    return f"%{ord(name[0]):02X}{quote_plus(name[1:])}" if name.startswith(_ENTITIES) else quote_plus(name)


def markdown(link: str, title: str) -> str:
    """The link in Markdown."""
    return f"[{title}]({link})"


def iframe(link: str, title: str) -> str:
    """The page in a frame, as HTML; its buttons may write to the clipboard, and the frame becomes as high as the page.

    Without the script, which listens to the app alone, the frame keeps the height in it and scrolls.
    """
    parts = urlsplit(link)
    listener = _LISTENER.read_text(encoding="utf-8").replace(_EXAMPLE, f"{parts.scheme}://{parts.netloc}")
    return (
        f'<iframe src="{escape(link + "&embed=true")}" title="{escape(title)}" width="100%" '
        f'height="{_EMBEDDED_HEIGHT}" style="border:0" loading="lazy" allow="clipboard-write"></iframe>\n'
        f"<script>\n{listener}</script>"
    )


def qr_code(link: str) -> bytes | None:
    """The link as a QR code, black on white: a PNG at least 480 pixels wide; None if the link is too long.

    The modules are squares of whole pixels, so that their edges stay sharp on a projector.
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
