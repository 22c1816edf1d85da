"""Every loss of the table, by the same tests; oracles: hand-worked values and finite differences."""

import numpy as np
import pytest

from explorer.engine.losses import LOSSES, sigmoid

ALL = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)

# By hand, at score 0 (probability one half), score log 3 (three quarters) and score -log 3 (one quarter).
BY_HAND = {
    "log_loss": {(0, 1): np.log(2), (np.log(3), 1): np.log(4 / 3), (np.log(3), 0): np.log(4)},
    "absolute_error": {(0, 1): 0.5, (np.log(3), 1): 0.25, (np.log(3), 0): 0.75},
    "squared_error": {(0, 1): 0.25, (np.log(3), 1): 0.0625, (np.log(3), 0): 0.5625},
    "hinge": {(0, 1): 1, (0.25, 1): 0.75, (0.25, 0): 1.25, (2, 1): 0, (-2, 1): 3},
    "zero_one": {(0, 1): 1, (0, 0): 0, (2, 1): 0, (2, 0): 1, (-2, 0): 0},
    "pixel_distance": {(-0.3, 1): 0.3, (-0.3, 0): 0.3},
}


def test_every_loss_has_values_worked_by_hand():
    assert set(BY_HAND) == set(LOSSES)


@ALL
def test_value_by_hand(loss):
    for (score, truth), expected in BY_HAND[loss.key].items():
        assert loss.value(np.array([float(score)]), np.array([float(truth)]))[0] == pytest.approx(expected, abs=1e-12)


@ALL
def test_slope_is_the_finite_difference_of_the_value(loss):
    # No score lies within the step of a corner (hinge) or a jump (zero-one).
    scores = np.array([-7.0, -2.2, -0.8, -0.1, 0.1, 0.4, 1.3, 2.9, 6.0])[:, None]
    truth, step = np.array([[0.0, 1.0]]), 1e-6
    numeric = (loss.value(scores + step, truth) - loss.value(scores - step, truth)) / (2 * step)
    # Central differences: error of order step², plus rounding of about 1e-16 / step.
    np.testing.assert_allclose(loss.derivative(scores, truth), numeric, rtol=1e-5, atol=1e-9)


@ALL
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_and_the_type_stays(loss, dtype):
    scores, truth = np.array([[-1000.0], [1000.0]], dtype), np.array([[0.0, 1.0]], dtype)
    with np.errstate(all="raise", under="ignore"):
        value, slope = loss.value(scores, truth), loss.derivative(scores, truth)
    assert value.dtype == slope.dtype == dtype
    assert value.shape == slope.shape == (2, 2)
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()


def test_log_loss_at_a_thousand():
    value = LOSSES["log_loss"].value(np.array([-1000.0, 1000.0]), np.array([1.0, 0.0]))
    assert value.tolist() == [1000.0, 1000.0]
    assert LOSSES["log_loss"].value(np.array([-1000.0, 1000.0]), np.array([0.0, 1.0])).tolist() == [0.0, 0.0]


def test_hinge_takes_slope_0_at_its_corner():
    assert LOSSES["hinge"].derivative(np.array([1.0, -1.0]), np.array([1.0, 0.0])).tolist() == [0.0, 0.0]


@ALL
def test_flat_means_no_slope_anywhere(loss):
    slopes = loss.derivative(np.linspace(-5, 5, 101)[:, None], np.array([[0.0, 1.0]]))
    assert loss.flat == (not slopes.any())


def test_log_loss_slope_is_probability_minus_truth():
    scores = np.linspace(-30, 30, 13)
    np.testing.assert_allclose(sigmoid(scores), 1 / (1 + np.exp(-scores)), rtol=1e-12)
    np.testing.assert_allclose(LOSSES["log_loss"].derivative(scores, np.ones(13)), sigmoid(scores) - 1)
