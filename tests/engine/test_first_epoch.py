"""What happens within the first epoch, against the steps that the page Train takes again, and plain loops."""

import dataclasses

import numpy as np
import pytest

from explorer.engine.cost import seconds, seconds_of_first_epochs, units
from explorer.engine.first_epoch import steps_in_epoch, steps_measured, within_first_epoch
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.training import batches, scores_of, train, train_many, training_rows
from explorer.lessons.train.update import step_of_run

KINDS = [
    Settings(),
    Settings(score="distance", learning_rate=0.01, start="mean_image"),
    Settings(loss="hinge", learning_rate=0.1, bias=False),
    Settings(loss="absolute_error", start="zeros", l2=0.01),
    Settings(loss="pixel_distance", score="distance"),
    Settings(loss="pixel_distance"),
    Settings(loss="squared_error", batch_size=16, train_images=100),
    Settings(loss="zero_one", seed=3, epochs=5),
]


def test_a_first_epoch_is_measured_after_1_2_4_batches_and_not_at_its_end():
    assert [steps_measured(n).tolist() for n in (1, 2, 3, 4, 5, 9)] == [
        [], [1], [1, 2], [1, 2], [1, 2, 4], [1, 2, 4, 8],
    ]


@pytest.mark.parametrize("settings", [*KINDS, Settings(batch_size=None), Settings(l2=1.0, learning_rate=100.0)])
def test_a_first_epoch_holds_the_run_after_some_of_its_batches(digits, settings):
    run = train(digits, settings)
    (first,) = within_first_epoch(digits, [run])
    n, order = training_rows(digits, settings), batches(training_rows(digits, settings), settings, 1)
    assert len(order) == steps_in_epoch(digits, settings)
    assert first.steps.tolist() == [2**i for i in range(20) if 2**i < len(order)]
    for k, step in enumerate(first.steps):
        # The weights before the next batch are those that the page "Train" takes again, step by step.
        taken = step_of_run(digits, run, 1, int(step))
        np.testing.assert_array_equal(first.weights[k], taken.weights_before)
        assert first.biases[k] == taken.bias_before
        for X, y, loss, accuracy in (
            (digits.X_train[:n], digits.y_train[:n], first.train_loss[k], first.train_accuracy[k]),
            (digits.X_test, digits.y_test, first.test_loss[k], first.test_accuracy[k]),
        ):
            scores = scores_of(X, settings, first.weights[k], float(first.biases[k]))
            assert accuracy == pytest.approx(np.mean((scores > 0) == (y > 0)), abs=2 / len(y))
            if settings.loss == "pixel_distance":
                assert loss == pytest.approx(np.abs(X - first.weights[k]).mean(dtype=float), rel=1e-4)
            else:
                assert loss == pytest.approx(LOSSES[settings.loss].value(scores, y).mean(dtype=float), rel=1e-4)


def test_first_epochs_of_many_runs_are_those_of_each(digits):
    runs = train_many(digits, [*KINDS, KINDS[0], Settings(loss="zero_one", learning_rate=0.1, seed=3, epochs=5)])
    for run, first in zip(runs, within_first_epoch(digits, runs), strict=True):
        (alone,) = within_first_epoch(digits, [run])
        np.testing.assert_allclose(first.weights, alone.weights, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(first.test_loss, alone.test_loss, rtol=1e-4)
        assert not first.weights.flags.writeable
        assert first.weights.base is None


def test_a_first_epoch_that_diverges_ends_in_nan(digits):
    run = train(digits, Settings(l2=1.0, learning_rate=1e2, batch_size=16))
    (first,) = within_first_epoch(digits, [dataclasses.replace(run, weights=run.weights[:1] * np.float32(1e30))])
    finite = np.isfinite(first.train_loss)
    assert finite[0]
    assert not finite[-1]
    assert np.isnan(first.weights[-1]).all()
    assert np.isnan(first.test_accuracy[-1])


def test_the_cost_of_a_first_epoch_by_hand():
    s = Settings(batch_size=16, epochs=50)
    # 100 images: 7 steps, measured after 1, 2 and 4 of them.
    found = units((100, 50, 64), [s], within_first=True)
    assert (found.steps, found.scores, found.values) == (7, 100 + 3 * 150, (100 + 3 * 150 + 100) * 64)
    assert 0 < seconds_of_first_epochs((12396, 2038, 784), [s]) < seconds((12396, 2038, 784), [s]) / 10
