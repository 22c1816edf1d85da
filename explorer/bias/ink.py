"""One number per image: how much ink there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer import pixels
from explorer.bias.common import FEW, NOTHING, POINT, data_of, pair
from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.settings import Settings
from explorer.training import Run, train_many

MOST_WEIGHT, MOST_BIAS = 50.0, 20.0  # of the sliders for ink


@dataclass(frozen=True, eq=False)
class Ink:
    """Models of one number per image, how much ink there is.

    Parameters
    ----------
    dataset : Dataset
        One value per image, see ``pixels.ink``.
    with_bias, without : Run
    """

    dataset: Dataset
    with_bias: Run
    without: Run


def ink_study(dataset: Dataset, settings: Settings) -> Ink:
    """Train on how much ink an image has.

    Parameters
    ----------
    dataset : Dataset
        Images that are not inverted: ink is what is 1 in them.
    settings : Settings
    """
    # The values are close together, which makes the valley of the loss long and narrow: the rate is
    # close to the largest that goes down it, and the visits are as many as settle it.
    how = dict(learning_rate=2.0, epochs=1000, batch_size=None) if settings.dataset == "digits" else dict(
        learning_rate=5.0, epochs=30, batch_size=256
    )
    inked = pixels.ink(dataset)
    return Ink(inked, *train_many(inked, pair(data_of(settings, **how))))


def trained_ink(study: Ink, with_bias: bool) -> tuple[float, float]:
    """(weight, bias) as trained, within reach of the sliders and short enough for a link.

    What is out of reach is scaled down with the other one: the flip stays where it is.
    """
    run = study.with_bias if with_bias else study.without
    weight, bias = float(run.weights[-1, 0]), float(run.biases[-1])
    within = min(1.0, MOST_WEIGHT / (abs(weight) or 1.0), MOST_BIAS / (abs(bias) or 1.0))
    return round(weight * within, 3), round(bias * within, 3)


def flip(weight: float, bias: float) -> float | None:
    """The value at which the score weight * value + bias is 0; None with a weight of 0."""
    return -bias / weight if weight else None


def accuracy(dataset: Dataset, weight: float, bias: float) -> float:
    """The share of the test images, of one value each, that this weight and bias get right."""
    return float(np.mean((dataset.X_test[:, 0] * weight + bias > 0) == (dataset.y_test == 1)))


def ink_table(study: Ink, weight: float, bias: float) -> dict[str, list[str]]:
    """Columns of the table: your model, the one trained with a bias, the one trained without."""
    rows = [("yours", weight, bias), *(
        (name, float(run.weights[-1, 0]), float(run.biases[-1]))
        for name, run in (("trained, with a bias", study.with_bias), ("trained, without", study.without))
    )]
    flips = [flip(w, b) for _, w, b in rows]
    return {
        "model": [name for name, *_ in rows],
        "weight": [number(w) for _, w, _ in rows],
        "bias": [number(b) for *_, b in rows],
        "flips at ink": ["nowhere" if f is None else number(f + 0.0) for f in flips],
        "right": [percent(accuracy(study.dataset, w, b)) for _, w, b in rows],
    }


def ink_account(study: Ink, weight: float, bias: float) -> tuple[str, str]:
    """What a model of one number does, in a sentence, and which expectation the trained models speak for.

    Parameters
    ----------
    study : Ink
    weight, bias : float
        The model on the screen.
    """
    first, second = study.dataset.digits
    values = study.dataset.X_test[:, 0]
    at = flip(weight, bias)
    if at is None:
        told = f"With a weight of 0 ink has no say: every image gets the answer {first if bias > 0 else second}."
    else:
        side = "more" if weight > 0 else "less"
        says_first = values * weight + bias > 0
        one_side = ""
        if says_first.all() or not says_first.any():
            one_side = f" All images are on one side: always {first if says_first.all() else second}."
        # 0 / weight is -0 for half of the weights.
        told = f"Yours answers {first} where there is {side} ink than −bias / weight = {number(at + 0.0)}.{one_side}"
    with_bias, without = (float(run.test_accuracy[-1]) for run in (study.with_bias, study.without))
    only = first if study.without.weights[-1, 0] > 0 else second
    ends = (
        f" Trained, {percent(with_bias)} right with a bias. Without one the flip stays at 0 ink, every image has more, "
        f"and so it always answers {only}: {percent(without)}."
    )
    averages = [study.dataset.X_test[study.dataset.y_test == label, 0].mean(dtype=np.float64) for label in (1, 0)]
    if with_bias < 0.75:
        pair = "1 against 0" if study.dataset.name == "mnist" else "1 against 0 in MNIST"
        ends += (
            f" Ink hardly tells these apart ({number(averages[0])} and {number(averages[1])} on average): try {pair}."
        )
    return told + ends, FEW if with_bias - without > POINT else NOTHING
