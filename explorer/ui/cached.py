"""Images, runs and fits, computed once for all visitors: keyed on ``Settings``, bounded in bytes, read-only."""

from __future__ import annotations

import dataclasses
import functools
import os
import secrets
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import deployment, sources, texts
from explorer.engine import cost, sklearn_models
from explorer.engine.baselines import nearest_mean
from explorer.engine.datasets import Dataset, DatasetError, load
from explorer.engine.settings import DEFAULTS, Settings
from explorer.engine.training import Run, train_many
from explorer.figures.images import tile, url
from explorer.jobs import Job, Jobs, Turns, progress
from explorer.lessons.runs import Answers, Curves, curves_of, model_answers
from explorer.lessons.scikit_learn import comparison
from explorer.ui import controls, show, waiting

_words = texts.of("waiting")
_SECONDS_WITHOUT_BAR = 0.3  # how long a download may take before a progress bar appears
_POLL_SECONDS = 0.5  # between two looks at a download
_MOST_OF_VISITORS = 16_000_000  # bytes of what is computed from the visitors' own images and models
_VISITOR = "_visitor"  # in the session: a random name for the visitor
_deployment = deployment.read(os.environ)
turns = Turns(_deployment.computations or os.cpu_count() or 1)
results = Jobs(_deployment.results_mb * 1_000_000, turns)
_of_one_visitor = Jobs(_MOST_OF_VISITORS, turns)


