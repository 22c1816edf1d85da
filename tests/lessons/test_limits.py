"""What each page trains in the slowest states that are permitted, by the estimates of ``engine.cost``. No clock.

The estimates rise with each choice (``tests/engine/test_cost.py``), so the ends of what is permitted are enough.
"""

from dataclasses import replace
from itertools import product

import pytest

from explorer.engine import cost
from explorer.engine.settings import LEARNING_RATES, LIMITS, MAX_EPOCHS, Leg, Settings
from explorer.lessons import bias, learning_rates, runs, start
from explorer.lessons.bias import common
from explorer.lessons.compare_losses import row_set
from explorer.lessons.one_image import contributions
from explorer.lessons.scikit_learn import comparison
from explorer.lessons.train import outcomes, verdict
from explorer.lessons.why_multiply import all_pixels, two_pixels
from explorer.sources import SOURCES

# Two digits with the most images.
SHAPES = {"digits": (SOURCES["digits"].most_images, 128, 64), "mnist": (SOURCES["mnist"].most_images, 2_200, 784)}
ENDS = {
    "score": LIMITS["score"].options, "loss": LIMITS["loss"].options, "start": ("random", "mean_image"),
    "batch_size": (16, 64, None), "train_images": (10, None), "l2": (0.0, 0.001),
}


def states(dataset, **only):
    """Every combination of the ends of what is permitted; ``only`` replaces some."""
    ends = ENDS | {"epochs": (1, outcomes.ENOUGH_EPOCHS - 1, MAX_EPOCHS[dataset])} | only
    for values in product(*ends.values()):
        yield Settings(dataset=dataset, **dict(zip(ends, values, strict=True)))


DATASETS = pytest.mark.parametrize("dataset", SHAPES)


class Data:
    """A data set of a shape, as far as an estimate looks at it."""

    def __init__(self, shape):
        n, n_test, pixels = shape
        self.X_train, self.X_test = Array((n, pixels)), Array((n_test, pixels))


class Array:
    def __init__(self, shape):
        self.shape = shape

    def __len__(self):
        return self.shape[0]


@DATASETS
def test_train(dataset):
    shape, compared = SHAPES[dataset], 0
    for s in states(dataset, l2=(0.001,)):
        wanted = [s]
        if outcomes.affordable(Data(shape), s):
            wanted += outcomes.alternatives(s)
            compared += 1
        assert cost.seconds(shape, wanted) <= cost.BUDGET, s
        assert cost.seconds(shape, wanted) + cost.fit_seconds(shape) <= cost.PAGE, s
    assert compared


@DATASETS
def test_train_in_legs(dataset):
    """A training in legs takes as long as its epochs; the one beside it is trained where there is time."""
    shape, most, compared = SHAPES[dataset], MAX_EPOCHS[dataset], 0
    for s in states(dataset, epochs=(most - 3,)):
        legs = replace(s, legs=(Leg(1, 1.0, s.loss, True),) * 3, decay="cosine")
        took = cost.seconds(shape, [legs])
        assert took == pytest.approx(cost.seconds(shape, [replace(s, epochs=most)]))
        if verdict.affordable_beside(shape, legs):
            took += cost.seconds(shape, [verdict.as_it_began(legs)])
            compared += 1
        assert took <= cost.BUDGET, s
        assert took + cost.fit_seconds(shape) <= cost.PAGE, s
    assert compared


@DATASETS
def test_compare_losses(dataset):
    shape = SHAPES[dataset]
    rates = LEARNING_RATES[: row_set.MOST]
    for s in states(dataset, score=("multiply",), loss=("log_loss",)):
        for score, loss, other in product(ENDS["score"], ENDS["loss"], ENDS["loss"]):
            rows = [
                row_set.Row(letter, score, loss if i % 2 else other, rates[i], True, s.start)
                for i, letter in enumerate(row_set.LETTERS)
            ]
            trained = row_set.affordable(rows, s, shape)
            assert trained.epochs <= s.epochs
            assert replace(trained, epochs=s.epochs) == s
            own = row_set.settings_of(rows, trained)
            # With the first epochs, which are trained once more.
            assert cost.seconds(shape, own) + cost.seconds_of_first_epochs(shape, own) <= cost.BUDGET, s


