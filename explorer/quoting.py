"""Words from outside, shown as what they are: text, never a link, a picture, a formula or an icon.

Messages are Markdown, and Streamlit's has signs of its own (``:red[…]``, ``:material/home:``, ``$…$``); a browser makes
links even of bare addresses. Within a code span nothing of it counts: whoever quotes a link, a file, a cell or
a forged message in Markdown does it with ``quoted``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from explorer import bounds

_JOINERS = "\u200c\u200d"  # within words of Persian or Hindi, and within emoji


def visible(text: str) -> str:
    """``text`` without characters that are no text: controls, and marks that turn the direction of what follows.

    White space stays as it is. The work grows with the text: cut it first.
    """
    return "".join(
        letter for letter in text
        if letter in _JOINERS or letter.isspace() or unicodedata.category(letter)[0] != "C"
    )


def quoted(words: object, most: int = bounds.QUOTED) -> str:
    """``words`` as a code span of Markdown: on one line, the first ``most`` visible characters.

    What is not text is shown as Python writes it.
    """
    # Among the characters that are kept may be others that are not seen: a few times as many are looked at.
    text = words if isinstance(words, str) else _written(words)
    shown = " ".join(visible(text[: 4 * most]).split())
    if len(shown) > most or len(text) > 4 * most:
        shown = shown[: most - 1] + "…"
    # Streamlit rewrites the names of icons before it looks for code: a mark that is not seen parts them.
    shown = shown.replace(":material/", ":\u2060material/")
    # A code span ends at as many backticks as it began with.
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence, space = "`" * (longest + 1), " " * (longest > 0)
    return f"{fence}{space}{shown}{space}{fence}" if shown else "“”"


def _written(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # an int of more than 4,300 digits does not print
        return "a number with thousands of digits"


def first_few(problems: Sequence[str], rest: str) -> list[str]:
    """The first of many problems, and how many more there are: "and 5 more ``rest``"."""
    more = len(problems) - bounds.NAMED
    return [*problems[: bounds.NAMED], *([f"And {more:,} more {rest}."] if more > 0 else [])]
