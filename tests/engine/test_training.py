"""Training, against independent oracles: a plain loop, finite differences, scikit-learn, a column of ones."""

import dataclasses

import numpy as np
import pytest

from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import (
    batches,
    penalised_loss,
    scores_of,
    train,
    train_from,
    train_many,
    training_rows,
    uses_bias,
)
from explorer.lessons.train.update import one_step, step_of_run

EIGHT = [
    Settings(),
    Settings(score="distance", learning_rate=0.01, start="mean_image"),
    Settings(loss="hinge", learning_rate=0.1, bias=False),
    Settings(loss="absolute_error", start="zeros", l2=0.01),
    Settings(loss="pixel_distance", score="distance"),
    Settings(loss="pixel_distance"),
    Settings(loss="squared_error", batch_size=16, train_images=100),
    Settings(loss="zero_one", seed=3, epochs=5),
]


def same(dataset: Dataset, **arrays) -> Dataset:
    return dataclasses.replace(dataset, **arrays)


def objective(dataset: Dataset, settings: Settings, weights: np.ndarray, bias: float) -> float:
    """The penalised mean loss, written anew for the tests: images one by one."""
    total = 0.0
    for x, t in zip(dataset.X_train, dataset.y_train, strict=True):
        if settings.loss == "pixel_distance":
            score = -np.mean(np.abs(x - weights))
        elif settings.score == "multiply":
            score = x @ weights + bias
        else:
            score = bias - np.sum(np.abs(x - weights))
        total += LOSSES[settings.loss].value(np.array([score]), np.array([t]))[0]
    return total / len(dataset.X_train) + settings.l2 / 2 * np.sum(weights**2)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("loss", [loss.key for loss in LOSSES.values() if not loss.flat])
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_gradients_are_central_differences(tiny, score, loss, l2):
    settings = Settings(score=score, loss=loss, l2=l2, learning_rate=1.0, batch_size=None)
    weights = np.random.default_rng(3).standard_normal(tiny.X_train.shape[1])
    bias, h = 0.3 if uses_bias(settings) else 0.0, 1e-6
    step = one_step(tiny, settings, slice(0, len(tiny.X_train)), weights, bias)
    numeric = np.array([
        (objective(tiny, settings, weights + e, bias) - objective(tiny, settings, weights - e, bias)) / (2 * h)
        for e in h * np.eye(len(weights))
    ])
    # 1e-5 relative, and for a slope that is almost 0 the rounding of the difference itself.
    np.testing.assert_allclose(step.weight_gradient, numeric, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(step.weights_after, weights - numeric, rtol=1e-5, atol=1e-8)
    if uses_bias(settings):
        up, down = (objective(tiny, settings, weights, bias + change) for change in (h, -h))
        by_bias = (up - down) / (2 * h)
        assert step.bias_gradient == pytest.approx(by_bias, rel=1e-5, abs=1e-8)
        assert step.bias_after == pytest.approx(bias - by_bias, rel=1e-5)
    else:
        assert step.bias_after == 0


def test_the_lesson_in_a_plain_loop_gives_the_same_run(digits):
    """The loop of fastbook, chapter 4, in NumPy: nothing of the engine but its batches."""
    settings = Settings(learning_rate=0.1, epochs=3, l2=0.01)
    run = train(digits, settings)
    weights = run.weights[0].astype(np.float64)
    assert weights.std() == pytest.approx(1, abs=0.25)
    bias = 0.0
    for epoch in (1, 2, 3):
        for rows in batches(len(digits.X_train), settings, epoch):
            X, t = digits.X_train[rows].astype(np.float64), digits.y_train[rows]
            error = 1 / (1 + np.exp(-(X @ weights + bias))) - t
            weights, bias = weights - 0.1 * (X.T @ error / len(X) + 0.01 * weights), bias - 0.1 * error.mean()
        # float32 against float64 over a few dozen steps
        np.testing.assert_allclose(run.weights[epoch], weights, atol=2e-5)
        assert run.biases[epoch] == pytest.approx(bias, abs=2e-5)
    scores = digits.X_test @ weights + bias
    assert run.test_accuracy[3] == np.mean((scores > 0) == (digits.y_test == 1))
    assert run.test_loss[3] == pytest.approx(np.mean(np.logaddexp(0, scores) - digits.y_test * scores), abs=1e-5)


def test_train_many_is_train_one_by_one(digits):
    for settings, run in zip(EIGHT, train_many(digits, EIGHT), strict=True):
        alone = train(digits, settings)
        assert run.settings == alone.settings == settings
        for name in ("weights", "biases", "train_loss", "test_loss", "train_accuracy", "test_accuracy"):
            # A product of many columns adds in another order than a product of one: float32 rounding.
            np.testing.assert_allclose(getattr(run, name), getattr(alone, name), rtol=1e-4, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("settings", EIGHT, ids=lambda s: f"{s.score}-{s.loss}")
def test_single_steps_make_the_run(digits, settings):
    """one_step, taken batch by batch, arrives where train_many does."""
    settings = dataclasses.replace(settings, epochs=2)
    run = train(digits, settings)
    weights, bias = run.weights[0], float(run.biases[0])
    for epoch in (1, 2):
        for rows in batches(training_rows(digits, settings), settings, epoch):
            step = one_step(digits, settings, rows, weights, bias)
            weights, bias = step.weights_after, step.bias_after
    np.testing.assert_allclose(weights, run.weights[2], atol=1e-5)
    assert bias == pytest.approx(run.biases[2], abs=1e-5)
    last = step_of_run(digits, run, 2, len(batches(training_rows(digits, settings), settings, 2)) - 1)
    np.testing.assert_allclose(last.weights_after, run.weights[2], atol=1e-5)


def test_a_run_has_no_step_beyond_its_end(digits):
    run = train(digits, Settings(epochs=2))
    for epoch, batch in ((0, 0), (3, 0), (1, 99)):
        with pytest.raises(IndexError):
            step_of_run(digits, run, epoch, batch)


def test_fair_comparison_same_start_same_batches(digits):
    runs = train_many(digits, [
        Settings(), Settings(loss="hinge"), Settings(learning_rate=0.1), Settings(bias=False), Settings(l2=0.1),
    ])
    for run in runs[1:]:
        np.testing.assert_array_equal(run.weights[0], runs[0].weights[0])
        assert batches(253, run.settings, 7) == batches(253, runs[0].settings, 7)
    assert not np.array_equal(train(digits, Settings(seed=1)).weights[0], runs[0].weights[0])
    assert batches(253, Settings(seed=1), 1) != batches(253, Settings(), 1)


def test_an_epoch_visits_every_image_once_in_an_order_of_its_own(digits):
    orders = [batches(253, Settings(batch_size=16), epoch) for epoch in (1, 2)]
    assert orders[0] != orders[1]
    for order in orders:
        assert sorted(i for rows in order for i in range(253)[rows]) == list(range(253))
    assert batches(253, Settings(batch_size=None), 1) == [slice(0, 253)]


def test_without_a_bias_it_stays_0(digits):
    for run in train_many(digits, [Settings(bias=False), Settings(bias=False, score="distance")]):
        assert not run.biases.any()


def test_distance_with_a_bias_starts_with_half_the_images_on_each_side(digits):
    run = train(digits, Settings(score="distance", epochs=1))
    scores = scores_of(digits.X_train, run.settings, run.weights[0], float(run.biases[0]))
    assert abs(scores.mean()) < 1e-3
    assert 0.3 < (scores > 0).mean() < 0.7


def test_starts(digits):
    mean = digits.X_train[digits.y_train == 1].mean(0)
    for score in SCORES:
        assert not train(digits, Settings(score=score, start="zeros", epochs=1)).weights[0].any()
        from_mean = train(digits, Settings(score=score, start="mean_image", epochs=1))
        np.testing.assert_allclose(from_mean.weights[0], mean, rtol=1e-5)
    uniform = train(digits, Settings(score="distance", epochs=1)).weights[0]
    assert uniform.min() >= 0
    assert uniform.max() <= 1


def test_a_bias_is_a_weight_on_a_pixel_that_is_always_1(digits):
    with_ones = same(
        digits, image_shape=(1, 65), **{
            name: np.hstack([getattr(digits, name), np.ones((len(getattr(digits, name)), 1), np.float32)])
            for name in ("X_train", "X_test")
        },
    )
    settings = Settings(start="zeros", learning_rate=0.1)
    run, ones = train(digits, settings), train(with_ones, dataclasses.replace(settings, bias=False))
    np.testing.assert_allclose(ones.weights[:, :-1], run.weights, atol=1e-5)
    np.testing.assert_allclose(ones.weights[:, -1], run.biases, atol=1e-5)


def test_reaches_the_minimum_of_scikit_learn(digits):
    """Log loss with L2: one minimum, which both must find. scikit-learn in float64, to its last digits."""
    from sklearn.linear_model import LogisticRegression

    settings = Settings(batch_size=None, start="zeros", l2=1.0, learning_rate=0.5, epochs=200)
    run = train(digits, settings)
    X, t = digits.X_train.astype(np.float64), digits.y_train
    fit = LogisticRegression(C=1 / (len(X) * settings.l2), tol=1e-10, max_iter=5000).fit(X, t)
    weights, bias = fit.coef_[0], fit.intercept_[0]
    scores = X @ weights + bias
    minimum = np.mean(np.logaddexp(0, scores) - t * scores) + settings.l2 / 2 * weights @ weights
    assert penalised_loss(run) == pytest.approx(minimum, abs=1e-6)
    assert np.linalg.norm(run.weights[-1] - weights) / np.linalg.norm(weights) < 1e-3
    assert run.biases[-1] == pytest.approx(bias, abs=1e-3)


def test_pixel_distance_learns_the_median_of_all_images(digits):
    settings = Settings(loss="pixel_distance", score="distance", start="zeros", epochs=1000, batch_size=None)
    run = train(digits, settings)
    median = np.median(digits.X_train, axis=0)
    # A step moves a weight by at most 1/64, however near the median is: it ends that close.
    assert np.abs(run.weights[-1] - median).max() <= 1 / 64
    assert run.train_loss[-1] == pytest.approx(np.abs(digits.X_train - median).mean(), abs=1 / 64)


def test_pixel_distance_trains_the_same_weights_whichever_score_answers(digits):
    start = {"start": "zeros", "loss": "pixel_distance"}
    by_distance, by_product = train_many(digits, [Settings(score="distance", **start), Settings(**start)])
    np.testing.assert_array_equal(by_distance.weights, by_product.weights)
    assert by_distance.test_accuracy[-1] == np.mean(digits.y_test == 0)  # never above 0: always the second digit
    expected = np.mean((digits.X_test @ by_product.weights[-1] > 0) == (digits.y_test == 1))
    assert by_product.test_accuracy[-1] == expected


def test_zero_one_moves_nothing(digits):
    run = train(digits, Settings(loss="zero_one", learning_rate=100.0))
    assert (run.weights == run.weights[0]).all()
    np.testing.assert_allclose(run.train_loss, 1 - run.train_accuracy, atol=1e-6)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss != "pixel_distance"])
