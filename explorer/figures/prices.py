"""Figures of the page "Apples and pears": receipt and scales, guesses, the plane of prices, the bag, the rate."""

from __future__ import annotations

import math

import numpy as np

from explorer import texts
from explorer.figures.base import Array, Figure, figure, grip, in_table, margin
from explorer.figures.colours import GRAPHITE, NEUTRAL, TRAIN
from explorer.lessons.prices import DEAREST_BAG, Bag, Plane, Sides, Weighing, basket, cents, off

words = texts.of("prices")

# Of what is drawn: paper and steel can be seen on a light page and on a dark one. Fruit has its own colours.
_PAPER, _APPLE, _PEAR = "rgba(125,134,148,0.12)", "#bf4f4a", "#b0a23c"
_THIN = dict(color=TRAIN, width=1.5, dash="dot")
# The points of the line of a receipt, in cents from its middle: close together where it is in the window, for the text
# of a point under the pointer, and so far out that it crosses any window.
_FAR = np.geomspace(1, 1000, 31)
_POINTS = np.concatenate([-_FAR[::-1], [0], _FAR])

# The receipt and the scales, in shares of the width and the height of their picture.
_RECEIPT_WIDTH, _MIDDLE, _ARM, _BEAM, _LEAN, _STRING = 0.42, 0.735, 0.155, 0.84, 0.16, 0.30
_PAN, _FRUIT = 38, 15  # half the width of a pan, and the width of a fruit, in screen pixels
_MOST_FRUIT = 5  # of a kind that are drawn


def till(weighed: Weighing) -> Figure:
    """The receipt with the prices of a guess, and a pair of scales with its cost and what the receipt says."""
    lean = _LEAN * weighed.tilt
    ends = [(_MIDDLE - _ARM, _BEAM - lean), (_MIDDLE + _ARM, _BEAM + lean)]
    pans = [(x, y - _STRING) for x, y in ends]
    steel = dict(color=NEUTRAL, width=2.5)
    shapes = [
        _drawn(f"M0,0.02 {_torn_edge(_RECEIPT_WIDTH, 0.02)} L{_RECEIPT_WIDTH},1 L0,1 Z", _PAPER, dict(width=0)),
        *(dict(type="line", x0=0.02, x1=_RECEIPT_WIDTH - 0.02, y0=y, y1=y, line=dict(color=NEUTRAL, width=1))
          for y in (0.53, 0.22)),
        # The post with its foot, and the beam.
        _drawn(
            f"M{_MIDDLE - 0.06},0 L{_MIDDLE + 0.06},0 M{_MIDDLE},0 L{_MIDDLE},{_BEAM} "
            f"M{ends[0][0]},{ends[0][1]:.4f} L{ends[1][0]},{ends[1][1]:.4f}", None, steel | dict(width=4),
        ),
    ]
    for (x, top), (_, bottom) in zip(ends, pans, strict=True):
        string = _pixels(x, bottom, f"M-{_PAN},0 L{_PAN},0 Q0,-22 -{_PAN},0 Z", NEUTRAL, steel)
        shapes += [
            *(dict(
                type="line", x0=0, x1=side * _PAN, xsizemode="pixel", xanchor=x, y0=top, y1=bottom,
                line=dict(color=NEUTRAL, width=1),
            ) for side in (-1, 1)),
            string,
        ]
    apples, pears = (min(math.ceil(q), _MOST_FRUIT) for q in weighed.quantities.tolist())
    shapes += [
        _pixels(*pans[0], "".join(_apple(x, y) for x, y in _row(apples, 0)), _APPLE, dict(color=_APPLE, width=1)),
        _pixels(
            *pans[0], "".join(_pear(x, y) for x, y in _row(pears, 17 if apples else 0)), _PEAR,
            dict(color=_PEAR, width=1),
        ),
        _pixels(*pans[1], "M-15,1 L15,1 L11,18 L4,18 L4,23 L-4,23 L-4,18 L-11,18 Z", NEUTRAL, steel),
    ]
    sums = weighed.quantities * weighed.prices
    lines = [
        (0.93, words("till.heading"), ""),
        *((y, words("till.line", basket=basket(only), price=cents(price)), cents(cost)) for y, only, price, cost in zip(
            (0.78, 0.64), np.diag(weighed.quantities), weighed.prices, sums, strict=True,
        ) if only.any()),
        (0.45, words("till.cost"), f"<b>{cents(weighed.cost)}</b>"),
        (0.31, words("till.total"), f"<b>{cents(weighed.total)}</b>"),
        (0.13, f"<b>{off(weighed.error)}</b>", ""),
    ]
    sides = [
        words("till.your_side", cents=cents(weighed.cost)), words("till.other_side", cents=cents(weighed.total)),
    ]
    return figure(dict(
        data=[
            dict(
                type="scatter", x=[x for x, _ in pans], y=[y - 0.07 for _, y in pans], mode="text", text=sides,
                textposition="bottom center", textfont=dict(size=13), hoverinfo="skip", name="",
                meta=in_table(mark=True),
            ),
            dict(  # the numbers on the receipt for the table of this picture; in it they are annotations
                type="bar", x=[words("till.cost"), words("till.total")], y=[weighed.cost, weighed.total],
                xaxis="x2", yaxis="y2", opacity=0, hoverinfo="skip",
            ),
        ],
        layout=dict(
            xaxis=_BARE, yaxis=_BARE,
            xaxis2=dict(visible=False, overlaying="x", title=dict(text=words("till.on_it"))),
            yaxis2=dict(visible=False, overlaying="y", title=dict(text=words("till.cents"))),
            shapes=shapes, showlegend=False, margin=margin(0, 0, 4, 4), height=_TILL_HEIGHT,
            annotations=[
                dict(
                    x=x, y=y, xanchor=anchor, yanchor="middle", text=text, showarrow=False, font=dict(size=13),
                    borderpad=0,
                )
                for y, left, right in lines
                for x, anchor, text in ((0.02, "left", left), (_RECEIPT_WIDTH - 0.02, "right", right)) if text
            ],
        ),
    ))


