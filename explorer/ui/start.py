"""What the page Start shows: one image on the balance, and all answers with the bias moved by hand."""

from __future__ import annotations

from functools import partial

import numpy as np

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.lessons import start as lesson
from explorer.lessons.sums import HUNDREDTHS, score_sum
from explorer.ui import address, cached, page_frame
from explorer.ui.components.balance import Slider, Weighed
from explorer.ui.components.image_strip import image_strip

NTH = {1: "nth_first", 0: "nth_second"}  # by label: the name in the address of which image of that digit it is
SHOWN = "on_balance"  # the name in the address of which of the two is on the balance
_LABELS = {"first": 1, "second": 0}
_IN_STRIP = 5  # images of each digit

_words = texts.of("start")


def image_on_balance(dataset: Dataset) -> tuple[int, int]:
    """The image that was chosen last, or that the address names: its label, and which of the images of this digit.

    Both have no widget: the strip of images sets them.
    """
    shown = address.text_of(SHOWN, "first")
    shown = shown if shown in _LABELS else "first"
    address.put(SHOWN, shown, "first")
    label = _LABELS[shown]
    return label, {one: _nth(dataset, one) for one in NTH}[label]


def _nth(dataset: Dataset, label: int) -> int:
    text = address.text_of(NTH[label], "0")
    is_number = text.isascii() and text.isdecimal() and len(text) < 7
    nth = int(text) if is_number and int(text) < len(lesson.images_of(dataset, label)) else 0
    address.put(NTH[label], str(nth), "0")
    return nth


def strip(dataset: Dataset, label: int, nth: int) -> None:
    """Small images of both digits, of which one is put on the balance."""
    offered = [
        (one, place) for one in NTH for place in range(min(_IN_STRIP, len(lesson.images_of(dataset, one))))
    ]
    if (label, nth) not in offered:  # a link, or a choice among other images
        offered[offered.index((label, 0))] = label, nth
    rows = [lesson.images_of(dataset, one)[place] for one, place in offered]
    image_strip(
        dataset.X_test[np.array(rows)], dataset.image_shape,
        [_words("image.thumbnail", digit=dataset.digits[1 - one], nth=place) for one, place in offered],
        offered.index((label, nth)), key="start_strip", label=_words("image.strip"),
        then=partial(_put_on_balance, tuple(offered)),
    )


def _put_on_balance(offered: tuple[tuple[int, int], ...], place: int) -> None:
    label, nth = offered[place]
    address.change(SHOWN, next(name for name, one in _LABELS.items() if one == label))
    address.change(NTH[label], str(nth))


def weighed(model: Settings, label: int, nth: int, moved: float) -> Weighed:
    """An image with what the model makes of it, for the balance; ``moved`` is added to the bias."""
    dataset, run = cached.images(model), cached.run(model)
    x = dataset.X_test[lesson.images_of(dataset, label)[nth]]
    account = score_sum(run, dataset, x, last=HUNDREDTHS)
    return Weighed(
        x, run.weights[run.last_epoch], account.parts, dataset.image_shape, dataset.digits, account.total,
        float(run.biases[run.last_epoch]) + moved, SCORES[model.score],
        f"{label}, {nth}", truth=dataset.digits[1 - label], is_inverted=model.inverted,
    )


def slider(model: Settings, moved: float) -> Slider:
    """The slider of what is added to the bias, which the weight on the beam moves, with the bias itself beside it."""
    run, moves = cached.run(model), lesson.moves(cached.answers_of(model))
    learned = float(run.biases[run.last_epoch])
    return Slider("bias_moved", moved, moves[0], moves[-1], moves[1] - moves[0], offset=learned, learned=learned)


def is_turned(model: Settings, label: int, nth: int, moved: float) -> bool:
    """Whether the moved bias gives the image on the balance the wrong answer."""
    row = lesson.images_of(cached.images(model), label)[nth]
    return lesson.is_turned(float(cached.answers_of(model).scores[row]), label, moved)


def all_answers(model: Settings, moved: float) -> tuple[str, str | None]:
    """What the model with a moved bias answers to all test images: a sentence, and which of the choices it is.

    The choice is about the right end: elsewhere it is None.
    """
    run, answers = cached.run(model), cached.answers_of(model)
    sentence, choice = lesson.answers_with_moved_bias(
        answers, cached.images(model), float(run.biases[run.last_epoch]), moved,
    )
    return sentence, choice if moved >= lesson.moves(answers)[-1] else None


@cached.kept()
def seen(model: Settings, moved: float, expected: str | None) -> str:
    """The same as Markdown, and whether it was expected."""
    sentence, happened = all_answers(model, moved)
    return page_frame.saw(sentence, expected, happened)
