"""The learner's idea, abs(value − weight), taken word for word and then helped step by step."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.reference import NearestMean
from explorer.settings import Settings
from explorer.training import Run, scores_of

Array = NDArray[np.floating]

# Accuracies this close are called alike.
ALIKE = 0.01
BETTER, ALIKE_WORDS, WORSE = "better", "about as well", "worse"


@dataclass(frozen=True)
class Idea:
    """One step from the learner's idea to the lesson's model.

    Parameters
    ----------
    key : str
        "a" to "f".
    title : str
    accuracy : float
        Share of right answers on the test images, in [0, 1].
    pictures : list of (title, (n_pixels,), as ink)
        Its weights; those that are compared with values of pixels are shown as ink, like those.
    sentence : str
        What came of it, in Markdown.
    """

    key: str
    title: str
    accuracy: float
    pictures: list[tuple[str, Array, bool]]
    sentence: str


def distance_model(settings: Settings) -> Settings:
    """The distance score at its best here: a good start, a bias and a rate that suit it; data and seed as given."""
    return dataclasses.replace(
        settings, score="distance", loss="log_loss", learning_rate=0.2, bias=True, start="mean_image",
        batch_size=64, epochs=20, l2=0.0, train_images=None,
    )


def multiply_model(settings: Settings) -> Settings:
    """The lesson's model beside it: same loss, images, batches, epochs and seed."""
    return dataclasses.replace(distance_model(settings), score="multiply", learning_rate=1.0, start="zeros")


def contestants(settings: Settings) -> dict[str, Settings]:
    """How each idea is trained; (d) is not trained. Same images, batches, epochs and seed for all."""
    distance, multiply = distance_model(settings), multiply_model(settings)
    return {
        "a": dataclasses.replace(distance, loss="pixel_distance", bias=False, start="zeros", learning_rate=5.0),
        "b": dataclasses.replace(distance, bias=False),
        "c": distance,
        "e": multiply,
        "f": dataclasses.replace(multiply, loss="absolute_error"),
    }


def ideas(runs: Mapping[str, Run], dataset: Dataset, nearest: NearestMean, median: Array) -> list[Idea]:
    """The steps, with what came of each.

    Parameters
    ----------
    runs : mapping
        The trained ``contestants``.
    dataset : Dataset
        The one they were trained on.
    nearest : NearestMean
        The nearer of two mean images, by abs.
    median : (n_pixels,)
        ``reference.median_image(dataset)``.
    """
    first, second = dataset.digits
    n_test = len(dataset.X_test)
    share = {key: run.test_accuracy[-1] for key, run in runs.items()} | {"d": nearest.both}
    weights = {key: run.weights[-1] for key, run in runs.items()}
    says_first = {
        key: int(np.count_nonzero(scores_of(dataset.X_test, run.settings, run.weights[-1], run.biases[-1]) > 0))
        for key, run in runs.items()
    }
    is_first = dataset.y_train == 1
    means = [dataset.X_train[chosen].mean(0, dtype=np.float64) for chosen in (is_first, ~is_first)]
    off = float(np.abs(weights["a"] - median).mean())
    return [
        Idea(
            "a", "word for word", share["a"], [("(a)", weights["a"], True)],
            f"**Word for word:** make abs(value − weight) small. The weights become the median of all images, "
            f"{number(off, '.3f')} off on average: {_says(says_first['a'], n_test, first)}",
        ),
        Idea(
            "b", "as a score", share["b"], [("(b)", weights["b"], True)],
            f"**As a score, with the truth in the loss:** minus the sum of distances is never above 0: "
            f"{_says(says_first['b'], n_test, first)}",
        ),
        Idea(
            "c", "with a bias", share["c"], [("(c)", weights["c"], True)],
            f"**With a bias** of {number(runs['c'].biases[-1], '.1f')} it can say {first} and {second}: "
            f"{_says(says_first['c'], n_test, first)}",
        ),
        Idea(
            "d", "two templates", share["d"],
            [(f"(d) mean {first}", means[0], True), (f"mean {second}", means[1], True)],
            f"**Two templates,** the mean {first} and the mean {second}; the nearer one wins. The lesson's own "
            f"baseline: {percent(nearest.first)} of the {first}s, {percent(nearest.second)} of the {second}s right.",
        ),
        Idea(
            "e", "multiply", share["e"], [("(e)", weights["e"], False)],
            f"**Multiply:** a weight above 0 lets ink speak for {first}, below 0 for {second}, at 0 for neither: "
            f"{_says(says_first['e'], n_test, first)}",
        ),
        Idea(
            "f", "abs in the loss", share["f"], [("(f)", weights["f"], False)],
            f"**Where an abs belongs:** multiply, and make abs(probability − truth) small: "
            f"{_says(says_first['f'], n_test, first)}",
        ),
    ]


def compared(distance: float, multiply: float) -> str:
    """Whether the accuracy of a distance is better than, about that of, or worse than multiply's."""
    if abs(distance - multiply) <= ALIKE:
        return ALIKE_WORDS
    return BETTER if distance > multiply else WORSE


def sentence(steps: list[Idea], dataset: Dataset) -> str:
    """What the steps show together."""
    by_key = {step.key: step for step in steps}
    a, c, e, f = (percent(by_key[key].accuracy) for key in "acef")
    return (
        f"Taken word for word, the idea gets {a} of {len(dataset.X_test):,} test digits right: no label is in it. "
        f"With the truth, a good start and a bias it gets {c}; multiplying gets {e}, with abs in the loss {f}."
    )


def _says(count: int, n_test: int, first: int) -> str:
    if count == 0:
        return f"it never answers {first}."
    if count == n_test:
        return f"it always answers {first}."
    return f"it answers {first} to {count:,} of {n_test:,}."
