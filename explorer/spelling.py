"""Options as people read them and as links spell them: the keys of the tables in words ("log loss").

Streamlit reads an option from a link by its label alone. Links may spell it as the code does as well
(``loss=log_loss``, ``learning_rate=1.0``), or with the digits of another keyboard (``０,１``): ``in_words`` turns
what a link holds into labels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.settings import LIMITS, Choice

# Parameters of single pages whose options are those of a choice of a run.
_SAME_OPTIONS = {"losses": "loss", "cell_loss": "loss", "cell_rate": "learning_rate", "penalty": "l2"}
_LONGEST = 40  # characters; what is longer is no option


def words(option: Any) -> str:
    """An option as people read it, and as it stands in a link."""
    if option is None:
        return "all"
    if isinstance(option, float):
        return f"{option:g}"
    return str(option).replace("_", " ")


def in_words(link: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The query parameters of a link with its options as the controls spell them; what is no option stays as it is."""
    return {name: [_label(name, value) for value in values] for name, values in link.items()}


def _label(name: str, text: str) -> str:
    limit = LIMITS.get(_SAME_OPTIONS.get(name, name))
    if not isinstance(limit, Choice) or len(text) > _LONGEST:
        return text
    number = _number(text)
    for option in limit.options:
        if text in (option, words(option)):
            return words(option)
        if number is not None and isinstance(option, (int, float)) and number == option:
            return words(option)
    return text


def _number(text: str) -> float | None:
    """A number in the digits of any script, with a decimal point or comma."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
