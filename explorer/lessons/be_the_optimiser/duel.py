"""Descent from the painted weights and from zeros: when it passes the painting, and what it changed in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.settings import LIMITS, Settings
from explorer.engine.training import Progress, Run, train_from
from explorer.lessons.be_the_optimiser.measures import Measured
from explorer.lessons.be_the_optimiser.painting import Cells, weights_of
from explorer.lessons.runs import Curves
from explorer.lessons.words import number, percent

Array = NDArray[np.floating]

GOAL = 0.98  # of the unseen images
_ALIKE = 0.002  # accuracies that differ by at most this count as alike

_words = texts.of("be_the_optimiser")


def both(settings: Settings) -> list[Settings]:
    """The two descents as two different models, for estimates of their time: what they start from changes none."""
    return [settings, replace(settings, start="random")]


def affordable(settings: Settings, dataset: Dataset) -> Settings:
    """The descent, for as many of its epochs as there is time to train it twice, and each first epoch again."""
    shape, models = cost.shape_of(dataset), both(settings)
    room = cost.BUDGET - cost.seconds_of_first_epochs(shape, models)
    return replace(settings, epochs=cost.affordable_epochs(shape, models, room))


def descent(dataset: Dataset, settings: Settings, cells: Cells, bias: float, progress: Progress | None = None) -> Run:
    """Descent from the painted weights and their bias; ``progress`` as for ``train_many``."""
    return train_from(dataset, settings, weights_of(cells, settings.score), bias, progress=progress)


def first_above(curves: Curves, accuracy: float) -> float | None:
    """The first epoch, or part of one, with more unseen images right than this share; None if there is none."""
    above = np.flatnonzero(curves.test_accuracy > accuracy)
    return float(curves.epochs[above[0]]) if len(above) else None


def first_at(curves: Curves, accuracy: float) -> float | None:
    """The first epoch, or part of one, with at least this share right; None if there is none."""
    at = np.flatnonzero(curves.test_accuracy >= accuracy)
    return float(curves.epochs[at[0]]) if len(at) else None


def when(epoch: float, curves: Curves) -> str:
    """A place on the curves in words: after so many batches, or in which epoch."""
    if epoch == 0:
        return _words("when.start")
    if epoch < 1:
        batches = round(epoch * curves.steps)
        return _words("when.batch" if batches == 1 else "when.batches", batches=batches)
    return _words("when.epoch" if epoch == 1 else "when.epochs", epoch=f"{epoch:,.0f}")


def sentence(yours: Measured, from_yours: Curves, from_zeros: Curves, runs: Sequence[Run]) -> str:
    """When descent passes the painting, how long it takes to ``GOAL``, and where both descents end.

    Parameters
    ----------
    yours : Measured
        The painting, on the unseen images.
    from_yours, from_zeros : Curves
    runs : (Run, Run)
        Of the two.
    """
    last = from_zeros.epochs[np.isfinite(from_zeros.test_accuracy)][-1]
    passed = first_above(from_zeros, yours.accuracy)
    values = dict(yours=percent(yours.accuracy), epochs=f"{last:,.0f}")
    if passed is None:
        said = [_words("duel.never", **values)]
    elif passed == 0:
        said = [_words("duel.at_start", zeros=percent(from_zeros.test_accuracy[0]), **values)]
    else:
        said = [_words("duel.passed", when=when(passed, from_zeros), **values)]
    said.append(_goal(from_yours, from_zeros))
    said.append(_words("duel.ends", **{
        name: percent(run.test_accuracy[run.last_epoch]) for name, run in zip(("mine", "zeros"), runs, strict=True)
    }))
    return " ".join(said)


def _goal(from_yours: Curves, from_zeros: Curves) -> str:
    places = [(curves, first_at(curves, GOAL)) for curves in (from_yours, from_zeros)]
    mine, zeros = [None if at is None else when(at, curves) for curves, at in places]
    name = {
        (True, True): "goal.both", (True, False): "goal.yours", (False, True): "goal.zeros",
        (False, False): "goal.none",
    }[mine is not None, zeros is not None]
    return _words(name, goal=percent(GOAL), mine=mine, zeros=zeros)


def why(from_yours: Curves, from_zeros: Curves, runs: Sequence[Run]) -> str:
    """Whether the painted start was a head start, and why; or that the steps were too long to tell.

    Parameters
    ----------
    from_yours, from_zeros : Curves
    runs : (Run, Run)
        Of the two.
    """
    mine, zeros = runs
    if is_too_fast(runs):
        return _words("why.too_fast", rate=f"{mine.settings.learning_rate:g}")
    lead = _lead(from_yours, from_zeros, runs)
    began_better = mine.test_accuracy[0] > zeros.test_accuracy[0]
    behind = "why.behind" if began_better else "why.behind_at_once"
    return _words(
        "why.ahead" if lead > 0 else behind if lead < 0 else "why.even",
        mine=percent(mine.test_accuracy[0]), zeros=percent(zeros.test_accuracy[0]),
        loss=number(mine.train_loss[0], ".3g"), zeros_loss=number(zeros.train_loss[0], ".3g"),
    )


def _lead(from_yours: Curves, from_zeros: Curves, runs: Sequence[Run]) -> float:
    """Above 0 where descent from the painting was the better one: at ``GOAL`` earlier, or else further at the end."""
    mine, zeros = (first_at(curves, GOAL) for curves in (from_yours, from_zeros))
    if mine is not None or zeros is not None:
        return (np.inf if zeros is None else zeros) - (np.inf if mine is None else mine)
    ends = [float(run.test_accuracy[run.last_epoch]) for run in runs]
    return ends[0] - ends[1] if abs(ends[0] - ends[1]) > _ALIKE else 0.0


def is_too_fast(runs: Sequence[Run]) -> bool:
    """Whether one of the descents ends with a higher loss than it began with, or did not end."""
    return any(
        run.diverged_at is not None or run.train_loss[run.last_epoch] > run.train_loss[0] for run in runs
    )


def smaller_rate(settings: Settings) -> float | None:
    """A learning rate to try where the steps are too long: a tenth, or the least; None where there is none below."""
    rates = LIMITS["learning_rate"].options
    wanted = max(settings.learning_rate / 10, rates[0])
    lower = [rate for rate in rates if rate <= wanted * 1.001 and rate < settings.learning_rate]
    return lower[-1] if lower else None


def changed(run: Run) -> Array:
    """What descent added to each painted weight: (n_pixels,)."""
    return run.weights[run.last_epoch] - run.weights[0]


def changed_sentence(run: Run, dataset: Dataset) -> str:
    """The weight that descent changed most, how far all moved on average, and what it gave to pixels left empty."""
    change, before, after = changed(run), run.weights[0], run.weights[run.last_epoch]
    most = int(np.abs(change).argmax())
    if not change[most]:
        return _words("changed.nothing")
    row, column = divmod(most, dataset.image_shape[1])
    said = [_words(
        "changed.most", row=row, column=column, before=number(before[most], ".2g"), after=number(after[most], ".2f"),
        average=number(float(np.abs(change).mean(dtype=np.float64)), ".2g"),
    )]
    left_empty = before == 0
    if run.settings.score == "multiply" and left_empty.any():
        said.append(_words(
            "changed.empty", empty=f"{left_empty.sum():,}", moved=f"{np.count_nonzero(left_empty & (change != 0)):,}",
        ))
    return " ".join(said)
