"""For the page scikit-learn: our descent on the log loss beside LogisticRegression, measured and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.losses import log_loss, sigmoid
from explorer.engine.settings import LEARNING_RATES, MAX_EPOCHS, Settings
from explorer.engine.sklearn_models import MAX_ITERATIONS, Fit, inverse_strength
from explorer.engine.training import Run, batches, training_rows
from explorer.lessons.scikit_learn.minimum import Minimum
from explorer.lessons.words import number, percent

Array = NDArray[np.floating]

BESIDE = ("other rates", "other batches")  # in what the two runs drawn beside the visitor's differ
CLOSE, ALIKE = 1e-3, 0.99  # within this distance from the minimum and above this cosine, two models are the same
# Losses come from float32 scores, so a smaller distance from the minimum is rounding.
RESOLUTION = 1e-7
DEFAULT_L2 = 0.01
_STEP = 2  # positions in the list of learning rates: a factor of four or five
MOST_IMAGES = 8  # images on which the two disagree


@dataclass(frozen=True)
class Model:
    """One side of the comparison, with numbers that are measured in the same way for both.

    Parameters
    ----------
    weights : (n_pixels,)
    bias : float
    scores : (n_test,)
        The scores of the test images.
    test_accuracy, train_accuracy : float
        Shares of right answers, in [0, 1].
    test_loss, train_loss : float
        Mean log losses, without the penalty.
    penalised : float
        ``train_loss`` plus λ/2 · Σ weights².
    """

    weights: Array
    bias: float
    scores: Array
    test_accuracy: float
    train_accuracy: float
    test_loss: float
    train_loss: float
    penalised: float


@dataclass(frozen=True)
class Reference:
    """What scikit-learn finds on the same images.

    Parameters
    ----------
    fit : Fit
        The result of LogisticRegression.
    model : Model
        The same model, measured.
    minimum : Minimum or None
        None where there is no minimum or it was not found.
    """

    fit: Fit
    model: Model
    minimum: Minimum | None

    @property
    def separates(self) -> bool:
        """Whether it answers every training image correctly."""
        return self.model.train_accuracy == 1

    @property
    def floor(self) -> float:
        """The loss from which distances are measured: the minimum, or 0 where none is known."""
        return self.minimum.loss if self.minimum else 0.0

    @property
    def stopped(self) -> float:
        """How far above ``floor`` LogisticRegression stopped, at least ``RESOLUTION``."""
        return max(self.model.penalised - self.floor, RESOLUTION)


def with_penalty(settings: Settings, l2: float) -> Settings:
    """The settings of our descent: multiply and log loss, as in LogisticRegression, with this penalty."""
    return replace(settings, score="multiply", loss="log_loss", l2=l2)


def data_of(settings: Settings) -> Settings:
    """The settings that scikit-learn's fit depends on, all others at a fixed value, as the key of its cache."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, l2=settings.l2, bias=settings.bias, train_images=settings.train_images,
        seed=settings.seed, epochs=1,
    )


def neighbours(settings: Settings, beside: str) -> tuple[Settings, Settings]:
    """The settings of the two runs drawn beside this one, which differ in one choice, the smaller value first.

    Parameters
    ----------
    settings : Settings
    beside : str
        One of ``BESIDE``.
    """
    if beside == BESIDE[0]:
        at = LEARNING_RATES.index(settings.learning_rate)
        # At an end of the list both lie on the same side.
        places = {at + steps * _STEP for steps in (-2, -1, 1, 2)} & set(range(len(LEARNING_RATES)))
        others = sorted(sorted(places), key=lambda place: abs(place - at))[:2]
        return tuple(replace(settings, learning_rate=LEARNING_RATES[place]) for place in sorted(others))
    sizes = [16, 64, None]
    others = [size for size in sizes if size != settings.batch_size]
    if len(others) == 3:
        others.remove(64)
    return tuple(replace(settings, batch_size=size) for size in others)


def distances(run: Run, floor: float) -> Array:
    """Penalised loss minus ``floor`` at each epoch, at least ``RESOLUTION``; NaN once diverged: (epochs + 1,)."""
    with np.errstate(invalid="ignore", over="ignore"):
        squares = np.square(run.weights, dtype=np.float64).sum(1)
        return np.maximum(run.train_loss + run.settings.l2 / 2 * squares - floor, RESOLUTION)


