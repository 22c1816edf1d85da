"""What others get on the same data: scikit-learn's LogisticRegression, the nearest mean image, the median."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.settings import Settings
from explorer.training import training_rows

# Its own default. Without a penalty, on MNIST, the minimum lies far out and is not reached by then;
# more would keep a visitor waiting for seconds. `converged` says which it was.
MAX_ITERATIONS = 100


@dataclass(frozen=True)
class Fit:
    """A fit of scikit-learn's LogisticRegression.

    Parameters
    ----------
    weights : (n_pixels,) float64
    bias : float
    test_accuracy : float
        Share of right answers on the test images, in [0, 1].
    converged : bool
        False when it stopped at its limit of iterations.
    """

    weights: NDArray[np.float64]
    bias: float
    test_accuracy: float
    converged: bool


@dataclass(frozen=True)
class NearestMean:
    """How often the nearer of two mean images is the right digit, on the test images.

    Parameters
    ----------
    first, second, both : float
        Share of right answers for the images of the first digit, of the second, and of all.
    """

    first: float
    second: float
    both: float


@dataclass(frozen=True)
class MedianImage:
    """The weights that are closest to all training images by the mean of abs(value - weight).

    Parameters
    ----------
    weights : (n_pixels,)
    distance : float
        That mean.
    """

    weights: NDArray[np.floating]
    distance: float


def nearest_mean(
    dataset: Dataset, squared: bool = False, train_images: int | None = None
) -> NearestMean:
    """The lesson's baseline: the answer is the digit whose mean training image is nearer.

    Parameters
    ----------
    dataset : Dataset
    squared : bool
        Distance by the mean squared difference of the pixels instead of the mean absolute one.
    train_images : int or None
        How many training images the means are taken from; None: all.
    """
    X, y = dataset.X_train[:train_images], dataset.y_train[:train_images]
    size = np.square if squared else np.abs
    to_first, to_second = (
        size(dataset.X_test - X[y == label].mean(0)).mean(1, dtype=np.float64) for label in (1, 0)
    )
    of_first = dataset.y_test == 1
    right = (to_first < to_second) == of_first
    return NearestMean(
        float(right[of_first].mean()), float(right[~of_first].mean()), float(right.mean())
    )


@lru_cache(maxsize=8)  # on MNIST it takes as long as a training
def median_image(dataset: Dataset, train_images: int | None = None) -> MedianImage:
    """The median of every pixel over the training images, of both digits alike.

    Parameters
    ----------
    dataset : Dataset
    train_images : int or None
        How many training images it is taken from; None: all.
    """
    X = dataset.X_train[:train_images]
    weights = np.median(X, axis=0)
    weights.flags.writeable = False
    return MedianImage(weights, float(np.abs(X - weights).mean(dtype=np.float64)))


def logistic_regression(dataset: Dataset, settings: Settings) -> Fit:
    """scikit-learn's minimum of the log loss, for the images, the bias and the L2 of ``settings``.

    Its penalty is C · Σ losses + ½ Σ weights²; ours is the mean loss + λ/2 · Σ weights², so that
    C = 1 / (n · λ). Both leave the bias out.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        ``l2``, ``bias`` and ``train_images`` are read.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    n_images = training_rows(dataset, settings)
    model = LogisticRegression(
        C=1 / (n_images * settings.l2) if settings.l2 else np.inf,
        fit_intercept=settings.bias, max_iter=MAX_ITERATIONS,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(dataset.X_train[:n_images], dataset.y_train[:n_images])
    return Fit(
        weights=model.coef_[0].astype(np.float64),
        bias=float(np.ravel(model.intercept_)[0]),
        test_accuracy=float(model.score(dataset.X_test, dataset.y_test)),
        converged=not any(issubclass(w.category, ConvergenceWarning) for w in caught),
    )
