"""The player of a training: it moves the charts of its page from epoch to epoch; no run of the page is needed."""

from __future__ import annotations

from collections.abc import Sequence

from explorer import texts
from explorer.ui.components import register

_component = register("epoch_player")


_words = texts.of("runs")


def epoch_player(epochs: Sequence[float], run: str, key: str, steps: int = 1) -> None:
    """Show buttons to play, pause and step, and a slider over the epochs.

    The pictures come from the page's live ``SERIES`` for ``key`` (``explorer.ui.live``), whose values are the numbers
    of the frames, counted from 0.

    Parameters
    ----------
    epochs : sequence of float
        One for each frame, in rising order; the last one is shown at first.
    run : str
        Identifies what is played: with another one the player goes to its last frame.
    key : str
    steps : int
        How many batches an epoch has, where frames lie within it.
    """
    frames = [_name(epoch, steps) for epoch in epochs]
    _component(key=key, data={"frames": frames, "run": run, "player": key})


def _name(epoch: float, steps: int) -> str:
    """The name of a frame."""
    if epoch == 0:
        return _words("player.start")
    one, more = ("player.epoch", "player.epochs") if epoch >= 1 else ("player.batch", "player.batches")
    count = round(epoch if epoch >= 1 else epoch * steps)
    return _words(one) if count == 1 else _words(more, count=f"{count:,}")
