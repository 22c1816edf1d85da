"""Figures of the page "Why multiply?"."""

from __future__ import annotations

import numpy as np

from explorer import texts
from explorer.figures.base import BUTTON, Array, Figure, add_panel, axis_suffix, figure, grip, in_table, margin
from explorer.figures.colours import DISTANCE, DIVERGING, FIRST, INK, MULTIPLY, NEUTRAL, SECOND, TRAIN
from explorer.lessons.why_multiply import one_pixel as lesson
from explorer.lessons.why_multiply.all_pixels import Idea
from explorer.lessons.why_multiply.disguise import Disguise
from explorer.lessons.why_multiply.one_pixel import VALUES, Curve
from explorer.lessons.why_multiply.two_pixels import PairCounts
from explorer.lessons.why_multiply.your_numbers import Pixel, exact, totals
from explorer.lessons.words import a_digit, number, percent

_COLOURS = {"multiply": MULTIPLY, "distance": DISTANCE}  # by the key of the score
_MOST_POINTS = 400  # images that are drawn as points

_words = texts.of("why_multiply")


def your_numbers(pixels: tuple[Pixel, Pixel], key: str) -> Figure:
    """What each of two pixels gives by one of the two calculations, and the sum, as bars.

    Parameters
    ----------
    pixels : two of Pixel
    key : str
        "multiply" or "distance".
    """
    total = totals(pixels)[key]
    shown = [pixel.product if key == "multiply" else pixel.distance for pixel in pixels] + [total]
    names = [pixel.sums()[key] for pixel in pixels] + [_words("numbers.sum", result=exact(total))]
    reach = max(1.0, *map(abs, shown))
    return figure(dict(
        data=[dict(
            type="bar", orientation="h", x=shown, y=[0, 1, 2], customdata=names, hoverinfo="skip",
            name=_words(f"sums.{key}"), meta=in_table(y="", columns=(_words("numbers.calculation"),)),
            marker=dict(
                color=[DISTANCE if key == "distance" else FIRST if x > 0 else SECOND for x in shown],
                opacity=[0.75, 0.75, 1],
            ),
        )],
        layout=dict(
            # A distance is never below 0.
            xaxis=dict(
                range=[-1.04 * reach if key == "multiply" else 0, 1.04 * reach], showticklabels=False, showgrid=False,
                zeroline=True, zerolinecolor=NEUTRAL, zerolinewidth=2, title=dict(text=""),
            ),
            yaxis=dict(
                range=[2.5, -0.5], tickvals=[0, 1, 2], ticktext=[*names[:2], f"<b>{names[2]}</b>"], showgrid=False,
                tickfont=dict(size=14),
            ),
            bargap=0.35, showlegend=False, margin=margin(left=174, bottom=6, top=4), height=132,
        ),
    ))


def one_pixel(product: Curve, gap: Curve, value: float) -> Figure:
    """The two scores of one pixel against its value, side by side, each with the chosen value on it.

    Parameters
    ----------
    product, gap : Curve
        Of "multiply" and of "distance". The distance itself is drawn; the score has it with a minus.
    value : float
    """
    traces, labels, names = [], [], [_words("sums.multiply"), _words("sums.distance")]
    for i, (line, sign, name) in enumerate(((product, 1, names[0]), (gap, -1, names[1]))):
        axes = dict(xaxis="x" + axis_suffix(i), yaxis="y" + axis_suffix(i))
        color = _COLOURS[line.score.key]
        at = sign * lesson.added(line.score.key, value, line.weight)
        traces += [
            dict(
                type="scatter", x=VALUES, y=sign * line.added, mode="lines", name=name, line=dict(color=color, width=3),
                hovertemplate=_words("one.hover", sum=name) + "<extra></extra>", **axes,
            ),
            dict(
                type="scatter", x=[value], y=[at], mode="markers",
                marker=dict(color=color, size=13, line=dict(color="#ffffff", width=2)), hoverinfo="skip",
                meta=in_table(title=_words("one.chosen", sum=name)), name=name, **axes,
            ),
        ]
        # Beyond the handle, which is around the point.
        labels.append(dict(
            text=number(at), x=value, y=at, xref=axes["xaxis"], yref=axes["yaxis"], yshift=24 if at < 0.5 else -24,
            showarrow=False, font=dict(size=14),
        ))
    x = dict(range=[-0.03, 1.03], title=dict(text=_words("one.value_axis")))
    y = dict(zeroline=True, zerolinecolor=TRAIN, zerolinewidth=1)
    return figure(dict(data=traces, layout=dict(
        xaxis=x | dict(domain=[0, 0.44], anchor="y"), xaxis2=x | dict(domain=[0.56, 1], anchor="y2"),
        yaxis=y | dict(range=[-1.1, 1.1], anchor="x"), yaxis2=y | dict(range=[-0.1, 2.1], anchor="x2"),
        # Titles above the panels, since a phone has no room beside the axes.
        annotations=[
            dict(text=_named(key, name), x=x, y=1.02, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
                 showarrow=False, font=dict(size=14))
            for key, name, x in zip(_COLOURS, names, (0, 0.56), strict=True)
        ] + labels,
        showlegend=False, margin=margin(left=40, bottom=46, top=28), height=300,
        meta=dict(grips=[
            grip(_words("one.drag_value"), value, value * product.weight, ("pixel_value", 1)),
            grip(_words("one.drag_line"), 1, product.weight, y_sets=("pixel_weight", 1)),
        ] + ([
            grip(_words("one.drag_v"), gap.weight, 0, ("pixel_weight", 1), suffix="2"),
        ] if gap.weight >= 0 else [])),
    )))


