"""``python -m tests.benchmark --limits``: the slowest permitted states of every page, each opened anew and timed.

What is timed is a run of the page through the entry, with nothing in its caches but the images: until the page is
complete. The processor time, of all threads, hardly depends on what else the machine does. Streamlit's test harness
takes a tenth of a second of both. scikit-learn's table fits in a process of its own, which only the clock sees.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from explorer.engine import baselines, load
from explorer.engine.settings import LEARNING_RATES, LIMITS, MAX_EPOCHS, Settings
from explorer.inputs import bounds
from explorer.lessons.be_the_optimiser import painting
from explorer.lessons.be_the_optimiser.challenge import fingerprint
from explorer.lessons.compare_losses import row_set
from explorer.lessons.compare_losses.row_set import LETTERS, Row
from explorer.lessons.your_digits import results, signs
from explorer.ui import cached
from explorer.ui.live import NoAnswer
from tests.support.live import asked
from tests.support.pages import open_page

ONE_AND_SEVEN = {"first": "1", "second": "7"}  # the two most frequent digits
Link = dict[str, Any]


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
    part: str = ""
    link: Link = field(default_factory=dict)
    action: Callable[[Any], Any] | None = None


def _eight(score: str, *losses: str) -> Link:
    """Eight runs with this score and these losses, each at another learning rate."""
    return {"runs": row_set.write([
        Row(letter, score, losses[i % len(losses)], LEARNING_RATES[i + 4], True, "random")
        for i, letter in enumerate(LETTERS)
    ])}


def _painted(dataset: str, score: str) -> Link:
    """A painting by the simple rule, tested on the unseen digits."""
    images = load(dataset, (1, 7))
    cells = painting.by_rule(images, score)
    text = painting.encode(cells, images.image_shape)
    own = Settings(dataset=dataset, digits=(1, 7), score=score, epochs=1)
    name = {"multiply": "painting", "distance": "picture"}[score]
    marks = [fingerprint(replace(own, inverted=inverted), cells, 0.0) for inverted in (False, True)]
    return {"score": score, name: text, "tested": ".".join(marks)}


def _press(key: str) -> Callable[[Any], Any]:
    return lambda app: app.get_by_key(key).click().run()


def _press_labelled(label: str) -> Callable[[Any], Any]:
    return lambda app: next(button for button in app.button if button.label == label).click().run()


def _touch(slider: str) -> Callable[[Any], Any]:
    """Ask what a browser asks when a live slider is touched."""
    def ask(app: Any) -> None:
        try:
            asked(app, slider)
        except NoAnswer:  # that it would take too long is known at once
            return

    return ask


def _with_own_images(app: Any) -> None:
    """The page with as many images as there is room for, of a visit that comes with nothing in the caches."""
    sign = signs.of_strokes([np.array([(100, 80), (300, 70), (180, 240), (330, 300), (200, 440), (90, 400)])])
    own = signs.EMPTY
    for i in range(bounds.OWN_IMAGES):
        own = signs.added(own, sign, i % 2)
    cached.results.forget()
    app.session_state["_own_signs"] = own
    app.run()


def states(dataset: str) -> list[State]:
    """Every page and part at the ends of what is permitted on a data set."""
    most = {"epochs": str(MAX_EPOCHS[dataset])}
    small, whole = most | {"batch_size": "16"}, most | {"batch_size": "all"}
    distance, square, pixels = {"score": "distance"}, {"loss": "squared error"}, {"loss": "pixel distance"}
    from_mean = {"start": "mean image"}
    every_row = {"losses": [loss.replace("_", " ") for loss in LIMITS["loss"].options], "sweep_bias": "both"}
    weak = {"penalty": "0.0001"}
    return [
        State("start"),
        *(State("why_multiply", part, {"why_part": part}) for part in (
            "your numbers", "one pixel", "two pixels", "all pixels", "the disguise",
        )),
        *(State("one_image", "", link) for link in (small, small | distance | square, whole)),
        *(State("bias", part, {"bias_part": part}) for part in ("Ink", "Pixels", "A weight on 1")),
        State("bias", "A weight on 1", {"bias_part": "A weight on 1", "sees": "all pixels"}),
        State("bias", "Blank image", {"bias_part": "Blank image", "blank_weights": "learned"} | distance),
        *(State("train", "", size | more) for size in (small, whole) for more in (
            {"l2": "0.001"}, from_mean, distance, distance | square, distance | pixels,
        )),
        State("train", "", from_mean | {"epochs": "3"}),
        *(State("train", "in legs", {"batch_size": "16", "epochs": str(MAX_EPOCHS[dataset] - 3)} | more | {
            "legs": "1-0.1-ll-b_1-0.1-h-n_1-0.1-se-b", "goal": "99", "l2": "0.001",
        }) for more in ({}, distance)),
        State("train", "learning rate, live", small | from_mean, _touch("learning_rate")),
        State("train", "learning rate, live", small, _touch("learning_rate")),
        State("train", "epochs, live", small | distance | square, _touch("epochs")),
        State("train", "player, live", small | distance | square, _touch("player")),
        *(State("compare_losses", "", size | more) for size in (small, whole) for more in (
            _eight("multiply", "log_loss", "squared_error"), _eight("distance", "log_loss", "squared_error"),
            _eight("distance", "pixel_distance"), _eight("multiply", "pixel_distance", "log_loss"),
        )),
        State("compare_losses", "player, live", small | _eight("distance", "log_loss"), _touch("player")),
        State("learning_rates"),
        *(State("learning_rates", "", size | every_row | more) for size in (small, whole) for more in (
            {}, {"l2": "0.001"}, distance, distance | {"l2": "0.001"},
        )),
        *(State("scikit_learn", "", size | more) for size in (small, whole) for more in (
            {"penalty": "0"}, weak, {"penalty": "0.01"}, weak | {"beside": "other batches"},
        )),
        *(State("be_the_optimiser", "tested", size | _painted(dataset, score)) for size in (small, whole) for score in (
            "multiply", "distance",
        )),
        State("be_the_optimiser", "bias, live", _painted(dataset, "distance"), _touch("picture_bias")),
        State("be_the_optimiser", "epochs, live", small | _painted(dataset, "distance"), _touch("epochs")),
        State("saved_model"),
        *(
            State("saved_model", "a model that goes on", size | more, _press("model_keep"))
            for size in (small, whole) for more in ({}, distance, distance | square, pixels)
        ),
        *(
            State("your_digits", use, size | more | {"own_use": use}, _with_own_images)
            for size in (small, whole) for more in ({}, distance, distance | pixels) for use in results.USES
        ),
        State("scikit_learn", "learning rate, live", small, _touch("learning_rate")),
        State("scikit_learn", "Take it to the minimum", small, _press_labelled("Take it to the minimum")),
        State("scikit_learn", "Fit them", {"solvers": "true"} | weak, _press("fit_them")),
        *(State("what_comes_next", part, {"next_part": part, "units": "64"} | size) for size in (small, whole)
          for part in ("hidden layer", "one against all")),
        State("what_comes_next", "exclusive or", {"next_part": "exclusive or", "xor_units": "6"}),
        State("what_comes_next", "ten digits", {"next_part": "ten digits"}),
        State("what_comes_next", "ten digits", {"next_part": "ten digits", "inverted": "true"}),
        State("what_comes_next", "units, live", small, _touch("units")),
        State("what_comes_next", "player, live", small | {"units": "64"}, _touch("player")),
        State("what_comes_next", "ten digits, player, live", {"next_part": "ten digits"}, _touch("player")),
    ]


def timed(state: State, images: Link) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, with nothing cached but the images."""
    def begin() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    if state.action is None:
        open_page("start", **images)
        cached.results.forget()
        baselines._medians.clear()
        began = begin()
        open_page(state.page, **images, **state.link)
    else:
        app = open_page(state.page, **images, **state.link)
        began = begin()
        state.action(app)
    return time.perf_counter() - began[0], time.process_time() - began[1]


def limits() -> None:
    """Print a table of all states as they are timed, then that of the slowest state of every page."""
    importlib.import_module("sklearn.linear_model")  # so that its libraries are limited as well
    slowest: dict[tuple[str, str], tuple[float, str]] = {}
    with threadpool_limits(1):  # as the server does
        for dataset in MAX_EPOCHS:
            for turned in ({}, {"inverted": "true"}):
                for state in states(dataset):
                    wall, work = timed(state, {"dataset": dataset} | ONE_AND_SEVEN | turned)
                    link = " ".join(f"{name}={_short(value)}" for name, value in (turned | state.link).items())
                    line = f"| {state.page} | {state.part} | {dataset} {link} | {wall:.2f} s | {work:.2f} s |"
                    print(line, flush=True)
                    key = state.page, state.part if state.action else ""
                    slowest[key] = max(slowest.get(key, (0.0, "")), (max(wall, work), line))
    print("\n| page | part | state | by the clock | processor time |\n|---|---|---|---|---|")
    for _, line in slowest.values():
        print(line)


def _short(value: Any) -> str:
    """A value in the table; that all losses are chosen, and eight runs, in fewer words."""
    return "all" if isinstance(value, list) else value[:14] + "…" if len(value) > 30 else value
