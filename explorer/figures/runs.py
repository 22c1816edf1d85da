"""The curves of a run, and the player for figures with a frame for each epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.engine.training import Run
from explorer.figures.base import epoch_axis, figure, in_table, margin
from explorer.figures.colours import OTHERS, TEST, TRAIN


def learning_curves(run: Run, references: Sequence[tuple[str, float]] = ()) -> go.Figure:
    """Accuracy above, loss below, against the epoch; the accuracies of other models as dashed lines.

    Parameters
    ----------
    run : Run
    references : sequence of (name, accuracy)
        Accuracies on the test images, in [0, 1].
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
        showlegend=False,
        margin=margin(left=72, bottom=48), hovermode="closest", height=400,
    )))


def epoch_player(names: Sequence[str], epochs: Sequence[int], room: float = 282) -> dict:
    """The slider over the epochs and its buttons, for the layout of a figure with frames; it starts at the last frame.

    Parameters
    ----------
    names : sequence of str
        The names of the frames.
    epochs : sequence of int
        The epoch that each of them shows.
    room : float
        The height between the margins, in screen pixels. The bottom margin must be 108.
    """
    def animation(durations: list[float], fromcurrent: bool = True) -> dict:
        return dict(
            frame=[dict(duration=duration, redraw=True) for duration in durations],
            transition=dict(duration=0), mode="immediate", fromcurrent=fromcurrent,
        )

    # plotly has no "next frame", only "play on after the current one". A step therefore plays a list in which every
    # frame occurs twice: the current one again, for no time, then the next, for a day. From the last frame, or when
    # none has been shown, it plays from the start of the list.
    step = animation([0, 86_400_000])
    forward = [names[-1], *(name for name in names for _ in range(2))]
    back = [names[-1], *(name for name in names[-2::-1] for _ in range(2))]
    now = animation([0], fromcurrent=False)
    return dict(
        updatemenus=[dict(
            type="buttons", direction="left", showactive=False, x=0, xanchor="left", y=-5.64 / room, yanchor="top",
            pad=dict(t=0, r=0), buttons=[
                dict(label=label, method="animate", args=args) for label, args in (
                    ("play", [None, animation([2500 / len(names)])]),
                    ("pause", [[None], now]),
                    ("◀ step", [back, step]),
                    ("step ▶", [forward, step]),
                )
            ],
        )],
        sliders=[dict(
            active=len(names) - 1, x=0, len=1, y=-42.3 / room, yanchor="top", pad=dict(t=8, b=0),
            ticklen=0, minorticklen=0, font=dict(size=1, color="rgba(0,0,0,0)"),
            # In the middle: at an end it is cut off where the text is wider, as in a saved figure.
            currentvalue=dict(prefix="after epoch ", xanchor="center", font=dict(size=14, color=TRAIN)),
            steps=[
                dict(label=str(epoch), method="animate", args=[[name], now])
                for name, epoch in zip(names, epochs, strict=True)
            ],
        )],
    )