_TILL_HEIGHT = 232
_BARE = dict(range=[0, 1], visible=False)


def _drawn(path: str, fill: str | None, line: dict) -> dict:
    """A shape in shares of the picture; one that is not filled has parts that need not close."""
    return dict(type="path", path=path, line=line, layer="below") | (dict(fillcolor=fill) if fill else {})


def _pixels(x: float, y: float, path: str, fill: str, line: dict) -> dict:
    """A shape in screen pixels, right and up from a place in the picture."""
    return dict(
        type="path", path=path or "M0,0", xsizemode="pixel", ysizemode="pixel", xanchor=x, yanchor=y, fillcolor=fill,
        line=line,
    )


def _torn_edge(right: float, height: float, teeth: int = 14) -> str:
    """The lower edge of a receipt, from the left to ``right``."""
    step = right / teeth
    return " ".join(f"L{(i + 0.5) * step:.4f},0 L{(i + 1) * step:.4f},{height}" for i in range(teeth))


def _row(n: int, y: int) -> list[tuple[float, int]]:
    """The places of fruit side by side: the middle of each from the middle of the pan, and where it lies."""
    return [((i - (n - 1) / 2) * _FRUIT, y + 1) for i in range(n)]


def _apple(x: float, y: int) -> str:
    """An apple with a stem, 13 pixels wide."""
    return (
        f"M{x},{y} Q{x + 8},{y - 1} {x + 6.5},{y + 8} Q{x + 5},{y + 13} {x},{y + 11} "
        f"Q{x - 5},{y + 13} {x - 6.5},{y + 8} Q{x - 8},{y - 1} {x},{y} Z M{x},{y + 11} L{x + 2},{y + 15} "
    )


