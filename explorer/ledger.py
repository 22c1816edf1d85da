"""One update in numbers, as lines that add up exactly as shown: decimals, not floats."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

import numpy as np

from explorer.datasets import Dataset
from explorer.losses import LOSSES
from explorer.training import Run, Step, training_score, uses_bias

# Room for the largest float32, of 39 digits before the point: a run that diverges gets there.
EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)
_LAST = Decimal("0.000001")
_IMAGES_SHOWN = 5


@dataclass(frozen=True)
class Row:
    """One line; an empty cell is None, a number that is none (a run that diverged) a NaN."""

    label: str
    cells: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Ledger:
    """One update of one weight, and of the bias.

    Parameters
    ----------
    columns : tuple of str
        Headings of the cells: factor, error, error × factor. The errors add up to the gradient of
        the bias, whose pixel is always 1; the products to that of the weight.
    images : tuple of Row
        A line for the images that pull hardest, and one for the others together.
    totals : tuple of Row
        Sum, average, penalty if any, change, before, after: of the bias under the errors (None
        where there is no bias), of the weight under the products.
    """

    columns: tuple[str, ...]
    images: tuple[Row, ...]
    totals: tuple[Row, ...]


def decimal(number: float, last: Decimal = _LAST) -> Decimal:
    """A number rounded to its last shown digit; NaN for what is not a finite number."""
    return Decimal(float(number)).quantize(last, context=EXACT) if math.isfinite(number) else Decimal("NaN")


def update_ledger(step: Step, dataset: Dataset, run: Run, pixel: int) -> Ledger:
    """The arithmetic of one update for one pixel: each line follows from the lines above it, as shown.

    Parameters
    ----------
    step : Step
    dataset : Dataset
    run : Run
        The one that the step belongs to; its settings are read.
    pixel : int
        Which weight, counted row by row from 0.
    """
    s = run.settings
    score = training_score(s)
    X, y = dataset.X_train[step.rows], dataset.y_train[step.rows]
    factors = score.pixel_slope(X[:, pixel], step.weights_before[pixel])
    # A pixelwise loss reads a mean over the pixels: its error is spread over them.
    errors = step.errors / (X.shape[1] if LOSSES[s.loss].pixelwise else 1)
    hardest = np.argsort(-np.abs(factors * errors), kind="stable")
    labels = [
        f"no. {step.rows.start + i}, a {dataset.digits[0] if is_first else dataset.digits[1]}"
        for i, is_first in enumerate(y)
    ]
    with localcontext(EXACT):
        images, sums = _image_rows(
            labels, [decimal(f) for f in factors], [decimal(e) for e in errors], hardest.tolist()
        )
        totals = _total_rows(sums, len(labels), s, decimal(step.bias_before), decimal(step.weights_before[pixel]))
    if not uses_bias(s):
        totals = [Row(row.label, (None, None, row.cells[2])) for row in totals]
    factor = score.pixel_slope_label
    return Ledger((factor, "error", f"error × {factor}"), tuple(images), tuple(totals))


def _image_rows(labels, factors, errors, hardest) -> tuple[list[Row], tuple[Decimal, Decimal]]:
    products = [(f * e).quantize(_LAST) for f, e in zip(factors, errors, strict=True)]
    n = len(labels)
    shown = sorted(hardest[:_IMAGES_SHOWN]) if n > _IMAGES_SHOWN + 1 else range(n)
    rest = sorted(set(range(n)) - set(shown))
    rows = [Row(labels[i], (factors[i], errors[i], products[i])) for i in shown]
    if rest:
        others = sum(errors[i] for i in rest), sum(products[i] for i in rest)
        rows.append(Row(f"the other {len(rest):,}", (None, *others)))
    return rows, (sum(errors), sum(products))


def _total_rows(sums, n, settings, bias, weight) -> list[Row]:
    averages = tuple((total / n).quantize(_LAST) for total in sums)
    lines = [(f"sum of {n:,}", sums)]
    gradients = averages
    if settings.l2:
        penalty = (Decimal(str(settings.l2)) * weight).quantize(_LAST)
        gradients = averages[0], averages[1] + penalty
        lines += [
            (f"÷ {n:,} = average", averages),
            (f"penalty {settings.l2:g} × weight", (Decimal(0).quantize(_LAST), penalty)),
            ("gradient = both", gradients),
        ]
    else:
        lines.append((f"÷ {n:,} = gradient", averages))
    rate = Decimal(str(settings.learning_rate))
    changes = tuple((-rate * gradient).quantize(_LAST) for gradient in gradients)
    lines += [
        (f"× −{settings.learning_rate:g} = change", changes),
        ("before", (bias, weight)),
        ("after", (bias + changes[0], weight + changes[1])),
    ]
    return [Row(label, (None, *cells)) for label, cells in lines]
