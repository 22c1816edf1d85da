"""What trainings are estimated to take: properties of the estimate, and the limits that are drawn by it. No clock."""

from dataclasses import replace
from itertools import pairwise

import pytest

from explorer.engine import cost
from explorer.engine.cost import affordable_epochs, seconds
from explorer.engine.scores import SCORES
from explorer.engine.settings import EPOCH_STEPS, LIMITS, Settings

SHAPE = 13_007, 2_163, 784  # MNIST, 1 against 7
KINDS = [
    Settings(dataset="mnist", score=score, loss=loss, epochs=10) for score in SCORES
    for loss in ("log_loss", "pixel_distance")
]
ALL = pytest.mark.parametrize("settings", KINDS, ids=lambda s: f"{s.score}-{s.loss}")


def rises(amounts) -> bool:
    return all(less <= more for less, more in pairwise(amounts)) and amounts[0] < amounts[-1]


@ALL
def test_more_of_anything_takes_longer(settings):
    n, n_test, pixels = SHAPE
    assert rises([seconds((images, n_test, pixels), [settings]) for images in (100, 253, 5_000, n)])
    assert rises([seconds((n, images, pixels), [settings]) for images in (10, 1_000, n_test)])
    assert rises([seconds((n, n_test, size), [settings]) for size in (1, 64, pixels)])
    assert rises([seconds(SHAPE, [replace(settings, epochs=epochs)]) for epochs in range(1, 31)])
    for field, options in (
        ("batch_size", LIMITS["batch_size"].options[::-1]), ("train_images", LIMITS["train_images"].options),
    ):
        assert rises([seconds(SHAPE, [replace(settings, **{field: value})]) for value in options])
    rates = LIMITS["learning_rate"].options
    models = [replace(settings, learning_rate=rate) for rate in rates]
    assert rises([seconds(SHAPE, models[:many]) for many in range(1, len(models) + 1)])


def test_runs_that_are_trained_apart_add_up():
    total = seconds(SHAPE, KINDS)
    apart = [KINDS[0]], KINDS[1:2] + KINDS[3:], [KINDS[2]]  # both with pixel_distance train the same weights
    assert total == pytest.approx(sum(seconds(SHAPE, group) for group in apart))


def test_equal_runs_are_trained_once():
    assert seconds(SHAPE, [KINDS[0]] * 5) == seconds(SHAPE, [KINDS[0]])


def test_together_costs_no_more_than_one_by_one():
    for settings in KINDS:
        models = [replace(settings, learning_rate=rate) for rate in LIMITS["learning_rate"].options]
        assert seconds(SHAPE, models) <= sum(seconds(SHAPE, [s]) for s in models)


def test_the_units_of_a_group_by_hand():
    s = Settings(batch_size=16, epochs=5)
    # 100 images: 7 steps an epoch. 2 models; each scored 5 × 100 times in training and 6 × 150 for the curves.
    found = cost.units((100, 50, 64), [s, replace(s, learning_rate=0.1)])
    assert found == cost.Units(
        steps=35, model_steps=70, moved=70 * 64, scores=2 * (500 + 900), values=2 * (500 + 900 + 500) * 64,
        read=(2 * 500 + 150) * 64,
    )


def test_a_score_that_was_not_measured_counts_as_the_slowest(monkeypatch):
    multiply = [KINDS[0]]
    monkeypatch.setitem(cost.COSTS, "multiply", cost.COSTS["distance"])
    as_distance = seconds(SHAPE, multiply)
    monkeypatch.delitem(cost.COSTS, "multiply")
    assert seconds(SHAPE, multiply) == as_distance


def test_affordable_epochs_are_those_asked_for_or_the_most_of_the_slider_that_fit():
    eight = [
        Settings(dataset="mnist", score="distance", batch_size=16, epochs=30, learning_rate=rate)
        for rate in LIMITS["learning_rate"].options[:8]
    ]
    found = affordable_epochs(SHAPE, eight)
    assert found in EPOCH_STEPS
    assert found < 30
    longer = EPOCH_STEPS[EPOCH_STEPS.index(found) + 1]
    assert seconds(SHAPE, [replace(s, epochs=found) for s in eight]) <= cost.BUDGET
    assert seconds(SHAPE, [replace(s, epochs=longer) for s in eight]) > cost.BUDGET
    # What fits stays as it is, on the slider or not.
    assert affordable_epochs(SHAPE, [replace(eight[0], epochs=29)]) == 29
    assert affordable_epochs(SHAPE, [replace(s, epochs=found) for s in eight]) == found
    assert affordable_epochs(SHAPE, eight, budget=0.0) == 1
