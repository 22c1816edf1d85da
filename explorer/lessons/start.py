"""For the page Start: one image on the balance, and what a bias moved by hand changes for all images.

The model is trained from weights of zero; the bias is moved after training.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.lessons.runs import Answers
from explorer.lessons.words import number, percent

MOST = 500.0  # that can be added to the bias: with all pairs of digits, inverted too, more than any score
STEP = 0.5  # of what is added to the bias
_POSITIONS = 200  # of the weight on the beam, at most

_words = texts.of("start")


def start_model(settings: Settings) -> Settings:
    """The lesson's model for the images and the seed of ``settings``, from zeros: its weights are all learned."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, seed=settings.seed, start="zeros",
    )


def images_of(dataset: Dataset, label: int) -> NDArray[np.int64]:
    """The rows of ``X_test`` that show the first digit (label 1) or the second (label 0)."""
    return np.flatnonzero(dataset.y_test == label)


def moves(answers: Answers) -> list[float]:
    """What can be added to the bias: at both ends every test image gets the same answer.

    Parameters
    ----------
    answers : Answers
        Of the model as trained.
    """
    # Links from before the ends depended on the scores reach from -15 to 15.
    reach = max(15.0, float(np.abs(answers.scores).max()) + STEP)
    step = STEP * math.ceil(2 * reach / STEP / _POSITIONS)
    n = min(math.ceil(reach / step), int(MOST / step))
    return [i * step for i in range(-n, n + 1)]


def is_turned(score: float, label: int, moved: float) -> bool:
    """Whether the moved bias, and nothing else, gives an image the wrong answer.

    Parameters
    ----------
    score : float
        Of the image, with the bias as learned.
    label : int
        1 where it shows the first digit, else 0.
    moved : float
        What is added to the bias.
    """
    return (score > 0) == bool(label) != (score + moved > 0)


def answer_choices(digits: tuple[int, int]) -> tuple[str, str, str]:
    """The three possible outcomes over all test images: always the first digit, always the second, or it depends."""
    first, second = digits
    return (
        _words("expect.always_first", first=first), _words("expect.always_second", second=second),
        _words("expect.depends"),
    )


def answers_with_moved_bias(answers: Answers, dataset: Dataset, bias: float, moved: float) -> tuple[str, str]:
    """What the model answers to the test images with a moved bias: a sentence, and one of ``answer_choices``.

    Parameters
    ----------
    answers : Answers
        Of the model as trained.
    dataset : Dataset
    bias : float
        As learned.
    moved : float
        Added to it, and so to every score.
    """
    says_first = answers.scores + np.float32(moved) > 0
    n, n_first = len(says_first), int(np.count_nonzero(says_first))
    first, second = dataset.digits
    choice = answer_choices(dataset.digits)[0 if n_first == n else 1 if n_first == 0 else 2]
    if moved == 0:
        name = "learned"
    elif n_first in (0, n):
        name = "all_first" if n_first else "all_second"
    else:
        name = "raised" if moved > 0 else "lowered"
    return _words(
        f"seen.{name}", first=first, second=second, bias=number(bias + moved), n=f"{n:,}", n_first=f"{n_first:,}",
        n_second=f"{n - n_first:,}", right=percent(float(np.mean(says_first == (dataset.y_test == 1)))),
        as_learned=percent(1 - answers.wrong / n),
    ), choice
