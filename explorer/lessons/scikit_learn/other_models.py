"""For the page scikit-learn: the table of its other solvers and models."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.engine import sklearn_models
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import Fit
from explorer.lessons.scikit_learn.comparison import Model, Reference, cosine, gap_words, measured, warning_sentence
from explorer.lessons.scikit_learn.fitting import LIMIT, Attempt
from explorer.lessons.words import number, percent

COLUMNS = (
    "model", "right (test)", "log loss (test)", "above the minimum", "cosine with ours", "iterations", "seconds", "",
)
_NOTES = {
    "lbfgs": "The default: remembers its last steps to guess the bend of the loss.",
    "newton-cholesky": "Newton's method: measures the bend itself. Few, costly steps.",
    "liblinear": "Penalises the bias too (intercept_scaling=1): its minimum is another one.",
    "saga": "One image a step, with a memory of each image's last slope.",
    "SGD log_loss": "Descent like ours, one image a step; its alpha is our λ, its steps get shorter.",
    "SGD hinge": "Another loss: a support vector machine. Its score was not made for probabilities.",
    "SGD squared_error": "(score − target)², target 1 or −1: without a sigmoid, so not our squared error.",
}


def row(
    name: str, attempt: Attempt | None, dataset: Dataset, settings: Settings, ours: Model, reference: Reference
) -> list[str]:
    """One row of the table; ``attempt`` is None for a model that has not been fitted yet.

    Parameters
    ----------
    name : str
        A key of ``sklearn_models.MODELS``.
    attempt : Attempt or None
    dataset : Dataset
    settings : Settings
    ours : Model
    reference : Reference
    """
    kind, _ = sklearn_models.MODELS[name]
    label = name if kind == "LogisticRegression" else name.replace("SGD", "SGDClassifier")
    note = _NOTES[name]
    if name == "liblinear" and not settings.bias:
        note = "Coordinate by coordinate. (With a bias, it would penalise that too.)"
    if attempt is None:
        return [label, *[""] * 6, note]
    if attempt.fit is None:
        return [label, *["—"] * 6, f"{note} **No result:** {attempt.problem}."]
    fit = attempt.fit
    model = measured(dataset, settings, fit.weights, fit.bias)
    above = "—" if reference.minimum is None else gap_words(model.penalised - reference.floor).replace("less than", "<")
    return [
        label, percent(model.test_accuracy), number(model.test_loss, ".4f"), above,
        number(cosine(fit.weights, ours.weights), ".4f"),
        f"{fit.iterations:,}", f"{fit.seconds:.3f}", f"{note} {_convergence(fit)}",
    ]


def table(
    attempts: Mapping[str, Attempt], dataset: Dataset, settings: Settings, ours: Model, reference: Reference
) -> dict[str, list[str]]:
    """All models as a table, column titles to cells; those not fitted yet have only a name and a note."""
    rows = [row(name, attempts.get(name), dataset, settings, ours, reference) for name in sklearn_models.MODELS]
    return dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))


def summary(attempts: Mapping[str, Attempt]) -> str:
    """How many models are fitted, how many of them did not converge, and how many have no result."""
    total, fitted = len(sklearn_models.MODELS), [a.fit for a in attempts.values() if a.fit is not None]
    if not attempts:
        return (
            f"{total} ways of scikit-learn to fit the same images, one after the other, in a process of their own. "
            f"They have {LIMIT:g} seconds; what is not done then waits until you press again."
        )
    unfinished = sum(not fit.converged for fit in fitted)
    failed = len(attempts) - len(fitted)
    text = f"{len(fitted)} of {total} fitted"
    if unfinished:
        text += f", {unfinished} of them without converging"
    if failed:
        text += f"; {failed} without a result"
    return f"{text}. “Above the minimum” is the penalised log loss, whatever loss the model was fitted by."


def _convergence(fit: Fit) -> str:
    if not fit.converged:
        return f"**Not converged**, it warns: “{warning_sentence(fit)}”."
    return f"Converged, with a warning: “{warning_sentence(fit)}”." if fit.warnings else "Converged."
