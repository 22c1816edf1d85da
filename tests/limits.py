"""The slowest permitted states of every page, each opened anew and timed: ``python -m tests.benchmark --limits``.

What is timed is a run of the page through the entry, with nothing in its caches but the images: the time until the
page is complete, and the processor time of it. Streamlit's test harness takes a tenth of a second of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer.engine import baselines
from explorer.engine.settings import LIMITS, MAX_EPOCHS
from explorer.lessons import learning_rates
from explorer.lessons.compare_losses import row_set
from explorer.lessons.compare_losses.row_set import LETTERS, Row
from explorer.ui.live import NoAnswer
from tests.support.live import asked
from tests.support.pages import open_page

ONES_AND_SEVENS = {"first": "1", "second": "7"}  # the two most frequent digits


@dataclass(frozen=True)
class State:
    """A state of a page that takes long.

    Parameters
    ----------
    page, part : str
        The name of the page's file, and which part of it, or what is done there.
    link : dict
        Its query parameters, without those that name the images.
    action : callable (app), optional
        What is done on the open page; then only that is timed.
    """

    page: str
    part: str
    link: dict[str, str] = field(default_factory=dict)
    action: Callable[[Any], Any] | None = None


def _eight(score: str, losses: tuple[str, ...]) -> str:
    """The code of eight runs with this score and these losses, each at another learning rate."""
    rates = LIMITS["learning_rate"].options[4:]
    return row_set.write([
        Row(letter, score, losses[i % len(losses)], rates[i], True, "random") for i, letter in enumerate(LETTERS)
    ])


def _press(key: str) -> Callable[[Any], Any]:
    return lambda app: app.get_by_key(key).click().run()


def _press_labelled(label: str) -> Callable[[Any], Any]:
    return lambda app: next(button for button in app.button if button.label == label).click().run()


def _slide(control: str) -> Callable[[Any], Any]:
    def ask(app: Any) -> Any:
        try:
            return asked(app, control)
        except NoAnswer:
            return None

    return ask


def states(dataset: str) -> list[State]:
    """The states to time on a data set: every page and part at the ends of what is permitted there."""
    long = {"epochs": str(MAX_EPOCHS[dataset])}
    small, all_at_once = long | {"batch_size": "16"}, long | {"batch_size": "all"}
    distance, square = {"score": "distance"}, {"loss": "squared error"}
    losses = ",".join(LIMITS["loss"].options)
    every_loss = {"losses": [loss.replace("_", " ") for loss in LIMITS["loss"].options], "sweep_bias": "both"}
    assert losses and len(learning_rates.SLOPED) == 4
    found = [
        State("start", ""),
        *(State("why_multiply", part, {"why_part": part}) for part in (
            "one pixel", "two pixels", "all pixels", "the disguise",
        )),
        *(
            State("one_image", "", s) for s in (small, small | distance | square, all_at_once)
        ),
        *(State("bias", part, {"bias_part": part}) for part in ("Ink", "Pixels", "A weight on 1")),
        State("bias", "A weight on 1, all pixels", {"bias_part": "A weight on 1", "sees": "all pixels"}),
        State("bias", "Blank image", {"bias_part": "Blank image"} | small | distance | square),
        *(State("train", "", s | more) for s in (small, all_at_once) for more in (
            {"l2": "0.001"}, {"start": "mean image"}, distance, distance | square, distance | {"loss": "pixel distance"},
        )),
        State("train", "", {"epochs": "3", "start": "mean image"}),
        State("train", "default"),
        State("train", "learning rate, live", small | {"start": "mean image"}, _slide("learning_rate")),
        State("train", "epochs, live", small | distance | square, _slide("epochs")),
        State("train", "player, live", small | distance | square, _slide("player")),
        *(State("compare_losses", "", s | {"runs": _eight(score, of)}) for s in (small, all_at_once) for score, of in (
            ("multiply", ("log_loss", "squared_error")), ("distance", ("log_loss", "squared_error")),
            ("distance", ("pixel_distance",)), ("multiply", ("pixel_distance", "log_loss")),
        )),
        State("compare_losses", "player, live", small | {"runs": _eight("distance", ("log_loss",))}, _slide("player")),
        State("learning_rates", "default"),
        *(State("learning_rates", "", s | every_loss | more) for s in (small, all_at_once) for more in (
            {}, {"l2": "0.001"}, distance,
        )),
        *(State("scikit_learn", "", s | more) for s in (small, all_at_once) for more in (
            {"penalty": "0"}, {"penalty": "0.0001"}, {"penalty": "1"}, {"beside": "other batches", "penalty": "0.0001"},
        )),
        State("scikit_learn", "learning rate, live", small, _slide("learning_rate")),
        State("scikit_learn", "Take it to the minimum", small, _press_labelled("Take it to the minimum")),
        State("scikit_learn", "Fit them", {"solvers": "true", "penalty": "0.0001"}, _press("fit_them")),
    ]
    return found


def _forget() -> None:
    st.cache_resource.clear()
    baselines._medians.clear()


def timed(state: State, dataset: str, **images: str) -> tuple[float, float]:
    """Wall-clock and processor seconds of a state, with nothing cached but the images."""
    link = {"dataset": dataset} | ONES_AND_SEVENS | images | state.link
    app = open_page(state.page, **link) if state.action else None
    if state.action is None:
        open_page("prices", dataset=dataset, **ONES_AND_SEVENS, **images)
        _forget()
    began, began_at_work = time.perf_counter(), time.process_time()
    if state.action is None:
        open_page(state.page, **link)
    else:
        state.action(app)
    return time.perf_counter() - began, time.process_time() - began_at_work


def table(datasets: tuple[str, ...] = ("digits", "mnist")) -> None:
    """Print what each state takes."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # as the server does
        for dataset in datasets:
            for images in ({}, {"inverted": "true"}):
                for state in states(dataset):
                    wall, work = timed(state, dataset, **images)
                    link = "&".join(f"{name}={value}" for name, value in (images | state.link).items())
                    print(f"| {state.page} | {state.part} | {dataset}, {link} | {wall:.2f} s | {work:.2f} s |", flush=True)
