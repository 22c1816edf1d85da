"""scikit-learn's other ways to fit, as a table, and the lines of code for what is on the screen."""

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


def code(settings: Settings) -> str:
    """Python that fits what is on the screen and prints its accuracy on the test images.

    The built-in digits are loaded and split with scikit-learn alone, MNIST with this program's ``load``.
    """
    first, second = settings.digits
    lines = _from_scikit_learn(settings) if settings.dataset == "digits" else _from_here(settings)
    strength = f"1 / (len(X_train) * {settings.l2:g})" if settings.l2 else 'float("inf")'
    bias = "" if settings.bias else ", fit_intercept=False"
    return "\n".join([
        *lines, "",
        f"model = LogisticRegression(C={strength}{bias})",
        f"model.fit(X_train, y_train)  # 1: a {first}, 0: a {second}",
        "print(model.score(X_test, y_test))", "",
    ])


def _from_scikit_learn(settings: Settings) -> list[str]:
    first, second = settings.digits
    lines = [
        "import numpy as np", "from sklearn.datasets import load_digits",
        "from sklearn.linear_model import LogisticRegression",
        "from sklearn.model_selection import train_test_split", "",
        "X, y = load_digits(return_X_y=True)",
        'X = (X / 16).astype("float32")',
    ]
    if settings.black_and_white:
        lines.append("X = np.where(X >= 0.5, 1, 0)  # black and white")
    if settings.inverted:
        lines.append("X = 1 - X  # inverted")
    lines += [
        "X_train, X_test, y_train, y_test = train_test_split(",
        "    X, y, test_size=0.3, stratify=y, random_state=2018)",
        f"train, test = np.isin(y_train, ({first}, {second})), np.isin(y_test, ({first}, {second}))",
    ]
    if settings.train_images:
        lines.append(
            "train = np.random.default_rng(2018).permutation(np.flatnonzero(train))"
            f"[:{settings.train_images}]"
        )
    return [
        *lines, f"X_train, y_train = X_train[train], y_train[train] == {first}",
        f"X_test, y_test = X_test[test], y_test[test] == {first}",
    ]


def _from_here(settings: Settings) -> list[str]:
    more = "".join(f", {name}=True" for name in ("black_and_white", "inverted") if getattr(settings, name))
    part = f"[:{settings.train_images}]" if settings.train_images else ""
    return [
        "from sklearn.linear_model import LogisticRegression",
        "from explorer.datasets import load  # run it in the folder of this program", "",
        f'data = load("{settings.dataset}", digits={settings.digits}{more})',
        f"X_train, y_train = data.X_train{part}, data.y_train{part}",
        "X_test, y_test = data.X_test, data.y_test",
    ]
