"""What the page on the bias keeps and asks: its studies, computed once for all visitors, and its controls."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import streamlit as st

from explorer import bias, bounds
from explorer.datasets import Dataset, load
from explorer.scores import SCORES
from explorer.settings import DEFAULTS, Settings
from explorer.ui import cached, controls, linked

MOST_PIXELS = bounds.OWN_PIXELS  # of one's own
_TELLING = "_telling_pixels"  # in the session: the pixels offered at first


def ink(settings: Settings) -> bias.Ink:
    """Models of how much ink there is: on the images as ink, also where ``settings`` invert them."""
    return _ink(bias.data_of(dataclasses.replace(settings, inverted=False, seed=settings.seed)))


def counts(settings: Settings) -> bias.PixelCounts:
    """With and without a bias, by the number of pixels."""
    return _counts(bias.data_of(settings))


def own(settings: Settings, chosen: Sequence[int]) -> tuple[int, float, float] | None:
    """How many pixels of one's own, and the accuracies with and without a bias; None without a pixel."""
    return (len(chosen), *_own(bias.data_of(settings), tuple(chosen))) if chosen else None


def all_pixels(settings: Settings) -> bias.AllPixels:
    """With and without a bias on all pixels."""
    return _all_pixels(bias.data_of(settings))


def constant(settings: Settings, chosen: Sequence[int] | None) -> bias.ConstantPixel:
    """A bias, and a pixel that is always 1 in its place."""
    return _constant(bias.data_of(settings), None if chosen is None else tuple(chosen))


def say(settings: Settings) -> bias.Array:
    """For which digit ink speaks at each pixel: (n_pixels,)."""
    return _say(bias.data_of(settings))


@st.cache_resource(max_entries=64, show_spinner=False)
def _say(settings: Settings) -> bias.Array:
    return bias.say(_load(settings), settings.inverted)


@st.cache_resource(max_entries=64, show_spinner=False)
def _ink(settings: Settings) -> bias.Ink:
    return bias.ink_study(_load(settings), settings)


@st.cache_resource(max_entries=64, show_spinner=False)
def _counts(settings: Settings) -> bias.PixelCounts:
    return bias.pixel_counts(_load(settings), settings)


@st.cache_resource(max_entries=256, show_spinner=False)
def _own(settings: Settings, chosen: tuple[int, ...]) -> tuple[float, float]:
    return bias.some_pixels(_load(settings), settings, chosen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _all_pixels(settings: Settings) -> bias.AllPixels:
    turned = dataclasses.replace(settings, inverted=not settings.inverted)
    return bias.all_pixels(_load(settings), _load(turned), settings)


@st.cache_resource(max_entries=64, show_spinner=False)
def _constant(settings: Settings, chosen: tuple[int, ...] | None) -> bias.ConstantPixel:
    return bias.constant_pixel(_load(settings), settings, chosen)


def _load(settings: Settings) -> Dataset:
    return load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)


def ink_controls(settings: Settings, study: bias.Ink) -> tuple[Settings, float, float]:
    """The visitor's model of ink: the settings with the bias on or off, the weight, the bias; 0 where it is off."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        has_bias = controls.bias_switch()
        weight = _number("Weight on ink", bias.MOST_WEIGHT, 10.0, 0.5, "ink_weight")
        own_bias = _number("Its bias", bias.MOST_BIAS, 0.0, 0.1, "ink_bias", disabled=not has_bias)
        trained = dict(zip(("ink_weight", "ink_bias"), bias.trained_ink(study, has_bias), strict=True))
        st.button("Use the trained ones", icon=":material/model_training:", on_click=controls.choose, kwargs=trained)
        if not linked.hidden("digits"):
            st.button("1 against 0", on_click=controls.choose, kwargs=dict(first=1, second=0))
        if settings.dataset != "mnist" and not (linked.hidden("digits") or linked.hidden("dataset")):
            st.button(
                "1 against 0 in MNIST", on_click=controls.choose, kwargs=dict(first=1, second=0, dataset="mnist"),
            )
    return dataclasses.replace(settings, bias=has_bias), weight, own_bias if has_bias else 0.0


def blank_controls(settings: Settings, n_pixels: int) -> tuple[Settings, bias.Models, int, str]:
    """Which models score the blank image.

    Returns
    -------
    settings : Settings
        With the score and the bias as chosen here.
    models : bias.Models
    place : int
        The one of them whose pictures are shown.
    what : str
        Along what the models stand.
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
            models = bias.learned_models(cached.run(settings))
            return settings, models, len(models.biases) - 1, "epoch (visits to every training digit)"
        place = controls.whole("Other weights", 0, bias.RANDOM_WEIGHTS - 1, key="blank_draw")
        own_bias = _number("Its bias", 5.0, 1.0, 0.1, "blank_bias", disabled=not settings.bias)
    return settings, bias.random_models(settings, n_pixels, own_bias), place, "draw of random weights"


def _number(label: str, most: float, default: float, step: float, key: str, disabled: bool = False) -> float:
    """A number from minus ``most`` to ``most``; the default for what is not one."""
    held = st.session_state.get(key, default)
    if isinstance(held, bool) or not isinstance(held, (int, float)) or not -most <= held <= most:
        st.session_state[key] = default
    value = st.slider(
        label, -most, most, default, step, key=key, bind="query-params", persist_state="page", width=160,
        disabled=disabled,
    )
    return value if -most <= value <= most else default


def own_pixels(dataset: Dataset, settings: Settings, label: str) -> list[int]:
    """The control for one's own pixels; at first the two where ink speaks for the second digit most.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
    label : str
        Of the control.

    Returns
    -------
    list of int
        Counted row by row from 0; may be empty.
    """
    width = dataset.image_shape[1]
    options = [controls.pixel_name(pixel, width) for pixel in range(dataset.X_train.shape[1])]
    telling = [options[pixel] for pixel in bias.telling_pixels(say(settings), dataset.image_shape)]
    state = st.session_state
    if "pixels" in state:
        held = state["pixels"] if isinstance(state["pixels"], list) else []
        kept = [name for name in held if name in options][:MOST_PIXELS]
        # Who never chose gets those of the new images; so does one whose pixels these images do not have.
        if not isinstance(state["pixels"], list) or held == state.get(_TELLING) or (held and not kept):
            kept = telling
        if kept != state["pixels"]:
            state["pixels"] = kept
    state[_TELLING] = telling
    chosen = st.multiselect(
        label, options, default=telling, key="pixels", bind="query-params", persist_state="page",
        max_selections=MOST_PIXELS, select_all=False, filter_mode="prefix", wrap=False, placeholder="Pick a pixel",
        help=f"In the picture, ink speaks for {settings.digits[0]} where it is blue, for "
        f"{settings.digits[1]} where it is orange. You may pick {MOST_PIXELS} pixels.",
    )
    numbers = {name: pixel for pixel, name in enumerate(options)}
    return [numbers[name] for name in chosen if name in numbers]


def toggle(pixel: int, width: int) -> None:
    """Add a pixel to one's own, or take it away; beyond the most there may be, the oldest goes."""
    label = controls.pixel_name(pixel, width)
    held = list(st.session_state.get("pixels") or [])
    st.session_state["pixels"] = (
        [other for other in held if other != label] if label in held else [*held, label][-MOST_PIXELS:]
    )
