"""The schedule of a training: which leg is under way in an epoch, and at which learning rate.

A training is one leg, or up to four after each other. Each goes on with the weights and the bias where the one before
ended and with the next batches of the same order, so that legs with the same choices are one plain training. A leg
without a bias begins by setting it to 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from explorer.engine.settings import Leg, Settings

STEPS = 4  # parts of a leg, in which "steps" has rates of its own
_STEP = 0.5  # by which "steps" multiplies the rate after each of them


def is_plain(settings: Settings) -> bool:
    """Whether a training has one leg and one learning rate."""
    return not settings.legs and settings.decay == "constant"


def plain(settings: Settings) -> Settings:
    """The same without a schedule: the first leg, at one learning rate."""
    return settings if is_plain(settings) else replace(settings, legs=(), decay="constant")


def legs_of(settings: Settings) -> tuple[Settings, ...]:
    """The legs of a training, each as the settings of a training of its own, with the decay."""
    if not settings.legs:
        return (settings,)
    first = replace(settings, legs=())
    return (first, *(
        replace(first, epochs=leg.epochs, learning_rate=leg.learning_rate, loss=leg.loss, bias=leg.bias)
        for leg in settings.legs
    ))


def of_legs(legs: Sequence[Settings]) -> Settings:
    """The training of these legs: the reverse of ``legs_of``."""
    first, *later = legs
    return replace(first, legs=tuple(Leg(leg.epochs, leg.learning_rate, leg.loss, leg.bias) for leg in later))


def last_epochs(settings: Settings) -> list[int]:
    """The last epoch of each leg."""
    ends = [settings.epochs]
    for leg in settings.legs:
        ends.append(ends[-1] + leg.epochs)
    return ends


def number_of_leg(settings: Settings, epoch: int) -> int:
    """The number of the leg, from 0, that an epoch belongs to. Epoch 0, the start, belongs to the first."""
    return next(i for i, last in enumerate(last_epochs(settings)) if epoch <= last)


def leg_at(settings: Settings, epoch: int) -> Settings:
    """The leg that an epoch belongs to, as in ``legs_of``."""
    return legs_of(settings)[number_of_leg(settings, epoch)] if settings.legs else settings


def begins_leg(settings: Settings, epoch: int) -> bool:
    """Whether an epoch is the first of a leg."""
    return epoch - 1 in (0, *last_epochs(settings)[:-1])


def rate_at(settings: Settings, epoch: int) -> float:
    """The learning rate of the steps of an epoch.

    With the rate η of its leg, n epochs in the leg and e - 1 of them done: "constant" η; "steps" η · ½^⌊4 (e - 1) / n⌋,
    half after each quarter; "cosine" η/2 · (1 + cos(π (e - 1) / n)), from η down almost to 0.

    Parameters
    ----------
    settings : Settings
    epoch : int
        From 1 to ``settings.all_epochs``.
    """
    leg = leg_at(settings, epoch)
    if leg.decay == "constant":
        return leg.learning_rate
    before = epoch - 1 - [0, *last_epochs(settings)][number_of_leg(settings, epoch)]
    if leg.decay == "steps":
        return leg.learning_rate * _STEP ** (STEPS * before // leg.epochs)
    return leg.learning_rate / 2 * (1 + math.cos(math.pi * before / leg.epochs))


def first_epochs(settings: Settings, epochs: int) -> Settings:
    """The training stopped after so many epochs; with a decay it would be another one, as that depends on them."""
    if epochs <= settings.epochs:
        return replace(settings, epochs=epochs, legs=())
    at = number_of_leg(settings, epochs)
    legs = legs_of(settings)
    done = last_epochs(settings)[at - 1]
    return of_legs([*legs[:at], replace(legs[at], epochs=epochs - done)])
