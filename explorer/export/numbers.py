"""The numbers on the screen as files: curves as CSV, weights as an array and as a picture, and what to call them.

Numbers in a CSV are written in full: read back, they are equal to the bit.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.colours import DIVERGING
from explorer.losses import LOSSES
from explorer.settings import Settings
from explorer.sweep import DIVERGED, Sweep
from explorer.training import Run, uses_bias

_CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
_WIDTH = 560  # of a picture, in screen pixels, at least: 20 for a pixel of MNIST, 70 for one of the built-in digits
_LONGEST_NAME = 80


def run_csv(run: Run) -> str:
    """The curves of a run, one line for each epoch; 0 is the start.

    Columns: epoch, train_loss, test_loss, train_accuracy, test_accuracy, bias (0 where there is none). A run that
    diverged ends with its last epoch that has finite numbers.
    """
    return _csv(("epoch", *_CURVES, "bias"), ((epoch, *_numbers(run, epoch)) for epoch in range(run.last_epoch + 1)))


def comparison_csv(runs: Sequence[tuple[str, Run]]) -> str:
    """The curves of named runs, below each other, one line for each run and epoch.

    Columns: run, score, loss, learning_rate, has_bias ("on" or "off"), start; then those of ``run_csv``. A run that
    diverged ends with its last epoch that has finite numbers.

    Parameters
    ----------
    runs : sequence of (name, Run)
    """
    lines = []
    for name, run in runs:
        s = run.settings
        about = (name, s.score, s.loss, s.learning_rate, _on(uses_bias(s)), s.start)
        lines += [(*about, epoch, *_numbers(run, epoch)) for epoch in range(run.last_epoch + 1)]
    return _csv(("run", "score", "loss", "learning_rate", "has_bias", "start", "epoch", *_CURVES, "bias"), lines)


def sweep_csv(sweep: Sweep) -> str:
    """The end of every run of a sweep, one line for each.

    Columns: loss, bias ("on" or "off"), learning_rate, test_accuracy, train_accuracy, test_loss, train_loss, outcome:
    "ok", "did not move" or "diverged in epoch n". The numbers of a run that diverged are those of its last epoch that
    has finite ones.
    """
    lines = []
    for cell in (cell for line in sweep.cells for cell in line):
        s, epoch = cell.settings, cell.last_epoch
        outcome = f"{DIVERGED} in epoch {cell.diverged_at}" if cell.trouble == DIVERGED else cell.trouble or "ok"
        ends = (cell.test_accuracy, cell.train_accuracy, cell.test_loss, cell.train_loss)
        lines.append((
            s.loss, _on(uses_bias(s)), s.learning_rate, *(float(curve[epoch]) for curve in ends), outcome,
        ))
    columns = (
        "loss", "bias", "learning_rate", "test_accuracy", "train_accuracy", "test_loss", "train_loss", "outcome",
    )
    return _csv(columns, lines)


def weights_npy(run: Run, image_shape: tuple[int, int]) -> bytes:
    """The weights after the last epoch with finite numbers, in NumPy's format: an array of ``image_shape``.

    Raises
    ------
    ValueError
        When the weights do not fill an image of that shape.
    """
    file = io.BytesIO()
    np.save(file, run.weights[run.last_epoch].reshape(image_shape), allow_pickle=False)
    return file.getvalue()


def weights_png(weights: NDArray[np.floating], image_shape: tuple[int, int], neutral: float) -> bytes:
    """The weights as a picture in the colours of the page, each pixel a square of whole screen pixels.

    Parameters
    ----------
    weights : (n_pixels,)
        Finite numbers.
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colours; the one farthest from it is at an end of them.
    """
    from PIL import Image

    reach = float(np.abs(weights - neutral).max()) or 1.0
    colours = diverging((weights.astype(float) - neutral) / (2 * reach) + 0.5).reshape(*image_shape, 3)
    times = -(-_WIDTH // image_shape[1])
    file = io.BytesIO()
    Image.fromarray(colours.repeat(times, axis=0).repeat(times, axis=1)).save(file, "PNG")
    return file.getvalue()


def diverging(places: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Colours of places from 0 to 1 on the scale, in between two stops a mixture of both: (…, 3) bytes."""
    stops = [stop for stop, _ in DIVERGING]
    parts = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in DIVERGING])
    return np.stack([np.interp(places, stops, part) for part in parts.T], axis=-1).round().astype(np.uint8)


def file_stem(settings: Settings, what: str) -> str:
    """A name for a file, without its ending: small letters, digits, hyphens and underscores, at most 80 of them.

    Parameters
    ----------
    settings : Settings
    what : str
        What is in the file, for instance "train"; it stands first.
    """
    first, second = settings.digits
    rate = f"{settings.learning_rate:g}".replace(".", "_")
    words = (
        f"{what} {settings.dataset} {first} vs {second} {settings.score} {LOSSES[settings.loss].label} rate {rate} "
        f"seed {settings.seed}"
    )
    stem = re.sub(r"[^a-z0-9_]+", "-", words.lower()).strip("-")
    return stem[:_LONGEST_NAME].strip("-")


def _numbers(run: Run, epoch: int) -> list[float]:
    return [float(getattr(run, name)[epoch]) for name in (*_CURVES, "biases")]


def _on(on: bool) -> str:
    return "on" if on else "off"


def _csv(columns: Sequence[str], lines: Iterable[Sequence]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return file.getvalue()
