"""For the page Bias: models of one number per image, how much ink it has, with and without a bias."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, train_many
from explorer.lessons import pixels
from explorer.lessons.bias.common import data_of, pair
from explorer.lessons.words import number, percent

MOST_WEIGHT, MOST_BIAS = 50.0, 20.0  # the limits of the two sliders, to either side of 0
# By the data set, the digits that one number for the ink tells apart best; the first has less of it. Of the built-in
# digits all have nearly the same.
_CLEAR_PAIR = {"mnist": (1, 0), "digits": (7, 8)}
_GUESSING = 0.6  # up to this accuracy, ink alone is hardly better than guessing
_words = texts.of("bias")


@dataclass(frozen=True, eq=False)
class Ink:
    """Two models of the amount of ink.

    Parameters
    ----------
    dataset : Dataset
        One value per image, as ``pixels.ink`` makes it.
    with_bias, without : Run
    """

    dataset: Dataset
    with_bias: Run
    without: Run


def clear_pair(settings: Settings) -> Settings:
    """The settings with the two digits that the amount of ink tells apart best."""
    return dataclasses.replace(settings, digits=_CLEAR_PAIR[settings.dataset])


def ink_study(dataset: Dataset, settings: Settings, progress: Progress | None = None) -> Ink:
    """Train on the amount of ink, with and without a bias.

    Parameters
    ----------
    dataset : Dataset
        Images that are not inverted: ink has the value 1.
    settings : Settings
    progress : callable (share), optional
        As for ``train_many``.
    """
    # The values are close together, which makes the valley of the loss long and narrow: the rate is
    # close to the largest one that does not diverge, and the epochs are enough to settle.
    how = dict(learning_rate=2.0, epochs=1000, batch_size=None) if settings.dataset == "digits" else dict(
        learning_rate=5.0, epochs=30, batch_size=256
    )
    inked = pixels.ink(dataset)
    return Ink(inked, *train_many(inked, pair(data_of(settings, **how)), progress))


def trained_ink(study: Ink, with_bias: bool) -> tuple[float, float]:
    """(weight, bias) as trained, within the limits of the sliders and rounded for a link.

    Where one exceeds its limit both are scaled down, so that the answer flips at the same amount of ink.
    """
    run = study.with_bias if with_bias else study.without
    weight, bias = float(run.weights[-1, 0]), float(run.biases[-1])
    scale = min(1.0, MOST_WEIGHT / (abs(weight) or 1.0), MOST_BIAS / (abs(bias) or 1.0))
    return round(weight * scale, 3), round(bias * scale, 3)


def zero_crossing(weight: float, bias: float) -> float | None:
    """The value at which the score weight * value + bias is 0; None where the weight is 0."""
    return -bias / weight if weight else None


def accuracy(dataset: Dataset, weight: float, bias: float) -> float:
    """The share of the test images, of one value each, that a model with this weight and bias answers correctly."""
    return float(np.mean((dataset.X_test[:, 0] * weight + bias > 0) == (dataset.y_test == 1)))


def ink_table(study: Ink, weight: float, bias: float) -> dict[str, list[str]]:
    """The visitor's model, the one trained with a bias and the one without as a table: column titles to cells."""
    rows = [("yours", weight, bias), *(
        (name, float(run.weights[-1, 0]), float(run.biases[-1]))
        for name, run in (("with_bias", study.with_bias), ("without", study.without))
    )]
    changes = [zero_crossing(w, b) for _, w, b in rows]
    return {
        _words("ink.table.model"): [_words(f"ink.table.{name}") for name, *_ in rows],
        _words("ink.table.weight"): [number(w) for _, w, _ in rows],
        _words("ink.table.bias"): [number(b) for *_, b in rows],
        _words("ink.table.changes"): [_words("ink.table.nowhere") if at is None else number(at) for at in changes],
        _words("ink.table.right"): [percent(accuracy(study.dataset, w, b)) for _, w, b in rows],
    }


def ink_summary(study: Ink, weight: float, bias: float) -> str:
    """What the visitor's model does, and what the trained ones do.

    Parameters
    ----------
    study : Ink
    weight, bias : float
        The visitor's model.
    """
    with_bias, without = (float(run.test_accuracy[-1]) for run in (study.with_bias, study.without))
    first, second = study.dataset.digits
    if with_bias < _GUESSING:
        ink = [study.dataset.X_test[study.dataset.y_test == label, 0].mean(dtype=np.float64) for label in (1, 0)]
        trained = _words(
            "ink.saw.hardly", first=first, second=second, ink_first=number(ink[0]), ink_second=number(ink[1]),
            with_bias=percent(with_bias), without=percent(without),
        )
    else:
        trained = _words(
            "ink.saw.trained", with_bias=percent(with_bias), without=percent(without),
            only=first if study.without.weights[-1, 0] > 0 else second,
        )
    return f"{_own_model(study, weight, bias)} {trained}"


def _own_model(study: Ink, weight: float, bias: float) -> str:
    """When the visitor's model says which digit, and how often it is right."""
    first, second = study.dataset.digits
    right = percent(accuracy(study.dataset, weight, bias))
    at = zero_crossing(weight, bias)
    if at is None:
        return _words("ink.saw.no_weight", digit=first if bias > 0 else second, right=right)
    says_first = study.dataset.X_test[:, 0] * weight + bias > 0
    which = "_all" if says_first.all() else "" if says_first.any() else "_none"
    side = "more" if weight > 0 else "less"
    return _words(f"ink.saw.{side}{which}", first=first, second=second, at=number(at), right=right)
