"""The page Prices, against values worked by hand and NumPy's own solvers."""

import dataclasses
import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from explorer.figures import prices as figures
from explorer.inputs import bounds
from explorer.lessons import prices
from explorer.lessons.prices import CANNOT_TELL, FIRST_ROWS, START, Receipts, read_table
from tests.support.figures import validated


def table(*rows) -> Receipts:
    numbers = np.array(rows, float)
    return Receipts(numbers[:, :2], numbers[:, 2])


FIRST = table((3, 2, 7), (1, 4, 9), (2, 1, 10))
ONE, TWO = FIRST.first(1), FIRST.first(2)
TWINS = table((1, 2, 5), (2, 4, 10))  # the same line twice
RIVALS = table((1, 2, 5), (2, 4, 16))  # parallel lines
RATE = 0.05  # below the limit of each receipt here
MANY = table((3, 2, 7), (1, 4, 9), (2, 1, 10), (5, 1, 8), (0, 3, 5), (4, 0, 4.5), (2.5, 2, 6))


def plain(sentence: str) -> str:
    return re.sub(r":\w+\[(.*?)\]", r"\1", sentence).replace("**", "")


# --- The puzzle's own numbers ----------------------------------------------------------------------------------------


def test_5_and_9_make_33_and_7_33rds_of_them_exactly_7():
    assert START == (5, 9)
    np.testing.assert_array_equal(prices.costs(ONE.quantities, START), [33])
    np.testing.assert_array_equal(prices.errors(ONE, START), [26])
    after = prices.scaled(ONE, START)
    np.testing.assert_allclose(after, [35 / 33, 63 / 33], rtol=1e-15)
    np.testing.assert_allclose(prices.costs(ONE.quantities, after), [7], rtol=1e-15)
    np.testing.assert_allclose(after[1] / after[0], 9 / 5)  # the ratio stays


def test_the_sentence_on_a_guess_says_how_far_off_it_is_and_what_corrects_it():
    sentence = prices.seen_guessing(ONE, [(1, 1), START], RATE).sentence
    assert sentence.startswith("**Guess 2: apples at 5 and pears at 9 come to 33, 26 too much.** Guess lower. ")
    assert "by 7 ÷ 33: that fits at once" in sentence
    assert sentence.endswith("changes the price of apples more, because there are more of them.")
    low = prices.seen_guessing(ONE, [(-1, 0.5)], RATE).sentence
    assert low.startswith("**Guess 1: apples at −1 and pears at 0.50 come to −2, 9 too little.** Guess higher. ")
    assert "Scale" not in low  # a cost below 0 cannot be scaled to 7


@pytest.mark.parametrize(("quantities", "words"), [
    ((3, 2), "price of apples more"), ((1, 4), "price of pears more"), ((2, 2), "both prices by the same amount"),
    ((4, 0), "only the price of apples"), ((0, 4), "only the price of pears"),
])
def test_a_correction_changes_the_price_of_what_there_is_more_of(quantities, words):
    receipt = table((*quantities, 8))
    assert words in prices.seen_guessing(receipt, [START], RATE).sentence
    before, after = prices.descent(receipt, START, 0.01, 1)
    apples, pears = np.abs(before - after)
    assert {"apples more": apples > pears, "pears more": pears > apples, "same amount": apples == pears,
            "only the price of apples": pears == 0 < apples, "only the price of pears": apples == 0 < pears}[
                next(key for key in ("apples more", "pears more", "same amount", words) if key in words)]


def test_above_the_limit_the_sentence_says_that_a_correction_goes_too_far():
    limit = prices.largest_rate(ONE)
    for rate in (limit, 1.01 * limit):
        before, after = prices.descent(ONE, START, rate, 1)
        grows = abs(float(prices.errors(ONE, after)[0])) > abs(float(prices.errors(ONE, before)[0])) + 1e-9
        says = "the learning rate is above the limit of 0.154" in prices.seen_guessing(ONE, [START], rate).sentence
        assert grows == says == (rate > limit)


def test_a_guess_that_costs_nothing_cannot_be_scaled():
    assert prices.scaled(ONE, (0, 0)) is None
    assert prices.scaled(ONE, (2, -3)) is None
    assert "Scale" not in prices.seen_guessing(ONE, [(2, -3)], RATE).sentence


def test_descent_from_5_and_9_lands_on_minus_1_and_5():
    np.testing.assert_allclose(prices.descent(ONE, START, 0.05, 200)[-1], [-1, 5], atol=1e-12)
    # The foot of the perpendicular: 2 times (3, 2) from the start, as (3, 2) is at right angles to the line.
    np.testing.assert_allclose(prices.least_squares(ONE, START), np.subtract(START, np.multiply(2, (3, 2))))
    walk = prices.walk(ONE, START, 0.05)
    assert walk.ending == "right"
    assert [prices.cents(p) for p in walk.path[-1]] == ["−1", "5"]
    assert "An apple for less than nothing makes no sense" in prices.seen_guessing(ONE, walk.path, RATE).sentence


def test_one_step_is_rate_times_error_times_quantity():
    first, second = prices.descent(ONE, START, 0.05, 1)
    np.testing.assert_allclose(first - second, [0.05 * 26 * 3, 0.05 * 26 * 2])
    assert prices.step_of_guess(ONE, START, 0.05, 3).endswith(
        "  \napples 0.050 × 26 × 3 = 3.90 cheaper  \npears 0.050 × 26 × 2 = 2.60 cheaper"
    )
    dearer = prices.step_of_guess(ONE, (-1, 0.5), 0.05, 3)
    assert dearer.endswith("  \napples 0.050 × 9 × 3 = 1.35 dearer  \npears 0.050 × 9 × 2 = 0.90 dearer")
    assert prices.step_of_guess(ONE, (1, 2), 0.05, 3) == "The error is 0, so a correction changes nothing."


