"""Why multiply: the value and the weight of one pixel."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.lessons.why_multiply.one_pixel import CHOICES, WEIGHTS
from explorer.ui import why_multiply as ui
from explorer.ui.live import Ask, Position


def values(ask: Ask) -> Iterator[Position]:
    """What a pixel of each value adds to both scores."""
    weight = ask.number("pixel_weight", -1.0, 1.0)
    for value in CHOICES.tolist():
        yield Position(value, {"one_pixel": ui.one_pixel_figure(value, weight)})


def weights(ask: Ask) -> Iterator[Position]:
    """Both scores for each weight; in the part "the disguise", which has no value, the distance and its product."""
    value = ask.number("pixel_value", 0.0, 1.0) if "pixel_value" in ask.choices else None
    for weight in WEIGHTS.tolist():
        yield Position(
            weight, {"two_lines": ui.two_lines_figure(weight)} if value is None
            else {"one_pixel": ui.one_pixel_figure(value, weight)},
        )


SERIES = {"pixel_value": values, "pixel_weight": weights}
