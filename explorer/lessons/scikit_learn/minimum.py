"""For the page scikit-learn: the minimum of the penalised log loss, by Newton steps from LogisticRegression's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.losses import log_loss, sigmoid
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import Fit, fitted, inverse_strength
from explorer.engine.training import training_rows

NEAR_ENOUGH = 1e-7  # weights count as the minimum where their loss is at most this far above it, by its bound
_NEWTON_STEPS = {np.float32: 6, np.float64: 3}  # a step in float64 takes a third of a second on MNIST
_ROWS = 1024  # images scored at a time in float64, as a copy of all of MNIST would take 78 MB


@dataclass(frozen=True)
class Minimum:
    """The lowest penalised log loss on the training images.

    Parameters
    ----------
    loss : float
        The mean log loss plus λ/2 · Σ weights².
    weights : (n_pixels,) float64
    bias : float
    bound : float
        ``loss`` is at most this far above the true minimum: the squared length of the gradient / (2 λ).
    """

    loss: float
    weights: NDArray[np.float64]
    bias: float
    bound: float


def minimum(dataset: Dataset, settings: Settings, start: Fit) -> Minimum | None:
    """The minimum of the penalised log loss, by Newton steps from where LogisticRegression stopped.

    None where it is not found, and always without a penalty: where a plane separates the training images there is
    no minimum, since larger weights in the same direction always have a smaller loss.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Those of the fit.
    start : Fit
        The result of ``logistic_regression``.
    """
    from sklearn.linear_model import LogisticRegression

    if not settings.l2:
        return None
    n_images = training_rows(dataset, settings)
    # float32 takes half the time and memory, but sometimes its matrix is singular.
    for dtype, steps in _NEWTON_STEPS.items():
        model = LogisticRegression(
            C=inverse_strength(n_images, settings.l2), fit_intercept=settings.bias, solver="newton-cholesky",
            tol=1e-8, max_iter=steps, warm_start=True,
        )
        model.coef_, model.intercept_ = start.weights[None].astype(dtype), np.array([start.bias], dtype)
        found = fitted(model, dataset, n_images, dtype)
        loss, gradient = objective(dataset, settings, found.weights, found.bias)
        # The penalised loss is λ-strongly convex, which bounds its distance from the minimum.
        bound = float(gradient @ gradient) / (2 * settings.l2)
        if bound <= NEAR_ENOUGH:
            return Minimum(loss, found.weights, found.bias, bound)
    return None


def objective(
    dataset: Dataset, settings: Settings, weights: NDArray[np.floating], bias: float
) -> tuple[float, NDArray[np.float64]]:
    """The penalised log loss of the training images, and its gradient, in float64.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Only ``l2``, ``bias`` and ``train_images`` are read.
    weights : (n_pixels,)
    bias : float

    Returns
    -------
    loss : float
    gradient : (n_pixels + 1,)
        With respect to the weights and the bias; the latter is 0 where the bias does not learn.
    """
    n_images = training_rows(dataset, settings)
    weights = weights.astype(np.float64)
    loss, gradient = 0.0, np.zeros(len(weights) + 1)
    for first in range(0, n_images, _ROWS):
        rows = slice(first, min(first + _ROWS, n_images))
        X, truth = dataset.X_train[rows].astype(np.float64), dataset.y_train[rows].astype(np.float64)
        scores = X @ weights + bias
        errors = sigmoid(scores) - truth
        loss += float(log_loss(scores, truth).sum())
        gradient[:-1] += errors @ X
        gradient[-1] += errors.sum() if settings.bias else 0.0
    gradient /= n_images
    gradient[:-1] += settings.l2 * weights
    return loss / n_images + settings.l2 / 2 * float(weights @ weights), gradient
