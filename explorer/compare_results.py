"""What runs side by side gave, by measures that can be compared; every number in a sentence is theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.compare import Row
from explorer.datasets import Dataset
from explorer.explanations import number, percent
from explorer.losses import LOSSES, log_loss
from explorer.training import Run, scores_of, uses_bias

Array = NDArray[np.floating]

GOOD = 0.95  # the share of right answers whose epoch is noted
MOST_SHOWN = 11  # images on which the runs disagree
# From this correlation with the random start on, half of what a picture of weights shows is noise.
_SPECKLE = 0.5**0.5
_SCALES = "Each run has colours of its own, from its strongest weight to pale, a weight that says nothing"


@dataclass(frozen=True)
class Outcome:
    """One run of a set and what it came to, at its last epoch with finite numbers.

    Parameters
    ----------
    row : Row
    run : Run
    scores : (n_samples,)
        Of the test images.
    accuracy, loss : float
        Of the test images; the loss is the run's own.
    log_loss : float
        Of the test images, from the scores: the same measure for all runs.
    good_after : int or None
        The first epoch with ``GOOD`` of the test images right.
    bias : float or None
        None where there is none that learns.
    size : float
        The Euclidean norm of the weights, √Σ weights².
    """

    row: Row
    run: Run
    scores: Array
    accuracy: float
    loss: float
    log_loss: float
    good_after: int | None
    bias: float | None
    size: float


def outcomes(rows: Sequence[Row], runs: Sequence[Run], dataset: Dataset) -> list[Outcome]:
    """What each run of a set came to."""
    return [_outcome(row, run, dataset) for row, run in zip(rows, runs, strict=True)]


def _outcome(row: Row, run: Run, dataset: Dataset) -> Outcome:
    epoch = run.last_epoch
    weights, bias = run.weights[epoch], float(run.biases[epoch])
    scores = scores_of(dataset.X_test, run.settings, weights, bias)
    good = np.flatnonzero(run.test_accuracy >= GOOD)
    return Outcome(
        row=row, run=run, scores=scores,
        accuracy=float(run.test_accuracy[epoch]), loss=float(run.test_loss[epoch]),
        log_loss=float(log_loss(scores.astype(np.float64), dataset.y_test).mean()),
        good_after=int(good[0]) if len(good) else None,
        bias=bias if uses_bias(run.settings) else None,
        size=float(np.sqrt(np.square(weights, dtype=np.float64).sum())),
    )


def _listed(names: Sequence[str]) -> str:
    """A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _leaders(told: Sequence[Outcome], value: Callable[[Outcome], float]) -> list[str]:
    """The letters of those with the lowest value."""
    best = min(value(outcome) for outcome in told)
    return [outcome.row.letter for outcome in told if value(outcome) == best]


def sentence(told: Sequence[Outcome]) -> str:
    """Which runs are best by what can be compared, in Markdown."""
    gone = [outcome.row.letter for outcome in told if outcome.run.diverged_at is not None]
    kept = [outcome for outcome in told if outcome.run.diverged_at is None]
    lost = f" The loss of {_listed(gone)} became infinite: the steps were too big." if gone else ""
    if not kept:
        return (
            "**The loss of every run became infinite: the steps were too big for the penalty of "
            f"{told[0].run.settings.l2:g}.** Try smaller learning rates, or a smaller penalty under *For all runs*."
        )
    epochs = kept[0].run.settings.epochs
    most = _leaders(kept, lambda outcome: -outcome.accuracy)
    least = _leaders(kept, lambda outcome: outcome.log_loss)
    accuracy = max(outcome.accuracy for outcome in kept)
    yardstick = number(min(outcome.log_loss for outcome in kept), ".3g")
    get, have = ("get" if len(most) > 1 else "gets"), ("have" if len(least) > 1 else "has")
    whose = f", and {have}" if most == least else f"; {_listed(least)} {have}"
    return (
        f"**After {epochs:,} epoch{'s' if epochs > 1 else ''} {_listed(most)} {get} the most unseen digits right, "
        f"{percent(accuracy)}{whose} the lowest log loss, {yardstick}.** "
        "These two measures are the same for all runs; the heights of two different losses cannot be compared."
        f"{lost}"
    )


def fairness(told: Sequence[Outcome]) -> str:
    """What the runs share, in words: the batches, and which of them the first weights."""
    groups: list[list[Outcome]] = []
    for outcome in told:
        for group in groups:
            if np.array_equal(group[0].run.weights[0], outcome.run.weights[0]):
                group.append(outcome)
                break
        else:
            groups.append([outcome])
    if len(groups) == 1:
        starts = "They all begin with the same weights"
    elif len(groups) == len(told):
        starts = "Each begins with weights of its own: another score or start"
    else:
        groups.sort(key=lambda group: len(group) == 1)
        (first, *others) = [_listed([outcome.row.letter for outcome in group]) for group in groups]
        starts = f"{first} begin with the same weights" + "".join(
            f", {names} with {'others that they share' if len(group) > 1 else 'others'}"
            for names, group in zip(others, groups[1:], strict=True)
        ) + ": another score or start"
    return f"Fair: all runs see the same images in the same batches, in the same order. {starts}."


