"""What comes next: the number of hidden units where training is quick, and the players over the epochs."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine import cost
from explorer.engine.settings import Settings
from explorer.lessons.what_comes_next import exclusive_or, hidden, ten
from explorer.ui import what_comes_next as ui
from explorer.ui.live import Ask, NoAnswer, Position


def _is_learned(ask: Ask) -> bool:
    return ask.one_of("is_learned", (True, False))


def _trained(ask: Ask, units: int) -> Settings:
    return ui.affordable(ask.settings, units)


def units(ask: Ask) -> Iterator[Position]:
    """The hidden layer with each number of units; against all other digits, that would take too long."""
    if ask.one_of("part", ui.PARTS) != ui.PARTS[0]:
        raise NoAnswer("Only two digits are trained as quickly as that.")
    shape, expected = cost.shape_of(ask.dataset), ask.one_of("expected", (None, *hidden.CHOICES))
    sizes = range(1, hidden.MOST_UNITS + 1)
    if cost.seconds(shape, [hidden.model(ask.settings, n) for n in sizes]) > cost.BUDGET:
        raise NoAnswer("This takes too long.")
    is_learned = _is_learned(ask)
    for n in sizes:
        yield Position(n, *ui.hidden_layer(_trained(ask, n), n, is_learned, expected))


def few_units(ask: Ask) -> Iterator[Position]:
    """The exclusive or with each number of units."""
    for n in range(1, exclusive_or.MOST_UNITS + 1):
        yield Position(n, *ui.exclusive_or_shown(n, ask.settings.seed))


def player(ask: Ask) -> Iterator[Position]:
    """The hidden layer, or all ten digits, epoch by epoch: the value is the number of the frame."""
    _ = ask.dataset
    if ask.one_of("part", (ui.PARTS[0], ui.PARTS[3])) == ui.PARTS[3]:
        for frame, epoch in enumerate(ten.frames(ui.ten_run(ask.settings))):
            yield Position(frame, *ui.ten_shown(ask.settings, epoch))
        return
    n, is_learned = ask.whole("units", 1, hidden.MOST_UNITS), _is_learned(ask)
    settings = _trained(ask, n)
    for frame, epoch in enumerate(ui.frames(settings, n)):
        yield Position(frame, *ui.hidden_frame(settings, n, is_learned, epoch))


SERIES = {"units": units, "xor_units": few_units, "player": player}
