"""For the page Bias: the bias is the weight of a pixel that is always 1, shown by training both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, portion, train_many
from explorer.lessons import pixels
from explorer.lessons.bias.common import FEW, NOTHING, POINT, pair
from explorer.lessons.bias.pixels import pixel_settings
from explorer.lessons.words import number, percent


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
    with_bias, neither = train_many(images, pair(pixel_settings(settings)), portion(progress, 0, 0.6))
    (with_pixel,) = train_many(
        pixels.with_constant_pixel(images), [neither.settings], portion(progress, 0.6, 1)
    )
    return ConstantPixel(with_bias, with_pixel, neither)


def constant_summary(study: ConstantPixel) -> tuple[str, str]:
    """What the three runs show, as a sentence, and the expectation that they confirm."""
    accuracies = [float(run.test_accuracy[-1]) for run in (study.with_bias, study.with_pixel, study.neither)]
    bias, weight = float(study.with_bias.biases[-1]), float(study.with_pixel.weights[-1, -1])
    difference = study.difference
    shown = "0" if difference == 0 else "less than 0.0000001" if difference < 1e-7 else f"at most {difference:.7f}"
    same = "one run to rounding" if difference < 1e-3 else "rounding has grown into a difference"
    n_pixels, epochs = study.with_bias.weights.shape[1], study.with_bias.settings.epochs
    sentence = (
        f"With {n_pixels} pixel{'s' if n_pixels > 1 else ''}, after {epochs} epochs, the bias is "
        f"{number(bias, '.4f')}, the weight on the pixel of 1s {number(weight, '.4f')}. Over all weights and epochs "
        f"the two runs differ by {shown}: {same}. Right answers: {percent(accuracies[0])} with the bias, "
        f"{percent(accuracies[1])} with the pixel, {percent(accuracies[2])} with neither."
    )
    return sentence, NOTHING if accuracies[0] - accuracies[2] <= POINT else FEW
