"""Text from outside in a message: shown as text, never as a link, a picture, a formula or an icon.

Messages are Markdown, in which Streamlit has signs of its own (``:red[…]``, ``:material/home:``, ``$…$``), and bare
addresses become links. None of this works within a code span: whatever quotes a link, a file, a cell or a forged
message uses ``quoted``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from explorer.inputs import bounds

_JOINERS = "\u200c\u200d"  # used within words of Persian or Hindi, and within emoji


def visible(text: str) -> str:
    """``text`` without control characters and marks that change the direction of what follows.

    White space is kept. The time grows with the length of the text: cut it first.
    """
    return "".join(
        letter for letter in text
        if letter in _JOINERS or letter.isspace() or unicodedata.category(letter)[0] != "C"
    )


def quoted(words: object, most: int = bounds.QUOTED) -> str:
    """``words`` as a code span of Markdown: on one line, the first ``most`` visible characters.

    A value that is not text is shown as Python writes it.
    """
    # Some of the characters may be invisible: a few times as many are read.
    text = words if isinstance(words, str) else _written(words)
    shown = " ".join(visible(text[: 4 * most]).split())
    if len(shown) > most or len(text) > 4 * most:
        shown = shown[: most - 1] + "…"
    # Streamlit replaces the names of icons before it looks for code: an invisible mark breaks them up.
    shown = shown.replace(":material/", ":\u2060material/")
    # A code span ends at the same number of backticks as it begins with.
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence, space = "`" * (longest + 1), " " * (longest > 0)
    return f"{fence}{space}{shown}{space}{fence}" if shown else "“”"


def _written(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # an int of more than 4,300 digits does not print
        return "a number with thousands of digits"


def first_few(problems: Sequence[str], rest: str) -> list[str]:
    """The first problems, and the number of the others: "And 5 more ``rest``."."""
    more = len(problems) - bounds.NAMED
    return [*problems[: bounds.NAMED], *([f"And {more:,} more {rest}."] if more > 0 else [])]
