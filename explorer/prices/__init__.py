"""Apples and pears: what fruit costs, found from receipts, as weights are found from images.

A receipt is an image of two pixels: quantities for values, prices for weights, the total for the
truth; a bag on every receipt is the bias. The cost of a receipt is Σ quantity × price, its error
is cost − total, in cents.

What descent makes small is half the mean of the squared errors over the receipts,
``errors @ errors / (2 n)``; its gradient is ``quantities.T @ errors / n``, and its curvature (the matrix
of second derivatives) ``quantities.T @ quantities / n``. With one receipt, a step changes each price by
minus rate × error × quantity, which is how a pixel's weight is learned too. Descent settles for
every rate below 2 / (largest eigenvalue of the curvature), and for no rate above it (Goh, "Why
Momentum Really Works", Distill, 2017, has the argument).

Prices are arrays (n_prices,) in cents: apples, pears, and the bag where there is one.
"""

from explorer.prices.receipts import (
    COLUMNS, FIRST_ROWS, FRUIT, MOST_CENTS, MOST_FRUIT, MOST_ROWS, Reading, Receipts, edited, filled, link_of_rows,
    nothing_to_learn, read_table, rows_of_link, spread,
)
from explorer.prices.arithmetic import (
    BESIDE, CENT, Compromise, OTHER_STARTS, Plane, REACH, START, STEPS, Scale, Sides, Walk, absolute_error, costs,
    curvatures, descent, error_by_rate, errors, gradient, largest_rate, least_absolute, least_squares, plane,
    rate_scale, scaled, sides, squared_error, trail_errors, walk,
)
from explorer.prices.words import (
    CANNOT_TELL, CHOICES, FITS, NEVER_FITS, QUESTION, Seen, basket, cents, compromises, in_words, pair, seen_guessing,
    seen_on_the_plane, seen_stepping, step_of_guess, sum_of_guess,
)
from explorer.prices.bag import BASKETS, Bag, DEAREST_BAG, SHOP, bag_found, bag_table, seen_in_the_bag, shop_receipts
