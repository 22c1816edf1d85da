"""What the page Your own digits keeps in the visit, small images and no run; and the parts of the page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from explorer import texts
from explorer.engine import cost
from explorer.engine.settings import Settings
from explorer.engine.training import Run
from explorer.figures.base import Figure
from explorer.figures.images import tile, url
from explorer.figures.train import weight_image
from explorer.inputs import arrays, bounds
from explorer.inputs.arrays import FileError
from explorer.jobs import progress
from explorer.lessons.one_image import drawing
from explorer.lessons.runs import starts_at_zero, weight_picture, what_is_1
from explorer.lessons.words import listed, number, percent
from explorer.lessons.your_digits import results
from explorer.lessons.your_digits import signs as lesson
from explorer.lessons.your_digits.results import Result
from explorer.lessons.your_digits.signs import Signs
from explorer.ui import address, cached, linked, uploads
from explorer.ui.components import drawing_pad
from explorer.ui.components.image_strip import image_strip

FILE = lesson.FILE
DRAW, PICTURES = "draw", "pictures"
_KINDS = ("image/png", "image/jpeg", ".npz")
_SIGNS = ("first", "second")  # in the address: the sign that pictures show
_STRIPS, _IN_SIGHT = 240, 15  # the height in which more images of a sign than these scroll, in screen pixels
# Keys of the session.
_OWN = "_own_signs"
_CHOSEN = "_own_chosen"  # the place of the image that can be moved

_words = texts.of("your_digits")


def signs() -> Signs:
    """The images of this visit."""
    return st.session_state.get(_OWN, lesson.EMPTY)


def _keep(own: Signs) -> None:
    st.session_state[_OWN] = own
    st.session_state.pop(_CHOSEN, None)


def source(names: tuple[str, str]) -> None:
    """Where images come from: the pad, or files."""
    where = linked.control(
        st.segmented_control, _words("source.label"), (DRAW, PICTURES), default=DRAW, required=True, key="own_source",
        label_visibility="collapsed",
    )
    if where == PICTURES:
        _pictures(names)
    else:
        _draw(names)
    uploads.show_problems("own")


def _draw(names: tuple[str, str]) -> None:
    strokes = drawing_pad.drawing_pad(
        _words("source.pad", first=names[0], second=names[1]), _words("source.hint"), key="own_pad",
    )
    with st.container(horizontal=True, gap="small"):
        for label, name in zip((1, 0), names, strict=True):
            st.button(
                _words("source.add", sign=name), key=f"own_add_{label}", icon=":material/add:", disabled=not strokes,
                on_click=_add_drawing, args=(label,),
            )


def _add_drawing(label: int) -> None:
    """Take what is on the pad, and empty it for the next one."""
    try:
        strokes = drawing.decode(address.text_of(drawing_pad.PARAMETER, ""))
        if strokes:
            _keep(lesson.added(signs(), lesson.of_strokes(strokes), label))
            address.change(drawing_pad.PARAMETER, "")
    except FileError as error:
        uploads.note("own", [str(error)])
    except ValueError:  # a forged drawing: the pad says so
        return


def _pictures(names: tuple[str, str]) -> None:
    shown = dict(zip(_SIGNS, names, strict=True))
    sign = linked.control(
        st.segmented_control, _words("source.sign"), _SIGNS, default=_SIGNS[0], required=True, key="own_sign",
    )
    st.caption(_words("source.files_caption", sign=shown.get(sign, names[0])))
    files = uploads.uploader(_words("source.files"), _KINDS, key="own_files", help=_words(
        "source.files_help", count=bounds.FILES, mb=bounds.FILE // 1024**2,
    ))
    problems, bar, is_any = [], st.empty(), False
    for name, content, share in files:
        is_any = True
        bar.progress(share, uploads.reading(name))
        try:
            _take(content, int(sign != _SIGNS[1]))
        except FileError as error:
            problems.append(uploads.problem(name, error))
    if is_any:
        uploads.note("own", problems)
        st.rerun()


def _take(content: bytes, label: int) -> None:
    """Add a picture as this sign, or all images of a saved file. Raises FileError."""
    if arrays.is_of_numpy(content):
        _keep(lesson.joined(signs(), lesson.loaded(content)))
    else:
        lesson.check_room(signs())
        _keep(lesson.added(signs(), lesson.of_picture(content), label))


def names_and_files() -> None:
    """The names of the two signs, and the file in which all images are saved."""
    own = signs()
    with st.container(horizontal=True, gap="small"):
        with st.popover(_words("names.button"), icon=":material/label:"):
            for label, which in ((1, "first"), (0, "second")):
                key = f"own_name_{which}"
                st.session_state[key] = own.names[1 - label]
                st.text_input(
                    _words(f"names.{which}"), max_chars=bounds.OWN_NAME, key=key, on_change=_rename, args=(label, key),
                )
            st.caption(_words("names.about", most=bounds.OWN_NAME))
        if len(own):
            st.download_button(
                _words("keep.save"), saved(), FILE, "application/octet-stream", key="own_save",
                on_click="ignore", icon=":material/download:", help=_words("keep.save_help"),
            )
            with st.popover(_words("keep.clear"), icon=":material/delete:"):
                st.button(_words("keep.clear_sure", count=len(own)), key="own_clear", on_click=_clear)


def saved() -> bytes:
    """All images of this visit, as a file."""
    return lesson.saved(signs())


def _rename(label: int, key: str) -> None:
    st.session_state[_OWN] = lesson.named(signs(), label, st.session_state[key])


def _clear() -> None:
    _keep(lesson.named(lesson.named(lesson.EMPTY, 1, signs().names[0]), 0, signs().names[1]))


def strips(settings: Settings, names: tuple[str, str], found: Result | None) -> None:
    """The images of each sign side by side; one that is chosen can be moved or removed."""
    own, chosen = signs(), _chosen()
    x = lesson.pixels(own, settings)
    shape = cached.images(settings).image_shape
    most = max(own.count(1), own.count(0))
    with st.container(height=_STRIPS if most > _IN_SIGHT else "content", border=False, key="own_strips"):
        columns = st.columns(2, gap="small")
    for label, name, other, column in zip((1, 0), names, names[::-1], columns, strict=True):
        rows = own.rows(label)
        with column:
            st.markdown(_words("strip.title", sign=name, count=len(rows)))
            if not rows:
                st.caption(_words("strip.none"))
                continue
            is_wrong = [found is not None and bool(found.says_first[row]) != (label == 1) for row in rows]
            image_strip(
                x[rows], shape,
                [
                    _words("strip.thumbnail_wrong" if wrong else "strip.thumbnail", number=i, sign=name, other=other)
                    for i, wrong in enumerate(is_wrong, 1)
                ],
                rows.index(chosen) if chosen in rows else None, key=f"own_strip_{label}",
                label=_words("strip.label", sign=name), then=partial(_choose, tuple(rows)),
            )
    if not len(own):
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="own_actions"):
        if chosen is None:
            st.caption(_words("strip.choose"))
            return
        label = int(own.labels[chosen])
        st.caption(
            _words("strip.chosen", number=own.rows(label).index(chosen) + 1, sign=names[1 - label]), width="content",
        )
        st.button(
            _words("strip.move", sign=names[label]), key="own_move", icon=":material/swap_horiz:",
            on_click=_change, args=("move", chosen),
        )
        st.button(
            _words("strip.remove"), key="own_remove", icon=":material/delete:", on_click=_change,
            args=("remove", chosen),
        )


def _choose(rows: tuple[int, ...], place: int) -> None:
    st.session_state[_CHOSEN] = rows[place]


def _chosen() -> int | None:
    """The place of the image that is chosen, if it is still there."""
    chosen = st.session_state.get(_CHOSEN)
    return chosen if isinstance(chosen, int) and 0 <= chosen < len(signs()) else None


def _change(what: str, place: int) -> None:
    if place < len(signs()):
        _keep((lesson.moved if what == "move" else lesson.removed)(signs(), place))


def use(settings: Settings) -> str:
    """The choice of who learns from whose images; one of ``results.USES``."""
    chosen = linked.control(
        st.segmented_control, _words("use.label"), results.USES, default=results.USES[0], required=True, key="own_use",
        help=_words("use.help", data=_words(f"data.{settings.dataset}")), label_visibility="collapsed",
    )
    return chosen if chosen in results.USES else results.USES[0]


def affordable(settings: Settings, use: str) -> Settings:
    """The settings with as many epochs as there is time for, where two models are trained."""
    if use not in (results.ADD, results.TRAIN):
        return settings
    shape = cost.shape_of(cached.images(settings))
    return replace(settings, epochs=cost.affordable_epochs(shape, [settings], cost.BUDGET / 2))


def result(settings: Settings, use: str) -> Result | None:
    """How the use ends with the images of this visit; None where there are too few."""
    own = signs()
    if results.missing(own, use):
        return None
    seconds = 0.0 if use == results.TEST else cached.training_seconds(settings)
    return cached.alone(("own images", settings, use, own.key), seconds, partial(_computed, settings, use, own))


def _computed(settings: Settings, use: str, own: Signs) -> Result:
    dataset = cached.images(settings)
    if use == results.TEST:
        return results.tested(cached.run(settings), dataset, own, settings)
    return results.result(dataset, own, settings, use, progress)


def what_happened(found: Result | None, settings: Settings, use: str, names: tuple[str, str]) -> str:
    """The sentence of the page."""
    own, without = signs(), cached.run(settings)
    if found is not None:
        return results.sentence(found, without, own, names, settings)
    if not len(own):
        return _words(
            "happened.nothing", data=_words(f"data.{settings.dataset}"),
            share=percent(float(without.test_accuracy[without.last_epoch])),
        )
    lacks = [
        _words("happened.missing_one", count=count, sign=name)
        for count, name in zip(results.missing(own, use), names, strict=True) if count
    ]
    return _words("happened.missing", use=use, lacks=listed(lacks))


def weights(found: Result | None, settings: Settings) -> Figure:
    """What the model has learned, as a picture; that of the data set's own model where there are too few images."""
    run: Run = cached.run(settings)
    picture = found.picture if found else weight_picture(run, not starts_at_zero(run))
    shape = cached.images(settings).image_shape
    return weight_image(picture, shape, found.last_epoch if found else run.last_epoch)


