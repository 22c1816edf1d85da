"""Start: the bias, and the two images."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.lessons import start as lesson
from explorer.ui import start as ui
from explorer.ui.live import Ask, Position


def biases(ask: Ask) -> Iterator[Position]:
    """The bias moved by every amount that the slider offers. The pictures stay."""
    dataset, model = ask.dataset, lesson.start_model(ask.settings)
    expected = ask.one_of("expected", (None, *lesson.answer_choices(dataset.digits)))
    last = {label: len(lesson.images_of(dataset, label)) - 1 for label in (1, 0)}
    places = {1: ask.whole("nth_first", 0, last[1]), 0: ask.whole("nth_second", 0, last[0])}
    for moved in ui.MOVES:
        texts = {"start_seen": ui.all_answers(model, moved, expected)}
        for label, nth in places.items():
            texts |= ui.real_image(model, label, nth, moved)[1]
        yield Position(moved, texts=texts)


def first_images(ask: Ask) -> Iterator[Position]:
    """The images of the first digit around the present one."""
    yield from _images(ask, 1, "near_first")


def second_images(ask: Ask) -> Iterator[Position]:
    """The images of the second digit around the present one."""
    yield from _images(ask, 0, "near_second")


def _images(ask: Ask, label: int, near: str) -> Iterator[Position]:
    model, moved = lesson.start_model(ask.settings), ask.number("bias_moved", ui.MOVES[0], ui.MOVES[-1])
    for nth in ask.window(near, len(lesson.images_of(ask.dataset, label))):
        yield Position(nth, *ui.real_image(model, label, nth, moved))


SERIES = {"bias_moved": biases, "nth_first": first_images, "nth_second": second_images}
