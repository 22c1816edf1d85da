"""All ten digits at once: softmax by hand, the gradient by finite differences, scikit-learn's fit of the same model."""

import numpy as np
import pytest

from explorer.engine import Settings
from explorer.engine.datasets import TEN_DIGITS_IMAGES, load, load_ten
from explorer.engine.sklearn_models import ten_digits
from explorer.engine.softmax import cross_entropy, cross_entropy_derivative, softmax, train_ten
from explorer.lessons.what_comes_next import ten


@pytest.fixture(scope="module")
def all_ten():
    return load_ten("digits")


def test_softmax_by_hand():
    # exp(0), exp(log 3), exp(log 4): 1, 3 and 4 of 8.
    scores = np.log([[1.0, 3, 4]])
    np.testing.assert_allclose(softmax(scores), [[1 / 8, 3 / 8, 1 / 2]])
    np.testing.assert_allclose(cross_entropy(scores, np.array([[0, 0, 1]])), [np.log(2)])


def test_nothing_overflows():
    scores, truth = np.array([[1000.0, 0, -1000]]), np.array([[0, 1, 0]])
    assert softmax(scores).tolist() == [[1, 0, 0]]
    assert cross_entropy(scores, truth) == 1000
    assert cross_entropy_derivative(scores, truth).tolist() == [[1, -1, 0]]


def test_the_derivative_is_the_finite_difference_of_the_loss():
    generator = np.random.default_rng(0)
    scores, truth = 3 * generator.standard_normal((20, 10)), np.eye(10)[generator.integers(0, 10, 20)]
    step = 1e-6
    numeric = np.stack([
        (cross_entropy(scores + shift, truth) - cross_entropy(scores - shift, truth)) / (2 * step)
        for shift in step * np.eye(10)
    ], axis=1)
    np.testing.assert_allclose(cross_entropy_derivative(scores, truth), numeric, rtol=1e-5, atol=1e-8)


def test_one_step_with_all_images_goes_against_the_gradient(all_ten):
    """From zeros every probability is a tenth: the gradient is the mean of (1/10 - truth) × value."""
    run = train_ten(all_ten, Settings(epochs=1, batch_size=None, learning_rate=1.0))
    by_hand = (0.1 - np.eye(10)[all_ten.y_train]).T @ all_ten.X_train.astype(float) / len(all_ten.X_train)
    np.testing.assert_allclose(run.weights[1], -by_hand, atol=1e-6)
    assert run.train_loss[0] == pytest.approx(np.log(10))


def test_the_penalty_and_the_bias_are_as_in_the_settings(all_ten):
    free = train_ten(all_ten, Settings(epochs=5))
    held = train_ten(all_ten, Settings(epochs=5, l2=0.1, bias=False))
    assert np.linalg.norm(held.weights[-1]) < np.linalg.norm(free.weights[-1])
    assert not held.biases.any()
    assert free.biases.any()


def test_what_diverges_is_a_result(all_ten):
    run = train_ten(all_ten, Settings(learning_rate=100.0, l2=1.0, epochs=50))
    assert run.diverged_at is not None
    assert np.isnan(run.train_loss[run.diverged_at :]).all()
    assert np.isfinite(run.train_loss[: run.last_epoch + 1]).all()


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
def test_it_is_within_half_a_point_of_scikit_learn(request, dataset):
    request.getfixturevalue(dataset)
    images = load_ten(dataset)
    s = ten.model(Settings(dataset=dataset))
    ours, theirs = train_ten(images, s), ten_digits(images, s)
    assert theirs.converged
    assert ours.test_accuracy[-1] == pytest.approx(theirs.test_accuracy, abs=0.005)
    answers = images.X_test @ theirs.weights.T + theirs.bias
    assert (answers.argmax(1) == images.y_test).mean() == theirs.test_accuracy


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
def test_all_ten_digits_are_loaded_as_two_are(request, dataset):
    pair = request.getfixturevalue(dataset)
    images = load_ten(dataset)
    assert load_ten(dataset) is images
    assert images.X_train.dtype == images.X_test.dtype == np.float32
    assert len(images.X_train) <= TEN_DIGITS_IMAGES
    assert set(images.y_train.tolist()) == set(images.y_test.tolist()) == set(range(10))
    for array in (images.X_train, images.y_train, images.X_test, images.y_test):
        assert not array.flags.writeable
    # Every test image of a 3 or a 7 is there.
    two = np.isin(images.y_test, (3, 7))
    assert sorted(map(bytes, images.X_test[two])) == sorted(map(bytes, pair.X_test))
    changed = load_ten(dataset, black_and_white=True, inverted=True)
    assert np.array_equal(changed.X_test, 1 - (images.X_test >= 0.5))
    with pytest.raises(ValueError, match="dataset"):
        load_ten("nonsense")


def test_one_digit_against_all_shares_the_images(all_ten):
    data = all_ten.against_all((3, 7))
    assert data.X_train is all_ten.X_train
    assert np.array_equal(data.y_test == 1, all_ten.y_test == 3)
    assert (data.y_test == 1).sum() == (load("digits").y_test == 1).sum()
