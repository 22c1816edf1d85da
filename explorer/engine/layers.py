"""A hidden layer: units between the pixels and the score, each a value × weight sum with a bias, cut off at 0.

The score of an image is Σ output weight × max(0, value · weights + bias of the unit) over the units, plus the bias. All
that a model learns stands in one row of numbers, so that ``training`` trains it as it trains every other score.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from explorer.engine.losses import Array
from explorer.engine.scores import SCORES, Score
from explorer.engine.settings import Settings


class Layers(NamedTuple):
    """The row of a model taken apart; each may have leading axes, such as the epochs.

    Parameters
    ----------
    weights : (…, units, n_pixels)
    biases : (…, units)
    output : (…, units)
        What a unit argues for: the first digit above 0, the second below.
    """

    weights: Array
    biases: Array
    output: Array


def n_weights(settings: Settings, n_pixels: int) -> int:
    """How many numbers a model learns beside its bias: n_pixels, or those of ``hidden_layer``."""
    return settings.hidden_units * (n_pixels + 2) or n_pixels


def score_of(settings: Settings) -> Score:
    """The score by which a model with these settings answers."""
    return hidden_layer(settings.hidden_units) if settings.hidden_units else SCORES[settings.score]


def layers(row: Array, units: int) -> Layers:
    """A row, (…, units * (n_pixels + 2)): first the hidden weights, then the hidden biases, then the output weights."""
    n_pixels = row.shape[-1] // units - 2
    cut = units * n_pixels
    return Layers(
        row[..., :cut].reshape(*row.shape[:-1], units, n_pixels), row[..., cut : cut + units], row[..., cut + units :],
    )


def activations(X: Array, model: Layers) -> Array:
    """What the units of one model say to each image: (n_samples, units), at least 0."""
    return np.maximum(X @ model.weights.T + model.biases, 0)


@lru_cache(maxsize=64)
def hidden_layer(units: int) -> Score:
    """A score with so many hidden units; its weights are rows for ``layers``: (n_models, units * (n_pixels + 2)).

    Its ``parts`` are those of the units, (units,), instead of those of the pixels. A unit is a sum as in ``multiply``.
    At the corner, where a sum is exactly 0, its slope is 0.
    """

    def forward(X: Array, weights: Array, bias: Array) -> Array:
        scores = np.empty((len(X), len(weights)), X.dtype)
        for m, row in enumerate(weights):
            model = layers(row, units)
            scores[:, m] = activations(X, model) @ model.output
        return scores + bias

    def backward(X: Array, weights: Array, derivatives: Array) -> Array:
        gradient = np.empty_like(weights)
        for m, row in enumerate(weights):
            model, into, by_score = layers(row, units), layers(gradient[m], units), derivatives[:, m]
            said = activations(X, model)
            by_unit = by_score[:, None] * model.output * (said > 0)
            np.matmul(by_unit.T, X, out=into.weights)
            by_unit.sum(0, out=into.biases)
            np.matmul(by_score, said, out=into.output)
        return gradient

    def start(generator: np.random.Generator, n_pixels: int) -> Array:
        """As He et al. (2015): the sums of the units, and the score, are neither tiny nor huge. Biases 0."""
        hidden = generator.standard_normal(units * n_pixels) * np.sqrt(2 / n_pixels)
        return np.concatenate([hidden, np.zeros(units), generator.standard_normal(units) * np.sqrt(1 / units)])

    def parts(x: Array, row: Array) -> Array:
        model = layers(row, units)
        said: Array = activations(x[None], model)[0] * model.output
        return said

    return replace(
        SCORES["multiply"], key=f"hidden_{units}", forward=forward, backward=backward, parts=parts, start=start,
        formula=r"\sum_k v_k \max\left(0, \sum_j x_j\, w_{kj} + a_k\right) + b",
    )
