"""For the page Train: the formulas of a run with its numbers in them, as LaTeX."""

from __future__ import annotations

import numpy as np

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES, sigmoid
from explorer.engine.schedule import rate_at
from explorer.engine.scores import SCORES
from explorer.engine.training import Run, scores_of

_words = texts.of("train")
# The learning rate of epoch e of a leg with n epochs: ``schedule.rate_at``.
_DECAYS = {
    "steps": r"\eta \cdot \left(\tfrac{1}{2}\right)^{\lfloor 4\,(e - 1) / n \rfloor}",
    "cosine": r"\frac{\eta}{2} \left(1 + \cos\left(\pi\, \frac{e - 1}{n}\right)\right)",
}


def _latex(value: float, spec: str = ".4f") -> str:
    if abs(value) < 1e6:
        return format(float(value), spec)
    digits, power = format(float(value), ".4e").split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def formulas(run: Run, dataset: Dataset) -> list[tuple[str, str]]:
    """The formulas of score, probability, loss and step as (what it is, LaTeX), in the lesson's order.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        Its first test image is the example.
    """
    s = run.last_leg
    score, loss = SCORES[s.score], LOSSES[s.loss]
    epoch = run.last_epoch
    rate = rate_at(run.settings, max(epoch, 1))
    bias = float(run.biases[epoch])
    n_pixels = dataset.X_train.shape[1]
    x, truth = dataset.X_test[0], int(dataset.y_test[0])
    weights = run.weights[epoch]
    value = float(scores_of(x[None], s, weights, bias)[0])
    probability = float(sigmoid(np.array(value)))
    parts = float(score.parts(x, weights).sum(dtype=np.float64))
    # A pixelwise loss reads minus the mean distance in place of the score.
    loss_input = -float(np.abs(x - weights).mean(dtype=np.float64)) if loss.pixelwise else value
    one_loss = float(loss.value(np.array([loss_input]), np.array([float(truth)]))[0])
    digit = dataset.digits[0] if truth else dataset.digits[1]
    penalty = rf" + {s.l2:g} \cdot w_j" if s.l2 else ""
    found = [
        (
            _words("formulas.score", digit=digit, pixels=n_pixels),
            rf"\begin{{aligned}} s &= {score.formula} \\ &= {_latex(parts)} {_latex(bias, '+.4f')} \\ "
            rf"&= {_latex(value)} \end{{aligned}}",
        ),
        (
            _words("formulas.probability", first=dataset.digits[0]),
            rf"p = \frac{{1}}{{1 + e^{{-s}}}} = \frac{{1}}{{1 + e^{{{_latex(-value)}}}}} = {probability:.6f}",
        ),
        (
            _words("formulas.loss_of_first" if truth else "formulas.loss_of_second", digit=digit),
            rf"\begin{{aligned}} \ell &= {loss.formula} \\ &= {_latex(one_loss, '.6f')} \end{{aligned}}",
        ),
        (
            _words("formulas.step"),
            rf"w_j \leftarrow w_j - {rate:g} \cdot \left("
            rf"\frac{{\partial\,\text{{average loss}}}}{{\partial w_j}}{penalty}\right)",
        ),
    ]
    if s.decay != "constant":
        found.append((_words("formulas.decay", epoch=f"{max(epoch, 1):,}"), rf"\eta_e = {_DECAYS[s.decay]} = {rate:g}"))
    return found
