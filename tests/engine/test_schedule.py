"""Schedules: trainings in legs against trainings chained by hand, rates against numbers worked out by hand."""

from dataclasses import replace
from itertools import accumulate

import numpy as np
import pytest

from explorer.engine import cost, schedule
from explorer.engine.first_epoch import within_first_epoch
from explorer.engine.settings import MAX_EPOCHS, Leg, Settings
from explorer.engine.training import train, train_from, train_many, uses_bias

CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
FOUR = Settings(epochs=3, learning_rate=1.0, loss="log_loss", l2=0.001, legs=(
    Leg(2, 0.1, "hinge", False), Leg(4, 0.5, "squared_error", True), Leg(1, 0.01, "absolute_error", True),
))
PIXELS = Settings(score="distance", loss="pixel_distance", epochs=2, legs=(Leg(3, 0.1, "pixel_distance", True),))


def chained(dataset, settings):
    """The same by hand: each leg a training of its own, from where the one before ended."""
    first, *later = (
        Settings(**shared_fields(settings), epochs=epochs, learning_rate=rate, loss=loss, bias=bias)
        for epochs, rate, loss, bias in [
            (settings.epochs, settings.learning_rate, settings.loss, settings.bias),
            *((leg.epochs, leg.learning_rate, leg.loss, leg.bias) for leg in settings.legs),
        ]
    )
    runs, done = [train(dataset, first)], first.epochs
    for leg in later:
        runs.append(train_from(dataset, leg, runs[-1].weights[-1], float(runs[-1].biases[-1]), epochs_before=done))
        done += leg.epochs
    return runs


def shared_fields(settings):
    own = ("epochs", "learning_rate", "loss", "bias", "legs")
    return {name: value for name, value in vars(settings).items() if name not in own}


@pytest.mark.parametrize("settings", [
    FOUR, replace(FOUR, decay="cosine"), replace(FOUR, decay="steps", seed=4),
    replace(FOUR, score="distance", start="mean_image"), replace(FOUR, batch_size=None, bias=False),
    PIXELS, replace(FOUR, train_images=100, batch_size=16),
], ids=lambda s: f"{s.score}-{s.loss}-{s.decay}-{s.batch_size}")
def test_legs_are_trainings_chained_by_hand_bit_for_bit(digits, settings):
    run, by_hand = train(digits, settings), chained(digits, settings)
    for name in ("weights", "biases", "train_accuracy", "test_accuracy"):
        joined = [getattr(by_hand[0], name), *(getattr(leg, name)[1:] for leg in by_hand[1:])]
        np.testing.assert_array_equal(getattr(run, name), np.concatenate(joined), err_msg=name)
    for name in ("train_loss", "test_loss"):
        joined = [getattr(by_hand[0], name), *(getattr(leg, name)[1:] for leg in by_hand[1:])]
        # All epochs are scored in one product: of another shape, it adds up in another order.
        np.testing.assert_allclose(getattr(run, name), np.concatenate(joined), rtol=1e-5, err_msg=name)
    assert run.last_epoch == settings.all_epochs == len(run.weights) - 1


def test_without_a_bias_it_is_0_and_learns_from_0_again(digits):
    biases = train(digits, FOUR).biases
    assert biases[3] != 0
    assert biases[4] == biases[5] == 0
    assert biases[6] != 0


def test_legs_with_the_same_choices_are_the_plain_training(digits):
    whole = train(digits, Settings(epochs=9, learning_rate=0.1))
    legs = train(digits, Settings(epochs=2, learning_rate=0.1, legs=(
        Leg(3, 0.1, "log_loss", True), Leg(4, 0.1, "log_loss", True),
    )))
    for name in ("weights", "biases", *CURVES):
        np.testing.assert_array_equal(getattr(legs, name), getattr(whole, name))


def test_schedules_trained_at_once_are_those_trained_one_by_one(digits):
    nine = Settings(epochs=9, l2=0.001)
    chosen = [
        nine, replace(nine, decay="cosine"), replace(nine, decay="steps", loss="hinge"), replace(FOUR, epochs=2),
        replace(nine, epochs=5, legs=(Leg(4, 10.0, "log_loss", False),)), replace(nine, loss="hinge", bias=False),
        replace(PIXELS, epochs=6), replace(nine, loss="zero_one", epochs=8, legs=(Leg(1, 1.0, "hinge", True),)),
    ]
    for settings, run in zip(chosen, train_many(digits, chosen), strict=True):
        alone = train(digits, settings)
        assert run.settings == settings
        for name in ("weights", "biases", *CURVES):
            # A product of many columns adds in another order than a product of one: float32 rounding.
            np.testing.assert_allclose(getattr(run, name), getattr(alone, name), rtol=1e-4, atol=1e-4, err_msg=name)


