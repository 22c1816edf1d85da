"""Who learns from whose images, who is tested on whose, and how that ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.evaluation import curves
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, scores_of, train_many
from explorer.lessons.runs import WeightPicture, answers_with, starts_at_zero, weight_picture
from explorer.lessons.words import percent
from explorer.lessons.your_digits import signs as own
from explorer.lessons.your_digits.signs import Signs

Array = NDArray[np.floating]

_words = texts.of("your_digits")
USES = TEST, TRAIN, ADD, ONLY = ("test on yours", "train on yours", "add yours", "only yours")
QUESTION = _words("expect.question")
EXPECTATIONS = tuple(_words.table("expect")[name] for name in ("nearly_all", "most", "half"))
SEED = 2018  # of the order in which the images are mixed
_MOST_WRONG = 8


def settings_of(settings: Settings, use: str) -> Settings:
    """The settings of the training; ``dataset_of`` has left out what ``train_images`` does."""
    return replace(settings, train_images=None) if use != TEST else settings


def missing(signs: Signs, use: str) -> tuple[int, int] | None:
    """How many images of each sign a use still needs; None where there are enough."""
    least = {TEST: 0, ONLY: 2}.get(use, 1)
    lacks = max(least - signs.count(1), 0), max(least - signs.count(0), 0)
    if use == TEST and not len(signs):
        return 1, 1
    return lacks if any(lacks) else None


def dataset_of(dataset: Dataset, signs: Signs, settings: Settings, use: str) -> Dataset:
    """The images to learn from and to be tested on.

    Parameters
    ----------
    dataset : Dataset
        The one that ``settings`` name.
    signs : Signs
        Enough for this use: see ``missing``.
    settings : Settings
        As chosen. ``train_images`` counts those of the data set.
    use : str
        One of ``USES``. "train on yours": learn from the signs, test on the data set. "test on yours": the other way
        round. "add yours": learn from both, test on the data set. "only yours": learn from every other image of each
        sign, test on the rest.
    """
    X, y = own.pixels(signs, settings), signs.labels.astype(np.float32)
    if use == TEST:
        return _frozen(dataset, X_test=X, y_test=y)
    if use == ONLY:
        learns = np.zeros(len(signs), bool)
        for label in (0, 1):
            learns[signs.rows(label)[::2]] = True
        return _frozen(
            dataset, **_mixed(X[learns], y[learns]), X_test=X[~learns], y_test=y[~learns],
        )
    if use == ADD:
        n = settings.train_images
        X, y = np.concatenate([dataset.X_train[:n], X]), np.concatenate([dataset.y_train[:n], y])
    return _frozen(dataset, **_mixed(X, y))


def _mixed(X: Array, y: Array) -> dict[str, Array]:
    order = np.random.default_rng(SEED).permutation(len(X))
    return {"X_train": X[order], "y_train": y[order]}


def _frozen(dataset: Dataset, **arrays: Array) -> Dataset:
    for array in arrays.values():
        array.flags.writeable = False
    return replace(dataset, **arrays)


@dataclass(frozen=True, eq=False)
class Result:
    """How a use ended: small, so that a session may keep it.

    Parameters
    ----------
    use : str
    n_train, n_test, right : int
        The images it learned from and was tested on, and how many of these it got right.
    own_right : int
        How many of the visitor's images it gets right, of all.
    wrong : (k,) of int
        The test images with wrong answers, the worst first, or where there are none those that came closest.
    scores : (k,)
        Their scores.
    n_wrong : int
    says_first : (n_own,) of bool
        Which of the visitor's images it takes for the first sign.
    picture : WeightPicture
        What was learned.
    last_epoch : int
    diverged : bool
    printed : (accuracy, test loss, training loss)
        What the exported program prints.
    """

    use: str
    n_train: int
    n_test: int
    right: int
    own_right: int
    wrong: NDArray[np.int64]
    scores: Array
    n_wrong: int
    says_first: NDArray[np.bool_]
    picture: WeightPicture
    last_epoch: int
    diverged_at: int | None
    printed: tuple[float, float, float]


def result(
    dataset: Dataset, signs: Signs, settings: Settings, use: str, progress: Progress | None = None
) -> Result:
    """Train as a use says, and measure."""
    data = dataset_of(dataset, signs, settings, use)
    (run,) = train_many(data, [settings_of(settings, use)], progress)
    return measured(run, data, signs, settings, use)


def tested(run: Run, dataset: Dataset, signs: Signs, settings: Settings) -> Result:
    """The test of a run on the data set with the visitor's images: nothing has to be trained."""
    data, last = dataset_of(dataset, signs, settings, TEST), run.last_epoch
    weights, biases = run.weights[None, [last]], run.biases[None, [last]]
    _, test_loss, _, test_accuracy = curves(data, 1, [settings], weights, biases, lambda share: None)
    at_the_end = np.full_like(run.test_loss, test_loss[0, 0]), np.full_like(run.test_loss, test_accuracy[0, 0])
    return measured(
        replace(run, test_loss=at_the_end[0], test_accuracy=at_the_end[1]), data, signs, settings, TEST,
    )


