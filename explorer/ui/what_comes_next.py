"""The models of the page "What comes next", computed once for all visitors, and its controls.

All of them depend on settings alone; the images of all ten digits are fetched inside.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer import export, texts
from explorer.engine import cost, sklearn_models
from explorer.engine.datasets import TenDigits, load_ten
from explorer.engine.settings import Settings, Whole
from explorer.engine.softmax import TenRun, train_ten
from explorer.engine.training import Run, train, train_many
from explorer.figures import what_comes_next as figures
from explorer.figures.images import tile, url
from explorer.jobs import progress
from explorer.lessons.runs import epochs_shown
from explorer.lessons.what_comes_next import against_all, exclusive_or, hidden, ten
from explorer.lessons.words import a_digit
from explorer.ui import cached, controls, linked, page_frame, show
from explorer.ui.components.epoch_player import epoch_player

PARTS = ("hidden layer", "exclusive or", "one against all", "ten digits")  # as the address spells them

_words = texts.of("what_comes_next")


def units_slider() -> int:
    """The slider for the number of hidden units."""
    return _whole("units", hidden.MOST_UNITS, hidden.DEFAULT_UNITS)


def few_units_slider() -> int:
    """The slider for the number of hidden units of the exclusive or."""
    return _whole("xor_units", exclusive_or.MOST_UNITS, exclusive_or.DEFAULT_UNITS)


def _whole(key: str, most: int, default: int) -> int:
    """A slider from 1 to ``most`` units."""
    if key in st.session_state and Whole(1, most).problem(st.session_state[key]):
        st.session_state[key] = default
    value = linked.control(
        st.slider, _words("controls.units"), 1, most, default, key=key, width=190, help=_words("controls.help"),
    )
    return default if Whole(1, most).problem(value) else value


def layer_controls() -> int:
    """The controls of a hidden layer and of its descent; returns the number of units."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        units = units_slider()
        controls.descent()
    return units


def layer_notes(settings: Settings, asked: Settings) -> None:
    """What the page does otherwise than asked: fewer epochs, another start.

    Parameters
    ----------
    settings : Settings
        As they are trained.
    asked : Settings
    """
    if settings.epochs < asked.epochs:
        page_frame.shortened([hidden.single(asked), hidden.single(asked)], settings.epochs)
    if asked.start != "random":
        st.caption(_words(f"start.{asked.start}"))


# The hidden layer.


def affordable(settings: Settings, units: int) -> Settings:
    """``settings`` with as many epochs as there is time for."""
    return hidden.affordable(settings, units, cost.shape_of(cached.images(settings)))


def hidden_layer(settings: Settings, units: int, is_learned: bool, expected: str | None) -> show.Shown:
    """The hidden units as pictures, the answers beside those of a single layer, and what is to be seen.

    Parameters
    ----------
    settings : Settings
        From ``affordable``.
    units : int
    is_learned : bool
        Whether the pictures show what was learned.
    expected : str or None
        The choice made at the top of the page.
    """
    for one in (hidden.model(settings, units), hidden.single(settings)):
        cached.run(one)  # each in its turn
    return _hidden_layer(settings, units, is_learned, expected)


@cached.kept()
def _hidden_layer(settings: Settings, units: int, is_learned: bool, expected: str | None) -> show.Shown:
    runs = cached.run(hidden.model(settings, units)), cached.run(hidden.single(settings))
    images = cached.images(settings)
    return (
        {
            "units_shown": figures.unit_pictures(
                hidden.units_of(runs[0], _silent(settings, units), is_learned), images.image_shape, images.digits,
            ),
            "layer_curves": figures.accuracies(*runs),
        },
        {
            "saw_next": page_frame.saw(
                hidden.sentence(*runs, images), expected, hidden.happened(*runs, images)
            ),
            "epoch_note": _epoch_note(settings, units, runs[0].last_epoch),
        },
    )


@cached.kept()
def _silent(settings: Settings, units: int) -> NDArray[np.bool_]:
    return hidden.is_silent(cached.run(hidden.model(settings, units)), cached.images(settings))


def hidden_frame(settings: Settings, units: int, is_learned: bool, epoch: int) -> show.Shown:
    """The hidden units after an epoch, in the colours of the last one."""
    run, images = cached.run(hidden.model(settings, units)), cached.images(settings)
    silent = _silent(settings, units)
    last, then = (hidden.units_of(run, silent, is_learned, at) for at in (run.last_epoch, epoch))
    reach = figures.reach_of(last[: hidden.PICTURES])
    shown = figures.unit_pictures(then, images.image_shape, images.digits, reach)
    return {"units_shown": shown}, {"epoch_note": _epoch_note(settings, units, epoch)}


def _epoch_note(settings: Settings, units: int, epoch: int) -> str:
    return ten.epoch_note(cached.run(hidden.model(settings, units)), epoch)


def frames(settings: Settings, units: int) -> list[int]:
    """The epochs that the player of the hidden layer shows."""
    return epochs_shown(cached.run(hidden.model(settings, units)).last_epoch)


def hidden_player(settings: Settings, units: int) -> None:
    """The player of the hidden layer."""
    epoch_player(frames(settings, units), repr((settings, units)), key="player")


@cached.kept()
def _all_units(settings: Settings, units: int, is_learned: bool) -> tuple[list[str], list[str]]:
    run, images = cached.run(hidden.model(settings, units)), cached.images(settings)
    found = hidden.units_of(run, _silent(settings, units), is_learned)
    return figures.unit_tiles(found, images.image_shape), [hidden.caption(unit, images.digits) for unit in found]


