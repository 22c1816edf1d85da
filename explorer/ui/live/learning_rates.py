"""Learning rates: the rate of the chosen run."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.losses import LOSSES
from explorer.figures import learning_rates as figures
from explorer.lessons import learning_rates as lesson
from explorer.ui import learning_rates as ui
from explorer.ui.live import Ask, NoAnswer, Position


def cell_rates(ask: Ask) -> Iterator[Position]:
    """The run of the chosen row at every rate. The sweep is the one that the page shows: it is not trained here."""
    losses = ask.choices.get("losses")
    if not isinstance(losses, list) or not losses or any(loss not in list(LOSSES) for loss in losses):
        raise ValueError("losses: must be a list of losses")
    rows = lesson.rows(tuple(losses), ask.one_of("biases", list(lesson.BIASES)))
    row = ask.whole("row", 0, len(rows) - 1)
    sweep = ui.known_sweep(ask.settings, rows)
    if sweep is None:
        raise NoAnswer("This sweep is not trained.")
    dataset = ask.dataset
    for i in range(len(lesson.RATES)):
        yield Position(
            i, {
                "paths": figures.paths(sweep, (row, i)), "rate_lines": figures.rate_lines(sweep, (row, i)),
            }, {"cell_sentence": lesson.cell_sentence(sweep, row, i, dataset)},
        )


SERIES = {"cell_rate": cell_rates}
