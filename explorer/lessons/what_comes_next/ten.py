"""All ten digits at once: ten rows of weights, beside scikit-learn's, and which digit is taken for which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import TenDigits
from explorer.engine.settings import MAX_EPOCHS, Settings
from explorer.engine.sklearn_models import Fit
from explorer.engine.softmax import N_DIGITS, TenRun
from explorer.lessons.runs import spread
from explorer.lessons.words import a_digit, counted, percent

PENALTY = 0.001
_EPOCHS = 300  # or as many as the data set allows
# Where the paper is 1, as on inverted images, every sum is large, and steps must be shorter; the more pixels, the more.
_RATE, _RATES = 0.2, {("mnist", True): 0.02}
_SHOWN = 8  # images of the most frequent mistake, at most
# Seconds of a step, and of a value for each score, its gradient and its place in the curves (measured on MNIST); how
# much longer ten digits take scikit-learn than two do.
_STEP, _VALUE, _FITS = 4e-5, 6.5e-11, 4

_words = texts.of("what_comes_next")


def model(settings: Settings) -> Settings:
    """What trains all ten digits on the images of ``settings``: close to the lowest loss, on both data sets."""
    return Settings(
        dataset=settings.dataset, black_and_white=settings.black_and_white, inverted=settings.inverted,
        seed=settings.seed, learning_rate=_RATES.get((settings.dataset, settings.inverted), _RATE), batch_size=64,
        epochs=min(_EPOCHS, MAX_EPOCHS[settings.dataset]), l2=PENALTY,
    )


def seconds(images: TenDigits, settings: Settings) -> float:
    """About how long our training takes."""
    n, n_test, n_pixels = cost.shape_of(images)
    steps = settings.epochs * -(-n // (settings.batch_size or n))
    return steps * _STEP + settings.epochs * (3 * n + n_test) * n_pixels * N_DIGITS * _VALUE


def fit_seconds(images: TenDigits) -> float:
    """At most about how long scikit-learn takes."""
    return _FITS * cost.fit_seconds(cost.shape_of(images))


@dataclass(frozen=True)
class Mistake:
    """The most frequent mistake.

    Parameters
    ----------
    digit, answer : int
    count : int
    images : (k,) of int
        The first of these images, as rows of ``X_test``.
    """

    digit: int
    answer: int
    count: int
    images: NDArray[np.int64]


def predictions(run: TenRun, images: TenDigits, epoch: int | None = None) -> NDArray[np.int64]:
    """The answers to the unseen images after an epoch (the last if not given): the digit with the largest score."""
    at = run.last_epoch if epoch is None else epoch
    return (images.X_test @ run.weights[at].T + run.biases[at]).argmax(1)


def confusion(run: TenRun, images: TenDigits, epoch: int | None = None) -> NDArray[np.int64]:
    """How many images of each digit (rows) get each answer (columns): (10, 10)."""
    counts = np.zeros((N_DIGITS, N_DIGITS), int)
    np.add.at(counts, (images.y_test, predictions(run, images, epoch)), 1)
    return counts


def most_frequent_mistake(run: TenRun, images: TenDigits) -> Mistake | None:
    """The digit that is most often taken for one other digit, with some of these images; None without any mistake."""
    counts = confusion(run, images)
    np.fill_diagonal(counts, 0)
    if not counts.any():
        return None
    digit, answer = map(int, np.unravel_index(counts.argmax(), counts.shape))
    chosen = np.flatnonzero((images.y_test == digit) & (predictions(run, images) == answer))
    return Mistake(digit, answer, len(chosen), chosen[:_SHOWN])


def frames(run: TenRun) -> list[int]:
    """The epochs that the player shows."""
    return spread(run.last_epoch, 21).tolist()


def sentence(run: TenRun, theirs: Fit, images: TenDigits) -> str:
    """How many unseen digits are right, beside guessing and scikit-learn, and what is confused most."""
    said = [_words(
        "ten.saw.right", right=percent(run.test_accuracy[run.last_epoch]), theirs=percent(theirs.test_accuracy),
        count=f"{len(images.X_test):,}", train=f"{len(images.X_train):,}",
    )]
    mistake = most_frequent_mistake(run, images)
    if mistake is None:
        said.append(_words("ten.saw.no_mistake"))
    else:
        said.append(_words(
            "ten.saw.mistake" if mistake.count > 1 else "ten.saw.mistake_one", a_digit=a_digit(mistake.digit),
            a_other=a_digit(mistake.answer), n=counted(mistake.count),
        ))
    if not theirs.converged:
        said.append(_words("ten.saw.not_finished"))
    return " ".join(said)


def epoch_note(run: TenRun, epoch: int) -> str:
    """How many are right after an epoch."""
    name = "ten.note.start" if not epoch else "ten.note.one" if epoch == 1 else "ten.note.some"
    return _words(name, epoch=f"{epoch:,}", right=percent(run.test_accuracy[epoch]))
