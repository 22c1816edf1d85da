"""For the page Why multiply: what one pixel adds to each score, as a function of its value, and what that can say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.scores import SCORES, Score
from explorer.lessons.words import number

Array = NDArray[np.floating]

VALUES = np.linspace(0, 1, 101)  # where the curves are computed
CHOICES = np.round(np.linspace(0, 1, 21), 2)  # the values that the slider offers
WEIGHTS = np.round(np.linspace(-1, 1, 41), 2)  # the weights that the slider offers
_SAME = 1e-9  # a smaller difference is rounding


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
        """How much more full ink adds than no ink."""
        return float(self.added[-1] - self.added[0])


def curve(key: str, weight: float) -> Curve:
    """The curve of a score (a key of ``SCORES``) for one pixel with this weight."""
    added = np.array([SCORES[key].parts(np.array([v]), np.array([weight]))[0] for v in VALUES])
    return Curve(SCORES[key], weight, added, np.diff(added) / np.diff(VALUES))


def straight(line: Curve) -> bool:
    """Whether the curve is a straight line."""
    return bool(np.ptp(line.slopes) < 1e-6)


@dataclass(frozen=True)
class Statement:
    """Something that a pixel may say, whether a curve says it, and the evidence as text."""

    text: str
    holds: Callable[[Curve], bool]
    evidence: Callable[[Curve], str]


def statements(digits: tuple[int, int]) -> list[Statement]:
    """The statements that a pixel may make about two digits."""
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
    """Which statements hold for a pixel with this weight, by each of the two scores.

    Returns
    -------
    dict
        Column titles to cells, one per statement.
    """
    rows = statements(digits)
    columns = {"": [statement.text for statement in rows]}
    for key in SCORES:
        line = curve(key, weight)
        columns[SCORES[key].summand] = [
            f"{'yes' if statement.holds(line) else 'no'}: {statement.evidence(line)}" for statement in rows
        ]
    return columns


@functools.cache  # over all weights; the same for every weight and visitor
def can_say(digits: tuple[int, int]) -> str:
    """What each of the two scores can say, counted over every weight of the slider."""
    says_first, says_second, _, silent_paper, _ = statements(digits)
    counts = {}
    for key in SCORES:
        lines = [curve(key, float(weight)) for weight in WEIGHTS]
        silent = [line for line in lines if silent_paper.holds(line)]
        at = "" if len(silent) > 1 else "".join(f" ({number(line.weight, 'g')})" for line in silent)
        counts[key] = (
            f"{len(silent)} of {len(WEIGHTS)} weights{at}; ink then speaks for {digits[0]} with "
            f"{sum(says_first.holds(line) for line in silent)} of them, for {digits[1]} with "
            f"{sum(says_second.holds(line) for line in silent)}"
        )
    return (
        f"Try every weight on the slider. Empty paper stays out of a sum of products with {counts['multiply']}. "
        f"It stays out of a sum of distances with {counts['distance']}."
    )


def _range(numbers: Array) -> str:
    low, high = float(numbers.min()), float(numbers.max())
    if high - low < 1e-6:
        return f"{number(low)} everywhere"
    return f"from {number(low)} to {number(high)}"
