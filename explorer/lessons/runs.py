"""What pages about one run share: the answers of the trained model, and the notes below its pictures.

What happened in the run and what to try next is in ``train/verdict.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.first_epoch import FirstEpoch, steps_in_epoch, within_first_epoch
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, scores_of, training_rows, training_score
from explorer.lessons.sums import EXACT, decimal
from explorer.lessons.words import counted, number, percent

Array = NDArray[np.floating]

_words = texts.of("runs")

# From this correlation with the random start on, at least half of the variance of the weights is that of the start.
NOISY = 0.5**0.5
_FORGOTTEN = 0.2  # up to this one, nothing of the start can be seen


@dataclass(frozen=True)
class Answers:
    """A model's answers to the test images.

    Parameters
    ----------
    scores : (n_test,)
    counts : (2, 2) of int
        The confusion matrix. Rows: the true digit; columns: the answer; the first digit first.
    most_wrong : (k,) of int
        Rows of ``X_test``: the wrong answers, the worst first; where there are none, the right
        answers closest to the threshold.
    wrong : int
        The number of wrong answers.
    """

    scores: Array
    counts: NDArray[np.int64]
    most_wrong: NDArray[np.int64]
    wrong: int


def model_answers(run: Run, dataset: Dataset, most: int = 8, epoch: int | None = None) -> Answers:
    """The answers of the model to the test images.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        The one it was trained on.
    most : int
        The largest number of images in ``most_wrong``.
    epoch : int, optional
        The last one with finite numbers if not given.
    """
    epoch = run.last_epoch if epoch is None else epoch
    return answers_with(run.weights[epoch], float(run.biases[epoch]), run.settings, dataset, most)


def answers_with(weights: Array, bias: float, settings: Settings, dataset: Dataset, most: int = 8) -> Answers:
    """The answers to the test images with these weights and this bias; ``most`` as for ``model_answers``."""
    scores = scores_of(dataset.X_test, settings, weights, bias)
    is_first, says_first = dataset.y_test == 1, scores > 0
    counts = np.array([
        [np.count_nonzero(truth & answer) for answer in (says_first, ~says_first)] for truth in (is_first, ~is_first)
    ])
    margins = np.where(is_first, scores, -scores)  # negative for wrong answers
    wrong = np.flatnonzero(is_first != says_first)
    candidates = wrong if len(wrong) else np.arange(len(scores))
    order = np.argsort(margins[candidates], kind="stable")[:most]
    return Answers(scores, counts, candidates[order], len(wrong))


@dataclass(frozen=True)
class Curves:
    """The loss and the accuracy of a run against the epoch: at the start, within the first epoch, after every epoch.

    Parameters
    ----------
    steps : int
        How many batches an epoch has.
    epochs : (k,)
        Rising from 0; within the first epoch multiples of 1 / ``steps``.
    train_loss, test_loss, train_accuracy, test_accuracy : (k,)
    """

    steps: int
    epochs: Array
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array


def curves_of(dataset: Dataset, runs: Sequence[Run]) -> list[Curves]:
    """The curves of runs on the same images; each takes the time of one more epoch.

    Parameters
    ----------
    dataset : Dataset
        The one that they were trained on.
    runs : sequence of Run
    """
    return [
        join_curves(run, first, steps_in_epoch(dataset, run.settings))
        for run, first in zip(runs, within_first_epoch(dataset, runs), strict=True)
    ]


def whole_epochs(run: Any) -> Curves:
    """The curves of a run, or of what has its four curves, of which only the ends of the epochs are known."""
    epochs = np.arange(len(run.train_loss), dtype=float)
    return Curves(1, epochs, run.train_loss, run.test_loss, run.train_accuracy, run.test_accuracy)


def join_curves(run: Run, first: FirstEpoch, steps: int) -> Curves:
    """The curves of a run with its first epoch, which has ``steps`` batches."""
    def joined(within: Array, ends: Array) -> Array:
        return np.concatenate([ends[:1], within, ends[1:]])

    epochs = joined(np.round(first.steps / steps, 6), np.arange(len(run.train_loss), dtype=float))
    return Curves(
        steps, epochs, joined(first.train_loss, run.train_loss), joined(first.test_loss, run.test_loss),
        joined(first.train_accuracy, run.train_accuracy), joined(first.test_accuracy, run.test_accuracy),
    )


def first_epochs(run: Run, epochs: int) -> Run:
    """The run as it was after its first epochs: what a training of so many epochs gives."""
    n = slice(epochs + 1)
    return replace(
        run, settings=replace(run.settings, epochs=epochs), weights=run.weights[n], biases=run.biases[n],
        train_loss=run.train_loss[n], test_loss=run.test_loss[n], train_accuracy=run.train_accuracy[n],
        test_accuracy=run.test_accuracy[n],
        diverged_at=run.diverged_at if run.diverged_at is not None and run.diverged_at <= epochs else None,
    )


def spread(last: int, most: int) -> NDArray[np.int_]:
    """At most ``most`` whole numbers from 0 to ``last``, evenly spread, both ends among them."""
    return np.unique(np.linspace(0, last, min(most, last + 1)).round().astype(int))


def shortened(settings: Sequence[Settings], epochs: int) -> str:
    """That runs are trained for fewer epochs than asked for, and why.

    Parameters
    ----------
    settings : sequence of Settings
        As asked for, with the same batches and epochs.
    epochs : int
        Those they are trained for.
    """
    s = settings[0]
    batches = "with all images in one batch" if s.batch_size is None else f"in batches of {s.batch_size}"
    distances = sum(training_score(one).key == "distance" for one in settings)
    which = (
        "" if not distances else " that measure distances" if distances == len(settings)
        else f", {counted(distances)} of which measure distances"
    )
    many = counted(len(settings))
    return (
        f"{many[0].upper()}{many[1:]} runs{which}, {batches}, are trained for {epochs:,} epoch{'s' * (epochs > 1)} "
        f"here, not {s.epochs:,}: so that the answer is there within 3 seconds."
    )


def epochs_shown(last: int) -> list[int]:
    """The epochs that a player shows, from 0 to ``last``: all, or 41 of them, evenly spread."""
    return spread(last, 41).tolist()


def frames(curves: Curves, last: int) -> list[float]:
    """The epochs that a player shows: the start, moments within the first epoch, and as ``epochs_shown``.

    Parameters
    ----------
    curves : Curves
        Of the run.
    last : int
        Its last epoch with finite numbers.
    """
    is_within = (curves.epochs > 0) & (curves.epochs < 1) & np.isfinite(curves.train_loss)
    return [0.0, *curves.epochs[is_within].tolist(), *map(float, epochs_shown(last)[1:])]


def model_in_frame(run: Run, first: FirstEpoch, epoch: float, frame: int) -> tuple[Array, float]:
    """The weights and the bias in a frame, counted from 0, of the player: that at ``epoch``."""
    if 0 < epoch < 1:
        return first.weights[frame - 1], float(first.biases[frame - 1])
    return run.weights[int(epoch)], float(run.biases[int(epoch)])


def curves_note(references: Sequence[tuple[str, float]]) -> str:
    """The legend of the learning curves, in Markdown."""
    return _words("curves.legend", references=", ".join(
        _words(name, model=reference, accuracy=percent(accuracy))
        for name, (reference, accuracy) in zip(("curves.dashed", "curves.dotted"), references, strict=False)
    ))


@dataclass(frozen=True)
class WeightPicture:
    """One number for each pixel, and the scale of its colours.

    Parameters
    ----------
    values : (n_pixels,)
    neutral, reach : float
        The number in the middle of the colours, and how far these go to both sides of it.
    name, one : str
        What the values are, and what one of them is.
    """

    values: Array
    neutral: float
    reach: float
    name: str
    one: str


def starts_at_zero(run: Run) -> bool:
    """Whether all weights are 0 at the start, so that the weights are what was learned."""
    return not run.weights[0].any()


def learned(run: Run, epoch: int | None = None) -> Array:
    """What the training has added to each weight: (n_pixels,), the weights after an epoch minus those at the start.

    Parameters
    ----------
    run : Run
    epoch : int, optional
        The last one with finite numbers if not given.
    """
    return run.weights[run.last_epoch if epoch is None else epoch] - run.weights[0]


def weight_picture(
    run: Run, is_learned: bool, epoch: int | None = None, weights: Array | None = None
) -> WeightPicture:
    """The picture of what was learned, or of the weights themselves.

    Its scale is that of all epochs of the run, so that a colour stands for the same number in each.

    Parameters
    ----------
    run : Run
    is_learned : bool
        Whether it shows what was learned: then 0, no change, is in the middle of the colours.
    epoch : int, optional
        The last one with finite numbers if not given.
    weights : (n_pixels,), optional
        Those of a moment within an epoch, instead.
    """
    weights = run.weights[run.last_epoch if epoch is None else epoch] if weights is None else weights
    neutral = 0.0 if is_learned else SCORES[run.settings.score].neutral
    middle = run.weights[0] if is_learned else neutral
    reach = float(np.abs(run.weights[: run.last_epoch + 1] - middle).max()) or 1.0
    # A copy: what shows it is kept, and a view would keep the weights of all epochs.
    values = weights - run.weights[0] if is_learned else weights.copy()
    return WeightPicture(values, neutral, reach, *(("learned", "learned") if is_learned else ("weights", "weight")))


def what_is_1(settings: Settings) -> str:
    """What has the value 1 in the images: ink, or paper where they are inverted."""
    return _words("ink.inverted" if settings.inverted else "ink.usual")


def weights_note(run: Run, dataset: Dataset, is_learned: bool = False) -> str:
    """How to read the picture of the weights: its scale, and how start and learned add up to the weights.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    is_learned : bool
        Whether the picture shows what was learned.
    """
    picture, s = weight_picture(run, is_learned), run.settings
    said = [_words("weights.not_a_guess", ink=what_is_1(s))] if training_score(s).key == "multiply" else []
    said += [_words(
        "weights.scale", low=number(picture.neutral - picture.reach, "+.3g"), neutral=f"{picture.neutral:g}",
        high=number(picture.neutral + picture.reach, "+.3g"),
    )]
    moved, sizes = learned(run), _sizes(run)
    if is_learned:
        most = int(np.abs(moved).argmax())
        if moved[most]:
            said.append(_words("weights.changed_most", **_sum_of_one_weight(run, dataset, most), **sizes))
        else:
            said.append(_words("weights.changed_nothing"))
        if s.start == "random" and _correlation(moved, run.weights[0]) < -NOISY:
            said.append(_words("weights.noise_undone"))
    elif s.start == "random" and (correlation := correlation_with_start(run)) > _FORGOTTEN:
        said.append(_words("weights.mostly_noise" if correlation > NOISY else "weights.noise_and_learned", **sizes))
    inkless = ~(dataset.X_train[: training_rows(dataset, s)] > 0).any(0)
    unmoved = inkless & (moved == 0)
    if unmoved.any() and moved.any() and not unmoved.all() and (is_learned or starts_at_zero(run)):
        said.append(_words("weights.inkless", unmoved=unmoved.sum(), count=len(inkless), ink=what_is_1(s)))
    return " ".join(said)


def _sizes(run: Run) -> dict[str, str]:
    """How far a weight is from neutral at the start, and how far training moved it, on average over the pixels."""
    neutral = SCORES[run.settings.score].neutral
    started, moved = np.abs(run.weights[0] - neutral), np.abs(learned(run))
    return dict(
        neutral=f"{neutral:g}", started=number(started.mean(dtype=np.float64), ".2g"),
        moved=number(moved.mean(dtype=np.float64), ".2g"),
    )


def _sum_of_one_weight(run: Run, dataset: Dataset, pixel: int) -> dict[str, str]:
    """Start + learned = weight for one pixel, rounded so that the numbers shown add up."""
    start, weight = (float(run.weights[epoch, pixel]) for epoch in (0, run.last_epoch))
    # Two digits of what was learned, and at least two after the point.
    places = max(2, 1 - math.floor(math.log10(abs(weight - start))))
    first, last = (decimal(value, Decimal(1).scaleb(-places)) for value in (start, weight))
    change = EXACT.subtract(last, first)
    row, column = divmod(pixel, dataset.image_shape[1])
    spec = f".{places}f"
    return dict(
        row=str(row), column=str(column), start=number(first, spec), sign="−" if change < 0 else "+",
        learned=number(abs(change), spec), weight=number(last, spec),
    )


def correlation_with_start(run: Run) -> float:
    """The correlation of the learned weights with those of the start; 0 where either are all equal."""
    return _correlation(run.weights[0], run.weights[run.last_epoch])


def _correlation(one: Array, other: Array) -> float:
    one, other = one.astype(np.float64), other.astype(np.float64)
    return float(np.corrcoef(one, other)[0, 1]) if one.std() and other.std() else 0.0
