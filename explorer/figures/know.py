"""Figures of the page "What you know now": one picture for each answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explorer import texts
from explorer.figures.base import Array, Figure, add_panel, epoch_axis, figure, in_table, logarithmic, margin
from explorer.figures.colours import DISTANCE, DIVERGING, FIRST, INK, MULTIPLY, NEUTRAL, SECOND
from explorer.figures.images import frame
from explorer.lessons.know import RATES

_HEIGHT = 330
_words = texts.of("know")


def proof(key: str, numbers: Mapping[str, Any]) -> Figure:
    """The picture that proves an answer.

    Parameters
    ----------
    key : str
        Of the question.
    numbers : mapping
        Of ``lessons.know.Proof``.
    """
    return _FIGURES[key](**numbers)


def _label(name: str, **values: Any) -> str:
    return _words(f"label.{name}", **values)


def _weight(weights: Array, shape: tuple[int, int], marked: Sequence[int]) -> Figure:
    layout: dict = dict(margin=margin(), height=_HEIGHT, annotations=[], shapes=[frame(i, shape) for i in marked])
    return figure(dict(data=[_picture(weights, shape, layout, 0, "", (0, 1))], layout=layout))


def _picture(
    array: Array, shape: tuple[int, int], layout: dict, i: int, title: str, x: tuple[float, float],
    ink: bool = False,
) -> dict:
    """A trace with one picture: values as ink, or weights as blue and orange up to the largest of them."""
    n = add_panel(layout, i, title, x)
    reach = float(np.abs(array).max()) or 1.0
    scale = dict(colorscale=INK, zmin=0, zmax=1) if ink else dict(colorscale=DIVERGING, zmin=-reach, zmax=reach)
    return dict(
        type="heatmap", z=array.reshape(shape), xaxis="x" + n, yaxis="y" + n, showscale=False,
        name=title or _label("weight"),
        hovertemplate=f"{_label('row')}<br>%{{z:.3f}}<extra></extra>", **scale,
    )


def _pictures(pictures: Sequence[tuple[Array, str, bool]], shape: tuple[int, int]) -> Figure:
    """Two pictures side by side, each with a title and whether it is ink."""
    layout: dict = dict(margin=margin(top=30), height=_HEIGHT, annotations=[], shapes=[])
    return figure(dict(data=[
        _picture(array, shape, layout, i, title, (i * 0.52, i * 0.52 + 0.48), ink)
        for i, (array, title, ink) in enumerate(pictures)
    ], layout=layout))


def _line(x: Any, y: Any, name: str, color: str, **more: Any) -> dict:
    """A line with a name, for the legend and where it is pointed at."""
    return dict(
        type="scatter", x=x, y=y, mode="lines", name=name, line=dict(color=color, width=2.5) | more.pop("line", {}),
        hovertemplate=f"{name}<br>%{{x:.3g}}: %{{y:.3g}}<extra></extra>", **more,
    )


def _lines(traces: list[dict], x: dict, y: dict) -> Figure:
    return figure(dict(data=traces, layout=dict(
        xaxis=x, yaxis=y, margin=margin(left=72, top=10, bottom=110), height=_HEIGHT + 50, hovermode="closest",
        legend=dict(orientation="h", x=0, y=-0.25, yanchor="top"),
    )))


def _multiply(weights: Sequence[float]) -> Figure:
    x = np.array([0.0, 1.0])
    return _lines(
        [_line(x, w * x, f"{_label('weight')} {w:+g}".replace("-", "−"), FIRST if w > 0 else SECOND,
               line=dict(dash="solid" if abs(w) == 1 else "dash")) for w in weights],
        dict(title=dict(text=_label("value"))), dict(title=dict(text=_label("adds")), zeroline=True),
    )


def _bars(bars: Sequence[tuple[str, float, str]]) -> Figure:
    """Right answers as bars with their numbers: (name, share, colour) each."""
    names, shares, colors = zip(*bars, strict=True)
    return figure(dict(data=[dict(
        type="bar", x=names, y=shares, name=_label("right"), marker=dict(color=colors), meta=in_table(x=_label("idea")),
        text=[f"{share:.1%}" for share in shares],
        textposition="outside", hovertemplate="%{x}: %{y:.2%}<extra></extra>", cliponaxis=False,
    )], layout=dict(
        xaxis=dict(type="category"), yaxis=dict(title=dict(text=_label("right")), tickformat=".0%", range=[0, 1.1]),
        margin=margin(left=72, bottom=60), height=_HEIGHT, showlegend=False,
    )))


def _distance(alone: float, distance: float, multiply: float) -> Figure:
    return _bars([
        (_label("alone"), alone, DISTANCE), (_label("distance"), distance, DISTANCE),
        (_label("multiply"), multiply, MULTIPLY),
    ])


def _disguise(weight: float) -> Figure:
    x = np.linspace(0, 1, 101)
    ends = -np.abs(np.array([0.0, 1.0]) - weight)
    return _lines([
        _line(x, -np.abs(x - weight), _label("v"), DISTANCE),
        _line(x, ends[0] + (ends[1] - ends[0]) * x, _label("line"), MULTIPLY, line=dict(dash="dash")),
    ], dict(title=dict(text=_label("value"))), dict(title=dict(text=_label("adds"))))


def _blank(bias: float) -> Figure:
    color = FIRST if bias > 0 else SECOND
    reach = 1.4 * max(abs(bias), 0.1)
    return figure(dict(data=[dict(
        type="bar", orientation="h", y=[_label("score"), _label("bias"), _label("products")], x=[bias, bias, 0.0],
        name=_label("score"), marker=dict(color=color), meta=in_table(x=_label("adds"), y=_label("part")),
        text=[f"{bias:+.2f}".replace("-", "−")] * 2 + ["0"], textposition="outside",
        hovertemplate="%{y}: %{x:.3f}<extra></extra>", cliponaxis=False,
    )], layout=dict(
        xaxis=dict(range=[-reach, reach], zeroline=True), yaxis=dict(type="category"),
        margin=margin(left=120, bottom=40), height=220, showlegend=False,
    )))


def _worth(one_with: float, one_without: float, all_with: float, all_without: float) -> Figure:
    x = [_label("one"), _label("all")]
    return figure(dict(data=[
        dict(type="bar", x=x, y=shares, name=name, marker=marker, meta=in_table(x=_label("sees")),
             text=[f"{share:.1%}" for share in shares], textposition="outside",
             hovertemplate=f"%{{x}}, {name}: %{{y:.2%}}<extra></extra>", cliponaxis=False)
        for shares, name, marker in (
            ([one_with, all_with], _label("with_bias"), dict(color=NEUTRAL)),
            ([one_without, all_without], _label("without"), dict(
                color="rgba(0,0,0,0)", line=dict(color=NEUTRAL, width=2),
            )),
        )
    ], layout=dict(
        barmode="group", xaxis=dict(type="category"),
        yaxis=dict(title=dict(text=_label("right")), tickformat=".0%", range=[0, 1.1]),
        margin=margin(left=72, bottom=72), height=_HEIGHT, legend=dict(orientation="h", x=0, y=-0.15, yanchor="top"),
    )))


def _correct(image: Array, change: Array, shape: tuple[int, int]) -> Figure:
    return _pictures([(image, _label("image"), True), (change, _label("change"), False)], shape)


def _rate(losses: Mapping[str, Array]) -> Figure:
    last = max(map(len, losses.values())) - 1
    return _lines(
        [_line(np.arange(len(loss)), loss, _label("rate", rate=f"{RATES[name]:g}"), NEUTRAL, line=dict(dash=dash))
         for (name, loss), dash in zip(losses.items(), ("dot", "solid", "dash"), strict=True)],
        epoch_axis(last), dict(title=dict(text=_label("loss"))) | logarithmic(
            min(float(loss.min()) for loss in losses.values()), max(float(loss.max()) for loss in losses.values()),
        ),
    )


def _accuracy(accuracies: Mapping[str, Array]) -> Figure:
    last = max(map(len, accuracies.values())) - 1
    return _lines(
        [_line(np.arange(len(shares)), shares, _label(name), NEUTRAL, line=dict(dash=dash))
         for (name, shares), dash in zip(accuracies.items(), ("dot", "solid"), strict=True)],
        epoch_axis(last), dict(title=dict(text=_label("right")), tickformat=".0%", range=[0, 1.02]),
    )


def _scikit_learn(ours: Array, theirs: Array, shape: tuple[int, int]) -> Figure:
    return _pictures([(ours, _label("ours"), False), (theirs, _label("theirs"), False)], shape)


_FIGURES: dict[str, Callable[..., Figure]] = {
    "weight": _weight, "multiply": _multiply, "distance": _distance, "disguise": _disguise, "blank": _blank,
    "worth": _worth, "correct": _correct, "rate": _rate, "accuracy": _accuracy, "scikit_learn": _scikit_learn,
}
