"""For the page Bias: models of one number per image, how much ink it has, with and without a bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings
from explorer.engine.training import Progress, Run, train_many
from explorer.lessons import pixels
from explorer.lessons.bias.common import FEW, NOTHING, POINT, data_of, pair
from explorer.lessons.words import number, percent

MOST_WEIGHT, MOST_BIAS = 50.0, 20.0  # the limits of the two sliders, to either side of 0


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
        for name, run in (("trained, with a bias", study.with_bias), ("trained, without", study.without))
    )]
    flips = [zero_crossing(w, b) for _, w, b in rows]
    return {
        "model": [name for name, *_ in rows],
        "weight": [number(w) for _, w, _ in rows],
        "bias": [number(b) for *_, b in rows],
        "flips at ink": ["nowhere" if f is None else number(f + 0.0) for f in flips],
        "right": [percent(accuracy(study.dataset, w, b)) for _, w, b in rows],
    }


def ink_summary(study: Ink, weight: float, bias: float) -> tuple[str, str]:
    """What the visitor's model does, as a sentence, and the expectation that the trained models confirm.

    Parameters
    ----------
    study : Ink
    weight, bias : float
        The visitor's model.
    """
    first, second = study.dataset.digits
    values = study.dataset.X_test[:, 0]
    at = zero_crossing(weight, bias)
    if at is None:
        sentence = f"With a weight of 0 ink has no say: every image gets the answer {first if bias > 0 else second}."
    else:
        side = "more" if weight > 0 else "less"
        says_first = values * weight + bias > 0
        one_side = ""
        if says_first.all() or not says_first.any():
            one_side = f" All images are on one side: always {first if says_first.all() else second}."
        flip = number(at + 0.0)  # + 0.0: −0 / weight may be −0
        sentence = f"Yours answers {first} where there is {side} ink than −bias / weight = {flip}.{one_side}"
    sentence += f" That gets {percent(accuracy(study.dataset, weight, bias))} right."
    with_bias, without = (float(run.test_accuracy[-1]) for run in (study.with_bias, study.without))
    only = first if study.without.weights[-1, 0] > 0 else second
    sentence += (
        f" Trained, {percent(with_bias)} right with a bias. Without one the flip stays at 0 ink, every image has more, "
        f"and so it always answers {only}: {percent(without)}."
    )
    averages = [study.dataset.X_test[study.dataset.y_test == label, 0].mean(dtype=np.float64) for label in (1, 0)]
    if with_bias < 0.75:
        digits = "1 against 0" if study.dataset.name == "mnist" else "1 against 0 in MNIST"
        sentence += (
            f" Ink hardly tells these apart ({number(averages[0])} and {number(averages[1])} on average): try {digits}."
        )
    return sentence, FEW if with_bias - without > POINT else NOTHING
