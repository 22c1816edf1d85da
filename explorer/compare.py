"""Runs side by side: which ones, and the short code that carries the whole set in a link.

A set is two to eight rows, each with a letter that stays with it. Its code is one row after the
other, joined by ``_``, each with its fields joined by ``-``: ``A-m-ll-1-b-r`` is run A, the score
multiply, the loss log_loss, the learning rate 1, with a bias, from the random start; ``a-m-ll-1-b-r``
is the same with its line hidden. A code from a link is not trusted: what cannot be read is named in
words, and the rest is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer import bounds, typed
from explorer.losses import LOSSES
from explorer.quoting import first_few, quoted
from explorer.scores import SCORES
from explorer.settings import LIMITS, Settings

LETTERS = "ABCDEFGH"
FEWEST, MOST = 2, len(LETTERS)
_FIELDS = ("score", "loss", "learning_rate", "bias", "start")


def _short(key: str) -> str:
    """The first letters of the words of a key: ``log_loss`` becomes "ll"."""
    return "".join(word[0] for word in key.split("_"))


# What stands in a code for each value of each field; from the same tables as the controls.
CODES: dict[str, dict[str, str | float | bool]] = {
    "score": {_short(key): key for key in SCORES},
    "loss": {_short(key): key for key in LOSSES},
    "learning_rate": {f"{rate:g}": rate for rate in LIMITS["learning_rate"].options},
    "bias": {"b": True, "n": False},
    "start": {_short(key): key for key in LIMITS["start"].options},
}
_WORDS = {True: "with a bias", False: "no bias"}
_SPELT = {field: {value: code for code, value in codes.items()} for field, codes in CODES.items()}


@dataclass(frozen=True)
class Row:
    """One run of a comparison: what is its own; all else the runs of a set share.

    Parameters
    ----------
    letter : str
        One of ``LETTERS``: its name and its colour.
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
        """The row in a link."""
        letter = self.letter if self.shown else self.letter.lower()
        return "-".join([letter, *(_SPELT[field][getattr(self, field)] for field in _FIELDS)])

    @property
    def name(self) -> str:
        """For people: the letter and the loss."""
        return f"{self.letter} {LOSSES[self.loss].label}"


Rows = tuple[Row, ...]

# The four losses with a slope, at rates from among those that reach 95 % on both data sets within
# these 20 epochs (the losses with a sigmoid under them need longer steps), and the learner's idea
# taken word for word: distances, no bias, no label. The random start of the lesson: some scores are
# very wrong at first, and that is where losses differ.
FIRST_SET: Rows = (
    Row("A", "multiply", "log_loss", 1.0, True, "random"),
    Row("B", "multiply", "absolute_error", 10.0, True, "random"),
    Row("C", "multiply", "squared_error", 5.0, True, "random"),
    Row("D", "multiply", "hinge", 0.5, True, "random"),
    Row("E", "distance", "pixel_distance", 1.0, False, "random"),
)
# What "Add" offers, the first one that is not there yet.
_OFFERS: tuple[Row, ...] = (
    *FIRST_SET,
    Row("F", "distance", "log_loss", 0.1, True, "random"),
    Row("G", "multiply", "log_loss", 1.0, False, "random"),
    Row("H", "multiply", "zero_one", 1.0, True, "random"),
)


def write(rows: Sequence[Row]) -> str:
    """The code of a set."""
    return "_".join(row.code for row in rows)


def read(code: object) -> tuple[Rows, list[str]]:
    """The set that a code names, and what in it could not be used.

    Parameters
    ----------
    code : object
        From a link or a browser: anything.

    Returns
    -------
    rows : tuple of Row
        Always from ``FEWEST`` to ``MOST``, with different letters.
    problems : list of str
        What was left out or added, a sentence in Markdown for each of the first few; empty if all was in order.
    """
    if not isinstance(code, str):
        return FIRST_SET, ["The list of runs is not text; these are the first ones."]
    rows: list[Row] = []
    left_out: list[str] = []
    problems: list[str] = []
    if len(code) > bounds.RUNS:
        problems.append(f"The list of runs has {len(code):,} characters; the first {bounds.RUNS} were read.")
        code = code[: bounds.RUNS]
    for part in code.split("_"):
        row, problem = _read_row(part)
        if row and row.letter in {other.letter for other in rows}:
            problem = f"there are two runs {row.letter}; the first one stays"
        if problem:
            left_out.append(f"{quoted(part)} was left out: {problem}.")
        else:
            rows.append(row)
    problems += first_few(left_out, "were left out")
    for row in FIRST_SET:
        if len(rows) >= FEWEST:
            break
        if not rows:  # nothing at all could be read
            return FIRST_SET, [*problems, "So these are the first runs."]
        added = replace(row, letter=free_letter(rows))
        rows.append(added)
        problems.append(f"One run has nothing to be compared with; {added.name} was added.")
    return tuple(rows), problems


def _read_row(part: str) -> tuple[Row | None, str]:
    """The row that a part of a code names, or None and why it names none."""
    letter, *codes = part.split("-")
    if letter not in (*LETTERS, *LETTERS.lower()):
        return None, f"a run begins with its letter, {LETTERS[0]} to {LETTERS[-1]}"
    if len(codes) != len(_FIELDS):
        return None, f"a run has {len(_FIELDS)} choices, this one has {len(codes)}"
    values = {}
    for field, code in zip(_FIELDS, codes, strict=True):
        value = CODES[field].get(typed.in_ascii(code))
        if value is None:
            return None, f"its {field.replace('_', ' ')} {quoted(code)} is none of {_legend(field)}"
        values[field] = value
    return Row(letter.upper(), **values, shown=letter.isupper()), ""


def _legend(field: str) -> str:
    """The codes of a field with what they mean: "ll" (log loss), …"""
    return ", ".join(
        code if isinstance(value, float) else f"{code} ({_WORDS.get(value, str(value).replace('_', ' '))})"
        for code, value in CODES[field].items()
    )


def free_letter(rows: Sequence[Row]) -> str:
    """The first letter that no row has."""
    return next(letter for letter in LETTERS if letter not in {row.letter for row in rows})


def offered(rows: Sequence[Row]) -> Row:
    """What "Add" should add: the first run of a list that is not in the set yet."""
    there = {replace(row, letter="", shown=True) for row in rows}
    return next((row for row in _OFFERS if replace(row, letter="") not in there), _OFFERS[0])


def settings_of(rows: Sequence[Row], shared: Settings) -> tuple[Settings, ...]:
    """The settings of each run: its own choices; data, seed, epochs, batches and penalty from ``shared``."""
    return tuple(
        replace(shared, **{field: getattr(row, field) for field in _FIELDS}) for row in rows
    )
