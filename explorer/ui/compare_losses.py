"""The runs of "Compare losses": the set in the session and in the link, its results, and links to Train."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer import texts
from explorer.engine import cost
from explorer.engine.settings import Settings
from explorer.engine.training import train_many
from explorer.figures.base import Figure
from explorer.figures.compare_losses import run_figures
from explorer.jobs import progress
from explorer.lessons.compare_losses import row_set
from explorer.lessons.compare_losses.results import RunResult, run_results
from explorer.lessons.compare_losses.row_set import Row, Rows
from explorer.ui import address, cached, controls, linked, show
from explorer.ui.components.run_rows import run_rows

PARAMETER = "runs"  # the set's name in the link
_words = texts.of("compare_losses")


def rows() -> Rows:
    """Return the set from the session or the link, with a warning that names what could not be read; keep the link."""
    first = row_set.write(row_set.FIRST_SET)
    chosen, problems = row_set.read(address.text_of(PARAMETER, first))
    if problems:
        st.warning(
            "\n".join(f"- {problem}" for problem in problems), title=_words("link.problem"),
            icon=":material/link_off:",
        )
    address.put(PARAMETER, row_set.write(chosen), first)
    return chosen


def editor(chosen: Rows) -> None:
    """Show the editor of the set, unless the link hides it; a change is stored before the page runs again."""
    if linked.offer(PARAMETER, _words("editor.offered")):
        run_rows(chosen, key="run_rows", then=_store)


def _store(chosen: Rows) -> None:
    address.change(PARAMETER, row_set.write(chosen))


def affordable(chosen: Rows, shared: Settings) -> Settings:
    """``shared`` with as many of its epochs as there is time for. Call ``cached.dataset`` first."""
    return row_set.affordable(chosen, shared, cost.shape_of(cached.images(shared)))


def results(chosen: Rows, shared: Settings) -> list[RunResult]:
    """Train all runs of a set at once, and return their results in the order of the set; ``shared`` as affordable."""
    # Whether a line is hidden changes no result, so it is not part of the cache's key.
    found = _results(tuple(replace(row, shown=True) for row in chosen), row_set.settings_of(chosen, shared))
    return [replace(result, row=row) for result, row in zip(found, chosen, strict=True)]


@cached.kept(lambda chosen, settings: cached.training_seconds(settings))
def _results(chosen: Rows, settings: tuple[Settings, ...]) -> list[RunResult]:
    images = cached.images(settings[0])
    return run_results(chosen, train_many(images, settings, progress), images)


def weights_shown(chosen: Rows, shared: Settings) -> bool:
    """The choice between what was learned and the weights; returns whether the pictures show what was learned."""
    own = row_set.settings_of(chosen, shared)
    return controls.weights_shown(next((s for s in own if s.start != "zeros"), own[0]))


@cached.kept()
def figures(chosen: Rows, shared: Settings, is_learned: bool, goal: float | None) -> dict[str, Figure]:
    """The figures of ``results``: for all visitors made, and turned into JSON, once."""
    return run_figures(results(chosen, shared), cached.images(shared).image_shape, is_learned, goal=goal)


def train_link(row: Row, shared: Settings) -> str:
    """Return the address of one run on the page Train, relative to this page's."""
    (settings,) = row_set.settings_of([row], shared)
    return f"train?{show.link_query(controls.link_to(settings))}"
