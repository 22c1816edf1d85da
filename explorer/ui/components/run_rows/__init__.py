"""The editor of the runs of "Compare losses": one row for each run, with a native list for each choice.

The browser holds the rows and sends the whole set: of two quick changes, the second one carries the first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer import texts
from explorer.engine.losses import LOSSES
from explorer.figures.compare_losses import COLOURS, DASHES
from explorer.lessons.compare_losses import row_set
from explorer.lessons.compare_losses.row_set import CODES, FEWEST, LETTERS, MOST, Rows
from explorer.ui import controls
from explorer.ui.components import register

_words = texts.of("compare_losses")
_component = register("run_rows")


def run_rows(rows: Rows, key: str, then: Callable[[Rows], None]) -> None:
    """Show an editor of a set of runs; a change calls ``then`` with the new set, before the page runs again.

    Parameters
    ----------
    rows : Rows
    key : str
    then : callable (Rows)
    """
    _component(key=key, on_rows_change=partial(_changed, key, then), data={
        "code": row_set.write(rows), "first": row_set.write(row_set.FIRST_SET), "offer": row_set.offered(rows).code,
        "letters": LETTERS, "colours": COLOURS, "dashes": DASHES, "fewest": FEWEST, "most": MOST,
        "words": _words.table("editor.words"),
        "fields": [
            {
                "key": field, "label": label,
                "options": [[code, controls.words(value)] for code, value in CODES[field].items()],
            } for field, label in _words.table("editor.labels").items()
        ],
        # Losses that ignore the bias.
        "unread": [code for code, loss in CODES["loss"].items() if LOSSES[loss].pixelwise],
    })


def _changed(key: str, then: Callable[[Rows], None]) -> None:
    """Call ``then`` with the set that the browser sent."""
    # A forged message may hold anything: only a valid set is taken.
    rows, problems = row_set.read(st.session_state[key].get("rows"))
    if not problems:
        then(rows)