@DATASETS
def test_learning_rates(dataset):
    shape = SHAPES[dataset]
    for losses, biases in ((ENDS["loss"], "both"), (("pixel_distance",), "with"), (learning_rates.SLOPED, "without")):
        rows = learning_rates.rows(losses, biases)
        for s in states(dataset, loss=("log_loss",)):
            trained = learning_rates.affordable(s, rows, shape)
            assert trained.epochs <= s.epochs
            took = cost.seconds(shape, learning_rates.all_settings(trained, rows))
            assert took <= cost.BUDGET, (s, trained.epochs)
            assert took + cost.fit_seconds(shape) <= cost.PAGE


@DATASETS
def test_scikit_learn(dataset):
    shape = SHAPES[dataset]
    for s, beside in product(states(dataset, score=("multiply",), loss=("log_loss",)), comparison.BESIDE):
        took = cost.seconds(shape, [s]) + cost.seconds(shape, comparison.neighbours(s, beside))
        assert took + cost.fit_seconds(shape, with_minimum=True) <= cost.PAGE, s
        assert cost.seconds(shape, comparison.candidates(s)) <= cost.BUDGET


@DATASETS
def test_start_one_image_and_why_multiply(dataset):
    shape, few = SHAPES[dataset], (*SHAPES[dataset][:2], 2)
    for s in states(dataset):
        one_image = [s, contributions.other_score_model(s)]
        assert sum(cost.seconds(shape, [model]) for model in one_image) <= cost.BUDGET, s
    s = Settings(dataset=dataset)
    assert cost.seconds(shape, [start.start_model(s)]) <= cost.BUDGET
    assert cost.seconds(few, two_pixels.two_settings(s)) <= cost.BUDGET
    assert cost.seconds(shape, list(all_pixels.contestants(s).values())) <= cost.BUDGET


@DATASETS
def test_bias(dataset, monkeypatch):
    """What each part trains, written down instead of trained."""
    shape = SHAPES[dataset]
    usual = common.pair(bias.pixel_settings(Settings(dataset=dataset)))
    counts = sum(
        bias.DRAWS * cost.seconds((*shape[:2], count), usual) for count in bias.counts_of(shape[2])[:-1]
    ) + cost.seconds(shape, usual)
    distance = [replace(s, score="distance", start="mean_image") for s in usual]
    everything = 2 * cost.seconds(shape, usual) + cost.seconds(shape, distance)
    assert counts + everything <= cost.BUDGET
    assert cost.seconds((*shape[:2], shape[2] + 1), usual) * 2 <= cost.BUDGET


@DATASETS
def test_what_a_page_shows_first_is_trained_for_as_many_epochs_as_its_control_says(dataset):
    s, shape = Settings(dataset=dataset), SHAPES[dataset]
    rows = learning_rates.rows(learning_rates.SLOPED, "with")
    assert learning_rates.affordable(s, rows, shape) == s
    assert row_set.affordable(row_set.FIRST_SET, s, shape) == s
    assert outcomes.affordable(Data(shape), s)


def asked(n, **choices):
    return [Settings(**choices | {"learning_rate": rate}) for rate in LEARNING_RATES[:n]]


@pytest.mark.parametrize(("settings", "epochs", "sentence"), [
    (
        asked(8, dataset="mnist", score="distance", batch_size=16, epochs=30), 10,
        "Eight runs that measure distances, in batches of 16, are trained for 10 epochs here, not 30: so that the "
        "answer is there within 3 seconds.",
    ),
    (
        asked(5, epochs=1000) + asked(2, epochs=1000, loss="pixel_distance"), 500,
        "Seven runs, two of which measure distances, in batches of 64, are trained for 500 epochs here, not 1,000: so "
        "that the answer is there within 3 seconds.",
    ),
    (
        asked(19, batch_size=None, epochs=2), 1,
        "19 runs, with all images in one batch, are trained for 1 epoch here, not 2: so that the answer is there "
        "within 3 seconds.",
    ),
], ids=["distances", "some distances", "all images"])
def test_the_sentence_by_hand(settings, epochs, sentence):
    assert runs.shortened(settings, epochs) == sentence
