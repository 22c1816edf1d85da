"""For the page scikit-learn: our descent on the log loss beside LogisticRegression, measured and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import log_loss, sigmoid
from explorer.engine.settings import LEARNING_RATES, MAX_EPOCHS, Settings
from explorer.engine.sklearn_models import MAX_ITERATIONS, Fit, inverse_strength
from explorer.engine.training import Run, batches, training_rows
from explorer.lessons.scikit_learn.minimum import Minimum
from explorer.lessons.words import number, percent

words = texts.of("scikit_learn")

Array = NDArray[np.floating]

CHOICES = SAME, NOT_YET, OTHER = words("choices.same"), words("choices.not_yet"), words("choices.other")
BESIDE = ("other rates", "other batches")  # as links name them: in what the two runs drawn beside the visitor's differ
CLOSE, ALIKE = 1e-3, 0.99  # within this distance from the minimum and above this cosine, two models are the same
# Losses come from float32 scores: a distance from the minimum below this is mostly rounding.
RESOLUTION = 1e-6
_LEAST_GAP = 1e-5  # in words
MOST_DIFFERENT = 1e-3  # of the answers may differ where two models count as the same in the task
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
        return words("penalty.conversion_none", n=f"{n:,}")
    c = inverse_strength(n, settings.l2)
    return words("penalty.conversion", l2=f"{settings.l2:g}", n=f"{n:,}", c=plain(c))


@dataclass(frozen=True)
class Seen:
    """How close our descent came to scikit-learn's model, and the expectation that it confirms.

    Parameters
    ----------
    sentence : str
        Markdown.
    happened : str or None
        One of ``CHOICES``; None without a minimum.
    """

    sentence: str
    happened: str | None


def happened(run: Run, ours: Model, reference: Reference) -> str | None:
    """Whether our descent found scikit-learn's model, as one of ``CHOICES``; None where there is no minimum."""
    if run.diverged_at is not None:
        return OTHER
    if reference.minimum is None:
        return None
    if float(distances(run, reference.floor)[run.last_epoch]) > CLOSE:
        return NOT_YET
    return SAME if cosine(ours.weights, reference.model.weights) > ALIKE else OTHER


def is_same_model(run: Run, ours: Model, reference: Reference, different: int) -> bool:
    """Whether the task of the page is done: the same model, and hardly an answer to a test image that differs.

    Parameters
    ----------
    run : Run
    ours : Model
    reference : Reference
    different : int
        The number of test images with different answers.
    """
    return happened(run, ours, reference) == SAME and different <= MOST_DIFFERENT * len(ours.scores)


def seen(run: Run, ours: Model, reference: Reference) -> Seen:
    """How close our descent came to scikit-learn's model, in one or two sentences."""
    s, epoch = run.settings, run.last_epoch
    what = happened(run, ours, reference)
    if run.diverged_at is not None:
        return Seen(words(
            "saw.diverged", epoch=run.diverged_at, l2=f"{s.l2:g}", rate=f"{s.learning_rate:g}",
            theirs=percent(reference.model.test_accuracy),
        ), what)
    if what is None:
        name = "not_found" if s.l2 else "no_minimum" if reference.separates else "unproven"
        verdict = words(
            f"saw.{name}", epochs=_epochs(epoch), ours=plain(ours.penalised), theirs=plain(reference.model.penalised),
        )
    else:
        verdict = words(
            {SAME: "saw.same", NOT_YET: "saw.not_yet", OTHER: "saw.other"}[what], epochs=_epochs(epoch),
            gap=gap_words(float(distances(run, reference.floor)[epoch])), floor=plain(reference.floor),
            cosine=cosine_words(cosine(ours.weights, reference.model.weights)),
        )
    accuracy = words(
        "saw.accuracy", ours=percent(ours.test_accuracy), theirs=percent(reference.model.test_accuracy),
    )
    return Seen(f"{verdict} {accuracy}", what)


