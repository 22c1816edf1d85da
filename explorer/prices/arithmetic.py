"""Costs, errors, descent on prices, and what others find: least squares, least absolute error."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.prices.receipts import (
    Array,
    Receipts,
)

START = (5.0, 9.0)  # the guess of the forum's puzzle
REACH = 20.0  # cents to either side of 0 that the sliders for the prices reach
CENT = 0.005  # an error below this is no error to the cent
OTHER_STARTS = ((10.0, 1.0), (8.0, -8.0), (-9.0, 10.0), (-10.0, 0.0), (-4.0, -9.0))
BESIDE = 0.05  # "just below" and "just above" the limit are this share of it away
STEPS = 20


def costs(quantities: Array, prices: Array) -> Array:
    """Σ quantity × price of each receipt, in cents: (n_receipts,); prices may be (..., n_prices)."""
    return np.asarray(prices, float) @ quantities.T


def errors(receipts: Receipts, prices: Array) -> Array:
    """Cost − total of each receipt, in cents: (n_receipts,); prices may be (..., n_prices)."""
    return costs(receipts.quantities, prices) - receipts.totals


def squared_error(receipts: Receipts, prices: Array) -> Array:
    """The mean over the receipts of error², in cents²."""
    return np.square(errors(receipts, prices)).mean(-1)


def absolute_error(receipts: Receipts, prices: Array) -> Array:
    """The mean over the receipts of abs(error), in cents."""
    return np.abs(errors(receipts, prices)).mean(-1)


def scaled(receipts: Receipts, prices: Sequence[float]) -> Array | None:
    """The prices × total / cost of the first receipt, which then costs its total; None if the guess costs nothing."""
    cost = float(costs(receipts.quantities[:1], prices)[0])
    return None if abs(cost) < 1e-9 else np.asarray(prices, float) * (receipts.totals[0] / cost)


def gradient(receipts: Receipts, prices: Array) -> Array:
    """Of half the mean squared error, by each price: mean of error × quantity, (..., n_prices)."""
    return errors(receipts, prices) @ receipts.quantities / len(receipts)


def descent(receipts: Receipts, prices: Sequence[float] | Array, rate: float | Array, steps: int) -> Array:
    """Gradient descent on half the mean squared error.

    Parameters
    ----------
    receipts : Receipts
    prices : (n_prices,) or (n_starts, n_prices)
    rate : float or (n_starts, 1)
    steps : int

    Returns
    -------
    (steps + 1, ...) array
        Prices before the first step, after it, and so on.
    """
    path = [np.broadcast_to(np.asarray(prices, float), np.broadcast_shapes(np.shape(prices), np.shape(rate)))]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(receipts, path[-1]))
    return np.array(path)


def curvatures(receipts: Receipts) -> Array:
    """Eigenvalues of the curvature of half the mean squared error, the smallest first: (n_prices,)."""
    return np.linalg.eigvalsh(receipts.quantities.T @ receipts.quantities / len(receipts))


def largest_rate(receipts: Receipts) -> float:
    """The limit of the learning rate: descent settles below it, and from almost everywhere flies off above it."""
    return 2 / float(curvatures(receipts)[-1])


def least_squares(receipts: Receipts, start: Sequence[float]) -> Array:
    """Where descent from ``start`` settles: of the prices with the least squared error, those nearest to it."""
    start = np.asarray(start, float)
    return start - np.linalg.pinv(receipts.quantities) @ errors(receipts, start)


@dataclass(frozen=True)
class Compromise:
    """The prices with the least mean absolute error.

    Parameters
    ----------
    prices : (n_prices,)
    unique : bool
        False if other prices are as good.
    """

    prices: Array
    unique: bool


def least_absolute(receipts: Receipts, start: Sequence[float]) -> Compromise:
    """The prices with the least mean absolute error; of those at corners, the nearest to ``start``.

    The error is made of flat pieces, so its least value is taken at a corner, where as many receipts are
    met exactly as there are unknowns that the receipts determine: every such set of receipts is tried.
    """
    start = np.asarray(start, float)
    corners = [
        least_squares(some, start)
        for chosen in itertools.combinations(range(len(receipts)), receipts.rank)
        if (some := Receipts(receipts.quantities[list(chosen)], receipts.totals[list(chosen)])).rank == receipts.rank
    ]
    found = np.array(corners)
    values = absolute_error(receipts, found)
    best = found[values <= values.min() + 1e-9]
    nearest = best[np.argmin(np.linalg.norm(best - start, axis=1))]
    return Compromise(nearest, receipts.determined and bool(np.allclose(best, nearest)))


@dataclass(frozen=True)
class Walk:
    """Descent until it is right, or gone.

    Parameters
    ----------
    path : (steps + 1, 2)
        Prices that are within reach, the start first.
    ending : str
        "right" to the cent, "gone" out of reach with the next step, or "unfinished".
    """

    path: Array
    ending: str


def walk(receipt: Receipts, prices: Sequence[float], rate: float, most: int = 300) -> Walk:
    """Steps downhill from ``prices`` for one receipt, until it costs its total to the cent."""
    path, ending = [np.asarray(prices, float)], "unfinished"
    for _ in range(most):
        if np.abs(errors(receipt, path[-1])).max() < CENT:
            ending = "right"
            break
        after = path[-1] - rate * gradient(receipt, path[-1])
        if not rate:
            break
        if np.abs(after).max() > REACH:
            ending = "gone"
            break
        path.append(after)
    return Walk(np.array(path), ending)


@dataclass(frozen=True)
class Scale:
    """A slider for the learning rate, twice as long as the rates that settle: its limit is in the middle.

    Parameters
    ----------
    high, step, default : float
    decimals : int
        How many are shown.
    """

    high: float
    step: float
    default: float
    decimals: int


def rate_scale(limit: float) -> Scale:
    """The slider for receipts whose largest rate is ``limit``."""
    power = math.floor(math.log10(2 * limit))
    decimals = max(0, 2 - power)
    step = 10.0 ** (power - 2)
    high = round(math.ceil(2 * limit / step) * step, decimals)
    default = 0.05 if 0.1 <= 0.05 / limit <= 0.75 else round(round(limit / 3 / step) * step, decimals)
    return Scale(high, step, default, decimals)


@dataclass(frozen=True)
class Sides:
    """Descent at the chosen rate, just below the limit and just above it.

    Parameters
    ----------
    limit : float
    rates : (3,)
        The chosen one, 5 % below the limit, 5 % above it.
    receipt : int
        The one whose error a step in the steepest direction changes most, counted from 0.
    errors : (STEPS + 1, 3)
        Of that receipt, in cents, before the first step and after each.
    steep : float
        How far the start is from where descent settles in the steepest direction, in cents: what a rate above
        the limit makes larger and larger.
    """

    limit: float
    rates: Array
    receipt: int
    errors: Array
    steep: float


def sides(receipts: Receipts, start: Sequence[float], rate: float) -> Sides:
    """Descent from ``start`` on both sides of the limit."""
    limit, start = largest_rate(receipts), np.asarray(start, float)
    rates = np.array([rate, (1 - BESIDE) * limit, (1 + BESIDE) * limit])
    path = descent(receipts, np.tile(start, (3, 1)), rates[:, None], STEPS)
    steepest = np.linalg.eigh(receipts.quantities.T @ receipts.quantities)[1][:, -1]
    receipt = int(np.argmax(np.abs(receipts.quantities @ steepest)))
    steep = abs(float(steepest @ (start - least_squares(receipts, start))))
    return Sides(limit, rates, receipt, errors(receipts, path)[..., receipt], steep)


def error_by_rate(receipts: Receipts, start: Sequence[float], high: float, n: int = 121) -> tuple[Array, Array]:
    """How far from the settled prices descent is after ``STEPS`` steps, for rates from 0 to ``high``.

    Returns
    -------
    rates, distances : (n,)
        Distances in cents, over both prices.
    """
    rates = np.linspace(0, high, n)
    path = descent(receipts, np.tile(np.asarray(start, float), (n, 1)), rates[:, None], STEPS)
    return rates, np.linalg.norm(path[-1] - least_squares(receipts, start), axis=-1)


def trail_errors(receipt: Receipts, trail: Sequence[Sequence[float]]) -> tuple[Array, Array]:
    """The guesses (n, 2), and the error of each on the first receipt (n,), in cents."""
    guesses = np.asarray(trail, float)
    return guesses, errors(receipt, guesses)[:, 0]


@dataclass(frozen=True)
class Plane:
    """What the plane of prices shows.

    Parameters
    ----------
    receipts : Receipts
    paths : (n, n_starts, 2)
        Descent with small steps, the visitor's start first, thinned out, the end included.
    ends : (n_starts, 2)
    compromise : (2,) or None
        The prices with the least absolute error, where those with the least squared error are others.
    reach : float
        Cents to either side of 0 that hold the starts and the ends.
    """

    receipts: Receipts
    paths: Array
    ends: Array
    compromise: Array | None
    reach: float


def plane(receipts: Receipts, start: Sequence[float]) -> Plane:
    """Descent from the visitor's start and from five others."""
    starts = np.array([start, *OTHER_STARTS], float)
    # A tenth of the limit: steps so small that the path shows the way downhill, not the zigzag.
    path = descent(receipts, starts, largest_rate(receipts) / 10, 240)
    ends = np.array([least_squares(receipts, one) for one in starts])
    thinned = path[np.unique(np.geomspace(1, len(path), 30).astype(int)) - 1]
    compromise = least_absolute(receipts, start).prices
    reach = max(12.0, 1.1 * float(np.abs([starts, ends]).max()))
    return Plane(
        receipts, np.concatenate([thinned, ends[None]]), ends,
        None if np.allclose(compromise, ends[0], atol=CENT) else compromise, reach,
    )
