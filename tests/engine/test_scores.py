"""Every score of the table: hand-worked values, and the way back against finite differences."""

import numpy as np
import pytest

from explorer.engine.scores import SCORES

ALL = pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
X = np.array([[0.0, 0.5, 1.0], [1.0, 0.25, 0.0]])
WEIGHTS = np.array([[1.0, -2.0, 0.5], [0.0, 0.5, 1.0]])
BIAS = np.array([0.25, -1.0])
BY_HAND = {
    "multiply": [[-0.25, 0.25], [0.75, -0.875]],
    # 0.25 - (1 + 2.5 + 0.5); -1 - 0; 0.25 - (0 + 2.25 + 0.5); -1 - (1 + 0.25 + 1)
    "distance": [[-3.75, -1.0], [-2.5, -3.25]],
}


def test_every_score_has_values_worked_by_hand():
    assert set(BY_HAND) == set(SCORES)


@ALL
def test_forward_by_hand(score):
    np.testing.assert_allclose(score.forward(X, WEIGHTS, BIAS), BY_HAND[score.key])


@ALL
def test_backward_is_the_finite_difference_of_forward(score):
    generator = np.random.default_rng(0)
    images, weights, bias = generator.random((700, 5)), generator.standard_normal((3, 5)), np.zeros(3)
    slopes, step = generator.standard_normal((700, 3)), 1e-6
    # No weight lies within the step of a value, where abs has its corner.
    assert np.abs(images[:, None] - weights).min() > 2 * step
    numeric = np.empty_like(weights)
    for model, pixel in np.ndindex(*weights.shape):
        shift = np.zeros_like(weights)
        shift[model, pixel] = step
        change = score.forward(images, weights + shift, bias) - score.forward(images, weights - shift, bias)
        numeric[model, pixel] = (slopes * change).sum() / (2 * step)
    np.testing.assert_allclose(score.backward(images, weights, slopes), numeric, rtol=1e-5, atol=1e-7)


@ALL
def test_parts_and_bias_sum_to_the_score(score):
    for x, row in zip(X, score.forward(X, WEIGHTS, BIAS), strict=True):
        for weights, bias, expected in zip(WEIGHTS, BIAS, row, strict=True):
            assert score.parts(x, weights).sum() + bias == pytest.approx(expected)


@ALL
def test_pixel_derivative_is_the_derivative_of_one_part(score):
    values, weight, step = np.array([0.1, 0.4, 0.9]), 0.55, 1e-6
    numeric = (score.parts(values, weight + step) - score.parts(values, weight - step)) / (2 * step)
    np.testing.assert_allclose(score.pixel_derivative(values, weight), numeric, rtol=1e-6)


@ALL
def test_a_neutral_weight_says_the_same_of_ink_and_paper(score):
    """Ink at that weight changes the score by nothing (multiply) or as paper does (distance)."""
    ink, paper = score.parts(np.array([1.0, 0.0]), score.neutral)
    assert ink == paper


def test_distance_takes_slope_0_at_its_corner():
    back = SCORES["distance"].backward(np.array([[0.5, 0.2]]), np.array([[0.5, 0.5]]), np.array([[1.0]]))
    assert back.tolist() == [[0.0, -1.0]]


def test_distance_sign_is_exact_for_the_smallest_differences_of_bytes():
    values = (np.arange(256) / np.float32(255)).astype(np.float32)[:, None]
    for weight in (values[0], values[100], np.nextafter(values[100], np.float32(1))):
        back = np.array([
            SCORES["distance"].backward(value[None], weight[None], np.ones((1, 1), np.float32))[0, 0]
            for value in values
        ])
        assert back.tolist() == np.sign(values[:, 0] - weight).tolist()


def test_distance_sign_is_exact_for_the_smallest_weights():
    """A weight that began at 0 may have moved by less than the smallest normal float32."""
    tiny = np.finfo(np.float32).smallest_subnormal
    weights = np.array([[tiny, -tiny, 1000 * tiny, 0]], np.float32)
    back = SCORES["distance"].backward(np.zeros((1, 4), np.float32), weights, np.ones((1, 1), np.float32))
    assert back.tolist() == [[-1, 1, -1, 0]]


def test_distance_without_a_bias_is_never_above_0():
    generator = np.random.default_rng(1)
    scores = SCORES["distance"].forward(generator.random((50, 9)), 3 * generator.standard_normal((4, 9)), np.zeros(4))
    assert (scores <= 0).all()
    assert {s.key for s in SCORES.values() if s.sign == "negative"} == {"distance"}
