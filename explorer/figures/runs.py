"""The curves of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from explorer import texts
from explorer.figures.base import Figure, epoch_mark, figure, in_table, margin, reaching_far, stretched, stretched_axis
from explorer.figures.colours import GRAPHITE, NEUTRAL, TRAIN
from explorer.lessons import goal as lesson
from explorer.lessons.runs import Curves

_words = texts.of("runs")
_GAP = 0.04  # of the axis: the names of two legs have room side by side
_POINTS = 40  # with fewer, each is marked
_FAR = 140  # times the median: a loss that falls steadily begins at some 50 to 130 times what it becomes


def learning_curves(
    curves: Curves, references: Sequence[tuple[str, float]] = (), epoch: float | None = None, height: int = 370,
    goal: float | None = None, legs: Sequence[int] = (),
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
    goal : float, optional
        A share of right answers: a line, and a ring where the curve of the test images reaches it.
    legs : sequence of int
        The epochs after which another leg of the training begins, to mark with a line and the number of that leg.
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
    traces += goal_traces(curves, goal, "y2")
    lowest = min(
        np.nanmin(curves.train_accuracy), np.nanmin(curves.test_accuracy), *(accuracy for _, accuracy in references),
    )
    at = None if epoch is None else float(stretched(epoch, curves.steps))
    marks = list(_leg_marks(legs, curves.steps, float(places[-1])))
    far = reaching_far(np.concatenate([curves.train_loss, curves.test_loss]), _FAR, most=3)
    return figure(dict(data=traces, layout=dict(
        xaxis=stretched_axis(last, curves.steps, anchor="y"),
        yaxis=dict(title=dict(text=_words("curves.loss")), domain=[0, 0.37]) | (far or dict(rangemode="tozero")),
        yaxis2=dict(
            title=dict(text=_words("curves.accuracy")), domain=[0.45, 1], tickformat=".0%",
            range=[0 if lowest < 0.4 else 0.4, 1.01], anchor="x",
        ),
        showlegend=False, annotations=[name for _, name in marks],
        shapes=[line for line, _ in marks] + epoch_mark(at),
        margin=margin(left=72, bottom=48), hovermode="closest", height=height,
    )))


def goal_traces(curves: Curves, goal: float | None, axis: str) -> list[dict]:
    """A line at a goal on the axis of the accuracies, and a ring where the accuracy on the test images reaches it."""
    if goal is None:
        return []
    name, end = lesson.line_name(goal), float(stretched(curves.epochs[-1], curves.steps))
    traces = [dict(
        type="scatter", x=[0, end], y=[goal, goal], mode="lines", yaxis=axis, name=name,
        line=dict(color=GRAPHITE, width=1.5, dash="dashdot"), meta=in_table(level=True),
        hovertemplate=f"{name}<extra></extra>",
    )]
    found = lesson.progress(curves, goal)
    moment = found.moment if found.epoch is None else found.epoch
    if moment is not None:
        at = int(np.flatnonzero(curves.epochs == moment)[0])
        traces.append(dict(
            type="scatter", x=[float(stretched(moment, curves.steps))], y=[float(curves.test_accuracy[at])],
            mode="markers", yaxis=axis, name=name, meta=in_table(mark=True),
            marker=dict(symbol="circle-open", size=14, color=GRAPHITE, line=dict(width=3)),
            hovertemplate=f"{_words('curves.reached', when=lesson.when(found, curves.steps))}<extra></extra>",
        ))
    return traces


def _leg_marks(legs: Sequence[int], steps: int, end: float) -> Iterator[tuple[dict, dict]]:
    """The lines where legs begin, and the numbers of these legs; without a number where there is no room for it."""
    before = 0.0
    for number, epoch in enumerate(legs, 2):
        place = float(stretched(epoch, steps))
        named = place - before >= _GAP * end
        before = place if named else before
        yield dict(
            type="line", x0=place, x1=place, y0=0, y1=1, yref="paper", line=dict(color=TRAIN, width=1, dash="dot"),
        ), dict(
            # Between the two panels, where no curve runs.
            text=f"{number}" if named else "", x=place, xshift=-2, y=0.41, yref="paper", xanchor="right",
            yanchor="middle", showarrow=False, font=dict(size=12),
        )
