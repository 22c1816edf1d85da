"""Data sets made from others: fewer pixels, the amount of ink, one more pixel."""

import dataclasses

import numpy as np
import pytest

from explorer.engine.datasets import Dataset
from explorer.lessons import pixels


@pytest.fixture
def three_images() -> Dataset:
    X = np.array([[0, 0.5, 1, 0.5], [0.25, 0, 0, 0.25], [1, 1, 1, 1]], np.float32)
    return Dataset("digits", (3, 7), (2, 2), X[:2], np.array([1, 0], np.float32), X[2:], np.array([1], np.float32))


def test_only_keeps_these_pixels_in_this_order(three_images):
    chosen = pixels.only(three_images, [3, 0])
    assert chosen.image_shape == (1, 2)
    np.testing.assert_array_equal(chosen.X_train, [[0.5, 0], [0.25, 0.25]])
    np.testing.assert_array_equal(chosen.X_test, [[1, 1]])
    np.testing.assert_array_equal(chosen.y_train, three_images.y_train)


def test_ink_is_a_share_of_the_largest_sum_in_the_training_images(three_images):
    inked = pixels.ink(three_images)
    assert inked.image_shape == (1, 1)
    np.testing.assert_array_equal(inked.X_train, [[1], [0.25]])  # 2 and 0.5, of 2
    np.testing.assert_array_equal(inked.X_test, [[2]])  # more ink than in any training image
    assert inked.X_train.dtype == np.float32


def test_ink_of_blank_images_is_0(three_images):
    blank = dataclasses.replace(three_images, X_train=np.zeros((2, 4), np.float32))
    assert not pixels.ink(blank).X_train.any()


def test_ink_puts_the_images_in_the_order_of_their_means(digits):
    inked = pixels.ink(digits)
    np.testing.assert_array_equal(
        np.argsort(inked.X_train[:, 0], kind="stable"), np.argsort(digits.X_train.sum(1), kind="stable")
    )
    assert inked.X_train.max() == 1


def test_the_constant_pixel_is_the_last_and_1(three_images):
    more = pixels.with_constant_pixel(three_images)
    assert more.image_shape == (1, 5)
    np.testing.assert_array_equal(more.X_train[:, :4], three_images.X_train)
    np.testing.assert_array_equal(more.X_train[:, 4], [1, 1])
    np.testing.assert_array_equal(more.X_test[:, 4], [1])


@pytest.mark.parametrize("made", [pixels.ink, pixels.with_constant_pixel, lambda d: pixels.only(d, [1])])
def test_the_arrays_are_read_only(three_images, made):
    dataset = made(three_images)
    for array in (dataset.X_train, dataset.X_test):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_mean_images_are_those_of_each_digit(three_images):
    first, second = pixels.mean_images(three_images)
    np.testing.assert_array_equal(first, [0, 0.5, 1, 0.5])
    np.testing.assert_array_equal(second, [0.25, 0, 0, 0.25])
