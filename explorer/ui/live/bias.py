"""Bias: the visitor's own model of ink, and the random weights and the bias of the blank image."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from explorer.figures import bias as figures
from explorer.lessons import bias as lesson
from explorer.ui import bias as ui
from explorer.ui import page_frame
from explorer.ui.live import Ask, NoAnswer, Position


def ink_weights(ask: Ask) -> Iterator[Position]:
    """The visitor's model of ink with each weight."""
    position, bias = _ink(ask), _number(ask, "ink_bias")
    for weight in ui.offered("ink_weight"):
        yield position(weight, weight, bias)


def ink_biases(ask: Ask) -> Iterator[Position]:
    """The visitor's model of ink with each bias."""
    _needs_bias(ask)
    position, weight = _ink(ask), _number(ask, "ink_weight")
    for bias in ui.offered("ink_bias"):
        yield position(bias, weight, bias)


def blank_draws(ask: Ask) -> Iterator[Position]:
    """The scores with each of the random weights as the model that is shown; the balance follows on release."""
    own_bias = _number(ask, "blank_bias")
    _ = ask.dataset  # raises NoAnswer while the images are not loaded
    for draw in range(lesson.RANDOM_WEIGHTS):
        yield _blank(draw, ask, draw, own_bias)


def blank_biases(ask: Ask) -> Iterator[Position]:
    """The scores with each bias; the balance moves by itself."""
    _needs_bias(ask)
    draw = ask.whole("blank_draw", 0, lesson.RANDOM_WEIGHTS - 1)
    _ = ask.dataset
    for bias in ui.offered("blank_bias"):
        yield _blank(bias, ask, draw, bias)


def _blank(value: float, ask: Ask, draw: int, own_bias: float) -> Position:
    _, picture, sentence = ui.blank_sheet(ask.settings, draw, own_bias)
    return Position(value, {"blanks": picture}, {"saw_blank": page_frame.saw(sentence)})


def _ink(ask: Ask) -> Callable[[float, float, float], Position]:
    """What makes the position of a slider at a value, for a weight and a bias."""
    _ = ask.dataset
    study = ui.ink_study(ask.settings)

    def position(value: float, weight: float, bias: float) -> Position:
        return Position(
            value, {"ink": figures.ink_histograms(study, weight, bias)},
            {"saw_ink": page_frame.saw(lesson.ink_summary(study, weight, bias))},
        )

    return position


def _number(ask: Ask, key: str) -> float:
    most, *_ = ui.SLIDERS[key]
    return ask.number(key, -most, most)


def _needs_bias(ask: Ask) -> None:
    if not ask.settings.bias:
        raise NoAnswer("The bias is off, and so is its slider.")


SERIES = {
    "ink_weight": ink_weights, "ink_bias": ink_biases, "blank_draw": blank_draws, "blank_bias": blank_biases,
}
