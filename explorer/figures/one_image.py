"""The figures of the page "One image": its score as a sum of its rows and the bias, and how sure that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from explorer import texts
from explorer.engine.losses import sigmoid
from explorer.figures.base import Figure, figure, margin
from explorer.figures.colours import FIRST, NEUTRAL, SECOND
from explorer.lessons.words import chance, number

_words = texts.of("one_image")


def rows_and_bias(rows: Sequence[Decimal], bias: Decimal | None, score: Decimal, digits: tuple[int, int]) -> Figure:
    """A waterfall: each bar starts where the one before it ends; the last is their sum.

    Parameters
    ----------
    rows : (height,) of Decimal
        What each row of the image adds, the first row first.
    bias : Decimal or None
        None where there is no bias.
    score : Decimal
        The sum of rows and bias.
    digits : (int, int)
    """
    names = [f"row {row}" for row in range(len(rows))]
    steps = list(rows)
    if bias is not None:
        names.append("the bias")
        steps.append(bias)
    words, so_far = [], Decimal(0)
    for name, step in zip(names, steps, strict=True):
        so_far += step
        towards = f", towards {digits[0] if step > 0 else digits[1]}" if step else ""
        words.append(f"{name} adds {number(step)}{towards}<br>the sum so far: {number(so_far)}")
    words.append(f"the score, the sum of all: {number(score)}")
    # At a distance from the rows and each other that leaves room for the names on a phone.
    gap = 4 if len(rows) > 10 else 1
    others = [len(rows) - 1 + gap * (i + 1) for i in range(len(words) - len(rows))]
    numbered = range(0, len(rows), 4 if len(rows) > 10 else 1)
    return figure(dict(
        data=[dict(
            type="waterfall", x=[*range(len(rows)), *others], y=[*map(float, steps), float(score)],
            name="adds to the score", measure=["relative"] * len(steps) + ["total"], text=words, textposition="none",
            hovertemplate="%{text}<extra></extra>",
            increasing=dict(marker=dict(color=FIRST)), decreasing=dict(marker=dict(color=SECOND)),
            totals=dict(marker=dict(color=FIRST if score > 0 else SECOND)),
            connector=dict(line=dict(color=NEUTRAL, width=1)),
        )],
        layout=dict(
            xaxis=dict(
                title=dict(text="row of the image, 0 at the top"), tickangle=0,
                tickvals=[*numbered, *others],
                ticktext=[*map(str, numbered), *([] if bias is None else ["bias"]), "score"],
                showgrid=False, zeroline=False,
            ),
            yaxis=dict(
                title=dict(text="score so far"), zeroline=True, zerolinecolor=NEUTRAL, zerolinewidth=2,
            ),
            showlegend=False, margin=margin(left=60, bottom=44), height=230, bargap=0.15,
        ),
    ))


def certainty(score: float, first: int) -> Figure:
    """The sigmoid, with a score marked on it.

    Parameters
    ----------
    score : float
    first : int
        The first digit.
    """
    reach = max(6.0, 1.15 * abs(score))
    scores = np.linspace(-reach, reach, 61, dtype=np.float32)
    probability = float(sigmoid(np.array(score)))
    point = _words("sure.point", score=number(score), probability=chance(probability))
    return figure(dict(
        data=[
            dict(
                type="scatter", x=scores, y=100 * sigmoid(scores), mode="lines", hoverinfo="skip",
                name=_words("sure.level", first=first), line=dict(color=NEUTRAL, width=3),
            ),
            dict(
                type="scatter", x=[score], y=[100 * probability], mode="markers", name=point, text=[point],
                hovertemplate="%{text}<extra></extra>",
                marker=dict(color=FIRST if score > 0 else SECOND, size=13, symbol="circle"),
            ),
        ],
        layout=dict(
            xaxis=dict(title=dict(text=_words("sure.axis")), range=[-reach, reach]),
            yaxis=dict(
                title=dict(text=_words("sure.level", first=first)), range=[-5, 105], tickvals=[0, 50, 100],
                ticktext=[_words("sure.levels", percent=level) for level in (0, 50, 100)],
            ),
            shapes=[dict(
                type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line=dict(color=NEUTRAL, width=1, dash="dash"),
            )],
            showlegend=False, margin=margin(left=64, bottom=44), height=190,
        ),
    ))
