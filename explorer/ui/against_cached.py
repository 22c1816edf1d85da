"""What "Against scikit-learn" keeps and asks: fits, computed once for all visitors, and its own controls."""

from __future__ import annotations

import contextlib
import dataclasses

import streamlit as st

from explorer import against, fitting, reference, rivals
from explorer.against import Model, Rival
from explorer.datasets import Dataset, load
from explorer.fitting import Attempt
from explorer.settings import LIMITS, Settings
from explorer.training import Run, train_many
from explorer.ui import cached, controls, linked, show

_PENALTY = "penalty"
_BESIDE = "beside"
_WAY_DOWN = ("learning_rate", "start", "batch_size", "epochs")  # what the descent to the minimum sets


def penalty() -> float:
    """The slider for λ. Who comes with an L2 penalty from another page begins with that."""
    options = LIMITS["l2"].options
    state, default = st.session_state, against.DEFAULT_L2
    if _PENALTY not in state and _PENALTY not in st.query_params:
        chosen = controls.current().l2
        if linked.hidden(_PENALTY):
            default = chosen or default
        elif chosen:
            state[_PENALTY] = chosen
    if _PENALTY in state and LIMITS["l2"].problem(state[_PENALTY]):
        state[_PENALTY] = against.DEFAULT_L2
    value = linked.control(
        st.select_slider, "Penalty λ", options, value=default, format_func=controls.words, key=_PENALTY,
        width=150,
        help="Pulls every weight towards 0: λ/2 · Σ weights² is added to the mean loss. scikit-learn writes the same "
        "as C · Σ losses + ½ Σ weights²: a large C is a weak penalty.",
    )
    return against.DEFAULT_L2 if LIMITS["l2"].problem(value) else value


def beside() -> str:
    """Beside which runs the visitor's is drawn."""
    chosen = linked.control(
        st.segmented_control, "Beside yours", against.BESIDE, default=against.BESIDE[0], required=True, key=_BESIDE,
        help="The two other lines of the chart: the same run with a shorter and with a longer step, or with smaller "
        "and with larger batches.",
    )
    return chosen if chosen in against.BESIDE else against.BESIDE[0]


def arrive(settings: Settings) -> None:
    """The button that takes the descent as near to the minimum as it gets here."""
    if any(map(linked.hidden, _WAY_DOWN)):  # it could not set them
        return
    st.button(
        "Take it to the minimum", icon=":material/trending_down:", on_click=_go_to_minimum, args=(settings,),
        help="Tries every learning rate at once, from zeros, in batches of 64, for as many epochs as are allowed, and "
        "takes the one that ends lowest.",
    )


def _go_to_minimum(settings: Settings) -> None:
    best = _closest(dataclasses.replace(settings, learning_rate=1.0, start="zeros", batch_size=64, epochs=1))
    controls.choose(**{name: getattr(best, name) for name in _WAY_DOWN})


def rival(settings: Settings) -> Rival:
    """scikit-learn's fit and the minimum. Load the data with ``cached.dataset`` first."""
    # The seed is for the table's models alone.
    return _rival(dataclasses.replace(against.data_of(settings), seed=0))


def runs_beside(settings: Settings, what: str) -> list[Run]:
    """The two runs drawn beside the visitor's."""
    return _runs(against.neighbours(settings, what))


@st.cache_resource(max_entries=64, show_spinner=False)
def _rival(settings: Settings) -> Rival:
    images = _load(settings)
    fit = cached.scikit_learn_fit(settings)
    return Rival(
        fit, against.measured(images, settings, fit.weights, fit.bias), reference.minimum(images, settings, fit)
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _runs(settings: tuple[Settings, ...]) -> list[Run]:
    return train_many(_load(settings[0]), settings)


@st.cache_resource(max_entries=64, show_spinner=False)
def _closest(settings: Settings) -> Settings:
    return against.closest(train_many(_load(settings), against.candidates(settings)))


@st.cache_resource(max_entries=32, show_spinner=False)
def _attempts(settings: Settings) -> dict[str, Attempt]:
    """The fits of the table that are done, for all visitors: filled as they are."""
    return {}


def _load(settings: Settings) -> Dataset:
    return load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)


def solvers(dataset: Dataset, settings: Settings, ours: Model, opponent: Rival) -> None:
    """The table of scikit-learn's models, fitted on demand, each line filled as soon as it is done.

    To be called last: nothing after it is drawn before the fits are done. Whatever the visitor does meanwhile
    (the button Stop, any other control, leaving) stops the script at its next sign of life, and the fits with it.
    Not a fragment: Streamlit lets a fragment run to its end, whatever is clicked in it.
    """
    with show.drawer("Its solvers, and SGDClassifier: how else it could be fitted", key="solvers") as drawer:
        if not drawer.open:
            return
        data = against.data_of(settings)
        done = _attempts(data)
        left = [name for name in reference.MODELS if name not in done or not done[name].final]
        with st.container(horizontal=True, vertical_alignment="center"):
            fit = st.button(
                "Fit the rest" if done else "Fit them", icon=":material/play_arrow:", key="fit_them", disabled=not left,
            )
            st.button("Stop", icon=":material/stop:", key="stop_fits", disabled=not fit)
            status = st.empty()
        summary, table = st.empty(), st.empty()

        def draw() -> None:
            summary.markdown(rivals.summary(done))
            table.table(
                rivals.table(done, dataset, settings, ours, opponent), hide_index=True,
                alt="scikit-learn's solvers and SGDClassifier on the same images",
            )

        draw()
        if not fit:
            return
        with contextlib.closing(fitting.fits(data, left)) as news:
            for name, attempt in news:
                status.markdown(f"fitting {name} …" if name else "another visitor's fits come first …")
                if attempt is not None:
                    done[name] = attempt
                    draw()
        st.rerun()  # for the buttons
