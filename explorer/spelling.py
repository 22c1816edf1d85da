"""Options as people read them and as links spell them: the keys of the tables in words ("log loss").

Streamlit reads an option from a link by its label alone, and numbers in ASCII. Links may spell an option as the code
does (``loss=log_loss``), and a number as any keyboard does (``learning_rate=０,１``): ``in_words`` turns what a link
holds into what the controls read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explorer import bounds, typed
from explorer.links import NOTE, OLD_NOTE
from explorer.settings import LIMITS, Choice

# Parameters of single pages whose options are those of a choice of a run.
_SAME_OPTIONS = {"losses": "loss", "cell_loss": "loss", "cell_rate": "learning_rate", "penalty": "l2"}
# Parameters that hold text or a list: their commas and digits are not those of one number.
_OF_TEXT = ("v", "hide", NOTE, OLD_NOTE, "receipts", "runs", "drawing")


def words(option: Any) -> str:
    """An option as people read it, and as it stands in a link."""
    if option is None:
        return "all"
    if isinstance(option, float):
        return f"{option:g}"
    return str(option).replace("_", " ")


def in_words(link: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The query parameters of a link as the controls read them; what is no option and no number stays as it is."""
    return {name: [_as_read(name, value) for value in values] for name, values in link.items()}


def _as_read(name: str, text: str) -> str:
    if name in _OF_TEXT or len(text) > bounds.NUMBER:
        return text
    plain = typed.in_ascii(text)
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
        return typed.number(text)
    except ValueError:
        return None
