"""For the page Why multiply: the learner's idea, abs(value − weight), improved step by step to the lesson's model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.baselines import NearestMean
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, scores_of, train_many
from explorer.lessons.pixels import mean_images
from explorer.lessons.words import a_digit, number, percent

Array = NDArray[np.floating]

_words = texts.of("why_multiply")

ALIKE = 0.01  # accuracies that differ by at most this count as alike
BETTER, ALIKE_WORDS, WORSE = (_words(f"choices.{name}") for name in ("better", "alike", "worse"))


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
    score : str
        The key of ``SCORES`` that it uses.
    pictures : dict of str to (n_pixels,)
        Its weights, by name. Those of a distance are compared with the values of pixels.
    sentence : str
        What it adds to the step before, in Markdown.
    """

    key: str
    title: str
    accuracy: float
    score: str
    pictures: dict[str, Array]
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


def ideas(runs: Mapping[str, Run], dataset: Dataset, nearest: NearestMean) -> list[Idea]:
    """The steps from the learner's idea to the lesson's model, with the result of each.

    Parameters
    ----------
    runs : mapping
        The trained ``contestants``.
    dataset : Dataset
        The one they were trained on.
    nearest : NearestMean
        ``nearest_mean(dataset)``.
    """
    first, second = dataset.digits
    with_bias = runs["c"]
    scores = scores_of(dataset.X_test, with_bias.settings, with_bias.weights[-1], with_bias.biases[-1])
    # Copies: a part of a run would keep the whole run alive.
    pictures = {key: {_words("all.weights"): run.weights[-1].copy()} for key, run in runs.items()}
    pictures["d"] = {
        _words("all.mean", digit=digit): mean for digit, mean in zip(dataset.digits, mean_images(dataset), strict=True)
    }
    return [
        Idea(
            key, title, nearest.both if key == "d" else runs[key].test_accuracy[-1],
            "distance" if key == "d" else runs[key].settings.score, pictures[key],
            _words(
                f"all.steps.{key}", first=first, second=second, a_first=a_digit(first),
                bias=number(with_bias.biases[-1], ".0f"), count=f"{np.count_nonzero(scores > 0):,}",
                total=f"{len(scores):,}", right_first=percent(nearest.first), right_second=percent(nearest.second),
            ),
        )
        for key, title in _words.table("all.titles").items()
    ]


def compared(distance: float, multiply: float) -> str:
    """How the accuracy of distance compares with that of multiply: ``BETTER``, ``ALIKE_WORDS`` or ``WORSE``."""
    if abs(distance - multiply) <= ALIKE:
        return ALIKE_WORDS
    return BETTER if distance > multiply else WORSE


def sentence(steps: list[Idea], dataset: Dataset) -> str:
    """The accuracies of the steps in one sentence."""
    right = {step.key: percent(step.accuracy) for step in steps}
    return _words("all.saw.sentence", **right, count=f"{len(dataset.X_test):,}")