def written(weighed) -> list[str]:
    """What is written on the receipt."""
    return [note.text for note in validated(figures.till(weighed)).layout.annotations]


def test_the_receipt_is_written_out_with_the_prices_of_the_guess():
    assert prices.puzzle(ONE) == "3 apples + 2 pears cost 7 cents. What is the price of each?"
    assert written(prices.weighing(ONE, (-1, 0.5))) == [
        "With your prices", "3 apples × −1", "−3", "2 pears × 0.50", "1", "together", "<b>−2</b>", "the receipt says",
        "<b>7</b>", "<b>9 too little</b>",
    ]
    assert written(prices.weighing(ONE, (1, 2)))[-1] == "<b>It fits</b>"
    assert written(prices.weighing(table((0, 4, 8)), (1, 2)))[1:3] == ["4 pears × 2", "8"]


def pans(weighed) -> tuple[float, float]:
    """How high the pans of the scales are: that of the guess, that of the receipt."""
    return tuple(validated(figures.till(weighed)).data[0].y)


def test_the_scales_balance_where_the_guess_fits_and_lean_to_the_heavier_side():
    fits = pans(prices.weighing(ONE, (1, 2)))
    assert fits[0] == fits[1]
    leans = [pans(prices.weighing(ONE, (1, pear))) for pear in (20, 9, 3, 2.1, 1.9, 1, -9, -20)]
    differences = [ours - theirs for ours, theirs in leans]
    assert differences == sorted(differences)
    assert differences[3] < 0 < differences[4]
    weighed = prices.weighing(ONE, START)
    assert (weighed.cost, weighed.total, weighed.error) == (33, 7, 26)
    assert weighed.tilt == pytest.approx(26 / (26 + 3.5 + 1))
    # A whole cent leans the scales visibly, and nothing leaves the picture.
    assert abs(differences[4]) > 0.01
    for extreme in ((20, 20), (-20, -20)):
        assert all(0.2 < y < 0.95 for y in pans(prices.weighing(table((100, 100, 0)), extreme)))


@pytest.mark.parametrize(("rate", "ending"), [(0.05, "right"), (0.15, "right"), (0.16, "gone"), (0.0, "unfinished")])
def test_a_walk_ends_right_below_the_limit_and_leaves_the_sliders_above_it(rate, ending):
    walk = prices.walk(ONE, START, rate)
    assert walk.ending == ending
    assert np.abs(walk.path).max() <= prices.REACH
    if rate:
        np.testing.assert_allclose(walk.path, prices.descent(ONE, START, rate, len(walk.path) - 1))
    else:
        assert len(walk.path) == 1
    if ending == "gone":
        after = prices.descent(ONE, walk.path[-1], rate, 1)[-1]
        assert np.abs(after).max() > prices.REACH
        assert np.abs(prices.errors(ONE, after)) > np.abs(prices.errors(ONE, walk.path[-1]))
        seen = prices.seen_guessing(ONE, walk.path, rate, gone_at=rate)
        assert seen.happened is None  # what was asked is about prices that fit
        assert "Every further step makes the error larger" in seen.sentence


def test_a_step_below_the_limit_may_leave_the_sliders_too_but_does_not_grow():
    walk = prices.walk(ONE, (20, 20), 0.15)
    assert walk.ending == "gone"
    after = prices.descent(ONE, (20, 20), 0.15, 1)[-1]
    assert after[0] < -prices.REACH
    assert abs(prices.errors(ONE, after)[0]) < prices.errors(ONE, np.array([20, 20]))[0]
    seen = prices.seen_guessing(ONE, walk.path, 0.15, gone_at=0.15)
    assert "makes the error larger" not in seen.sentence
    assert seen.happened is None


def test_the_other_pair_of_prices_costs_the_same():
    for prices_now in ((-1, 5), (35 / 33, 63 / 33), (7 / 3, 0)):
        seen = prices.seen_guessing(ONE, [START, prices_now], RATE)
        other = [float(v.replace("−", "-")) for v in re.findall(
            r"But apples at (\S+) and pears at (\S+) come to 7 as well", seen.sentence)[0]]
        assert 3 * other[0] + 2 * other[1] == pytest.approx(7, abs=0.03)  # two decimals of each
        assert abs(other[0] - prices_now[0]) > 0.1
        assert seen.happened == CANNOT_TELL
    assert "apples at 1 and pears at 2 come to 7 as well" in prices.seen_guessing(ONE, [START, (-1, 5)], RATE).sentence


# --- Least squares, least absolute error -----------------------------------------------------------------------------


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST, TWINS, RIVALS, MANY, MANY.with_bag(), table((0, 4, 8))])
def test_least_squares_is_numpys_and_the_nearest_to_the_start(receipts):
    start = np.arange(5.0, 5 + 2 * receipts.quantities.shape[1], 2)
    # lstsq gives the smallest solution: shifted, the one nearest to the start.
    shift = np.linalg.lstsq(receipts.quantities, receipts.totals - receipts.quantities @ start, rcond=None)[0]
    np.testing.assert_allclose(prices.least_squares(receipts, start), start + shift, atol=1e-9)


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST, TWINS, RIVALS, MANY, MANY.with_bag()])
def test_descent_settles_where_least_squares_says(receipts):
    start = np.full(receipts.quantities.shape[1], 4.0)
    end = prices.descent(receipts, start, prices.largest_rate(receipts) / 2, 20_000)[-1]
    np.testing.assert_allclose(end, prices.least_squares(receipts, start), atol=1e-6)


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST, MANY, MANY.with_bag()])
def test_the_gradient_is_that_of_half_the_mean_squared_error(receipts):
    at, h = np.linspace(2, 3, receipts.quantities.shape[1]), 1e-4

    def loss(where):
        return ((receipts.quantities @ where - receipts.totals) ** 2).sum() / (2 * len(receipts))

    slopes = [(loss(at + h * one) - loss(at - h * one)) / (2 * h) for one in np.eye(len(at))]
    # A parabola: central differences are exact but for rounding, about 1e-16 * 100 / 1e-4.
    np.testing.assert_allclose(prices.gradient(receipts, at), slopes, rtol=1e-7)
    assert prices.squared_error(receipts, at) == pytest.approx(2 * loss(at))


