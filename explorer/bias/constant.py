"""The bias is one weight whose pixel is always 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer import pixels
from explorer.bias.common import FEW, NOTHING, POINT, pair
from explorer.bias.counts import pixel_settings
from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.settings import Settings
from explorer.training import Run, train_many


@dataclass(frozen=True, eq=False)
class ConstantPixel:
    """The same training with a bias, with a pixel that is always 1 in its place, and with neither.

    Parameters
    ----------
    with_bias, with_pixel, neither : Run
        The last weight of ``with_pixel`` is that of the constant pixel.
    """

    with_bias: Run
    with_pixel: Run
    neither: Run

    @property
    def difference(self) -> float:
        """The largest between the two runs, over all weights (the bias among them) and epochs."""
        biased = np.column_stack([self.with_bias.weights, self.with_bias.biases])
        return float(np.abs(biased - self.with_pixel.weights).max())


def constant_pixel(dataset: Dataset, settings: Settings, chosen: Sequence[int] | None) -> ConstantPixel:
    """Train on these pixels (None: all) with a bias, with a constant pixel, and with neither."""
    seen = dataset if chosen is None else pixels.only(dataset, chosen)
    with_bias, neither = train_many(seen, pair(pixel_settings(settings)))
    (with_pixel,) = train_many(pixels.with_constant_pixel(seen), [neither.settings])
    return ConstantPixel(with_bias, with_pixel, neither)


def constant_account(study: ConstantPixel) -> tuple[str, str]:
    """What the three runs show, in a sentence, and which expectation they speak for."""
    right = [float(run.test_accuracy[-1]) for run in (study.with_bias, study.with_pixel, study.neither)]
    bias, weight = float(study.with_bias.biases[-1]), float(study.with_pixel.weights[-1, -1])
    difference = study.difference
    shown = "0" if difference == 0 else "less than 0.0000001" if difference < 1e-7 else f"at most {difference:.7f}"
    same = "one run to rounding" if difference < 1e-3 else "rounding has grown into a difference"
    n_pixels, epochs = study.with_bias.weights.shape[1], study.with_bias.settings.epochs
    sentence = (
        f"With {n_pixels} pixel{'s' if n_pixels > 1 else ''}, after {epochs} epochs, the bias is "
        f"{number(bias, '.4f')}, the weight on the pixel of 1s {number(weight, '.4f')}. Over all weights and epochs "
        f"the two runs differ by {shown}: {same}. Right answers: {percent(right[0])} with the bias, "
        f"{percent(right[1])} with the pixel, {percent(right[2])} with neither."
    )
    if right[0] - right[2] <= POINT:
        return sentence, NOTHING
    return sentence, FEW
