"""The sweeps of the page "Learning rates", shared by all visitors, and its controls."""

from __future__ import annotations

import dataclasses
from contextlib import nullcontext
from functools import partial
from typing import Any

import streamlit as st

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.settings import DEFAULTS, LIMITS, Settings
from explorer.figures import learning_rates as figures
from explorer.figures.tables import Table
from explorer.jobs import progress
from explorer.lessons import learning_rates as lesson
from explorer.lessons.goal import percent_of
from explorer.ui import cached, controls, linked, page_frame, show
from explorer.ui.components.heat_map import heat_map

_words = texts.of("learning_rates")


def affordable(settings: Settings, rows: tuple[lesson.Row, ...], dataset: Dataset) -> Settings:
    """``settings`` with as many of their epochs as there is time for."""
    return lesson.affordable(settings, rows, cost.shape_of(dataset))


def sweep_of(settings: Settings, rows: tuple[lesson.Row, ...]) -> lesson.Sweep:
    """All runs of a sweep; loss, learning rate and bias of ``settings`` are ignored."""
    return _sweep(lesson.shared(settings), rows)


def known_sweep(settings: Settings, rows: tuple[lesson.Row, ...]) -> lesson.Sweep | None:
    """The sweep if it has been trained and is still kept, else None."""
    return _sweep.known(lesson.shared(settings), rows)


@cached.kept(lambda settings, rows: cached.training_seconds(lesson.all_settings(settings, rows)))
def _sweep(settings: Settings, rows: tuple[lesson.Row, ...]) -> lesson.Sweep:
    doing = _words("controls.training", count=len(rows) * len(lesson.RATES))
    return lesson.train_sweep(cached.images(settings), settings, rows, lambda share: progress(share, doing))


def sweep_controls() -> tuple[tuple[str, ...], str]:
    """The controls of a sweep, and those that all its runs share.

    Returns
    -------
    losses : tuple of str
        The chosen ones; may be empty.
    biases : str
        A key of ``lesson.BIASES``.
    """
    held = st.session_state.get("losses", [])
    if not (isinstance(held, list) and all(loss in list(LOSSES) for loss in held)):
        del st.session_state["losses"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = linked.control(
            st.pills, _words("controls.losses"), list(LOSSES), selection_mode="multi", default=list(lesson.SLOPED),
            format_func=controls.words, key="losses", persist_state="page",
            wrap=True,  # so that a phone shows all of them
            help=_words("controls.losses_help", losses="  \n".join(
                _words("controls.one_loss", loss=loss.label, explanation=loss.explanation) for loss in LOSSES.values()
            )),
        )
        biases = linked.control(
            st.segmented_control, _words("controls.bias"), list(lesson.BIASES), default="with", required=True,
            key="sweep_bias", persist_state="page", hide_label=_words("controls.bias_hide"),
            help=_words("controls.bias_help"),
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        controls.for_all_runs()
        is_hidden = linked.hidden("score") and linked.hidden("start")
        with nullcontext() if is_hidden else st.popover(_words("controls.more"), icon=":material/tune:"):
            for name in ("score", "start"):
                linked.control(
                    st.segmented_control, _words(f"controls.{name}"), LIMITS[name].options,
                    default=getattr(DEFAULTS, name), required=True, format_func=controls.words, key=name,
                    help=_words(f"controls.{name}_help"),
                )
    losses = tuple(loss for loss in LOSSES if loss in (chosen or ()))
    return losses, biases if biases in lesson.BIASES else "with"


def cell_controls(rows: tuple[lesson.Row, ...]) -> tuple[int, int]:
    """The controls that choose a run: its loss, its bias if the sweep has both, its rate.

    Returns
    -------
    row, rate : int
        Indices into ``rows`` and ``lesson.RATES``.
    """
    losses = list(dict.fromkeys(row.loss for row in rows))
    _forget_unless_in("cell_loss", losses)
    _forget_unless_in("cell_rate", lesson.RATES)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        loss = st.selectbox(
            _words("cell.choose_loss"), losses, format_func=controls.words, key="cell_loss", bind="query-params",
            persist_state="page", width=150,
        )
        loss = loss if loss in losses else losses[0]
        biases = [row.bias for row in rows if row.loss == loss]
        bias = biases[0] if len(biases) == 1 else st.toggle(
            _words("cell.choose_bias"), value=True, key="cell_bias", bind="query-params", persist_state="page",
        ) is True
        rate = st.select_slider(
            _words("cell.choose_rate"), lesson.RATES, value=DEFAULTS.learning_rate, format_func=controls.words,
            key="cell_rate", bind="query-params", persist_state="page", width=190,
        )
    rate = rate if rate in lesson.RATES else DEFAULTS.learning_rate
    row_index = next(i for i, row in enumerate(rows) if (row.loss, row.bias) == (loss, bias))
    return row_index, lesson.RATES.index(rate)


def pick(row: int, rate: int, rows: tuple[lesson.Row, ...]) -> None:
    """Choose the run of a cell, for a click; ``row`` and ``rate`` are indices into ``rows`` and ``lesson.RATES``."""
    picked = rows[row]
    st.session_state["cell_loss"], st.session_state["cell_rate"] = picked.loss, lesson.RATES[rate]
    if not LOSSES[picked.loss].pixelwise:
        st.session_state["cell_bias"] = picked.bias


def try_rates(result: lesson.Sweep, row: int) -> None:
    """Buttons that choose a rate of a row: one that is too small, the best, and one that is too big."""
    with st.container(horizontal=True, gap="small"):
        for which, rate in lesson.guides(result, row).items():
            st.button(
                _words(f"try.{which}", rate=f"{lesson.RATES[rate]:g}"), key=f"try_{which}", on_click=pick,
                args=(row, rate, result.rows),
            )


def goal_map(result: lesson.Sweep, chosen: tuple[int, int]) -> float | None:
    """The choice of a goal, and the second map: after how many epochs each run reaches it; returns the goal."""
    goal = controls.goal_to_reach()
    if goal is None:
        return None
    st.markdown(_words("goal.heading", goal=percent_of(goal), epochs=lesson.epochs_of(result.cells[0][0])))
    st.markdown(lesson.goal_sentence(result, goal))
    heat_map(
        figures.grid_rows(result.rows), lesson.RATES, figures.goal_cells(result, goal), chosen, figures.SEQUENTIAL,
        figures.GOAL_MARKS, (figures.LABELS, figures.RIGHT), key="goal_grid", words=_words.table("goal.legend"),
        then=partial(pick, rows=result.rows),
    )
    if show.tables_wanted():
        numbers = Table(_words("goal.table_name"), lesson.epochs_by_rate(result, goal))
        show.as_table(_words("goal.table"), _words("goal.table_alt"), numbers, key="goal_table")
    return goal


def open_in_train(settings: Settings, own: Settings) -> None:
    """A link to one run on the page Train.

    Parameters
    ----------
    settings : Settings
        Of the run.
    own : Settings
        The visitor's: their epochs, where there was no time here for as many, and their bias, where the loss has none.
    """
    settings = dataclasses.replace(settings, epochs=own.epochs)
    if LOSSES[settings.loss].pixelwise:
        settings = dataclasses.replace(settings, bias=own.bias)
    page_frame.link_to_page("train", _words("cell.open"), settings)


def _forget_unless_in(key: str, options: Any) -> None:
    """Forget the value of a control that is no longer one of its options, so that the default is used."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]
