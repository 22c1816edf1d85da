"""A table of runs as a heat map whose cells can be picked: by mouse, by finger, or with the arrow keys and Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from explorer.ui.components import register

_component = register("heat_map")


def heat_map(
    rows: Sequence[dict], columns: Sequence[float], cells: Sequence[Sequence[dict]], chosen: tuple[int, int],
    colors: Sequence[str], marks: dict[str, str], sides: tuple[int, int], key: str, words: Mapping[str, str],
    then: Callable[[int, int], None],
) -> None:
    """Show a heat map of runs; picking a cell calls ``then`` with its row and column, before the page runs again.

    Parameters
    ----------
    rows : sequence of dict
        Each has ``label``, ``sign``, ``color``, and ``second``: True for a row that belongs to the one above.
    columns : sequence of float
        Learning rates; powers of ten are written above their columns.
    cells : sequence of rows of dict
        Each cell has ``shade``, from 0 to 1 or None without a number; ``text``, written in it; ``words``, its
        description; ``near``, True if it is underlined as close to the best of its row.
    chosen : (row, column)
        The cell with the frame, counted from 0.
    colors : sequence of str
        The colour scale from shade 0 to shade 1, as #rrggbb.
    marks : dict
        The legend of the marks in the cells: meaning to mark.
    sides : (int, int)
        Screen pixels to the left of the columns, for the names of the rows, and to the right.
    key : str
    words : mapping of str to str
        ``label``, what the table shows, read out by screen readers; and in the legend ``low`` and ``high``, the ends of
        the colours, and ``near``.
    then : callable (row, column)
    """
    _component(
        key=key, on_picked_change=partial(_picked, key, (len(rows), len(columns)), then),
        data={
            "rows": list(rows), "cells": [list(line) for line in cells], "chosen": list(chosen),
            "columns": [{"label": f"{rate:g}", "shown": f"{rate:e}".startswith("1.")} for rate in columns],
            "colors": list(colors), "marks": marks, "sides": list(sides), "words": dict(words),
        },
    )


def _picked(key: str, shape: tuple[int, int], then: Callable[[int, int], None]) -> None:
    """Call ``then`` with the cell that the browser sent."""
    cell = st.session_state[key].get("picked")
    # A forged message may hold anything: only a cell of the map is taken.
    if (
        isinstance(cell, (list, tuple)) and len(cell) == 2
        and all(isinstance(n, int) and not isinstance(n, bool) for n in cell)
        and 0 <= cell[0] < shape[0] and 0 <= cell[1] < shape[1]
    ):
        then(*cell)