def test_the_third_receipt_disagrees_and_the_two_errors_choose_different_prices():
    """Worked by hand: normal equations 14 a + 12 p = 50, 12 a + 21 p = 60."""
    np.testing.assert_allclose(prices.least_squares(FIRST, START), [2.2, 1.6])
    np.testing.assert_allclose(prices.errors(FIRST, np.array([2.2, 1.6])), [2.8, -0.4, -4])
    compromise = prices.least_absolute(FIRST, START)
    np.testing.assert_allclose(compromise.prices, [1, 2])
    assert compromise.unique
    assert prices.absolute_error(FIRST, compromise.prices) == pytest.approx(2)
    cells = prices.compromises(FIRST, START)
    assert [column[1:] for column in map(list, zip(*cells.values(), strict=True))] == [
        ["2.20", "1.60", "8", "2.40"], ["1", "2", "12", "2"],
    ]


@pytest.mark.parametrize("seed", range(12))
def test_least_absolute_is_beaten_by_no_point_nearby_or_on_a_grid(seed):
    generator = np.random.default_rng(seed)
    n = int(generator.integers(3, 9))
    receipts = Receipts(generator.integers(0, 6, (n, 2)) + np.eye(n, 2), generator.integers(1, 30, n).astype(float))
    found = prices.least_absolute(receipts, START)
    best = prices.absolute_error(receipts, found.prices)
    grid = np.stack(np.meshgrid(np.linspace(-40, 40, 161), np.linspace(-40, 40, 161)), axis=-1).reshape(-1, 2)
    near = found.prices + np.random.default_rng(0).normal(0, 1e-3, (2000, 2))
    assert best <= prices.absolute_error(receipts, grid).min() + 1e-9
    assert best <= prices.absolute_error(receipts, near).min() + 1e-9
    # Convex: no better nearby means no better anywhere.


def test_least_absolute_with_a_bag_meets_three_receipts():
    receipts = MANY.with_bag()
    found = prices.least_absolute(receipts, (0, 0, 0))
    best = prices.absolute_error(receipts, found.prices)
    assert (np.abs(prices.errors(receipts, found.prices)) < 1e-9).sum() >= 3
    near = found.prices + np.random.default_rng(0).normal(0, 1e-3, (5000, 3))
    assert best <= prices.absolute_error(receipts, near).min() + 1e-9


def test_least_absolute_of_receipts_that_do_not_determine_prices():
    np.testing.assert_allclose(prices.least_absolute(ONE, START).prices, [-1, 5])
    assert not prices.least_absolute(ONE, START).unique
    assert prices.absolute_error(RIVALS, prices.least_absolute(RIVALS, START).prices) == pytest.approx(1.5)
    # Apples at 1 by one receipt and at 2 by another: any price between is as good.
    even = table((1, 0, 1), (1, 0, 2), (0, 1, 3))
    assert not prices.least_absolute(even, START).unique


@pytest.mark.parametrize(("receipts", "rank"), [(ONE, 1), (TWINS, 1), (RIVALS, 1), (TWO, 2), (FIRST, 2)])
def test_rank(receipts, rank):
    assert receipts.rank == rank
    assert receipts.determined == (rank == 2)


# --- The plane -------------------------------------------------------------------------------------------------------


def test_with_one_receipt_every_start_ends_at_another_point_of_its_line():
    plane = prices.plane(ONE, START)
    np.testing.assert_allclose(plane.ends @ [3, 2], 7)
    assert all(np.linalg.norm(a - b) > 0.5 for a, b in itertools.combinations(plane.ends, 2))
    np.testing.assert_allclose(plane.ends[0], [-1, 5])
    np.testing.assert_array_equal(plane.paths[0], [START, *prices.OTHER_STARTS])
    np.testing.assert_array_equal(plane.paths[-1], plane.ends)
    # Straight, at right angles to the line.
    np.testing.assert_allclose((plane.paths[:, 0] - plane.ends[0]) @ [2, -3], 0, atol=1e-9)
    assert plane.compromise is None


def test_with_two_receipts_every_start_ends_at_the_crossing():
    np.testing.assert_allclose(np.linalg.solve([[3, 2], [1, 4]], [7, 9]), [1, 2])
    plane = prices.plane(TWO, START)
    np.testing.assert_allclose(plane.ends, [[1, 2]] * 6, atol=1e-9)
    np.testing.assert_allclose(plane.paths[-2], plane.ends, atol=0.1)  # the descent itself gets there


def test_with_three_receipts_the_plane_shows_both_compromises():
    plane = prices.plane(FIRST, START)
    np.testing.assert_allclose(plane.ends, [[2.2, 1.6]] * 6, atol=1e-9)
    np.testing.assert_allclose(plane.compromise, [1, 2])