def pulls(value: float, weight: float, digits: tuple[int, int]) -> Figure:
    """What blank paper and ink add to the score, as arrows from 0: by the product, and by the distance below it.

    Parameters
    ----------
    value : float
        Of the ink.
    weight : float
    digits : (int, int)
    """
    rows = [_words("one.paper"), _words("one.ink", value=number(value, "g"))]
    names = {"multiply": _words("sums.multiply"), "distance": _words("sums.score_of_distance")}
    traces, titles = [], []
    layout: dict = {}
    for i, (key, name) in enumerate(names.items()):
        n = axis_suffix(i)
        axes = dict(xaxis="x" + n, yaxis="y" + n)
        added = [lesson.added(key, shown, weight) for shown in (0.0, value)]
        # Only a distance of 0 gives −0.
        added = [x + 0.0 for x in added]
        colors = [FIRST if x > 0 else SECOND if x < 0 else NEUTRAL for x in added]
        traces += [
            dict(
                type="bar", orientation="h", x=added, y=rows, width=0.14, name=name, marker=dict(color=colors),
                hovertemplate="%{y}: %{x:.2f}<extra></extra>",
                meta=in_table(x=_words("one.added"), y=_words("one.row"), title=name), **axes,
            ),
            dict(
                type="scatter", x=added, y=rows, mode="markers+text", text=[number(x) for x in added],
                textposition=["middle right" if x > 0 else "middle left" for x in added], textfont=dict(size=14),
                marker=dict(
                    color=colors, size=14,
                    symbol=["triangle-right" if x > 0 else "triangle-left" if x < 0 else "circle" for x in added],
                ),
                hoverinfo="skip", meta=in_table(mark=True), **axes,
            ),
        ]
        top = 1 - 0.53 * i
        titles.append(dict(
            text=_named(key, name), x=0, y=top, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            showarrow=False, font=dict(size=14),
        ))
        layout["xaxis" + n] = dict(
            range=[-2.9, 1.6], anchor="y" + n, tickvals=[-2, -1, 0, 1], showticklabels=i == 1, zeroline=True,
            zerolinecolor=NEUTRAL, zerolinewidth=2, title=dict(text=""),
        )
        layout["yaxis" + n] = dict(
            domain=[top - 0.41, top], anchor="x" + n, autorange="reversed", showgrid=False, tickfont=dict(size=13),
        )
    ends = (
        ("right", -14, f"{_mark('◀', SECOND)} {_words('one.towards_second', second=digits[1])}"),
        ("left", 14, f"{_words('one.towards_first', first=digits[0])} {_mark('▶', FIRST)}"),
    )
    return figure(dict(data=traces, layout=layout | dict(
        annotations=titles + [
            dict(text=text, x=0, y=0, xref="x2", yref="paper", xanchor=anchor, xshift=shift, yshift=-22,
                 yanchor="top", showarrow=False, font=dict(size=14))
            for anchor, shift, text in ends
        ],
        showlegend=False, margin=margin(left=88, bottom=46, top=28), height=300,
    )))


