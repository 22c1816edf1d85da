"""A goal, a share of right answers to the unseen digits: after which epoch a run has reached it, and after how long."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer import texts
from explorer.engine.training import Run
from explorer.lessons.runs import Curves
from explorer.lessons.words import percent

_words = texts.of("goal")

OFF = "off"
GOALS = (80, 90, 95, 97, 98, 99)  # percent
_ROUNDING = 1e-9  # 0.95 is reached by 95 of 100 answers, however that is rounded
_LEAST = 1e-4  # seconds


@dataclass(frozen=True)
class Progress:
    """How far a run came towards a goal, by its accuracy on the test images.

    Parameters
    ----------
    epoch : int or None
        The first epoch after which the goal is reached; 0 is the start, None is never.
    moment : float or None
        The first moment of the curves at which it is reached, within the first epoch maybe earlier than ``epoch``.
    nearest : int
        The first of the epochs after which the accuracy is highest.
    best : float
        That accuracy.
    """

    epoch: int | None
    moment: float | None
    nearest: int
    best: float


def progress(curves: Curves, share: float) -> Progress:
    """How far a run with these curves came towards a share of right answers, in [0, 1]."""
    whole = curves.epochs == np.round(curves.epochs)
    epochs, accuracies = curves.epochs[whole], curves.test_accuracy[whole]
    after, at = (_first(times[values >= share - _ROUNDING]) for times, values in (
        (epochs, accuracies), (curves.epochs, curves.test_accuracy),
    ))
    nearest = int(np.nanargmax(accuracies))
    return Progress(None if after is None else int(after), at, int(epochs[nearest]), float(accuracies[nearest]))


def _first(times: np.ndarray) -> float | None:
    return float(times[0]) if len(times) else None


def when(found: Progress, steps: int) -> str:
    """When a run reached its goal, in words; ``steps`` is the number of batches in an epoch."""
    if found.epoch is None and found.moment is None:
        return _words("never", best=short_of(found.best), epoch=after(found.nearest))
    if found.epoch is None:
        return _words("not_for_long", moment=_moment(found, steps), best=short_of(found.best))
    if found.moment is not None and 0 < found.moment < min(found.epoch, 1):
        return _words("epoch_and_moment", epoch=after(found.epoch), moment=_moment(found, steps))
    return after(found.epoch)


def sentence(run: Run, curves: Curves, share: float) -> str:
    """Whether and when a run reached a share of right answers, after about how many seconds, or what came nearest."""
    found, goal = progress(curves, share), _words("share", percent=percent_of(share))
    if found.epoch is None:
        said = when(found, curves.steps)
        return _words("sentence.missed", goal=goal, when=f"{said[0].upper()}{said[1:]}.")
    if found.epoch == 0:
        return _words("sentence.at_start", goal=goal)
    all_epochs = run.settings.all_epochs
    took = seconds_text(run.seconds * found.epoch / all_epochs)
    return _words(
        "sentence.reached", goal=goal, when=when(found, curves.steps), seconds=took, all_epochs=f"{all_epochs:,}",
        all_seconds=seconds_text(run.seconds),
    )


def percent_of(share: float) -> str:
    """A goal as text: 95 %."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def short_of(accuracy: float) -> str:
    """An accuracy that misses a goal as text: rounded down, so that it does not read as the goal itself."""
    return percent(math.floor(1000 * accuracy + _ROUNDING) / 1000)


def line_name(share: float) -> str:
    """The name of a line at a goal."""
    return _words("line", percent=percent_of(share))


def can_stop(run: Run, found: Progress) -> bool:
    """Whether a training that stops when the goal is reached would be the same up to there, and shorter."""
    s = run.settings
    return found.epoch is not None and 0 < found.epoch < s.all_epochs and s.decay == "constant"


def after(epoch: int) -> str:
    """After an epoch, in words; 0 is the start."""
    return _words("at_start") if epoch == 0 else _words("after", epoch=f"{epoch:,}")


def _moment(found: Progress, steps: int) -> str:
    assert found.moment is not None
    batches = round(found.moment * steps)
    return _words("at_start") if not batches else _words("batch" if batches == 1 else "batches", count=f"{batches:,}")


def seconds_text(seconds: float) -> str:
    """A measured time, with one digit: it is never the same twice."""
    if seconds < _LEAST:
        return _words("under", least=f"{1000 * _LEAST:g}")
    unit, number = ("milliseconds", 1000 * seconds) if seconds < 0.1 else ("seconds", seconds)
    return _words(unit, number=f"{float(f'{number:.1g}'):g}")