@pytest.mark.parametrize(("receipts", "words"), [
    (ONE, [
        "Every pair of prices on the line comes to 7", "you end at −1 and 5", "from 10 and 1, at 4.23 and −2.85",
        "nothing says which point of the line is right",
    ]),
    (TWO, ["The two lines cross at one point: apples 1, pears 2.", "All 6 paths"]),
    (FIRST, [
        "No pair of prices fits all three receipts.",
        "the misfit is shared: prices 2.20 and 1.60, off by at most 4 cents",
        "prices 1 and 2 fit 2 of the 3 receipts exactly, and the rest is off by up to 6 cents",
    ]),
    (TWINS, ["The two receipts say the same"]),
    (RIVALS, ["The two lines never meet"]),
])
def test_the_sentence_on_the_plane(receipts, words):
    sentence = plain(prices.seen_on_the_plane(receipts, START))
    for part in words:
        assert part in sentence


def test_the_point_from_10_and_1_is_the_foot_of_its_perpendicular():
    error = 3 * 10 + 2 * 1 - 7
    assert [round(10 - 3 * error / 13, 2), round(1 - 2 * error / 13, 2)] == [4.23, -2.85]


# --- The bag ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bag", range(prices.DEAREST_BAG + 1))
def test_without_a_bias_fruit_pays_for_the_bag_and_with_one_the_prices_are_right(bag):
    found = prices.bag_found(bag)
    Q = prices.BASKETS
    totals = Q[:, 0] * 1 + Q[:, 1] * 2 + bag
    np.testing.assert_allclose(found.receipts.totals, totals)
    np.testing.assert_allclose(found.without, np.linalg.lstsq(Q, totals, rcond=None)[0])
    np.testing.assert_allclose(found.with_bias, [1, 2, bag], atol=1e-9)
    np.testing.assert_allclose(found.true_prices, [1, 2, bag])
    # As training finds them, from prices of 0.
    for receipts, end in ((found.receipts, found.without), (found.receipts.with_bag(), found.with_bias)):
        path = prices.descent(receipts, np.zeros(len(end)), prices.largest_rate(receipts) / 2, 5000)
        np.testing.assert_allclose(path[-1], end, atol=1e-6)
    if bag:
        assert (found.without > [1.01, 2.01]).all()
        assert np.abs(found.costs_without - found.true).max() > 0.3


def test_the_bag_comes_on_top_of_the_receipt_that_the_visitor_knows():
    np.testing.assert_array_equal(prices.BASKETS[0], ONE.quantities[0])
    assert prices.BASKETS[0] @ prices.SHOP == ONE.totals[0]
    assert prices.bag_intro(2).endswith("3 apples and 2 pears come to 7, and with the bag to **7 + 2 = 9**.")
    assert prices.bag_intro(0).endswith("3 apples and 2 pears still come to **7**.")
    assert "3 × apple + 2 × pear + **bag** = 12." in prices.bag_equation(5)


def test_the_bias_is_the_price_of_a_fruit_of_which_every_receipt_has_one():
    with_bag = ONE.with_bag()
    np.testing.assert_array_equal(with_bag.quantities, [[3, 2, 1]])
    before, after = prices.descent(with_bag, (5, 9, 0), 0.05, 1)
    np.testing.assert_allclose(before - after, 0.05 * 26 * np.array([3, 2, 1]))


def test_the_table_of_the_bag_adds_up():
    """Without a bias, 2 cents for the bag: by hand from the normal equations."""
    cells = prices.bag_table(prices.bag_found(2))
    names = list(cells)
    assert cells[names[0]] == [
        "3 apples + 2 pears", "1 apple + 4 pears", "2 apples + 1 pear", "4 apples + 3 pears", "only a bag",
    ]
    assert cells[names[1]] == ["7 + 2 = 9", "9 + 2 = 11", "4 + 2 = 6", "10 + 2 = 12", "2"]
    assert cells[names[3]] == ["9", "11", "6", "12", "2"]
    # Q'Q = [[30, 24], [24, 30]], Q'(totals) = [98, 104]: a = (98*30 - 24*104)/324, p = (30*104 - 24*98)/324.
    apple, pear = (98 * 30 - 24 * 104) / 324, (30 * 104 - 24 * 98) / 324
    assert cells[names[2]] == [f"{q[0] * apple + q[1] * pear:.2f}" for q in prices.BASKETS] + ["0"]
    sentence = prices.seen_in_the_bag(2)
    assert f"apples {apple:.2f} and pears {pear:.2f}" in sentence
    off = np.abs(prices.BASKETS @ [apple, pear] - [9, 11, 6, 12]).mean()
    assert f"off by {off:.2f} cents on average" in sentence
    assert "apples are 1, pears 2 and the bag 2: all three are right" in sentence
    assert "apples at 1 and pears at 2" in prices.seen_in_the_bag(0)


# --- The learning rate -----------------------------------------------------------------------------------------------


