"""What the page of learning rates keeps and asks: sweeps shared by all visitors, and its controls."""

from __future__ import annotations

import dataclasses
import secrets
import time
from typing import Any

import streamlit as st

from explorer import sweep
from explorer.datasets import Dataset
from explorer.jobs import Job, Jobs, Stopped
from explorer.losses import LOSSES
from explorer.settings import DEFAULTS, LIMITS, Settings
from explorer.ui import controls, lesson, linked

_VISITOR = "_sweep_visitor"  # in the session: who asks
_SILENCE = 0.5  # seconds before a bar appears: what takes less needs none
_BLINK = 0.1  # seconds between two looks at a computation


@st.cache_resource(show_spinner=False)
def _jobs() -> Jobs:
    # The curves of the largest sweep permitted, 11 rows over 1,000 epochs, are 7 MB.
    return Jobs(most=8)


def sweep_of(settings: Settings, rows: tuple[sweep.Row, ...], dataset: Dataset, slot: Any) -> sweep.Sweep:
    """All runs of a sweep: one computation for all visitors who ask for the same at the same time.

    It runs in a thread of its own, so that it goes on for the others when one turns away; nobody waits: it stops.

    Parameters
    ----------
    settings : Settings
        Loss, learning rate and bias are not read.
    rows : tuple of Row
    dataset : Dataset
        Of ``settings``.
    slot : container
        Where a bar may show how far it is. Touching it is where Streamlit ends this page for a new one when
        the visitor has changed a control.
    """
    settings = sweep.shared(settings)
    visitor = st.session_state.setdefault(_VISITOR, secrets.token_hex(8))
    while True:
        job = _jobs().ask(
            visitor, (settings, rows), lambda report: sweep.sweep(dataset, settings, rows, report)
        )
        try:
            return _awaited(job, visitor, slot, len(rows) * len(sweep.RATES))
        except Stopped:  # this server stood still for so long that the visitor seemed to have left
            continue


def _awaited(job: Job, visitor: str, slot: Any, n_models: int) -> Any:
    began = time.monotonic()
    while not job.done.wait(_BLINK):
        job.still_here(visitor)
        if time.monotonic() - began > _SILENCE:
            slot.progress(
                job.share, f"Training {n_models} models in one pass: {job.share:.0%}. Change a control to stop it."
            )
    return job.result()


def sweep_controls() -> tuple[tuple[str, ...], str]:
    """What to sweep, and what all runs share.

    Returns
    -------
    losses : tuple of str
        Those chosen; may be empty.
    biases : str
        A key of ``sweep.BIASES``.
    """
    held = st.session_state.get("losses", [])
    if not (isinstance(held, list) and all(loss in list(LOSSES) for loss in held)):
        del st.session_state["losses"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = linked.control(
            st.pills, "Losses", list(LOSSES), selection_mode="multi", default=list(sweep.SLOPED),
            format_func=controls.words, key="losses", persist_state="page",
            wrap=True,  # on a phone, all of them are in sight
            help="How wrong a score is; training makes its average small.  \n"
            + "  \n".join(f"**{loss.label}**: {loss.explanation}" for loss in LOSSES.values()),
        )
        biases = linked.control(
            st.segmented_control, "Bias", list(sweep.BIASES), default="with", required=True, key="sweep_bias",
            persist_state="page", called="With or without a bias",
            help="One more number, added to every score, learned like a weight.",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, label, what in (
            ("score", "Score", "What a pixel adds: value × weight, or minus its distance to the weight."),
            ("start", "Start", "The weights before the first step: the same for every run."),
        ):
            linked.control(
                st.segmented_control, label, LIMITS[name].options, default=getattr(DEFAULTS, name), required=True,
                format_func=controls.words, key=name, help=what,
            )
        controls.for_all_runs()
    losses = tuple(loss for loss in LOSSES if loss in (chosen or ()))
    return losses, biases if biases in sweep.BIASES else "with"


def cell_controls(rows: tuple[sweep.Row, ...]) -> tuple[int, int]:
    """Which run to look at: its loss, its bias where both are there, its rate.

    Returns
    -------
    row, rate : int
        Places in ``rows`` and ``sweep.RATES``.
    """
    losses = list(dict.fromkeys(row.loss for row in rows))
    _keep_within("cell_loss", losses)
    _keep_within("cell_rate", sweep.RATES)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        loss = st.selectbox(
            "Loss of the run", losses, format_func=controls.words, key="cell_loss", bind="query-params",
            persist_state="page", width=150,
        )
        loss = loss if loss in losses else losses[0]
        both = [row.bias for row in rows if row.loss == loss]
        bias = both[0] if len(both) == 1 else st.toggle(
            "Its bias", value=True, key="cell_bias", bind="query-params", persist_state="page",
        ) is True
        rate = st.select_slider(
            "Its learning rate", sweep.RATES, value=DEFAULTS.learning_rate, format_func=controls.words,
            key="cell_rate", bind="query-params", persist_state="page", width=190,
        )
    place = sweep.RATES.index(rate if rate in sweep.RATES else DEFAULTS.learning_rate)
    return next(i for i, row in enumerate(rows) if (row.loss, row.bias) == (loss, bias)), place


def pick(row: int, rate: int, rows: tuple[sweep.Row, ...]) -> None:
    """For a click on a cell, by its places in ``rows`` and ``sweep.RATES``: the run to look at."""
    picked = rows[row]
    st.session_state["cell_loss"], st.session_state["cell_rate"] = picked.loss, sweep.RATES[rate]
    if not LOSSES[picked.loss].pixelwise:
        st.session_state["cell_bias"] = picked.bias


def open_in_train(settings: Settings, bias: bool) -> None:
    """The way to one run on the page Train; ``bias`` is the visitor's own choice, which stays where no bias is read."""
    if LOSSES[settings.loss].pixelwise:
        settings = dataclasses.replace(settings, bias=bias)
    lesson.onward("train", "Open this run in Train", settings)


def _keep_within(key: str, options: Any) -> None:
    """What is held and no longer offered gives way to the default."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]
