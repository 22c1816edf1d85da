"""What the four experiments share."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.explanations import number
from explorer.settings import Settings

Array = NDArray[np.floating]



ALWAYS, FEW, NOTHING = EXPECTATIONS = (
    "They fall, whatever the pixels", "They fall if the pixels are few", "Nothing happens",
)
POINT = 0.01  # a gap up to here is called none


def data_of(settings: Settings, **chosen) -> Settings:
    """Settings with the same images and seed, zeros to start from, and ``chosen``; else the defaults."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, seed=settings.seed, **{"start": "zeros"} | chosen,
    )


def pair(settings: Settings) -> list[Settings]:
    """The same training with and without a bias."""
    return [dataclasses.replace(settings, bias=bias) for bias in (True, False)]


def points(gap: float) -> str:
    """A difference of two shares in percentage points: 0.1."""
    return number(round(100 * gap, 1) + 0.0, ".1f")  # + 0.0: there is no −0


def an_image(dataset: Dataset) -> tuple[Array, int]:
    """The first test image of the first digit, and that digit: (n_pixels,), int."""
    return dataset.X_test[np.argmax(dataset.y_test)], dataset.digits[0]


def two_images(dataset: Dataset) -> list[Array]:
    """The first test image of each digit."""
    return [dataset.X_test[np.argmax(dataset.y_test == label)] for label in (1, 0)]
