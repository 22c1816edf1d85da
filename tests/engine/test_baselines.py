"""The references: published figures, and scikit-learn itself."""

import dataclasses
import weakref

import numpy as np
import pytest

from explorer.engine.baselines import median_image, nearest_mean
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import logistic_regression


def test_nearest_mean_by_hand(tiny):
    def distances(squared):
        for x in tiny.X_test:
            yield [
                np.mean((x - tiny.X_train[tiny.y_train == label].mean(0)) ** 2) if squared
                else np.mean(np.abs(x - tiny.X_train[tiny.y_train == label].mean(0)))
                for label in (1, 0)
            ]

    for squared in (False, True):
        right = [(a < b) == (t == 1) for (a, b), t in zip(distances(squared), tiny.y_test, strict=True)]
        assert nearest_mean(tiny, squared).both == np.mean(right)
        assert nearest_mean(tiny, squared).first == np.mean([r for r, t in zip(right, tiny.y_test, strict=True) if t])


def test_nearest_mean_on_mnist_is_as_published(mnist):
    found = nearest_mean(mnist)
    # fastbook, chapter 4: 0.9168, 0.9854, and 0.9511, the mean of the two.
    assert round(found.first, 4) == 0.9168
    assert round(found.second, 4) == 0.9854
    assert round((found.first + found.second) / 2, 4) == 0.9511


def test_nearest_mean_of_few_images(digits):
    assert nearest_mean(digits, train_images=30) != nearest_mean(digits)


@pytest.mark.parametrize("l2", [0.01, 1.0])
def test_logistic_regression_has_our_penalty(digits, l2):
    """At its minimum the gradient of our objective is 0: mean of (p - t) x + λ w, and mean of p - t."""
    fit = logistic_regression(digits, Settings(l2=l2))
    error = 1 / (1 + np.exp(-(digits.X_train @ fit.weights + fit.bias))) - digits.y_train
    # lbfgs stops at a gradient of 1e-4.
    np.testing.assert_allclose(digits.X_train.T @ error / len(error) + l2 * fit.weights, 0, atol=2e-4)
    assert np.mean(error) == pytest.approx(0, abs=2e-4)
    assert fit.converged
    right = (digits.X_test @ fit.weights + fit.bias > 0) == (digits.y_test == 1)
    assert fit.test_accuracy == np.mean(right)


def test_a_fit_that_stops_at_its_limit_says_so(mnist):
    assert not logistic_regression(dataclasses.replace(mnist, X_train=1 - mnist.X_train), Settings()).converged


def test_logistic_regression_without_a_bias_or_a_penalty(digits):
    assert logistic_regression(digits, Settings(bias=False, l2=0.1)).bias == 0
    free, held = (np.abs(logistic_regression(digits, Settings(l2=l2)).weights).max() for l2 in (0.0, 1.0))
    assert free > 10 * held


def test_the_median_is_computed_once_and_does_not_keep_the_images(digits):
    images = dataclasses.replace(digits)
    assert median_image(images) is median_image(images) is not median_image(images, 30)
    alive = weakref.ref(images)
    del images
    assert alive() is None


def test_no_other_weights_are_closer_than_the_median(digits):
    median = median_image(digits, 30)
    X = digits.X_train[:30].astype(float)
    np.testing.assert_allclose(median.weights, [np.median(X[:, j]) for j in range(64)])
    assert median.distance == pytest.approx(np.abs(X - median.weights).mean())
    generator = np.random.default_rng(0)
    for size in (0.001, 0.05, 0.5):
        other = median.weights + size * generator.standard_normal(64)
        assert np.abs(X - other).mean() >= median.distance
