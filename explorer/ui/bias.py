"""The studies of the page "What is the bias for?", computed once for all visitors, and its controls."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES
from explorer.engine.settings import DEFAULTS, Settings
from explorer.figures import bias as figures
from explorer.figures.base import Figure
from explorer.figures.images import pixel_contributions, url
from explorer.inputs import bounds
from explorer.jobs import progress
from explorer.lessons import bias as lesson
from explorer.ui import cached, controls, linked

# Sliders from minus a number to that number: the number, the default and the step, by key.
SLIDERS = {
    "ink_weight": (lesson.MOST_WEIGHT, 10.0, 0.5), "ink_bias": (lesson.MOST_BIAS, 0.0, 0.1),
    "blank_bias": (5.0, 1.0, 0.1),
}
MOST_PIXELS = bounds.OWN_PIXELS  # that a visitor may choose
_SUGGESTED = "_telling_pixels"  # in the session: the pixels that were suggested in the last run


def ink_study(settings: Settings) -> lesson.Ink:
    """Models of how much ink an image has; of the images as they are, also where ``settings`` invert them."""
    return _ink_study(lesson.data_of(dataclasses.replace(settings, inverted=False)))


def pixel_counts(settings: Settings) -> lesson.PixelCounts:
    """Accuracies with and without a bias, by the number of pixels."""
    return _pixel_counts(lesson.data_of(settings))


def own_accuracies(settings: Settings, chosen: Sequence[int]) -> tuple[int, float, float] | None:
    """(number of pixels, accuracy with a bias, without one) for the visitor's pixels; None if there is none."""
    return (len(chosen), *_own_accuracies(lesson.data_of(settings), tuple(chosen))) if chosen else None


def all_pixels(settings: Settings) -> lesson.AllPixels:
    """Runs with and without a bias on all pixels."""
    return _all_pixels(lesson.data_of(settings))


def paper(settings: Settings) -> str:
    """The picture of the inverted image of ``all_pixels``, for ``st.image``."""
    return _paper(lesson.data_of(settings))


def constant_pixel(settings: Settings, chosen: Sequence[int] | None) -> lesson.ConstantPixel:
    """A run with a bias, and one with a pixel that is always 1 instead; on ``chosen`` pixels, or on all if None."""
    return _constant_pixel(lesson.data_of(settings), None if chosen is None else tuple(chosen))


def ink_difference(settings: Settings) -> NDArray[np.floating]:
    """For which digit ink speaks at each pixel: (n_pixels,)."""
    return _ink_difference(lesson.data_of(settings))


@cached.kept(cached.training_seconds)
def _ink_study(settings: Settings) -> lesson.Ink:
    return lesson.ink_study(cached.images(settings), settings, progress)


# Measured: so many times as long as one training on all pixels.
@cached.kept(lambda settings: 40 * cached.training_seconds(lesson.pixel_settings(settings)))
def _pixel_counts(settings: Settings) -> lesson.PixelCounts:
    return lesson.pixel_counts(cached.images(settings), settings, progress)


@cached.kept(cached.training_seconds)
def _own_accuracies(settings: Settings, chosen: tuple[int, ...]) -> tuple[float, float]:
    return lesson.some_pixels(cached.images(settings), settings, chosen, progress)


@cached.kept(lambda settings: 8 * cached.training_seconds(lesson.pixel_settings(settings)))
def _all_pixels(settings: Settings) -> lesson.AllPixels:
    other_way_round = dataclasses.replace(settings, inverted=not settings.inverted)
    return lesson.all_pixels(cached.images(settings), cached.images(other_way_round), settings, progress)


@cached.kept()
def _paper(settings: Settings) -> str:
    everything = _all_pixels(settings)
    return url(figures.paper_pixels(
        everything.inverted_image, everything.always_one, cached.images(settings).image_shape,
    ))


@cached.kept(cached.training_seconds)
def _constant_pixel(settings: Settings, chosen: tuple[int, ...] | None) -> lesson.ConstantPixel:
    return lesson.constant_pixel(cached.images(settings), settings, chosen, progress)


@cached.kept()
def _ink_difference(settings: Settings) -> NDArray[np.floating]:
    return lesson.ink_difference(cached.images(settings), settings.inverted)


def offered(key: str) -> list[float]:
    """All numbers that one of ``SLIDERS`` offers."""
    most, _, step = SLIDERS[key]
    steps = round(most / step)
    return np.round(np.linspace(-most, most, 2 * steps + 1), 1).tolist()


