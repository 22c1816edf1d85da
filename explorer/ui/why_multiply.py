"""The results of the page "Why multiply?", computed once for all visitors, and its controls."""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer.engine.baselines import median_image, nearest_mean
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings, Whole
from explorer.engine.training import Run
from explorer.figures import why_multiply as figures
from explorer.figures.base import Figure
from explorer.jobs import progress
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels
from explorer.ui import cached, controls, linked

_PAIR = ("pixel_a", "pixel_b")  # the keys of the two pixels, the older one first


def steps_of_the_idea(settings: Settings) -> list[all_pixels.Idea]:
    """The learner's idea, step by step, on the images and with the seed of ``settings``."""
    return _steps_of_the_idea(all_pixels.multiply_model(settings))


@cached.kept(lambda settings: cached.training_seconds(list(all_pixels.contestants(settings).values())))
def _steps_of_the_idea(settings: Settings) -> list[all_pixels.Idea]:
    images = cached.images(settings)
    runs = all_pixels.train_ideas(images, settings, progress)
    return all_pixels.ideas(runs, images, nearest_mean(images), median_image(images).weights)


@cached.kept(cached.training_seconds)
def two_pixel_runs(settings: Settings, pair: tuple[int, int]) -> list[Run]:
    """Both scores, trained on two pixels alone."""
    return two_pixels.train_two(cached.images(settings), settings, pair, progress)


@cached.kept()
def one_pixel_figure(value: float, weight: float) -> Figure:
    """Both scores of one pixel against its value, with the chosen value on them."""
    return figures.one_pixel(one_pixel.curve("multiply", weight), one_pixel.curve("distance", weight), value)


@cached.kept()
def two_lines_figure(weight: float) -> Figure:
    """What one pixel adds by its distance, and by the product that the distance is in disguise."""
    return figures.two_lines(one_pixel.curve("distance", weight), disguise.straight(one_pixel.VALUES, weight))


def pixel_weight() -> float:
    """The weight of the pixel in the parts "one pixel" and "the disguise"."""
    return linked.control(st.slider, "Weight of the pixel", -1.0, 1.0, 0.6, 0.05, key="pixel_weight", width=260)


def pixel_pair(dataset: Dataset, default: tuple[int, int]) -> tuple[int, int]:
    """The controls for two pixels of the images, each chosen by row and column."""
    n_pixels = dataset.X_train.shape[1]
    chosen = []
    with st.container(horizontal=True):
        for key, label, pixel in zip(_PAIR, ("First pixel: row.column", "Second pixel"), default, strict=True):
            if Whole(0, n_pixels - 1).problem(st.session_state.get(key, pixel)):
                st.session_state[key] = pixel
            value = st.selectbox(
                label, range(n_pixels), index=pixel, key=key, bind="query-params", width=190,
                format_func=partial(controls.pixel_name, width=dataset.image_shape[1]),
            )
            chosen.append(pixel if Whole(0, n_pixels - 1).problem(value) else value)
    return chosen[0], chosen[1]


def pick_pixel(pixel: int, pair: tuple[int, int]) -> None:
    """Replace the older pixel of the pair, for a click; a pixel of the pair changes nothing."""
    if pixel not in pair:
        st.session_state[_PAIR[0]], st.session_state[_PAIR[1]] = pair[1], pixel


def black_and_white_button() -> None:
    """A button that does the same as the switch "Black-and-white pixels" in the sidebar."""
    if linked.hidden("black_and_white"):
        return
    is_on = st.session_state.get("black_and_white") is True
    st.button(
        "Back to grey pixels" if is_on else "Make all pixels black or white", icon=":material/contrast:",
        on_click=controls.change_data, kwargs={"black_and_white": not is_on}, width=270,
    )
