"""Compare losses: the player of all runs."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.figures.compare_losses import run_figures
from explorer.lessons.compare_losses import row_set
from explorer.lessons.runs import epochs_shown
from explorer.ui import compare_losses as ui
from explorer.ui.live import Ask, Position


def player(ask: Ask) -> Iterator[Position]:
    """All runs of the page, after each epoch that the player shows."""
    rows, problems = row_set.read(ask.choices.get("rows"))
    if problems:
        raise ValueError(problems[0])
    dataset, is_learned = ask.dataset, ask.one_of("is_learned", (True, False))
    shared = ui.affordable(rows, ask.settings)
    results, goal = ui.results(rows, shared), ask.goal
    for frame, epoch in enumerate(epochs_shown(shared.epochs)):
        yield Position(frame, run_figures(results, dataset.image_shape, is_learned, epoch, goal))


SERIES = {"player": player}
