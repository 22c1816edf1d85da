"""For the page Compare losses: the set of runs that are compared, and its code in a link.

A set is two to eight rows, each with a letter of its own. Its code is that of its rows joined by ``_``, each
with its fields joined by ``-``: ``A-m-ll-1-b-r`` is run A with the score multiply, the loss log_loss, the
learning rate 1, a bias and the random start; ``a-m-ll-1-b-r`` is the same run with its line hidden. A code
from a link is not trusted: rows that cannot be read are reported in a sentence, and the rest is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from explorer import texts
from explorer.engine import cost
from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import LIMITS, Settings
from explorer.inputs import bounds, numbers
from explorer.inputs.quoting import first_few, quoted

_words = texts.of("compare_losses")

LETTERS = "ABCDEFGH"
FEWEST, MOST = 2, len(LETTERS)
_FIELDS = ("score", "loss", "learning_rate", "bias", "start")


def _short(keys: Iterable[str]) -> dict[str, str]:
    """The keys by their codes, the initials: "ll" for ``log_loss``; where an earlier key has them, more letters."""
    codes: dict[str, str] = {}
    for key in keys:
        options = ("".join(word[:n] for word in key.split("_")) for n in range(1, len(key)))
        codes[next(code for code in options if code not in codes)] = key
    return codes


# The values of each field by their codes, made from the same tables as the controls.
CODES: dict[str, dict[str, str | float | bool]] = {
    "score": _short(SCORES),
    "loss": _short(LOSSES),
    "learning_rate": {f"{rate:g}": rate for rate in LIMITS["learning_rate"].options},
    "bias": {"b": True, "n": False},
    "start": _short(LIMITS["start"].options),
}
_BIAS_TEXTS = {True: _words("name.with_bias"), False: _words("name.no_bias")}
CODE_OF = {field: {value: code for code, value in codes.items()} for field, codes in CODES.items()}


@dataclass(frozen=True)
class Row:
    """The choices of one run of a comparison; the other settings are shared by all runs of a set.

    Parameters
    ----------
    letter : str
        One of ``LETTERS``, which names the run and fixes its colour.
    score, loss, start : str
    learning_rate : float
    bias : bool
        As in ``Settings``.
    shown : bool
        Whether its line is drawn in the chart of all runs.
    """

    letter: str
    score: str
    loss: str
    learning_rate: float
    bias: bool
    start: str
    shown: bool = True

    @property
    def code(self) -> str:
        """The code of the row in a link."""
        letter = self.letter if self.shown else self.letter.lower()
        return "-".join([letter, *(CODE_OF[field][getattr(self, field)] for field in _FIELDS)])

    @property
    def title(self) -> str:
        """What is trained, in words: the loss, and that the model adds up distances where it does."""
        loss = LOSSES[self.loss]
        is_distance = self.score == "distance" and not loss.pixelwise
        return _words("name.distance" if is_distance else "name.multiply", loss=loss.label)


Rows = tuple[Row, ...]

# What differs and why: B only in its loss, C only in its steps, D only in its score; E and F cannot learn. From the
# lesson's random start some scores are very wrong at first, which is where losses differ.
FIRST_SET: Rows = (
    Row("A", "multiply", "log_loss", 1.0, True, "random"),
    Row("B", "multiply", "absolute_error", 1.0, True, "random"),
    Row("C", "multiply", "log_loss", 100.0, True, "random"),
    Row("D", "distance", "log_loss", 0.1, True, "random"),  # distances need smaller steps
    Row("E", "multiply", "zero_one", 1.0, True, "random"),
    Row("F", "distance", "pixel_distance", 1.0, False, "random"),
)
# "Add" adds the first of these that is not in the set yet.
_OFFERS: tuple[Row, ...] = (
    *FIRST_SET,
    Row("G", "multiply", "hinge", 0.5, True, "random"),
    Row("H", "multiply", "squared_error", 5.0, True, "random"),
)


def names(rows: Sequence[Row]) -> list[str]:
    """The names of the runs of a set: for each its letter and a short name in words.

    Runs with the same title are told apart by the first choice that does so, or else by all in which they differ.
    """
    return [f"{row.letter} {_name(row, [other for other in rows if other.letter != row.letter])}" for row in rows]


def _name(row: Row, others: Sequence[Row]) -> str:
    alike = [other for other in others if other.title == row.title]
    unlike = [
        field for field in ("learning_rate", "bias", "start")
        if any(getattr(other, field) != getattr(row, field) for other in alike)
    ]
    enough = [field for field in unlike if all(getattr(other, field) != getattr(row, field) for other in alike)]
    name = row.title
    for field in enough[:1] or unlike:
        if field == "learning_rate":
            name = _words("name.at_rate", title=name, rate=f"{row.learning_rate:g}")
        else:
            choice = _BIAS_TEXTS[row.bias] if field == "bias" else _words(f"name.start.{row.start}")
            name = _words("name.with", title=name, choice=choice)
    return name


def write(rows: Sequence[Row]) -> str:
    """The code of a set."""
    return "_".join(row.code for row in rows)


def read(code: object) -> tuple[Rows, list[str]]:
    """The set of a code, and the problems with the code.

    Parameters
    ----------
    code : object
        From a link or a browser: anything.

    Returns
    -------
    rows : tuple of Row
        From ``FEWEST`` to ``MOST``, with different letters.
    problems : list of str
        What was left out or added, a sentence in Markdown for each of the first few; empty if the code is in order.
    """
    if not isinstance(code, str):
        return FIRST_SET, [_words("link.not_text")]
    rows: list[Row] = []
    left_out: list[str] = []
    problems: list[str] = []
    if len(code) > bounds.RUNS:
        problems.append(_words("link.too_long", length=f"{len(code):,}", most=bounds.RUNS))
        code = code[: bounds.RUNS]
    for part in code.split("_"):
        row, problem = _read_row(part)
        if row and row.letter in {other.letter for other in rows}:
            problem = _words("link.twice", letter=row.letter)
        if problem:
            left_out.append(_words("link.left_out", part=quoted(part), problem=problem))
        else:
            rows.append(row)
    problems += first_few(left_out, _words("link.more_left_out"))
    for row in FIRST_SET:
        if len(rows) >= FEWEST:
            break
        if not rows:
            return FIRST_SET, [*problems, _words("link.first_runs")]
        added = replace(row, letter=free_letter(rows))
        rows.append(added)
        problems.append(_words("link.added", run=f"{added.letter} {added.title}"))
    return tuple(rows), problems


def _read_row(part: str) -> tuple[Row | None, str]:
    """The row of a part of a code and "", or None and the problem."""
    letter, *codes = part.split("-")
    if letter not in (*LETTERS, *LETTERS.lower()):
        return None, _words("link.no_letter", first=LETTERS[0], last=LETTERS[-1])
    if len(codes) != len(_FIELDS):
        return None, _words("link.other_count", count=len(_FIELDS), found=len(codes))
    values = {}
    for field, code in zip(_FIELDS, codes, strict=True):
        value = CODES[field].get(numbers.in_ascii(code))
        if value is None:
            return None, _words(
                "link.not_an_option", field=field.replace("_", " "), code=quoted(code), options=_legend(field),
            )
        values[field] = value
    return Row(letter.upper(), **values, shown=letter.isupper()), ""


def _legend(field: str) -> str:
    """The codes of a field with their meanings: "ll (log loss), …"."""
    return ", ".join(
        code if isinstance(value, float) else f"{code} ({_BIAS_TEXTS.get(value, str(value).replace('_', ' '))})"
        for code, value in CODES[field].items()
    )


def free_letter(rows: Sequence[Row]) -> str:
    """The first letter that is not in use."""
    return next(letter for letter in LETTERS if letter not in {row.letter for row in rows})


def offered(rows: Sequence[Row]) -> Row:
    """The run that "Add" adds: the first of a fixed list that is not in the set yet."""
    present = {replace(row, letter="", shown=True) for row in rows}
    return next((row for row in _OFFERS if replace(row, letter="") not in present), _OFFERS[0])


def affordable(rows: Sequence[Row], shared: Settings, shape: cost.Shape) -> Settings:
    """``shared`` with as many of its epochs as there is time for, with all runs of the set and their first epochs."""
    own = settings_of(rows, shared)
    budget = cost.BUDGET - cost.seconds_of_first_epochs(shape, own)
    return replace(shared, epochs=cost.affordable_epochs(shape, own, budget))


def settings_of(rows: Sequence[Row], shared: Settings) -> tuple[Settings, ...]:
    """The settings of each run: its own choices, and everything else from ``shared``."""
    return tuple(
        replace(shared, **{field: getattr(row, field) for field in _FIELDS}) for row in rows
    )
