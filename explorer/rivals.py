"""scikit-learn's other ways to fit, as a table."""

from __future__ import annotations

from collections.abc import Mapping

from explorer import reference
from explorer.against import Model, Rival, cosine, gap_words, measured, own_words
from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.fitting import LIMIT, Attempt
from explorer.settings import Settings

COLUMNS = (
    "model", "right (test)", "log loss (test)", "above the minimum", "cosine with ours", "iterations", "seconds", "",
)
_KNOW = {
    "lbfgs": "The default: remembers its last steps to guess the bend of the loss.",
    "newton-cholesky": "Newton's method: measures the bend itself. Few, costly steps.",
    "liblinear": "Penalises the bias too (intercept_scaling=1): its minimum is another one.",
    "saga": "One image a step, with a memory of each image's last slope.",
    "SGD log_loss": "Descent like ours, one image a step; its alpha is our λ, its steps get shorter.",
    "SGD hinge": "Another loss: a support vector machine. Its score was not made for probabilities.",
    "SGD squared_error": "(score − target)², target 1 or −1: without a sigmoid, so not our squared error.",
}


def row(
    name: str, attempt: Attempt | None, dataset: Dataset, settings: Settings, ours: Model, rival: Rival
) -> list[str]:
    """One line of the table; ``attempt`` is None for a model that has not been fitted yet.

    Parameters
    ----------
    name : str
        A key of ``reference.MODELS``.
    attempt : Attempt or None
    dataset : Dataset
    settings : Settings
    ours : Model
    rival : Rival
    """
    kind, _ = reference.MODELS[name]
    label = name if kind == "LogisticRegression" else name.replace("SGD", "SGDClassifier")
    know = _KNOW[name]
    if name == "liblinear" and not settings.bias:
        know = "Coordinate by coordinate. (With a bias, it would penalise that too.)"
    if attempt is None:
        return [label, *[""] * 6, know]
    if attempt.fit is None:
        return [label, *["—"] * 6, f"{know} **No result:** {attempt.problem}."]
    fit = attempt.fit
    model = measured(dataset, settings, fit.weights, fit.bias)
    above = "—" if rival.minimum is None else gap_words(model.penalised - rival.floor).replace("less than", "<")
    return [
        label, percent(model.test_accuracy), number(model.test_loss, ".4f"), above,
        number(cosine(fit.weights, ours.weights), ".4f"),
        f"{fit.iterations:,}", f"{fit.seconds:.3f}", f"{know} {_says(attempt)}",
    ]


def table(
    attempts: Mapping[str, Attempt], dataset: Dataset, settings: Settings, ours: Model, rival: Rival
) -> dict[str, list[str]]:
    """All models, by column; those not fitted yet have their name only."""
    rows = [row(name, attempts.get(name), dataset, settings, ours, rival) for name in reference.MODELS]
    return dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))


def summary(attempts: Mapping[str, Attempt]) -> str:
    """How many of the models are fitted, and what became of the others."""
    total, fitted = len(reference.MODELS), [a.fit for a in attempts.values() if a.fit is not None]
    if not attempts:
        return (
            f"{total} ways of scikit-learn to fit the same images, one after the other, in a process of their own: "
            f"each may take {LIMIT:g} seconds, then it is stopped."
        )
    unfinished = sum(not fit.converged for fit in fitted)
    failed = len(attempts) - len(fitted)
    said = f"{len(fitted)} of {total} fitted"
    if unfinished:
        said += f", {unfinished} of them without converging"
    if failed:
        said += f"; {failed} without a result"
    return f"{said}. “Above the minimum” is the penalised log loss, whatever loss the model was fitted by."


def _says(attempt: Attempt) -> str:
    fit = attempt.fit
    if not fit.converged:
        return f"**Not converged**, it warns: “{own_words(fit)}”."
    return f"Converged, with a warning: “{own_words(fit)}”." if fit.warnings else "Converged."
