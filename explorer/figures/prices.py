"""Figures of the page "Apples and pears": guesses, the plane of prices, the bag, the learning rate."""

from __future__ import annotations

import numpy as np

from explorer.figures.base import Array, Figure, figure, grip, in_table, margin
from explorer.figures.colours import FIRST, OTHERS, SECOND, TEST, TRAIN
from explorer.lessons.prices import DEAREST_BAG, Bag, Plane, Sides

SQUARED, ABSOLUTE = OTHERS  # green and red, as in the text of the page
_LINES = (FIRST, SECOND)  # the first receipts; others are grey
_PATH = TRAIN
# The points of the line of a receipt, in cents from its middle: close together where it is in the window, for the text
# of a point under the pointer, and so far out that it crosses any window.
_FAR = np.geomspace(1, 1000, 31)
_POINTS = np.concatenate([-_FAR[::-1], [0], _FAR])


def guesses(trail: Array, errors: Array) -> Figure:
    """The error of each guess, in the order of the guesses.

    Parameters
    ----------
    trail : (n, 2)
        Prices of apples and pears, in cents.
    errors : (n,)
        Cost − total of each guess, in cents.
    """
    n = len(errors)
    reach = 1.15 * max(float(np.abs(errors).max()), 2.0)
    return figure(dict(
        data=[dict(
            type="scatter", x=np.arange(1, n + 1), y=errors, mode="lines+markers",
            line=dict(color=_PATH, width=1), customdata=trail,
            meta=in_table(columns=("price of an apple (cents)", "price of a pear (cents)")),
            marker=dict(size=[9] * (n - 1) + [15], color=[_PATH] * (n - 1) + [TEST], opacity=1),
            hovertemplate="guess %{x}: apples %{customdata[0]:.2f}, pears %{customdata[1]:.2f}"
            "<br>error %{y:+.2f} cents<extra></extra>",
        )],
        layout=dict(
            xaxis=dict(
                title=dict(text="guess"), range=[0.5, max(n, 8) + 0.5], tickformat="d", dtick=1 if n <= 12 else None,
                zeroline=False,
            ),
            yaxis=dict(
                title=dict(text="error: cost − receipt (cents)"), range=[-reach, reach], zerolinewidth=3,
                zerolinecolor=SQUARED,
            ),
            showlegend=False, hovermode="closest", margin=margin(left=66, top=14, bottom=48), height=360,
        ),
    ))


def price_plane(plane: Plane) -> Figure:
    """The plane of all pairs of prices, with a line for each receipt and the paths of descent from several starts."""
    quantities, totals = plane.receipts.quantities, plane.receipts.totals
    paths, ends, reach = plane.paths, plane.ends, plane.reach
    traces = []
    for i, ((apples, pears), total) in enumerate(zip(quantities, totals, strict=True)):
        foot = np.array([apples, pears]) * total / (apples**2 + pears**2)
        along = np.array([pears, -apples]) / np.hypot(apples, pears)
        points = foot + _POINTS[:, None] * along
        traces.append(dict(
            type="scatter", x=points[:, 0], y=points[:, 1], mode="lines",
            line=dict(color=_LINES[i] if i < len(_LINES) else TRAIN, width=3), name=f"receipt {i + 1}",
            meta=in_table(line=f"{apples:g} × apple + {pears:g} × pear = {total:g}"),
            hovertemplate=f"receipt {i + 1}: all pairs on this line cost {total:g}<extra></extra>",
        ))
    # All paths but the visitor's as one trace, with gaps between them, since each trace costs time.
    others = np.concatenate([np.concatenate([paths[:, k], [[np.nan, np.nan]]]) for k in range(1, paths.shape[1])])
    traces.append(dict(
        type="scatter", x=others[:, 0], y=others[:, 1], mode="lines", line=dict(color=_PATH, width=1.5, dash="dot"),
        hoverinfo="skip", name="other paths", meta=in_table(parts="path"),
    ))
    traces.append(dict(
        type="scatter", x=paths[:, 0, 0], y=paths[:, 0, 1], mode="lines", line=dict(color=TEST, width=2.5),
        hoverinfo="skip", name="your path", meta=in_table(steps="point of the path"),
    ))
    starts = paths[0]
    traces.append(dict(
        type="scatter", x=starts[:, 0], y=starts[:, 1], mode="markers", name="starts",
        marker=dict(size=[13] + [8] * (len(starts) - 1), color=[TEST] + [_PATH] * (len(starts) - 1),
                    symbol="circle-open", line=dict(width=2)),
        hovertemplate="start: apples %{x:.2f}, pears %{y:.2f}<extra></extra>",
    ))
    traces.append(dict(
        type="scatter", x=ends[::-1, 0], y=ends[::-1, 1], mode="markers", name="ends",
        marker=dict(size=[9] * (len(ends) - 1) + [13], color=[_PATH] * (len(ends) - 1) + [SQUARED], opacity=1),
        hovertemplate="descent ends: apples %{x:.2f}, pears %{y:.2f}<extra></extra>",
    ))
    if plane.compromise is not None:
        traces.append(dict(
            type="scatter", x=[plane.compromise[0]], y=[plane.compromise[1]], mode="markers",
            name="least absolute error", marker=dict(size=14, color=ABSOLUTE, symbol="diamond"),
            hovertemplate="least absolute error: apples %{x:.2f}, pears %{y:.2f}<extra></extra>",
        ))
    axis = dict(range=[-reach, reach], zeroline=True, zerolinewidth=2)
    return figure(dict(data=traces, layout=dict(
        xaxis=axis | dict(title=dict(text="price of an apple (cents)")),
        # Equal scales, so that the shortest way to a line meets it at a right angle.
        yaxis=axis | dict(title=dict(text="price of a pear (cents)"), scaleanchor="x", constrain="range"),
        showlegend=False, hovermode="closest", margin=margin(left=58, bottom=48), height=440,
        meta=dict(grips=[grip(
            "Your guess: drag it, or press an arrow key", *starts[0], ("apple", 1), ("pear", 1), asks="guess",
        )]),
    )))