def test_the_limits_are_2_over_the_largest_eigenvalue():
    """By hand: 3² + 2² = 13; [[5, 5], [5, 10]]; [[14, 12], [12, 21]] / 3 for half the mean squared error."""
    assert prices.largest_rate(ONE) == pytest.approx(2 / 13)
    assert prices.largest_rate(TWO) == pytest.approx(2 / (7.5 + np.sqrt(31.25)))
    assert prices.largest_rate(FIRST) == pytest.approx(2 / 10)
    for receipts in (ONE, TWO, FIRST, MANY):
        singular = np.linalg.svd(receipts.quantities, compute_uv=False)
        assert prices.curvatures(receipts)[-1] == pytest.approx(singular[0] ** 2 / len(receipts))


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST, TWINS, RIVALS, MANY, table((20, 20, 100))])
def test_descent_settles_below_the_limit_and_flies_off_above_it(receipts):
    limit, end = prices.largest_rate(receipts), prices.least_squares(receipts, START)

    def away(share):
        path = prices.descent(receipts, START, share * limit, 2000)
        return np.linalg.norm(path - end, axis=1)

    assert away(0.99)[-1] < 1e-2 * away(0.99)[0]
    assert away(1.01)[-1] > 1e9 * away(1.01)[0]
    # At the limit itself the steepest part neither shrinks nor grows.
    at = away(1.0)
    assert at[-1] == pytest.approx(at[-3], rel=1e-6)
    assert at[-1] > 1e-3 * at[0]


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST])
def test_just_below_the_limit_it_zigzags_and_just_above_it_grows(receipts):
    found = prices.sides(receipts, START, 0.05)
    np.testing.assert_allclose(found.rates, [0.05, 0.95 * found.limit, 1.05 * found.limit])
    for k, rate in enumerate(found.rates):
        path = prices.descent(receipts, START, rate, prices.STEPS)
        np.testing.assert_allclose(found.errors[:, k], prices.errors(receipts, path)[:, found.receipt])
    moves = np.diff(found.errors, axis=0)
    assert (moves[1:, 1] * moves[:-1, 1] < 0).all()  # every step goes back over part of the one before
    assert (moves[1:, 2] * moves[:-1, 2] < 0).all()
    assert (np.abs(moves[6:, 1]) < np.abs(moves[5:-1, 1])).all()
    assert (np.abs(moves[6:, 2]) > np.abs(moves[5:-1, 2])).all()


def test_one_receipts_error_shrinks_by_a_fixed_factor():
    """The factor is 1 − rate × 13."""
    found = prices.sides(ONE, START, 0.05)
    for k, factor in enumerate((1 - 0.05 * 13, -0.9, -1.1)):
        np.testing.assert_allclose(found.errors[:, k], 26 * factor ** np.arange(prices.STEPS + 1), atol=1e-9)


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST])
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.14, 0.19, 0.3])
def test_the_sentence_on_the_steps(receipts, rate):
    text = plain(prices.seen_stepping(receipts, START, rate, 3))
    limit = 2 / np.linalg.eigvalsh(receipts.quantities.T @ receipts.quantities / len(receipts))[-1]
    assert f"limit {'of' if rate else 'is'} {limit:.3g}" in text
    assert ("a rate of 0 " if not rate else f"Your rate of {rate:.3f} is ") in text
    assert ("stands still" in text) == (rate == 0)
    assert ("settles" in text) == (0 < rate < limit)
    assert ("flies off" in text) == (rate > limit)
    k = prices.sides(receipts, START, rate).receipt
    for words, share in (("after 20 steps", None), ("Just below", 0.95), ("Just above", 1.05)):
        path = prices.descent(receipts, START, rate if share is None else share * limit, 20)
        error = float(prices.errors(receipts, path[-1])[k])
        error = "more than a million" if error > 1e6 else prices.cents(error) if error < 100 else f"{error:,.0f}"
        assert re.search(rf"{error} {words}" if share is None else rf"(?i:{words}) [\w ]*it is {error}[.,]", text)


def test_at_the_limit_it_goes_to_and_fro_for_ever():
    apples = table((2, 0, 4))
    assert prices.largest_rate(apples) == 0.5  # 2 / 2², to the last bit
    assert "swings to and fro for ever" in prices.seen_stepping(apples, START, 0.5, 3)
    np.testing.assert_array_equal(prices.sides(apples, START, 0.5).errors[:, 0], [6, -6] * 10 + [6])


def test_from_where_descent_settles_no_rate_flies_off():
    assert prices.largest_rate(ONE) < 0.3
    assert "no rate flies off" in prices.seen_stepping(ONE, (1, 2), 0.3, 3)


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST, table((0.5, 0, 1)), table((100, 100, 900))])
def test_the_limit_is_in_the_middle_of_the_slider(receipts):
    limit = prices.largest_rate(receipts)
    scale = prices.rate_scale(limit)
    assert scale.high / 2 == pytest.approx(limit, rel=0.011)
    assert 0 < scale.default < limit
    assert scale.default / scale.step == pytest.approx(round(scale.default / scale.step))
    assert round(scale.step, scale.decimals) == scale.step > 0
    assert 90 <= scale.high / scale.step <= 1010


def test_error_by_rate_is_descent_at_each_rate():
    rates, away = prices.error_by_rate(FIRST, START, 0.4)
    assert (rates[0], rates[-1]) == (0, 0.4)
    end = prices.least_squares(FIRST, START)
    for i in (0, 10, 60, 120):
        path = prices.descent(FIRST, START, rates[i], prices.STEPS)
        assert away[i] == pytest.approx(np.linalg.norm(path[-1] - end))
    assert away[rates > 0.21].min() > away[0]


# --- The task --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("receipts", "no_answer"), [
    (RIVALS, True), (table((3, 0, 3), (3, 0, 4)), True), (table((1, 1, 3), (1, 1, 3.02)), True),
    (TWO, False), (TWINS, False), (ONE, False), (table((1, 1, 3), (1, 1, 3.001)), False),
    (FIRST, False), (table((1, 2, 5), (2, 4, 16), (1, 1, 1)), False),  # no answer, but three receipts
])
def test_two_receipts_without_an_answer_do_the_task(receipts, no_answer):
    assert prices.has_no_answer(receipts) is no_answer
    # Parallel lines, by hand: the same ratio of apples to pears, another ratio of totals.
    if len(receipts) == 2:
        (a, b), (c, d), (e, f) = *receipts.quantities, receipts.totals
        assert no_answer == (a * d == b * c and abs(e * max(c, d) - f * max(a, b)) > 0.011)


