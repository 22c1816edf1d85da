"""One digit against all nine others: harder than one against one, and where the usual number deceives."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import TenDigits
from explorer.engine.settings import Settings
from explorer.engine.training import Run, scores_of
from explorer.lessons.what_comes_next.hidden import layer_name, model, single
from explorer.lessons.words import a_digit, percent

Array = NDArray[np.floating]

_words = texts.of("what_comes_next")


@dataclass(frozen=True)
class Answers:
    """The answers of a run to the unseen images of all ten digits.

    Parameters
    ----------
    run : Run
    yes : (10,) of int
        How many images of each digit are taken for the first digit.
    images : (10,) of int
        How many there are of each.
    digit : int
        The first digit.
    """

    run: Run
    yes: NDArray[np.int64]
    images: NDArray[np.int64]
    digit: int

    @property
    def found(self) -> float:
        """The share of the first digit that is found (its recall)."""
        return float(self.yes[self.digit] / self.images[self.digit])

    @property
    def false_alarms(self) -> int:
        """How many images of other digits are taken for it."""
        return int(self.yes.sum() - self.yes[self.digit])

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        others = self.images.sum() - self.images[self.digit]
        return float((self.yes[self.digit] + others - self.false_alarms) / self.images.sum())

    @property
    def always_no(self) -> float:
        """The share of right answers of whoever always says no."""
        return float(1 - self.images[self.digit] / self.images.sum())

    @property
    def right(self) -> Array:
        """The share of right answers by digit: (10,)."""
        share = self.yes / self.images
        return np.where(np.arange(10) == self.digit, share, 1 - share)


def affordable(settings: Settings, units: int, images: TenDigits) -> Settings:
    """``settings`` with as many epochs as there is time for, on these images, with the hidden layer and without it."""
    epochs = cost.affordable_epochs(cost.shape_of(images), [single(settings), model(settings, units)])
    return dataclasses.replace(settings, epochs=epochs)


def answers(run: Run, images: TenDigits) -> Answers:
    """The answers of a run that was trained on ``images.against_all``."""
    at = run.last_epoch
    is_yes = scores_of(images.X_test, run.settings, run.weights[at], run.biases[at]) > 0
    return Answers(
        run, np.bincount(images.y_test[is_yes], minlength=10), np.bincount(images.y_test, minlength=10),
        run.settings.digits[0],
    )


def sentence(hidden: Answers, single: Answers) -> str:
    """What each finds and what it takes for the digit by mistake, beside always saying no."""
    values = dict(
        a_digit=a_digit(single.digit), always_no=percent(single.always_no),
        layer=layer_name(hidden.run.settings.hidden_units), count=f"{single.images[single.digit]:,}",
        others=f"{single.images.sum() - single.images[single.digit]:,}",
    ) | {
        f"{name}_{whose}": value for whose, one in (("hidden", hidden), ("single", single)) for name, value in (
            ("right", percent(one.accuracy)), ("found", percent(one.found)), ("alarms", f"{one.false_alarms:,}"),
        )
    }
    said = [_words("against.saw.always_no", **values), _words("against.saw.single", **values)]
    better = hidden.accuracy > single.accuracy
    said.append(_words("against.saw.hidden" if better else "against.saw.hidden_not_better", **values))
    return " ".join(said)


def table(hidden: Answers, single: Answers) -> dict[str, list[str]]:
    """Right answers, what is found and what is taken for it by mistake, of either model and of always saying no."""
    others = f"{single.images.sum() - single.images[single.digit]:,}"
    values = dict(digit=single.digit, others=others)
    rows = ("right", "found", "alarms")
    columns = {
        _words("against.table.always_no"): (percent(single.always_no), percent(0), "0"),
        _words("against.table.single"): (percent(single.accuracy), percent(single.found), f"{single.false_alarms:,}"),
        layer_name(hidden.run.settings.hidden_units): (
            percent(hidden.accuracy), percent(hidden.found), f"{hidden.false_alarms:,}",
        ),
    }
    return {"": [_words(f"against.table.{row}", **values) for row in rows]} | {
        name: list(cells) for name, cells in columns.items()
    }
