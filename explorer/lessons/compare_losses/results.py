"""For the page Compare losses: the results of runs side by side, by measures that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES, log_loss
from explorer.engine.training import Run, scores_of, uses_bias
from explorer.lessons.compare_losses.loss_shapes import SCORES as SCORE_RANGE
from explorer.lessons.compare_losses.loss_shapes import VERY_WRONG
from explorer.lessons.compare_losses.row_set import Row, names
from explorer.lessons.goal import after, percent_of, progress, seconds_text, short_of, when
from explorer.lessons.runs import NOISY, Curves, correlation_with_start, curves_of
from explorer.lessons.words import listed, number, percent, short

Array = NDArray[np.floating]

_words = texts.of("compare_losses")

GOOD = 0.95  # the goal in the table where none is chosen
LEARNED = 0.8  # a run with less has not learned to recognise the digits
SLOWER = 0.01  # a run is slower than another if it is this far behind after the first epoch
WORSE = 3  # the steps of a run are too big if its log loss is so many times that of a run with smaller ones
LEVEL = 0.1  # a loss is nearly level where its slope is less than this share of its steepest
ALIKE = 0.995  # the share of equal answers from which on two models are nearly the same
# Of two runs, one is clearly better where chance would hardly give so uneven a number of images that only one of them
# gets right: McNemar's test, whose measure has this value at 5 %.
CLEARLY = 3.841
MOST_SHOWN = 11  # images on which the runs disagree


@dataclass(frozen=True)
class RunResult:
    """The result of one run of a set at its last epoch with finite numbers.

    Parameters
    ----------
    row : Row
    name : str
        Its letter and its short name in words.
    run : Run
    curves : Curves
    scores : (n_test,)
        Of the test images.
    right : (n_test,) of bool
        Whether the answer to each test image is right.
    weak : int
        The number of wrong answers to test images at whose scores the loss is nearly level.
    accuracy : float
        On the test images.
    log_loss : float
        On the test images, the same measure for all runs.
    bias : float or None
        None where no bias is learned.
    size : float
        The Euclidean norm of the weights, √Σ weights².
    """

    row: Row
    name: str
    run: Run
    curves: Curves
    scores: Array
    right: NDArray[np.bool_]
    weak: int
    accuracy: float
    log_loss: float
    bias: float | None
    size: float

    @property
    def letter(self) -> str:
        """The letter that names the run."""
        return self.row.letter

    @property
    def wrong(self) -> int:
        """The number of wrong answers to test images."""
        return round((1 - self.accuracy) * len(self.scores))

    @property
    def has_learned(self) -> bool:
        """Whether it recognises the digits."""
        return self.run.diverged_at is None and self.accuracy >= LEARNED


def run_results(rows: Sequence[Row], runs: Sequence[Run], dataset: Dataset) -> list[RunResult]:
    """The results of the runs of a set."""
    curves = curves_of(dataset, runs)
    return [_run_result(*of_run, dataset) for of_run in zip(rows, names(rows), runs, curves, strict=True)]


def _run_result(row: Row, name: str, run: Run, curves: Curves, dataset: Dataset) -> RunResult:
    epoch = run.last_epoch
    weights, bias = run.weights[epoch], float(run.biases[epoch])
    scores = scores_of(dataset.X_test, run.settings, weights, bias)
    return RunResult(
        row=row, name=name, run=run, curves=curves, scores=scores,
        right=(scores > 0) == (dataset.y_test > 0), weak=_weak(row, scores, dataset.y_test),
        accuracy=float(run.test_accuracy[epoch]),
        log_loss=float(log_loss(scores.astype(np.float64), dataset.y_test).mean()),
        bias=bias if uses_bias(run.settings) else None,
        size=float(np.sqrt(np.square(weights, dtype=np.float64).sum())),
    )


def _weak(row: Row, scores: Array, truth: Array) -> int:
    """The number of wrong answers at whose scores the loss is nearly level."""
    return int(np.count_nonzero(_is_level(row.loss, scores, truth) & ((scores > 0) != (truth > 0))))


def _is_level(loss: str, scores: Array, truth: Array) -> NDArray[np.bool_]:
    """Where a loss is nearly level, compared with its steepest slope."""
    slope_at = LOSSES[loss].derivative
    steepest = np.abs(slope_at(SCORE_RANGE[None], np.array([[1.0], [0.0]]))).max()
    level: NDArray[np.bool_] = np.abs(slope_at(scores.astype(np.float64), truth)) < LEVEL * steepest
    return level


def _leaders(results: Sequence[RunResult], value: Callable[[RunResult], float]) -> list[RunResult]:
    """The runs with the lowest value."""
    best = min(value(result) for result in results)
    return [result for result in results if value(result) == best]


def sentence(results: Sequence[RunResult]) -> str:
    """Which runs are best by accuracy and by log loss, and which to look at first, in Markdown."""
    finite = [result for result in results if result.run.diverged_at is None]
    if not finite:
        return _words("best.all_diverged", penalty=f"{results[0].run.settings.l2:g}")
    leaders = _leaders(finite, lambda result: -result.accuracy)
    lowest = _leaders(finite, lambda result: result.log_loss)
    close = [
        result for result in finite
        if result.accuracy < leaders[0].accuracy and not any(_is_clearly_better(leader, result) for leader in leaders)
    ]
    best = _words(
        "best.answers_close" if close else "best.answers", epochs=_epochs(finite[0]), letters=_letters(leaders),
        close=_letters(close) if close else "", accuracy=percent(leaders[0].accuracy), lowest=_letters(lowest),
        loss=short(lowest[0].log_loss),
    )
    scores = {result.row.score for result in finite}
    if leaders[0].has_learned and {result.row.score for result in leaders} == {"distance"} != scores:
        best += " " + _words("best.distance", letter=_letters(leaders))
    return f"{best} {_look_at(results)}"


def _is_clearly_better(one: RunResult, other: RunResult) -> bool:
    """Whether other images would hardly change which of two runs gets more of them right."""
    only_one, only_other = np.count_nonzero(one.right & ~other.right), np.count_nonzero(other.right & ~one.right)
    return only_one > only_other and (only_one - only_other) ** 2 > CLEARLY * (only_one + only_other)


def _letters(results: Sequence[RunResult]) -> str:
    return listed([result.letter for result in results])


def _epochs(result: RunResult) -> str:
    epochs = result.run.settings.epochs
    return f"{epochs:,} epoch{'s' if epochs > 1 else ''}"


# What is worth a look, by the names of the texts, the first of them first.
_KINDS = (
    "stuck", "slow", "big_steps", "flat", "flat_penalty", "pixelwise", "pixelwise_constant", "lost", "lost_level",
    "diverged",
)


def _look_at(results: Sequence[RunResult]) -> str:
    """Which run to look at first."""
    found = [(kind, result, twin) for result in results for kind, twin in [_kind(result, results)] if kind]
    if not found:
        return _words("look.alike")
    kind, result, twin = min(found, key=lambda each: _KINDS.index(each[0]))
    name = kind if f"look.{kind}" in _words else kind.split("_")[0]
    return _words(f"look.{name}", run=result.letter, twin=twin.letter if twin else "")


def remarks(results: Sequence[RunResult], digits: tuple[int, int]) -> list[str]:
    """Run by run: what happened where it is worth a look, and why, in Markdown.

    Parameters
    ----------
    results : sequence of RunResult
    digits : (int, int)
    """
    return [
        _remark(kind, result, twin, digits)
        for result in results for kind, twin in [_kind(result, results)] if kind
    ]


def _kind(result: RunResult, results: Sequence[RunResult]) -> tuple[str, RunResult | None]:
    """What is worth a look in a run, one of ``_KINDS`` or "", and the run to compare it with, if there is one."""
    loss, run = LOSSES[result.row.loss], result.run
    if run.diverged_at is not None:
        return "diverged", None
    if loss.flat:
        return "flat_penalty" if run.settings.l2 else "flat", None
    if loss.pixelwise:
        return "pixelwise" if 0 < (result.scores > 0).mean() < 1 else "pixelwise_constant", None
    if not result.has_learned:
        twin = _twin(result, results, "loss")
        if twin and twin.has_learned and 2 * result.weak > result.wrong:
            return "stuck", twin
        return "lost_level" if 2 * result.weak > result.wrong else "lost", None
    twin = _twin(result, results, "learning_rate")
    if twin and twin.row.learning_rate < result.row.learning_rate and result.log_loss > WORSE * twin.log_loss:
        return "big_steps", twin
    twin = _twin(result, results, "loss")
    if twin and twin.run.test_accuracy[1] - run.test_accuracy[1] >= SLOWER:
        return "slow", twin
    return "", None


def _twin(result: RunResult, results: Sequence[RunResult], field: str) -> RunResult | None:
    """The first run that has learned and differs only in this field."""
    own = replace(result.row, letter="", shown=True)
    return next((
        other for other in results
        if other.has_learned and getattr(other.row, field) != getattr(result.row, field)
        and replace(other.row, letter="", shown=True, **{field: getattr(own, field)}) == own
    ), None)


def _remark(kind: str, result: RunResult, twin: RunResult | None, digits: tuple[int, int]) -> str:
    values = {
        "run": result.letter, "accuracy": percent(result.accuracy), "wrong": f"{result.wrong:,}",
        "weak": f"{result.weak:,}", "epochs": _epochs(result), "loss": short(result.log_loss),
        "rate": f"{result.row.learning_rate:g}", "first": digits[0], "second": digits[1],
        "answer": digits[0] if result.scores[0] > 0 else digits[1], "epoch": result.run.diverged_at,
    }
    if twin:
        values |= {
            "twin": twin.letter, "twin_accuracy": percent(twin.accuracy), "twin_loss": short(twin.log_loss),
            "twin_rate": f"{twin.row.learning_rate:g}", "twin_first": percent(float(twin.run.test_accuracy[1])),
        }
    if kind == "slow":
        values["first"] = percent(float(result.run.test_accuracy[1]))
        if _is_level(result.row.loss, np.array([VERY_WRONG]), np.array([1.0])).all():
            kind = "slow_level"
    return _words(f"remark.{kind}", **values)


def fairness(results: Sequence[RunResult]) -> str:
    """What the runs share, as text: the batches, the first weights of which runs, and why these are random."""
    groups: list[list[RunResult]] = []
    for result in results:
        for group in groups:
            if np.array_equal(group[0].run.weights[0], result.run.weights[0]):
                group.append(result)
                break
        else:
            groups.append([result])
    if len(groups) == 1:
        said = _words("fair.same")
    elif len(groups) == len(results):
        said = _words("fair.different")
    else:
        shared = [_letters(group) for group in groups if len(group) > 1]
        said = _words("fair.groups", groups="; ".join(shared))
    is_random = any(result.row.start == "random" for result in results)
    return f"{said} {_words('start_is_random')}" if is_random else said


def weights_note(results: Sequence[RunResult], is_learned: bool) -> str:
    """How to read the pictures of the weights, and which of them show the random start more than what was learned.

    Parameters
    ----------
    results : sequence of RunResult
    is_learned : bool
        Whether the pictures show what was learned.
    """
    if is_learned:
        return _words("weights.learned")
    noisy = [
        result.letter for result in results
        if result.row.start == "random" and correlation_with_start(result.run) > NOISY
    ]
    if not noisy:
        return _words("weights.scales")
    return _words("weights.noisy" if len(noisy) > 1 else "weights.noisy_one", letters=listed(noisy))


def ranking(results: Sequence[RunResult], share: float) -> str:
    """Which run reaches a share of right answers after the fewest epochs, and which never do, in Markdown.

    Runs that reach it after the same epoch are ranked by the moment within the first epoch.

    Parameters
    ----------
    results : sequence of RunResult
    share : float
        The goal, of the test images.
    """
    found = [(result, progress(result.curves, share)) for result in results]
    there = sorted(
        ((result, of_run) for result, of_run in found if of_run.epoch is not None),
        key=lambda pair: (pair[1].epoch, pair[1].moment, pair[0].letter),
    )
    goal = percent_of(share)
    never = [_words(
        "goal.nearest", run=result.letter, best=short_of(of_run.best), when=after(of_run.nearest),
    ) for result, of_run in found if of_run.epoch is None]
    if not there:
        return _words("goal.nobody", goal=goal, runs=listed(never))
    ranked = [
        _words("goal.place", place=place, run=result.name, when=when(of_run, result.curves.steps))
        for place, (result, of_run) in enumerate(there, 1)
    ]
    # The runs of a pass share its time: it is the same for each of their epochs.
    run = there[0][0].run
    said = _words("goal.ranking", goal=goal, runs="; ".join(ranked))
    if never:
        said += " " + _words("goal.never", runs=listed(never))
    return f"{said} {_words('goal.seconds', seconds=seconds_text(run.seconds / run.settings.all_epochs))}"


def table(
    results: Sequence[RunResult], link: Callable[[Row], str], share: float | None = None
) -> dict[str, list[str]]:
    """The results as a table, column titles to cells, one row per run.

    Parameters
    ----------
    results : sequence of RunResult
    link : callable (row) -> str
        The address of the page Train with this run.
    share : float, optional
        The goal, a share of right answers to the test images; ``GOOD`` if not given.
    """
    share = GOOD if share is None else share
    good_after = [progress(result.curves, share).epoch for result in results]
    return {
        _words("table.run"): [f"[{result.name}]({link(result.row)})" for result in results],
        _words("table.right"): [
            percent(result.accuracy) if result.run.diverged_at is None else _words(
                "table.right_diverged", share=percent(result.accuracy), epoch=result.run.diverged_at,
            ) for result in results
        ],
        _words("table.log_loss"): [short(result.log_loss) for result in results],
        _words("table.good", share=percent_of(share)): [
            _words("table.never") if epoch is None else f"{epoch:,}" for epoch in good_after
        ],
        _words("table.bias"): [
            _words("table.none") if result.bias is None else number(result.bias, ".1f") for result in results
        ],
        _words("table.size"): [short(result.size) for result in results],
    }


def nearly_alike(results: Sequence[RunResult]) -> tuple[RunResult, RunResult] | None:
    """Two runs with different losses that have learned and give nearly all test images the same answer, or None.

    Of several such pairs it is the one with the most equal answers.
    """
    pairs = [pair for pair in _learned_pairs(results) if pair[0].row.loss != pair[1].row.loss]
    best = max(pairs, key=equal_answers, default=None)
    return best if best and equal_answers(best) >= ALIKE * len(best[0].scores) else None


def equal_answers(pair: tuple[RunResult, RunResult]) -> int:
    """The number of test images to which two runs give the same answer."""
    return int(np.count_nonzero((pair[0].scores > 0) == (pair[1].scores > 0)))


def _learned_pairs(results: Sequence[RunResult]) -> list[tuple[RunResult, RunResult]]:
    return list(combinations([result for result in results if result.has_learned], 2))


@dataclass(frozen=True)
class Disagreement:
    """The test images on which the runs of a set that are compared give different answers.

    Parameters
    ----------
    images : (k,) of int
        Rows of ``X_test``, at most ``MOST_SHOWN``, the most evenly split first.
    count : int
        The number of all such images.
    captions : list of str
        For each of ``images`` its digit and the letters of the runs that are compared, by answer; lines of Markdown.
    sentence : str
    """

    images: NDArray[np.int64]
    count: int
    captions: list[str]
    sentence: str


def disagreement(results: Sequence[RunResult], dataset: Dataset) -> Disagreement:
    """The test images on which the runs give different answers, without those runs that have learned too little.

    If fewer than two runs have learned, all of them are compared.
    """
    first, second = dataset.digits
    learned = [result for result in results if result.has_learned]
    compared = learned if len(learned) > 1 else list(results)
    left_out = [result.letter for result in results if result not in compared]
    says_first = np.array([result.scores > 0 for result in compared])
    count = _split(says_first)
    minority = np.minimum(says_first.sum(0), (~says_first).sum(0))
    images = np.argsort(-minority, kind="stable")[: min(count, MOST_SHOWN)]
    letters = [result.letter for result in compared]

    def letters_by_answer(image: int, first_digit: bool) -> str:
        return "".join(
            letter for letter, answer in zip(letters, says_first[:, image], strict=True) if answer == first_digit
        )

    captions = [
        _words(
            "disagree.caption", digit=first if dataset.y_test[image] else second, first=first, second=second,
            by_first=letters_by_answer(image, True), by_second=letters_by_answer(image, False),
        ) for image in images
    ]
    n_test = f"{len(dataset.X_test):,}"
    if not count:
        name = "others_nowhere" if left_out else "nowhere"
        said = [_words(f"disagree.{name}", count=n_test, left_out=listed(left_out) if left_out else "")]
    else:
        name = "others" if left_out else "some"
        said = [_words(
            f"disagree.{name}", differ=f"{count:,}", count=n_test, left_out=listed(left_out) if left_out else "",
        )]
        if len(learned) > 2:
            said.append(_most_alike(learned))
        if count > len(images):
            said.append(_words("disagree.shown", shown=len(images)))
    return Disagreement(images, count, captions, " ".join(said))


def _most_alike(results: Sequence[RunResult]) -> str:
    """The two runs with the most equal answers."""
    pair = max(_learned_pairs(results), key=equal_answers)
    name = "pair" if pair[0].row.score == pair[1].row.score else "pair_scores"
    return _words(
        f"disagree.{name}", pair=_letters(pair),
        share=percent(equal_answers(pair) / len(pair[0].scores)),
    )


def _split(says_first: NDArray[np.bool_]) -> int:
    """The number of images (columns) to which the runs (rows) do not all give the same answer."""
    return int(np.count_nonzero(says_first.any(0) & ~says_first.all(0)))


def losses_in(results: Sequence[RunResult]) -> list[tuple[str, list[RunResult]]]:
    """The losses of a set, each with its runs, in the order of ``LOSSES``."""
    return [
        (key, members) for key in LOSSES
        if (members := [result for result in results if result.row.loss == key])
    ]
