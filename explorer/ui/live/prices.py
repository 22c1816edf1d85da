"""Apples and pears: both prices, the learning rate and the cost of the bag."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.lessons import prices as lesson
from explorer.lessons.prices import PRICE_STEP, REACH, Guess, Receipts
from explorer.ui import prices as ui
from explorer.ui.live import Ask, Position


def _expected(ask: Ask) -> str | None:
    return ask.one_of("expected", (None, *lesson.CHOICES))


def _receipts(ask: Ask) -> tuple[Receipts, lesson.Scale]:
    """The receipts of the part, and the slider of the learning rate for them."""
    receipts = lesson.receipts_of_link(ask.choices.get("receipts"))
    return receipts, lesson.rate_scale(lesson.largest_rate(receipts))


def _trail(ask: Ask) -> list[Guess]:
    """The guesses of the visit, the present one last."""
    now = ask.number("last_apple", -REACH, REACH), ask.number("last_pear", -REACH, REACH)
    return [*lesson.trail_of_text(ask.choices.get("trail")), now]


def _gone_at(ask: Ask, most: float) -> float | None:
    return None if ask.choices.get("gone_at") is None else ask.number("gone_at", 0, most)


def _prices(ask: Ask, slider: str) -> Iterator[Position]:
    """Every price that a slider offers; the other price stays."""
    part = ask.one_of("part", (ui.GUESS, ui.LINE))
    receipts, scale = _receipts(ask)
    if part == ui.GUESS:
        trail, rate = _trail(ask), ask.number("price_rate", 0, scale.high)
        gone_at, now = _gone_at(ask, scale.high), trail[-1]
        other = now[1] if slider == "apple" else now[0]
    else:
        other = ask.number("pear" if slider == "apple" else "apple", -REACH, REACH)
    for i in range(round(2 * REACH / PRICE_STEP) + 1):
        price = i * PRICE_STEP - REACH
        guess = (price, other) if slider == "apple" else (other, price)
        if part == ui.GUESS:
            shown = ui.guessing(
                receipts.first(1), lesson.with_guess(trail, guess), rate, scale.decimals,
                gone_at if guess == now else None, _expected(ask),
            )
        else:
            shown = ui.on_the_plane(receipts, guess)
        yield Position(price, *shown)


def apples(ask: Ask) -> Iterator[Position]:
    """Every price of an apple."""
    yield from _prices(ask, "apple")


def pears(ask: Ask) -> Iterator[Position]:
    """Every price of a pear."""
    yield from _prices(ask, "pear")


def guesses(ask: Ask) -> Iterator[Position]:
    """One pair of prices on the plane: a drag in two directions asks for the place where it is."""
    ask.one_of("part", (ui.LINE,))
    receipts, _ = _receipts(ask)
    start = ask.number("apple", -REACH, REACH), ask.number("pear", -REACH, REACH)
    yield Position(0, *ui.on_the_plane(receipts, start))


def rates(ask: Ask) -> Iterator[Position]:
    """Every learning rate."""
    part = ask.one_of("part", (ui.GUESS, ui.STEPS))
    receipts, scale = _receipts(ask)
    if part == ui.GUESS:
        trail, gone_at = _trail(ask), _gone_at(ask, scale.high)
        for rate in scale.values:
            said = ui.said_on_guess(receipts.first(1), trail, rate, scale.decimals, gone_at, _expected(ask))
            yield Position(rate, texts=said)
    else:
        start = ask.number("apple", -REACH, REACH), ask.number("pear", -REACH, REACH)
        for rate in scale.values:
            yield Position(rate, *ui.stepping(receipts, start, rate, scale.decimals))


def bags(ask: Ask) -> Iterator[Position]:
    """Every cost of the bag."""
    for bag in range(lesson.DEAREST_BAG + 1):
        yield Position(bag, *ui.in_the_bag(bag))


SERIES = {"apple": apples, "pear": pears, "guess": guesses, "price_rate": rates, "bag": bags}