def measured(dataset: Dataset, settings: Settings, weights: Array, bias: float) -> Model:
    """The numbers of a model with these weights and bias."""
    rows = training_rows(dataset, settings)
    measures = []
    for X, y in ((dataset.X_test, dataset.y_test), (dataset.X_train[:rows], dataset.y_train[:rows])):
        scores = (X @ weights.astype(X.dtype)).astype(np.float64) + bias
        measures += [scores, float(np.mean((scores > 0) == (y == 1))), float(log_loss(scores, y).mean())]
    test_scores, test_accuracy, test_loss, _, train_accuracy, train_loss = measures
    test_scores.flags.writeable = False  # cached and shared between visitors
    wide = weights.astype(np.float64)
    penalised = train_loss + settings.l2 / 2 * float(wide @ wide)
    return Model(weights, bias, test_scores, test_accuracy, train_accuracy, test_loss, train_loss, penalised)


def our_model(run: Run, dataset: Dataset) -> Model:
    """The model of a run after its last epoch with finite numbers."""
    epoch = run.last_epoch
    return measured(dataset, run.settings, run.weights[epoch], float(run.biases[epoch]))


def cosine(a: Array, b: Array) -> float:
    """The cosine of the angle between two weight vectors; 0 where one of them is 0."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0


def candidates(settings: Settings) -> list[Settings]:
    """The settings of the longest runs allowed, from zeros, at each learning rate that does not diverge."""
    # Each step multiplies a weight without ink by 1 - rate × λ, which makes it grow at rates above 2 / λ.
    return [
        replace(settings, start="zeros", batch_size=64, epochs=MAX_EPOCHS[settings.dataset], learning_rate=rate)
        for rate in LEARNING_RATES if rate * settings.l2 < 2
    ]


def closest(runs: Sequence[Run]) -> Settings:
    """The settings of the run whose final penalised loss is the lowest."""
    ends = [distances(run, 0.0)[-1] for run in runs]
    return runs[int(np.nanargmin(ends))].settings


def conversion(dataset: Dataset, settings: Settings) -> str:
    """How our λ is converted to scikit-learn's C, with the numbers of this page."""
    n = training_rows(dataset, settings)
    if not settings.l2:
        return f"**λ = 0**, no penalty, is scikit-learn's **C = ∞**: C = 1 / (n · λ), n = {n:,}"
    c = inverse_strength(n, settings.l2)
    return (
        f"**λ = {settings.l2:g}** is scikit-learn's **C** = 1 / (n · λ) = 1 / ({n:,} × {settings.l2:g}) = **{c:.4g}**"
    )


def sentence(run: Run, ours: Model, reference: Reference) -> str:
    """How close our descent came to scikit-learn's model, in one or two sentences."""
    s, epoch = run.settings, run.last_epoch
    if run.diverged_at is not None:
        return (
            f"Our descent diverged in epoch {run.diverged_at}: a learning rate of {s.learning_rate:g} is too long a "
            f"step for a penalty of λ = {s.l2:g}. scikit-learn, which chooses its own steps, has "
            f"{percent(reference.model.test_accuracy)} of the test digits right."
        )
    similarity = cosine(ours.weights, reference.model.weights)
    ending = (
        f"cosine between the weights {_cosine_text(similarity)}. Right on the test digits: "
        f"ours {percent(ours.test_accuracy)}, scikit-learn {percent(reference.model.test_accuracy)}."
    )
    after = f"After {epoch:,} epoch{'s' * (epoch != 1)}"
    if reference.minimum is None:
        why = "The minimum was not found here." if s.l2 else (
            "Without a penalty there is **no minimum**: a model with all training images right has a smaller loss "
            "the longer its weights." if reference.separates else
            "Without a penalty nothing here proves where the minimum is."
        )
        return (
            f"{why} {after} our loss is {_small(ours.penalised)}, where scikit-learn stopped at "
            f"{_small(reference.model.penalised)}, {ending}"
        )
    gap = float(distances(run, reference.floor)[epoch])
    verdict = (
        f"**The same model, found by two roads** (within {CLOSE:g} and a cosine above {ALIKE:g}): "
        if gap <= CLOSE and similarity > ALIKE else "**Not there yet:** " if gap > CLOSE
        else f"**As low, to {CLOSE:g}, but with other weights:** "
    )
    return (
        f"{verdict}{after.lower()} our penalised loss is {gap_words(gap)} above scikit-learn's minimum of "
        f"{reference.floor:.6f}, {ending}"
    )


def fit_note(reference: Reference) -> str:
    """Whether scikit-learn's fit converged, and if not, the warning that it gave."""
    fit = reference.fit
    above = "" if reference.minimum is None else (
        f" It stopped {gap_words(reference.model.penalised - reference.floor)} above the minimum, "
        "which Newton's method then found."
    )
    if fit.converged:
        return (
            f"scikit-learn's LogisticRegression (lbfgs) says that it converged, after {fit.iterations} iterations, "
            f"each of them over all images.{above}"
        )
    return (
        f"scikit-learn's LogisticRegression (lbfgs) did **not** converge: it reached its limit of {MAX_ITERATIONS} "
        f"iterations first, and warns “{warning_sentence(fit)}”.{above}"
    )


