"""Numbers and lists in sentences, for all pages."""

from __future__ import annotations

from collections.abc import Sequence

_UP_TO_TWELVE = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(share: float) -> str:
    """A share in [0, 1] as text: 97.8 %. Only a share of exactly 1 is 100.0 %, only exactly 0 is 0.0 %."""
    shown = round(100 * share, 1)
    if shown == 100 and share < 1:
        shown = 99.9
    if shown == 0 and share > 0:
        shown = 0.1
    return f"{shown:.1f}\N{NO-BREAK SPACE}%"


def chance(probability: float) -> str:
    """A model's probability as text: 97.8 %. However sure it is, it is never quite sure: "more than 99.9 %"."""
    if probability < 0.0005:
        return f"less than {percent(0.001)}"
    return percent(probability) if probability < 0.9995 else f"more than {percent(0.999)}"


def number(value: float, spec: str = ".2f") -> str:
    """A number as text, with a real minus sign and never −0.00; from a million on, with a power of ten: 2.24 × 10³²."""
    text = format(float(value), spec if abs(value) < 1e6 else ".3g")
    if float(text) == 0:
        text = format(0.0, spec)
    mantissa, e, power = text.partition("e")
    if e:
        text = f"{mantissa} × 10{str(int(power)).translate(_RAISED)}"
    return text.replace("-", "−")


def short(value: float) -> str:
    """A number that is not negative as text, with two digits that mean something: 0.053, 2.1, 133."""
    if 0 < value < 0.0005:
        return "< 0.001"
    return number(value, ",.0f" if value >= 99.5 else ".2g" if value >= 0.01 else ".1g")


def a_digit(digit: int) -> str:
    """A digit with its article: "a 3", "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def listed(names: Sequence[str]) -> str:
    """The names as text: "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(n: int) -> str:
    """A number of things as text: in words up to twelve."""
    return _UP_TO_TWELVE[n] if n < len(_UP_TO_TWELVE) else f"{n:,}"
