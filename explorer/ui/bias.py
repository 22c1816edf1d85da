"""The studies of the page "What is the bias for?", computed once for all visitors, and its controls."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES
from explorer.engine.settings import DEFAULTS, Settings
from explorer.figures import bias as figures
from explorer.figures.base import Figure
from explorer.figures.images import url
from explorer.inputs import bounds
from explorer.jobs import progress
from explorer.lessons import bias as lesson
from explorer.ui import cached, controls, linked, show
from explorer.ui.components.balance import Slider, Weighed

# Sliders from minus a number to that number: the number, the default and the step, by key.
SLIDERS = {
    "ink_weight": (lesson.MOST_WEIGHT, -20.0, 0.5), "ink_bias": (lesson.MOST_BIAS, 0.0, 0.1),
    "blank_bias": (5.0, 1.0, 0.1),
}
MOST_PIXELS = bounds.OWN_PIXELS  # that a visitor may choose
CLEAR_PAIR, AS_ELSEWHERE = INK_DIGITS = ("a clear pair", "as on other pages")  # as the address spells them
FOR_ONE_DIGIT, AT_RANDOM = FEW_PIXELS = ("for one digit", "at random")
_words = texts.of("bias")
_SUGGESTED = "_telling_pixels"  # in the session: the pixels that were suggested in the last run


def ink_study(settings: Settings) -> lesson.Ink:
    """Models of how much ink an image has; of the images as they are, also where ``settings`` invert them."""
    return _ink_study(lesson.data_of(dataclasses.replace(settings, inverted=False)))


def pixel_counts(settings: Settings, at_random: bool) -> lesson.PixelCounts:
    """Accuracies with and without a bias, by the number of pixels, which are drawn or speak for one digit."""
    everything = [float(cached.run(s).test_accuracy[-1]) for s in lesson.pair(lesson.model(settings))]
    return _pixel_counts(lesson.data_of(settings), at_random, *everything)


def own_accuracies(settings: Settings, chosen: Sequence[int]) -> tuple[int, float, float] | None:
    """(number of pixels, accuracy with a bias, without one) for the visitor's pixels; None if there is none."""
    return (len(chosen), *_own_accuracies(lesson.data_of(settings), tuple(chosen))) if chosen else None


def all_pixels(settings: Settings) -> lesson.AllPixels:
    """Models of all pixels with and without a bias."""
    for both in lesson.all_pixels_settings(settings).values():
        for s in both:
            cached.run(s)  # each in its turn
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
@cached.kept(lambda settings, at_random, *_: (
    (40 if at_random else 8) * cached.training_seconds(lesson.pixel_settings(settings))
))
def _pixel_counts(settings: Settings, at_random: bool, *everything: float) -> lesson.PixelCounts:
    return lesson.pixel_counts(cached.images(settings), settings, at_random, everything, progress)


@cached.kept(cached.training_seconds)
def _own_accuracies(settings: Settings, chosen: tuple[int, ...]) -> tuple[float, float]:
    return lesson.some_pixels(cached.images(settings), settings, chosen, progress)


@cached.kept()
def _all_pixels(settings: Settings) -> lesson.AllPixels:
    other_way_round = dataclasses.replace(settings, inverted=not settings.inverted)
    return lesson.all_pixels(cached.images(settings), cached.images(other_way_round), settings, cached.run)


@cached.kept()
def _paper(settings: Settings) -> str:
    everything = all_pixels(settings)
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


