"""For the page Prices: the sentences and tables of its parts, with every number from the receipts on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer import texts
from explorer.lessons.prices.arithmetic import (
    CENT,
    OTHER_STARTS,
    REACH,
    STEPS,
    absolute_error,
    costs,
    errors,
    has_no_answer,
    largest_rate,
    least_absolute,
    least_squares,
    sides,
    squared_error,
)
from explorer.lessons.prices.receipts import FRUIT, Array, Receipts
from explorer.lessons.words import counted, number

words = texts.of("prices")

CHOICES = FITS, CANNOT_TELL, NEVER_FITS = (
    words("choices.fits"), words("choices.cannot_tell"), words("choices.never_fits"),
)
QUESTION = words("question")


def cents(value: float) -> str:
    """An amount as text with at most two decimals: "33", "8.25", "−1"."""
    value = round(float(value), 2) + 0.0  # + 0.0: no "−0"
    text = number(value, ".2f")
    return text.removesuffix(".00")


def pair(prices: Sequence[float]) -> str:
    """Two prices as text: "5 and 9"."""
    return f"{cents(prices[0])} and {cents(prices[1])}"


def basket(quantities: Sequence[float]) -> str:
    """The quantities as text: "3 apples + 2 pears"."""
    bought = [
        words(f"basket.{name if q != 1 else name[:-1]}", n=f"{q:g}")
        for q, name in zip(quantities[:2], FRUIT, strict=True) if q
    ]
    return bought[0] if len(bought) == 1 else words("basket.and", first=bought[0], second=bought[1])


def puzzle(receipt: Receipts) -> str:
    """The question that the first receipt asks."""
    return words("puzzle.title", basket=basket(receipt.quantities[0]), total=cents(receipt.totals[0]))


def compromises(receipts: Receipts, start: Sequence[float]) -> dict[str, list[str]]:
    """The prices with the least squared and the least absolute error, and their errors, as a table: titles to cells."""
    found = (least_squares(receipts, start), least_absolute(receipts, start).prices)
    return {
        words("compromises.least"): [words("compromises.squared"), words("compromises.absolute")],
        words("compromises.apple"): [cents(prices[0]) for prices in found],
        words("compromises.pear"): [cents(prices[1]) for prices in found],
        words("compromises.mean_squared"): [cents(squared_error(receipts, prices)) for prices in found],
        words("compromises.mean_absolute"): [cents(absolute_error(receipts, prices)) for prices in found],
    }


def step_of_guess(receipt: Receipts, guess: Sequence[float], rate: float, decimals: int) -> str:
    """What one correction changes each price by, with every number in it."""
    error = float(errors(receipt, guess)[0])
    if abs(error) < CENT:
        return words("step.none")
    apples, pears = receipt.quantities[0]
    return words(
        "step.cheaper" if error > 0 else "step.dearer", rate=f"{rate:.{decimals}f}", error=cents(abs(error)),
        apples=f"{apples:g}", pears=f"{pears:g}", off_apples=cents(rate * abs(error) * apples),
        off_pears=cents(rate * abs(error) * pears),
    )


@dataclass(frozen=True)
class Seen:
    """What the visitor saw while guessing, and the expectation that it confirms.

    Parameters
    ----------
    sentence : str
        Markdown.
    happened : str or None
        One of ``CHOICES``; None where nothing is confirmed yet.
    """

    sentence: str
    happened: str | None


def seen_guessing(
    receipt: Receipts, trail: Sequence[Sequence[float]], rate: float, gone_at: float | None = None,
) -> Seen:
    """What the guesses for one receipt have shown so far.

    Parameters
    ----------
    receipt : Receipts
        One receipt.
    trail : sequence of (apples, pears)
        The guesses, the present one last.
    rate : float
        The learning rate of the next correction.
    gone_at : float or None
        The learning rate, where the next step of descent would leave the sliders.
    """
    now, total = np.asarray(trail[-1], float), float(receipt.totals[0])
    cost = float(costs(receipt.quantities, now)[0])
    apple, pear = map(cents, now)
    if gone_at is not None:
        above = gone_at > largest_rate(receipt)
        return Seen(" ".join([
            words("guess_saw.gone", reach=f"{REACH:g}", apple=apple, pear=pear, error=cents(cost - total)),
            words("guess_saw.gone_above" if above else "guess_saw.gone_below"),
        ]), None)
    said = []
    if abs(cost - total) < CENT:
        said.append(words("guess_saw.fits", apple=apple, pear=pear, cost=cents(cost), n=len(trail)))
        if (now < -CENT).any():
            said.append(words("guess_saw.negative_apples" if now[0] < -CENT else "guess_saw.negative_pears"))
        other_apple, other_pear = map(cents, _neighbour(receipt, now))
        said.append(words("guess_saw.others", apple=other_apple, pear=other_pear, cost=cents(total)))
        return Seen(" ".join(said), CANNOT_TELL)
    name = "guess_saw.too_much" if cost > total else "guess_saw.too_little"
    said.append(words(name, apple=apple, pear=pear, cost=cents(cost), off=cents(abs(cost - total)), n=len(trail)))
    if cost > CENT and total:
        said.append(words("guess_saw.scale", total=cents(total), cost=cents(cost)))
    limit = largest_rate(receipt)
    if rate > limit:
        said.append(words("guess_saw.too_far", limit=f"{limit:.3g}"))
    else:
        said.append(words(f"guess_saw.{_more_of(*receipt.quantities[0])}"))
    return Seen(" ".join(said), None)


def seen_on_the_plane(receipts: Receipts, start: Sequence[float]) -> str:
    """Where descent ends from the visitor's start and from others, and whether that is one point."""
    end, compromise = least_squares(receipts, start), least_absolute(receipts, start)
    n, others = len(receipts), [least_squares(receipts, other) for other in OTHER_STARTS]
    lines = counted(n)
    if has_no_answer(receipts, n):
        if not receipts.determined:
            return words(
                "plane_saw.parallel", lines=lines, end=pair(end), off=cents(absolute_error(receipts, end)),
            )
        met = int((np.abs(errors(receipts, compromise.prices)) < CENT).sum())
        left = float(np.abs(errors(receipts, compromise.prices)).max())
        worst = cents(np.abs(errors(receipts, end)).max())
        return " ".join([
            words("plane_saw.none_fits", lines=lines, squared=pair(end), worst=worst),
            words(
                "plane_saw.absolute" if compromise.unique else "plane_saw.absolute_several",
                absolute=pair(compromise.prices), met=met, n=n, left=cents(left),
            ),
        ])
    if receipts.determined:
        return words(
            "plane_saw.crossing", lines=lines, apple=cents(end[0]), pear=cents(end[1]), paths=len(others) + 1,
        )
    return " ".join([
        words("plane_saw.one_line", total=cents(receipts.totals[0])) if n == 1
        else words("plane_saw.same_line", lines=lines),
        words(
            "plane_saw.two_ends", start=pair(start), end=pair(end), other_start=pair(OTHER_STARTS[0]),
            other_end=pair(others[0]),
        ),
    ])


