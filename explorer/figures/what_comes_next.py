"""Figures of the page "What comes next"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.engine.datasets import Dataset
from explorer.engine.training import Run
from explorer.figures.base import Array, Figure, add_panel, epoch_axis, figure, in_table, margin
from explorer.figures.colours import DIVERGING, FIRST, GRAPHITE, MULTIPLY, NEUTRAL, SECOND, TRAIN
from explorer.figures.images import diverging, url
from explorer.lessons.runs import spread
from explorer.lessons.what_comes_next import exclusive_or
from explorer.lessons.what_comes_next.against_all import Answers
from explorer.lessons.what_comes_next.hidden import PICTURES, Unit, caption

_POINTS = 200  # of a curve, at most
_GAP = 0.09  # between rows of pictures, for their names
_TILE = 56  # screen pixels, the least width of the picture of a unit in a list of all

_words = texts.of("what_comes_next")


def unit_pictures(
    units: Sequence[Unit], image_shape: tuple[int, int], digits: tuple[int, int], reach: float | None = None
) -> Figure:
    """The weights of the first ``PICTURES`` hidden units as pictures, each with its output weight.

    Parameters
    ----------
    units : sequence of Unit
    image_shape : (height, width)
    digits : (int, int)
    reach : float, optional
        How far the colours go to both sides of 0; as far as these weights if not given.
    """
    shown = units[:PICTURES]
    reach = reach or reach_of(shown)
    names = [caption(unit, digits) for unit in shown]
    return _pictures([unit.weights for unit in shown], names, image_shape, reach, 4, _words("hidden.hover"), 400)


def ten_weights(weights: Array, image_shape: tuple[int, int], reach: float) -> Figure:
    """The weights of each of the ten digits as a picture, on one colour scale.

    Parameters
    ----------
    weights : (10, n_pixels)
    image_shape : (height, width)
    reach : float
        How far the colours go to both sides of 0.
    """
    names = [_words("ten.picture", digit=digit) for digit in range(10)]
    return _pictures(list(weights), names, image_shape, reach, 5, _words("ten.hover"), 290)


def _pictures(
    pictures: Sequence[Array], names: Sequence[str], image_shape: tuple[int, int], reach: float, columns: int,
    hover: str, height: int,
) -> Figure:
    """Pictures in rows, on one colour scale."""
    rows = max(2, -(-len(pictures) // columns))
    room = (1 - (rows - 1) * _GAP) / rows  # the height of each
    layout: dict = dict(margin=margin(top=22, left=0, bottom=4), height=height, annotations=[])
    traces = []
    for i, (values, name) in enumerate(zip(pictures, names, strict=True)):
        row, column = divmod(i, columns)
        top = 1 - row * (room + _GAP)
        x = column / columns + 0.006, (column + 1) / columns - 0.006
        n = add_panel(layout, i, name, x, (max(top - room, 0.0), top), size=12)
        traces.append(dict(
            type="heatmap", z=np.asarray(values, np.float32).reshape(image_shape), xaxis="x" + n, yaxis="y" + n,
            colorscale=DIVERGING, zmin=-reach, zmax=reach, showscale=False, name=name,
            meta=in_table(title=f"{i + 1}: {name}"), hovertemplate=f"{name}<br>{hover}<extra></extra>",
        ))
    return figure(dict(data=traces, layout=layout))


def reach_of(units: Sequence[Unit]) -> float:
    """The largest weight of these units, without its sign; 1 where all are 0."""
    return float(max(np.abs(unit.weights).max() for unit in units)) or 1.0


def unit_tiles(units: Sequence[Unit], image_shape: tuple[int, int]) -> list[str]:
    """The pictures of all hidden units on one colour scale, as addresses for ``st.image``."""
    reach = reach_of(units)
    times = -(-_TILE // image_shape[1])
    found = []
    for unit in units:
        rgb = diverging((unit.weights.astype(float) / reach + 1) / 2)
        found.append(url(rgb.reshape(*image_shape, 3).repeat(times, axis=0).repeat(times, axis=1)))
    return found


def accuracies(hidden: Run, single: Run) -> Figure:
    """The share of unseen digits that are right, by epoch: with the hidden layer, and without it."""
    traces = []
    for run, name, line in (
        (single, _words("hidden.single"), dict(color=TRAIN, width=2, dash="dot")),
        (hidden, _words("hidden.with_layer"), dict(color=GRAPHITE, width=3)),
    ):
        epochs = spread(run.settings.epochs, _POINTS)
        traces.append(dict(
            type="scatter", x=epochs, y=run.test_accuracy[epochs],
            mode="lines+markers" if len(epochs) < 40 else "lines", name=name, line=line, marker=dict(size=5),
            hovertemplate=f"{name}<br>{_words('hidden.curve_hover')}<extra></extra>",
        ))
    # What differs is above 9 in 10; the start is not.
    after = np.concatenate([run.test_accuracy[1:] for run in (hidden, single)])
    low = float(np.nanmin(after)) if np.isfinite(after).any() else 0.0
    return figure(dict(data=traces, layout=dict(
        xaxis=epoch_axis(hidden.settings.epochs),
        yaxis=dict(title=dict(text=_words("hidden.curve_axis")), tickformat=".1~%", range=[
            low - 0.1 * (1.001 - low), 1 + 0.05 * (1.001 - low),
        ]),
        showlegend=False, margin=margin(left=70, bottom=48), hovermode="closest", height=300,
    )))


def exclusive_or_plane(run: Run, scores: Array, points: Dataset, name: str) -> Figure:
    """The unseen points by their two pixels, over the answers of a model, with where its score is 0.

    Parameters
    ----------
    run : Run
        With a hidden layer, its units' folds are drawn too.
    scores : (n, n)
        From ``exclusive_or.score_map``.
    points : Dataset
    name : str
        Of the model.
    """
    grid, reach = exclusive_or.grid(), float(np.abs(scores).max()) or 1.0
    traces = [
        dict(
            # The answers, not how sure they are: else the far corners would hide everything.
            type="heatmap", x=grid, y=grid, z=np.tanh(8 * scores / reach), colorscale=DIVERGING, zmin=-4, zmax=4,
            showscale=False, hoverinfo="skip", meta=in_table(mark=True),
        ),
        dict(
            type="contour", x=grid, y=grid, z=scores, showscale=False, autocontour=False, hoverinfo="skip",
            meta=in_table(mark=True), contours=dict(coloring="none", start=0, end=0, size=1),
            line=dict(color=NEUTRAL, width=3, dash="dash"),
        ),
    ]
    if run.settings.hidden_units:
        traces += [dict(
            type="scatter", x=x, y=y, mode="lines", line=dict(color=MULTIPLY, width=2), hoverinfo="skip",
            meta=in_table(mark=True),
        ) for x, y in exclusive_or.folds(run)]
    for label, key, colour, symbol in ((1, "one", FIRST, "circle"), (0, "other", SECOND, "diamond")):
        X = points.X_test[points.y_test == label]
        traces.append(dict(
            type="scatter", x=X[:, 0], y=X[:, 1], mode="markers", name=f"{name}: {_words(f'xor.points.{key}')}",
            marker=dict(color=colour, size=6, symbol=symbol, line=dict(color="#ffffff", width=1)),
            hovertemplate=_words("xor.hover") + "<extra></extra>",
        ))
    axis = dict(range=[grid[0], grid[-1]], zeroline=False, showgrid=False, tickvals=[0, 0.5, 1])
    return figure(dict(data=traces, layout=dict(
        xaxis=axis | dict(title=dict(text=_words("xor.first_pixel"))),
        yaxis=axis | dict(title=dict(text=_words("xor.second_pixel"))),
        showlegend=False, margin=margin(left=54, bottom=46), height=340,
    )))


def right_by_digit(hidden: Answers, single: Answers, name: str) -> Figure:
    """The share of right answers for the images of each digit: with a hidden layer, and without it.

    Parameters
    ----------
    hidden, single : Answers
    name : str
        Of the model with a hidden layer.
    """
    digits = np.arange(10)
    traces = [
        dict(
            type="scatter", x=digits, y=one.right, mode="markers", name=label,
            marker=dict(color=colour, size=size, symbol=symbol, line=dict(color=colour, width=2)),
            customdata=one.yes, meta=in_table(x=_words("against.shows"), columns=(_words("against.yes"),)),
            hovertemplate=f"{label}<br>{_words('against.hover', digit=single.digit)}<extra></extra>",
        )
        for one, label, colour, symbol, size in (
            (single, _words("against.table.single"), NEUTRAL, "circle-open", 12),
            (hidden, name, GRAPHITE, "circle", 10),
        )
    ]
    low = min(float(single.right.min()), float(hidden.right.min()))
    room = 0.06 * (1.001 - low)
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(title=dict(text=_words("against.axis")), tickvals=digits, range=[-0.5, 9.5], zeroline=False),
        yaxis=dict(
            title=dict(text=_words("against.right_axis")), tickformat=".0%" if low < 0.9 else ".1~%",
            range=[low - room, 1 + room],
        ),
        shapes=[dict(
            type="rect", x0=single.digit - 0.5, x1=single.digit + 0.5, y0=0, y1=1, yref="paper", layer="below",
            line=dict(width=0), fillcolor=FIRST, opacity=0.12,
        )],
        showlegend=False, margin=margin(left=70, bottom=48), height=320, hovermode="closest",
    )))


def ten_confusion(counts: NDArray[np.int64]) -> Figure:
    """How many images of each digit (rows) got each answer (columns); the colours show the wrong ones.

    Parameters
    ----------
    counts : (10, 10) of int
    """
    names = [str(digit) for digit in range(10)]
    wrong = counts.astype(float)
    np.fill_diagonal(wrong, 0)
    return figure(dict(
        data=[dict(
            type="heatmap", name=_words("ten.confusion.images"), z=counts, x=names, y=names, showscale=False, xgap=1,
            ygap=1, zmin=0, zmax=float(wrong.max()) or 1.0, zauto=False,
            colorscale=[[0, "#eef1f6"], [1, "#7b93b8"]], text=[[f"{n:,}" if n else "" for n in row] for row in counts],
            texttemplate="%{text}", textfont=dict(size=11, color="#14171c"),
            meta=in_table(title=_words("ten.confusion.images"), x="", y=_words("ten.confusion.shows")),
            hovertemplate=_words("ten.confusion.hover") + "<extra></extra>",
        )],
        layout=dict(
            xaxis=dict(side="top", title=dict(text=_words("ten.confusion.answer")), type="category"),
            yaxis=dict(autorange="reversed", title=dict(text=_words("ten.confusion.shows")), type="category"),
            margin=margin(left=48, top=48), height=340,
        ),
    ))
