"""What one pixel can say: the two scores as functions of its value, and what follows from their curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.explanations import number
from explorer.scores import SCORES, Score

Array = NDArray[np.floating]

VALUES = np.linspace(0, 1, 101)  # where the curves are drawn and looked at
WEIGHTS = np.round(np.linspace(-1, 1, 41), 2)  # the weights that the slider offers
_SAME = 1e-9  # numbers closer than this are equal but for rounding


@dataclass(frozen=True)
class Curve:
    """What a pixel with a given weight adds to the score, as a function of its value.

    Parameters
    ----------
    score : Score
    weight : float
    added : (101,)
        At ``VALUES``.
    slopes : (100,)
        Between neighbours of ``VALUES``.
    """

    score: Score
    weight: float
    added: Array
    slopes: Array

    @property
    def at_zero(self) -> float:
        """What the pixel adds when there is no ink."""
        return float(self.added[0])

    @property
    def rise(self) -> float:
        """What full ink adds over no ink."""
        return float(self.added[-1] - self.added[0])


def curve(key: str, weight: float) -> Curve:
    """The curve of a score (a key of ``SCORES``) for one pixel with this weight."""
    added = np.array([SCORES[key].parts(np.array([v]), np.array([weight]))[0] for v in VALUES])
    return Curve(SCORES[key], weight, added, np.diff(added) / np.diff(VALUES))


def straight(line: Curve) -> bool:
    """Whether every bit of ink counts the same."""
    return bool(np.ptp(line.slopes) < 1e-6)


@dataclass(frozen=True)
class Statement:
    """Something that a pixel may say, and how to read off a curve whether it does."""

    words: str
    holds: Callable[[Curve], bool]
    evidence: Callable[[Curve], str]


def statements(digits: tuple[int, int]) -> list[Statement]:
    """What a pixel may say about two digits."""
    first, second = digits

    def rise(line: Curve) -> str:
        return f"full ink adds {number(line.rise, '+.2f')} over none"

    return [
        Statement(f"Ink here speaks for {first}", lambda line: line.rise > _SAME, rise),
        Statement(f"Ink here speaks for {second}", lambda line: line.rise < -_SAME, rise),
        Statement(
            "Ink here says nothing", lambda line: bool(np.ptp(line.added) < _SAME),
            lambda line: f"it adds {_range(line.added)}",
        ),
        Statement(
            "No ink, no say", lambda line: abs(line.at_zero) < _SAME,
            lambda line: f"{number(line.at_zero)} at value 0",
        ),
        Statement(
            "Twice the ink says twice as much", lambda line: straight(line) and abs(line.at_zero) < _SAME,
            lambda line: f"slope {_range(line.slopes)}",
        ),
    ]


def table(weight: float, digits: tuple[int, int]) -> dict[str, list[str]]:
    """Which statements hold for a pixel with this weight, read off the two curves.

    Returns
    -------
    dict
        Column titles to cells, one per statement.
    """
    said = statements(digits)
    columns = {"": [statement.words for statement in said]}
    for key in SCORES:
        line = curve(key, weight)
        columns[SCORES[key].summand] = [
            f"{'yes' if statement.holds(line) else 'no'}: {statement.evidence(line)}" for statement in said
        ]
    return columns


def can_say(digits: tuple[int, int]) -> str:
    """What the two scores can say at all: a count over every weight of the slider."""
    says_first, says_second, _, silent_paper, _ = statements(digits)
    told = {}
    for key in SCORES:
        lines = [curve(key, float(weight)) for weight in WEIGHTS]
        quiet = [line for line in lines if silent_paper.holds(line)]
        at = "" if len(quiet) > 1 else "".join(f" ({number(line.weight, 'g')})" for line in quiet)
        told[key] = (
            f"{len(quiet)} of {len(WEIGHTS)} weights{at}; ink then speaks for {digits[0]} with "
            f"{sum(says_first.holds(line) for line in quiet)} of them, for {digits[1]} with "
            f"{sum(says_second.holds(line) for line in quiet)}"
        )
    return (
        f"Try every weight on the slider. Empty paper stays out of a sum of products with {told['multiply']}. "
        f"It stays out of a sum of distances with {told['distance']}."
    )


def _range(numbers: Array) -> str:
    low, high = float(numbers.min()), float(numbers.max())
    if high - low < 1e-6:
        return f"{number(low)} everywhere"
    return f"from {number(low)} to {number(high)}"
