"""For the page Prices: the guesses of a visit, and as a short text that a browser can send back."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from explorer.lessons.prices.arithmetic import REACH

Guess = tuple[float, float]

MOST_GUESSES = 400  # of a visit that are kept
_FINE = 1600  # steps of a cent in the text: REACH is within 16 bits


def with_guess(trail: Sequence[Guess], now: Guess) -> list[Guess]:
    """The guesses with ``now`` as the last one, at most ``MOST_GUESSES``."""
    return [*trail, *([] if trail and trail[-1] == now else [now])][-MOST_GUESSES:]


def text_of_trail(trail: Sequence[Guess]) -> str:
    """The guesses as text, rounded to 1/1600 of a cent, which no chart shows; six characters for each at most."""
    steps = np.round(np.asarray(trail, float).ravel() * _FINE)
    return base64.urlsafe_b64encode(steps.astype("<i2").tobytes()).decode()


def trail_of_text(text: object) -> list[Guess]:
    """The guesses in a text as ``text_of_trail`` writes it.

    Raises
    ------
    ValueError
        When it is none.
    """
    if not isinstance(text, str) or len(text) > 6 * MOST_GUESSES:
        raise ValueError("these are no guesses")
    packed = base64.b64decode(text.encode(), b"-_", validate=True)
    if len(packed) % 4:
        raise ValueError("these are no guesses")
    prices = np.frombuffer(packed, "<i2").astype(float) / _FINE
    if len(prices) > 2 * MOST_GUESSES or (np.abs(prices) > REACH).any():
        raise ValueError("these are no guesses")
    return [(apple, pear) for apple, pear in prices.reshape(-1, 2).tolist()]
