"""For the page Train: why training works as it does, in short answers with the numbers of the run."""

from __future__ import annotations

import numpy as np

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.schedule import legs_of
from explorer.engine.training import Run, training_score
from explorer.lessons.words import number, percent

_words = texts.of("train")
_BOWLS = ("log_loss", "hinge")  # convex in the score: with a score that is linear in the weights, one big bowl
_FORMULA = "λ/2 · Σ weight²"


def reasons(run: Run, dataset: Dataset) -> list[str]:
    """Questions with their answers, in Markdown.

    Parameters
    ----------
    run : Run
    dataset : Dataset
        The one it was trained on.
    """
    s, last = run.settings, run.last_epoch
    losses = [leg.loss for leg in legs_of(s)]
    first, second = dataset.digits
    right = percent(run.test_accuracy[last])
    is_bowl = training_score(s).key == "multiply" and all(loss in _BOWLS for loss in losses)
    before, after = (number(np.square(run.weights[epoch], dtype=np.float64).sum(), ".3g") for epoch in (0, last))
    found = [
        _words("reasons.start_bowl" if is_bowl else "reasons.start_hills"),
        _words("reasons.accuracy", right=right, wrong=percent(1 - run.test_accuracy[last])),
        _words("reasons.penalty_on", formula=_FORMULA, l2=f"{s.l2:g}", before=before, after=after) if s.l2
        else _words("reasons.penalty_off", formula=_FORMULA),
        _words("reasons.median", first=first, second=second),
    ]
    if not all(LOSSES[loss].flat for loss in losses):
        found.append(_words(
            "reasons.seen", right=right, count=f"{len(dataset.X_test):,}", training=percent(run.train_accuracy[last]),
        ))
    return found