def kept(seconds: Callable[..., float] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate what is computed once for all visitors who ask for the same, and kept while there is room.

    Its arguments are positional and hashable; its result, never None, must not be changed. It reports to
    ``jobs.progress``. With ``known(*arguments)`` it has a function that returns the result only if it is kept.

    Parameters
    ----------
    seconds : callable (*arguments) -> float, optional
        About how long it takes. From ``jobs.LONG`` on it waits for its turn, in a thread of its own, and stops when no
        one waits for it. Else the script that asks first computes it itself.
    """
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def key_of(arguments: tuple[Hashable, ...]) -> Hashable:
            return function.__module__, function.__qualname__, arguments

        def known(*arguments: Hashable) -> Any:
            """The result if it is kept, else None."""
            job = results.last(key_of(arguments))
            return job.result() if job is not None and job.done.is_set() else None

        @functools.wraps(function)
        def get(*arguments: Hashable) -> Any:
            found = known(*arguments)
            if found is not None:
                return found
            with waiting.watching() as meanwhile:
                return results.get(
                    key_of(arguments), lambda report: function(*arguments), _visitor(),
                    lambda: seconds(*arguments) if seconds else 0.0, meanwhile,
                )

        get.known = known
        return get

    return decorate


def alone(key: Hashable, seconds: float, compute: Callable[[], Any]) -> Any:
    """What ``compute`` returns, for this visitor alone, whose name is in the key: kept among few bytes for all visits.

    Parameters
    ----------
    key : hashable
        Equal for the same computation of the same visitor.
    seconds : float
        About how long it takes.
    compute : callable () -> result
        It reports to ``jobs.progress``.
    """
    with waiting.watching() as meanwhile:
        visitor = _visitor()
        return _of_one_visitor.get((visitor, key), lambda report: compute(), visitor, lambda: seconds, meanwhile)


def training_seconds(settings: Settings | Sequence[Settings], *_: Any) -> float:
    """About how long it takes to train these models, on the same images."""
    models = [settings] if isinstance(settings, Settings) else settings
    return cost.seconds(cost.shape_of(images(models[0])), models)


def _visitor() -> Hashable:
    if get_script_run_ctx(suppress_warning=True) is None:
        return threading.get_ident()
    return st.session_state.setdefault(_VISITOR, secrets.token_hex(8))


def dataset(settings: Settings) -> Dataset:
    """The images that ``settings`` name; while they are missing, the page ends here and offers the built-in digits.

    All visitors share one download, and its failure for ``sources.FAILURE_SHARED`` seconds: until then, no change of
    a control waits for the network again.
    """
    job = sources.load_job(settings.dataset)
    built_in = settings.dataset == DEFAULTS.dataset  # loaded at once, and there is nothing to offer instead
    if not job.done.wait(None if built_in else _SECONDS_WITHOUT_BAR):
        _show_progress(job)
        _offer_builtin()
    try:
        job.result()
        loaded = images(settings)
    except DatasetError as error:
        st.error(str(error), title=_words("images.failed"), icon=":material/cloud_off:")
        _offer_builtin(tried=job)
    height, width = loaded.image_shape
    st.sidebar.caption(_words(
        "images.facts", train=f"{len(loaded.X_train):,}", test=f"{len(loaded.X_test):,}", height=height, width=width,
    ))
    return loaded


def images(settings: Settings) -> Dataset:
    """The images that ``settings`` name, for code that runs after ``dataset`` has loaded them; draws nothing."""
    return load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)


def tiles(settings: Settings, chosen: Iterable[int]) -> list[str]:
    """Pictures of test images for ``st.image``: as addresses, since it would encode arrays in each run of a page."""
    data = data_of(settings)
    return [_tile(data, int(image)) for image in chosen]


@kept()
def _tile(settings: Settings, image: int) -> str:
    data = images(settings)
    return url(tile(data.X_test[image], data.image_shape))


def data_of(settings: Settings) -> Settings:
    """What ``settings`` say of the images; so a change of anything else computes nothing anew."""
    return Settings(
        dataset=settings.dataset, digits=settings.digits, black_and_white=settings.black_and_white,
        inverted=settings.inverted, epochs=1,
    )


@kept(training_seconds)
def run(settings: Settings) -> Run:
    """A trained model. Call ``dataset`` first, which shows the progress of a download."""
    return train_many(images(settings), [settings], progress)[0]


@kept()
def answers_of(settings: Settings) -> Answers:
    """The answers of the model of ``run(settings)`` to the test images."""
    return model_answers(run(settings), images(settings))


@kept()
def curves(settings: Settings) -> Curves:
    """The curves of ``run(settings)``, with what happened within its first epoch."""
    return curves_of(images(settings), [run(settings)])[0]


def references(settings: Settings) -> list[tuple[str, float]]:
    """(name, test accuracy) of the nearest mean image and of scikit-learn, on the same images."""
    return _references(dataclasses.replace(
        data_of(settings), l2=settings.l2, train_images=settings.train_images,
    ))


def scikit_learn_fit(settings: Settings) -> sklearn_models.Fit:
    """scikit-learn's model that is nearest to ``settings``, fitted as in the exported program."""
    hinge = (settings.score, settings.loss) == ("multiply", "hinge")
    # LogisticRegression uses no random numbers: a change of the seed must not fit it again.
    data = dataclasses.replace(comparison.data_of(settings), seed=settings.seed if hinge else 0)
    return _fit(data, "SGD hinge" if hinge else "lbfgs")


def fit_seconds(settings: Settings, *_: Any, with_minimum: bool = False) -> float:
    """At most about how long scikit-learn's fit takes, and the minimum after it."""
    return cost.fit_seconds(cost.shape_of(images(settings)), with_minimum)


@kept(fit_seconds)
def _fit(settings: Settings, name: str) -> sklearn_models.Fit:
    return sklearn_models.fit(images(settings), settings, name)


@kept(fit_seconds)
def _references(settings: Settings) -> list[tuple[str, float]]:
    loaded = images(settings)
    nearest = nearest_mean(loaded, train_images=settings.train_images)
    fit = sklearn_models.logistic_regression(loaded, settings)
    name = "scikit-learn" if fit.converged else f"scikit-learn ({sklearn_models.MAX_ITERATIONS} iterations)"
    return [("nearest mean", nearest.both), (name, fit.test_accuracy)]


@show.fragment(run_every=_POLL_SECONDS)
def _show_progress(job: Job) -> None:
    """A progress bar that is redrawn automatically. The run of the page is over, so its controls can be used."""
    if job.done.is_set():
        st.rerun()
    st.progress(job.share, job.doing)


def _offer_builtin(tried: Job | None = None) -> NoReturn:
    """Offer the built-in digits, and another attempt if ``tried`` has failed; the page ends here."""
    with st.container(horizontal=True):
        st.button(_words("images.use_builtin"), type="primary", on_click=controls.use_builtin_digits)
        if tried:
            st.button(_words("images.try_again"), on_click=sources.load_job, args=(controls.current().dataset, tried))
    st.caption(_words("images.about_builtin"))
    st.stop()
