"""For the page What you know now: ten questions over the whole lesson, and what proves each answer.

The models are those of the lesson's pages, trained on images as they are, neither inverted nor black and white.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import LIMITS, Settings
from explorer.engine.sklearn_models import Fit
from explorer.engine.training import Run, scores_of, train_many
from explorer.lessons import pixels
from explorer.lessons.scikit_learn.comparison import DEFAULT_L2
from explorer.lessons.start import start_model
from explorer.lessons.why_multiply import all_pixels
from explorer.lessons.words import chance, number, percent

RATES = {"small": 0.0001, "right": 1.0, "big": 100.0}


@dataclass(frozen=True)
class Question:
    """One question, and where its answer is to be seen.

    Parameters
    ----------
    key : str
        Its texts in explorer/texts/know.toml.
    page : str
        The name of the page's file.
    choices : mapping of str to object
        What is chosen on that page where the answer is to be seen, by the keys of the controls.
    best : mapping
        Settings with which it is seen best: the link chooses them as well.
    """

    key: str
    page: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    best: Mapping[str, Any] = field(default_factory=dict)


QUESTIONS = (
    Question("weight", "one_image"),
    Question("multiply", "why_multiply", {"why_part": "one pixel"}),
    Question("distance", "why_multiply", {"why_part": "all pixels"}),
    Question("disguise", "why_multiply", {"why_part": "the disguise"}),
    Question("blank", "bias", {"bias_part": "Blank image"}),
    Question("worth", "bias", {"bias_part": "Pixels"}),
    Question("correct", "train", {"update": True}, {"learning_rate": 0.1}),
    Question("rate", "learning_rates"),
    Question("accuracy", "train", {"loss": "zero_one"}, {"start": "random"}),
    Question("scikit_learn", "scikit_learn"),
)


def seen(page: str, chosen: Mapping[Any, Any]) -> frozenset[str]:
    """The keys of the questions whose answer is on the screen.

    Parameters
    ----------
    page : str
        The name of the page that is open.
    chosen : mapping
        What its controls hold, by their keys.
    """
    return frozenset(
        question.key for question in QUESTIONS
        if question.page == page and all(chosen.get(name) == value for name, value in question.choices.items())
    )


def settings_there(question: Question, settings: Settings) -> Settings:
    """The lesson's model with what the question chooses of it, for a link to its page."""
    own = {name: value for name, value in question.choices.items() if name in LIMITS}
    return dataclasses.replace(model(settings), **own | question.best)


def other_choices(question: Question) -> dict[str, Any]:
    """What the question chooses on its page besides settings."""
    return {name: value for name, value in question.choices.items() if name not in LIMITS}


@dataclass(frozen=True)
class Sources:
    """Where the proofs get images and models from; all cached by the caller.

    Parameters
    ----------
    images : callable (settings) -> Dataset
    run : callable (settings) -> Run
    fit : callable (settings) -> Fit
        scikit-learn's.
    """

    images: Callable[[Settings], Dataset]
    run: Callable[[Settings], Run]
    fit: Callable[[Settings], Fit]


@dataclass(frozen=True)
class Proof:
    """What proves an answer.

    Parameters
    ----------
    values : dict of str to str
        What the text of the answer asks for.
    numbers : dict of str to object
        What the picture shows: numbers and arrays, by names that ``figures/know.py`` knows.
    variant : str
        Which text of the answer is true, where there are several.
    """

    values: dict[str, str]
    numbers: dict[str, Any]
    variant: str = ""


def model(settings: Settings) -> Settings:
    """The lesson's model for the data set, the digits and the seed of ``settings``."""
    return start_model(Settings(dataset=settings.dataset, digits=settings.digits, seed=settings.seed))


def proof(key: str, lesson_model: Settings, sources: Sources) -> Proof:
    """The proof of one answer; ``lesson_model`` as ``model`` returns it."""
    return _PROOFS[key](lesson_model, sources)


def _weight(settings: Settings, sources: Sources) -> Proof:
    weights, shape = sources.run(settings).weights[-1].copy(), sources.images(settings).image_shape
    values, marked = {}, (int(weights.argmax()), int(weights.argmin()))
    for name, pixel in zip(("for", "against"), marked, strict=True):
        row, column = divmod(pixel, shape[1])
        values |= {
            f"{name}_row": str(row), f"{name}_column": str(column), f"{name}_weight": number(weights[pixel], "+.1f"),
        }
    return Proof(values, {"weights": weights, "shape": shape, "marked": marked})


def _multiply(settings: Settings, sources: Sources) -> Proof:
    return Proof({}, {"weights": (-1.0, -0.4, 0.5, 1.0)})


def _distance(settings: Settings, sources: Sources) -> Proof:
    ideas = all_pixels.contestants(settings)
    shares = {name: float(sources.run(ideas[key]).test_accuracy[-1]) for name, key in (
        ("alone", "a"), ("distance", "c"), ("multiply", "e"),
    )}
    return Proof({name: percent(share) for name, share in shares.items()}, shares)