def warning_sentence(fit: Fit) -> str:
    """The first sentence of scikit-learn's last warning, which is about the end of the fit."""
    first = fit.warnings[-1].splitlines()[0]
    return first.split(". ")[0].rstrip(":. ")


@dataclass(frozen=True)
class Names:
    """The names of the lines in the picture.

    Parameters
    ----------
    text : str
        All names as a legend, in Markdown, in the colours of the lines.
    others : two of str
        Those of the runs drawn beside the visitor's.
    """

    text: str
    others: tuple[str, str]


def curves_note(settings: Settings, others: Sequence[Settings], reference: Reference, beside: str) -> Names:
    """The names of the visitor's run, of the ``others`` beside it and of scikit-learn's line."""
    def name(s: Settings) -> str:
        if beside == BESIDE[0]:
            return f"rate {s.learning_rate:g}"
        return "all images at once" if s.batch_size is None else f"batches of {s.batch_size}"

    small, large = map(name, others)
    return Names(
        f":violet[**{name(settings)}**, yours] · :green[{small}] · :red[{large}] · :gray[- - where LogisticRegression "
        "stops]", (small, large),
    )


def comparison_table(run: Run, ours: Model, reference: Reference, dataset: Dataset) -> dict[str, list[str]]:
    """Both models' numbers as a table: column titles to cells."""
    fit, theirs = reference.fit, reference.model
    steps = run.last_epoch * len(batches(training_rows(dataset, run.settings), run.settings, 1))
    stopped = "" if fit.converged else ", not converged"
    rows = [
        ("right, test digits", percent(ours.test_accuracy), percent(theirs.test_accuracy)),
        ("right, training digits", percent(ours.train_accuracy), percent(theirs.train_accuracy)),
        ("log loss, test", _small(ours.test_loss), _small(theirs.test_loss)),
        ("log loss, training", _small(ours.train_loss), _small(theirs.train_loss)),
        ("the same with the penalty", _small(ours.penalised), _small(theirs.penalised)),
        ("bias", number(ours.bias, ".4f"), number(theirs.bias, ".4f")),
        ("work", f"{run.last_epoch:,} epochs, {steps:,} steps", f"{fit.iterations} iterations{stopped}"),
        ("seconds", f"{run.seconds:.3f}", f"{fit.seconds:.3f}"),
    ]
    names, ours_column, theirs_column = zip(*rows, strict=True)
    return {"": list(names), "ours": list(ours_column), "scikit-learn": list(theirs_column)}


@dataclass(frozen=True)
class Disagreement:
    """The test images on which the two models differ most.

    Parameters
    ----------
    title : str
    images : (k,) of int
        Rows of ``X_test``, the largest difference of probability first.
    captions : list of str
    count : int
        The number of test images with different answers.
    """

    title: str
    images: NDArray[np.int64]
    captions: list[str]
    count: int


def disagreement(ours: Model, theirs: Model, dataset: Dataset) -> Disagreement:
    """The test images with different answers; where there are none, those with the largest gap of probabilities."""
    scores = np.array([ours.scores, theirs.scores])
    probabilities, answers = sigmoid(scores), scores > 0
    gaps = np.abs(probabilities[0] - probabilities[1])
    differ = np.flatnonzero(answers[0] != answers[1])
    candidates = differ if len(differ) else np.arange(len(gaps))
    images = candidates[np.argsort(-gaps[candidates], kind="stable")][:MOST_IMAGES]
    first, second = dataset.digits
    captions = []
    for i in images:
        our_text, their_text = (
            f"{first if answer else second} ({percent(probability)})"
            for answer, probability in zip(answers[:, i], probabilities[:, i], strict=True)
        )
        captions.append(f"a {first if dataset.y_test[i] == 1 else second}: ours {our_text}, scikit-learn {their_text}")
    total = len(gaps)
    title = (
        f"They answer {len(differ):,} of {total:,} test images differently"
        + (f": the {len(images)} furthest apart" if len(differ) > len(images) else "")
        if len(differ) else
        f"They answer all {total:,} test images alike: here their probabilities are furthest apart"
    )
    return Disagreement(title, images, captions, len(differ))


def _small(loss: float) -> str:
    return number(loss, ".6f" if loss >= 1e-4 else ".3g")


def _cosine_text(value: float) -> str:
    """A cosine as text; only equal directions are 1.0000."""
    return number(min(value, 0.9999) if value < 1 - 1e-9 else value, ".4f")


def gap_words(gap: float) -> str:
    """A distance from the minimum as text, no finer than float32 allows."""
    if gap <= RESOLUTION:
        return "less than 0.0000001"
    return f"{gap:.7f}" if gap < 1e-3 else number(gap, ".4f")