def measured(run: Run, data: Dataset, signs: Signs, settings: Settings, use: str) -> Result:
    """The result of a run on ``dataset_of``."""
    last = run.last_epoch
    weights, bias = run.weights[last], float(run.biases[last])
    answers = answers_with(weights, bias, run.settings, data, _MOST_WRONG)
    says_first = own_answers(weights, bias, signs, settings)
    picture = weight_picture(run, not starts_at_zero(run))
    return Result(
        use, len(data.X_train[: run.settings.train_images]), len(data.X_test), len(data.X_test) - answers.wrong,
        int(np.count_nonzero(says_first == (signs.labels == 1))), answers.most_wrong,
        answers.scores[answers.most_wrong], answers.wrong, says_first, picture, last, run.diverged_at,
        (float(run.test_accuracy[last]), float(run.test_loss[last]), float(run.train_loss[last])),
    )


def own_answers(weights: Array, bias: float, signs: Signs, settings: Settings) -> NDArray[np.bool_]:
    """Which of the visitor's images a model takes for the first sign."""
    return scores_of(own.pixels(signs, settings), settings, weights, bias) > 0


def own_right(run: Run, signs: Signs) -> int:
    """How many of the visitor's images the model of a run gets right."""
    says_first = own_answers(run.weights[run.last_epoch], float(run.biases[run.last_epoch]), signs, run.settings)
    return int(np.count_nonzero(says_first == (signs.labels == 1)))


def sentence(found: Result, without: Run, signs: Signs, names: tuple[str, str], settings: Settings) -> str:
    """What happened, in Markdown.

    Parameters
    ----------
    found : Result
    without : Run
        The model that learned from the data set alone, with the same settings.
    signs : Signs
    names : (str, str)
        Of the two signs.
    settings : Settings
    """
    last = without.last_epoch
    base = round(float(without.test_accuracy[last]) * found.n_test) if found.use in (TRAIN, ADD) else 0
    total = f"{found.n_test:,}"
    values = dict(
        data=_words(f"data.{settings.dataset}"), n=len(signs), learned=f"{found.n_train:,}", right=f"{found.right:,}",
        total=total, share=percent(found.right / found.n_test), base=f"{base:,}",
        base_share=percent(base / found.n_test), own_right=found.own_right,
        own_before=own_right(without, signs), first=names[0], second=names[1],
    )
    name = {TRAIN: "train", TEST: "test", ADD: "add", ONLY: "only"}[found.use]
    said = [_words(f"happened.{name}", **values)]
    if found.use == TEST:
        said.append(_wrong_ones(found, signs, names))
    if found.diverged_at is not None:
        said.append(_words("happened.diverged", epoch=found.diverged_at))
    return " ".join(said)


def _wrong_ones(found: Result, signs: Signs, names: tuple[str, str]) -> str:
    """How many images of each sign were taken for the other."""
    taken = [
        int(np.count_nonzero(found.says_first[signs.labels == label] != (label == 1))) for label in (1, 0)
    ]
    if not any(taken):
        return _words("happened.none_wrong")
    return _words("happened.taken", first=names[0], second=names[1], firsts=taken[0], seconds=taken[1])


def outcome(found: Result) -> str | None:
    """The one of ``EXPECTATIONS`` that is true of a test on the visitor's images; None for another use."""
    if found.use != TEST:
        return None
    share = found.right / found.n_test
    return EXPECTATIONS[0 if share >= 0.9 else 1 if share >= 0.65 else 2]


def own_row(signs: Signs, use: str, row: int) -> int | None:
    """The place among the visitor's images of a test image; None where it is one of the data set."""
    if use == TEST:
        return row
    if use == ONLY:
        tested = np.ones(len(signs), bool)
        for label in (0, 1):
            tested[signs.rows(label)[::2]] = False
        return int(np.flatnonzero(tested)[row])
    return None
