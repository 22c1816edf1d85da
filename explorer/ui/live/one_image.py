"""One image: the weight of the chosen pixel."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.lessons.one_image import contributions as lesson
from explorer.lessons.one_image import drawing
from explorer.lessons.one_image.contributions import Image
from explorer.ui import cached
from explorer.ui import one_image as ui
from explorer.ui.live import Ask, Position


def weights(ask: Ask) -> Iterator[Position]:
    """The chosen pixel with every weight that the slider offers."""
    dataset, run, image = ask.dataset, cached.run(ask.settings), _image(ask)
    height, width = dataset.image_shape
    pixel = ask.whole("row", 0, height - 1) * width + ask.whole("column", 0, width - 1)
    what_if = ask.one_of("what_if", (None, *lesson.CHANGES))
    account = ui.account_of(run, dataset, image)
    for weight in ui.WEIGHTS:
        change = lesson.change_pixel(run, dataset, image.x, account, pixel, what_if, weight)
        figure, sentence = ui.how_sure(ask.settings, change)
        yield Position(weight, {"how_sure": figure}, {"pixel_change": change.sentence, "sure": sentence})


def _image(ask: Ask) -> Image:
    """The drawing, or else the test image."""
    strokes = ask.choices.get("drawing")
    if strokes is None:
        return lesson.from_test_set(ask.dataset, ask.whole("image", 0, len(ask.dataset.X_test) - 1))
    if not isinstance(strokes, str):
        raise ValueError("drawing: must be text")
    return lesson.from_drawing(ask.dataset, drawing.decode(strokes), ask.settings)


SERIES = {"weight_to": weights}
