"""Painted weights and descent from them as a plain NumPy program, for the page Be the optimiser."""

from __future__ import annotations

import textwrap

from explorer.engine.settings import Settings
from explorer.engine.training import Run
from explorer.export import run_program
from explorer.export.loading import loading
from explorer.export.program import Part, Program
from explorer.lessons.be_the_optimiser.measures import Measured
from explorer.lessons.be_the_optimiser.painting import LEVELS, Cells

_SIGNS = {"multiply": ".+-", "distance": ".#o"}  # by score, for the levels 0, 1 and 2
_MEANING = {
    "multiply": "+ is a weight of 1, for a {first}; - is -1, for a {second}; a dot is 0, for neither",
    "distance": "# is 1, o is one half, which does not matter, and a dot is 0",
}
STARTS = "from the painted weights", "from zeros"


def of_painting(settings: Settings, cells: Cells, bias: float, image_shape: tuple[int, int]) -> Program:
    """A program that measures a painting, trains from it and from zeros, and prints ``printed_painting``.

    Parameters
    ----------
    settings : Settings
        Of the descent, from zeros and without a penalty.
    cells : (n_pixels,) of 0, 1 or 2
        The painting.
    bias : float
        Of the painting.
    image_shape : (height, width)
    """
    first, second = settings.digits
    parts = loading(settings, (
        f"Weights painted by hand in Pixels and weights, in plain NumPy: how well they tell a {first} from a {second}, "
        "and what descent makes of them."
    ))
    parts.append(_painting(settings, cells, bias, image_shape))
    *before, steps = run_program.training_parts(settings)
    parts += [*before, _measure()]
    mine, others = STARTS
    parts.append(Part(
        f"{steps.words} Once from the painted weights and once from zeros, with the same batches.",
        f'starts = {{"{mine}": (painted, painted_bias), "{others}": (weights, bias)}}\n'
        "for start, (weights, bias) in starts.items():\n"
        f"{textwrap.indent(steps.code, '    ')}\n"
        "    measure(start, weights, bias)",
    ))
    return Program(tuple(parts))


def printed_painting(result: Measured, seen: Measured, runs: tuple[Run, Run]) -> str:
    """What the program of a painting prints.

    Parameters
    ----------
    result, seen : Measured
        The painting on the unseen images, and on the training images.
    runs : (Run, Run)
        The descents from it, and from zeros.
    """
    lines = [_line("painted", result.accuracy, result.loss, seen.accuracy, seen.loss)]
    for start, run in zip(STARTS, runs, strict=True):
        at = run.last_epoch
        lines.append(_line(
            start, run.test_accuracy[at], run.test_loss[at], run.train_accuracy[at], run.train_loss[at],
        ))
    return "\n".join(lines)


def _line(name: str, test_accuracy: float, test_loss: float, train_accuracy: float, train_loss: float) -> str:
    numbers = run_program.numbers(test_accuracy, test_loss, train_loss)
    return f"{name}: {numbers}, training accuracy {train_accuracy:.4f}"


def _painting(settings: Settings, cells: Cells, bias: float, image_shape: tuple[int, int]) -> Part:
    first, second = settings.digits
    signs, levels = _SIGNS[settings.score], LEVELS[settings.score]
    rows = ["".join(signs[level] for level in row) for row in cells.reshape(image_shape).tolist()]
    values = ", ".join(f'"{sign}": {level:g}' for sign, level in zip(signs, levels, strict=True))
    meaning = _MEANING[settings.score].format(first=first, second=second)
    return Part(f"The painting, a sign for each pixel: {meaning}.", "\n".join([
        'painting = """', *rows, '"""', f"values = {{{values}}}",
        'painted = np.array([values[sign] for sign in painting.replace("\\n", "")], np.float32)',
        f"painted_bias = np.float32({bias!r})",
    ]))


def _measure() -> Part:
    line = run_program.numbers_code().replace(", training loss", ', "\n          f"training loss')
    return Part("How many digits it gets right, and the mean losses.", "\n".join([
        "def measure(name, weights, bias):",
        "    scores, test_scores = predict(X_train, weights, bias), predict(X_test, weights, bias)",
        "    accuracy = ((test_scores > 0) == (y_test == 1)).mean()",
        "    test_loss = loss(test_scores, y_test).mean(dtype=float)",
        "    train_loss = loss(scores, y_train).mean(dtype=float)",
        "    train_accuracy = ((scores > 0) == (y_train == 1)).mean()",
        f'    print(f"{{name}}: {line}, training accuracy {{train_accuracy:.4f}}")',
        "",
        'measure("painted", painted, painted_bias)',
    ]))
