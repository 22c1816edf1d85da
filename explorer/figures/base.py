"""What all figures share: how they are put together, margins, axes for pictures, notes for ``tables``."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer import texts
from explorer.figures.colours import NEUTRAL

Array = NDArray[np.floating]

_words = texts.of("runs")


class Figure(dict):
    """A figure as plotly's JSON has it, ``data`` and ``layout``, with arrays as NumPy arrays; not to be changed.

    ``plotly.graph_objects.Figure(**figure)`` reads it.
    """

    @cached_property
    def json(self) -> bytes:
        """The figure as plotly.js reads it, arrays packed as their bytes, without the notes for ``tables``.

        Raises
        ------
        ValueError
            When a list or an option holds NaN or infinity, which JSON cannot say; an array may.
        """
        data = [{name: value for name, value in trace.items() if name != "meta"} for trace in self["data"]]
        return json.dumps(
            self | {"data": data}, default=_packed, separators=(",", ":"), ensure_ascii=False, allow_nan=False,
        ).encode()


# The numbers that plotly.js reads as bytes; it has no integers of 64 bits.
_PACKED = ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8")
_AS_PACKED = {"i8": "i4", "u8": "u4", "f2": "f4"}


def _packed(value: Any) -> Any:
    """An array as plotly packs it: the name of its numbers, their bytes in base64, and its shape."""
    if isinstance(value, np.generic):
        return value.item()
    if not isinstance(value, np.ndarray):
        raise TypeError(f"a figure cannot hold a {type(value).__name__}")
    kind = _AS_PACKED.get(value.dtype.str[1:], value.dtype.str[1:])
    if kind not in _PACKED:
        return value.tolist()
    numbers = np.ascontiguousarray(value, f"<{kind}")
    if numbers.dtype.kind in "iu" and not np.array_equal(numbers, value):
        return value.tolist()  # too large for 32 bits
    packed = {"dtype": kind, "bdata": base64.b64encode(numbers).decode()}
    return packed | ({"shape": ", ".join(map(str, numbers.shape))} if numbers.ndim > 1 else {})


def in_table(**how: Any) -> dict:
    """Notes on a trace for ``tables``, where its arrays and titles do not say enough; for its ``meta``.

    Parameters
    ----------
    columns : sequence of str
        The names of the columns of its ``customdata``.
    text : str
        The name of a column with its ``text``.
    x, y : str
        The name of a column, instead of the title of the axis; "" leaves the column out, as it is only a position.
    at : array
        The numbers of x, where the trace has their places on a stretched axis.
    name : str
        Replaces the name of the trace.
    title : str
        The title of its table.
    level : bool
        Whether it is a horizontal line across the chart, which stands for one number.
    line : str
        The equation that it draws.
    parts : str or sequence of str
        For a trace of parts with gaps between them: one name, to be numbered, or the name of each part, None to
        leave that part out.
    steps : str
        The name of a column with the index of each point.
    mark : bool
        Whether it only marks what other traces show.
    """
    return how


def figure(parts: dict) -> Figure:
    """A figure from its data and layout, which cannot be zoomed by drag, double tap or a click at an axis.

    A figure that reads drags would keep a phone from scrolling. Nothing is validated, as that takes longer than
    everything else between a slider and its figure; the tests validate every figure in full.
    """
    layout = parts["layout"] | dict(dragmode=False)
    for name in layout:
        if name.startswith(("xaxis", "yaxis")):
            layout[name] = layout[name] | dict(fixedrange=True)
    return Figure(parts | dict(layout=layout))


BUTTON = 28  # screen pixels at the right: room for the button that saves the figure


def margin(left: int = 10, right: int = BUTTON, top: int = 10, bottom: int = 10) -> dict:
    """Fixed margins, in screen pixels. Where plotly has to find them out, it draws a figure twice."""
    return dict(l=left, r=right, t=top, b=bottom, autoexpand=False)


def axis_suffix(i: int) -> str:
    """plotly's suffix for the names of the axes of panel number ``i``, counted from 0: "", "2", "3", …"""
    return str(i + 1) if i else ""


def epoch_axis(last: int, **more: Any) -> dict:
    """An x axis of epochs from 0 to ``last``, without ticks between whole epochs; ``more`` are further properties."""
    title = "epoch (visits to every training digit)"
    return dict(title=dict(text=title), range=[0, last], **more, dtick=1 if last < 6 else None)


_EPOCHS_NAMED = (5, 20, 100, 10, 50, 200, 500, 2, 3)  # that an axis may name, the most useful first
_LEAST_GAP = 0.15  # between the names on an axis, as a share of it


def stretched(epochs: ArrayLike, steps: int) -> Array:
    """The places of epochs on an axis that is stretched at first, where most happens: log2(1 + batches).

    Parameters
    ----------
    epochs : (k,) or float
        Also parts of an epoch.
    steps : int
        How many batches an epoch has.
    """
    return np.log2(1 + steps * np.asarray(epochs, float))


