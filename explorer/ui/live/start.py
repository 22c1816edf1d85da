"""Start: the bias. The balance itself follows in the browser (``components/balance``)."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.lessons import start as lesson
from explorer.ui import cached
from explorer.ui import start as ui
from explorer.ui.live import Ask, Position


def biases(ask: Ask) -> Iterator[Position]:
    """What the model answers to all test images, for every place of the weight on the beam."""
    dataset, model = ask.dataset, lesson.start_model(ask.settings)
    expected = ask.one_of("expected", (None, *lesson.answer_choices(dataset.digits)))
    for moved in lesson.moves(cached.answers_of(model)):
        yield Position(moved, texts={"start_seen": ui.seen(model, moved, expected)})


SERIES = {"bias_moved": biases}
