"""The numbers on the screen as files: curves as CSV, weights as an array and as a picture, and the names of the files.

Numbers in a CSV are written with all their digits: read back, they are equal to the bit.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from explorer.engine.layers import layers
from explorer.engine.losses import LOSSES
from explorer.engine.schedule import is_plain, leg_at, number_of_leg, rate_at
from explorer.engine.settings import Settings
from explorer.engine.softmax import TenRun
from explorer.engine.training import Run, uses_bias
from explorer.figures.images import diverging, png
from explorer.lessons.goal import progress
from explorer.lessons.learning_rates import DIVERGED, Sweep
from explorer.lessons.runs import whole_epochs

_CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
_WIDTH = 560  # the least width of a picture, in screen pixels: 20 for a pixel of MNIST, 70 for one of the digits
_LONGEST_NAME = 80


def run_csv(run: Run, goal: float | None = None) -> str:
    """The curves of a run, one line for each epoch; 0 is the start.

    Columns: epoch, train_loss, test_loss, train_accuracy, test_accuracy, bias (0 where there is none); leg, from 1;
    loss and learning_rate, those of the epoch, the latter empty at the start; with a goal, goal_reached ("yes" or
    "no"), whether it was reached up to there. A run that diverged ends with its last epoch that has finite numbers.

    Parameters
    ----------
    run : Run
    goal : float, optional
        A share of right answers to the test images.
    """
    lines = [
        (epoch, *_numbers(run, epoch), *_of_schedule(run, epoch), *reached)
        for epoch, reached in enumerate(_of_goal(run, goal))
    ]
    return _csv(("epoch", *_CURVES, "bias", "leg", "loss", "learning_rate", *_goal_column(goal)), lines)


def comparison_csv(runs: Sequence[tuple[str, Run]], goal: float | None = None) -> str:
    """The curves of named runs, below each other, one line for each run and epoch.

    Columns: run, score, loss, learning_rate, has_bias ("on" or "off"), start; then those of ``run_csv`` but of its
    schedule. A run that diverged ends with its last epoch that has finite numbers.

    Parameters
    ----------
    runs : sequence of (name, Run)
    goal : float, optional
        As for ``run_csv``.
    """
    lines = []
    for name, run in runs:
        s = run.settings
        about = (name, s.score, s.loss, s.learning_rate, _on_off(uses_bias(s)), s.start)
        lines += [
            (*about, epoch, *_numbers(run, epoch), *reached) for epoch, reached in enumerate(_of_goal(run, goal))
        ]
    choices = ("run", "score", "loss", "learning_rate", "has_bias", "start")
    return _csv((*choices, "epoch", *_CURVES, "bias", *_goal_column(goal)), lines)


def sweep_csv(sweep: Sweep, goal: float | None = None) -> str:
    """The results of all runs of a sweep, one line for each.

    Columns: loss, bias ("on" or "off"), learning_rate, test_accuracy, train_accuracy, test_loss, train_loss, outcome:
    "ok", "did not move" or "diverged in epoch n"; with a goal, goal_after, the first epoch after which so large a share
    of the test images is right, empty for never. The numbers of a run that diverged are those of its last epoch with
    finite ones.
    """
    lines = []
    for cell in (cell for line in sweep.cells for cell in line):
        s, epoch = cell.settings, cell.last_epoch
        outcome = f"{DIVERGED} in epoch {cell.diverged_at}" if cell.trouble == DIVERGED else cell.trouble or "ok"
        ends = (cell.test_accuracy, cell.train_accuracy, cell.test_loss, cell.train_loss)
        lines.append((
            s.loss, _on_off(uses_bias(s)), s.learning_rate, *(float(curve[epoch]) for curve in ends), outcome,
            *([] if goal is None else ["" if (after := cell.epochs_to(goal)) is None else after]),
        ))
    columns = (
        "loss", "bias", "learning_rate", "test_accuracy", "train_accuracy", "test_loss", "train_loss", "outcome",
        *([] if goal is None else ["goal_after"]),
    )
    return _csv(columns, lines)


def weights_npy(run: Run, image_shape: tuple[int, int]) -> bytes:
    """The weights after the last epoch with finite numbers, in NumPy's format: an array of ``image_shape``.

    Raises
    ------
    ValueError
        When the weights do not fill an image of that shape.
    """
    return array_npy(run.weights[run.last_epoch], image_shape)


def array_npy(weights: NDArray[np.floating], image_shape: tuple[int, int]) -> bytes:
    """One number for each pixel, in NumPy's format: an array of ``image_shape``. Raises ValueError where it is not."""
    file = io.BytesIO()
    np.save(file, weights.reshape(image_shape), allow_pickle=False)
    return file.getvalue()


