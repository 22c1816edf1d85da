"""For the page Why multiply: the learner's idea, abs(value − weight), improved step by step to the lesson's model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.baselines import NearestMean
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, scores_of, train_many
from explorer.lessons.pixels import mean_images
from explorer.lessons.words import number, percent

Array = NDArray[np.floating]

ALIKE = 0.01  # accuracies that differ by at most this count as alike
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
    pictures : list of (title, (n_pixels,), as_ink)
        Its weights; ``as_ink`` where they are compared with pixel values and drawn in the same colours.
    sentence : str
        The idea and its result, in Markdown.
    """

    key: str
    title: str
    accuracy: float
    pictures: list[tuple[str, Array, bool]]
    sentence: str


def distance_model(settings: Settings) -> Settings:
    """The distance score with a start, a bias and a rate that suit it; data and seed as in ``settings``."""
    return dataclasses.replace(
        settings, score="distance", loss="log_loss", learning_rate=0.2, bias=True, start="mean_image",
        batch_size=64, epochs=20, l2=0.0, train_images=None,
    )


def multiply_model(settings: Settings) -> Settings:
    """The lesson's model with the same loss, images, batches, epochs and seed as ``distance_model``."""
    return dataclasses.replace(distance_model(settings), score="multiply", learning_rate=1.0, start="zeros")


def contestants(settings: Settings) -> dict[str, Settings]:
    """The settings of each idea but (d), which is not trained. All have the same images, batches, epochs and seed."""
    distance, multiply = distance_model(settings), multiply_model(settings)
    return {
        "a": dataclasses.replace(distance, loss="pixel_distance", bias=False, start="zeros", learning_rate=5.0),
        "b": dataclasses.replace(distance, bias=False),
        "c": distance,
        "e": multiply,
        "f": dataclasses.replace(multiply, loss="absolute_error"),
    }


def train_ideas(dataset: Dataset, settings: Settings, progress: Progress | None = None) -> dict[str, Run]:
    """Train the ``contestants``; ``progress`` as for ``train_many``."""
    wanted = contestants(settings)
    return dict(zip(wanted, train_many(dataset, list(wanted.values()), progress), strict=True))


def ideas(runs: Mapping[str, Run], dataset: Dataset, nearest: NearestMean, median: Array) -> list[Idea]:
    """The steps from the learner's idea to the lesson's model, with the result of each.

    Parameters
    ----------
    runs : mapping
        The trained ``contestants``.
    dataset : Dataset
        The one they were trained on.
    nearest : NearestMean
        ``nearest_mean(dataset)``.
    median : (n_pixels,)
        ``median_image(dataset).weights``.
    """
    first, second = dataset.digits
    n_test = len(dataset.X_test)

    def trained(key: str, title: str, claim: str, as_ink: bool) -> Idea:
        run = runs[key]
        scores = scores_of(dataset.X_test, run.settings, run.weights[-1], run.biases[-1])
        n_first = int(np.count_nonzero(scores > 0))
        return Idea(
            key, title, run.test_accuracy[-1], [(f"({key})", run.weights[-1], as_ink)],
            f"{claim}: {_answers(n_first, n_test, first)}",
        )

    mean_first, mean_second = mean_images(dataset)
    off = float(np.abs(runs["a"].weights[-1] - median).mean())
    return [
        trained("a", "word for word", (
            "**Word for word:** make abs(value − weight) small. The weights become the median of all images, "
            f"{number(off, '.3f')} off on average"
        ), as_ink=True),
        trained("b", "as a score", (
            "**As a score, with the truth in the loss:** minus the sum of distances is never above 0"
        ), as_ink=True),
        trained("c", "with a bias", (
            f"**With a bias** of {number(runs['c'].biases[-1], '.1f')} it can say {first} and {second}"
        ), as_ink=True),
        Idea(
            "d", "two templates", nearest.both,
            [(f"(d) mean {first}", mean_first, True), (f"mean {second}", mean_second, True)],
            f"**Two templates,** the mean {first} and the mean {second}; the nearer one wins. The lesson's own "
            f"baseline: {percent(nearest.first)} of the {first}s, {percent(nearest.second)} of the {second}s right.",
        ),
        trained("e", "multiply", (
            f"**Multiply:** a weight above 0 lets ink speak for {first}, below 0 for {second}, at 0 for neither"
        ), as_ink=False),
        trained("f", "abs in the loss", (
            "**Where an abs belongs:** multiply, and make abs(probability − truth) small"
        ), as_ink=False),
    ]


def compared(distance: float, multiply: float) -> str:
    """How the accuracy of distance compares with that of multiply: ``BETTER``, ``ALIKE_WORDS`` or ``WORSE``."""
    if abs(distance - multiply) <= ALIKE:
        return ALIKE_WORDS
    return BETTER if distance > multiply else WORSE


def sentence(steps: list[Idea], dataset: Dataset) -> str:
    """The accuracies of the steps in one sentence."""
    by_key = {step.key: step for step in steps}
    a, c, e, f = (percent(by_key[key].accuracy) for key in "acef")
    return (
        f"Taken word for word, the idea gets {a} of {len(dataset.X_test):,} test digits right: no label is in it. "
        f"With the truth, a good start and a bias it gets {c}; multiplying gets {e}, with abs in the loss {f}."
    )


def _answers(count: int, n_test: int, first: int) -> str:
    if count == 0:
        return f"it never answers {first}."
    if count == n_test:
        return f"it always answers {first}."
    return f"it answers {first} to {count:,} of {n_test:,}."
