"""Results, computed once however many visitors ask: keyed on ``Settings``, bounded, read-only."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from typing import Any, NoReturn

import streamlit as st

from explorer import against, datasets, ideas, outcomes, reference, two_pixels
from explorer.datasets import Dataset, DatasetError, load
from explorer.explanations import Answers, answers
from explorer.jobs import Job, Jobs, Stopped
from explorer.settings import DEFAULTS, Settings
from explorer.training import Run, train
from explorer.ui import controls
from explorer.verdict import Verdict, facts, verdict

_SILENCE = 0.3  # seconds before a bar appears: what takes less needs none
_BETWEEN_LOOKS = 0.5  # seconds between two looks at a download
_VISITOR = "_rivals_visitor"  # in the session: who waits for rivals
# Seconds that a run's rivals may take: before the pictures are sent, and at all.
AT_ONCE, AT_MOST = 0.1, 4.0
_BLINK = 0.1  # seconds between two looks at a computation


def dataset(settings: Settings) -> Dataset:
    """The images that ``settings`` name. Where they are not here, the page stops, and offers the built-in digits.

    All visitors share one download, and its failure for ``datasets.FAILURE_SHARED`` seconds, so that no slider waits
    for a network.
    """
    job = datasets.on_its_way(settings.dataset)
    built_in = settings.dataset == DEFAULTS.dataset  # never long, and nothing to offer in its place
    if not job.done.wait(None if built_in else _SILENCE):
        _show_progress(job)
        _offer_builtin()
    try:
        job.result()
        images = _load(settings)
    except DatasetError as error:
        st.error(str(error), title="These images cannot be had", icon=":material/cloud_off:")
        _offer_builtin(tried=job)
    height, width = images.image_shape
    st.sidebar.caption(
        f"{len(images.X_train):,} images to learn from, {len(images.X_test):,} unseen ones to test on, "
        f"{height} × {width} pixels each."
    )
    return images


def images(settings: Settings) -> Dataset:
    """The images that ``settings`` name, for what runs after ``dataset`` has loaded them; draws nothing."""
    return _load(settings)


@st.cache_resource(max_entries=256, show_spinner=False)
def run(settings: Settings) -> Run:
    """A trained model. Load its data with ``dataset`` first: that shows how far a download is."""
    return train(_load(settings), settings)


@st.cache_resource(max_entries=256, show_spinner=False)
def answers_of(settings: Settings) -> Answers:
    """What the model of ``run(settings)`` answers to the test images."""
    return answers(run(settings), _load(settings))


def verdict_on(settings: Settings, meanwhile: Any = None) -> Verdict | None:
    """What is to be said of ``run(settings)``, beside how it would have ended at every learning rate.

    Where these would keep the page waiting, None, so that it can draw its pictures first and ask again; where they
    take too long at all, a verdict from the run alone.

    Parameters
    ----------
    settings : Settings
    meanwhile : container, optional
        Where the facts of the run are shown for as long as it takes: the page waits. Touching it is where Streamlit
        ends this page for a new one when the visitor has changed a control.
    """
    images, model = _load(settings), run(settings)
    shared = dataclasses.replace(settings, learning_rate=DEFAULTS.learning_rate)
    seconds = outcomes.seconds_of_rivals(images, shared)
    rivals = None
    if seconds <= AT_MOST:
        if seconds > AT_ONCE and meanwhile is None and not _passes().known(shared):
            return None
        rivals = _rivals(shared, images, lambda: meanwhile and meanwhile.markdown(facts(model, images)))
    return verdict(model, images, references(settings), answers_of(settings), rivals)


def _rivals(shared: Settings, images: Dataset, wait: Callable[[], Any]) -> tuple[outcomes.Outcome, ...]:
    visitor = st.session_state.setdefault(_VISITOR, secrets.token_hex(8))
    while True:
        job = _passes().ask(visitor, shared, lambda report: outcomes.rivals(images, shared, report))
        while not job.done.wait(_BLINK):
            job.still_here(visitor)
            wait()
        try:
            return job.result()
        except Stopped:  # this server stood still for so long that the visitor seemed to have left
            continue


@st.cache_resource(show_spinner=False)
def _passes() -> Jobs:
    return Jobs(most=256)


def steps_of_the_idea(settings: Settings) -> list[ideas.Idea]:
    """The learner's idea, step by step, on the images and with the seed of ``settings``."""
    return _steps_of_the_idea(ideas.multiply_model(settings))


@st.cache_resource(max_entries=64, show_spinner=False)
def _steps_of_the_idea(settings: Settings) -> list[ideas.Idea]:
    images = _load(settings)
    runs = {key: run(s) for key, s in ideas.contestants(settings).items()}
    return ideas.ideas(runs, images, reference.nearest_mean(images), reference.median_image(images).weights)


@st.cache_resource(max_entries=256, show_spinner=False)
def two_pixel_runs(settings: Settings, pair: tuple[int, int]) -> list[Run]:
    """Both scores, trained on two pixels alone."""
    return two_pixels.train_two(_load(settings), settings, pair)


def references(settings: Settings) -> list[tuple[str, float]]:
    """(name, test accuracy) of the nearest mean image and of scikit-learn, on the same images."""
    # Of the settings, only these matter: any other change must not fit again.
    data = Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, l2=settings.l2, train_images=settings.train_images, epochs=1,
    )
    return _references(data)


def scikit_learn_fit(settings: Settings) -> reference.Fit:
    """scikit-learn's model that is nearest to what is on the screen, as the program to take along fits it."""
    hinge = (settings.score, settings.loss) == ("multiply", "hinge")
    # LogisticRegression draws nothing: any other seed must not fit again.
    data = dataclasses.replace(against.data_of(settings), seed=settings.seed if hinge else 0)
    return _fit(data, "SGD hinge" if hinge else "lbfgs")


@st.cache_resource(max_entries=64, show_spinner=False)
def _fit(settings: Settings, name: str) -> reference.Fit:
    return reference.fit(_load(settings), settings, name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _references(settings: Settings) -> list[tuple[str, float]]:
    images = _load(settings)
    nearest = reference.nearest_mean(images, train_images=settings.train_images)
    fit = reference.logistic_regression(images, settings)
    name = "scikit-learn" if fit.converged else f"scikit-learn ({reference.MAX_ITERATIONS} iterations)"
    return [("nearest mean", nearest.both), (name, fit.test_accuracy)]


def _load(settings: Settings) -> Dataset:
    return load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)


@st.fragment(run_every=_BETWEEN_LOOKS)
def _show_progress(job: Job) -> None:
    """A bar that moves by itself: the page has ended, so that all that is on it can be used meanwhile."""
    if job.done.is_set():
        st.rerun()
    st.progress(job.share, job.doing)


def _offer_builtin(tried: Job | None = None) -> NoReturn:
    """The built-in digits, and another attempt in place of one that was ``tried``."""
    with st.container(horizontal=True):
        st.button("Use the built-in digits", type="primary", on_click=controls.use_builtin_digits)
        if tried:
            st.button("Try again", on_click=datasets.on_its_way, args=(controls.current().dataset, tried))
    st.caption("The built-in digits need no network. Your other choices stay as they are.")
    st.stop()
