"""The curves of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer import texts
from explorer.figures.base import Figure, epoch_mark, figure, in_table, margin, reaching_far, stretched, stretched_axis
from explorer.figures.colours import GRAPHITE, NEUTRAL, TRAIN
from explorer.lessons.runs import Curves

_words = texts.of("runs")
_POINTS = 40  # with fewer, each is marked
_FAR = 140  # times the median: a loss that falls steadily begins at some 50 to 130 times what it becomes


def learning_curves(
    curves: Curves, references: Sequence[tuple[str, float]] = (), epoch: float | None = None, height: int = 370
) -> Figure:
    """Accuracy above, loss below, against the epoch; the accuracies of other models as dashed lines.

    Parameters
    ----------
    curves : Curves
    references : sequence of (name, accuracy)
        Accuracies on the test images, in [0, 1].
    epoch : float, optional
        One to mark with a line.
    height : int
        In screen pixels.
    """
    last, places = int(curves.epochs[-1]), stretched(curves.epochs, curves.steps).astype(np.float32)
    mode = "lines+markers" if np.isfinite(curves.train_loss).sum() < _POINTS else "lines"
    traces = []
    for kind, color, width, accuracies, losses in (
        ("training", TRAIN, 1.2, curves.train_accuracy, curves.train_loss),
        ("test", GRAPHITE, 2.5, curves.test_accuracy, curves.test_loss),
    ):
        for axis, values, hover in (("y2", accuracies, "%{y:.1%} right"), ("y", losses, "loss %{y:.3g}")):
            traces.append(dict(
                type="scatter", x=places, y=values, mode=mode, name=kind, yaxis=axis,
                line=dict(color=color, width=width), marker=dict(size=2 * width),
                customdata=curves.epochs.astype(np.float32), meta=in_table(x="epoch", at=curves.epochs),
                hovertemplate=f"{_words(f'curves.{kind}')}<br>{hover}<extra></extra>",
            ))
    for (name, accuracy), dash in zip(references, ("dash", "dot", "dashdot"), strict=False):
        traces.append(dict(
            type="scatter", x=[0, float(places[-1])], y=[accuracy, accuracy], mode="lines", yaxis="y2",
            name=name, line=dict(color=NEUTRAL, width=1.5, dash=dash), meta=in_table(level=True),
            hovertemplate=f"{name}<br>%{{y:.1%}} of the test digits<extra></extra>",
        ))
    lowest = min(
        np.nanmin(curves.train_accuracy), np.nanmin(curves.test_accuracy), *(accuracy for _, accuracy in references),
    )
    far = reaching_far(np.concatenate([curves.train_loss, curves.test_loss]), _FAR, most=3)
    return figure(dict(data=traces, layout=dict(
        xaxis=stretched_axis(last, curves.steps, anchor="y"),
        yaxis=dict(title=dict(text=_words("curves.loss")), domain=[0, 0.37]) | (far or dict(rangemode="tozero")),
        yaxis2=dict(
            title=dict(text=_words("curves.accuracy")), domain=[0.45, 1], tickformat=".0%",
            range=[0 if lowest < 0.4 else 0.4, 1.01], anchor="x",
        ),
        showlegend=False, shapes=epoch_mark(None if epoch is None else float(stretched(epoch, curves.steps))),
        margin=margin(left=72, bottom=48), hovermode="closest", height=height,
    )))