def _pear(x: float, y: int) -> str:
    """A pear with a stem, 13 pixels wide."""
    return (
        f"M{x},{y} Q{x + 9},{y} {x + 6},{y + 7} Q{x + 3.5},{y + 10} {x + 2.5},{y + 13} "
        f"Q{x},{y + 16} {x - 2.5},{y + 13} Q{x - 3.5},{y + 10} {x - 6},{y + 7} Q{x - 9},{y} {x},{y} Z "
        f"M{x},{y + 14} L{x + 2},{y + 18} "
    )


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
    top, step = _ticks(float(np.abs(errors).max()))
    marks = np.arange(-top, top + step / 2, step)
    return figure(dict(
        data=[dict(
            type="scatter", x=np.arange(1, n + 1), y=errors, mode="lines+markers",
            line=dict(color=TRAIN, width=1), customdata=trail,
            meta=in_table(columns=(words("guesses.apple"), words("guesses.pear"))),
            marker=dict(size=[8] * (n - 1) + [14], color=[TRAIN] * (n - 1) + [GRAPHITE], opacity=1),
            hovertemplate=words("guesses.hover") + "<extra></extra>",
        )],
        layout=dict(
            xaxis=dict(
                title=dict(text=words("guesses.x")), range=[0.5, max(n, 8) + 0.5], tickformat="d",
                dtick=1 if n <= 12 else None, zeroline=False,
            ),
            yaxis=dict(
                title=dict(text=words("guesses.y")), range=[-1.08 * top, 1.08 * top], zerolinewidth=3,
                zerolinecolor=GRAPHITE, tickvals=marks, ticktext=[cents(mark) for mark in marks.tolist()],
            ),
            annotations=[] if n > 1 else [dict(
                x=1.25, y=float(errors[0]), xanchor="left", yanchor="middle", showarrow=False,
                text=words("guesses.first", off=off(float(errors[0]))), font=dict(size=13),
            )],
            showlegend=False, hovermode="closest", margin=margin(left=66, top=8, bottom=44), height=200,
        ),
    ))


def _ticks(largest: float) -> tuple[float, float]:
    """The last tick of an axis that no point exceeds, and the distance between two: two or three on each side of 0."""
    power = 10.0 ** math.floor(math.log10(max(largest, 2.0) / 2))
    step = next(power * k for k in (1, 2, 5, 10) if 3 * power * k >= largest)
    return step * max(math.ceil(largest / step), 2), step