def two_pixels(
    scores: Array, grid: Array, images: tuple[PairCounts, PairCounts], digits: tuple[int, int], names: tuple[str, str],
) -> Figure:
    """The test images by the values of two pixels, over the scores of a model that sees only those two.

    Parameters
    ----------
    scores : (n, n)
        From ``two_pixels.score_map``; rows are values of the second pixel.
    grid : (n,)
        The values, of either pixel.
    images : two of PairCounts
        The images of the first digit, and those of the second.
    digits : (int, int)
    names : two of str
        The names of the two pixels, for the axes.
    """
    reach = float(np.abs(scores).max()) or 1.0
    traces = [
        dict(
            type="contour", x=grid, y=grid, z=scores, colorscale=DIVERGING, zmin=-reach, zmax=reach, showscale=False,
            opacity=0.55, contours=dict(coloring="heatmap", start=-reach, end=reach, size=reach / 5, showlines=True),
            line=dict(color="#ffffff", width=1), hoverinfo="skip", name=_words("two.score"),
        ),
        dict(
            type="contour", x=grid, y=grid, z=scores, showscale=False, autocontour=False, hoverinfo="skip",
            meta=in_table(mark=True),
            contours=dict(coloring="none", start=0, end=0, size=1), line=dict(color=NEUTRAL, width=3, dash="dash"),
        ),
    ]
    for seen, digit, color in zip(images, digits, (FIRST, SECOND), strict=True):
        traces.append(dict(
            type="scatter", x=seen.x, y=seen.y, mode="markers", customdata=seen.images,
            name=_words("two.images", a_digit=a_digit(digit)), meta=in_table(columns=(_words("two.count"),)),
            # The area stands for the number of images.
            marker=dict(
                color=color, size=4 + 26 * np.sqrt(seen.images / max(images[0].images.max(), images[1].images.max())),
                opacity=0.75, line=dict(color="#ffffff", width=1),
            ),
            hovertemplate=_words("two.hover", a_digit=a_digit(digit)) + "<extra></extra>",
        ))
    axis = dict(
        range=[grid[0], grid[-1]], zeroline=False, showgrid=False,
        tickvals=[0, 0.5, 1] if grid[-1] - grid[0] < 2 else [*range(int(np.ceil(grid[0])), int(grid[-1]) + 1)],
    )
    return figure(dict(data=traces, layout=dict(
        xaxis=axis | dict(title=dict(text=_words("two.axis", pixel=names[0]))),
        yaxis=axis | dict(title=dict(text=_words("two.axis", pixel=names[1]))),
        # The values that a pixel can have.
        shapes=[dict(type="rect", x0=0, x1=1, y0=0, y1=1, line=dict(color=INK[1][1], width=1.5, dash="dot"))],
        # Light on dark pages too, since the colours are mixed with it.
        plot_bgcolor=INK[0][1], showlegend=False, margin=margin(left=54, bottom=46), height=340,
    )))


def step(idea: Idea, image_shape: tuple[int, int]) -> Figure:
    """One step of the idea: its weights as pictures, and its accuracy as a bar with that of a coin as a line.

    The weights of a distance are drawn as ink, since they are compared with ink; those of a product from orange to
    blue.
    """
    layout: dict = dict(margin=margin(top=18, bottom=0, left=0, right=BUTTON), height=78, annotations=[])
    traces: list[dict] = []
    width = 0.22
    left = 0.0 if len(idea.pictures) > 1 else width / 2
    for i, (name, array) in enumerate(idea.pictures.items()):
        title = name if len(idea.pictures) > 1 else ""
        n = add_panel(layout, i, title, (left + i * width, left + (i + 0.94) * width), size=12)
        reach = float(np.abs(array).max()) or 1.0
        scale = (
            dict(colorscale=INK, zmin=0, zmax=1) if idea.score == "distance"
            else dict(colorscale=DIVERGING, zmin=-reach, zmax=reach)
        )
        traces.append(dict(
            type="heatmap", z=array.reshape(image_shape), xaxis="x" + n, yaxis="y" + n, showscale=False, name=name,
            hovertemplate=_words("all.hover") + "<extra></extra>", **scale,
        ))
    n = axis_suffix(len(idea.pictures))
    bare = dict(showticklabels=False, showgrid=False, zeroline=False)
    layout["xaxis" + n] = bare | dict(domain=[2 * width + 0.03, 1], range=[0, 1], anchor="y" + n, title=dict(text=""))
    layout["yaxis" + n] = bare | dict(domain=[0.1, 0.5], range=[-0.5, 0.5], anchor="x" + n)
    traces.append(dict(
        type="bar", orientation="h", x=[idea.accuracy], y=[0], width=1, xaxis="x" + n, yaxis="y" + n,
        customdata=[idea.title], name=_words("all.bar"), marker=dict(color=_COLOURS[idea.score]),
        meta=in_table(x=_words("all.bar"), y="", columns=(_words("all.step"),)),
        hovertemplate="%{x:.1%}<extra></extra>",
    ))
    layout["shapes"] = [
        # The whole length of the bar, and the middle.
        dict(type="rect", x0=0, x1=1, y0=-0.5, y1=0.5, xref="x" + n, yref="y" + n, line=dict(color=TRAIN, width=1)),
        dict(type="line", x0=0.5, x1=0.5, y0=-0.5, y1=0.5, xref="x" + n, yref="y" + n,
             line=dict(color="#ffffff", width=2, dash="dot")),
    ]
    layout["annotations"].append(dict(
        text=f"<b>{_words('all.right', share=percent(idea.accuracy))}</b>", x=0, y=0.55, xref=f"x{n} domain",
        yref="paper", xanchor="left", yanchor="bottom", showarrow=False, font=dict(size=15),
    ))
    return figure(dict(data=traces, layout=layout))


