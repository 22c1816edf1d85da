"""For the page Compare losses: the results of runs side by side, by measures that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES, log_loss
from explorer.engine.training import Run, scores_of, uses_bias
from explorer.lessons.compare_losses.row_set import Row
from explorer.lessons.runs import NOISY, correlation_with_start
from explorer.lessons.words import listed, number, percent

Array = NDArray[np.floating]

GOOD = 0.95  # a run is good from the first epoch on with this accuracy
MOST_SHOWN = 11  # images on which the runs disagree
_SCALES = "Each run has colours of its own, from its strongest weight to pale, a weight that says nothing"


@dataclass(frozen=True)
class RunResult:
    """The result of one run of a set at its last epoch with finite numbers.

    Parameters
    ----------
    row : Row
    run : Run
    scores : (n_test,)
        Of the test images.
    accuracy, loss : float
        On the test images; the loss is the one that the run was trained with.
    log_loss : float
        On the test images, the same measure for all runs.
    good_after : int or None
        The first epoch with at least ``GOOD`` of the test images right.
    bias : float or None
        None where no bias is learned.
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


def run_results(rows: Sequence[Row], runs: Sequence[Run], dataset: Dataset) -> list[RunResult]:
    """The results of the runs of a set."""
    return [_run_result(row, run, dataset) for row, run in zip(rows, runs, strict=True)]


def _run_result(row: Row, run: Run, dataset: Dataset) -> RunResult:
    epoch = run.last_epoch
    weights, bias = run.weights[epoch], float(run.biases[epoch])
    scores = scores_of(dataset.X_test, run.settings, weights, bias)
    good = np.flatnonzero(run.test_accuracy >= GOOD)
    return RunResult(
        row=row, run=run, scores=scores,
        accuracy=float(run.test_accuracy[epoch]), loss=float(run.test_loss[epoch]),
        log_loss=float(log_loss(scores.astype(np.float64), dataset.y_test).mean()),
        good_after=int(good[0]) if len(good) else None,
        bias=bias if uses_bias(run.settings) else None,
        size=float(np.sqrt(np.square(weights, dtype=np.float64).sum())),
    )


def _leaders(results: Sequence[RunResult], value: Callable[[RunResult], float]) -> list[str]:
    """The letters of the runs with the lowest value."""
    best = min(value(result) for result in results)
    return [result.row.letter for result in results if value(result) == best]


def sentence(results: Sequence[RunResult]) -> str:
    """Which runs are best by accuracy and by log loss, in Markdown."""
    diverged = [result.row.letter for result in results if result.run.diverged_at is not None]
    finite = [result for result in results if result.run.diverged_at is None]
    infinite = f" The loss of {listed(diverged)} became infinite: the steps were too big." if diverged else ""
    if not finite:
        return (
            "**The loss of every run became infinite: the steps were too big for the penalty of "
            f"{results[0].run.settings.l2:g}.** Try smaller learning rates, or a smaller penalty under *For all runs*."
        )
    epochs = finite[0].run.settings.epochs
    most_right = _leaders(finite, lambda result: -result.accuracy)
    lowest_loss = _leaders(finite, lambda result: result.log_loss)
    accuracy = max(result.accuracy for result in finite)
    loss = number(min(result.log_loss for result in finite), ".3g")
    get, have = ("get" if len(most_right) > 1 else "gets"), ("have" if len(lowest_loss) > 1 else "has")
    whose = f", and {have}" if most_right == lowest_loss else f"; {listed(lowest_loss)} {have}"
    return (
        f"**After {epochs:,} epoch{'s' if epochs > 1 else ''} {listed(most_right)} {get} the most unseen "
        f"digits right, {percent(accuracy)}{whose} the lowest log loss, {loss}.** "
        "These two measures are the same for all runs; the heights of two different losses cannot be compared."
        f"{infinite}"
    )


def fairness(results: Sequence[RunResult]) -> str:
    """What the runs share, as text: the batches, and the first weights of which runs."""
    groups: list[list[RunResult]] = []
    for result in results:
        for group in groups:
            if np.array_equal(group[0].run.weights[0], result.run.weights[0]):
                group.append(result)
                break
        else:
            groups.append([result])
    if len(groups) == 1:
        starts = "They all begin with the same weights"
    elif len(groups) == len(results):
        starts = "Each begins with weights of its own: another score or start"
    else:
        groups.sort(key=lambda group: len(group) == 1)
        (first, *others) = [listed([result.row.letter for result in group]) for group in groups]
        starts = f"{first} begin with the same weights" + "".join(
            f", {names} with {'others that they share' if len(group) > 1 else 'others'}"
            for names, group in zip(others, groups[1:], strict=True)
        ) + ": another score or start"
    return f"Fair: all runs see the same images in the same batches, in the same order. {starts}."