def fit_note(reference: Reference) -> str:
    """Whether scikit-learn's fit converged, and if not, the warning that it gave."""
    fit = reference.fit
    said = words("fit.converged", iterations=fit.iterations) if fit.converged else words(
        "fit.limit", most=MAX_ITERATIONS, warning=warning_sentence(fit),
    )
    if reference.minimum is None:
        return said
    return f"{said} {words('fit.above', gap=gap_words(reference.model.penalised - reference.floor))}"


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
        All names as a legend, in Markdown, by the look of the lines.
    others : two of str
        Those of the runs drawn beside the visitor's.
    """

    text: str
    others: tuple[str, str]


def curves_note(settings: Settings, others: Sequence[Settings], reference: Reference, beside: str) -> Names:
    """The names of the visitor's run, of the ``others`` beside it and of scikit-learn's line."""
    def name(s: Settings) -> str:
        if beside == BESIDE[0]:
            return words("way.rate", rate=f"{s.learning_rate:g}")
        return words("way.all") if s.batch_size is None else words("way.batches", size=s.batch_size)

    smaller, larger = map(name, others)
    return Names(words("way.legend", yours=name(settings), smaller=smaller, larger=larger), (smaller, larger))


def comparison_table(run: Run, ours: Model, reference: Reference, dataset: Dataset) -> dict[str, list[str]]:
    """Both models' numbers as a table: column titles to cells."""
    fit, theirs = reference.fit, reference.model
    steps = run.last_epoch * len(batches(training_rows(dataset, run.settings), run.settings, 1))
    rows = [
        ("test_accuracy", percent(ours.test_accuracy), percent(theirs.test_accuracy)),
        ("train_accuracy", percent(ours.train_accuracy), percent(theirs.train_accuracy)),
        ("test_loss", plain(ours.test_loss), plain(theirs.test_loss)),
        ("train_loss", plain(ours.train_loss), plain(theirs.train_loss)),
        ("penalised", plain(ours.penalised), plain(theirs.penalised)),
        ("bias", number(ours.bias), number(theirs.bias)),
        (
            "work", words("table.steps", epochs=_epochs(run.last_epoch), steps=f"{steps:,}"),
            words("table.iterations" if fit.converged else "table.iterations_limit", iterations=fit.iterations),
        ),
        ("time", *(words("table.seconds", seconds=plain(seconds, 2)) for seconds in (run.seconds, fit.seconds))),
    ]
    names, ours_column, theirs_column = zip(*rows, strict=True)
    return {
        "": [words(f"table.{name}") for name in names], words("table.ours"): list(ours_column),
        words("table.theirs"): list(theirs_column),
    }


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
    captions = [words(
        "answers.caption", truth=first if dataset.y_test[i] == 1 else second,
        ours=first if answers[0, i] else second, our_share=percent(probabilities[0, i]),
        theirs=first if answers[1, i] else second, their_share=percent(probabilities[1, i]),
    ) for i in images]
    n, total = len(differ), len(gaps)
    name = (
        "agree" if not n else "differ_one" if n == 1 else "differ_most" if n > len(images) else "differ"
    )
    title = words(f"answers.{name}", n=f"{n:,}", total=f"{total:,}", shown=len(images))
    return Disagreement(title, images, captions, n)


def _epochs(n: int) -> str:
    return words("epochs.one") if n == 1 else words("epochs.many", n=f"{n:,}")


def plain(value: float, digits: int = 3) -> str:
    """A number as text with so many significant digits, and without a power of ten."""
    if not 0 < abs(value) < np.inf:
        return number(value, "g")
    places = max(digits - 1 - int(np.floor(np.log10(abs(value)))), 0)
    return f"{value:,.{places}f}".replace("-", "−") if abs(value) < 1e6 else words("gap.huge")


def cosine_words(value: float) -> str:
    """A cosine as text; only equal directions are 1.000."""
    return number(min(value, 0.999) if value < 1 - 1e-9 else value, ".3f")


def gap_words(gap: float) -> str:
    """A distance from the minimum as text; one that nobody would notice is not counted out."""
    return words("gap.none", least=f"{_LEAST_GAP:.5f}") if gap < _LEAST_GAP else plain(gap, 2)
