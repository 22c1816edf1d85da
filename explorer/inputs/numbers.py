"""Numbers as people type them on any keyboard, and as spreadsheets write them.

Accepted are the decimal digits of every script, a decimal point or comma, and groups of three digits separated by
white space, an apostrophe, or the one of comma and point that is not the decimal sign: 1 000,5 and 1,000.50. A single
point is a decimal point, as everywhere in this app. A single comma before three digits may be either, and is refused.
"""

from __future__ import annotations

import re
import unicodedata

from explorer.inputs import bounds

# Signs of other keyboards with the same meaning. A single low quotation mark looks like a comma: see ``receipts``.
_SIGNS = str.maketrans({
    "−": "-", "－": "-", "﹣": "-", "–": "-", "＋": "+", "﹢": "+",
    "．": ".", "٫": ".", "，": ",", "،": ",", "‚": ",", "’": "'", "＇": "'", "٬": "'",
})
_UNSEEN = "\u200b\u200e\u200f\u061c\ufeff"  # invisible marks that keyboards and spreadsheets put beside digits
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)", re.ASCII)
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:(?P<group>[ '])\d{3}(?:(?P=group)\d{3})*(?:[.,]\d*)?"
                     r"|(?:,\d{3})+\.\d*|(?:\.\d{3})+,\d*|(?:,\d{3}){2,}|(?:\.\d{3}){2,})", re.ASCII)
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


def number(text: str) -> float:
    """The number that ``text`` spells.

    Raises
    ------
    ValueError
        Says what is wrong, as the end of a sentence: "is not a number".
    """
    return float(plain_number(text))


def plain_number(text: str) -> str:
    """The number that ``text`` spells, as Python writes it: ASCII digits, a point. Raises ValueError as ``number``."""
    if len(text) > bounds.NUMBER:
        raise ValueError(f"is too long for a number ({bounds.NUMBER} characters at most)")
    plain = "".join(map(_ascii, text)).strip().translate(_SIGNS)
    if _UNCLEAR.fullmatch(plain):
        whole = plain.replace(",", "")
        raise ValueError(f"may be {plain.replace(',', '.')} or {whole}: write it without a comma")
    if _COMMA.fullmatch(plain):
        return plain.replace(",", ".")
    if _GROUPS.fullmatch(plain):
        # The last sign is the decimal sign, unless it occurs more than once.
        last = re.findall("[., ']", plain)[-1]
        decimal = last if last in ".," and plain.count(last) == 1 else None
        return "".join("." if sign == decimal else sign for sign in plain if sign == decimal or sign not in "., '")
    if _PLAIN.fullmatch(plain):
        return plain
    raise ValueError("is not a number")


def in_ascii(text: str) -> str:
    """A number as Python writes it; any other text unchanged."""
    try:
        return plain_number(text)
    except ValueError:
        return text


def _ascii(letter: str) -> str:
    """A digit of any script as one of 0 to 9, any white space as a space, an invisible mark as nothing."""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    if letter.isspace():
        return " "
    return "" if letter in _UNSEEN else letter
