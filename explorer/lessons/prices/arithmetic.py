"""For the page Prices: costs, errors, descent on prices, least squares and least absolute error."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.lessons.prices.receipts import Array, Receipts

START = (5.0, 9.0)  # the guess in the forum post that the puzzle is from
REACH = 20.0  # the limit of the sliders for the prices, in cents to either side of 0
PRICE_STEP = 0.5  # of these sliders, in cents
CENT = 0.005  # a smaller error is 0 to the cent
OTHER_STARTS = ((10.0, 1.0), (8.0, -8.0), (-9.0, 10.0), (-10.0, 0.0), (-4.0, -9.0))
BESIDE = 0.05  # the distance of "just below" and "just above" from the limit, as a share of it
STEPS = 20  # the number of steps that the part on the learning rate takes


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
    """The prices times total / cost of the first receipt, so that it costs its total; None where the cost is 0."""
    cost = float(costs(receipts.quantities[:1], prices)[0])
    return None if abs(cost) < 1e-9 else np.asarray(prices, float) * (receipts.totals[0] / cost)


def gradient(receipts: Receipts, prices: Array) -> Array:
    """The gradient of half the mean squared error, the mean of error × quantity: (..., n_prices)."""
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
        Prices before the first step and after each.
    """
    path = [np.broadcast_to(np.asarray(prices, float), np.broadcast_shapes(np.shape(prices), np.shape(rate)))]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(receipts, path[-1]))
    return np.array(path)


def curvatures(receipts: Receipts) -> Array:
    """The eigenvalues of the curvature of half the mean squared error, the smallest first: (n_prices,)."""
    return np.linalg.eigvalsh(receipts.quantities.T @ receipts.quantities / len(receipts))


def largest_rate(receipts: Receipts) -> float:
    """The limit of the learning rate: descent settles below it, and above it diverges from almost every start."""
    return 2 / float(curvatures(receipts)[-1])


def least_squares(receipts: Receipts, start: Sequence[float]) -> Array:
    """Where descent from ``start`` settles: the prices with the least squared error that are nearest to ``start``."""
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
    """The prices with the least mean absolute error; of several corners, the nearest to ``start``.

    The error is piecewise linear, so it is least at a corner, where as many receipts are met exactly as their
    rank: every such set of receipts is tried.
    """
    start = np.asarray(start, float)
    corners = [
        least_squares(subset, start)
        for chosen in itertools.combinations(range(len(receipts)), receipts.rank)
        if (subset := Receipts(receipts.quantities[list(chosen)], receipts.totals[list(chosen)])).rank == receipts.rank
    ]
    candidates = np.array(corners)
    values = absolute_error(receipts, candidates)
    best = candidates[values <= values.min() + 1e-9]
    nearest = best[np.argmin(np.linalg.norm(best - start, axis=1))]
    return Compromise(nearest, receipts.determined and bool(np.allclose(best, nearest)))


@dataclass(frozen=True)
class Walk:
    """Descent until the cost is right, or the prices leave the sliders.

    Parameters
    ----------
    path : (steps + 1, 2)
        Prices within ``REACH``, the start first.
    ending : str
        "right" to the cent, "gone" where the next step exceeds ``REACH``, or "unfinished".
    """

    path: Array
    ending: str


