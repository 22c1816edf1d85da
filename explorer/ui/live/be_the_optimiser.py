"""Be the optimiser: the painting while the brush moves, its bias, and the epochs of the duel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from explorer.engine.settings import EPOCH_STEPS, MAX_EPOCHS
from explorer.lessons.be_the_optimiser import challenge, measures, painting
from explorer.lessons.be_the_optimiser.painting import Cells
from explorer.lessons.runs import Curves, first_epochs
from explorer.ui import be_the_optimiser as ui
from explorer.ui.live import Ask, NoAnswer, Position


def _cells(ask: Ask) -> Cells:
    text = ask.choices.get("painting")
    if not isinstance(text, str):
        raise ValueError("painting: must be text")
    return painting.decode(text, ask.dataset.image_shape)


def _bias(ask: Ask) -> float:
    low, high, _ = measures.biases(ask.settings.score, ask.dataset.X_train.shape[1])
    return float(ask.number(ui.BIASES[ask.settings.score], low, high))


def paintings(ask: Ask) -> Iterator[Position]:
    """One painting: there are too many to know what they show beforehand."""
    yield Position(0, *ui.painted(ask.settings, _cells(ask), _bias(ask)))


def _every_bias(ask: Ask, score: str) -> Iterator[Position]:
    if score != ask.settings.score:
        raise ValueError(f"score: must be {score}")
    dataset, cells = ask.dataset, _cells(ask)
    pushes = measures.sums(dataset, ask.settings, cells)
    options = measures.bias_steps(score, dataset.X_train.shape[1])
    best = measures.best_bias(pushes, dataset.y_train, options)
    for bias in options.tolist():
        yield Position(bias, *ui.with_bias(ask.settings, cells, pushes, bias, best))


def own_biases(ask: Ask) -> Iterator[Position]:
    """Every bias of painted weights."""
    yield from _every_bias(ask, "multiply")


def picture_biases(ask: Ask) -> Iterator[Position]:
    """Every bias of a painted picture."""
    yield from _every_bias(ask, "distance")


def epochs(ask: Ask) -> Iterator[Position]:
    """One long duel, after each number of epochs that the slider offers."""
    dataset, cells, bias = ask.dataset, _cells(ask), _bias(ask)
    expected = ask.one_of("expected", (None, *measures.CHOICES))
    longest = replace(ask.settings, epochs=MAX_EPOCHS[ask.settings.dataset])
    if not ui.can_afford(longest):
        raise NoAnswer("This takes too long.")
    yours = challenge.unseen(dataset, ask.settings, cells, bias)
    runs, curves = ui.both_descents(longest, ui.as_text(longest, cells), bias)
    for i, n in enumerate(n for n in EPOCH_STEPS if n <= longest.epochs):
        parts = first_epochs(runs[0], n), first_epochs(runs[1], n)
        within = _up_to(curves[0], n), _up_to(curves[1], n)
        yield Position(i, *ui.duel_of(parts, within, yours, expected))


def _up_to(curves: Curves, epochs: int) -> Curves:
    n = int((curves.epochs <= epochs).sum())
    return Curves(
        curves.steps, curves.epochs[:n], curves.train_loss[:n], curves.test_loss[:n], curves.train_accuracy[:n],
        curves.test_accuracy[:n],
    )


SERIES = {
    "painted": paintings, "own_bias": own_biases, "picture_bias": picture_biases, "epochs": epochs,
}