# --- The table -------------------------------------------------------------------------------------------------------


def test_the_first_receipts_are_read():
    reading = read_table(FIRST_ROWS)
    np.testing.assert_array_equal(reading.receipts.quantities, FIRST.quantities)
    np.testing.assert_array_equal(reading.receipts.totals, FIRST.totals)
    assert reading.refused == []


@pytest.mark.parametrize(("row", "words"), [
    (("three", "2", "7"), "`three` is not a number of apples"),
    (("3", "2", "seven"), "`seven` is not a number of cents"),
    (("3", None, "7"), "the number of pears is missing"),
    (("3", "2", ""), "the number of cents is missing"),
    (("-3", "2", "7"), "−3 apples is less than nothing"),
    (("3", "−2", "7"), "−2 pears is less than nothing"),
    (("3", "2", "-7"), "−7 cents is less than nothing"),
    (("nan", "2", "7"), "`nan` is not a number of apples"),
    (("inf", "2", "7"), "`inf` is not a number"),
    (("1e400", "2", "7"), "`1e400` is not a number"),
    (("9" * 5000, "2", "7"), "`99999999999999999999999…` is too long for a number (40 characters at most)"),
    (("101", "2", "7"), "101 apples is more than 100"),
    (("3", "2", "1000.5"), "is more than 1,000"),
    (("3", "2", "1,000"), "`1,000` may be 1.000 or 1000: write it without a comma"),
    (("3", "2", "7 €"), "`7 €` is not a number of cents"),
    (("3", "2 ct", "7"), "`2 ct` is not a number of pears"),
    (("0", "0", "7"), "no fruit was bought"),
    (("0", "0", "0"), "say nothing about prices"),
    (("<b>x</b>", "2", "7"), "`<b>x</b>` is not a number of apples"),
    (("[x](y)", "2", "7"), "`[x](y)` is not a number of apples"),
    (("www.example.com", "2", "7"), "`www.example.com` is not a number of apples"),
    ((True, "2", "7"), "`True` is not a number"),
    (("²", "2", "7"), "`²` is not a number"),
    (("3", "2"), "the number of cents is missing"),
], ids=lambda v: str(v)[:24])
def test_a_row_that_cannot_be_used_is_reported_and_the_rest_stays(row, words):
    reading = read_table([FIRST_ROWS[0], row, FIRST_ROWS[1]])
    (refused,) = reading.refused
    assert refused.startswith("Row 2 is left out: ")
    assert words in refused
    assert not set(re.sub("`[^`]*`", "", refused)) & set("<>[]*_`$\\")
    np.testing.assert_array_equal(reading.receipts.totals, [7, 9])


def test_numbers_may_have_decimal_commas_spaces_and_other_digits():
    reading = read_table([
        ("1,5", " 2 ", "+7."), (3.0, 2, 7), (None, "", " "), (".5", "0", "1"), ("３", "２", "７"), ("٣", "٢", "٧"),
        ("1\xa0", "२", "1\u202f000"), ("1", "1", "12 ct"),
    ])
    assert reading.refused == []
    np.testing.assert_array_equal(
        reading.receipts.quantities, [[1.5, 2], [3, 2], [0.5, 0], [3, 2], [3, 2], [1, 2], [1, 1]]
    )
    np.testing.assert_array_equal(reading.receipts.totals, [7, 7, 1, 7, 7, 1000, 12])


@pytest.mark.parametrize("cents", ["12 ct", "12ct.", "12 cts", "12 cents", "¢12", "12 ¢", "１２ Cent"])
def test_a_total_may_have_its_unit(cents):
    assert read_table([("1", "1", cents)]).receipts.totals.tolist() == [12]


@pytest.mark.parametrize("rows", [(), [(None, None, None)], [("0", "0", "0")] * 3, [("a", "b", "c")]])
def test_a_table_without_usable_rows_has_no_receipts_and_a_message(rows):
    assert read_table(rows).receipts is None
    assert "No receipt here has fruit on it" in prices.nothing_to_learn()


class Counted(str):
    """A cell that counts how often it is read."""

    times_read = 0

    def __str__(self):
        Counted.times_read += 1
        return super().__str__()


@pytest.mark.parametrize("rows", [9, 10, 100_000])
def test_no_more_rows_are_read_than_fit_and_the_rest_is_counted(rows):
    Counted.times_read = 0
    reading = read_table([(Counted("1"), "2", "3")] * rows)
    assert len(reading.receipts) == prices.MOST_ROWS
    assert Counted.times_read == prices.MOST_ROWS
    assert reading.refused == [f"Only the first 8 of {rows:,} rows are read."]


def test_the_first_of_many_refused_rows_are_reported_and_the_rest_are_counted():
    reading = read_table([("x" * 10_000, "y", "z")] * 100_000)
    assert [sentence[:6] for sentence in reading.refused] == ["Row 1 ", "Row 2 ", "Row 3 ", "And 5 ", "Only t"]
    assert sum(map(len, reading.refused)) < 600


def test_rows_pasted_into_one_cell_are_spread_over_the_table():
    rows = prices.filled([("3", "2", "7"), ("1\t4\t9\r\n\r\n2,5\t1\t10\t99\n4\t4", None, None), ("5", "5", "15")])
    assert prices.spread(rows) == (
        ("3", "2", "7"), ("1", "4", "9"), ("2,5", "1", "10"), ("4", "4", ""), ("5", "5", "15")
    )
    assert prices.spread(prices.filled(FIRST_ROWS)) == prices.filled(FIRST_ROWS)
    assert prices.spread([(None, "3\t2\t7", None)]) == (("3", "2", "7"),)
    many = prices.spread(prices.filled([("\n".join(["3\t2\t7"] * 20), None, None), FIRST_ROWS[1]]))
    assert len(many) == 21
    assert read_table(many).refused == ["Only the first 8 of 21 rows are read."]


