"""The results of the page "Why multiply?", computed once for all visitors, and its controls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from explorer import texts
from explorer.engine.baselines import nearest_mean
from explorer.engine.datasets import Dataset
from explorer.engine.settings import Settings, Whole
from explorer.engine.training import Run
from explorer.figures import why_multiply as figures
from explorer.figures.base import Figure
from explorer.jobs import progress
from explorer.lessons.why_multiply import all_pixels, disguise, two_pixels
from explorer.lessons.why_multiply import one_pixel as pixel
from explorer.lessons.why_multiply import your_numbers as lesson
from explorer.ui import cached, controls, linked, page_frame, show

_words = texts.of("why_multiply")

_PAIR = ("pixel_a", "pixel_b")  # the keys of the two pixels, the older one first
# The sliders of the two examples of the question: key to smallest and largest number.
NUMBERS = {"value_a": (0.0, 1.0), "weight_a": (-1.0, 1.0), "value_b": (0.0, 1.0), "weight_b": (-1.0, 1.0)}
VALUES = ("value_a", "value_b")


def steps_of_the_idea(settings: Settings) -> list[all_pixels.Idea]:
    """The learner's idea, step by step, on the images and with the seed of ``settings``."""
    return _steps_of_the_idea(all_pixels.multiply_model(settings))


@cached.kept(lambda settings: cached.training_seconds(list(all_pixels.contestants(settings).values())))
def _steps_of_the_idea(settings: Settings) -> list[all_pixels.Idea]:
    images = cached.images(settings)
    runs = all_pixels.train_ideas(images, settings, progress)
    return all_pixels.ideas(runs, images, nearest_mean(images))


@cached.kept(cached.training_seconds)
def two_pixel_runs(settings: Settings, pair: tuple[int, int]) -> list[Run]:
    """Both scores, trained on two pixels alone."""
    return two_pixels.train_two(cached.images(settings), settings, pair, progress)


def own_numbers() -> dict[str, float]:
    """The four sliders of the two examples of the question: key to number."""
    defaults = [number for pixel in lesson.EXAMPLES for number in (pixel.value, pixel.weight)]
    labels = ("first_value", "first_weight", "second_value", "second_weight")
    with st.container(horizontal=True):
        return {
            key: linked.control(st.slider, _words(f"numbers.{label}"), *limits, default, 0.05, key=key, width=165)
            for (key, limits), label, default in zip(NUMBERS.items(), labels, defaults, strict=True)
        }


def your_numbers(chosen: Mapping[str, float], digits: tuple[int, int]) -> show.Shown:
    """What the two pixels give by either calculation, and what that means.

    Parameters
    ----------
    chosen : mapping
        From ``own_numbers``.
    digits : (int, int)
    """
    pixels = _pixels(chosen)
    return (
        {"products": figures.your_numbers(pixels, "multiply"), "distances": figures.your_numbers(pixels, "distance")},
        {
            "products_say": lesson.products_say(pixels, digits), "distances_say": lesson.distances_say(pixels),
            "saw_why": page_frame.saw(numbers_sentence(chosen, digits)),
        },
    )


def numbers_sentence(chosen: Mapping[str, float], digits: tuple[int, int]) -> str:
    """What the sums over the two pixels mean."""
    return lesson.sentence(_pixels(chosen), digits)


def _pixels(chosen: Mapping[str, float]) -> tuple[lesson.Pixel, lesson.Pixel]:
    return (
        lesson.Pixel(chosen["value_a"], chosen["weight_a"]), lesson.Pixel(chosen["value_b"], chosen["weight_b"]),
    )


@cached.kept()
def one_pixel(value: float, weight: float, digits: tuple[int, int]) -> show.Shown:
    """Both scores of one pixel against its value, what it does to them, and what it can do."""
    return (
        {
            "one_pixel": figures.one_pixel(pixel.curve("multiply", weight), pixel.curve("distance", weight), value),
            "pulls": figures.pulls(value, weight, digits),
        },
        {"saw_why": page_frame.saw(pixel.sentence(value, weight, digits))},
    )


@cached.kept()
def two_lines_figure(weight: float) -> Figure:
    """What one pixel adds by its distance, and by the product that the distance is in disguise."""
    return figures.two_lines(pixel.curve("distance", weight), disguise.straight(pixel.VALUES, weight))


def pixel_weight() -> float:
    """The weight of the pixel in the parts "one pixel" and "the disguise"."""
    return linked.control(st.slider, _words("one.weight"), -1.0, 1.0, 0.6, 0.05, key="pixel_weight", width=165)


def pixel_pair(dataset: Dataset, default: tuple[int, int]) -> tuple[int, int]:
    """The controls for two pixels of the images, each chosen by row and column."""
    n_pixels = dataset.X_train.shape[1]
    labels = _words("two.first_pixel"), _words("two.second_pixel")
    chosen = []
    with st.container(horizontal=True):
        for key, label, first in zip(_PAIR, labels, default, strict=True):
            if Whole(0, n_pixels - 1).problem(st.session_state.get(key, first)):
                st.session_state[key] = first
            value = st.selectbox(
                label, range(n_pixels), index=first, key=key, bind="query-params", width=190,
                format_func=partial(controls.pixel_name, width=dataset.image_shape[1]),
            )
            chosen.append(first if Whole(0, n_pixels - 1).problem(value) else value)
    return chosen[0], chosen[1]


def pick_pixel(pixel: int, pair: tuple[int, int]) -> None:
    """Replace the older pixel of the pair, for a click; a pixel of the pair changes nothing."""
    if pixel not in pair:
        st.session_state[_PAIR[0]], st.session_state[_PAIR[1]] = pair[1], pixel


def black_and_white_button() -> None:
    """A button for the switch "Black-and-white pixels", which is for all pages, and the way back."""
    if linked.hidden("black_and_white"):
        return
    is_on = st.session_state.get("black_and_white") is True
    st.button(
        _words("disguise.back" if is_on else "disguise.make"), icon=":material/contrast:",
        on_click=controls.change_data, kwargs={"black_and_white": not is_on},
    )
