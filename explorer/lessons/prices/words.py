"""For the page Prices: the sentences and tables of its parts, with every number from the receipts on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.lessons.prices.arithmetic import (
    CENT,
    OTHER_STARTS,
    REACH,
    STEPS,
    absolute_error,
    costs,
    curvatures,
    errors,
    largest_rate,
    least_absolute,
    least_squares,
    sides,
    squared_error,
)
from explorer.lessons.prices.receipts import FRUIT, Array, Receipts
from explorer.lessons.words import number

CHOICES = FITS, CANNOT_TELL, NEVER_FITS = "yes", "not necessarily", "it never gets right"
QUESTION = "You correct two guessed prices until they fit the receipt. Are they then the shop's prices?"


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
    return " + ".join(
        f"{q:g} {name if q != 1 else name[:-1]}" for q, name in zip(quantities[:2], FRUIT, strict=True) if q
    )


def receipt_text(receipt: Receipts) -> str:
    """The first receipt as text: "3 apples + 2 pears = 7 cents"."""
    return f"{basket(receipt.quantities[0])} = {cents(receipt.totals[0])} cents"


def compromises(receipts: Receipts, start: Sequence[float]) -> dict[str, list[str]]:
    """The prices with the least squared and the least absolute error, and their errors, as a table: titles to cells."""
    found = (least_squares(receipts, start), least_absolute(receipts, start).prices)
    return {
        "least": [":green[squared error]", ":red[absolute error]"],
        "apple": [cents(prices[0]) for prices in found],
        "pear": [cents(prices[1]) for prices in found],
        "mean of error²": [cents(squared_error(receipts, prices)) for prices in found],
        "mean of abs(error)": [cents(absolute_error(receipts, prices)) for prices in found],
    }


def sum_of_guess(receipt: Receipts, guess: Sequence[float]) -> str:
    """The cost of a guess with every number in it, and how far it is from the receipt."""
    cost = float(costs(receipt.quantities, guess)[0])
    terms = " + ".join(
        f"{q:g} × {cents(p)}" if p >= 0 else f"{q:g} × ({cents(p)})"
        for q, p in zip(receipt.quantities[0], guess, strict=True)
    )
    return f"Your guess: {terms} = **{cents(cost)}**. {_off(cost - receipt.totals[0])}."


def step_of_guess(receipt: Receipts, guess: Sequence[float], rate: float, decimals: int) -> str:
    """What one step of descent takes off each price, with every number in it."""
    error = float(errors(receipt, guess)[0])
    changes = "".join(
        f"  \n{name} {rate:.{decimals}f} × {cents(error)} × {q:g} = {cents(rate * error * q)}"
        for name, q in zip(FRUIT, receipt.quantities[0], strict=True)
    )
    return f"One step takes rate × error × quantity off each price:{changes}"


@dataclass(frozen=True)
class Seen:
    """What the visitor saw in one part of the page, and the expectation that it confirms.

    Parameters
    ----------
    sentence : str
        Markdown.
    happened : str or None
        One of ``CHOICES``; None where nothing is confirmed yet.
    """

    sentence: str
    happened: str | None


def seen_guessing(receipt: Receipts, trail: Sequence[Sequence[float]], gone_at: float | None = None) -> Seen:
    """What the guesses for one receipt have shown so far.

    Parameters
    ----------
    receipt : Receipts
        One receipt.
    trail : sequence of (apples, pears)
        The guesses, the present one last.
    gone_at : float or None
        The learning rate, where the next step of descent would leave the sliders.
    """
    now, total = np.asarray(trail[-1], float), float(receipt.totals[0])
    cost = float(costs(receipt.quantities, now)[0])
    if gone_at is not None:
        above = gone_at > largest_rate(receipt)
        return Seen((
            f"**The step is too long: it leaves the sliders**, which end at ±{REACH:g}. At apples {cents(now[0])} and "
            f"pears {cents(now[1])} the error is {cents(cost - total)} cents, and "
            + ("every step makes it larger. " if above else "the step goes far over to the other side. ")
            + "Take a smaller learning rate, and go on or start again."
        ), NEVER_FITS if above else None)
    if abs(cost - total) < CENT:
        since = f", {len(trail) - 1} guesses after {pair(trail[0])}" if len(trail) > 2 else ""
        nonsense = (
            " And an apple for less than nothing is nonsense." if now[0] < -CENT
            else " And a pear for less than nothing is nonsense." if now[1] < -CENT else ""
        )
        return Seen((
            f"**Apples at {cents(now[0])} and pears at {cents(now[1])} cost {cents(cost)}: right to the cent**{since}."
            f"{nonsense} But apples at {cents(_neighbour(receipt, now)[0])} and pears at "
            f"{cents(_neighbour(receipt, now)[1])} cost {cents(total)} as well: one receipt cannot know."
        ), CANNOT_TELL)
    sentence = f"**{pair(now)} cost {cents(cost)}: {_off(cost - total)}.** "
    if cost > CENT and total:
        sentence += f"× {cents(total)}/{cents(cost)} makes it exactly {cents(total)}"
        if 3.5 <= cost / total <= 5.5:
            sentence += f"; the forum's “about a quarter” gives {cents(cost)}/4 = {cents(cost / 4)}"
        sentence += ". "
    return Seen(sentence + (
        "“Scale it” does that and keeps the ratio of the prices; “downhill” takes more off the fruit that there "
        "is more of."
    ), None)


def seen_on_the_plane(receipts: Receipts, start: Sequence[float]) -> Seen:
    """Where descent ends from the visitor's start and from others, and whether that is one point."""
    end, compromise = least_squares(receipts, start), least_absolute(receipts, start)
    n, others = len(receipts), [least_squares(receipts, other) for other in OTHER_STARTS]
    exact = bool(np.abs(errors(receipts, end)).max() < CENT)
    if exact and receipts.determined:
        return Seen((
            f"**The {_count(n)} lines cross at one point: apples {cents(end[0])}, pears {cents(end[1])}.** All "
            f"{len(others) + 1} starts end there, because no other pair of prices fits: as many receipts that "
            "say something new as there are unknowns."
        ), FITS)
    if exact:
        line = (
            f"Every pair on the line costs {cents(receipts.totals[0])}" if n == 1
            else f"The {_count(n)} receipts say the same: their lines lie on each other"
        )
        return Seen((
            f"**{line}, and every start ends at another point of it.** From {pair(start)} the path ends at "
            f"{pair(end)}, from {pair(OTHER_STARTS[0])} at {pair(others[0])}: one equation, two unknowns. "
            "A path goes to the line the shortest way, and knows no better."
        ), CANNOT_TELL)
    if not receipts.determined:
        return Seen((
            f"**The {_count(n)} lines never cross: the same fruit at different prices.** Every start ends between "
            f"them, at another point; from {pair(start)} at {pair(end)}, off by "
            f"{cents(absolute_error(receipts, end))} cents on average."
        ), NEVER_FITS)
    met = int((np.abs(errors(receipts, compromise.prices)) < CENT).sum())
    worst = float(np.abs(errors(receipts, compromise.prices)).max())
    several = "" if compromise.unique else " (others are as good)"
    return Seen((
        f"**No pair of prices fits all {_count(n)} receipts.** :green[Squared error] spreads the misfit: "
        f"{pair(end)}, off by up to {cents(np.abs(errors(receipts, end)).max())} cents. :red[Absolute error] chooses "
        f"{pair(compromise.prices)}{several}: it meets {met} of {n} exactly and leaves {cents(worst)} cents to one."
    ), NEVER_FITS)


