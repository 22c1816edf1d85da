"""The curves of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.engine.training import Run
from explorer.figures.base import Figure, epoch_axis, epoch_mark, figure, in_table, margin
from explorer.figures.colours import OTHERS, TEST, TRAIN


def learning_curves(
    run: Run, references: Sequence[tuple[str, float]] = (), epoch: int | None = None, height: int = 400
) -> Figure:
    """Accuracy above, loss below, against the epoch; the accuracies of other models as dashed lines.

    Parameters
    ----------
    run : Run
    references : sequence of (name, accuracy)
        Accuracies on the test images, in [0, 1].
    epoch : int, optional
        One to mark with a line.
    height : int
        In screen pixels.
    """
    epochs = np.arange(len(run.train_loss))
    last = len(epochs) - 1
    traces = []
    for kind, color, width, accuracies, losses in (
        ("training", TRAIN, 2, run.train_accuracy, run.train_loss),
        ("test", TEST, 2.5, run.test_accuracy, run.test_loss),
    ):
        line = dict(color=color, width=width)
        # With few epochs, show the points too.
        mode = "lines+markers" if run.last_epoch < 10 else "lines"
        traces.append(dict(
            type="scatter", x=epochs, y=accuracies, mode=mode, name=kind, line=line, yaxis="y2",
            hovertemplate=f"{kind} digits, epoch %{{x}}<br>%{{y:.2%}} right<extra></extra>",
        ))
        traces.append(dict(
            type="scatter", x=epochs, y=losses, mode=mode, name=kind, line=line, yaxis="y",
            hovertemplate=f"{kind} digits, epoch %{{x}}<br>loss %{{y:.5g}}<extra></extra>",
        ))
    for i, (name, accuracy) in enumerate(references):
        traces.append(dict(
            type="scatter", x=[0, last], y=[accuracy, accuracy], mode="lines", yaxis="y2",
            name=name, line=dict(color=OTHERS[i % len(OTHERS)], width=1.5, dash="dash"), meta=in_table(level=True),
            hovertemplate=f"{name}<br>%{{y:.2%}} of the test digits<extra></extra>",
        ))
    lowest = min(
        np.nanmin(run.train_accuracy), np.nanmin(run.test_accuracy), *(accuracy for _, accuracy in references),
    )
    return figure(dict(data=traces, layout=dict(
        xaxis=epoch_axis(last, anchor="y"),
        yaxis=dict(title=dict(text="loss"), domain=[0, 0.37], rangemode="tozero"),
        yaxis2=dict(
            title=dict(text="right answers"), domain=[0.45, 1], tickformat=".0%",
            range=[0 if lowest < 0.4 else 0.4, 1.01], anchor="x",
        ),
        showlegend=False, shapes=epoch_mark(epoch),
        margin=margin(left=72, bottom=48), hovermode="closest", height=height,
    )))
