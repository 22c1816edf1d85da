"""How runs ended, which of them ended better, and what every learning rate would have given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.losses import LOSSES
from explorer.scores import SCORES
from explorer.settings import EPOCH_STEPS, LEARNING_RATES, MAX_EPOCHS, Settings
from explorer.training import Progress, Run, penalised_loss, train_many, training_rows

ENOUGH_EPOCHS = 4  # to see in a curve whether it still falls
_NOISE = 0.01  # one point
_JUMPY = 0.2
# Seconds of processor time that an epoch at all rates takes, about: for a step, and for a pixel of an image.
# Measured on MNIST and the built-in digits, with 1 to 1,000 epochs and batches of 16 to all.
_STEP = {"multiply": 1e-5, "distance": 2e-4}
_PIXEL = {"multiply": 3e-9, "distance": 3e-8}


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Parameters
    ----------
    settings : Settings
    accuracy : float
        Share of right answers to the test images, in [0, 1].
    loss : float
        The mean training loss and the penalty together.
    diverged : bool
        True where the loss became infinite; the numbers are those of the last epoch before.
    steady : bool
        Whether the loss hardly went up in the second half of the epochs.
    """

    settings: Settings
    accuracy: float
    loss: float
    diverged: bool
    steady: bool


def outcome(run: Run) -> Outcome:
    """How ``run`` ended."""
    last = run.last_epoch
    return Outcome(
        run.settings, float(run.test_accuracy[last]), penalised_loss(run, last), run.diverged_at is not None,
        not jumps_about(penalised_curve(run)),
    )


def penalised_curve(run: Run) -> NDArray[np.float64]:
    """What training makes small, after each epoch with finite numbers: the mean training loss plus λ/2 · Σ weights²."""
    loss, l2 = run.train_loss[: run.last_epoch + 1], run.settings.l2
    if not l2:
        return loss
    weights = run.weights[: len(loss)].astype(np.float64)
    return loss + l2 / 2 * np.square(weights).sum(1)


def jumps_about(curve: NDArray[np.floating], least: float = _JUMPY) -> bool:
    """Whether, in the second half of the epochs, more than ``least`` of the ups and downs of a loss are ups."""
    steps = np.diff(curve[len(curve) // 2 :])
    return bool(np.clip(steps, 0, None).sum() > least * np.abs(steps).sum())


def noise(n_test: int) -> float:
    """The difference of two accuracies that says nothing: one point, or two images where that is more."""
    return max(_NOISE, 2 / n_test) + 1e-9


def better(one: Outcome, other: Outcome, n_test: int, least: float = 0.0) -> bool:
    """Whether ``one`` ended better: more unseen digits right or, with as many within the noise, a lower loss.

    Losses are compared only where both runs made the same one small. A run that diverged is never better.

    Parameters
    ----------
    one, other : Outcome
    n_test : int
        How many unseen digits the accuracies are shares of.
    least : float
        By how much the loss must be lower.
    """
    if one.diverged or other.diverged:
        return not one.diverged
    gain = one.accuracy - other.accuracy
    if abs(gain) > noise(n_test):
        return gain > 0
    same = (one.settings.loss, one.settings.l2) == (other.settings.loss, other.settings.l2)
    return same and other.loss - one.loss > least


def can_learn(settings: Settings) -> Settings:
    """The settings nearest to these with which a model can learn which digit is which.

    A loss that is flat or does not know the true digit gives way to log loss; a score never above 0 gets a bias.
    """
    loss = LOSSES[settings.loss]
    if loss.flat or loss.pixelwise:
        settings = replace(settings, loss="log_loss")
    if SCORES[settings.score].sign == "negative":
        settings = replace(settings, bias=True)
    return settings


def longer(settings: Settings) -> Settings | None:
    """Twice the epochs, or as many as there may be; None where these are as many."""
    steps = [epochs for epochs in EPOCH_STEPS if settings.epochs < epochs <= MAX_EPOCHS[settings.dataset]]
    epochs = next((epochs for epochs in steps if epochs >= 2 * settings.epochs), steps[-1] if steps else None)
    return replace(settings, epochs=epochs) if epochs else None


def alternatives(settings: Settings) -> list[Settings]:
    """What a run is compared with: ``can_learn(settings)`` at every learning rate.

    From the mean image also the start of zeros, where no bias centres the scores: they may begin so far from 0 that
    a loss is flat there. And where the epochs are too few to show a trend, also twice as many.
    """
    same = can_learn(settings)
    varied = [same]
    if same.start == "mean_image" and not SCORES[same.score].centred:
        varied.append(replace(same, start="zeros"))
    if same.epochs < ENOUGH_EPOCHS and (more := longer(same)):
        varied.append(more)
    return [replace(s, learning_rate=rate) for s in varied for rate in LEARNING_RATES]


def rivals(dataset: Dataset, settings: Settings, progress: Progress | None = None) -> tuple[Outcome, ...]:
    """How each of ``alternatives(settings)`` ends; the learning rate of ``settings`` is not read."""
    return tuple(map(outcome, train_many(dataset, alternatives(settings), progress)))


def seconds_of_rivals(dataset: Dataset, settings: Settings) -> float:
    """About how long ``rivals`` takes, in seconds of one processor."""
    images = training_rows(dataset, settings)
    steps = -(-images // (settings.batch_size or images))
    pixels = dataset.X_train.shape[1] * images
    each = steps * _STEP[settings.score] + pixels * _PIXEL[settings.score]
    return each * sum(s.epochs for s in alternatives(settings)) / len(LEARNING_RATES)
