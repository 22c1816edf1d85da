"""For the page Prices: a bag with a fixed cost on every receipt, fitted without a bias and with one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.lessons.prices.arithmetic import CENT, costs, least_squares
from explorer.lessons.prices.receipts import Array, Receipts
from explorer.lessons.prices.words import basket, cents, words

DEAREST_BAG = 5  # the largest price of the bag, in cents
# The shop's baskets, and the prices that it charges.
BASKETS = np.array([[3.0, 2.0], [1.0, 4.0], [2.0, 1.0], [4.0, 3.0]])
SHOP = np.array([1.0, 2.0])


def shop_receipts(bag: float) -> Receipts:
    """The shop's receipts for ``BASKETS``, with the price of the bag in each total."""
    return Receipts(BASKETS, BASKETS @ SHOP + bag)


@dataclass(frozen=True)
class Bag:
    """The shop's prices as least squares finds them without a bias and with one.

    Parameters
    ----------
    receipts : Receipts
        Two columns; totals with the bag.
    without, with_bias : (2,), (3,)
        Apples and pears; apples, pears and the bag.
    """

    receipts: Receipts
    without: Array
    with_bias: Array

    @property
    def costs_without(self) -> Array:
        """The cost of each receipt, and of a bag with no fruit, by the prices found without a bias: (n + 1,)."""
        return np.append(costs(self.receipts.quantities, self.without), 0.0)

    @property
    def costs_with(self) -> Array:
        """The same costs by the prices found with a bias: (n + 1,)."""
        return np.append(costs(self.receipts.with_bag().quantities, self.with_bias), self.with_bias[2])

    @property
    def true_prices(self) -> Array:
        """The shop's own prices of apples, pears and the bag: (3,)."""
        return np.append(SHOP, self.true[-1])

    @property
    def true(self) -> Array:
        """The shop's own totals of each receipt, and of a bag with no fruit: (n + 1,)."""
        return np.append(self.receipts.totals, self.receipts.totals[0] - BASKETS[0] @ SHOP)


def bag_found(bag: float) -> Bag:
    """Least squares on the shop's receipts, from prices of 0."""
    receipts = shop_receipts(bag)
    return Bag(receipts, least_squares(receipts, (0, 0)), least_squares(receipts.with_bag(), (0, 0, 0)))


def bag_table(found: Bag) -> dict[str, list[str]]:
    """The shop's totals and the costs by each model, in cents, as a table: column titles to cells."""
    bag, totals = float(found.true[-1]), found.receipts.totals
    return {
        words("bag.column_receipt"): [*map(basket, found.receipts.quantities), words("bag.only")],
        words("bag.column_total"): [
            *(words("bag.total", fruit=cents(total - bag), bag=cents(bag), total=cents(total)) for total in totals),
            cents(bag),
        ],
        words("bag.column_without"): [cents(v) for v in found.costs_without],
        words("bag.column_with"): [cents(v) for v in found.costs_with],
    }


def bag_intro(bag: float) -> str:
    """What the shop charges: for the fruit of the first basket as before, and for the bag."""
    fruit = float(BASKETS[0] @ SHOP)
    return words(
        "bag.intro" if bag else "bag.intro_free", fruit=cents(fruit), bag=cents(bag), total=cents(fruit + bag),
        apple=cents(SHOP[0]), pear=cents(SHOP[1]), apples=f"{BASKETS[0, 0]:g}", pears=f"{BASKETS[0, 1]:g}",
    )


def bag_equation(bag: float) -> str:
    """The first receipt as an equation with the bag as its constant."""
    return words(
        "bag.equation", apples=f"{BASKETS[0, 0]:g}", pears=f"{BASKETS[0, 1]:g}",
        total=cents(float(BASKETS[0] @ SHOP) + bag),
    )


def seen_in_the_bag(bag: float) -> str:
    """The prices found without a bias and with one when every receipt has a bag at this price."""
    found = bag_found(bag)
    off = float(np.abs(found.costs_without - found.true)[:-1].mean())
    apple, pear = map(cents, found.without)
    apple_with, pear_with, bias = map(cents, found.with_bias)
    if off < CENT:
        return words("bag.saw_free", apple=apple, pear=pear, bias=bias)
    return words(
        "bag.saw", apple=apple, pear=pear, off=cents(off), apple_with=apple_with, pear_with=pear_with, bias=bias,
    )
