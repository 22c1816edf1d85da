"""For the page Train: how runs end, which of two ended better, and how a run would end at every learning rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.engine import cost
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import EPOCH_STEPS, LEARNING_RATES, MAX_EPOCHS, Settings
from explorer.engine.training import Progress, Run, penalised_loss, train_many

ENOUGH_EPOCHS = 4  # fewer do not show whether a loss still falls
_NOISE = 0.01  # one percentage point
_JUMPY = 0.2  # the share of rises in the ups and downs of a loss from which on it jumps about


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Parameters
    ----------
    settings : Settings
    accuracy : float
        Share of right answers to the test images, in [0, 1].
    loss : float
        The mean training loss plus the penalty.
    diverged : bool
        True where the loss became infinite; the numbers are then those of the epoch before.
    steady : bool
        Whether the loss hardly rose in the second half of the epochs.
    """

    settings: Settings
    accuracy: float
    loss: float
    diverged: bool
    steady: bool


def outcome(run: Run) -> Outcome:
    """The outcome of a run."""
    last = run.last_epoch
    return Outcome(
        run.settings, float(run.test_accuracy[last]), penalised_loss(run, last), run.diverged_at is not None,
        not jumps_about(penalised_curve(run)),
    )


def penalised_curve(run: Run) -> NDArray[np.float64]:
    """The penalised loss, mean training loss plus λ/2 · Σ weights², at the start and after each finite epoch."""
    loss, l2 = run.train_loss[: run.last_epoch + 1], run.settings.l2
    if not l2:
        return loss
    weights = run.weights[: len(loss)].astype(np.float64)
    return loss + l2 / 2 * np.square(weights).sum(1)


def jumps_about(curve: NDArray[np.floating], least: float = _JUMPY) -> bool:
    """Whether rises are more than ``least`` of all ups and downs of a loss in the second half of the epochs."""
    steps = np.diff(curve[len(curve) // 2 :])
    return bool(np.clip(steps, 0, None).sum() > least * np.abs(steps).sum())


def noise(n_test: int) -> float:
    """The largest difference of two accuracies that means nothing: one point, or two images where that is more."""
    return max(_NOISE, 2 / n_test) + 1e-9


def better(one: Outcome, other: Outcome, n_test: int, least: float = 0.0) -> bool:
    """Whether ``one`` ended better: a higher test accuracy or, if these are equal within the noise, a lower loss.

    Losses are compared only where both runs minimise the same one. A run that diverged is never better.

    Parameters
    ----------
    one, other : Outcome
    n_test : int
        The number of test images behind the accuracies.
    least : float
        How much lower the loss must be.
    """
    if one.diverged or other.diverged:
        return not one.diverged
    gain = one.accuracy - other.accuracy
    if abs(gain) > noise(n_test):
        return gain > 0
    same = (one.settings.loss, one.settings.l2) == (other.settings.loss, other.settings.l2)
    return same and other.loss - one.loss > least


def can_learn(settings: Settings) -> Settings:
    """The settings with as few changes as let a model learn to tell the digits apart.

    A loss that is flat or ignores the true digit is replaced by log loss; a score that is never above 0 gets a bias.
    """
    loss = LOSSES[settings.loss]
    if loss.flat or loss.pixelwise:
        settings = replace(settings, loss="log_loss")
    if SCORES[settings.score].sign == "negative":
        settings = replace(settings, bias=True)
    return settings


def with_more_epochs(settings: Settings) -> Settings | None:
    """The settings with at least twice the epochs, or the most allowed; None where they have the most already."""
    steps = [epochs for epochs in EPOCH_STEPS if settings.epochs < epochs <= MAX_EPOCHS[settings.dataset]]
    epochs = next((epochs for epochs in steps if epochs >= 2 * settings.epochs), steps[-1] if steps else None)
    return replace(settings, epochs=epochs) if epochs else None


def alternatives(settings: Settings) -> list[Settings]:
    """What a run is compared with: ``can_learn(settings)`` at every learning rate.

    For a start from the mean image also a start from zeros, unless the bias centres the scores: otherwise they may
    begin so far from 0 that the loss is flat there. For epochs too few to show a trend also at least twice as many.
    """
    base = can_learn(settings)
    variants = [base]
    if base.start == "mean_image" and not SCORES[base.score].centred:
        variants.append(replace(base, start="zeros"))
    if base.epochs < ENOUGH_EPOCHS and (more := with_more_epochs(base)):
        variants.append(more)
    return [replace(s, learning_rate=rate) for s in variants for rate in LEARNING_RATES]


def alternative_outcomes(dataset: Dataset, settings: Settings, progress: Progress | None = None) -> tuple[Outcome, ...]:
    """The outcomes of ``alternatives(settings)``, in their order; the learning rate of ``settings`` is ignored."""
    return tuple(map(outcome, train_many(dataset, alternatives(settings), progress)))


def seconds_of_alternatives(dataset: Dataset, settings: Settings) -> float:
    """An estimate of the processor time that ``alternative_outcomes`` takes, in seconds."""
    return _seconds(cost.shape_of(dataset), settings, False)


def affordable(dataset: Dataset, settings: Settings) -> bool:
    """Whether there is time to train the alternatives beside the run itself, and the page is there in 3 seconds."""
    return _seconds(cost.shape_of(dataset), settings, True) <= cost.BUDGET


@lru_cache(maxsize=256)  # each run of the page asks
def _seconds(shape: cost.Shape, settings: Settings, with_own: bool) -> float:
    return cost.seconds(shape, [*alternatives(settings), *([settings] if with_own else [])])
