"""The fit of scikit-learn on the page "Against scikit-learn" as a program."""

from __future__ import annotations

from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import MAX_EPOCHS, Fit, most_iterations
from explorer.export.loading import loading
from explorer.export.program import Part, Program
from explorer.lessons.scikit_learn.comparison import measured


def of_scikit_learn(settings: Settings) -> Program:
    """A program that fits the model of scikit-learn nearest to the settings, and prints ``printed_scikit_learn``.

    For multiply and hinge that is SGDClassifier, for all else LogisticRegression, with the arguments of
    ``sklearn_models.fit``. Where scikit-learn has no model with this score and loss, the first part says so.

    Parameters
    ----------
    settings : Settings
        The fields for data, ``score``, ``loss``, ``bias``, ``l2`` and, for SGDClassifier, ``seed`` are read.
    """
    first, second = settings.digits
    model = _MODELS.get((settings.score, settings.loss), _logistic)
    name, arguments, words = model(settings)
    title = f"{name} of scikit-learn: it learns to tell a {first} from a {second}."
    parts = loading(
        settings, " ".join(filter(None, [title, missing(settings)])), [f"from sklearn.linear_model import {name}"]
    )
    if not settings.bias:
        arguments.append("fit_intercept=False")
    fit = [f"model = {name}({', '.join(arguments)})", "model.fit(X_train, y_train)"]
    check = ["accuracy = model.score(X_test, y_test)"]
    if model is _hinge:
        check.append('print(f"test accuracy {accuracy:.4f}")')
        checked = "Check: how many unseen digits it gets right."
    else:
        check += [
            "scores = model.decision_function(X_test)",
            "log_loss = (np.logaddexp(0, scores) - y_test * scores).mean(dtype=float)",
            'print(f"test accuracy {accuracy:.4f}, test log loss {log_loss:.5g}")',
        ]
        checked = "Check: how many unseen digits it gets right, and their mean log loss."
    return Program((*parts, Part(words, "\n".join(fit)), Part(checked, "\n".join(check))))


def printed_scikit_learn(settings: Settings, fit: Fit, dataset: Dataset) -> str:
    """The line that the program prints.

    Parameters
    ----------
    settings : Settings
    fit : Fit
        From ``sklearn_models.fit`` with "SGD hinge" for multiply and hinge, else from
        ``sklearn_models.logistic_regression``.
    dataset : Dataset
    """
    line = f"test accuracy {fit.test_accuracy:.4f}"
    if _MODELS.get((settings.score, settings.loss)) is _hinge:
        return line
    return f"{line}, test log loss {measured(dataset, settings, fit.weights, fit.bias).test_loss:.5g}"


def missing(settings: Settings) -> str:
    """A sentence that scikit-learn has no model with this score and loss; empty where it has one."""
    if (settings.score, settings.loss) in _MODELS:
        return ""
    return (
        f"This is not the run on the screen: scikit-learn has no linear model with the score {settings.score} and the "
        f"loss {LOSSES[settings.loss].label}; this is the nearest to it, with value * weight and the log loss."
    )


def _logistic(settings: Settings) -> tuple[str, list[str], str]:
    strength = f"1 / (len(X_train) * {settings.l2:g})" if settings.l2 else "np.inf"
    words = (
        f"The fit: its C is 1 / (images * penalty), for a penalty of {settings.l2:g}." if settings.l2
        else "The fit: an infinite C is no penalty; it may warn that it stopped before the minimum."
    )
    return "LogisticRegression", [f"C={strength}"], words


def _hinge(settings: Settings) -> tuple[str, list[str], str]:
    penalty = f"alpha={settings.l2:g}" if settings.l2 else "penalty=None"
    words = (
        "The fit: one image a step, in steps that get shorter"
        + (f"; its alpha is the penalty of {settings.l2:g}." if settings.l2 else ", without a penalty.")
    )
    arguments = ['loss="hinge"', penalty, f"random_state={settings.seed}"]
    most = most_iterations(settings, "SGD hinge")
    if most < MAX_EPOCHS:
        arguments.append(f"max_iter={most}")
        words += f" It may visit all images {most} times, as on the page, and warn that it did not converge."
    return "SGDClassifier", arguments, words


# The scores and losses for which scikit-learn has a model; LogisticRegression is the nearest to all others.
_MODELS = {("multiply", "log_loss"): _logistic, ("multiply", "hinge"): _hinge}