def bag_prices(found: Bag) -> Figure:
    """The prices of the shop, those found without a bias and those found with one, as bars side by side."""
    names = ["apple", "pear", "bag"]
    bars = (
        ("the shop's price", TRAIN, found.true_prices), ("without a bias", SECOND, found.without),
        ("with a bias", FIRST, found.with_bias),
    )
    return figure(dict(
        data=[dict(
            type="bar", x=names[: len(prices)], y=prices, name=name, marker=dict(color=color),
            hovertemplate=f"{name}: %{{x}} at %{{y:.2f}} cents<extra></extra>",
        ) for name, color, prices in bars],
        layout=dict(
            barmode="group", xaxis=dict(title=dict(text="what is charged")),
            yaxis=dict(title=dict(text="price (cents)"), range=[0, DEAREST_BAG + 0.4]),
            showlegend=False, margin=margin(left=58, bottom=48), height=360,
        ),
    ))


def steps_beside_limit(sides: Sides) -> Figure:
    """The error of one receipt step by step: at the chosen rate, just below the limit, just above it."""
    errors, rates = sides.errors, sides.rates
    steps = np.arange(len(errors))
    reach = 2 * max(float(np.abs(errors[0]).max()), 1.0)
    names = ("your rate", "just below the limit", "just above the limit")
    order = (1, 2, 0)  # the chosen rate on top
    return figure(dict(
        data=[dict(
            type="scatter", x=steps, y=errors[:, k], mode="lines+markers", name=names[k],
            line=dict(color=(TEST, SQUARED, ABSOLUTE)[k], width=3.5 if k == 0 else 1.5),
            marker=dict(size=8 if k == 0 else 5),
            hovertemplate=f"{names[k]}, {rates[k]:.4g}<br>step %{{x}}: error %{{y:+.4g}} cents<extra></extra>",
        ) for k in order],
        layout=dict(
            xaxis=dict(title=dict(text="step"), range=[-0.3, len(errors) - 0.7], zeroline=False),
            # A run that explodes leaves the window; the sentence beside it says how far it went.
            yaxis=dict(
                title=dict(text=f"error of receipt {sides.receipt + 1} (cents)"), range=[-reach, reach],
                zerolinewidth=2,
            ),
            showlegend=False, hovermode="closest", margin=margin(left=66, bottom=48), height=380,
        ),
    ))


def distance_by_rate(rates: Array, distances: Array, limit: float, chosen: float, steps: int) -> Figure:
    """The distance of descent from its end, against the learning rate, with the limit as a line.

    Parameters
    ----------
    rates, distances : (n,)
        Distances in cents.
    limit, chosen : float
        Learning rates.
    steps : int
        The number of steps after which the distance is measured.
    """
    # The axis is logarithmic: it has no 0. What is above the window need not be drawn.
    shown = np.clip(distances, 1e-4, 1e9)
    at_chosen = float(np.clip(10 ** np.interp(chosen, rates, np.log10(shown)), 1e-3, 1e5))
    start = float(shown[0])
    return figure(dict(
        data=[
            dict(
                type="scatter", x=rates, y=shown, mode="lines", line=dict(color=_PATH, width=2),
                name=f"after {steps} steps",
                hovertemplate=f"rate %{{x:.4g}}: %{{y:.4g}} cents away after {steps} steps<extra></extra>",
            ),
            dict(
                type="scatter", x=[chosen], y=[at_chosen], mode="markers",
                marker=dict(size=14, color=TEST), name="your rate",
                hovertemplate="your rate, %{x:.4g}<extra></extra>",
            ),
        ],
        layout=dict(
            xaxis=dict(
                title=dict(text="learning rate"), range=[0, float(rates[-1])], zeroline=False,
                nticks=6,
            ),
            yaxis=dict(
                title=dict(text="cents away"), type="log", range=[-3.3, 5.3], tickvals=[0.001, 0.1, 10, 1000, 100_000],
                ticktext=["0.001", "0.1", "10", "1,000", "100,000"],
            ),
            shapes=[
                dict(type="line", x0=limit, x1=limit, y0=0, y1=1, yref="paper", line=dict(color=ABSOLUTE, width=2)),
                dict(
                    type="line", x0=0, x1=1, xref="paper", y0=start, y1=start,
                    line=dict(color=_PATH, width=1, dash="dot"),
                ),
            ],
            showlegend=False, hovermode="closest", margin=margin(left=70, bottom=48), height=240,
            meta=dict(grips=[
                grip("Your rate: drag it, or press an arrow key", chosen, at_chosen, ("price_rate", 1)),
            ]),
        ),
    ))
