"""Painting weights for products beside painting a picture for distances: which is easier by hand, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.lessons.be_the_optimiser.measures import Measured, best_bias, bias_steps, sums
from explorer.lessons.be_the_optimiser.painting import LEVELS, by_rule
from explorer.lessons.words import a_digit, number, percent

ALIKE = 0.01  # accuracies that differ by at most this count as alike

_words = texts.of("be_the_optimiser")


@dataclass(frozen=True)
class Painted:
    """What was painted for one score, and how good it is.

    Parameters
    ----------
    n_painted : int
        How many pixels are not as on the empty canvas.
    bias : float
    seen : Measured
        On the training images.
    unseen : Measured or None
        On the unseen images; None until the painting is tested on them.
    """

    n_painted: int
    bias: float
    seen: Measured
    unseen: Measured | None


@dataclass(frozen=True)
class Rule:
    """A painting by a simple rule, with the bias that suits it best: its share of right training images."""

    score: str
    rule: str
    bias: float
    accuracy: float


def rules(dataset: Dataset, settings: Settings) -> tuple[Rule, Rule, Rule]:
    """The simple rules: the difference of the mean images for products; their image, and the difference, for distances.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Its score is not read.
    """
    found = []
    for score, rule in (("multiply", "difference"), ("distance", "mean_image"), ("distance", "difference")):
        n_pixels = dataset.X_train.shape[1]
        pushes = sums(dataset, replace(settings, score=score), by_rule(dataset, score, rule))
        found.append(Rule(score, rule, *best_bias(pushes, dataset.y_train, bias_steps(score, n_pixels))))
    first, second, third = found
    return first, second, third


def table(painted: Mapping[str, Painted]) -> dict[str, list[str]]:
    """Both paintings as a table: the score, painted pixels, bias, right answers."""
    rows = [painted[score] for score in LEVELS]
    return {
        _words("scores.column_score"): [_words(f"scores.{score}") for score in LEVELS],
        _words("scores.column_painted"): [f"{row.n_painted:,}" for row in rows],
        _words("scores.column_bias"): [number(row.bias, "g") for row in rows],
        _words("scores.column_seen"): [
            percent(row.seen.accuracy) if row.n_painted else _words("scores.nothing") for row in rows
        ],
        _words("scores.column_unseen"): [
            percent(row.unseen.accuracy) if row.unseen else _words("scores.untested") for row in rows
        ],
    }


def sentence(painted: Mapping[str, Painted], found: tuple[Rule, Rule, Rule], digits: tuple[int, int]) -> str:
    """Which of the two is easier by hand, by the visitor's own paintings and by the simple rules, and why."""
    products, distances = painted["multiply"], painted["distance"]
    said = []
    if products.n_painted and distances.n_painted:
        said.append(_words(
            "scores.yours", multiply=percent(products.seen.accuracy), distance=percent(distances.seen.accuracy),
        ))
    by_difference, by_image, in_disguise = found
    values = dict(
        first=a_digit(digits[0]), second=a_digit(digits[1]), multiply=percent(by_difference.accuracy),
        image=percent(by_image.accuracy), bias=number(by_image.bias, "g"), disguise=percent(in_disguise.accuracy),
    )
    ahead = by_difference.accuracy - by_image.accuracy
    said.append(_words(
        "scores.easier" if ahead > ALIKE else "scores.harder" if ahead < -ALIKE else "scores.alike", **values,
    ))
    said.append(_words("scores.disguise", **values))
    return "\n\n".join(said)
