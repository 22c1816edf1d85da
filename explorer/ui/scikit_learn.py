"""The fits of the page "Against scikit-learn", computed once for all visitors, and its controls."""

from __future__ import annotations

import contextlib
import dataclasses
import functools

import streamlit as st

from explorer import texts
from explorer.engine import sklearn_models
from explorer.engine.datasets import Dataset
from explorer.engine.settings import LIMITS, Settings
from explorer.engine.training import Run, train_many
from explorer.figures.scikit_learn import way_down, weights_beside
from explorer.jobs import progress
from explorer.lessons.scikit_learn import comparison, fitting, other_models
from explorer.lessons.scikit_learn.comparison import Model, Reference
from explorer.lessons.scikit_learn.fitting import Attempt
from explorer.lessons.scikit_learn.minimum import minimum
from explorer.ui import cached, controls, linked, page_frame, show
from explorer.ui.show import Shown

words = texts.of("scikit_learn")

_PENALTY = "penalty"
_BESIDE = "beside"
_SET_BY_BUTTON = ("learning_rate", "start", "batch_size", "epochs")  # by "Take it to the minimum"


def penalty() -> float:
    """The slider for λ; a visitor who comes from another page with an L2 penalty starts with that one."""
    options = LIMITS["l2"].options
    state, default = st.session_state, comparison.DEFAULT_L2
    if _PENALTY not in state and _PENALTY not in st.query_params:
        chosen = controls.current().l2
        if linked.hidden(_PENALTY):
            default = chosen or default
        elif chosen:
            state[_PENALTY] = chosen
    if _PENALTY in state and LIMITS["l2"].problem(state[_PENALTY]):
        state[_PENALTY] = comparison.DEFAULT_L2
    value = linked.control(
        st.select_slider, words("controls.penalty"), options, value=default, format_func=controls.words, key=_PENALTY,
        width=150,
        help=words("controls.penalty_help"),
    )
    return comparison.DEFAULT_L2 if LIMITS["l2"].problem(value) else value


def beside() -> str:
    """The control for the runs that are drawn beside the visitor's; one of ``comparison.BESIDE``."""
    chosen = linked.control(
        st.segmented_control, words("controls.beside"), comparison.BESIDE, default=comparison.BESIDE[0], required=True,
        key=_BESIDE,
        help=words("controls.beside_help"),
    )
    return chosen if chosen in comparison.BESIDE else comparison.BESIDE[0]


def minimum_button(settings: Settings) -> None:
    """The button that chooses the run that comes closest to the minimum."""
    if any(map(linked.hidden, _SET_BY_BUTTON)):  # a hidden control keeps its value
        return
    st.button(
        words("controls.minimum"), icon=":material/trending_down:", on_click=_go_to_minimum, args=(settings,),
        help=words("controls.minimum_help"),
    )


def _go_to_minimum(settings: Settings) -> None:
    best = _closest(dataclasses.replace(settings, learning_rate=1.0, start="zeros", batch_size=64, epochs=1))
    controls.set_controls(**{name: getattr(best, name) for name in _SET_BY_BUTTON})


def reference(settings: Settings) -> Reference:
    """scikit-learn's fit, and the minimum. Call ``cached.dataset`` first."""
    # Only the models of ``solvers`` use the seed: a change of it must not fit again here.
    return _reference(dataclasses.replace(comparison.data_of(settings), seed=0))


def descent(
    run: Run, ours: Model, others: list[Run], theirs: Reference, beside: str, dataset: Dataset,
    expected: str | None = None,
) -> Shown:
    """The figures and sentences of our descent beside scikit-learn's fit.

    Parameters
    ----------
    run : Run
    ours : Model
        As ``comparison.our_model`` measures it.
    others : list of two Run
        As ``runs_beside`` returns them.
    theirs : Reference
    beside : str
        One of ``comparison.BESIDE``.
    dataset : Dataset
    expected : str or None
        The choice made at the top of the page.
    """
    seen = comparison.seen(run, ours, theirs)
    notes = comparison.curves_note(run.settings, [other.settings for other in others], theirs, beside)
    lines = [
        (name, comparison.distances(other, theirs.floor)) for name, other in zip(notes.others, others, strict=True)
    ]
    return (
        {
            "way_down": way_down(
                comparison.distances(run, theirs.floor), lines, theirs.stopped, theirs.minimum is not None,
            ),
            "weights_beside": weights_beside(ours.weights, theirs.model.weights, dataset.image_shape),
        },
        {
            "descent": page_frame.saw(seen.sentence, expected, seen.happened), "way_down_note": notes.text,
            "conversion": comparison.conversion(dataset, run.settings), "fit_note": comparison.fit_note(theirs),
        },
    )


def runs_beside(settings: Settings, what: str) -> list[Run]:
    """The two runs that are drawn beside the visitor's; ``what`` as ``beside`` returns it."""
    return _runs(comparison.neighbours(settings, what))


@cached.kept(functools.partial(cached.fit_seconds, with_minimum=True))
def _reference(settings: Settings) -> Reference:
    images = cached.images(settings)
    fit = cached.scikit_learn_fit(settings)
    return Reference(
        fit, comparison.measured(images, settings, fit.weights, fit.bias), minimum(images, settings, fit)
    )


@cached.kept(cached.training_seconds)
def _runs(settings: tuple[Settings, ...]) -> list[Run]:
    return train_many(cached.images(settings[0]), settings, progress)


@cached.kept(lambda settings: cached.training_seconds(comparison.candidates(settings)))
def _closest(settings: Settings) -> Settings:
    return comparison.closest(train_many(cached.images(settings), comparison.candidates(settings), progress))


@functools.lru_cache(32)
def _attempts(settings: Settings) -> dict[str, Attempt]:
    """The fits of the table that are done, shared by all visitors: ``solvers`` adds to them."""
    return {}


def solvers(dataset: Dataset, settings: Settings, ours: Model, theirs: Reference) -> None:
    """The table of scikit-learn's models, fitted on demand; each line is filled as soon as its fit is done.

    To be called last: what follows it is drawn after the fits. Whatever the visitor does meanwhile (the button Stop,
    any other control, leaving) ends the script when it next draws something, and the fits with it. Not a fragment:
    Streamlit lets a fragment run to its end.
    """
    with show.drawer(words("solvers.drawer"), key="solvers") as drawer:
        if not drawer.open:
            return
        data = comparison.data_of(settings)
        done = _attempts(data)
        to_fit = [name for name in sklearn_models.MODELS if name not in done or not done[name].final]
        to_fit.sort(key=lambda name: name in done)  # one that was stopped would take this turn as well
        with st.container(horizontal=True, vertical_alignment="center"):
            fit = st.button(
                words("solvers.fit_rest" if done else "solvers.fit"), icon=":material/play_arrow:", key="fit_them",
                disabled=not to_fit,
            )
            st.button(words("solvers.stop"), icon=":material/stop:", key="stop_fits", disabled=not fit)
            status = st.empty()
        summary, table = st.empty(), st.empty()

        def draw() -> None:
            summary.markdown(other_models.summary(done))
            show.table(
                other_models.table(done, dataset, settings, ours, theirs),
                alt=words("solvers.alt"), slot=table,
            )

        draw()
        if not fit:
            return
        with contextlib.closing(fitting.fits(data, to_fit, cached.turns)) as progress:
            for name, attempt in progress:
                status.markdown(words("solvers.fitting", model=name) if name else words("solvers.others_first"))
                if attempt is not None:
                    done[name] = attempt
                    draw()
        st.rerun()  # so that the buttons are drawn again
