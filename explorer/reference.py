"""What others get on the same data: scikit-learn's linear models, the nearest mean image, the median.

scikit-learn's penalty is C · Σ losses + ½ Σ weights²; ours is the mean loss + λ/2 · Σ weights², so that
C = 1 / (n · λ). SGDClassifier counts as we do: its ``alpha`` is λ. All leave the bias out but liblinear.
"""

from __future__ import annotations

import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.losses import log_loss, sigmoid
from explorer.settings import Settings
from explorer.training import training_rows

# Its own default. Without a penalty, on MNIST, the minimum lies far out and is not reached by then;
# more would keep a visitor waiting for seconds. `converged` says which it was.
MAX_ITERATIONS = 100


# How far above the minimum, by its bound, weights may be to count as being there.
NEAR_ENOUGH = 1e-7
_NEWTON_STEPS = 20
_ROWS = 1024  # images scored at a time in float64: on MNIST a copy of all of them would be 78 MB

# One fit at a time: warnings are caught process-wide, and a fit uses every core there is.
_fitting = threading.Lock()

# By data set and number of images, as on MNIST one takes as long as a training. They do not keep their data set alive.
_medians: WeakKeyDictionary[Dataset, dict[int | None, MedianImage]] = WeakKeyDictionary()

# The models of the table: (name, class, its arguments), in the order in which they are fitted. squared_error is
# last: on larger images it does not settle, and takes its thousand epochs to say so.
MODELS: dict[str, tuple[str, dict[str, str]]] = {
    "lbfgs": ("LogisticRegression", {"solver": "lbfgs"}),
    "newton-cholesky": ("LogisticRegression", {"solver": "newton-cholesky"}),
    "liblinear": ("LogisticRegression", {"solver": "liblinear"}),
    "saga": ("LogisticRegression", {"solver": "saga"}),
    "SGD log_loss": ("SGDClassifier", {"loss": "log_loss"}),
    "SGD hinge": ("SGDClassifier", {"loss": "hinge"}),
    "SGD squared_error": ("SGDClassifier", {"loss": "squared_error"}),
}


@dataclass(frozen=True)
class Fit:
    """A fit of a linear model of scikit-learn.

    Parameters
    ----------
    weights : (n_pixels,) float64
    bias : float
    test_accuracy : float
        Share of right answers on the test images, in [0, 1].
    converged : bool
        False when it stopped at its limit of iterations.
    iterations : int
        Visits to all training images; for newton-cholesky and liblinear, Newton steps.
    seconds : float
        Wall-clock time of the fit alone.
    warnings : tuple of str
        What scikit-learn warned of, in its own words.
    """

    weights: NDArray[np.float64]
    bias: float
    test_accuracy: float
    converged: bool
    iterations: int
    seconds: float
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Minimum:
    """The lowest penalised log loss there is for the training images.

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


def median_image(dataset: Dataset, train_images: int | None = None) -> MedianImage:
    """The median of every pixel over the training images, of both digits alike.

    Parameters
    ----------
    dataset : Dataset
    train_images : int or None
        How many training images it is taken from; None: all.
    """
    known = _medians.setdefault(dataset, {})
    if train_images not in known:
        X = dataset.X_train[:train_images]
        weights = np.median(X, axis=0)
        weights.flags.writeable = False
        known[train_images] = MedianImage(weights, float(np.abs(X - weights).mean(dtype=np.float64)))
    return known[train_images]


def inverse_strength(n_images: int, l2: float) -> float:
    """scikit-learn's C for our λ: 1 / (n · λ); without a penalty, infinity."""
    return 1 / (n_images * l2) if l2 else np.inf


def logistic_regression(dataset: Dataset, settings: Settings) -> Fit:
    """scikit-learn's LogisticRegression as it comes, for the images, the bias and the L2 of ``settings``.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        ``l2``, ``bias`` and ``train_images`` are read.
    """
    return fit(dataset, settings, "lbfgs")


def fit(dataset: Dataset, settings: Settings, name: str) -> Fit:
    """One of ``MODELS``, with its other arguments as scikit-learn sets them.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        ``l2``, ``bias``, ``train_images`` and, for SGDClassifier, ``seed`` are read.
    name : str
        A key of ``MODELS``.

    Raises
    ------
    ValueError
        scikit-learn's own, where it refuses.
    """
    from sklearn import linear_model

    kind, arguments = MODELS[name]
    n_images = training_rows(dataset, settings)
    if kind == "SGDClassifier":
        # Without a penalty, alpha only sets the lengths of its steps: scikit-learn's own then.
        penalty = {"alpha": settings.l2} if settings.l2 else {"penalty": None}
        arguments = arguments | penalty | {"random_state": settings.seed}
    else:
        arguments = arguments | {"C": inverse_strength(n_images, settings.l2), "max_iter": MAX_ITERATIONS}
        if name == "saga":
            arguments |= {"random_state": settings.seed}
    model = getattr(linear_model, kind)(fit_intercept=settings.bias, **arguments)
    return _fitted(model, dataset, n_images, np.float32)


def import_models() -> None:
    """Import scikit-learn now, so that no fit pays for it."""
    import sklearn.linear_model  # noqa: F401


def _fitted(model: Any, dataset: Dataset, n_images: int, dtype: type) -> Fit:
    from sklearn.exceptions import ConvergenceWarning

    X = dataset.X_train[:n_images].astype(dtype, copy=False)
    with _fitting, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        began = time.perf_counter()
        model.fit(X, dataset.y_train[:n_images])
        seconds = time.perf_counter() - began
    weights = model.coef_[0].astype(np.float64)
    weights.flags.writeable = False  # fits are shared between visitors
    return Fit(
        weights=weights,
        bias=float(np.ravel(model.intercept_)[0]),
        test_accuracy=float(model.score(dataset.X_test, dataset.y_test)),
        converged=not any(issubclass(w.category, ConvergenceWarning) for w in caught),
        iterations=int(np.max(model.n_iter_)), seconds=seconds,
        warnings=tuple(str(w.message) for w in caught),
    )


def minimum(dataset: Dataset, settings: Settings, start: Fit) -> Minimum | None:
    """The minimum of the penalised log loss: Newton steps on from where LogisticRegression stopped.

    None where it is not found, and always without a penalty: if a line separates the training images
    there is none, since larger weights on the same line always have a smaller loss.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        As for ``logistic_regression``.
    start : Fit
        Its result.
    """
    from sklearn.linear_model import LogisticRegression

    if not settings.l2:
        return None
    n_images = training_rows(dataset, settings)
    model = LogisticRegression(
        C=inverse_strength(n_images, settings.l2), fit_intercept=settings.bias, solver="newton-cholesky",
        tol=1e-8, max_iter=_NEWTON_STEPS, warm_start=True,
    )
    # In float32 it takes half the time and memory, but now and then meets a matrix that it cannot divide by.
    for dtype in (np.float32, np.float64):
        model.coef_, model.intercept_ = start.weights[None].astype(dtype), np.array([start.bias], dtype)
        found = _fitted(model, dataset, n_images, dtype)
        loss, gradient = objective(dataset, settings, found.weights, found.bias)
        # The penalty bends the loss by at least λ everywhere: it cannot fall further than this.
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
        ``l2``, ``bias`` and ``train_images`` are read.
    weights : (n_pixels,)
    bias : float

    Returns
    -------
    loss : float
    gradient : (n_pixels + 1,)
        By the weights, and by the bias; 0 there where it does not learn.
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