def ink_controls(settings: Settings, study: lesson.Ink) -> tuple[Settings, float, float]:
    """The controls of the visitor's own model of ink.

    Returns
    -------
    settings : Settings
        With the bias on or off.
    weight, bias : float
        The bias is 0 where it is off.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        has_bias = controls.bias_switch()
        weight = _number("Weight on ink", *SLIDERS["ink_weight"], "ink_weight")
        own_bias = _number("Its bias", *SLIDERS["ink_bias"], "ink_bias", disabled=not has_bias)
        trained = dict(zip(("ink_weight", "ink_bias"), lesson.trained_ink(study, has_bias), strict=True))
        st.button(
            "Use the trained ones", icon=":material/model_training:", on_click=controls.set_controls, kwargs=trained,
        )
        if not linked.hidden("digits"):
            st.button("1 against 0", on_click=controls.change_data, kwargs=dict(first=1, second=0))
        if settings.dataset != "mnist" and not (linked.hidden("digits") or linked.hidden("dataset")):
            st.button(
                "1 against 0 in MNIST", on_click=controls.change_data, kwargs=dict(first=1, second=0, dataset="mnist"),
            )
    return dataclasses.replace(settings, bias=has_bias), weight, own_bias if has_bias else 0.0


def blank_controls(settings: Settings) -> tuple[Settings, int | None, float]:
    """The controls that choose which models score the blank image.

    Returns
    -------
    settings : Settings
        With the score and the bias as chosen here.
    draw : int or None
        The number of the random weights; None: the learned ones.
    own_bias : float
        Of the models with random weights.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        weights = linked.control(
            st.segmented_control, "Weights", ("learned", "random"), default="learned", required=True,
            key="blank_weights", persist_state="page",
        )
        score = linked.control(
            st.segmented_control, "Score", tuple(SCORES), default=DEFAULTS.score, required=True,
            format_func=controls.words, key="score",
            help="What a pixel adds: value × weight, or minus its distance to the weight.",
        )
        settings = dataclasses.replace(
            settings, score=score if score in SCORES else DEFAULTS.score, bias=controls.bias_switch()
        )
        if weights != "random":
            return settings, None, 0.0
        draw = controls.whole_number("Other weights", 0, lesson.RANDOM_WEIGHTS - 1, key="blank_draw")
        own_bias = _number("Its bias", *SLIDERS["blank_bias"], "blank_bias", disabled=not settings.bias)
    return settings, draw, own_bias


def blank_pictures(settings: Settings, draw: int | None, own_bias: float) -> tuple[dict[str, Figure], str]:
    """The figures of the part "Blank image" by their keys, and its sentence.

    Parameters
    ----------
    settings : Settings
    draw : int or None
        The number of the random weights; None: the learned ones.
    own_bias : float
        Of the models with random weights, if ``settings`` have a bias.
    """
    dataset = cached.images(settings)
    if draw is None:
        models = lesson.learned_models(cached.run(settings))
        shown, axis_title, reach = len(models.biases) - 1, "epoch (visits to every training digit)", None
    else:
        models = lesson.random_models(settings, dataset.X_train.shape[1], own_bias)
        shown, axis_title, reach = draw, "draw of random weights", SLIDERS["blank_bias"][0]
    sheet = lesson.blank(settings, models.weights[shown], float(models.biases[shown]))
    image, digit = lesson.an_image(dataset)
    score = SCORES[settings.score]
    return {
        "blank": pixel_contributions(
            sheet.values, sheet.weights, sheet.parts, dataset.image_shape, score.neutral,
            titles=("blank", "the weights", score.summand),
        ),
        "blanks": figures.blank_scores(
            lesson.blank_scores(settings, models, image), digit, axis_title, shown, reach,
        ),
    }, lesson.blank_sentence(sheet, settings)


def _number(label: str, most: float, default: float, step: float, key: str, disabled: bool = False) -> float:
    """A slider from minus ``most`` to ``most``; what it holds is replaced by the default if it is out of range."""
    held = st.session_state.get(key, default)
    if isinstance(held, bool) or not isinstance(held, (int, float)) or not -most <= held <= most:
        st.session_state[key] = default
    value = st.slider(
        label, -most, most, default, step, key=key, bind="query-params", persist_state="page", width=160,
        disabled=disabled,
    )
    return value if -most <= value <= most else default


def own_pixels(dataset: Dataset, settings: Settings, label: str) -> list[int]:
    """The visitor's own pixels; at first, the two where ink speaks most for the second digit.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
    label : str

    Returns
    -------
    list of int
        Indices of pixels, row by row; may be empty.
    """
    width = dataset.image_shape[1]
    options = [controls.pixel_name(pixel, width) for pixel in range(dataset.X_train.shape[1])]
    suggested = [options[pixel] for pixel in lesson.informative_pixels(ink_difference(settings), dataset.image_shape)]
    state = st.session_state
    if "pixels" in state:
        held = state["pixels"] if isinstance(state["pixels"], list) else []
        kept = [name for name in held if name in options][:MOST_PIXELS]
        # After a change of the images: a visitor who never chose gets the new suggestion, and so does one whose pixels
        # these images do not have.
        if not isinstance(state["pixels"], list) or held == state.get(_SUGGESTED) or (held and not kept):
            kept = suggested
        if kept != state["pixels"]:
            state["pixels"] = kept
    state[_SUGGESTED] = suggested
    chosen = st.multiselect(
        label, options, default=suggested, key="pixels", bind="query-params", persist_state="page",
        max_selections=MOST_PIXELS, select_all=False, filter_mode="prefix", wrap=False, placeholder="Pick a pixel",
        help=f"In the picture, ink speaks for {settings.digits[0]} where it is blue, for "
        f"{settings.digits[1]} where it is orange. You may pick {MOST_PIXELS} pixels.",
    )
    index = {name: pixel for pixel, name in enumerate(options)}
    return [index[name] for name in chosen if name in index]


def toggle_pixel(pixel: int, width: int) -> None:
    """Add a pixel to the visitor's own or remove it; with more than ``MOST_PIXELS``, the oldest one is dropped."""
    label = controls.pixel_name(pixel, width)
    held = list(st.session_state.get("pixels") or [])
    st.session_state["pixels"] = (
        [other for other in held if other != label] if label in held else [*held, label][-MOST_PIXELS:]
    )
