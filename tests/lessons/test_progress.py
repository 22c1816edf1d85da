"""What trains says how far it is, so that it can be stopped: from 0 to 1, and never less than before."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.engine import training
from explorer.engine.datasets import load_ten
from explorer.engine.scores import MODELS_TO_SORT_FOR, mean_distance
from explorer.engine.settings import Settings
from explorer.engine.softmax import train_ten
from explorer.engine.training import train, train_many
from explorer.lessons import bias, learning_rates
from explorer.lessons.train import outcomes
from explorer.lessons.what_comes_next import exclusive_or, ten
from explorer.lessons.why_multiply import all_pixels, two_pixels

SHORT = Settings(epochs=2)
TRAINS = {
    "train_many": lambda data, report: train_many(data, [SHORT, replace(SHORT, loss="pixel_distance")], report),
    "train_sweep": lambda data, report: learning_rates.train_sweep(
        data, SHORT, learning_rates.rows(("hinge", "pixel_distance"), "both"), report
    ),
    "alternative_outcomes": lambda data, report: outcomes.alternative_outcomes(data, SHORT, report),
    "train_two": lambda data, report: two_pixels.train_two(data, SHORT, (3, 40), report),
    "train_ideas": lambda data, report: all_pixels.train_ideas(data, SHORT, report),
    "ink_study": lambda data, report: bias.ink_study(data, SHORT, report),
    "some_pixels": lambda data, report: bias.some_pixels(data, SHORT, [3, 40], report),
    "pixel_counts": lambda data, report: bias.pixel_counts(data, SHORT, False, (1.0, 1.0), report),
    "pixel_counts at random": lambda data, report: bias.pixel_counts(data, SHORT, True, (1.0, 1.0), report),
    "hidden layer": lambda data, report: train_many(data, [replace(SHORT, hidden_units=3)], report),
    "exclusive or": lambda data, report: exclusive_or.tries(2, 0, report),
    "ten digits": lambda data, report: train_ten(load_ten(), replace(ten.model(SHORT), epochs=2), report),
    "constant_pixel": lambda data, report: bias.constant_pixel(data, SHORT, None, report),
}


@pytest.mark.parametrize("name", TRAINS)
def test_the_share_that_is_done_rises_from_0_to_1(digits, name):
    shares = []
    TRAINS[name](digits, shares.append)
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert shares == sorted(shares)
    assert np.diff(shares).max() < 0.5


@pytest.mark.parametrize("name", TRAINS)
def test_it_stops_when_the_report_says_so(digits, name):
    class Left(Exception):
        pass

    def report(share: float) -> None:
        if share >= 0.3:
            raise Left

    with pytest.raises(Left):
        TRAINS[name](digits, report)


def test_what_a_step_can_hold_bounds_how_many_models_are_trained_at_once(digits, monkeypatch):
    rates = [replace(SHORT, learning_rate=rate, batch_size=None, score="distance") for rate in (0.1, 0.2, 0.5)]
    together = train_many(digits, rates)
    monkeypatch.setattr(training, "_VALUES_A_STEP", 2 * digits.X_train.size)
    assert [len(part) for part in training.passes(digits, rates)] == [2, 1]
    for run, other, settings in zip(train_many(digits, rates), together, rates, strict=True):
        # The mean score of one model, for its first bias, is added up in another order than those of several.
        np.testing.assert_allclose(run.weights, other.weights, atol=1e-5)
        np.testing.assert_allclose(run.biases, other.biases, atol=1e-4)
        assert run.settings == settings
    monkeypatch.setattr(training, "_VALUES_A_STEP", 1)
    np.testing.assert_array_equal(train_many(digits, rates)[0].weights, train(digits, rates[0]).weights)


def test_distances_to_many_weights_report_pixel_by_pixel(digits):
    shares = []
    mean_distance(digits.X_train, np.zeros((MODELS_TO_SORT_FOR, 64), np.float32), shares.append)
    assert shares == [0, 0, 0.5]