def ink_controls(settings: Settings) -> tuple[Settings, lesson.Ink, float, float]:
    """The controls of the visitor's own model of ink.

    Returns
    -------
    settings : Settings
        With the digits of this part, and the bias on or off.
    study : lesson.Ink
    weight, bias : float
        The bias is 0 where it is off.
    """
    clear = lesson.clear_pair(settings)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        digits = linked.control(
            st.segmented_control, _words("ink.digits"), INK_DIGITS, default=CLEAR_PAIR, required=True,
            key="ink_digits", persist_state="page",
            help=_words("ink.digits_help", first=clear.digits[0], second=clear.digits[1]),
        )
        chosen = settings if digits == AS_ELSEWHERE else clear
        has_bias = controls.bias_switch()
        weight = _number(_words("ink.weight"), *SLIDERS["ink_weight"], "ink_weight")
        own_bias = _number(_words("ink.bias"), *SLIDERS["ink_bias"], "ink_bias", disabled=not has_bias)
        study = ink_study(chosen)
        trained = dict(zip(("ink_weight", "ink_bias"), lesson.trained_ink(study, has_bias), strict=True))
        st.button(
            _words("ink.trained"), icon=":material/model_training:", on_click=controls.set_controls, kwargs=trained,
        )
        if settings.dataset != "mnist" and not linked.hidden("dataset"):
            st.button(
                _words("ink.mnist"), on_click=controls.change_data, kwargs=dict(dataset="mnist"),
                help=_words("ink.mnist_help"),
            )
    return dataclasses.replace(chosen, bias=has_bias), study, weight, own_bias if has_bias else 0.0


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
            st.segmented_control, _words("blank.weights"), ("random", "learned"), default="random", required=True,
            key="blank_weights", persist_state="page",
        )
        score = linked.control(
            st.segmented_control, _words("blank.score"), tuple(SCORES), default=DEFAULTS.score, required=True,
            format_func=controls.words, key="score", help=_words("blank.score_help"),
        )
        settings = dataclasses.replace(
            settings, score=score if score in SCORES else DEFAULTS.score, bias=controls.bias_switch()
        )
        if weights == "learned":
            return settings, None, 0.0
        draw = controls.whole_number(_words("blank.draw"), 0, lesson.RANDOM_WEIGHTS - 1, key="blank_draw")
        with show.out_of_sight("blank_bias"):  # the weight on the beam moves it
            own_bias = _number(
                _words("blank.bias"), *SLIDERS["blank_bias"], "blank_bias", disabled=not settings.bias
            )
    return settings, draw, own_bias


def blank_sheet(settings: Settings, draw: int | None, own_bias: float) -> tuple[Weighed, Figure, str]:
    """What lies on the balance in the part "Blank image", the scores of many models as a figure, and its sentence.

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
        recipe = lesson.model(settings, settings.score)
        models = lesson.learned_models(cached.run(dataclasses.replace(recipe, bias=settings.bias)))
        shown, reach = len(models.biases) - 1, None
    else:
        models = lesson.random_models(settings, dataset.X_train.shape[1], own_bias)
        shown, reach = draw, SLIDERS["blank_bias"][0]
    sheet = lesson.blank(settings, models.weights[shown], float(models.biases[shown]))
    image, digit = lesson.an_image(dataset)
    return (
        Weighed(
            sheet.values, sheet.weights, sheet.parts, dataset.image_shape, dataset.digits, sheet.total,
            sheet.bias if settings.bias else None, SCORES[settings.score], "blank", is_inverted=settings.inverted,
        ),
        figures.blank_scores(lesson.blank_scores(settings, models, image), digit, shown, reach),
        lesson.blank_sentence(sheet, settings, draw is not None),
    )


def beam_slider(draw: int | None, own_bias: float, settings: Settings) -> Slider | None:
    """The slider that the weight on the beam moves; None where the bias is learned, or off."""
    if draw is None or not settings.bias:
        return None
    most, _, step = SLIDERS["blank_bias"]
    return Slider("blank_bias", own_bias, -most, most, step)


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


def few_pixels(settings: Settings) -> bool:
    """The choice of the pixels that the models of few pixels see; returns whether they are drawn at random."""
    chosen = linked.control(
        st.segmented_control, _words("pixels.which"), FEW_PIXELS, default=FOR_ONE_DIGIT, required=True,
        key="few_pixels", persist_state="page", help=_words("pixels.which_help", second=settings.digits[1]),
    )
    return chosen == AT_RANDOM


def shorter(settings: Settings, dataset: Dataset) -> str:
    """Why the models of few pixels have other numbers than those of the other pages."""
    how = lesson.pixel_settings(settings)
    return _words(
        "pixels.shorter", epochs=how.epochs, batch=how.batch_size, all=dataset.X_train.shape[1],
    )


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
        max_selections=MOST_PIXELS, select_all=False, filter_mode="prefix", wrap=False,
        placeholder=_words("pixels.choose_none"), help=_words(
            "pixels.choose_help", first=settings.digits[0], second=settings.digits[1], most=MOST_PIXELS,
        ),
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