def test_divergence_is_a_result(digits, loss):
    run = train(digits, Settings(loss=loss, l2=1.0, learning_rate=100.0))
    at = run.diverged_at
    assert 1 <= at <= 20
    assert run.last_epoch == at - 1
    assert np.isfinite(run.train_loss[:at]).all()
    assert np.isfinite(run.weights[:at]).all()
    for array in (run.weights, run.biases, run.train_loss, run.test_loss, run.train_accuracy, run.test_accuracy):
        assert np.isnan(array[at:]).all()


def test_one_divergence_does_not_touch_the_others(digits):
    alone = train(digits, Settings(l2=0.1))
    beside = train_many(digits, [Settings(l2=1.0, learning_rate=100.0), Settings(l2=0.1)])
    assert beside[0].diverged_at is not None
    assert beside[1].diverged_at is None
    np.testing.assert_allclose(beside[1].weights, alone.weights, atol=1e-4)


def test_runs_are_read_only(digits):
    run = train(digits, Settings(epochs=1))
    with pytest.raises(ValueError, match="read-only"):
        run.weights[0, 0] = 1


def test_fewer_training_images_are_the_first_ones(digits):
    few = train(digits, Settings(train_images=30))
    only = same(digits, X_train=digits.X_train[:30], y_train=digits.y_train[:30])
    np.testing.assert_array_equal(few.weights, train(only, Settings()).weights)
    assert training_rows(digits, Settings(train_images=3000)) == len(digits.X_train)