def seen_stepping(receipts: Receipts, start: Sequence[float], rate: float, decimals: int) -> str:
    """What descent does at the chosen learning rate and on both sides of the limit."""
    found = sides(receipts, start, rate)
    limit = f"{found.limit:.3g}"
    if found.steep < CENT:
        return words("steps_saw.settled", limit=limit)
    what = "stands" if not rate else "settles" if rate < found.limit else "flies" if rate > found.limit else "swings"
    yours, below, above = found.errors.T
    swings = "_swings" if below[-1] * below[-2] < 0 else ""
    grows = "_grows" if abs(above[-1]) > abs(above[-2]) > abs(above[0]) else ""
    return " ".join([
        words(f"steps_saw.{what}", rate=f"{rate:.{decimals}f}", limit=limit),
        words("steps_saw.yours", n=found.receipt + 1, start=_about(yours[0]), end=_about(yours[-1]), steps=STEPS),
        words(f"steps_saw.below{swings}", error=_about(below[-1])),
        words(f"steps_saw.above{grows}", error=_about(above[-1])),
    ])


def off(error: float) -> str:
    """How far a cost is from the receipt: "26 too much"."""
    if abs(error) < CENT:
        return words("off.none")
    return words("off.too_much" if error > 0 else "off.too_little", cents=cents(abs(error)))


def _about(error: float) -> str:
    """An error that may be huge, without digits that mean nothing."""
    if abs(error) > 1e6:
        return words("steps_saw.huge")
    return cents(error) if abs(error) < 100 else f"{error:,.0f}".replace("-", "−")


def _more_of(apples: float, pears: float) -> str:
    """Which price a correction changes more, as the name of a text."""
    if not pears:
        return "only_apples"
    if not apples:
        return "only_pears"
    return "more_apples" if apples > pears else "more_pears" if pears > apples else "equal"


def _neighbour(receipt: Receipts, prices: Array) -> Array:
    """Other prices with the same cost, none of them negative if possible."""
    along = np.array([receipt.quantities[0, 1], -receipt.quantities[0, 0]])
    along = along / np.abs(along).max() * 3
    return max((prices + share * along for share in (1, -1, 0.5, -0.5)), key=lambda other: float(other.min()))
