"""What pages about one run share: the answers of the trained model, and the notes below its pictures.

What happened in the run and what to try next is in ``train/verdict.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.datasets import Dataset
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run, scores_of, training_rows, training_score
from explorer.lessons.words import counted, number, percent

Array = NDArray[np.floating]

# From this correlation with the random start on, at least half of the variance of the weights is that of the start.
NOISY = 0.5**0.5


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
    scores = scores_of(dataset.X_test, run.settings, run.weights[epoch], float(run.biases[epoch]))
    is_first, says_first = dataset.y_test == 1, scores > 0
    counts = np.array([
        [np.count_nonzero(truth & answer) for answer in (says_first, ~says_first)] for truth in (is_first, ~is_first)
    ])
    margins = np.where(is_first, scores, -scores)  # negative for wrong answers
    wrong = np.flatnonzero(is_first != says_first)
    candidates = wrong if len(wrong) else np.arange(len(scores))
    order = np.argsort(margins[candidates], kind="stable")[:most]
    return Answers(scores, counts, candidates[order], len(wrong))


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


def curves_note(references: Sequence[tuple[str, float]]) -> str:
    """The legend of the learning curves, in Markdown, in the colours of the lines."""
    dashed = ", ".join(
        f":{color}[{name} {percent(accuracy)}]"
        for color, (name, accuracy) in zip(("green", "red"), references, strict=False)
    )
    return f":violet[Test digits], :gray[training digits]. Dashed, on the test digits: {dashed}."


def weights_note(run: Run, dataset: Dataset, where: str = "More choices") -> str:
    """How to read the picture of the weights: its scale, and how much of it is learned.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    where : str
        The label of the place on the page where the start is chosen.
    """
    neutral = SCORES[run.settings.score].neutral
    reach = float(np.abs(run.weights[: run.last_epoch + 1] - neutral).max())
    scale = (
        f"Colours reach from {number(neutral - reach, '.3g')} (darkest orange) over {neutral:g} (pale) "
        f"to {number(neutral + reach, '.3g')} (darkest blue)."
    )
    correlation = correlation_with_start(run)
    if run.settings.start == "random" and correlation > NOISY:
        return (
            f"{scale} It is mostly the random start still (correlation {correlation:.2f}): "
            f"with the start *zeros*, under *{where}*, you see only what was learned."
        )
    inkless = ~(dataset.X_train[: training_rows(dataset, run.settings)] > 0).any(0)
    unmoved = inkless & (run.weights[run.last_epoch] == run.weights[0])
    if not unmoved.any():
        return scale
    return f"{scale} {unmoved.sum()} of the {len(inkless)} weights never moved: no training image has ink there."


def correlation_with_start(run: Run) -> float:
    """The correlation of the learned weights with those of the start; 0 where either are all equal."""
    start, learned = run.weights[[0, run.last_epoch]].astype(np.float64)
    return float(np.corrcoef(start, learned)[0, 1]) if start.std() and learned.std() else 0.0
