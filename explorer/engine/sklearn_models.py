"""scikit-learn's linear models on the same data.

scikit-learn's penalty is C · Σ losses + ½ Σ weights²; ours is the mean loss + λ/2 · Σ weights², so that
C = 1 / (n · λ). SGDClassifier's ``alpha`` is λ. Only liblinear penalises the bias too.
"""

from __future__ import annotations

import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset, TenDigits
from explorer.engine.settings import Settings
from explorer.engine.training import training_rows
from explorer.sources import SOURCES

# scikit-learn's defaults: of LogisticRegression, and of SGDClassifier, where an iteration is an epoch.
# `Fit.converged` says whether they were enough.
MAX_ITERATIONS, MAX_EPOCHS = 100, 1000
# Fits that take one image a step would take up to ten seconds on all of MNIST: there they may visit so many images.
_MOST_VISITS = {"saga": 300_000, "SGD log_loss": 1_500_000, "SGD hinge": 1_500_000, "SGD squared_error": 700_000}

# One fit at a time: warnings are caught process-wide, and a fit uses every core there is.
_fitting = threading.Lock()

# Name: class and arguments, in the order in which they are fitted. squared_error is last: on larger images it does
# not converge, and takes all epochs that it may.
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
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
        For all ten digits: (10, n_pixels).
    bias : float
        For all ten digits: (10,).
    test_accuracy : float
        Share of right answers on the test images, in [0, 1].
    converged : bool
        False when it stopped at its limit of iterations.
    iterations : int
        Visits to all training images; for newton-cholesky and liblinear, Newton steps.
    seconds : float
        Wall-clock time of the fit alone.
    warnings : tuple of str
        scikit-learn's own texts.
    """

    weights: NDArray[np.float64]
    bias: Any
    test_accuracy: float
    converged: bool
    iterations: int
    seconds: float
    warnings: tuple[str, ...]


def inverse_strength(n_images: int, l2: float) -> float:
    """scikit-learn's C for our λ: 1 / (n · λ); without a penalty, infinity."""
    return 1 / (n_images * l2) if l2 else np.inf


def most_iterations(settings: Settings, name: str) -> int:
    """The ``max_iter`` of a fit: scikit-learn's default, or fewer where that would take long.

    It depends on settings alone, not on how many images two digits have, so that a program can name it.
    """
    kind, _ = MODELS[name]
    default = MAX_EPOCHS if kind == "SGDClassifier" else MAX_ITERATIONS
    most_images = SOURCES[settings.dataset].most_images
    images = min(settings.train_images or most_images, most_images)
    return min(default, _MOST_VISITS[name] // images) if name in _MOST_VISITS else default


def logistic_regression(dataset: Dataset, settings: Settings) -> Fit:
    """LogisticRegression with all its defaults; see ``fit``."""
    return fit(dataset, settings, "lbfgs")


def fit(dataset: Dataset, settings: Settings, name: str) -> Fit:
    """Fit one of ``MODELS``; its other arguments are scikit-learn's defaults but for ``most_iterations``.

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
        From scikit-learn, where it refuses the settings.
    """
    from sklearn import linear_model

    kind, arguments = MODELS[name]
    n_images = training_rows(dataset, settings)
    if kind == "SGDClassifier":
        # Without a penalty, alpha only sets the step sizes: scikit-learn's default is kept.
        penalty: dict[str, Any] = {"alpha": settings.l2} if settings.l2 else {"penalty": None}
        arguments = arguments | penalty | {"random_state": settings.seed}
    else:
        arguments = arguments | {"C": inverse_strength(n_images, settings.l2)}
        if name == "saga":
            arguments["random_state"] = settings.seed
    model = getattr(linear_model, kind)(
        fit_intercept=settings.bias, max_iter=most_iterations(settings, name), **arguments
    )
    return fitted(model, dataset, n_images, np.float32)


def ten_digits(digits: TenDigits, settings: Settings) -> Fit:
    """LogisticRegression for all ten digits at once, with its defaults but for ``l2`` and ``bias``."""
    from sklearn.linear_model import LogisticRegression

    n_images = len(digits.X_train)
    model = LogisticRegression(C=inverse_strength(n_images, settings.l2), fit_intercept=settings.bias)
    return fitted(model, digits, n_images, np.float32)


def fitted(model: Any, dataset: Dataset | TenDigits, n_images: int, dtype: type) -> Fit:
    """Fit a model of scikit-learn to the first ``n_images`` training images, and measure it."""
    from sklearn.exceptions import ConvergenceWarning

    X: NDArray[np.floating] = dataset.X_train[:n_images].astype(dtype, copy=False)
    with _fitting, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        began = time.perf_counter()
        model.fit(X, dataset.y_train[:n_images])
        seconds = time.perf_counter() - began
    two = len(model.coef_) == 1
    weights = (model.coef_[0] if two else model.coef_).astype(np.float64)
    weights.flags.writeable = False  # fits are shared between visitors
    return Fit(
        weights=weights, bias=float(np.ravel(model.intercept_)[0]) if two else model.intercept_.astype(np.float64),
        test_accuracy=float(model.score(dataset.X_test, dataset.y_test)),
        converged=not any(issubclass(w.category, ConvergenceWarning) for w in caught),
        iterations=int(np.max(model.n_iter_)), seconds=seconds, warnings=tuple(str(w.message) for w in caught),
    )