def weights_title(settings: Settings, names: tuple[str, str]) -> str:
    """The title of that picture."""
    return _words("weights.title", first=names[0], second=names[1], ink=what_is_1(settings))


def wrong(found: Result, settings: Settings, names: tuple[str, str]) -> None:
    """The images that the model gets wrong, or was least sure of."""
    dataset, own = cached.images(settings), signs()
    count = found.n_wrong
    title = "wrong.none" if not count else "wrong.some" if count <= len(found.wrong) else "wrong.some_worst"
    st.markdown(f"**{_words(title, count=f'{count:,}')}**")
    rows = [results.own_row(own, found.use, row) for row in found.wrong.tolist()]
    if rows[0] is None:
        pictures = cached.tiles(settings, found.wrong.tolist())
        truths = dataset.y_test[found.wrong] == 1
    else:
        x = lesson.pixels(own, settings)
        pictures = [url(tile(x[row], dataset.image_shape)) for row in rows]
        truths = np.array([own.labels[row] == 1 for row in rows])
    shown = [names[0 if is_first else 1] for is_first in truths.tolist()]
    st.image(
        pictures, width=84, alt=[_words("wrong.alt", sign=name) for name in shown],
        caption=[
            _words("wrong.caption", sign=name, score=number(score, "+.1f"))
            for name, score in zip(shown, found.scores.tolist(), strict=True)
        ],
    )


def is_task_done(found: Result | None) -> bool:
    """Whether five images of each sign were there to learn from, alone."""
    own = signs()
    return found is not None and found.use == results.TRAIN and min(own.count(0), own.count(1)) >= 5