def stretched_axis(last: int, steps: int, **more: Any) -> dict:
    """An x axis for ``stretched`` places, from 0 to ``last`` epochs; ``more`` are further properties."""
    end = float(stretched(last, steps))
    named = {0.0: _words("axis.start")}
    first, batches = (1, _words("axis.first_epoch")), ((10, "axis.batches"), (1, "axis.first_batch"))
    wanted = [
        first if last == 1 else (last, f"{last:,}"), first,
        *((n / steps, _words(name)) for n, name in batches if n < steps), *((n, f"{n:,}") for n in _EPOCHS_NAMED),
    ]
    for epoch, name in wanted:
        place = float(stretched(epoch, steps))
        if epoch <= last and min(abs(place - other) for other in named) >= _LEAST_GAP * end:
            named[place] = name
    places = sorted(named)
    return dict(
        title=dict(text=_words("axis.stretched" if steps > 1 else "axis.epochs")), range=[0, end], tickvals=places,
        ticktext=[named[place] for place in places], tickangle=0, **more,
    )


def logarithmic(low: float, high: float, most: int = 5) -> dict:
    """The properties of a logarithmic axis from ``low`` to ``high``, both above 0, with about ``most`` ticks."""
    ends = np.log10([low, high])
    decades = int(np.ceil((ends[1] - ends[0]) / most)) or 1
    steps = (1, 2, 5) if ends[1] - ends[0] < 1.5 else (1,)
    powers = range(int(np.floor(ends[0])), int(np.ceil(ends[1])) + 1, decades)
    ticks = [step * 10.0**power for power in powers for step in steps]
    room = 0.05 * max(ends[1] - ends[0], 0.5)
    return dict(
        type="log", range=[float(ends[0] - room), float(ends[1] + room)], tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks],
    )


def reaching_far(values: Array, far: float, most: int) -> dict:
    """A logarithmic axis for values that reach so far that a plain one would show only the largest; else nothing.

    Parameters
    ----------
    values : array
        Those that are not finite, or not above 0, do not count.
    far : float
        How many times the median the largest has to be.
    most : int
        About how many ticks there are.
    """
    there = values[np.isfinite(values) & (values > 0)]
    if not len(there) or there.max() <= far * np.median(there):
        return {}
    return logarithmic(float(there.min()), float(there.max()), most)


def epoch_mark(epoch: float | None, axes: Sequence[str] = ("",)) -> list[dict]:
    """A vertical line at a place on axes of epochs, as shapes, in the panels with these suffixes; none for None."""
    return [] if epoch is None else [dict(
        type="line", x0=epoch, x1=epoch, xref=f"x{suffix}", y0=0, y1=1,
        yref=f"y{suffix} domain" if len(axes) > 1 else "paper", line=dict(color=NEUTRAL, width=2),
    ) for suffix in axes]


def grip(
    label: str, x: float, y: float | None = None, x_sets: tuple[str, float] | None = None,
    y_sets: tuple[str, float] | None = None, suffix: str = "", asks: str | None = None,
) -> dict:
    """A handle on a figure that moves sliders of the page, for the list ``grips`` in ``meta`` of a layout.

    Parameters
    ----------
    label : str
        What it is, read out by screen readers.
    x, y : float
        Its place; ``y`` None: at the upper edge.
    x_sets, y_sets : (key, factor), optional
        The slider that is set when it is dragged along an axis: to ``factor`` times the place.
    suffix : str
        Of the names of the axes.
    asks : str, optional
        For a handle that sets two sliders: the name in the page's live ``SERIES`` of the picture at one place.
    """
    return dict(label=label, x=float(x), y=None if y is None else float(y), suffix=suffix, asks=asks, sets=[
        dict(axis=axis, key=sets[0], factor=sets[1]) for axis, sets in (("x", x_sets), ("y", y_sets)) if sets
    ])


def add_panel(
    layout: dict, i: int, title: str, x: tuple[float, float], y: tuple[float, float] | None = None, size: int = 14
) -> str:
    """Add the axes and the title of picture number ``i`` to a layout.

    Parameters
    ----------
    layout : dict
        Its list ``annotations`` gets the title.
    i : int
        Counted from 0.
    title : str
        Above the picture.
    x, y : (start, end)
        Shares of the width and the height of the figure; ``y`` None: the whole height.
    size : int
        Of the title.

    Returns
    -------
    str
        The suffix of the names of the axes.
    """
    n = axis_suffix(i)
    axes = pixel_axes(suffix=n)
    axes["xaxis" + n] |= dict(domain=list(x), anchor="y" + n)
    axes["yaxis" + n] |= dict(anchor="x" + n) | (dict(domain=list(y)) if y else {})
    layout |= axes
    layout["annotations"].append(dict(
        text=title, x=(x[0] + x[1]) / 2, y=y[1] if y else 1, xref="paper", yref="paper", xanchor="center",
        yanchor="bottom", showarrow=False, font=dict(size=size),
    ))
    return n


def pixel_axes(suffix: str = "") -> dict:
    """Axes for a picture: square pixels, the first row at the top, no ticks."""
    bare = dict(showticklabels=False, ticks="", showgrid=False, zeroline=False)
    return {
        "xaxis" + suffix: bare | dict(constrain="domain"),
        "yaxis" + suffix: bare | dict(
            autorange="reversed", scaleanchor="x" + suffix, constrain="domain", constraintoward="top",
        ),
    }
