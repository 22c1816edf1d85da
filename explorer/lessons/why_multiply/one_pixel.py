"""For the page Why multiply: what a single pixel does to the score, by value × weight and by −abs(value − weight)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.scores import SCORES, Score
from explorer.lessons.words import number

Array = NDArray[np.floating]

VALUES = np.round(np.linspace(0, 1, 41), 3)  # where the curves are computed: at every weight, too
CHOICES = np.round(np.linspace(0, 1, 21), 2)  # the values that the slider offers
WEIGHTS = np.round(np.linspace(-1, 1, 41), 2)  # the weights that the slider offers
_SAME = 1e-9  # a smaller difference is rounding

_words = texts.of("why_multiply")


@dataclass(frozen=True)
class Curve:
    """What a pixel with a given weight adds to the score, as a function of its value.

    Parameters
    ----------
    score : Score
    weight : float
    added : (41,)
        At ``VALUES``.
    """

    score: Score
    weight: float
    added: Array


def added(key: str, value: float, weight: float) -> float:
    """What one pixel adds to a score (a key of ``SCORES``)."""
    return float(SCORES[key].parts(np.array([value]), np.array([weight]))[0])


def curve(key: str, weight: float) -> Curve:
    """The curve of a score (a key of ``SCORES``) for one pixel with this weight."""
    return Curve(SCORES[key], weight, SCORES[key].parts(VALUES, np.full(len(VALUES), weight)))


def ink_adds(key: str, value: float, weight: float) -> float:
    """How much more ink of this value adds to a score than blank paper does."""
    more = added(key, value, weight) - added(key, 0.0, weight)
    return 0.0 if abs(more) < _SAME else more


def scores_disagree(value: float, weight: float) -> bool:
    """Whether ink of this value raises the score of a product and lowers that of a distance: the task of the page."""
    return ink_adds("multiply", value, weight) > 0 > ink_adds("distance", value, weight)


def sentence(value: float, weight: float, digits: tuple[int, int]) -> str:
    """What blank paper and ink can do with each of the two scores, and what they do at this weight."""
    first, second = digits
    here = _words(
        f"one.saw.{_here(value, weight)}", first=first, value=number(value, "g"), weight=number(weight, "g"),
        paper=number(-added("distance", 0.0, weight)), ink=number(-added("distance", value, weight)),
    )
    return f"{_words('one.saw.always', first=first, second=second)} {here}"


def _here(value: float, weight: float) -> str:
    if value < _SAME:
        return "blank"
    if abs(weight) < _SAME:
        return "silent_paper"
    more = ink_adds("distance", value, weight)
    return "ink_better" if more > 0 else "ink_worse" if more < 0 else "ink_same"
