"""Figures of the page "Why multiply?"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.figures.base import Array, Figure, add_panel, axis_suffix, figure, grip, in_table, margin
from explorer.figures.colours import DIVERGING, FIRST, INK, MARK, OTHERS, SECOND, TRAIN
from explorer.lessons.why_multiply.all_pixels import Idea
from explorer.lessons.why_multiply.disguise import Disguise
from explorer.lessons.why_multiply.one_pixel import VALUES, Curve
from explorer.lessons.why_multiply.two_pixels import PairCounts

_MOST_POINTS = 400  # images that are drawn as points


def one_pixel(product: Curve, gap: Curve, value: float) -> Figure:
    """The two scores of one pixel against its value, side by side, each with the chosen value on it.

    Parameters
    ----------
    product, gap : Curve
        Of "multiply" and of "distance". The distance itself is drawn; the score has it with a minus.
    value : float
    """
    traces = []
    for i, (line, sign, name) in enumerate(((product, 1, "value × weight"), (gap, -1, "abs(value − weight)"))):
        axes = dict(xaxis="x" + axis_suffix(i), yaxis="y" + axis_suffix(i))
        at = sign * float(line.score.parts(np.array([value]), np.array([line.weight]))[0])
        traces += [
            dict(
                type="scatter", x=VALUES, y=sign * line.added, mode="lines", name=name,
                line=dict(color=OTHERS[i], width=3),
                hovertemplate=f"value %{{x:.2f}}<br>{name} = %{{y:.2f}}<extra></extra>", **axes,
            ),
            dict(
                type="scatter", x=[value], y=[at], mode="markers+text", text=[f"{at:.2f}".replace("-", "−")],
                textposition="top center" if at < 0.5 else "bottom center", textfont=dict(size=14),
                marker=dict(color=OTHERS[i], size=13, line=dict(color="#ffffff", width=2)), hoverinfo="skip",
                meta=in_table(title=f"the chosen value: {name}"), name=name, **axes,
            ),
        ]
    x = dict(range=[-0.03, 1.03], title=dict(text="value of the pixel"))
    y = dict(zeroline=True, zerolinecolor=TRAIN, zerolinewidth=1)
    return figure(dict(data=traces, layout=dict(
        xaxis=x | dict(domain=[0, 0.44], anchor="y"), xaxis2=x | dict(domain=[0.56, 1], anchor="y2"),
        yaxis=y | dict(range=[-1.1, 1.1], anchor="x"), yaxis2=y | dict(range=[-0.1, 2.1], anchor="x2"),
        # Titles above the panels, since a phone has no room beside the axes.
        annotations=[
            dict(text=name, x=x, y=1.02, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
                 showarrow=False, font=dict(size=14, color=OTHERS[i]))
            for i, (name, x) in enumerate((("value × weight", 0), ("abs(value − weight)", 0.56)))
        ],
        showlegend=False, margin=margin(left=40, bottom=46, top=28), height=300,
        meta=dict(grips=[
            grip("The value: drag it", value, value * product.weight, ("pixel_value", 1)),
            grip("The line's end, the weight: drag it up or down", 1, product.weight, y_sets=("pixel_weight", 1)),
        ] + ([
            grip("The lowest point of the V, the weight: drag it", gap.weight, 0, ("pixel_weight", 1), suffix="2"),
        ] if gap.weight >= 0 else [])),
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
            line=dict(color="#ffffff", width=1), hoverinfo="skip", name="score of the model",
        ),
        dict(
            type="contour", x=grid, y=grid, z=scores, showscale=False, autocontour=False, hoverinfo="skip",
            meta=in_table(mark=True),
            contours=dict(coloring="none", start=0, end=0, size=1), line=dict(color=MARK, width=3),
        ),
    ]
    for seen, digit, color in zip(images, digits, (FIRST, SECOND), strict=True):
        traces.append(dict(
            type="scatter", x=seen.x, y=seen.y, mode="markers", customdata=seen.images, name=f"images of a {digit}",
            meta=in_table(columns=("how many images",)),
            # The area stands for the number of images.
            marker=dict(
                color=color, size=4 + 26 * np.sqrt(seen.images / max(images[0].images.max(), images[1].images.max())),
                opacity=0.75, line=dict(color="#ffffff", width=1),
            ),
            hovertemplate=f"%{{customdata}} images of a {digit}<br>with about these two values<extra></extra>",
        ))
    axis = dict(
        range=[grid[0], grid[-1]], zeroline=False, showgrid=False,
        tickvals=[0, 0.5, 1] if grid[-1] - grid[0] < 2 else [*range(int(np.ceil(grid[0])), int(grid[-1]) + 1)],
    )
    return figure(dict(data=traces, layout=dict(
        xaxis=axis | dict(title=dict(text=f"value of pixel {names[0]}")),
        yaxis=axis | dict(title=dict(text=f"value of pixel {names[1]}")),
        # The values that a pixel can have.
        shapes=[dict(type="rect", x0=0, x1=1, y0=0, y1=1, line=dict(color=TRAIN, width=1, dash="dot"))],
        # Light on dark pages too, since the colours are mixed with it.
        plot_bgcolor=INK[0][1], showlegend=False, margin=margin(left=54, bottom=46), height=340,
    )))


def accuracies(steps: Sequence[Idea]) -> Figure:
    """The accuracy of each step, as bars, with that of a coin as a line."""
    keys = [f"({step.key})" for step in steps]
    shares = [step.accuracy for step in steps]
    return figure(dict(
        data=[dict(
            type="bar", orientation="h", x=shares, y=keys, customdata=[step.title for step in steps],
            meta=in_table(y="step", columns=("what it does",)),
            text=[f"{share:.1%}  {step.title}" for share, step in zip(shares, steps, strict=True)],
            textposition="inside", insidetextanchor="start", textangle=0, constraintext="none",
            textfont=dict(color="#ffffff", size=13),
            marker=dict(color=["#6a7381", "#6a7381", "#6a7381", "#6a7381", FIRST, FIRST]),
            hovertemplate="%{customdata}<br>%{x:.2%} of the test digits right<extra></extra>",
        )],
        layout=dict(
            xaxis=dict(range=[0, 1.01], tickformat=".0%", title=dict(text="right answers")),
            yaxis=dict(autorange="reversed"), bargap=0.2,
            shapes=[dict(
                type="line", x0=0.5, x1=0.5, y0=0, y1=1, yref="paper", line=dict(color=MARK, width=2, dash="dot"),
            )],
            showlegend=False, margin=margin(left=36, bottom=46), height=290,
        ),
    ))


def idea_weights(steps: Sequence[Idea], image_shape: tuple[int, int]) -> Figure:
    """The weights of each step as small pictures: as ink where they are compared with ink, else orange to blue."""
    pictures = [picture for step in steps for picture in step.pictures]
    per_row = -(-len(pictures) // 2)
    traces, layout = [], dict(margin=margin(top=22, bottom=4, left=4), height=290, annotations=[])
    for i, (title, array, as_ink) in enumerate(pictures):
        row, column = divmod(i, per_row)
        n = add_panel(
            layout, i, title, (column / per_row, (column + 0.9) / per_row), (0.56, 1.0) if row == 0 else (0.0, 0.44), 13
        )
        reach = float(np.abs(array).max()) or 1.0
        scale = (
            dict(colorscale=INK, zmin=0, zmax=1) if as_ink else dict(colorscale=DIVERGING, zmin=-reach, zmax=reach)
        )
        traces.append(dict(
            type="heatmap", z=array.reshape(image_shape), xaxis="x" + n, yaxis="y" + n, showscale=False,
            hovertemplate="row %{y}, column %{x}<br>weight %{z:.3f}<extra></extra>", **scale,
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
                type="scatter", x=VALUES, y=y, mode="lines", name=name, line=dict(color=color, width=3, dash=dash),
                hovertemplate=f"{name}<br>value %{{x:.2f}}: adds %{{y:.2f}}<extra></extra>",
            )
            for name, y, color, dash in (
                ("−abs(value − weight)", gap.added, OTHERS[1], "solid"), ("the product", straight, OTHERS[0], "dash"),
            )
        ] + [dict(
            type="scatter", x=[0, 1], y=[gap.added[0], gap.added[-1]], mode="markers", hoverinfo="skip",
            meta=in_table(mark=True), marker=dict(color=TRAIN, size=14, symbol="circle-open", line=dict(width=3)),
        )],
        layout=dict(
            xaxis=dict(range=[-0.05, 1.05], title=dict(text="value of the pixel (0 paper, 1 ink)")),
            yaxis=dict(range=[-2.1, 0.15], title=dict(text="adds to the score")),
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
    axis = dict(range=ends, zeroline=False)
    return figure(dict(
        data=[dict(
            type="scatter", x=a[truth == label], y=b[truth == label], mode="markers", name=f"images of a {digit}",
            marker=dict(color=color, size=6, opacity=0.7),
            hovertemplate=f"a {digit}<br>by distance %{{x:.3f}}<br>by the product %{{y:.3f}}<extra></extra>",
        ) for label, digit, color in ((1, digits[0], FIRST), (0, digits[1], SECOND))],
        layout=dict(
            xaxis=axis | dict(title=dict(text="score by distance")),
            yaxis=axis | dict(title=dict(text="score by the product")),
            shapes=[
                line | dict(x0=ends[0], x1=ends[1], y0=ends[0], y1=ends[1]),
                line | dict(x0=0, x1=0, y0=ends[0], y1=ends[1], line=dict(color=MARK, width=1.5)),
                line | dict(x0=ends[0], x1=ends[1], y0=0, y1=0, line=dict(color=MARK, width=1.5)),
            ],
            showlegend=False, margin=margin(left=58, bottom=46), height=300,
        ),
    ))