def two_lines(gap: Curve, straight: Array) -> Figure:
    """What a pixel adds to the score by its distance, and by the product that replaces the distance.

    Parameters
    ----------
    gap : Curve
        Of "distance".
    straight : (len(VALUES),)
        What the product and its share of the bias add at ``VALUES``.
    """
    return figure(dict(
        data=[
            dict(
                type="scatter", x=VALUES, y=y, mode="lines", name=name, line=dict(color=color, width=3),
                hovertemplate=_words("disguise.hover", sum=name) + "<extra></extra>",
            )
            for name, y, color in (
                (_words("sums.score_of_distance"), gap.added, DISTANCE),
                (_words("disguise.product"), straight, MULTIPLY),
            )
        ] + [dict(
            type="scatter", x=[0, 1], y=[gap.added[0], gap.added[-1]], mode="markers", hoverinfo="skip",
            meta=in_table(mark=True), marker=dict(color=NEUTRAL, size=14, symbol="circle-open", line=dict(width=3)),
        )],
        layout=dict(
            xaxis=dict(range=[-0.05, 1.05], title=dict(text=_words("disguise.value_axis"))),
            yaxis=dict(range=[-2.1, 0.15], title=dict(text=_words("disguise.added_axis"))),
            showlegend=False, margin=margin(left=58, bottom=46), height=300,
        ),
    ))


def score_pairs(pair: Disguise, y: Array, digits: tuple[int, int]) -> Figure:
    """The score of each test image by the product against its score by the distance; at most 400 images.

    Parameters
    ----------
    pair : Disguise
    y : (n_samples,)
    digits : (int, int)
    """
    shown = slice(0, _MOST_POINTS)
    a, b, truth = pair.by_distance[shown], pair.by_multiply[shown], y[shown]
    low, high = float(min(a.min(), b.min())), float(max(a.max(), b.max()))
    room = 0.04 * (high - low) or 1.0
    ends = [low - room, high + room]
    line = dict(type="line", line=dict(color=TRAIN, width=1))
    boundary = dict(color=NEUTRAL, width=2, dash="dash")
    axis = dict(range=ends, zeroline=False)
    return figure(dict(
        data=[dict(
            type="scatter", x=a[truth == label], y=b[truth == label], mode="markers",
            name=_words("disguise.images", a_digit=a_digit(digit)), marker=dict(color=color, size=6, opacity=0.7),
            hovertemplate=_words("disguise.score_hover", a_digit=a_digit(digit)) + "<extra></extra>",
        ) for label, digit, color in ((1, digits[0], FIRST), (0, digits[1], SECOND))],
        layout=dict(
            xaxis=axis | dict(title=dict(text=_words("disguise.by_distance"))),
            yaxis=axis | dict(title=dict(text=_words("disguise.by_product"))),
            shapes=[
                line | dict(x0=ends[0], x1=ends[1], y0=ends[0], y1=ends[1]),
                line | dict(x0=0, x1=0, y0=ends[0], y1=ends[1], line=boundary),
                line | dict(x0=ends[0], x1=ends[1], y0=0, y1=0, line=boundary),
            ],
            showlegend=False, margin=margin(left=58, bottom=46), height=300,
        ),
    ))


def _named(key: str, name: str) -> str:
    """The name of a score beside a square of its colour."""
    return f"{_mark('■', _COLOURS[key])} {name}"


def _mark(sign: str, color: str) -> str:
    return f'<span style="color:{color}">{sign}</span>'
