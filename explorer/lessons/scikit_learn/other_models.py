"""For the page scikit-learn: the table of its other solvers and models."""

from __future__ import annotations

from collections.abc import Mapping

from explorer import texts
from explorer.engine import sklearn_models
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import Fit
from explorer.lessons.scikit_learn.comparison import (
    Model,
    Reference,
    cosine,
    cosine_words,
    gap_words,
    measured,
    plain,
    warning_sentence,
)
from explorer.lessons.scikit_learn.fitting import LIMIT, Attempt
from explorer.lessons.words import percent

words = texts.of("scikit_learn")

COLUMNS = tuple(words(f"column.{name}") for name in (
    "model", "accuracy", "loss", "above", "cosine", "iterations", "seconds", "note",
))


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
    key = name.lower().replace(" ", "_")
    note = words("note.liblinear_no_bias" if name == "liblinear" and not settings.bias else f"note.{key}")
    if attempt is None:
        return [label, *[""] * 6, note]
    if attempt.fit is None:
        return [label, *["—"] * 6, words("note.no_result", note=note, problem=attempt.problem)]
    fit = attempt.fit
    model = measured(dataset, settings, fit.weights, fit.bias)
    above = "—" if reference.minimum is None else gap_words(model.penalised - reference.floor)
    return [
        label, percent(model.test_accuracy), plain(model.test_loss), above,
        cosine_words(cosine(fit.weights, ours.weights)), f"{fit.iterations:,}", plain(fit.seconds, 2),
        _with_ending(note, fit),
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
        return words("solvers.none_yet", total=total, limit=f"{LIMIT:g}")
    unfinished = sum(not fit.converged for fit in fitted)
    failed = len(attempts) - len(fitted)
    name = "solvers.fitted_unfinished" if unfinished else "solvers.fitted"
    said = [words(name, n=len(fitted), total=total, unfinished=unfinished)]
    if failed:
        said.append(words("solvers.failed", n=failed))
    return " ".join([*said, words("solvers.above")])


def _with_ending(note: str, fit: Fit) -> str:
    if not fit.warnings:
        return words("note.converged", note=note)
    return words("note.warned" if fit.converged else "note.unfinished", note=note, warning=warning_sentence(fit))
