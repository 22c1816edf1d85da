"""Scores: the number that a model computes from an image (forward), and its gradient (backward).

Shapes, for all of them: ``X`` (n_samples, n_pixels), ``weights`` (n_models, n_pixels),
``bias`` (n_models,); scores are (n_samples, n_models). Many models are scored at once.
A new score is one more entry in ``SCORES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.losses import Array

# Rows per block where no matrix product can be used: a block and one copy fit in the processor's cache
# (256 rows of 784 float32 numbers are 0.8 MB).
_ROWS = 256
# Values per block where the rows are few: several models at once, so that calling NumPy does not take most of the time.
_VALUES = 2**17
# From this many models on, sorting the values of every pixel is faster (measured on MNIST).
MODELS_TO_SORT_FOR = 16


@dataclass(frozen=True)
class Score:
    """One way to compute a score.

    Parameters
    ----------
    key : str
        Its name in tables, settings and links.
    forward : callable (X, weights, bias) -> (n_samples, n_models)
        The scores.
    backward : callable (X, weights, derivatives) -> (n_models, n_pixels)
        The gradient with respect to the weights, from the ``derivatives`` (n_samples, n_models) of
        the loss with respect to the scores. (With respect to the bias it is their sum, for every score.)
    parts : callable (x, weights) -> (n_pixels,)
        What each pixel of one image adds to the score; the parts and the bias sum to the score.
    pixel_derivative : callable (values, weight) -> (n_samples,)
        The derivative of the score with respect to the weight of one pixel, for many images.
    start : callable (generator, n_pixels) -> (n_pixels,)
        Random weights to start from.
    centred : bool
        True where a bias starts at minus the average score without it: half the images on each side of 0.
    sign : str or None
        "negative" where every part is at most 0, so that without a bias no score is above 0.
    neutral : float
        The weight at which ink counts for neither digit.
    formula : str
        The score of one image, in LaTeX.
    summand, term, pixel_derivative_label : str
        What one pixel adds to the score, as text and as a template (``{bracketed}`` is a weight in
        brackets if it is negative); and its derivative with respect to the weight, as text.
    """

    key: str
    forward: Callable[[Array, Array, Array], Array]
    backward: Callable[[Array, Array, Array], Array]
    parts: Callable[[Array, Array], Array]
    pixel_derivative: Callable[[Array, float], Array]
    start: Callable[[np.random.Generator, int], Array]
    centred: bool
    sign: str | None
    neutral: float
    formula: str
    summand: str
    term: str
    pixel_derivative_label: str

    @property
    def label(self) -> str:
        """The name for people. It also stands in links: changing one breaks old links."""
        return self.key.replace("_", " ")


def multiply(X: Array, weights: Array, bias: Array) -> Array:
    """Sum over the pixels of value * weight, plus the bias."""
    return X @ weights.T + bias


def multiply_backward(X: Array, weights: Array, derivatives: Array) -> Array:
    """derivative * value, summed over the images."""
    return derivatives.T @ X


def distance(X: Array, weights: Array, bias: Array) -> Array:
    """The bias minus the sum over the pixels of abs(value - weight)."""
    scores = np.empty((len(X), len(weights)), X.dtype)
    ones = np.ones(X.shape[1], X.dtype)
    for rows, models, gap in _gaps(X, weights):
        np.abs(gap, out=gap)
        scores[rows, models] = (gap @ ones).T
    return bias - scores


def distance_backward(X: Array, weights: Array, derivatives: Array) -> Array:
    """derivative * sign(value - weight), summed over the images; sign(0) = 0 at the corner."""
    gradient = np.zeros_like(weights)
    # sign() of a float array is slow in NumPy; multiplying by a huge factor and clipping to -1 .. 1 is the same.
    # Twice, as one factor does not lift the smallest differences to 1.
    huge = np.finfo(X.dtype).max
    with np.errstate(over="ignore"):
        for rows, models, gap in _gaps(X, weights):
            np.multiply(gap, huge, out=gap)
            np.multiply(gap, huge, out=gap)
            np.clip(gap, -1, 1, out=gap)
            gradient[models] += (derivatives[rows, models].T[:, None] @ gap)[:, 0]
    return gradient


def _gaps(X: Array, weights: Array) -> Iterator[tuple[slice, slice, Array]]:
    """value - weight, block by block: the images and the models of a block, and its (n_models, n_rows, n_pixels).

    The array is the caller's to work in; the next block overwrites it.
    """
    n_rows = min(len(X), _ROWS)
    n_models = max(1, min(len(weights), _VALUES // max(1, n_rows * X.shape[1])))
    scratch = np.empty((n_models, n_rows, X.shape[1]), X.dtype)
    for first_row in range(0, len(X), _ROWS):
        rows = slice(first_row, min(first_row + _ROWS, len(X)))
        for first in range(0, len(weights), n_models):
            models = slice(first, min(first + n_models, len(weights)))
            gap = scratch[: models.stop - first, : rows.stop - first_row]
            yield rows, models, np.subtract(X[rows], weights[models, None], out=gap)


def mean_distance(X: Array, weights: Array, progress: Callable[[float], None] = lambda share: None) -> Array:
    """Mean over images and pixels of abs(value - weight): (n_models,).

    For many models at once: the sum of the distances to a number follows from its place among the sorted values of
    the pixel and their running sum. ``progress`` is called now and then with the share that is done.
    """
    progress(0.0)
    if len(weights) < MODELS_TO_SORT_FOR:
        zero = np.zeros(len(weights), X.dtype)
        means: Array = -distance(X, weights, zero).mean(0, dtype=np.float64) / X.shape[1]
        return means
    n = len(X)
    total = np.zeros(len(weights))
    for pixel, (values, w) in enumerate(zip(X.T, weights.T, strict=True)):
        if pixel % 32 == 0:
            progress(pixel / X.shape[1])
        values = np.sort(values)
        sums = np.concatenate([[0.0], values.cumsum(dtype=np.float64)])
        below = values.searchsorted(w)
        total += w.astype(np.float64) * (2 * below - n) + sums[n] - 2 * sums[below]
    return total / X.size


def _normal(generator: np.random.Generator, n_pixels: int) -> Array:
    return generator.standard_normal(n_pixels)


def _uniform(generator: np.random.Generator, n_pixels: int) -> Array:
    return generator.random(n_pixels)


SCORES: dict[str, Score] = {
    score.key: score
    for score in (
        Score(
            "multiply", multiply, multiply_backward,
            parts=lambda x, weights: x * weights,
            pixel_derivative=lambda values, weight: values,
            start=_normal, centred=False, sign=None, neutral=0.0,
            formula=r"\sum_j x_j\, w_j + b",
            summand="value × weight", term="{value} × {weight}", pixel_derivative_label="value",
        ),
        Score(
            "distance", distance, distance_backward,
            parts=lambda x, weights: -np.abs(x - weights),
            pixel_derivative=lambda values, weight: np.sign(values - weight),
            start=_uniform, centred=True, sign="negative",
            # abs(1 - w) = abs(0 - w) at one half: ink and paper are equally far from it.
            neutral=0.5,
            formula=r"b - \sum_j \lvert x_j - w_j \rvert",
            summand="−abs(value − weight)", term="−abs({value} − {bracketed})",
            pixel_derivative_label="sign(value − weight)",
        ),
    )
}
