"""Against scikit-learn: the learning rate, and the penalty where its fits are quick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from explorer.engine import cost
from explorer.engine.settings import LEARNING_RATES, LIMITS, Settings
from explorer.engine.training import train_many
from explorer.lessons.scikit_learn import comparison
from explorer.ui import scikit_learn as ui
from explorer.ui.live import Ask, NoAnswer, Position

_SMALL = 100_000  # values of the training images: up to here scikit-learn's fits are quick


def _positions(values: list[Settings], ask: Ask) -> Iterator[Position]:
    dataset, beside = ask.dataset, ask.one_of("beside", comparison.BESIDE)
    expected = ask.one_of("expected", (None, *comparison.CHOICES))
    neighbours = [comparison.neighbours(settings, beside) for settings in values]
    wanted = list(dict.fromkeys([*values, *(other for pair in neighbours for other in pair)]))
    if cost.seconds(cost.shape_of(dataset), wanted) > cost.BUDGET:
        raise NoAnswer("This takes too long.")
    runs = dict(zip(wanted, train_many(dataset, wanted), strict=True))
    for i, (settings, others) in enumerate(zip(values, neighbours, strict=True)):
        run = runs[settings]
        ours = comparison.our_model(run, dataset)
        yield Position(i, *ui.descent(
            run, ours, [runs[other] for other in others], ui.reference(settings), beside, dataset,
            expected,
        ))


def learning_rates(ask: Ask) -> Iterator[Position]:
    """Our descent at every learning rate, beside the same fit of scikit-learn."""
    settings = comparison.with_penalty(ask.settings, ask.one_of("penalty", LIMITS["l2"].options))
    yield from _positions([replace(settings, learning_rate=rate) for rate in LEARNING_RATES], ask)


def penalties(ask: Ask) -> Iterator[Position]:
    """Our descent and scikit-learn's fit with every penalty."""
    if ask.dataset.X_train.size > _SMALL:
        raise NoAnswer("scikit-learn's fits take too long here.")
    yield from _positions([comparison.with_penalty(ask.settings, l2) for l2 in LIMITS["l2"].options], ask)


SERIES = {"learning_rate": learning_rates, "penalty": penalties}
