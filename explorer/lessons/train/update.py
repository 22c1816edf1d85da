"""For the page Train: one update of the weights with every number in it, and as a table.

``step_of_run`` takes a step of a run again and keeps what the trainer computes. ``update_table`` lists the
arithmetic of one weight and of the bias, in decimals, so that every line adds up exactly as shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES, sigmoid
from explorer.engine.schedule import leg_at, rate_at
from explorer.engine.settings import Settings
from explorer.engine.training import Models, Run, batches, training_rows, training_score, uses_bias
from explorer.lessons.sums import EXACT, decimal

Array = NDArray[np.floating]

_words = texts.of("train")

_LAST = Decimal("0.000001")  # the last digit shown in the table
_IMAGES_SHOWN = 5  # the other images of a batch share one line


@dataclass(frozen=True)
class Step:
    """Every number of one update of one model on one batch.

    Parameters
    ----------
    settings : Settings
        Of the leg of the training that it belongs to.
    learning_rate : float
    rows : slice
        The batch, as rows of ``X_train``.
    scores, probabilities, losses, errors : (batch,)
        Of each image before the update; ``errors`` are the derivatives of the losses with respect to the scores.
    weight_gradient, bias_gradient : (n_pixels,), float
        Averages over the batch, the L2 penalty included.
    weights_before, weights_after : (n_pixels,)
    bias_before, bias_after : float
    loss_before, loss_after : float
        Mean loss of this batch before and after the update, without the penalty.
    """

    settings: Settings
    learning_rate: float
    rows: slice
    scores: Array
    probabilities: Array
    losses: Array
    errors: Array
    weight_gradient: Array
    bias_gradient: float
    weights_before: Array
    weights_after: Array
    bias_before: float
    bias_after: float
    loss_before: float
    loss_after: float


def one_step(
    dataset: Dataset, settings: Settings, rows: slice, weights: Array, bias: float, learning_rate: float | None = None
) -> Step:
    """One update of one model, with the same arithmetic as ``train_many``.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
        Only the score, the loss, the learning rate, the bias and L2 are read.
    rows : slice
        The batch, as rows of ``dataset.X_train``.
    weights : (n_pixels,)
    bias : float
        Where these settings have none, it is set to 0 first.
    learning_rate : float, optional
        Instead of that of ``settings``.
    """
    rate = settings.learning_rate if learning_rate is None else learning_rate
    X, truth = dataset.X_train[rows], dataset.y_train[rows, None]
    loss = LOSSES[settings.loss]
    with np.errstate(over="ignore", invalid="ignore"):
        model = Models([settings], np.array([weights]), np.array([bias], weights.dtype))
        model.follow([settings], [rate])
        bias = float(model.biases[0])
        scores = model.loss_inputs(X)
        errors = model.derivatives(scores, truth)
        weight_gradient, bias_gradient = model.gradients(X, errors)
        losses = loss.value(scores, truth)[:, 0]
        model.step(weight_gradient, bias_gradient)
        return Step(
            settings=settings, learning_rate=rate, rows=rows,
            scores=scores[:, 0], probabilities=sigmoid(scores[:, 0]), losses=losses,
            errors=errors[:, 0], weight_gradient=weight_gradient[0], bias_gradient=float(bias_gradient[0]),
            weights_before=weights, weights_after=model.weights[0],
            bias_before=bias, bias_after=float(model.biases[0]),
            loss_before=float(losses.mean()), loss_after=float(loss.value(model.loss_inputs(X), truth).mean()),
        )


def push(settings: Settings, digits: tuple[int, int]) -> str:
    """How images move weights, in words, for the loss and the score that are trained."""
    kind = (
        "push_pixelwise" if LOSSES[settings.loss].pixelwise
        else "push" if training_score(settings).key == "multiply" else "push_distance"
    )
    return _words(f"update.{kind}", first=digits[0], second=digits[1])


def step_of_run(dataset: Dataset, run: Run, epoch: int, batch: int) -> Step:
    """A step of a run, taken again from the weights at the start of its epoch.

    Parameters
    ----------
    dataset : Dataset
        The one that the run was trained on.
    run : Run
    epoch : int
        From 1.
    batch : int
        The number of the step in the epoch, from 0.

    Raises
    ------
    IndexError
        Where the run has no such epoch or the epoch no such batch.
    """
    if not 1 <= epoch <= run.last_epoch + 1 or epoch > run.settings.all_epochs:
        raise IndexError(f"the run has no epoch {epoch}")
    leg, rate = leg_at(run.settings, epoch), rate_at(run.settings, epoch)
    order = batches(training_rows(dataset, run.settings), run.settings, epoch)
    weights, bias = run.weights[epoch - 1], float(run.biases[epoch - 1])
    for rows in order[:batch]:
        step = one_step(dataset, leg, rows, weights, bias, rate)
        weights, bias = step.weights_after, step.bias_after
    return one_step(dataset, leg, order[batch], weights, bias, rate)


@dataclass(frozen=True)
class Row:
    """One line of the table: None is an empty cell, NaN a number that is not finite because the run diverged."""

    label: str
    cells: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class UpdateTable:
    """One update of one weight and of the bias.

    Parameters
    ----------
    columns : tuple of str
        Headings of the cells: factor, error, error × factor. The average of the errors is the gradient of
        the bias, that of the products the gradient of the weight.
    images : tuple of Row
        A line for each of the images with the largest products, and one for the sum of the others.
    totals : tuple of Row
        Sum, average, penalty if any, change, before, after: of the bias below the errors (None
        where there is no bias), of the weight below the products.
    """

    columns: tuple[str, ...]
    images: tuple[Row, ...]
    totals: tuple[Row, ...]


def update_table(step: Step, dataset: Dataset, pixel: int) -> UpdateTable:
    """The arithmetic of one update of the weight of one pixel; each line follows exactly from the lines above it.

    Parameters
    ----------
    step : Step
    dataset : Dataset
    pixel : int
        Counted row by row from 0.
    """
    s = step.settings
    score = training_score(s)
    X, y = dataset.X_train[step.rows], dataset.y_train[step.rows]
    factors = score.pixel_derivative(X[:, pixel], step.weights_before[pixel])
    # A pixelwise loss is a mean over the pixels, so each pixel has a share of its error.
    errors = step.errors / (X.shape[1] if LOSSES[s.loss].pixelwise else 1)
    largest = np.argsort(-np.abs(factors * errors), kind="stable")
    labels = [
        _words("update.image", image=step.rows.start + i, digit=dataset.digits[0 if is_first else 1])
        for i, is_first in enumerate(y)
    ]
    with localcontext(EXACT):
        images, sums = _image_rows(
            labels, [decimal(f, _LAST) for f in factors], [decimal(e, _LAST) for e in errors], largest.tolist()
        )
        bias, weight = decimal(step.bias_before, _LAST), decimal(step.weights_before[pixel], _LAST)
        totals = _total_rows(sums, len(labels), s, step.learning_rate, bias, weight)
    if not uses_bias(s):
        totals = [Row(row.label, (None, None, row.cells[2])) for row in totals]
    factor = score.pixel_derivative_label
    columns = (factor, _words("update.error"), _words("update.product", factor=factor))
    return UpdateTable(columns, tuple(images), tuple(totals))


def _image_rows(
    labels: list[str], factors: list[Decimal], errors: list[Decimal], largest: list[int]
) -> tuple[list[Row], tuple[Decimal, Decimal]]:
    """The lines of the images, and the sums of the errors and of the products; ``largest``: the images in order."""
    products = [(f * e).quantize(_LAST) for f, e in zip(factors, errors, strict=True)]
    n = len(labels)
    shown = sorted(largest[:_IMAGES_SHOWN]) if n > _IMAGES_SHOWN + 1 else range(n)
    rest = sorted(set(range(n)) - set(shown))
    rows = [Row(labels[i], (factors[i], errors[i], products[i])) for i in shown]
    if rest:
        rest_sums = sum(errors[i] for i in rest), sum(products[i] for i in rest)
        rows.append(Row(_words("update.others", count=f"{len(rest):,}"), (None, *rest_sums)))
    return rows, (sum(errors), sum(products))


def _total_rows(
    sums: tuple[Decimal, Decimal], n: int, settings: Settings, learning_rate: float, bias: Decimal, weight: Decimal
) -> list[Row]:
    """The lines below those of the ``n`` images, from their sums to the bias and the weight after the update."""
    averages = tuple((total / n).quantize(_LAST) for total in sums)
    count = f"{n:,}"
    lines = [(_words("update.sum", count=count), sums)]
    gradients = averages
    if settings.l2:
        penalty = (Decimal(str(settings.l2)) * weight).quantize(_LAST)
        gradients = averages[0], averages[1] + penalty
        lines += [
            (_words("update.average", count=count), averages),
            (_words("update.penalty", l2=f"{settings.l2:g}"), (Decimal(0).quantize(_LAST), penalty)),
            (_words("update.both"), gradients),
        ]
    else:
        lines.append((_words("update.gradient", count=count), averages))
    rate = Decimal(f"{learning_rate:g}")  # as it is shown: a decay gives rates of many digits
    changes = tuple((-rate * gradient).quantize(_LAST) for gradient in gradients)
    lines += [
        (_words("update.step", rate=f"{rate:f}"), changes),
        (_words("update.before"), (bias, weight)),
        (_words("update.after"), (bias + changes[0], weight + changes[1])),
    ]
    return [Row(label, (None, *cells)) for label, cells in lines]