def price_plane(plane: Plane) -> Figure:
    """The plane of all pairs of prices, with a line for each receipt and the paths of descent from several starts."""
    quantities, totals = plane.receipts.quantities, plane.receipts.totals
    paths, ends, reach = plane.paths, plane.ends, plane.reach
    traces, notes = [], []
    for i, ((apples, pears), total) in enumerate(zip(quantities, totals, strict=True)):
        foot = np.array([apples, pears]) * total / (apples**2 + pears**2)
        along = np.array([pears, -apples]) / np.hypot(apples, pears)
        points = foot + _POINTS[:, None] * along
        traces.append(dict(
            type="scatter", x=points[:, 0], y=points[:, 1], mode="lines",
            line=dict(color=NEUTRAL, width=3), name=words("plane.receipt", n=i + 1),
            meta=in_table(line=f"{apples:g} × apple + {pears:g} × pear = {total:g}"),
            hovertemplate=words("plane.hover_receipt", n=i + 1, total=cents(total)) + "<extra></extra>",
        ))
        notes.append(_note(*_place_of_name(i, points, reach), words("plane.receipt", n=i + 1)))
    # All paths but the visitor's as one trace, with gaps between them, since each trace costs time.
    others = np.concatenate([np.concatenate([paths[:, k], [[np.nan, np.nan]]]) for k in range(1, paths.shape[1])])
    traces.append(dict(
        type="scatter", x=others[:, 0], y=others[:, 1], mode="lines", line=_THIN,
        hoverinfo="skip", name=words("plane.other_paths"), meta=in_table(parts=words("plane.path")),
    ))
    traces.append(dict(
        type="scatter", x=paths[:, 0, 0], y=paths[:, 0, 1], mode="lines", line=dict(color=GRAPHITE, width=2),
        hoverinfo="skip", name=words("plane.your_path"), meta=in_table(steps=words("plane.point")),
    ))
    starts = paths[0]
    traces.append(dict(
        type="scatter", x=starts[:, 0], y=starts[:, 1], mode="markers", name=words("plane.starts"),
        marker=dict(size=[13] + [8] * (len(starts) - 1), color=GRAPHITE, symbol="circle-open", line=dict(width=2)),
        hovertemplate=words("plane.hover_start") + "<extra></extra>",
    ))
    traces.append(dict(
        type="scatter", x=ends[::-1, 0], y=ends[::-1, 1], mode="markers", name=words("plane.ends"),
        marker=dict(size=[9] * (len(ends) - 1) + [13], color=GRAPHITE, opacity=1),
        hovertemplate=words("plane.hover_end") + "<extra></extra>",
    ))
    notes.append(_note(*ends[0], words("plane.end")))
    if plane.compromise is not None:
        traces.append(dict(
            type="scatter", x=[plane.compromise[0]], y=[plane.compromise[1]], mode="markers",
            name=words("plane.least_absolute"), marker=dict(size=15, color=GRAPHITE, symbol="diamond-open"),
            hovertemplate=words("plane.hover_least_absolute") + "<extra></extra>",
        ))
        side = "right" if plane.compromise[0] < ends[0, 0] else "left"
        notes.append(_note(*plane.compromise, words("plane.least_absolute"), side, "top"))
    axis = dict(range=[-reach, reach], zeroline=True, zerolinewidth=2)
    return figure(dict(data=traces, layout=dict(
        xaxis=axis | dict(title=dict(text=words("plane.x"))),
        # Equal scales, so that the shortest way to a line meets it at a right angle.
        yaxis=axis | dict(title=dict(text=words("plane.y")), scaleanchor="x", constrain="range"),
        showlegend=False, hovermode="closest", margin=margin(left=58, bottom=48), height=410,
        annotations=notes,
        meta=dict(grips=[grip(
            words("plane.grip"), *starts[0], ("apple", 1), ("pear", 1), asks="guess",
        )]),
    )))


def _note(x: float, y: float, text: str, xanchor: str = "left", yanchor: str = "bottom") -> dict:
    """A few words beside a point."""
    return dict(
        x=float(x), y=float(y), xanchor=xanchor, yanchor=yanchor, xshift=7 if xanchor == "left" else -7,
        yshift=5 if yanchor == "bottom" else -5, text=text, showarrow=False, font=dict(size=13),
    )