def weights_note(told: Sequence[Outcome]) -> str:
    """How to read the pictures of the weights, and where they show the start more than what was learned."""
    noisy = [
        outcome.row.letter for outcome in told
        if outcome.row.start == "random" and _likeness(outcome.run) > _SPECKLE
    ]
    if not noisy:
        return f"{_SCALES}."
    shows = "pictures of {} mostly show their" if len(noisy) > 1 else "picture of {} mostly shows its"
    return (
        f"{_SCALES}. The {shows.format(_listed(noisy))} random start still: with the start *zeros* you see only "
        "what was learned."
    )


def _likeness(run: Run) -> float:
    """The correlation of the weights at the end with those at the start."""
    start, end = run.weights[[0, run.last_epoch]].astype(np.float64)
    return float(np.corrcoef(start, end)[0, 1]) if end.std() else 0.0


def table(told: Sequence[Outcome], link: Callable[[Row], str]) -> dict[str, list[str]]:
    """The results as columns of text, one line per run.

    Parameters
    ----------
    told : sequence of Outcome
    link : callable (row) -> str
        Where the run can be looked at by itself.
    """
    return {
        "run": [f"[{outcome.row.name}]({link(outcome.row)})" for outcome in told],
        "right answers": [
            percent(outcome.accuracy) + (
                f", diverged in epoch {outcome.run.diverged_at}" if outcome.run.diverged_at is not None else ""
            ) for outcome in told
        ],
        "its own loss": [number(outcome.loss, ".3g") for outcome in told],
        "log loss": [number(outcome.log_loss, ".3g") for outcome in told],
        f"epochs to {GOOD:.0%}".replace("%", "\N{NO-BREAK SPACE}%"): [
            "never" if outcome.good_after is None else f"{outcome.good_after:,}" for outcome in told
        ],
        "bias": ["none" if outcome.bias is None else number(outcome.bias) for outcome in told],
        "√Σ weights²": [number(outcome.size) for outcome in told],
        "seconds": [f"{outcome.run.seconds:.3f}" for outcome in told],
    }


@dataclass(frozen=True)
class Disagreement:
    """The test images on which the runs of a set do not all answer alike.

    Parameters
    ----------
    images : (k,) of int
        Rows of ``X_test``, at most ``MOST_SHOWN``: the most evenly split first.
    count : int
        How many there are in all.
    captions : list of str
        For each of ``images``: what it shows, and which runs say what; lines of Markdown.
    sentence : str
    """

    images: NDArray[np.int64]
    count: int
    captions: list[str]
    sentence: str


def disagreement(told: Sequence[Outcome], dataset: Dataset) -> Disagreement:
    """Where the runs of a set answer differently."""
    first, second = dataset.digits
    says_first = np.array([outcome.scores > 0 for outcome in told])
    count = _split(says_first)
    minority = np.minimum(says_first.sum(0), (~says_first).sum(0))
    images = np.argsort(-minority, kind="stable")[: min(count, MOST_SHOWN)]
    letters = [outcome.row.letter for outcome in told]

    def who(image: int, answer: bool) -> str:
        return "".join(
            letter for letter, said in zip(letters, says_first[:, image], strict=True) if said == answer
        )

    captions = [
        f"a {first if dataset.y_test[image] else second}  \n{first}: {who(image, True)}  \n"
        f"{second}: {who(image, False)}"
        for image in images
    ]
    n_test = len(dataset.X_test)
    if not count:
        return Disagreement(images, 0, [], f"All runs give the same answer to each of the {n_test:,} test images.")
    said = f"On **{count:,} of {n_test:,}** test images the runs do not all answer alike."
    if len(told) > 2:  # between two, nobody stands apart
        # The run that stands apart is the one without which the rest disagree least.
        without = [_split(np.delete(says_first, i, axis=0)) for i in range(len(told))]
        odd = int(np.argmin(without))
        if without[odd] <= count / 2:
            only = says_first[odd]
            always = f", which always answers {first if only[0] else second}" if (only == only[0]).all() else ""
            said += f" Without {letters[odd]}{always}, it would be {without[odd]:,}."
    shown = f" The {len(images)} most evenly split:" if count > len(images) else ""
    return Disagreement(images, count, captions, said + shown)


def _split(says_first: NDArray[np.bool_]) -> int:
    """On how many images (columns) the runs (rows) do not all say the same."""
    return int(np.count_nonzero(says_first.any(0) & ~says_first.all(0)))


def losses_in(told: Sequence[Outcome]) -> list[tuple[str, list[Outcome]]]:
    """The losses of a set, each with its runs, in the order of the table of losses."""
    return [
        (key, members) for key in LOSSES
        if (members := [outcome for outcome in told if outcome.row.loss == key])
    ]
