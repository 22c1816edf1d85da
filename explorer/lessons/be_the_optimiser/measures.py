"""How many digits a painting gets right, and what to say about it while it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.training import scores_of
from explorer.lessons.be_the_optimiser.painting import Cells, weights_of
from explorer.lessons.runs import what_is_1
from explorer.lessons.words import a_digit, number, percent

Array = NDArray[np.floating]

_words = texts.of("be_the_optimiser")

CHOICES = LOW, MIDDLE, HIGH = tuple(_words(f"expect.{name}") for name in ("low", "middle", "high"))
_MIDDLE_FROM, _HIGH_FROM = 0.7, 0.9
TASK = _HIGH_FROM  # the share of unseen images that the task asks for
_WORTH_SAYING = 0.01  # what another bias must gain to be named
_SMALL = 100  # pixels: images with fewer have sliders for a smaller sum of ink


@dataclass(frozen=True)
class Measured:
    """The answers of a painting to some images.

    Parameters
    ----------
    right_first, right_second : int
        How many images of each digit get the right answer.
    n_first, n_second : int
        How many there are.
    loss : float
        The mean log loss.
    """

    right_first: int
    right_second: int
    n_first: int
    n_second: int
    loss: float

    @property
    def right(self) -> int:
        """How many images get the right answer."""
        return self.right_first + self.right_second

    @property
    def count(self) -> int:
        """How many images there are."""
        return self.n_first + self.n_second

    @property
    def accuracy(self) -> float:
        """The share of right answers, in [0, 1]."""
        return self.right / self.count

    @property
    def says_first(self) -> int:
        """How many images are called the first digit."""
        return self.right_first + self.n_second - self.right_second


def opponent(settings: Settings) -> Settings:
    """The descent that a painting is measured against: the log loss, from zeros, with a bias and all images."""
    return replace(settings, loss="log_loss", bias=True, start="zeros", l2=0.0, train_images=None)


def biases(score: str, n_pixels: int) -> tuple[float, float, float]:
    """The lowest and the highest bias that can be set, and the step between two of them."""
    if score == "multiply":
        return (-20.0, 20.0, 0.25) if n_pixels < _SMALL else (-100.0, 100.0, 1.0)
    return (0.0, float(n_pixels), 0.5 if n_pixels < _SMALL else 4.0)


def bias_steps(score: str, n_pixels: int) -> Array:
    """Every bias that the slider offers, rising."""
    low, high, step = biases(score, n_pixels)
    return low + step * np.arange(round((high - low) / step) + 1)


def sums(dataset: Dataset, settings: Settings, cells: Cells, unseen: bool = False) -> Array:
    """The scores without a bias of the training images, or of the unseen ones: (n_samples,)."""
    X = dataset.X_test if unseen else dataset.X_train
    return scores_of(X, settings, weights_of(cells, settings.score), 0.0)


def measured(scores: Array, y: Array) -> Measured:
    """What these scores answer to images with these truths."""
    says_first, is_first = scores > 0, y == 1
    return Measured(
        int(np.count_nonzero(says_first & is_first)), int(np.count_nonzero(~says_first & ~is_first)),
        int(np.count_nonzero(is_first)), int(np.count_nonzero(~is_first)),
        float(LOSSES["log_loss"].value(scores, y).mean(dtype=np.float64)),
    )


def on_training(dataset: Dataset, settings: Settings, cells: Cells, bias: float) -> Measured:
    """What a painting answers to the training images."""
    pushes = sums(dataset, settings, cells)
    return measured(pushes + pushes.dtype.type(bias), dataset.y_train)


def best_bias(without_bias: Array, y: Array, options: Sequence[float] | Array) -> tuple[float, float]:
    """The bias with which most answers are right, and their share; of several in a row, the middle one.

    Parameters
    ----------
    without_bias, y : (n_samples,)
        Scores without a bias; truths.
    options : sequence of float
        Rising.
    """
    first, second = np.sort(without_bias[y == 1]), np.sort(without_bias[y == 0])
    # A score is above 0 where the sum is above minus the bias, also in floating point.
    thresholds = -np.asarray(options, without_bias.dtype)
    right = len(first) - first.searchsorted(thresholds, "right") + second.searchsorted(thresholds, "right")
    best = np.flatnonzero(right == right.max())
    return float(options[best[len(best) // 2]]), float(right.max() / len(y))


def choice(accuracy: float) -> str:
    """Which of ``CHOICES`` an accuracy is."""
    return LOW if accuracy < _MIDDLE_FROM else MIDDLE if accuracy < _HIGH_FROM else HIGH


def while_painting(
    result: Measured, is_empty: bool, settings: Settings, bias: float, best: tuple[float, float],
) -> str:
    """What the painting does with the training images, and what to do next.

    Parameters
    ----------
    result : Measured
        On the training images.
    is_empty : bool
        Whether nothing is painted.
    settings : Settings
    bias : float
    best : (bias, accuracy)
        From ``best_bias``.
    """
    first, second = settings.digits
    values = dict(
        right=f"{result.right:,}", count=f"{result.count:,}", loss=number(result.loss, ".3g"), first=first,
        second=second, of_first=percent(result.right_first / result.n_first), bias=number(bias, "g"),
        of_second=percent(result.right_second / result.n_second), best=number(best[0], "g"),
        best_right=percent(best[1]), ink=what_is_1(settings), a_first=a_digit(first), a_second=a_digit(second),
        answer=first if result.says_first else second,
    )
    if is_empty and settings.score == "multiply":
        return _words("painting.empty", **values)
    if result.says_first in (0, result.count):
        name = "painting.one_answer" if best[1] - result.accuracy >= _WORTH_SAYING else "painting.one_answer_always"
        return _words(name, **values)
    said = [_words("painting.numbers", **values)]
    if best[1] - result.accuracy >= _WORTH_SAYING:
        said.append(_words("painting.other_bias", **values))
    return " ".join(said)
