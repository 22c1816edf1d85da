"""The same two digits with a hidden layer: its units as pictures, beside the model without it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.layers import activations, layers, n_weights
from explorer.engine.settings import Settings
from explorer.engine.training import Run
from explorer.lessons.words import counted, number, percent

Array = NDArray[np.floating]

DEFAULT_UNITS, MOST_UNITS = 30, 64
PICTURES = 12  # of units, on the first picture
# A difference of so many mistakes, or of such a share of them, is chance.
_FEW, _SHARE = 2, 0.1

_words = texts.of("what_comes_next")
FEWER, SAME, MORE = CHOICES = tuple(_words.table("choices").values())


@dataclass(frozen=True)
class Unit:
    """One hidden unit.

    Parameters
    ----------
    weights : (n_pixels,)
        Its weights, or what was learned of them, turned to what they argue for: above 0 for the first digit.
    output : float
        Its output weight: what each point that it has above 0 adds to the score.
    is_silent : bool
        Whether it is 0 for every training image at the end.
    """

    weights: Array
    output: float
    is_silent: bool


def single(settings: Settings) -> Settings:
    """The model without a hidden layer, with the descent that ``settings`` choose."""
    return dataclasses.replace(settings, score="multiply", loss="log_loss", l2=0.0, train_images=None, hidden_units=0)


def model(settings: Settings, units: int) -> Settings:
    """The same with so many hidden units, which always start at random."""
    return dataclasses.replace(single(settings), hidden_units=units, start="random")


def affordable(settings: Settings, units: int, shape: cost.Shape) -> Settings:
    """``settings`` with as many epochs as there is time for, with the hidden layer and without it."""
    epochs = cost.affordable_epochs(shape, [single(settings), model(settings, units)])
    return dataclasses.replace(settings, epochs=epochs)


def units_of(run: Run, silent: NDArray[np.bool_], is_learned: bool, epoch: int | None = None) -> list[Unit]:
    """The hidden units after an epoch (the last if not given), those with the largest output weights first.

    Those that are silent at the end come last, whatever their weights.

    Parameters
    ----------
    run : Run
        With a hidden layer.
    silent : (units,) of bool
        From ``is_silent``.
    is_learned : bool
        Whether the start is taken off their weights.
    epoch : int, optional
    """
    units = run.settings.hidden_units
    now, start = (layers(run.weights[at], units) for at in (run.last_epoch if epoch is None else epoch, 0))
    weights = now.weights - start.weights if is_learned else now.weights
    argue = weights * np.where(now.output < 0, -1, 1).astype(weights.dtype)[:, None]
    # Sorted by where they end, so that none changes its place from epoch to epoch.
    order = np.lexsort((-np.abs(layers(run.weights[run.last_epoch], units).output), silent))
    return [Unit(argue[i], float(now.output[i]), bool(silent[i])) for i in order]


def caption(unit: Unit, digits: tuple[int, int]) -> str:
    """For which digit a unit argues, and how strongly: "for 3: +1.20"; or that it is silent."""
    if unit.is_silent:
        return _words("hidden.silent")
    sign = "+" if unit.output >= 0 else ""
    return _words("hidden.caption", digit=digits[0 if unit.output >= 0 else 1], output=sign + number(unit.output))


def is_silent(run: Run, dataset: Dataset) -> NDArray[np.bool_]:
    """Which units are 0 for every training image at the end, so that nothing corrects them any more: (units,)."""
    said = activations(dataset.X_train, layers(run.weights[run.last_epoch], run.settings.hidden_units))
    return said.max(0) <= 0


def mistakes(run: Run, dataset: Dataset) -> int:
    """How many unseen digits a run gets wrong."""
    return round((1 - float(run.test_accuracy[run.last_epoch])) * len(dataset.X_test))


def happened(hidden: Run, single: Run, dataset: Dataset) -> str:
    """Whether the hidden layer makes fewer mistakes: one of ``CHOICES``."""
    with_layer, without = mistakes(hidden, dataset), mistakes(single, dataset)
    if abs(with_layer - without) <= max(_FEW, _SHARE * without):
        return SAME
    return FEWER if with_layer < without else MORE


def learned_numbers(run: Run, dataset: Dataset) -> int:
    """How many numbers a run learns, the bias among them if there is one."""
    return n_weights(run.settings, dataset.X_train.shape[1]) + run.settings.bias


def sentence(hidden: Run, single: Run, dataset: Dataset) -> str:
    """What the hidden layer does to the answers, and what went wrong with it."""
    units = hidden.settings.hidden_units
    values = dict(
        layer=layer_name(units), right=percent(hidden.test_accuracy[hidden.last_epoch]),
        wrong=f"{mistakes(hidden, dataset):,}", count=f"{len(dataset.X_test):,}",
        wrong_single=f"{mistakes(single, dataset):,}",
        right_single=percent(single.test_accuracy[single.last_epoch]),
        numbers=f"{learned_numbers(hidden, dataset):,}", numbers_single=f"{learned_numbers(single, dataset):,}",
    )
    names = {FEWER: "hidden.saw.fewer", SAME: "hidden.saw.same", MORE: "hidden.saw.more"}
    none_left = not mistakes(hidden, dataset) and not mistakes(single, dataset)
    name = "hidden.saw.none_left" if none_left else names[happened(hidden, single, dataset)]
    said = [_words(name, **values)]
    if hidden.diverged_at is not None:
        said.append(_words("hidden.saw.diverged", epoch=hidden.diverged_at))
    silent = int(is_silent(hidden, dataset).sum())
    if silent:
        name = "hidden.saw.silent_one" if silent == 1 else "hidden.saw.silent"
        said.append(_words(name, n=counted(silent).capitalize()))
    return " ".join(said)


def layer_name(units: int) -> str:
    """A hidden layer by its size: "one hidden unit", "30 hidden units"."""
    return _words("hidden.one_unit") if units == 1 else _words("hidden.units_named", n=counted(units))
