"""Figures of the page "What is the bias for?"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer import texts
from explorer.figures.base import Array, Figure, figure, grip, in_table, margin, pixel_axes
from explorer.figures.colours import FIRST, GRAPHITE, INK, NEUTRAL, SECOND
from explorer.lessons.bias import POINT, BlankScores, Ink, PixelCounts, lost, zero_crossing
from explorer.lessons.runs import spread

_BINS = 40
_REACH = 12.0  # the scores shown over ink reach from -12 to 12: fixed, so that a steeper line looks steeper
_words = texts.of("bias")


def ink_histograms(study: Ink, weight: float, bias: float) -> Figure:
    """How many test images have how much ink, above the score as a function of ink; the answer changes at one place.

    Parameters
    ----------
    study : Ink
    weight, bias : float
        The model on the screen.
    """
    values, y, digits = study.dataset.X_test[:, 0], study.dataset.y_test, study.dataset.digits
    width = 1 / _BINS
    edges = width * np.arange(int(np.ceil(max(float(values.max()), 1.0) / width)) + 2)
    left, right = -0.06, float(edges[-1])
    traces = []
    for label, digit, colour in ((1, digits[0], FIRST), (0, digits[1], SECOND)):
        counts, _ = np.histogram(values[y == label], edges)
        traces.append(dict(
            type="scatter", x=edges, y=np.append(counts, 0), name=_words("ink.trace_images", digit=digit), mode="lines",
            line=dict(shape="hv", color=colour, width=1), fill="tozeroy", yaxis="y2",
            customdata=np.stack([edges, edges + width], axis=1),
            meta=in_table(x="", columns=(_words("ink.table_from"), _words("ink.table_to"))),
            hovertemplate=_words("ink.hover_images", digit=digit) + "<extra></extra>",
        ))
    ends = np.array([left, right])
    traces.append(dict(
        type="scatter", x=ends, y=weight * ends + bias, mode="lines", name=_words("ink.trace_score"),
        yaxis="y", line=dict(color=GRAPHITE, width=2.5), hovertemplate=_words("ink.hover_score") + "<extra></extra>",
    ))
    crossing = zero_crossing(weight, bias)
    # With a weight of 0 there is only one answer: as if it changed beyond the right end.
    edge = right if crossing is None else float(np.clip(crossing, left, right))
    below, above = (digits[1], digits[0]) if (weight or bias) > 0 else digits
    if crossing is None:
        below = above = digits[0] if bias > 0 else digits[1]
    sides = [(left, edge, below), (edge, right, above)]
    shapes = [
        dict(
            type="rect", x0=x0, x1=x1, y0=0, y1=1, yref="paper", layer="below", line=dict(width=0),
            fillcolor=FIRST if digit == digits[0] else SECOND, opacity=0.13,
        ) for x0, x1, digit in sides
    ]
    shapes.append(dict(
        type="line", x0=edge, x1=edge, y0=0, y1=1, yref="paper",
        line=dict(color=NEUTRAL, dash="dash", width=2 if crossing is not None and left <= crossing <= right else 0),
    ))
    answers = [
        dict(
            text=_words("ink.answer", digit=digit), x=(x0 + x1) / 2, y=1, xref="x", yref="paper", yanchor="bottom",
            showarrow=False, font=dict(size=13), visible=x1 - x0 > 0.12,
        ) for x0, x1, digit in sides
    ]
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            title=dict(text=_words("ink.axis_ink")), range=[left, right], anchor="y", zeroline=True,
        ),
        yaxis=dict(title=dict(text=_words("ink.axis_score")), domain=[0, 0.36], range=[-_REACH, _REACH]),
        yaxis2=dict(title=dict(text=_words("ink.axis_count")), domain=[0.42, 1], rangemode="tozero", anchor="x"),
        shapes=shapes, annotations=answers, showlegend=False, hovermode="closest",
        margin=margin(left=60, bottom=48, top=24), height=380,
        meta=dict(grips=[] if crossing is None or not left <= crossing <= right else [
            grip(_words("ink.grip"), crossing, x_sets=("ink_bias", -weight)),
        ]),
    )))


def blank_scores(scores: BlankScores, digit: int, shown: int, reach: float | None = None) -> Figure:
    """The score of the blank image and of a real one by many models, and their biases.

    Parameters
    ----------
    scores : BlankScores
    digit : int
        What the real image shows: the first digit.
    shown : int
        The index of the model that the page shows; its points are larger.
    reach : float, optional
        For models with random weights, which have one bias: its largest size. The axis then has room for each bias, and
        stays when it changes. Else the models are those of a training, epoch by epoch.
    """
    axis: dict = dict(title=dict(text=_words("blank.axis_score")), zeroline=True)
    if reach is not None:
        sums = np.concatenate([scores.blank - scores.biases, scores.other - scores.biases, [0.0]])
        room = reach + 0.05 * float(np.ptp(sums)) + 0.5  # with something left for the larger points
        axis["range"] = [float(sums.min()) - room, float(sums.max()) + room]
    steps = np.arange(len(scores.biases))
    sizes = np.where(steps == shown, 13, 6)

    def marks(y: Array, name: str, **more) -> dict:
        return dict(
            type="scatter", x=steps, y=y, name=name, hovertemplate=_words("blank.hover", line=name) + "<extra></extra>",
        ) | more

    return figure(dict(
        data=[
            marks(
                scores.other, _words("blank.trace_digit", digit=digit), mode="markers",
                marker=dict(color=FIRST, size=sizes),
            ),
            marks(scores.biases, _words("blank.trace_bias"), mode="lines", line=dict(color=GRAPHITE, width=3)),
            marks(
                scores.blank, _words("blank.trace_blank"), mode="markers",
                marker=dict(color=GRAPHITE, size=sizes, symbol="circle-open", line=dict(width=2)),
            ),
        ],
        layout=dict(
            xaxis=dict(
                title=dict(text=_words("blank.axis_epoch" if reach is None else "blank.axis_draw")), zeroline=False,
            ),
            yaxis=axis, showlegend=False, hovermode="closest", margin=margin(left=60, bottom=44), height=230,
        ),
    ))


def pixel_counts(study: PixelCounts, own: tuple[int, float, float] | None) -> Figure:
    """Accuracy against the number of pixels, with and without a bias; the visitor's own pixels as stars.

    Parameters
    ----------
    study : PixelCounts
    own : (number of pixels, accuracy with a bias, accuracy without) or None
    """
    counts = np.array(study.counts)
    what = _words("pixels.axis_count", all=counts[-1])
    traces = []
    for i, (name, dash, symbol, shift) in enumerate((
        (_words("pixels.with_bias"), "solid", "circle", 0.97), (_words("pixels.without"), "dot", "circle-open", 1.03),
    )):
        values = study.accuracies[..., i]
        if study.at_random:
            # All draws of all pixels are the same: show one.
            x = np.append(np.repeat(counts[:-1], values.shape[1]), counts[-1])
            traces.append(dict(
                type="scatter", x=x * shift, y=np.append(values[:-1].ravel(), values[-1, 0]), mode="markers",
                name=_words("pixels.draw", line=name), customdata=x, meta=in_table(x="", columns=(what,)),
                marker=dict(color=GRAPHITE, size=6, opacity=0.6, symbol=symbol),
                hovertemplate=_words("pixels.hover_draw", line=name) + "<extra></extra>",
            ))
        traces.append(dict(
            type="scatter", x=counts, y=values.mean(1), name=name, line=dict(color=GRAPHITE, width=2.5, dash=dash),
            mode="lines" if study.at_random else "lines+markers", marker=dict(color=GRAPHITE, size=8, symbol=symbol),
            hovertemplate=(
                _words("pixels.hover_mean_random" if study.at_random else "pixels.hover_mean", line=name)
                + "<extra></extra>"
            ),
        ))
    if own is not None:
        traces.append(dict(
            type="scatter", x=[own[0]] * 2, y=own[1:], mode="markers+lines", name=_words("pixels.own"),
            line=dict(color=NEUTRAL, width=1.5, dash="dot"),
            marker=dict(symbol=["star", "star-open"], size=16, color=GRAPHITE, line=dict(width=2)),
            text=[_words("pixels.with_bias"), _words("pixels.without")],
            meta=in_table(text=_words("pixels.own_column")),
            hovertemplate=_words("pixels.hover_own") + "<extra></extra>",
        ))
    low = min([float(study.accuracies.min()), *(own[1:] if own else ())])
    shapes, annotations = _widest_gap(study)
    return figure(dict(data=traces, layout=dict(
        xaxis=dict(
            title=dict(text=what),
            type="log", tickvals=counts, tickangle=0, ticktext=[str(count) for count in counts],
            range=[-0.12, np.log10(counts[-1]) + 0.12],
        ),
        yaxis=dict(
            title=dict(text=_words("pixels.axis_right")), tickformat=".0%", range=[0.4 if low >= 0.41 else 0, 1.02],
        ),
        shapes=shapes, annotations=annotations,
        showlegend=False, hovermode="closest", margin=margin(left=64, bottom=46), height=300,
    )))


def _widest_gap(study: PixelCounts) -> tuple[list[dict], list[dict]]:
    """A line across the widest gap with its size in points, as shapes and annotations.

    None for a gap of a point, and none among the many dots of random pixels, where it is small.
    """
    at = int(np.argmax(study.gaps[:-1]))
    gap = float(study.gaps[at])
    if study.at_random or gap <= POINT:
        return [], []
    count, (with_bias, without) = study.counts[at], study.accuracies[at].mean(0).tolist()
    line = dict(
        type="line", x0=count, x1=count, y0=without, y1=with_bias, line=dict(color=NEUTRAL, width=5),
        layer="below", opacity=0.5,
    )
    words = dict(  # below the gap: the line without a bias rises to the right
        text=_words("pixels.gap_points", points=lost(with_bias, without)), showarrow=False, font=dict(size=13),
        x=float(np.log10(count)), xref="x", xanchor="left", xshift=-12, y=without, yref="y", yanchor="top", yshift=-8,
    )
    return [line], [words]


def paper_pixels(values: Array, always_one: NDArray[np.bool_], image_shape: tuple[int, int], size: int = 96) -> Array:
    """An inverted image as colours, with the pixels that are always 1 in grey.

    Parameters
    ----------
    values : (n_pixels,)
        From 0 to 1; 1 is drawn white, since the image is inverted.
    always_one : (n_pixels,) of bool
    image_shape : (height, width)
    size : int
        The least width, in screen pixels.

    Returns
    -------
    (height * k, width * k, 3) uint8
    """
    grey = (255 * values).round().astype(np.uint8)
    colours = np.repeat(grey[:, None], 3, axis=1)
    colours[always_one] = list(bytes.fromhex(NEUTRAL.removeprefix("#")))
    times = -(-size // image_shape[1])
    return colours.reshape(*image_shape, 3).repeat(times, axis=0).repeat(times, axis=1)


def constant_pixel(biases: Array, weights: Array) -> Figure:
    """The bias of one run as a line, and the weight of the constant pixel in another as points.

    Parameters
    ----------
    biases, weights : (epochs + 1,)
    """
    epochs = np.arange(len(biases))
    shown = spread(len(biases) - 1, 26)
    return figure(dict(
        data=[
            dict(
                type="scatter", x=epochs, y=biases, mode="lines", name=_words("constant.trace_bias"),
                line=dict(color=GRAPHITE, width=3), hovertemplate=_words("constant.hover_bias") + "<extra></extra>",
            ),
            dict(
                type="scatter", x=epochs[shown], y=weights[shown], mode="markers",
                name=_words("constant.trace_weight"),
                marker=dict(color=NEUTRAL, size=10, symbol="circle-open", line=dict(width=2)),
                hovertemplate=_words("constant.hover_weight") + "<extra></extra>",
            ),
        ],
        layout=dict(
            xaxis=dict(title=dict(text=_words("constant.axis_epoch"))),
            yaxis=dict(title=dict(text=_words("constant.axis_weight"))),
            showlegend=False, hovermode="closest", margin=margin(left=64, bottom=46), height=320,
        ),
    ))


def image_and_constant(
    images: Sequence[Array], image_shape: tuple[int, int], chosen: Sequence[int] | None
) -> Figure:
    """Images, beside each the pixel that is always 1; the pixels that the model sees are framed.

    Parameters
    ----------
    images : sequence of (n_pixels,)
    image_shape : (height, width)
    chosen : sequence of int or None
        None: all pixels.
    """
    height, width = image_shape
    gap = 1 + max(1, width // 10)
    side = max(1, width // 8)  # the constant pixel is drawn larger, to be visible
    rows = slice((height - side) // 2, (height - side) // 2 + side)
    each = width + gap + side + 2 * gap
    canvas = np.full((height, each * len(images) - 2 * gap + 1), np.nan)
    framed_x, framed_y = [], []
    for i, values in enumerate(images):
        left = i * each
        canvas[:, left : left + width] = values.reshape(image_shape)
        canvas[rows.start - 1 : rows.stop + 1, left + width + gap - 1 : left + width + gap + side + 1] = 0
        canvas[rows, left + width + gap : left + width + gap + side] = 1
        for pixel in chosen or ():
            framed_x.append(left + pixel % width)
            framed_y.append(pixel // width)
    return figure(dict(
        data=[
            dict(
                type="heatmap", z=canvas, colorscale=INK, zmin=0, zmax=1, showscale=False, hoverongaps=False,
                meta=in_table(parts=[words for i in range(len(images)) for words in (
                    _words("constant.table", number=i + 1), None,
                )]),
                hovertemplate=_words("constant.hover_value") + "<extra></extra>",
            ),
            dict(
                type="scatter", x=framed_x, y=framed_y, mode="markers", hoverinfo="skip", meta=in_table(mark=True),
                marker=dict(symbol="square-open", color=NEUTRAL, size=11, line=dict(width=2)),
            ),
        ],
        layout=dict(
            **pixel_axes(), showlegend=False, margin=margin(), height=170,
            annotations=[
                dict(
                    text="1", x=i * each + width + gap + (side - 1) / 2, y=rows.start - 1.5, yanchor="bottom",
                    showarrow=False, font=dict(size=15),
                ) for i in range(len(images))
            ],
        ),
    ))