def test_rates_worked_out_by_hand():
    eight = Settings(epochs=8, learning_rate=2.0, legs=(Leg(2, 0.1, "hinge", True),))
    rates = {
        decay: [schedule.rate_at(replace(eight, decay=decay), epoch) for epoch in range(1, 11)]
        for decay in ("constant", "steps", "cosine")
    }
    assert rates["constant"] == [2.0] * 8 + [0.1] * 2
    assert rates["steps"] == [2, 2, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.1, 0.025]
    root = np.sqrt(0.5)
    outer, inner = np.sqrt(2 + np.sqrt(2)) / 2, np.sqrt(2 - np.sqrt(2)) / 2  # cos(π/8), cos(3π/8)
    np.testing.assert_allclose(
        rates["cosine"],
        [2, 1 + outer, 1 + root, 1 + inner, 1, 1 - inner, 1 - root, 1 - outer, 0.1, 0.05],
    )
    assert schedule.rate_at(Settings(epochs=3, decay="steps"), 3) == 0.25  # two thirds: after the second quarter


def test_a_decay_is_taken_in_every_step(digits):
    """Against a plain loop in float64."""
    settings = Settings(epochs=4, learning_rate=0.5, decay="cosine", batch_size=None, start="zeros")
    X, t = digits.X_train.astype(float), digits.y_train
    weights, bias = np.zeros(64), 0.0
    for rate in (0.5, 0.25 * (1 + np.sqrt(0.5)), 0.25, 0.25 * (1 - np.sqrt(0.5))):
        error = (1 / (1 + np.exp(-(X @ weights + bias))) - t) / len(X)
        weights, bias = weights - rate * error @ X, bias - rate * error.sum()
    run = train(digits, settings)
    np.testing.assert_allclose(run.weights[-1], weights, atol=1e-5)
    assert run.biases[-1] == pytest.approx(bias, abs=1e-5)


def test_which_leg_an_epoch_belongs_to():
    assert schedule.last_epochs(FOUR) == list(accumulate([3, 2, 4, 1]))
    assert [schedule.number_of_leg(FOUR, epoch) for epoch in range(11)] == [0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 3]
    assert [epoch for epoch in range(1, 11) if schedule.begins_leg(FOUR, epoch)] == [1, 4, 6, 10]
    assert schedule.leg_at(FOUR, 5) == replace(FOUR, epochs=2, learning_rate=0.1, loss="hinge", bias=False, legs=())
    assert schedule.of_legs(schedule.legs_of(FOUR)) == FOUR
    assert schedule.plain(replace(FOUR, decay="cosine")) == replace(FOUR, legs=())
    assert not uses_bias(schedule.leg_at(FOUR, 4))


@pytest.mark.parametrize("epochs", [1, 3, 4, 5, 7, 9, 10])
def test_stopped_early_it_is_the_first_part_of_the_run(digits, epochs):
    run, part = train(digits, FOUR), train(digits, schedule.first_epochs(FOUR, epochs))
    assert part.settings.all_epochs == epochs
    np.testing.assert_array_equal(part.weights, run.weights[: epochs + 1])


def test_a_leg_that_diverges_is_a_result(digits):
    run = train(digits, Settings(epochs=5, l2=1.0, learning_rate=0.1, legs=(Leg(30, 100.0, "hinge", True),)))
    assert run.diverged_at > 5
    assert run.last_epoch == run.diverged_at - 1
    assert np.isfinite(run.weights[: run.diverged_at]).all()
    assert run.last_leg.loss == "hinge"


def test_the_first_epoch_of_legs_is_that_of_the_first_leg(digits):
    run = train(digits, replace(FOUR, decay="cosine"))
    (first,), (own,) = (within_first_epoch(digits, [r]) for r in (run, train(digits, schedule.legs_of(FOUR)[0])))
    np.testing.assert_array_equal(first.weights, own.weights)
    np.testing.assert_array_equal(first.test_loss, own.test_loss)


def test_legs_take_as_long_as_their_epochs_together():
    shape = (12_000, 2_000, 784)
    assert cost.seconds(shape, [FOUR]) == cost.seconds(shape, [Settings(epochs=10, l2=0.001)])


@pytest.mark.parametrize(("leg", "said"), [
    ((0, 1.0, "hinge", True), "epochs"), ((1, 3.0, "hinge", True), "learning_rate"), ((1, 1.0, "mse", True), "loss"),
    ((1, 1.0, "hinge", 1), "bias"), ((10**9, 1.0, "hinge", True), "epochs"), ((1, float("nan"), "hinge", True), "rate"),
])
def test_a_leg_has_the_limits_of_the_settings(leg, said):
    with pytest.raises(ValueError, match=f"{said}.* is not allowed"):
        Leg(*leg)


def test_what_legs_may_not_be():
    leg = Leg(1, 1.0, "hinge", True)
    for legs in ([leg], (leg,) * 4, (leg, "hinge"), leg, None):
        with pytest.raises(ValueError, match="legs"):
            Settings(legs=legs)
    with pytest.raises(ValueError, match=r"legs.*compares pixels"):
        Settings(legs=(Leg(1, 1.0, "pixel_distance", True),))
    with pytest.raises(ValueError, match="epochs: 1001 is too long"):
        Settings(epochs=MAX_EPOCHS["digits"], legs=(leg,))
