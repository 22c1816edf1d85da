"""What the page One image shows of an image: in its model, and in the model with the other score."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, uses_bias
from explorer.figures.base import Figure
from explorer.figures.one_image import certainty, rows_and_bias
from explorer.lessons.one_image import contributions as lesson
from explorer.lessons.one_image.contributions import Change, Image
from explorer.lessons.runs import weight_picture
from explorer.lessons.sums import HUNDREDTHS, ScoreSum, score_sum
from explorer.ui import cached, controls
from explorer.ui.components.balance import Weighed
from explorer.ui.components.image_strip import image_strip

WEIGHTS = [i / 20 for i in range(-100, 101)]  # that can be set
_IN_STRIP = 12  # images at a time
_STRIP_FROM = "_strip_from"  # in the session: which images are offered, and the place of the first of them

_words = texts.of("one_image")


def account_of(run: Run, dataset: Dataset, image: Image) -> ScoreSum:
    """The score of an image as a sum, rounded as on the balance."""
    return score_sum(run, dataset, image.x, last=HUNDREDTHS)


def strip(settings: Settings, chosen: int) -> None:
    """Test images to choose from, some at a time."""
    dataset, answers = cached.images(settings), cached.answers_of(settings)
    which = st.segmented_control(
        _words("image.show"), lesson.STRIPS, default=lesson.STRIPS[0], required=True, key="strip", bind="query-params",
        help=_words("image.show_help"), label_visibility="collapsed", on_change=_take_first, args=(settings,),
    )
    rows = lesson.strip(answers, dataset, which)
    if not len(rows):
        st.caption(_words("image.none_wrong"))
        return
    there = chosen if which == lesson.STRIPS[0] else 0  # the first of the others are the worst
    kept, start = st.session_state.get(_STRIP_FROM, (None, 0))
    if kept != (which, settings) or start >= len(rows):
        start = there // _IN_STRIP * _IN_STRIP
    shown = rows[start:start + _IN_STRIP]
    image_strip(
        dataset.X_test[shown], dataset.image_shape,
        [_words("image.thumbnail", number=row, digit=dataset.digits[0 if dataset.y_test[row] else 1]) for row in shown],
        shown.tolist().index(chosen) if chosen in shown else None, key="image_strip", label=_words("image.strip"),
        then=partial(_choose, tuple(shown.tolist())),
    )
    with st.container(horizontal=True, gap="small"):
        for name, place in (("back", start - _IN_STRIP), ("more", start + _IN_STRIP)):
            st.button(
                _words(f"image.{name}"), key=f"strip_{name}", disabled=not 0 <= place < len(rows),
                on_click=controls.set_controls, kwargs={_STRIP_FROM: ((which, settings), place)},
            )


def _take_first(settings: Settings) -> None:
    """Put the first of the images that are now offered on the balance: the worst, or the most doubtful one."""
    which = st.session_state["strip"]
    if which in lesson.STRIPS[1:]:
        rows = lesson.strip(cached.answers_of(settings), cached.images(settings), which)
        if len(rows):
            controls.set_controls(image=int(rows[0]))


def _choose(offered: tuple[int, ...], place: int) -> None:
    controls.set_controls(image=offered[place])


def weighed(settings: Settings, image: Image, change: Change, account: ScoreSum, is_learned: bool = False) -> Weighed:
    """An image with one of its pixels changed, and what the model makes of it, for the balance."""
    run, dataset = cached.run(settings), cached.images(settings)
    return Weighed(
        change.values, change.weights, change.parts, dataset.image_shape, dataset.digits, change.score - account.bias,
        float(run.biases[run.last_epoch]) if uses_bias(run.last_leg) else None, SCORES[settings.score], image.name,
        truth=image.truth, is_inverted=settings.inverted,
        picture=weight_picture(run, is_learned) if is_learned else None,
    )


def seen(settings: Settings, image: Image, account: ScoreSum, is_changed: bool) -> tuple[str, str | None]:
    """The sum, the answer, and how much ink would change it: a sentence, and which expectation is true of the image."""
    run, dataset = cached.run(settings), cached.images(settings)
    sentence = lesson.sentence(run, dataset, image.x, account, image.truth, image.blank)
    if is_changed:
        sentence = _words("change.before", sentence=sentence)
    return sentence, None if image.blank else lesson.outcome(run, image.x)


def how_sure(settings: Settings, change: Change) -> tuple[Figure, str]:
    """The sigmoid with the score marked on it, and what that means."""
    digits = cached.images(settings).digits
    return certainty(float(change.score), digits[0]), lesson.sure(change.score, digits)


def rows(settings: Settings, account: ScoreSum) -> Figure:
    """The sum of the image as it is, row by row."""
    dataset, has_bias = cached.images(settings), uses_bias(cached.run(settings).last_leg)
    return rows_and_bias(
        lesson.row_sums(account, dataset.image_shape), account.bias if has_bias else None, account.score,
        dataset.digits,
    )


def in_the_other_model(settings: Settings, image: Image) -> tuple[Weighed, str]:
    """The image on the balance of the model with the other score, and what that model answers."""
    other = lesson.other_score_model(settings)
    dataset, run = cached.images(other), cached.run(other)
    account = account_of(run, dataset, image)
    unchanged = lesson.change_pixel(run, dataset, image.x, account, 0, lesson.CHANGES[0], 0.0)
    return weighed(other, image, unchanged, account), lesson.other_score_sentence(run, dataset, account)
