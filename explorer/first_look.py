"""The first look at a model: one image of each digit, and a bias that can be moved by hand."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.explanations import Account, answers, number, percent
from explorer.settings import Settings
from explorer.training import Run

HUNDREDTHS = Decimal("0.01")  # the last digit shown


def first_model(settings: Settings) -> Settings:
    """The lesson's model on the images and with the seed of ``settings``; from zeros: one sees what was learned."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, seed=settings.seed, start="zeros",
    )


def images_of(dataset: Dataset, label: int) -> NDArray[np.int64]:
    """The test images of the first digit (1) or of the second (0): rows of ``X_test``."""
    return np.flatnonzero(dataset.y_test == label)


def moved_by(run: Run, moved: float) -> Run:
    """The run with something added to its bias at every epoch."""
    return dataclasses.replace(run, biases=run.biases + np.float32(moved))


def sentence(account: Account, first: int, shown: int) -> str:
    """The sum, the bias, the score, the probability and the answer; it adds up as shown.

    Parameters
    ----------
    account : Account
        To two digits after the point.
    first, shown : int
        The digit of class 1, and the digit on the image.
    """
    sign = "+" if account.bias >= 0 else "−"
    return (
        f"Sum {number(account.total)} {sign} bias {number(abs(account.bias))} = score **{number(account.score)}**: "
        f"{percent(account.probability)} sure of a {first}. "
        f"It answers **{account.answer}**, {'rightly' if account.answer == shown else 'wrongly'}."
    )


def everything(digits: tuple[int, int]) -> tuple[str, str, str]:
    """What a model may answer to all test images: the first digit, the second, or it depends."""
    return f"{digits[0]} to everything", f"{digits[1]} to everything", "still depends on the image"


def answers_with(run: Run, dataset: Dataset, moved: float) -> tuple[str, str]:
    """What the model answers to all test images when the bias is moved: a sentence, and one of ``everything``.

    Parameters
    ----------
    run : Run
        As learned.
    dataset : Dataset
    moved : float
        What is added to the learned bias.
    """
    told = answers(moved_by(run, moved), dataset)
    n, says_first = len(told.scores), int(told.counts[:, 0].sum())
    right = percent(1 - told.wrong / n)
    first, second = dataset.digits
    choice = everything(dataset.digits)[0 if says_first == n else 1 if says_first == 0 else 2]
    if moved == 0:
        return (
            f"With the bias as learned the model answers {first} to {says_first:,} of {n:,} unseen images and {second} "
            f"to {n - says_first:,}: {right} are right. The bias is added to every score alike. Move it.", choice,
        )
    way = "raised" if moved > 0 else "lowered"
    return (
        f"With the bias {way} by {number(abs(moved), 'g')} the model answers {first} to {says_first:,} of {n:,} unseen "
        f"images and {second} to {n - says_first:,}: {right} are right, {percent(run.test_accuracy[-1])} with the bias "
        "as learned.", choice,
    )
