"""Every choice that a user can make, with its limits, in one table.

What a browser or a link sends is never trusted: ``Settings`` refuses what ``LIMITS`` does not allow, with a
``ValueError`` that says what is allowed. Controls read their options from the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.inputs.quoting import quoted
from explorer.sources import SOURCES

MAX_EPOCHS = {key: source.max_epochs for key, source in SOURCES.items()}
# The epochs that a slider offers, from 1 to 1,000.
EPOCH_STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000)


@dataclass(frozen=True)
class Choice:
    """One of a few values; ``None`` among them stands for "all"."""

    options: tuple[Any, ...]

    def problem(self, value: Any) -> str | None:
        # 1 == True == 1.0 in Python: the type must fit as well. (An int will do for a float.)
        if any(_same(value, option) for option in self.options):
            return None
        return "must be one of " + ", ".join("all" if o is None else f"{o}" for o in self.options)


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def problem(self, value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return None
        return f"must be a whole number from {self.low} to {self.high:,}"


@dataclass(frozen=True)
class OnOff:
    """True or False."""

    def problem(self, value: Any) -> str | None:
        return None if isinstance(value, bool) else "must be on or off"


@dataclass(frozen=True)
class TwoDigits:
    """Two different digits from 0 to 9, in order: the first is class 1."""

    def problem(self, value: Any) -> str | None:
        two = isinstance(value, tuple) and len(value) == 2 and all(Whole(0, 9).problem(d) is None for d in value)
        return None if two and value[0] != value[1] else "must be two different digits from 0 to 9"


@dataclass(frozen=True)
class LaterLegs:
    """At most ``most`` legs of a training, each a ``Leg``, in order."""

    most: int

    def problem(self, value: Any) -> str | None:
        if isinstance(value, tuple) and len(value) <= self.most and all(isinstance(leg, Leg) for leg in value):
            return None
        return f"must be at most {self.most} legs"


# ``problem(value)``: what is wrong with the value, as text, or None.
Limit = Choice | Whole | OnOff | TwoDigits | LaterLegs

# Three to a decade from 0.0001 to 100; 0.001, 0.01, 0.1, 1 and 10 are among them.
LEARNING_RATES = (*(float(f"{step}e{power}") for power in range(-4, 2) for step in (1, 2, 5)), 100.0)

LIMITS: dict[str, Limit] = {
    "dataset": Choice(tuple(MAX_EPOCHS)),
    "digits": TwoDigits(),
    "black_and_white": OnOff(),
    "inverted": OnOff(),
    "score": Choice(tuple(SCORES)),
    "loss": Choice(tuple(LOSSES)),
    "learning_rate": Choice(LEARNING_RATES),
    "bias": OnOff(),
    "start": Choice(("random", "zeros", "mean_image")),
    "seed": Whole(0, 999),
    "batch_size": Choice((16, 32, 64, 128, 256, 512, 1024, None)),
    "epochs": Whole(1, max(MAX_EPOCHS.values())),
    "l2": Choice((0.0, 0.0001, 0.001, 0.01, 0.1, 1.0)),
    "train_images": Choice((10, 30, 100, 300, 1000, 3000, None)),
    "decay": Choice(("constant", "steps", "cosine")),
    "legs": LaterLegs(3),
    "hidden_units": Whole(0, 64),
}
# What the controls of a run offer, and links name: all but the hidden layer, which is a page of its own.
CHOSEN = tuple(name for name in LIMITS if name != "hidden_units")


LEG_FIELDS = ("epochs", "learning_rate", "loss", "bias")  # the choices that each leg of a training has of its own
ONE_KIND = "a loss that compares pixels must be that of all legs or of none"


def problem_of(name: str, value: Any) -> str | None:
    """What is wrong with a value of a field, as Markdown, or None."""
    problem = LIMITS[name].problem(value)
    return f"{name}: {quoted(value)} is not allowed, it {problem}" if problem else None


def _same(value: Any, option: Any) -> bool:
    if isinstance(value, bool) or isinstance(option, bool):
        return value is option
    if isinstance(option, float):
        return isinstance(value, (int, float)) and value == option
    return type(value) is type(option) and value == option


@dataclass(frozen=True)
class Leg:
    """A part of a training that goes on where the part before ended, with choices of its own; see ``Settings``.

    Raises
    ------
    ValueError
        As for ``Settings``.
    """

    epochs: int
    learning_rate: float
    loss: str
    bias: bool

    def __post_init__(self) -> None:
        for name in LEG_FIELDS:
            problem = problem_of(name, getattr(self, name))
            if problem:
                raise ValueError(problem)


@dataclass(frozen=True)
class Settings:
    """One complete set of choices: hashable, plain values only, always within ``LIMITS``.

    Parameters
    ----------
    dataset : str
        A key of ``SOURCES``.
    digits : (int, int)
        The two digits to tell apart; the first is class 1, the answer when the score is above 0.
    black_and_white, inverted : bool
        Pixels rounded to 0 or 1 at one half; pixels turned to 1 - value.
    score, loss : str
        Keys of ``SCORES`` and ``LOSSES``.
    learning_rate : float
        One of ``LEARNING_RATES``.
    bias : bool
        Whether the bias is there and learns. Without one it is 0 throughout.
    start : "random", "zeros" or "mean_image"
        The first weights; "mean_image" is the mean training image of the first digit.
    seed : int
        Draws the random start and the order of the batches.
    batch_size, train_images : int or None
        Images per step; images to train on. None: all of them.
    epochs : int
        Of the first leg; with those of ``legs``, ``all_epochs``, at most ``MAX_EPOCHS[dataset]``.
    l2 : float
        Strength λ of the penalty λ/2 · Σ weights², the bias left out.
    decay : "constant", "steps" or "cosine"
        How the learning rate falls within each leg, by a formula; see ``schedule.rate_at``.
    legs : tuple of Leg
        How the training goes on after the first ``epochs``; the loss of all legs reads pixels, or that of none.
    hidden_units : int
        ReLU units between the pixels and the score; 0: none, the score is that of ``score``. With units, it must be
        "multiply" and the loss must read scores; the start is random, and the penalty is on the whole row of
        ``layers.hidden_layer``.

    Raises
    ------
    ValueError
        Naming the field, the value and what is allowed.
    """

    dataset: str = "digits"
    digits: tuple[int, int] = (3, 7)
    black_and_white: bool = False
    inverted: bool = False
    score: str = "multiply"
    loss: str = "log_loss"
    learning_rate: float = 1.0
    bias: bool = True
    start: str = "random"
    seed: int = 0
    batch_size: int | None = 64
    epochs: int = 20
    l2: float = 0.0
    train_images: int | None = None
    decay: str = "constant"
    legs: tuple[Leg, ...] = ()
    hidden_units: int = 0

    def __post_init__(self) -> None:
        for name in LIMITS:
            problem = problem_of(name, getattr(self, name))
            if problem:
                raise ValueError(problem)
        limit = MAX_EPOCHS[self.dataset]
        if self.all_epochs > limit:
            raise ValueError(
                f"epochs: {self.all_epochs} is too long for the data set {self.dataset}, must be at most {limit:,}"
            )
        for leg in self.legs:
            if LOSSES[leg.loss].pixelwise != LOSSES[self.loss].pixelwise:
                raise ValueError(f"legs: {quoted(leg.loss)} and {quoted(self.loss)} train different scores: {ONE_KIND}")
        if self.hidden_units and (self.score != "multiply" or LOSSES[self.loss].pixelwise):
            raise ValueError(
                f"hidden_units: {self.hidden_units} is not allowed with the score {self.score} and the loss "
                f"{self.loss}, must be 0"
            )

    @property
    def all_epochs(self) -> int:
        """The epochs of all legs together: how long the training is."""
        return self.epochs + sum(leg.epochs for leg in self.legs)


DEFAULTS = Settings()
