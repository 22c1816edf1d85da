"""Figures of the page "Train": the weights, one update of them, the scores and the answers of the test images."""

from __future__ import annotations

import zlib

import numpy as np
import plotly.graph_objects as go

from explorer.engine.training import Run
from explorer.figures.base import Array, figure, in_table, margin, pixel_axes, spread
from explorer.figures.colours import DIVERGING, FIRST, MARK, SECOND
from explorer.figures.images import frame
from explorer.figures.runs import epoch_player

_FRAMES = 41  # the most pictures for the epoch slider; with more epochs, they are spread over the run
_BINS = 40


def weight_image(run: Run, image_shape: tuple[int, int], neutral: float) -> go.Figure:
    """The weights as a picture, with an epoch slider that plays in the browser.

    Parameters
    ----------
    run : Run
    image_shape : (height, width)
    neutral : float
        The weight in the middle of the colour scale: one that speaks for neither digit.
    """
    weights = run.weights[: run.last_epoch + 1]
    shown = spread(run.last_epoch, _FRAMES)
    # One scale for all epochs: a colour stands for the same number in each.
    reach = float(np.abs(weights - neutral).max()) or 1.0
    hover = "row %{y}, column %{x}<br>weight %{z:.4f}<extra></extra>"

    # The names differ from run to run, so that a figure that replaces another starts at its own last epoch.
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


def pixel_change(change: Array, image_shape: tuple[int, int], pixel: int) -> go.Figure:
    """What one update adds to each weight, with one pixel framed.

    Parameters
    ----------
    change : (n_pixels,)
    image_shape : (height, width)
    pixel : int
        The index of the framed pixel.
    """
    reach = float(np.abs(change).max()) or 1.0
    return figure(dict(
        data=[dict(
            type="heatmap", z=change.reshape(image_shape), showscale=False, name="change of each weight",
            colorscale=DIVERGING, zmin=-reach, zmax=reach,
            hovertemplate="row %{y}, column %{x}<br>change %{z:.6f}<extra></extra>",
        )],
        layout=dict(
            **pixel_axes(),
            shapes=[frame(pixel, image_shape)],
            margin=margin(), height=300,
        ),
    ))


def score_histograms(scores: Array, y: Array, digits: tuple[int, int]) -> go.Figure:
    """Histograms of the scores of the test images, each digit in its colour, with a line at 0.

    Parameters
    ----------
    scores, y : (n_samples,)
    digits : (int, int)
    """
    low, high = min(float(scores.min()), 0.0), max(float(scores.max()), 0.0)
    width = (high - low) / _BINS or 1.0
    # 0 is an edge: no bar is on both sides of the line.
    edges = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)
    if len(edges) < 2:
        edges = np.array([-width, 0.0, width])
    traces = []
    for label, digit, color in ((1, digits[0], FIRST), (0, digits[1], SECOND)):
        counts, _ = np.histogram(scores[y == label], edges)
        # One outline for all bars: plotly draws the bars of a bar chart one by one, which is slower.
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
        shapes=[dict(type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line=dict(color=MARK, width=2))],
        margin=margin(left=60, bottom=48), height=320,
    )))


def confusion_matrix(counts: Array, digits: tuple[int, int]) -> go.Figure:
    """How many images of each digit got each answer.

    Parameters
    ----------
    counts : (2, 2) of int
        Rows: the digit on the image; columns: the answer; the first digit first.
    digits : (int, int)
    """
    first, second = digits
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    cells = [[f"{counts[i, j]:,}<br>{share[i, j]:.1%}" for j in range(2)] for i in range(2)]
    return figure(dict(
        data=[dict(
            type="heatmap", name="share of its digit", z=share, zmin=0, zmax=1, showscale=False, xgap=3, ygap=3,
            colorscale=[[0, "#eef1f6"], [1, "#7b93b8"]], text=cells, texttemplate="%{text}",
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
