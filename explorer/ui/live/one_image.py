"""One image: the test image, and the weight of the chosen pixel."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.lessons.one_image import contributions as lesson
from explorer.lessons.one_image import drawing
from explorer.lessons.one_image.contributions import Image
from explorer.lessons.sums import score_sum
from explorer.ui import cached
from explorer.ui import one_image as ui
from explorer.ui.live import Ask, Position


def images(ask: Ask) -> Iterator[Position]:
    """The test images around the present one. Their pictures have no text for the pointer, which is elsewhere."""
    dataset, run = ask.dataset, cached.run(ask.settings)
    row, column, what_if = _pixel(ask)
    weight_to, expected = _weight(ask), ask.one_of("expected", (None, *lesson.EXPECTATIONS))
    marked = lesson.marked_pixel(row, column, what_if, dataset.image_shape)
    pixel = row * dataset.image_shape[1] + column
    for i in ask.window("near", len(dataset.X_test)):
        image = lesson.from_test_set(dataset, i)
        account = score_sum(run, dataset, image.x)
        figures, texts = ui.in_the_model(ask.settings, image, account, marked, expected, words=False)
        other_figures, other_texts = ui.in_the_other_model(ask.settings, image, words=False)
        change = lesson.change_pixel(run, dataset, image.x, account, pixel, what_if, weight_to)
        yield Position(i, figures | other_figures, texts | other_texts | {"pixel_change": change.sentence})


def weights(ask: Ask) -> Iterator[Position]:
    """The chosen pixel with every weight that the slider offers."""
    dataset, run, image = ask.dataset, cached.run(ask.settings), _image(ask)
    row, column, what_if = _pixel(ask)
    account = score_sum(run, dataset, image.x)
    pixel = row * dataset.image_shape[1] + column
    for weight in ui.WEIGHTS:
        change = lesson.change_pixel(run, dataset, image.x, account, pixel, what_if, weight)
        yield Position(weight, texts={"pixel_change": change.sentence})


def _image(ask: Ask) -> Image:
    """The drawing, or else the test image."""
    strokes = ask.choices.get("drawing")
    if strokes is None:
        return lesson.from_test_set(ask.dataset, ask.whole("image", 0, len(ask.dataset.X_test) - 1))
    if not isinstance(strokes, str):
        raise ValueError("drawing: must be text")
    return lesson.from_drawing(ask.dataset, drawing.decode(strokes), ask.settings)


def _pixel(ask: Ask) -> tuple[int, int, str | None]:
    """The row and the column of the chosen pixel, and what is changed there."""
    height, width = ask.dataset.image_shape
    return (
        ask.whole("row", 0, height - 1), ask.whole("column", 0, width - 1),
        ask.one_of("what_if", (None, *lesson.CHANGES)),
    )


def _weight(ask: Ask) -> float:
    return ask.number("weight_to", ui.WEIGHTS[0], ui.WEIGHTS[-1])


SERIES = {"image": images, "weight_to": weights}
