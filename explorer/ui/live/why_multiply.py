"""Why multiply: the two pixels of the question, and the value and the weight of one pixel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from explorer.lessons.why_multiply.one_pixel import CHOICES, WEIGHTS
from explorer.ui import why_multiply as ui
from explorer.ui.live import Ask, Position, Series


def values(ask: Ask) -> Iterator[Position]:
    """What a pixel of each value adds to both scores."""
    weight = ask.number("pixel_weight", -1.0, 1.0)
    for value in CHOICES.tolist():
        yield Position(value, *ui.one_pixel(value, weight, ask.settings.digits))


def weights(ask: Ask) -> Iterator[Position]:
    """Both scores for each weight; in the part "the disguise", which has no value, the distance and its product."""
    value = ask.number("pixel_value", 0.0, 1.0) if "pixel_value" in ask.choices else None
    for weight in WEIGHTS.tolist():
        if value is None:
            yield Position(weight, {"two_lines": ui.two_lines_figure(weight)})
        else:
            yield Position(weight, *ui.one_pixel(value, weight, ask.settings.digits))


def numbers(ask: Ask, moved: str) -> Iterator[Position]:
    """The two pixels of the question, one of whose four numbers is moved."""
    chosen = {name: ask.number(name, *limits) for name, limits in ui.NUMBERS.items() if name != moved}
    for place in (CHOICES if moved in ui.VALUES else WEIGHTS).tolist():
        yield Position(place, *ui.your_numbers(chosen | {moved: place}, ask.settings.digits))


SERIES: dict[str, Series] = {
    **{name: partial(numbers, moved=name) for name in ui.NUMBERS}, "pixel_value": values, "pixel_weight": weights,
}