def all_units(settings: Settings, units: int, is_learned: bool) -> None:
    """The part that opens with the pictures of all hidden units."""
    with show.drawer(_words("hidden.all"), key="all_units") as drawer:
        if drawer.open:
            pictures, captions = _all_units(settings, units, is_learned)
            st.image(pictures, caption=captions, width=84, alt=captions)


# The exclusive or.


@cached.kept(exclusive_or.seconds)
def tries(units: int, seed: int) -> exclusive_or.Tries:
    """What came of all starts with so many hidden units; 0: without a hidden layer."""
    return exclusive_or.tries(units, seed, progress)


def exclusive_or_shown(units: int, seed: int) -> show.Shown:
    """The plane of the two pixels, as a single layer and as a hidden layer sees it, and what is to be seen."""
    for n in (0, units):
        tries(n, seed)  # each in its turn
    return _exclusive_or_shown(units, seed)


@cached.kept()
def _exclusive_or_shown(units: int, seed: int) -> show.Shown:
    single, layered, points = tries(0, seed), tries(units, seed), exclusive_or.points()
    names = _words("hidden.single"), hidden.layer_name(units)
    return (
        {
            key: figures.exclusive_or_plane(one.best, exclusive_or.score_map(one.best), points, name)
            for key, one, name in (("xor_single", single, names[0]), ("xor_hidden", layered, names[1]))
        },
        {"saw_next": page_frame.saw(exclusive_or.sentence(layered, single))},
    )


# One digit against all others, and all ten digits.


def ten_images(settings: Settings) -> TenDigits:
    """The images of all ten digits that ``settings`` name; call ``cached.dataset`` first."""
    return load_ten(settings.dataset, settings.black_and_white, settings.inverted)


def affordable_against_all(settings: Settings, units: int) -> Settings:
    """``settings`` with as many epochs as there is time for."""
    return against_all.affordable(settings, units, ten_images(settings))


def _seconds_against_all(settings: Settings, units: int) -> float:
    return cost.seconds(cost.shape_of(ten_images(settings)), [hidden.single(settings), hidden.model(settings, units)])


@cached.kept(_seconds_against_all)
def answers_against_all(settings: Settings, units: int) -> tuple[against_all.Answers, against_all.Answers]:
    """The answers with a hidden layer, and without it; ``settings`` from ``affordable_against_all``."""
    images = ten_images(settings)
    wanted = [hidden.model(settings, units), hidden.single(settings)]
    layered, single = train_many(images.against_all(settings.digits), wanted, progress)
    return against_all.answers(layered, images), against_all.answers(single, images)


def printed(settings: Settings, data: str) -> str:
    """What the program of a hidden layer prints.

    Parameters
    ----------
    settings : Settings
        With the units.
    data : str
        What it is trained on, as ``export.of_hidden_layer`` has it.
    """
    if data == export.AGAINST_ALL:
        return export.printed_against_all(_layers_against_all(settings))
    return export.printed(layers_run(settings, data))


def layers_run(settings: Settings, data: str) -> Run:
    """The run of a hidden layer; as for ``printed``."""
    if data == export.AGAINST_ALL:
        return _layers_against_all(settings).run
    return _point_run(settings) if data == export.EXCLUSIVE_OR else cached.run(settings)


def _layers_against_all(settings: Settings) -> against_all.Answers:
    return answers_against_all(dataclasses.replace(settings, hidden_units=0), settings.hidden_units)[0]


@cached.kept()
def _point_run(settings: Settings) -> Run:
    return train(exclusive_or.points(), settings)


def ten_run(settings: Settings) -> TenRun:
    """Our training of all ten digits."""
    return _ten_run(ten.model(settings))


@cached.kept(lambda settings: ten.seconds(ten_images(settings), settings))
def _ten_run(settings: Settings) -> TenRun:
    return train_ten(ten_images(settings), settings, progress)


def ten_fit(settings: Settings) -> sklearn_models.Fit:
    """scikit-learn's fit of all ten digits, with the same penalty."""
    return _ten_fit(dataclasses.replace(ten.model(settings), seed=0))  # it draws nothing


@cached.kept(lambda settings: ten.fit_seconds(ten_images(settings)))
def _ten_fit(settings: Settings) -> sklearn_models.Fit:
    return sklearn_models.ten_digits(ten_images(settings), settings)


def ten_shown(settings: Settings, epoch: int | None = None) -> show.Shown:
    """The ten rows of weights and the answers after an epoch, the last one if not given."""
    run, images = ten_run(settings), ten_images(settings)
    at = run.last_epoch if epoch is None else epoch
    reach = float(abs(run.weights[run.last_epoch]).max()) or 1.0
    return (
        {
            "ten_weights": figures.ten_weights(run.weights[at], images.image_shape, reach),
            "ten_confusion": figures.ten_confusion(ten.confusion(run, images, at)),
        },
        {"epoch_note": ten.epoch_note(run, at)},
    )


def ten_player(settings: Settings) -> None:
    """The player of all ten digits."""
    epoch_player(ten.frames(ten_run(settings)), repr(ten.model(settings)), key="player")


def ten_mistakes(settings: Settings) -> None:
    """Some images of the most frequent mistake."""
    mistake = _mistake(ten.model(settings))
    if mistake:
        digit, answer, pictures = mistake
        show.section(_words("ten.mistakes", a_digit=a_digit(digit), a_other=a_digit(answer)))
        names = [_words("ten.mistake_alt", digit=digit, answer=answer)] * len(pictures)
        st.image(pictures, width=84, alt=names)


@cached.kept()
def _mistake(settings: Settings) -> tuple:
    """The digit, what it is taken for, and pictures; nothing without a mistake."""
    images = ten_images(settings)
    found = ten.most_frequent_mistake(_ten_run(settings), images)
    if found is None:
        return ()
    return found.digit, found.answer, [url(tile(images.X_test[i], images.image_shape)) for i in found.images]
