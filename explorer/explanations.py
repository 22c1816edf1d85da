"""What a run did, in words and numbers: every figure in a sentence here comes from its arguments.

What is to be made of it, and what to try next, is in ``verdict.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from explorer.datasets import Dataset
from explorer.ledger import EXACT, decimal
from explorer.losses import LOSSES, sigmoid
from explorer.scores import SCORES
from explorer.training import Run, scores_of, training_rows, uses_bias

Array = NDArray[np.floating]

# From this correlation with the random start on, half of what a picture of weights shows is noise.
_SPECKLE = 0.5**0.5


@dataclass(frozen=True)
class Answers:
    """What a model answers to the test images, at the last epoch with finite numbers.

    Parameters
    ----------
    scores : (n_samples,)
    counts : (2, 2) of int
        Rows: the digit shown, the first above; columns: the answer, the first left.
    most_wrong : (k,) of int
        Rows of ``X_test``: the wrong answers, the worst first; where there are none, the right
        answers that were the closest.
    wrong : int
        How many answers are wrong.
    """

    scores: Array
    counts: NDArray[np.int64]
    most_wrong: NDArray[np.int64]
    wrong: int


def answers(run: Run, dataset: Dataset, most: int = 8) -> Answers:
    """What the trained model answers to the test images.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        The one it was trained on.
    most : int
        How many of the most wrong images to list.
    """
    epoch = run.last_epoch
    scores = scores_of(dataset.X_test, run.settings, run.weights[epoch], float(run.biases[epoch]))
    is_first, says_first = dataset.y_test == 1, scores > 0
    counts = np.array([
        [np.count_nonzero(shown & said) for said in (says_first, ~says_first)] for shown in (is_first, ~is_first)
    ])
    # How far each score lies on its right side of 0; wrong answers lie on the other.
    on_right_side = np.where(is_first, scores, -scores)
    wrong = np.flatnonzero(is_first != says_first)
    candidates = wrong if len(wrong) else np.arange(len(scores))
    order = np.argsort(on_right_side[candidates], kind="stable")[:most]
    return Answers(scores, counts, candidates[order], len(wrong))


def percent(share: float) -> str:
    """A share in [0, 1] for a sentence: 97.8 %. Only all is 100.0 %, only nothing is 0.0 %."""
    shown = round(100 * share, 1)
    if shown == 100 and share < 1:
        shown = 99.9
    if shown == 0 and share > 0:
        shown = 0.1
    return f"{shown:.1f}\N{NO-BREAK SPACE}%"


def number(value: float, spec: str = ".2f") -> str:
    """A number for a sentence, with a real minus sign, never −0.00; from a million on, with a power of ten."""
    text = format(float(value), spec if abs(value) < 1e6 else ".3g")
    if float(text) == 0:
        text = format(0.0, spec)
    return text.replace("-", "−")


def _latex(value: float, spec: str = ".4f") -> str:
    if abs(value) < 1e6:
        return format(float(value), spec)
    digits, power = format(float(value), ".4e").split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def curves_note(references: Sequence[tuple[str, float]]) -> str:
    """Which line of the learning curves is which, in Markdown, in the colours of the lines."""
    dashed = ", ".join(
        f":{color}[{name} {percent(accuracy)}]"
        for color, (name, accuracy) in zip(("green", "red"), references, strict=False)
    )
    return f":violet[Test digits], :gray[training digits]. Dashed, on the test digits: {dashed}."


def weights_note(run: Run, dataset: Dataset, where: str = "More choices") -> str:
    """How to read the picture of the weights, and which of them no image has ever moved.

    ``where``: what holds the choice of the start on this page.
    """
    neutral = SCORES[run.settings.score].neutral
    reach = float(np.abs(run.weights[: run.last_epoch + 1] - neutral).max())
    scale = (
        f"Colours reach from {number(neutral - reach, '.3g')} (darkest orange) over {neutral:g} (pale) "
        f"to {number(neutral + reach, '.3g')} (darkest blue)."
    )
    learned, start = run.weights[run.last_epoch].astype(np.float64), run.weights[0].astype(np.float64)
    speckle = np.corrcoef(start, learned)[0, 1] if run.settings.start == "random" and learned.std() else 0.0
    if speckle > _SPECKLE:
        return (
            f"{scale} It is mostly the random start still (correlation {speckle:.2f}): "
            f"with the start *zeros*, under *{where}*, you see only what was learned."
        )
    inkless = ~(dataset.X_train[: training_rows(dataset, run.settings)] > 0).any(0)
    still = inkless & (run.weights[run.last_epoch] == run.weights[0])
    if not still.any():
        return scale
    return f"{scale} {still.sum()} of the {len(inkless)} weights never moved: no training image has ink there."


@dataclass(frozen=True)
class Account:
    """How the score of one image comes about; the shown numbers add up exactly: total + bias = score.

    Parameters
    ----------
    parts : (n_pixels,)
        What each pixel adds.
    total, bias, score : Decimal
        Of all pixels, of the bias, and of both, rounded.
    probability : float
        That the image shows the first digit, in [0, 1].
    answer : int
        The digit that the model says it is.
    sentence : str
        The sum, the bias, the score, the probability and the answer.
    """

    parts: Array
    total: Decimal
    bias: Decimal
    score: Decimal
    probability: float
    answer: int
    sentence: str


SHOWN = Decimal("0.0001")  # the last digit of a score, and of what adds up to it


def image_account(run: Run, dataset: Dataset, image: int) -> Account:
    """The score of one test image, as a sum that adds up as shown.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    image : int
        A row of ``X_test``.
    """
    account = account_of(run, dataset, dataset.X_test[image])
    shown = dataset.digits[0] if dataset.y_test[image] else dataset.digits[1]
    rightly = "rightly" if account.answer == shown else "wrongly"
    return replace(account, sentence=f"Test image {image} shows a {shown}. {account.sentence[:-1]}, {rightly}.")


def account_of(run: Run, dataset: Dataset, x: Array, last: Decimal = SHOWN) -> Account:
    """The score of any image, as a sum that adds up as shown.

    Parameters
    ----------
    run : Run
        Its last epoch with finite numbers is the model.
    dataset : Dataset
        Its digits are read.
    x : (n_pixels,)
    last : Decimal
        The last digit to round the shown numbers to.
    """
    epoch = run.last_epoch
    weights, bias = run.weights[epoch], float(run.biases[epoch])
    score = SCORES[run.settings.score]
    parts = score.parts(x, weights)
    total, offset = decimal(parts.sum(dtype=np.float64), last), decimal(bias, last)
    value = EXACT.add(total, offset)
    # The model's own score decides the answer; the shown one differs from it by rounding alone.
    answer = dataset.digits[0] if scores_of(x[None], run.settings, weights, bias)[0] > 0 else dataset.digits[1]
    probability = float(sigmoid(np.array(float(value))))
    bias_words = f" + bias {number(offset, '.4f')}" if uses_bias(run.settings) else ", no bias"
    return Account(parts, total, offset, value, probability, answer, (
        f"Sum of {score.summand} over {len(x)} pixels: "
        f"{number(total, '.4f')}{bias_words} = score {number(value, '.4f')}. "
        f"That is a probability of {percent(probability)} for {dataset.digits[0]}: it answers **{answer}**."
    ))


def formulas(run: Run, dataset: Dataset) -> list[tuple[str, str]]:
    """The formulas of a run with its numbers in them, as (what it is, LaTeX), in the lesson's order.

    Parameters
    ----------
    run : Run
    dataset : Dataset
    """
    s = run.settings
    score, loss = SCORES[s.score], LOSSES[s.loss]
    epoch = run.last_epoch
    bias = float(run.biases[epoch])
    n_pixels = dataset.X_train.shape[1]
    x, truth = dataset.X_test[0], int(dataset.y_test[0])
    weights = run.weights[epoch]
    value = float(scores_of(x[None], s, weights, bias)[0])
    probability = float(sigmoid(np.array(value)))
    parts = float(score.parts(x, weights).sum(dtype=np.float64))
    read = -float(np.abs(x - weights).mean(dtype=np.float64)) if loss.pixelwise else value
    one_loss = float(loss.value(np.array([read]), np.array([float(truth)]))[0])
    digit = dataset.digits[0] if truth else dataset.digits[1]
    penalty = rf" + {s.l2:g} \cdot w_j" if s.l2 else ""
    return [
        (
            f"The score of test image 0, a {digit}: {n_pixels} pixels and the bias",
            rf"\begin{{aligned}} s &= {score.formula} \\ &= {_latex(parts)} {_latex(bias, '+.4f')} \\ "
            rf"&= {_latex(value)} \end{{aligned}}",
        ),
        (
            f"The probability that it is a {dataset.digits[0]}",
            rf"p = \frac{{1}}{{1 + e^{{-s}}}} = \frac{{1}}{{1 + e^{{{_latex(-value)}}}}} = {probability:.6f}",
        ),
        (
            f"Its loss; the truth is t = {truth}, and so the probability given to it is p_true = "
            + ("p" if truth else "1 − p"),
            rf"\begin{{aligned}} \ell &= {loss.formula} \\ &= {_latex(one_loss, '.6f')} \end{{aligned}}",
        ),
        (
            "One step: every weight goes against the slope of the average loss",
            rf"w_j \leftarrow w_j - {s.learning_rate:g} \cdot \left("
            rf"\frac{{\partial\,\text{{average loss}}}}{{\partial w_j}}{penalty}\right)",
        ),
    ]