def walk(receipt: Receipts, prices: Sequence[float], rate: float, most: int = 300) -> Walk:
    """Descent from ``prices`` for one receipt until it costs its total to the cent, at most ``most`` steps."""
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
    """A slider for the learning rate, from 0 to twice the limit below which descent settles.

    Parameters
    ----------
    high, step, default : float
    decimals : int
        The number of decimals shown.
    """

    high: float
    step: float
    default: float
    decimals: int

    @property
    def values(self) -> list[float]:
        """All rates that the slider offers."""
        return [round(i * self.step, self.decimals) for i in range(round(self.high / self.step) + 1)]


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
        The chosen rate, then one 5 % below the limit and one 5 % above it.
    receipt : int
        The receipt, from 0, whose error a step in the steepest direction changes most.
    errors : (STEPS + 1, 3)
        Of that receipt, in cents, before the first step and after each.
    steep : float
        The distance of the start from where descent settles, along the steepest direction, in cents. A rate
        above the limit makes it grow.
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
    """The distance from where descent settles after ``STEPS`` steps, at ``n`` rates from 0 to ``high``.

    Returns
    -------
    rates, distances : (n,)
        Euclidean distances of the prices, in cents.
    """
    rates = np.linspace(0, high, n)
    path = descent(receipts, np.tile(np.asarray(start, float), (n, 1)), rates[:, None], STEPS)
    return rates, np.linalg.norm(path[-1] - least_squares(receipts, start), axis=-1)


@dataclass(frozen=True)
class Weighing:
    """What a pair of scales shows: what a guess comes to on the left, what the receipt says on the right.

    Parameters
    ----------
    quantities, prices : (2,)
        Of apples and pears.
    cost, total : float
        In cents.
    """

    quantities: Array
    prices: Array
    cost: float
    total: float

    @property
    def error(self) -> float:
        """Cost − total, in cents; 0 where it is right to the cent."""
        error = self.cost - self.total
        return 0.0 if abs(error) < CENT else error

    @property
    def tilt(self) -> float:
        """How far the scales lean to the left: from −1 to 1, half of that where the error is about half the total."""
        return self.error / (abs(self.error) + self.total / 2 + 1)


def weighing(receipt: Receipts, prices: Sequence[float]) -> Weighing:
    """A guess on the scales, against the first receipt."""
    guess = np.asarray(prices, float)
    return Weighing(
        receipt.quantities[0], guess, float(costs(receipt.quantities[:1], guess)[0]), float(receipt.totals[0])
    )


def has_no_answer(receipts: Receipts, n: int = 2) -> bool:
    """Whether these are ``n`` receipts that no pair of prices fits to the cent."""
    return len(receipts) == n and bool(np.abs(errors(receipts, least_squares(receipts, (0, 0)))).max() >= CENT)


def trail_errors(receipt: Receipts, trail: Sequence[Sequence[float]]) -> tuple[Array, Array]:
    """The guesses, (n, 2), and their errors on the first receipt in cents, (n,)."""
    guesses = np.asarray(trail, float)
    return guesses, errors(receipt, guesses)[:, 0]


@dataclass(frozen=True)
class Plane:
    """What the picture of the plane of prices shows.

    Parameters
    ----------
    receipts : Receipts
    paths : (n, n_starts, 2)
        Descent with small steps from each start, the visitor's first; not every step, but the end included.
    ends : (n_starts, 2)
    compromise : (2,) or None
        The prices with the least absolute error; None where they also have the least squared error.
    reach : float
        The range of the axes, in cents to either side of 0, that holds the starts and the ends.
    """

    receipts: Receipts
    paths: Array
    ends: Array
    compromise: Array | None
    reach: float


def plane(receipts: Receipts, start: Sequence[float]) -> Plane:
    """Descent from the visitor's start and from ``OTHER_STARTS``."""
    starts = np.array([start, *OTHER_STARTS], float)
    # At a tenth of the limit the path follows the slope and does not zigzag.
    path = descent(receipts, starts, largest_rate(receipts) / 10, 240)
    ends = np.array([least_squares(receipts, one) for one in starts])
    thinned = path[np.unique(np.geomspace(1, len(path), 30).astype(int)) - 1]
    compromise = least_absolute(receipts, start).prices
    # The same for every guess, so that the plane stays while the guess is dragged over it.
    reach = max(1.1 * REACH, 1.1 * float(np.abs(ends).max()))
    return Plane(
        receipts, np.concatenate([thinned, ends[None]]), ends,
        None if np.allclose(compromise, ends[0], atol=CENT) else compromise, reach,
    )
