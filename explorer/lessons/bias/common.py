"""What the four experiments of the page Bias share: the expectations, settings, and images to show."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.lessons.start import start_model
from explorer.lessons.why_multiply.all_pixels import distance_model
from explorer.lessons.words import number

Array = NDArray[np.floating]

# What a visitor may expect of the right answers when the bias is taken away.
ALWAYS, FEW, NOTHING = EXPECTATIONS = tuple(texts.of("bias").table("expect").values())
POINT = 0.01  # a gap of at most one percentage point counts as none


def data_of(settings: Settings, **chosen) -> Settings:
    """Settings with the images and the seed of ``settings``, a start from zeros, ``chosen``, and else the defaults."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, seed=settings.seed, **{"start": "zeros"} | chosen,
    )


def model(settings: Settings, score: str = "multiply") -> Settings:
    """The model of all pixels that the other pages of the lesson show, for the images and the seed of ``settings``.

    With a bias: ``start.start_model`` or, for the distance score, ``why_multiply.distance_model``.
    """
    multiply = start_model(settings)
    return multiply if score == "multiply" else distance_model(multiply)


def pair(settings: Settings) -> list[Settings]:
    """The same training with and without a bias."""
    return [dataclasses.replace(settings, bias=bias) for bias in (True, False)]


def points(gap: float) -> str:
    """A difference of two shares in percentage points, as text: "0.1"."""
    return number(round(100 * gap, 1) + 0.0, ".1f")  # + 0.0: no "−0"


def lost(with_bias: float, without: float) -> str:
    """What leaving out the bias costs in points, as text: the difference of both shares as ``percent`` shows them."""
    return points(round(with_bias, 3) - round(without, 3))


def an_image(dataset: Dataset) -> tuple[Array, int]:
    """The first test image of the first digit, (n_pixels,), and that digit."""
    return dataset.X_test[np.argmax(dataset.y_test)], dataset.digits[0]


def two_images(dataset: Dataset) -> list[Array]:
    """The first test image of each digit."""
    return [dataset.X_test[np.argmax(dataset.y_test == label)] for label in (1, 0)]