def seen_stepping(receipts: Receipts, start: Sequence[float], rate: float, decimals: int) -> Seen:
    """What descent does at the chosen learning rate and on both sides of the limit."""
    found = sides(receipts, start, rate)
    limit = f"The limit is 2 / {float(curvatures(receipts)[-1]):.4g} = {found.limit:.3g}"
    if found.steep < CENT:
        return Seen((
            f"**{limit}, but from this start no rate flies off:** in the steepest direction it is where descent "
            "settles. Choose another start in “Guess” or “One line”."
        ), None)
    settles = 0 < rate < found.limit
    what = (
        "settles" if settles else "stands still" if not rate
        else "flies off" if rate > found.limit else "goes to and fro for ever"
    )
    yours, below, above = found.errors.T
    to_and_fro = ", to and fro" if below[-1] * below[-2] < 0 else ""
    growing = ", and growing" if abs(above[-1]) > abs(above[-2]) > abs(above[0]) else ""
    return Seen((
        f"**{limit}; a rate of {rate:.{decimals}f} {what}.** The error of receipt {found.receipt + 1} is "
        f"{cents(yours[0])} at the start and {cents(yours[-1])} after {STEPS} steps; :green[just below the "
        f"limit] {cents(below[-1])}{to_and_fro}; :red[just above] {cents(above[-1])}{growing}."
    ), seen_on_the_plane(receipts, start).happened if settles else NEVER_FITS)


def _off(error: float) -> str:
    if abs(error) < CENT:
        return "Right to the cent"
    return f"{cents(abs(error))} too {'much' if error > 0 else 'little'}"


def _count(n: int) -> str:
    return {1: "one", 2: "two", 3: "three", 4: "four"}.get(n, str(n))


def _neighbour(receipt: Receipts, prices: Array) -> Array:
    """Other prices with the same cost, none of them negative if possible."""
    along = np.array([receipt.quantities[0, 1], -receipt.quantities[0, 0]])
    along = along / np.abs(along).max() * 3
    return max((prices + share * along for share in (1, -1, 0.5, -0.5)), key=lambda other: float(other.min()))