@pytest.mark.parametrize("edits", [
    {8: {"apples": "1"}}, {-1: {"apples": "1"}}, {True: {"apples": "1"}}, {"0": {"apples": "1"}}, {0: {"row": 3}},
    {0: {"_index": "1"}}, {0: {"apples": 3}}, {0: {"apples": ["3"]}}, {0: "apples"}, {0: {"apples": "3" * 401}},
    {place: {} for place in range(9)}, {0: dict.fromkeys(range(100_000), "1")},
], ids=lambda edits: str(edits)[:30])
def test_edits_that_the_page_cannot_send_are_refused(edits):
    assert prices.edited(prices.filled(FIRST_ROWS), edits) is None


def test_edits_change_only_their_cells():
    rows = prices.edited(prices.filled(FIRST_ROWS), {1: {"pears": "5"}, 7: {"apples": "１", "cents": None}})
    assert rows[:3] == (FIRST_ROWS[0], ("1", "5", "9"), FIRST_ROWS[2])
    assert rows[7] == ("１", "", None)
    assert len(rows) == prices.MOST_ROWS


def test_a_link_restores_the_table_with_its_refused_rows():
    rows = [("3", "２", "7"), ("three", "1,5", None), (None, None, None), ("1", "4", "9 ct"), ("1,000", "a,b", "1;2")]
    link = prices.link_of_rows(rows)
    assert link == "3,2,7;three,1.5,;1,4,9;1.000,a‚b,1_2".replace("1.000", "1‚000")
    back, problem = prices.rows_of_link(link)
    assert problem is None
    assert back == (("3", "2", "7"), ("three", "1.5", ""), ("1", "4", "9"), ("1‚000", "a‚b", "1_2"))
    assert prices.link_of_rows(back) == link
    assert len(read_table(back).refused) == len(read_table(rows).refused) == 2
    assert "may be 1.000 or 1000" in read_table(back).refused[1]


cells = strategies.one_of(
    strategies.text(max_size=30), strategies.text("0123456789.,'- ٣３eE;\t", max_size=14),
    strategies.floats(0, 1000).map(str), strategies.none(),
)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(strategies.lists(strategies.tuples(cells, cells, cells), min_size=1, max_size=9))
def test_whatever_is_typed_a_link_gives_the_same_receipts(rows):
    link = prices.link_of_rows(rows)
    assert len(link) <= bounds.RECEIPTS
    reading = read_table(rows)
    if link.strip(" ,;"):
        back, problem = prices.rows_of_link(link)
        again = read_table(back)
        assert problem is None
        assert prices.link_of_rows(back) == link
        if reading.receipts is None:
            assert again.receipts is None
        else:
            np.testing.assert_array_equal(again.receipts.quantities, reading.receipts.quantities)
            np.testing.assert_array_equal(again.receipts.totals, reading.receipts.totals)


@pytest.mark.parametrize("link", [
    "３,２,７;١,٤,٩", "３，２，７；１，４，９", "3\t2\t7\n1\t4\t9", "3,2,7\r\n1,4,9\r\n", "3,2,7;1, 4 ,9 ct;",
])
def test_a_link_may_be_typed_on_other_keyboards_or_pasted_from_a_spreadsheet(link):
    rows, problem = prices.rows_of_link(link)
    assert problem is None
    np.testing.assert_array_equal(read_table(rows).receipts.totals, [7, 9])


def test_commas_are_decimal_where_tabs_separate_cells():
    rows, _ = prices.rows_of_link("1,5\t2\t7")
    np.testing.assert_array_equal(read_table(rows).receipts.quantities, [[1.5, 2]])


@pytest.mark.parametrize("link", [
    "", "nonsense", "3,2", "3;2;7", ";;;", "1,2,3,4", "1,2,3;" * 400, "inf", "9" * 5000, "1,5,2,7",
])
def test_a_damaged_link_gets_a_sentence_and_the_first_receipts(link):
    rows, problem = prices.rows_of_link(link)
    assert rows == FIRST_ROWS
    assert "cannot be read" in problem


def test_of_a_link_with_more_rows_than_fit_the_first_are_read():
    rows, problem = prices.rows_of_link("1,2,3;" * 60)
    assert rows == (("1", "2", "3"),) * prices.MOST_ROWS
    assert problem == "Only the first 8 of 60 rows are read."


def test_a_link_is_never_too_long_to_be_read_again():
    link = prices.link_of_rows([("123456789012345", "1.23456789", "2.3456789")] * 50)
    rows, problem = prices.rows_of_link(link)
    assert problem is None
    assert len(rows) == prices.MOST_ROWS


@pytest.mark.parametrize("shape", [((0, 2), (0,)), ((2, 2), (3,)), ((2,), (2,))])
def test_receipts_of_the_wrong_shape_are_refused(shape):
    with pytest.raises(ValueError, match="must be"):
        Receipts(np.zeros(shape[0]), np.zeros(shape[1]))


@pytest.mark.parametrize(("value", "text"), [
    (33, "33"), (8.25, "8.25"), (-1, "−1"), (-0.001, "0"), (-0.9995, "−1"), (1.5, "1.50"), (0.0, "0"),
])
def test_cents_as_text(value, text):
    assert prices.cents(value) == text


# --- Figures ---------------------------------------------------------------------------------------------------------


