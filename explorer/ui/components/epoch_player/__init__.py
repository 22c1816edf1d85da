"""The player of a training: it moves the charts of its page from epoch to epoch; no run of the page is needed."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.ui.components import register

_component = register("epoch_player")


def epoch_player(epochs: Sequence[int], run: str, key: str) -> None:
    """Show buttons to play, pause and step, and a slider over the epochs.

    The pictures come from the page's live ``SERIES`` for ``key`` (``explorer.ui.live``), whose values are epochs.

    Parameters
    ----------
    epochs : sequence of int
        In rising order; the last one is shown at first.
    run : str
        Identifies what is played: with another one the player goes to its last epoch.
    key : str
    """
    _component(key=key, data={"epochs": list(epochs), "run": run, "player": key})
