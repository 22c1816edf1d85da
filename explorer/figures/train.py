"""Figures of the page "Train": the weights, one update of them, the scores and the answers of the test images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.schedule import last_epochs
from explorer.engine.training import Run
from explorer.figures.base import Array, Figure, figure, in_table, margin, pixel_axes
from explorer.figures.colours import DIVERGING, FIRST, NEUTRAL, SECOND
from explorer.figures.images import frame
from explorer.figures.runs import learning_curves
from explorer.lessons.runs import Answers, Curves, WeightPicture, weight_picture

_words = texts.of("train")
_BINS = 40


def run_figures(
    run: Run, curves: Curves, dataset: Dataset, answers: Answers, references: Sequence[tuple[str, float]],
    is_learned: bool, epoch: float | None = None, span: tuple[float, float] | None = None,
    weights: Array | None = None, goal: float | None = None,
) -> dict[str, Figure]:
    """The four figures of a run, by the keys of their charts.

    Parameters
    ----------
    run : Run
    curves : Curves
        Of the run.
    dataset : Dataset
    answers : Answers
        At ``epoch``.
    references : sequence of (name, accuracy)
        As for ``learning_curves``.
    is_learned : bool
        Whether the picture of the weights shows what was learned.
    epoch : float, optional
        The one to show and to mark in the curves; if not given, the last one with finite numbers, not marked.
    span : (low, high), optional
        As for ``score_histograms``.
    weights : (n_pixels,), optional
        Those at ``epoch``; if not given, the last finite ones.
    goal : float, optional
        As for ``learning_curves``.
    """
    legs = last_epochs(run.settings)[:-1]
    return {
        "curves": learning_curves(curves, references, epoch, goal=goal, legs=legs),
        "weights": weight_image(
            weight_picture(run, is_learned, weights=weights), dataset.image_shape,
            run.last_epoch if epoch is None else epoch,
        ),
        "scores": score_histograms(answers.scores, dataset.y_test, dataset.digits, span),
        "confusion": confusion_matrix(answers.counts, dataset.digits),
    }


def weight_image(picture: WeightPicture, image_shape: tuple[int, int], epoch: float) -> Figure:
    """The weights, or what was learned, as a picture.

    Parameters
    ----------
    picture : WeightPicture
    image_shape : (height, width)
    epoch : float
        After which epoch that is, for the name.
    """
    return figure(dict(
        data=[dict(
            type="heatmap", z=picture.values.reshape(image_shape), colorscale=DIVERGING,
            zmin=picture.neutral - picture.reach, zmax=picture.neutral + picture.reach, showscale=False,
            name=f"{picture.name} after epoch {epoch:.4g}",
            hovertemplate=f"row %{{y}}, column %{{x}}<br>{picture.one} %{{z:+.4f}}<extra></extra>",
        )],
        layout=dict(**pixel_axes(), margin=margin(), height=340),
    ))


def pixel_change(change: Array, image_shape: tuple[int, int], pixel: int) -> Figure:
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
            type="heatmap", z=change.reshape(image_shape), showscale=False, name=_words("update.change"),
            colorscale=DIVERGING, zmin=-reach, zmax=reach,
            hovertemplate=f"{_words('update.change_hover')}<extra></extra>",
        )],
        layout=dict(
            **pixel_axes(),
            shapes=[frame(pixel, image_shape)],
            margin=margin(), height=300,
        ),
    ))


def score_histograms(
    scores: Array, y: Array, digits: tuple[int, int], span: tuple[float, float] | None = None, height: int = 320,
    axis: str | None = None,
) -> Figure:
    """Histograms of the scores of images, each digit in its colour, with a line at 0.

    Parameters
    ----------
    scores, y : (n_samples,)
    digits : (int, int)
    span : (low, high), optional
        The scores that the axis shows; those beyond count at its ends. If not given, all.
    height : int
        In screen pixels.
    axis : str, optional
        The title of the axis of scores, where they are not those of the test images.
    """
    low, high = span or (float(scores.min()), float(scores.max()))
    low, high = min(low, 0.0), max(high, 0.0)
    scores = np.clip(scores, low, high)
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
            type="scatter", x=edges, y=np.append(counts, 0), name=_words("scores.trace", digit=digit),
            mode="lines", line=dict(shape="hv", color=color, width=1), fill="tozeroy",
            customdata=np.stack([edges, edges + width], axis=1),
            meta=in_table(x="", columns=("score from", "score to")),
            hovertemplate=f"{_words('scores.hover', digit=digit)}<extra></extra>",
        ))
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(title=dict(text=axis or _words("scores.axis")), zeroline=False),
        yaxis=dict(title=dict(text=_words("scores.images")), rangemode="tozero"), showlegend=False, hovermode="x",
        shapes=[dict(
            type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line=dict(color=NEUTRAL, width=2, dash="dash"),
        )],
        margin=margin(left=60, bottom=48), height=height,
    )))


def confusion_matrix(counts: Array, digits: tuple[int, int]) -> Figure:
    """How many images of each digit got each answer.

    Parameters
    ----------
    counts : (2, 2) of int
        Rows: the digit on the image; columns: the answer; the first digit first.
    digits : (int, int)
    """
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    cells = [[f"{counts[i, j]:,}<br>{share[i, j]:.1%}" for j in range(2)] for i in range(2)]
    return figure(dict(
        data=[dict(
            type="heatmap", name="share of its digit", z=share, zmin=0, zmax=1, showscale=False, xgap=3, ygap=3,
            colorscale=[[0, "#eef1f6"], [1, "#7b93b8"]], text=cells, texttemplate="%{text}",
            textfont=dict(size=16, color="#14171c"),
            x=[_words("confusion.answers", digit=digit) for digit in digits],
            y=[_words("confusion.shows", digit=digit) for digit in digits],
            customdata=counts, meta=in_table(columns=("images",), y="image"),
            hovertemplate=f"{_words('confusion.hover')}<extra></extra>",
        )],
        layout=dict(
            xaxis=dict(side="top", tickangle=0), yaxis=dict(autorange="reversed"),
            margin=margin(left=84, top=34), height=320,
        ),
    ))