def all_figures(receipts, start=START, rate=0.05):
    trail = prices.walk(receipts.first(1), start, rate).path
    limit = prices.largest_rate(receipts)
    return {
        "till": figures.till(prices.weighing(receipts, start)),
        "guesses": figures.guesses(*prices.trail_errors(receipts.first(1), trail)),
        "plane": figures.price_plane(prices.plane(receipts, start)),
        "bag": figures.bag_prices(prices.bag_found(2)),
        "steps": figures.steps_beside_limit(prices.sides(receipts, start, rate)),
        "by_rate": figures.distance_by_rate(
            *prices.error_by_rate(receipts, start, 2 * limit), limit, rate, prices.STEPS),
    }


@pytest.mark.parametrize("receipts", [ONE, TWO, FIRST, TWINS, RIVALS, MANY, table((0, 4, 8)), table((4, 0, 0))])
def test_plotly_finds_every_property_in_order_and_heights_stay(receipts):
    usual = all_figures(ONE)
    for name, figure in all_figures(receipts).items():
        assert validated(figure).layout.height == usual[name]["layout"]["height"] > 0


def test_each_guess_is_a_dot_at_its_error():
    trail = [START, (1, 2), (0, 0)]
    (dots,) = validated(figures.guesses(*prices.trail_errors(ONE, trail))).data
    assert list(dots.x) == [1, 2, 3]
    assert list(dots.y) == [26, 0, -7]
    np.testing.assert_array_equal(dots.customdata, trail)


@pytest.mark.parametrize("errors", [[26], [1e-3], [0], [-19.9, 3], [30], [700, -2000], [93]])
def test_no_guess_lies_beyond_the_outermost_labels(errors):
    figure = validated(figures.guesses(np.zeros((len(errors), 2)), np.array(errors, float)))
    marks = list(figure.layout.yaxis.tickvals)
    assert marks[0] <= min(errors) <= max(errors) <= marks[-1]
    assert marks == [-mark for mark in reversed(marks)]
    assert 5 <= len(marks) <= 7
    assert len(marks) == len(figure.layout.yaxis.ticktext)
    assert figure.layout.yaxis.range[1] > marks[-1]


def test_the_line_of_a_receipt_holds_the_pairs_that_cost_its_total():
    for receipts in (FIRST, table((0, 4, 8), (4, 0, 2))):
        drawn = validated(figures.price_plane(prices.plane(receipts, START))).data
        for i, (quantities, total) in enumerate(zip(receipts.quantities, receipts.totals, strict=True)):
            assert drawn[i].name == f"receipt {i + 1}"
            np.testing.assert_allclose(quantities @ [drawn[i].x, drawn[i].y], total, atol=1e-9)
            assert max(np.ptp(drawn[i].x), np.ptp(drawn[i].y)) > 100


@pytest.mark.parametrize("receipts", [FIRST, TWINS, RIVALS, MANY, table((0, 4, 8), (4, 0, 2))])
def test_the_name_of_a_receipt_stands_at_its_line_in_the_window_and_apart_from_the_others(receipts):
    plane = prices.plane(receipts, START)
    names = validated(figures.price_plane(plane)).layout.annotations[:len(receipts)]
    for i, (quantities, total, name) in enumerate(zip(receipts.quantities, receipts.totals, names, strict=True)):
        assert name.text == f"receipt {i + 1}"
        assert quantities @ [name.x, name.y] == pytest.approx(total)
        assert max(abs(name.x), abs(name.y)) <= plane.reach
    for one, other in itertools.combinations(names, 2):
        assert max(abs(one.x - other.x) / 7, abs(one.y - other.y) / 2) > 1  # cents: about the size of a name


def test_the_plane_has_equal_scales_and_shows_starts_ends_and_compromise():
    plane = prices.plane(FIRST, (20, -20))
    figure = validated(figures.price_plane(plane))
    drawn = {trace.name: trace for trace in figure.data}
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.xaxis.range[1] > 20
    np.testing.assert_array_equal(drawn["your path"].x, plane.paths[:, 0, 0])
    assert (drawn["ends"].x[-1], drawn["ends"].y[-1]) == pytest.approx((2.2, 1.6))
    assert (drawn["least absolute error"].x[0], drawn["least absolute error"].y[0]) == pytest.approx((1, 2))
    two = validated(figures.price_plane(prices.plane(TWO, START)))
    assert "least absolute error" not in {trace.name for trace in two.data}


def test_the_bars_are_the_prices():
    found = prices.bag_found(3)
    shop, without, with_bias = validated(figures.bag_prices(found)).data
    assert list(shop.y) == [1, 2, 3]
    np.testing.assert_array_equal(without.y, found.without)
    assert list(without.x) == ["apple", "pear"]
    np.testing.assert_allclose(with_bias.y, [1, 2, 3], atol=1e-9)
    # The tallest bar fits.
    dearest = prices.bag_found(prices.DEAREST_BAG)
    top = validated(figures.bag_prices(dearest)).layout.yaxis.range[1]
    assert top > max(dearest.true_prices.max(), dearest.without.max())


def test_the_limit_is_a_line_and_the_chosen_rate_a_dot_on_the_curve():
    rates, away = prices.error_by_rate(FIRST, START, 0.4)
    figure = validated(figures.distance_by_rate(rates, away, 0.2, 0.3, prices.STEPS))
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (0.2, 0.2)
    curve, dot = figure.data
    at = int(np.argmin(np.abs(rates - 0.3)))
    assert dot.x[0] == 0.3
    assert dot.y[0] == pytest.approx(min(curve.y[at], 1e5), rel=1e-6)


def test_sides_are_frozen():
    found = prices.sides(ONE, START, 0.05)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.limit = 1.0
