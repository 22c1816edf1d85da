"""The page Prices: apples and pears; what fruit costs is found from receipts, as weights are found from images.

receipts
    Receipts, and reading them from a table that visitors type into, or from a link.
trail
    The guesses of a visit.
arithmetic
    Costs, errors, gradient descent on prices, least squares and least absolute error.
words
    The sentences and tables of the parts on guessing, on the plane of prices and on the learning rate.
bag
    A bag on every receipt, which is the bias: numbers and sentences.

A receipt is an image of two pixels: the quantities are the values, the prices the weights, and the total
the truth. The cost of a receipt is Σ quantity × price, its error is cost − total, in cents.

Descent minimises half the mean of the squared errors over the receipts,
``errors @ errors / (2 n)``. Its gradient is ``quantities.T @ errors / n`` and its curvature (the matrix
of second derivatives) ``quantities.T @ quantities / n``. With one receipt, a step changes each price by
minus rate × error × quantity, as a step changes the weight of a pixel. Descent settles for
every rate below 2 / (largest eigenvalue of the curvature) and for no rate above it (Goh, "Why
Momentum Really Works", Distill, 2017, gives the proof).

Prices are arrays (n_prices,) in cents: apples, pears, and the bag where there is one.
"""

from explorer.lessons.prices.arithmetic import (
    BESIDE, CENT, OTHER_STARTS, PRICE_STEP, REACH, START, STEPS, Compromise, Plane, Scale, Sides, Walk, Weighing,
    absolute_error, costs, curvatures, descent, error_by_rate, errors, gradient, has_no_answer, largest_rate,
    least_absolute, least_squares, plane, rate_scale, scaled, sides, squared_error, trail_errors, walk, weighing,
)
from explorer.lessons.prices.bag import (
    BASKETS, DEAREST_BAG, SHOP, Bag, bag_equation, bag_found, bag_intro, bag_table, seen_in_the_bag, shop_receipts,
)
from explorer.lessons.prices.receipts import (
    COLUMNS, FIRST_ROWS, FRUIT, MOST_CENTS, MOST_FRUIT, MOST_ROWS, Reading, Receipts, edited, filled, link_of_receipts,
    link_of_rows, nothing_to_learn, read_table, receipts_of_link, rows_of_link, spread,
)
from explorer.lessons.prices.trail import MOST_GUESSES, Guess, text_of_trail, trail_of_text, with_guess
from explorer.lessons.prices.words import (
    CANNOT_TELL, CHOICES, FITS, NEVER_FITS, QUESTION, Seen, basket, cents, compromises, off, pair, puzzle,
    seen_guessing, seen_on_the_plane, seen_stepping, step_of_guess,
)
