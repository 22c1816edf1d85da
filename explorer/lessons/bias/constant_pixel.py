"""For the page Bias: the bias is the weight of a pixel that is always 1, shown by training both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, portion, train_many
from explorer.lessons import pixels
from explorer.lessons.bias.common import model, pair
from explorer.lessons.bias.pixels import pixel_settings
from explorer.lessons.words import counted, number, percent

_DRIFTED = 1e-3  # from this difference on, rounding has grown into another model
_words = texts.of("bias")


@dataclass(frozen=True, eq=False)
class ConstantPixel:
    """The same training with a bias, with a pixel that is always 1 instead, and with neither.

    Parameters
    ----------
    with_bias, with_pixel, neither : Run
        The last weight of ``with_pixel`` belongs to the constant pixel.
    """

    with_bias: Run
    with_pixel: Run
    neither: Run

    @property
    def difference(self) -> float:
        """The largest difference between the first two runs, over all weights, the bias and all epochs."""
        biased = np.column_stack([self.with_bias.weights, self.with_bias.biases])
        return float(np.abs(biased - self.with_pixel.weights).max())


def constant_pixel(
    dataset: Dataset, settings: Settings, chosen: Sequence[int] | None, progress: Progress | None = None
) -> ConstantPixel:
    """Train on the ``chosen`` pixels (None: all) with a bias, with a constant pixel, and with neither.

    ``progress`` is as for ``train_many``.
    """
    images = dataset if chosen is None else pixels.only(dataset, chosen)
    how = model(settings) if chosen is None else pixel_settings(settings)
    with_bias, neither = train_many(images, pair(how), portion(progress, 0, 0.6))
    (with_pixel,) = train_many(
        pixels.with_constant_pixel(images), [neither.settings], portion(progress, 0.6, 1)
    )
    return ConstantPixel(with_bias, with_pixel, neither)


def own_of(study: ConstantPixel) -> tuple[int, float, float]:
    """The number of pixels, and the accuracies with a bias and with neither, as ``pixels.is_useless`` takes them."""
    with_bias, neither = (float(run.test_accuracy[-1]) for run in (study.with_bias, study.neither))
    return study.with_bias.weights.shape[1], with_bias, neither


def constant_summary(study: ConstantPixel) -> str:
    """What the three runs show."""
    accuracies = [float(run.test_accuracy[-1]) for run in (study.with_bias, study.with_pixel, study.neither)]
    n_pixels = study.with_bias.weights.shape[1]
    same = _words("constant.saw.same") if study.difference < _DRIFTED else _words(
        "constant.saw.drifted", difference=number(study.difference, ".3f"),
    )
    return _words(
        "constant.saw.one_pixel" if n_pixels == 1 else "constant.saw.pixels", count=counted(n_pixels),
        epochs=study.with_bias.settings.epochs, bias=number(float(study.with_bias.biases[-1])),
        weight=number(float(study.with_pixel.weights[-1, -1])), same=same,
        **dict(zip(("with_bias", "with_pixel", "neither"), map(percent, accuracies), strict=True)),
    )
