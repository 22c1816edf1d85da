"""For the page Prices: a bag with a fixed cost on every receipt, fitted without a bias and with one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.lessons.prices.arithmetic import CENT, costs, least_squares
from explorer.lessons.prices.receipts import Array, Receipts
from explorer.lessons.prices.words import Seen, basket, cents

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
    names = [basket(q) for q in found.receipts.quantities] + ["only a bag"]
    return {
        "receipt": names, "cents": [cents(v) for v in found.true],
        ":orange[without a bias]": [cents(v) for v in found.costs_without],
        ":blue[with a bias]": [cents(v) for v in found.costs_with],
    }


def seen_in_the_bag(bag: float) -> Seen:
    """The prices found without a bias and with one when every receipt has a bag at this price."""
    found = bag_found(bag)
    off = float(np.abs(found.costs_without - found.true)[:-1].mean())
    if off < CENT:
        return Seen((
            f"**Without a bag, both find apples at {cents(found.without[0])} and pears at {cents(found.without[1])}.** "
            f"With nothing fixed on the receipts, a bias has nothing to do: it is {cents(found.with_bias[2])}. "
            "Now let the shop charge for the bag."
        ), None)
    return Seen((
        f"**Without a bias, fruit pays for the bag: apples {cents(found.without[0])} and pears "
        f"{cents(found.without[1])}, and a receipt is still {cents(off)} cents off on average.** With one, apples are "
        f"{cents(found.with_bias[0])}, pears {cents(found.with_bias[1])} and the bag {cents(found.with_bias[2])}: "
        "right. The bag is a fruit of which every receipt has one: its price is the bias."
    ), None)