def weights_note(results: Sequence[RunResult]) -> str:
    """How to read the pictures of the weights, and which of them show the random start more than what was learned."""
    noisy = [
        result.row.letter for result in results
        if result.row.start == "random" and correlation_with_start(result.run) > NOISY
    ]
    if not noisy:
        return f"{_SCALES}."
    shows = "pictures of {} mostly show their" if len(noisy) > 1 else "picture of {} mostly shows its"
    return (
        f"{_SCALES}. The {shows.format(listed(noisy))} random start still: with the start *zeros* you see only "
        "what was learned."
    )


def table(results: Sequence[RunResult], link: Callable[[Row], str]) -> dict[str, list[str]]:
    """The results as a table, column titles to cells, one row per run.

    Parameters
    ----------
    results : sequence of RunResult
    link : callable (row) -> str
        The address of the page Train with this run.
    """
    return {
        "run": [f"[{result.row.name}]({link(result.row)})" for result in results],
        "right answers": [
            percent(result.accuracy) + (
                f", diverged in epoch {result.run.diverged_at}" if result.run.diverged_at is not None else ""
            ) for result in results
        ],
        "its own loss": [number(result.loss, ".3g") for result in results],
        "log loss": [number(result.log_loss, ".3g") for result in results],
        f"epochs to {GOOD:.0%}".replace("%", "\N{NO-BREAK SPACE}%"): [
            "never" if result.good_after is None else f"{result.good_after:,}" for result in results
        ],
        "bias": ["none" if result.bias is None else number(result.bias) for result in results],
        "√Σ weights²": [number(result.size) for result in results],
        "seconds": [f"{result.run.seconds:.3f}" for result in results],
    }


@dataclass(frozen=True)
class Disagreement:
    """The test images on which the runs of a set give different answers.

    Parameters
    ----------
    images : (k,) of int
        Rows of ``X_test``, at most ``MOST_SHOWN``, the most evenly split first.
    count : int
        The number of all such images.
    captions : list of str
        For each of ``images`` its digit and the letters of the runs by answer; lines of Markdown.
    sentence : str
    """

    images: NDArray[np.int64]
    count: int
    captions: list[str]
    sentence: str


def disagreement(results: Sequence[RunResult], dataset: Dataset) -> Disagreement:
    """The test images on which the runs give different answers, and the run that differs most from the others."""
    first, second = dataset.digits
    says_first = np.array([result.scores > 0 for result in results])
    count = _split(says_first)
    minority = np.minimum(says_first.sum(0), (~says_first).sum(0))
    images = np.argsort(-minority, kind="stable")[: min(count, MOST_SHOWN)]
    letters = [result.row.letter for result in results]

    def letters_by_answer(image: int, first_digit: bool) -> str:
        return "".join(
            letter for letter, answer in zip(letters, says_first[:, image], strict=True) if answer == first_digit
        )

    captions = [
        f"a {first if dataset.y_test[image] else second}  \n{first}: {letters_by_answer(image, True)}  \n"
        f"{second}: {letters_by_answer(image, False)}"
        for image in images
    ]
    n_test = len(dataset.X_test)
    if not count:
        return Disagreement(images, 0, [], f"All runs give the same answer to each of the {n_test:,} test images.")
    text = f"On **{count:,} of {n_test:,}** test images the runs do not all answer alike."
    if len(results) > 2:
        # The odd one is the run without which the others disagree least.
        without = [_split(np.delete(says_first, i, axis=0)) for i in range(len(results))]
        odd = int(np.argmin(without))
        if without[odd] <= count / 2:
            answers = says_first[odd]
            constant = (answers == answers[0]).all()
            always = f", which always answers {first if answers[0] else second}" if constant else ""
            text += f" Without {letters[odd]}{always}, it would be {without[odd]:,}."
    shown = f" The {len(images)} most evenly split:" if count > len(images) else ""
    return Disagreement(images, count, captions, text + shown)


def _split(says_first: NDArray[np.bool_]) -> int:
    """The number of images (columns) to which the runs (rows) do not all give the same answer."""
    return int(np.count_nonzero(says_first.any(0) & ~says_first.all(0)))


def losses_in(results: Sequence[RunResult]) -> list[tuple[str, list[RunResult]]]:
    """The losses of a set, each with its runs, in the order of ``LOSSES``."""
    return [
        (key, members) for key in LOSSES
        if (members := [result for result in results if result.row.loss == key])
    ]
