"""The score of one image as a sum whose shown numbers add up exactly; for the pages Start, One image and Train."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import sigmoid
from explorer.engine.scores import SCORES
from explorer.engine.training import Run, scores_of, uses_bias
from explorer.lessons.words import chance, number

Array = NDArray[np.floating]

_words = texts.of("runs")

# Room for the largest float32, which has 39 digits before the point: a run that diverges gets there.
EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)
SHOWN = Decimal("0.0001")  # the last digit shown of a score and of its summands
HUNDREDTHS = Decimal("0.01")  # the same on the balance


def decimal(value: float, last: Decimal) -> Decimal:
    """The number rounded to its last shown digit; NaN where it is not finite."""
    return Decimal(float(value)).quantize(last, context=EXACT) if math.isfinite(value) else Decimal("NaN")


@dataclass(frozen=True)
class ScoreSum:
    """The summands of the score of one image; the shown numbers add up exactly: total + bias = score.

    Parameters
    ----------
    parts : (n_pixels,)
        What each pixel adds.
    total, bias, score : Decimal
        The sum over all pixels, the bias, and the sum of both, rounded.
    probability : float
        That the image shows the first digit, in [0, 1].
    answer : int
        The digit that the model answers.
    """

    parts: Array
    total: Decimal
    bias: Decimal
    score: Decimal
    probability: float
    answer: int


def sentence_of_test_image(run: Run, dataset: Dataset, image: int) -> str:
    """The score of one test image as a sum, its probability, the answer, and whether that is correct.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    image : int
        A row of ``X_test``.
    """
    total = score_sum(run, dataset, dataset.X_test[image], HUNDREDTHS)
    first, second = dataset.digits
    truth = first if dataset.y_test[image] else second
    sign = "−" if total.bias < 0 else "+"
    return _words(
        "sum.with_bias" if uses_bias(run.last_leg) else "sum.without_bias", image=image, truth=truth,
        summand=SCORES[run.settings.score].summand, count=f"{dataset.X_test.shape[1]:,}", total=number(total.total),
        sign=sign, bias=number(abs(total.bias)), score=number(total.score), first=first, answer=total.answer,
        probability=chance(total.probability), correct=_words("sum.correct" if total.answer == truth else "sum.wrong"),
    )


def score_sum(run: Run, dataset: Dataset, x: Array, last: Decimal = SHOWN) -> ScoreSum:
    """The score of any image as a sum.

    Parameters
    ----------
    run : Run
        The model is that of its last epoch with finite numbers.
    dataset : Dataset
        Only its digits are read.
    x : (n_pixels,)
    last : Decimal
        The last digit of the rounded numbers.
    """
    epoch = run.last_epoch
    weights, bias = run.weights[epoch], float(run.biases[epoch])
    score = SCORES[run.settings.score]
    parts = score.parts(x, weights)
    total, offset = decimal(parts.sum(dtype=np.float64), last), decimal(bias, last)
    value = EXACT.add(total, offset)
    # The model's own score decides the answer; the shown one may differ from it by rounding.
    answer = dataset.digits[0] if scores_of(x[None], run.settings, weights, bias)[0] > 0 else dataset.digits[1]
    probability = float(sigmoid(np.array(float(value))))
    return ScoreSum(parts, total, offset, value, probability, answer)
