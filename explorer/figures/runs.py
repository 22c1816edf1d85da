"""What a training gave: curves, weights, scores, answers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.figures.base import (
    DIVERGING,
    FIRST,
    OTHERS,
    SECOND,
    TEST,
    TRAIN,
    Array,
    figure,
    in_table,
    margin,
    pixel_axes,
)
from explorer.training import Run

_FRAMES = 40  # pictures sent for the epoch slider; with more epochs, they are spread over the run
_BINS = 40


def learning_curves(run: Run, references: Sequence[tuple[str, float]] = ()) -> go.Figure:
    """Accuracy above, loss below, against the epoch; other people's accuracy as dashed lines.

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
        # A single epoch is two points: show them as points too.
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
    seen = [a for a in run.train_accuracy.tolist() + run.test_accuracy.tolist() if a == a]
    seen += [accuracy for _, accuracy in references]
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            title=dict(text="epoch (visits to every training digit)"), range=[0, last], anchor="y",
            dtick=1 if last < 6 else None,
        ),
        yaxis=dict(title=dict(text="loss"), domain=[0, 0.37], rangemode="tozero"),
        yaxis2=dict(
            title=dict(text="right answers"), domain=[0.45, 1], tickformat=".0%",
            range=[0 if min(seen) < 0.4 else 0.4, 1.01], anchor="x",
        ),
        showlegend=False,
        margin=margin(left=72, bottom=48), hovermode="closest", height=400,
    )))


def weight_image(run: Run, image_shape: tuple[int, int], neutral: float) -> go.Figure:
    """The weights as a picture, with an epoch slider that plays in the browser.

    Parameters
    ----------
    run : Run
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colour scale: one that says nothing.
    """
    weights = run.weights[: run.last_epoch + 1]
    shown = np.unique(np.linspace(0, run.last_epoch, min(_FRAMES, run.last_epoch) + 1).round().astype(int))
    # One scale for all epochs: a colour means the same number throughout.
    reach = float(np.abs(weights - neutral).max()) or 1.0
    hover = "row %{y}, column %{x}<br>weight %{z:.4f}<extra></extra>"

    # Names that differ from run to run: a picture put in place of another starts at its own end.
    run_id = f"{zlib.crc32(repr(run.settings).encode()):08x}"
    names = [f"{run_id}:{epoch}" for epoch in shown]

    def picture(epoch: int) -> dict:
        return dict(type="heatmap", z=weights[epoch].reshape(image_shape))

    heatmap = picture(int(shown[-1])) | dict(
        colorscale=DIVERGING, zmin=neutral - reach, zmax=neutral + reach, hovertemplate=hover, showscale=False,
        name="weights",
    )
    return figure(dict(
        data=[heatmap],
        frames=[dict(name=name, data=[picture(epoch)]) for name, epoch in zip(names, shown, strict=True)],
        layout=dict(
            **pixel_axes(),
            margin=margin(bottom=108), height=400,
            **epoch_player(names, shown.tolist()),
        ),
    ))


def epoch_player(names: Sequence[str], epochs: Sequence[int], room: float = 282) -> dict:
    """The slider over the epochs and its buttons, for the layout of a figure with frames; it starts at the last one.

    Parameters
    ----------
    names : sequence of str
        Of the frames.
    epochs : sequence of int
        What each of them shows.
    room : float
        The height between the margins, in screen pixels; 108 are needed below it.
    """
    def animation(durations: list[float], fromcurrent: bool = True) -> dict:
        return dict(
            frame=[dict(duration=duration, redraw=True) for duration in durations],
            transition=dict(duration=0), mode="immediate", fromcurrent=fromcurrent,
        )

    # plotly has no "next frame", only "play on after the current one". A step plays on through a
    # list in which every frame stands twice: the current one again, for no time, then the next,
    # for a day. From the last frame, or when none was shown yet, it plays from the top of the list.
    step = animation([0, 86_400_000])
    onward = [names[-1], *(name for name in names for _ in range(2))]
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
                    ("step ▶", [onward, step]),
                )
            ],
        )],
        sliders=[dict(
            active=len(names) - 1, x=0, len=1, y=-42.3 / room, yanchor="top", pad=dict(t=8, b=0),
            ticklen=0, minorticklen=0, font=dict(size=1, color="rgba(0,0,0,0)"),
            # In the middle: at an end it is cut off where the words come out wider, as in a saved picture.
            currentvalue=dict(prefix="after epoch ", xanchor="center", font=dict(size=14, color=TRAIN)),
            steps=[
                dict(label=str(epoch), method="animate", args=[[name], now])
                for name, epoch in zip(names, epochs, strict=True)
            ],
        )],
    )


def score_histograms(scores: Array, y: Array, digits: tuple[int, int]) -> go.Figure:
    """How many test images got which score, each digit in its colour, and the line at 0.

    Parameters
    ----------
    scores, y : (n_samples,)
    digits : (int, int)
    """
    low, high = min(float(scores.min()), 0.0), max(float(scores.max()), 0.0)
    width = (high - low) / _BINS or 1.0
    # 0 is an edge: no bar stands on both sides of the line.
    edges = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)
    if len(edges) < 2:
        edges = np.array([-width, 0.0, width])
    traces = []
    for label, digit, color in ((1, digits[0], FIRST), (0, digits[1], SECOND)):
        counts, _ = np.histogram(scores[y == label], edges)
        # Bars as one outline each: a plotly bar chart draws every bar by itself, which is slower.
        traces.append(dict(
            type="scatter", x=edges, y=np.append(counts, 0), name=f"images of a {digit}",
            mode="lines", line=dict(shape="hv", color=color, width=1), fill="tozeroy",
            customdata=np.stack([edges, edges + width], axis=1),
            meta=in_table(x="", columns=("score from", "score to")),
            hovertemplate=(
                f"%{{y}} images of a {digit}<br>score %{{customdata[0]:.3g}} to %{{customdata[1]:.3g}}<extra></extra>"
            ),
        ))
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(title=dict(text="score of a test image"), zeroline=False),
        yaxis=dict(title=dict(text="images"), rangemode="tozero"), showlegend=False, hovermode="x",
        shapes=[dict(type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line=dict(color="#d1495b", width=2))],
        margin=margin(left=60, bottom=48), height=320,
    )))


def confusion_matrix(counts: Array, digits: tuple[int, int]) -> go.Figure:
    """How many images of each digit got which answer.

    Parameters
    ----------
    counts : (2, 2) of int
        Rows: the digit on the image, the first above; columns: the answer, the first left.
    digits : (int, int)
    """
    first, second = digits
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    words = [[f"{counts[i, j]:,}<br>{share[i, j]:.1%}" for j in range(2)] for i in range(2)]
    return figure(dict(
        data=[dict(
            type="heatmap", name="share of its digit", z=share, zmin=0, zmax=1, showscale=False, xgap=3, ygap=3,
            colorscale=[[0, "#eef1f6"], [1, "#7b93b8"]], text=words, texttemplate="%{text}",
            textfont=dict(size=16, color="#14171c"),
            x=[f"answers {first}", f"answers {second}"], y=[f"shows a {first}", f"shows a {second}"],
            customdata=counts, meta=in_table(columns=("images",), y="image"),
            hovertemplate="%{y}, it %{x}: %{customdata:,} images (%{z:.2%})<extra></extra>",
        )],
        layout=dict(
            xaxis=dict(side="top", fixedrange=True), yaxis=dict(autorange="reversed", fixedrange=True),
            margin=margin(left=84, top=34), height=320,
        ),
    ))