def _place_of_name(i: int, points: Array, reach: float) -> Array:
    """Where on the line of receipt number ``i``, from 0, its name stands: near an edge, apart from the others."""
    (x0, y0), (x1, y1) = points[len(points) // 2], points[0]
    along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    if (along[0] > 0 or (along[0] == 0 and along[1] < 0)) == (i % 2 == 0):  # in turn at the upper and the lower end
        along = -along
    share = 0.95 - 0.14 * (i // 2)
    room = [(share * reach * np.sign(d) - p) / d for p, d in zip((x0, y0), along.tolist(), strict=True) if d]
    return np.array([x0, y0]) + min(room) * along


def bag_prices(found: Bag) -> Figure:
    """The prices of the shop, those found without a bias and those found with one, as bars side by side."""
    names = [words("bag.apple"), words("bag.pear"), words("bag.bag")]
    steel = dict(color=GRAPHITE, line=dict(color=GRAPHITE, width=2))
    bars = (
        (words("bag.shop"), steel | dict(color="rgba(0,0,0,0)"), found.true_prices),
        (words("bag.without"), steel | dict(pattern=dict(shape=".", fgcolor=GRAPHITE, size=7, fillmode="replace")),
         found.without),
        (words("bag.with"), steel, found.with_bias),
    )
    return figure(dict(
        data=[dict(
            type="bar", x=names[: len(prices)], y=prices, name=name, marker=marker, textposition="outside",
            text=[cents(price) for price in prices], textfont=dict(size=13), cliponaxis=False,
            hovertemplate=words("bag.hover", bar=name) + "<extra></extra>",
        ) for name, marker, prices in bars],
        layout=dict(
            barmode="group", xaxis=dict(title=dict(text=words("bag.x"))),
            yaxis=dict(title=dict(text=words("bag.y")), range=[0, DEAREST_BAG + 0.6]),
            showlegend=False, margin=margin(left=58, bottom=48), height=290,
        ),
    ))


def steps_beside_limit(sides: Sides) -> Figure:
    """The error of one receipt step by step: at the chosen rate, just below the limit, just above it."""
    errors, rates = sides.errors, sides.rates
    steps = np.arange(len(errors))
    reach = 2 * max(float(np.abs(errors[0]).max()), 1.0)
    names = [words(f"steps.{name}") for name in ("yours", "below", "above")]
    looks = (dict(width=3.5), dict(width=1.5, dash="dash"), dict(width=1.5, dash="dot"))
    order = (1, 2, 0)  # the chosen rate on top
    return figure(dict(
        data=[dict(
            type="scatter", x=steps, y=errors[:, k], mode="lines+markers", name=names[k],
            line=looks[k] | dict(color=GRAPHITE), marker=dict(size=8 if k == 0 else 5),
            hovertemplate=words("steps.hover", line=names[k], rate=f"{rates[k]:.3g}") + "<extra></extra>",
        ) for k in order],
        layout=dict(
            xaxis=dict(title=dict(text=words("steps.x")), range=[-0.3, len(errors) - 0.7], zeroline=False),
            # A run that explodes leaves the window; the sentence beside it says how far it went.
            yaxis=dict(
                title=dict(text=words("steps.y", n=sides.receipt + 1)), range=[-reach, reach], zerolinewidth=2,
            ),
            showlegend=False, hovermode="closest", margin=margin(left=66, bottom=48), height=320,
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
                type="scatter", x=rates, y=shown, mode="lines", line=dict(color=TRAIN, width=2),
                name=words("by_rate.line", steps=steps),
                hovertemplate=words("by_rate.hover", steps=steps) + "<extra></extra>",
            ),
            dict(
                type="scatter", x=[chosen], y=[at_chosen], mode="markers",
                marker=dict(size=14, color=GRAPHITE), name=words("steps.yours"),
                hovertemplate=words("by_rate.hover_yours") + "<extra></extra>",
            ),
        ],
        layout=dict(
            xaxis=dict(
                title=dict(text=words("by_rate.x")), range=[0, float(rates[-1])], zeroline=False,
                nticks=6,
            ),
            yaxis=dict(
                title=dict(text=words("by_rate.y")), type="log", range=[-3.3, 5.3],
                tickvals=[0.001, 0.1, 10, 1000, 100_000],
                ticktext=["0.001", "0.1", "10", "1,000", "100,000"],
            ),
            shapes=[
                dict(
                    type="line", x0=limit, x1=limit, y0=0, y1=1, yref="paper",
                    line=dict(color=NEUTRAL, width=2, dash="dash"),
                ),
                dict(
                    type="line", x0=0, x1=1, xref="paper", y0=start, y1=start,
                    line=_THIN | dict(width=1),
                ),
            ],
            showlegend=False, hovermode="closest", margin=margin(left=70, bottom=48), height=240,
            meta=dict(grips=[
                grip(words("by_rate.grip"), chosen, at_chosen, ("price_rate", 1)),
            ]),
        ),
    ))