MNIST = {"dataset": "mnist", "batch_size": 256, "epochs": 20, "learning_rate": 1.0}


def test_mnist_multiply_with_log_loss(mnist):
    assert train(mnist, Settings(**MNIST, start="zeros")).test_accuracy[-1] >= 0.980


def test_mnist_the_lessons_own_loss_and_start(mnist):
    assert train(mnist, Settings(**MNIST, loss="absolute_error")).test_accuracy[-1] >= 0.96


def test_mnist_distance_without_a_bias_always_says_seven(mnist):
    run = train(mnist, Settings(**MNIST, score="distance", bias=False))
    for weights in run.weights[[0, 1, 20]]:
        assert not (scores_of(mnist.X_test, run.settings, weights, 0.0) > 0).any()
    assert run.test_accuracy[-1] == 1028 / 2038


@pytest.mark.parametrize(("score", "loss", "bias"), [
    ("multiply", "log_loss", True), ("multiply", "hinge", False), ("distance", "absolute_error", True),
    ("distance", "pixel_distance", True),
])
def test_going_on_from_where_a_run_ended_gives_the_longer_run_bit_for_bit(digits, score, loss, bias):
    settings = Settings(score=score, loss=loss, bias=bias, epochs=7, learning_rate=0.1, l2=0.001)
    whole, first = train(digits, settings), train(digits, dataclasses.replace(settings, epochs=3))
    rest = train_from(
        digits, dataclasses.replace(settings, epochs=4), first.weights[-1], float(first.biases[-1]), epochs_before=3,
    )
    for name in ("weights", "biases", "train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        np.testing.assert_array_equal(getattr(rest, name), getattr(whole, name)[3:])
    assert rest.settings == dataclasses.replace(settings, epochs=4)


def test_given_weights_are_taken_as_they_are_and_left_as_they_are(digits):
    weights = np.linspace(-1, 1, 64)
    weights.flags.writeable = False
    run = train_from(digits, Settings(epochs=1, learning_rate=0.01), weights, -2.5)
    np.testing.assert_array_equal(run.weights[0], weights.astype(np.float32))
    assert run.biases[0] == -2.5
    assert train_from(digits, Settings(epochs=1, bias=False), weights, -2.5).biases.tolist() == [0, 0]


@pytest.mark.parametrize(("weights", "bias"), [
    (np.zeros(63), 0), (np.zeros((1, 64)), 0), (np.full(64, np.nan), 0), (np.full(64, 1e39), 0), (np.zeros(64), np.inf),
])
def test_weights_that_do_not_fit_are_refused(digits, weights, bias):
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="weights"):
        train_from(digits, Settings(epochs=1), weights, bias)