def _disguise(settings: Settings, sources: Sources) -> Proof:
    X = sources.images(settings).X_test
    ideas = all_pixels.contestants(settings)
    return Proof({
        "share": percent(float(np.mean(np.minimum(X, 1 - X) <= 0.1))),
        "distance": percent(float(sources.run(ideas["c"]).test_accuracy[-1])),
        "multiply": percent(float(sources.run(ideas["e"]).test_accuracy[-1])),
    }, {"weight": 0.7})


def _blank(settings: Settings, sources: Sources) -> Proof:
    bias = float(sources.run(settings).biases[-1])
    return Proof(
        {"bias": number(bias, "+.2f"), "probability": chance(float(1 / (1 + np.exp(-bias))))}, {"bias": bias},
    )


def _worth(settings: Settings, sources: Sources) -> Proof:
    dataset = sources.images(settings)
    mean_first, mean_second = pixels.mean_images(dataset)
    pixel = int((mean_second - mean_first).argmax())
    both = [dataclasses.replace(settings, bias=bias) for bias in (True, False)]
    runs = [*train_many(pixels.only(dataset, [pixel]), both), *map(sources.run, both)]
    names = ("one_with", "one_without", "all_with", "all_without")
    shares = {name: float(run.test_accuracy[-1]) for name, run in zip(names, runs, strict=True)}
    row, column = divmod(pixel, dataset.image_shape[1])
    return Proof(
        {name: percent(share) for name, share in shares.items()}
        | {"pixels": f"{dataset.X_test.shape[1]:,}", "row": str(row), "column": str(column)}, shares,
    )


def _correct(settings: Settings, sources: Sources) -> Proof:
    dataset, run = sources.images(settings), sources.run(settings)
    image = int(np.flatnonzero(dataset.y_train == 1)[0])
    x = dataset.X_train[image].copy()
    score = float(scores_of(x[None], settings, run.weights[0], float(run.biases[0]))[0])
    probability = 1 / (1 + np.exp(-score))
    change = settings.learning_rate * (1 - probability) * x
    return Proof(
        {"probability": percent(probability), "most": number(float(change.max()))},
        {"image": x, "change": change, "shape": dataset.image_shape},
    )


def _rate(settings: Settings, sources: Sources) -> Proof:
    losses = {}
    for name, rate in RATES.items():
        run = sources.run(dataclasses.replace(settings, learning_rate=rate))
        losses[name] = run.train_loss[: run.last_epoch + 1].copy()
    values = {name: f"{rate:g}" for name, rate in RATES.items()} | {
        f"{name}_loss": number(float(loss[-1]), ".3g") for name, loss in losses.items()
    } | {
        "before": number(float(losses["small"][0]), ".3g"), "highest": number(float(losses["big"].max()), ".2g"),
        "epochs": str(settings.epochs),
    }
    return Proof(values, {"losses": losses}, "recovers" if losses["big"][-1] < losses["right"][-1] else "")


def _accuracy(settings: Settings, sources: Sources) -> Proof:
    start = dataclasses.replace(settings, start="random")
    runs = {name: sources.run(dataclasses.replace(start, loss=name)) for name in ("zero_one", "log_loss")}
    shares = {name: run.test_accuracy.copy() for name, run in runs.items()}
    return Proof(
        {"stays": percent(float(shares["zero_one"][-1])), "learns": percent(float(shares["log_loss"][-1]))},
        {"accuracies": shares},
    )


def _scikit_learn(settings: Settings, sources: Sources) -> Proof:
    # The penalty of the page Against scikit-learn: with one, there is a lowest point that both look for.
    settings = dataclasses.replace(settings, l2=DEFAULT_L2)
    dataset, run, fit = sources.images(settings), sources.run(settings), sources.fit(settings)
    ours = scores_of(dataset.X_test, settings, run.weights[-1], float(run.biases[-1]))
    theirs = dataset.X_test @ fit.weights + fit.bias
    their_loss = LOSSES["log_loss"].value(dataset.X_train @ fit.weights + fit.bias, dataset.y_train)
    return Proof({
        "n": f"{len(ours):,}", "ours": percent(float(run.test_accuracy[-1])), "theirs": percent(fit.test_accuracy),
        "differ": f"{np.count_nonzero((ours > 0) != (theirs > 0)):,}",
        "penalty": f"{DEFAULT_L2:g}",
        "our_loss": number(float(run.train_loss[-1]), ".3g"), "their_loss": number(float(their_loss.mean()), ".3g"),
    }, {"ours": run.weights[-1].copy(), "theirs": fit.weights.copy(), "shape": dataset.image_shape})


_PROOFS: dict[str, Callable[[Settings, Sources], Proof]] = {
    "weight": _weight, "multiply": _multiply, "distance": _distance, "disguise": _disguise, "blank": _blank,
    "worth": _worth, "correct": _correct, "rate": _rate, "accuracy": _accuracy, "scikit_learn": _scikit_learn,
}
