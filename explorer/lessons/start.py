"""For the page Start: the score of one image of each digit, and what a bias moved by hand changes.

The model is trained from weights of zero; the bias is moved after training.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Run
from explorer.lessons.runs import Answers
from explorer.lessons.sums import ScoreSum
from explorer.lessons.words import number, percent

HUNDREDTHS = Decimal("0.01")  # the last digit shown


def start_model(settings: Settings) -> Settings:
    """The lesson's model for the images and the seed of ``settings``, from zeros: its weights are all learned."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, seed=settings.seed, start="zeros",
    )


def images_of(dataset: Dataset, label: int) -> NDArray[np.int64]:
    """The rows of ``X_test`` that show the first digit (label 1) or the second (label 0)."""
    return np.flatnonzero(dataset.y_test == label)


def with_moved_bias(run: Run, moved: float) -> Run:
    """The run with ``moved`` added to its bias at every epoch."""
    return dataclasses.replace(run, biases=run.biases + np.float32(moved))


def sentence(score_sum: ScoreSum, first: int, truth: int) -> str:
    """The sum, the bias, the score, the probability and the answer of one image.

    Parameters
    ----------
    score_sum : ScoreSum
        Rounded to ``HUNDREDTHS``.
    first, truth : int
        The first digit of the data set (label 1), and the digit on the image.
    """
    sign = "+" if score_sum.bias >= 0 else "−"
    return (
        f"Sum {number(score_sum.total)} {sign} bias {number(abs(score_sum.bias))} = "
        f"score **{number(score_sum.score)}**: {percent(score_sum.probability)} sure of a {first}. "
        f"It answers **{score_sum.answer}**, {'rightly' if score_sum.answer == truth else 'wrongly'}."
    )


def answer_choices(digits: tuple[int, int]) -> tuple[str, str, str]:
    """The three possible outcomes over all test images: always the first digit, always the second, or it depends."""
    return f"{digits[0]} to everything", f"{digits[1]} to everything", "still depends on the image"


def answers_with_moved_bias(answers: Answers, dataset: Dataset, moved: float) -> tuple[str, str]:
    """What the model answers to the test images with a moved bias: a sentence, and one of ``answer_choices``.

    Parameters
    ----------
    answers : Answers
        Of the model as trained.
    dataset : Dataset
    moved : float
        Added to the learned bias, and so to every score.
    """
    says_first = answers.scores + np.float32(moved) > 0
    n, n_first = len(says_first), int(np.count_nonzero(says_first))
    right = percent(float(np.mean(says_first == (dataset.y_test == 1))))
    first, second = dataset.digits
    choice = answer_choices(dataset.digits)[0 if n_first == n else 1 if n_first == 0 else 2]
    if moved == 0:
        return (
            f"With the bias as learned the model answers {first} to {n_first:,} of {n:,} unseen images and {second} "
            f"to {n - n_first:,}: {right} are right. The bias is added to every score alike. Move it.", choice,
        )
    direction = "raised" if moved > 0 else "lowered"
    return (
        f"With the bias {direction} by {number(abs(moved), 'g')} the model answers {first} to {n_first:,} of {n:,} "
        f"unseen images and {second} to {n - n_first:,}: {right} are right, {percent(1 - answers.wrong / n)} with the "
        "bias as learned.", choice,
    )