def layers_npz(run: Run, image_shape: tuple[int, int]) -> bytes:
    """A hidden layer as a file of NumPy: "hidden" (units, height, width), "hidden_biases", "output", "bias"."""
    at = run.last_epoch
    model = layers(run.weights[at], run.settings.hidden_units)
    file = io.BytesIO()
    np.savez(
        file, hidden=model.weights.reshape(-1, *image_shape), hidden_biases=model.biases, output=model.output,
        bias=run.biases[at],
    )
    return file.getvalue()


def ten_npz(run: TenRun, image_shape: tuple[int, int]) -> bytes:
    """The models of all ten digits as a file of NumPy: "weights" (10, height, width), "biases" (10,)."""
    at, file = run.last_epoch, io.BytesIO()
    np.savez(file, weights=run.weights[at].reshape(-1, *image_shape), biases=run.biases[at])
    return file.getvalue()


def weights_npz(
    weights: NDArray[np.floating], bias: float, settings: Settings, image_shape: tuple[int, int]
) -> bytes:
    """A model that comes back whole: the page A saved model reads it, and so does numpy.load.

    Its arrays: ``weights`` of ``image_shape``; ``bias``, one number; ``settings``, text in JSON.
    """
    file = io.BytesIO()
    np.savez(
        file, weights=weights.reshape(image_shape), bias=np.float32(bias),
        settings=np.array(json.dumps(asdict(settings))),
    )
    return file.getvalue()


def weights_png(weights: NDArray[np.floating], image_shape: tuple[int, int], neutral: float) -> bytes:
    """The weights as a picture in the colours of the page, each pixel a square of whole screen pixels.

    Parameters
    ----------
    weights : (n_pixels,)
        Finite numbers.
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colour scale; the weight farthest from it has the colour of an end.
    """
    reach = float(np.abs(weights - neutral).max()) or 1.0
    colours = diverging((weights.astype(float) - neutral) / (2 * reach) + 0.5).reshape(*image_shape, 3)
    times = -(-_WIDTH // image_shape[1])
    return png(colours.repeat(times, axis=0).repeat(times, axis=1))


def file_stem(settings: Settings, what: str) -> str:
    """The name of a file, without its extension: at most 80 lower-case letters, digits, hyphens and underscores.

    Parameters
    ----------
    settings : Settings
    what : str
        What the file holds, for instance "train"; the first word of the name.
    """
    first, second = settings.digits
    rate = f"{settings.learning_rate:g}".replace(".", "_")
    words = (
        f"{what} {settings.dataset} {first} vs {second} {settings.score} {LOSSES[settings.loss].label} rate {rate} "
        f"seed {settings.seed}"
    )
    if not is_plain(settings):
        words = words.replace(f"rate {rate}", f"rate {rate} schedule")
    stem = re.sub(r"[^a-z0-9_]+", "-", words.lower()).strip("-")
    return stem[:_LONGEST_NAME].strip("-")


def _numbers(run: Run, epoch: int) -> list[float]:
    return [float(getattr(run, name)[epoch]) for name in (*_CURVES, "biases")]


def _of_schedule(run: Run, epoch: int) -> list[str | float]:
    leg = leg_at(run.settings, epoch)
    return [number_of_leg(run.settings, epoch) + 1, leg.loss, rate_at(run.settings, epoch) if epoch else ""]


def _goal_column(goal: float | None) -> list[str]:
    return [] if goal is None else ["goal_reached"]


def _of_goal(run: Run, goal: float | None) -> list[list[str]]:
    """The cells of ``_goal_column`` for every epoch of a run."""
    n = run.last_epoch + 1
    if goal is None:
        return [[]] * n
    after = progress(whole_epochs(run), goal).epoch
    return [["yes" if after is not None and epoch >= after else "no"] for epoch in range(n)]


def _on_off(on: bool) -> str:
    return "on" if on else "off"


def _csv(columns: Sequence[str], lines: Iterable[Sequence]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return file.getvalue()
