"""The numbers of a figure as tables, for those who cannot see it: Figure in, plain lists out.

It reads what the figure says about itself: titles of axes, names of traces, titles of panels. Where
those do not tell all, a trace carries ``base.in_table``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go

DIGITS = 6  # significant ones
Column = list[Any]


@dataclass(frozen=True)
class Table:
    """One table: its title, and its columns by name, all of one length.

    Numbers have six significant digits; None where there is none.
    """

    title: str
    columns: dict[str, Column]

    @property
    def cells(self) -> int:
        """How many numbers and words it holds, its head not counted."""
        return sum(map(len, self.columns.values()))


def tables(figure: go.Figure) -> list[Table]:
    """All numbers that a figure shows, in the order in which it draws them.

    Lines and bars that share their places share a table, a column for each; a picture is a table of its rows and
    columns, as it is first shown where it plays. What is hidden is left out, and so are marks on top of others.
    """
    layout = figure.layout.to_plotly_json()
    traces = [trace.to_plotly_json() for trace in figure.data]
    points: list[_Points] = []
    made: list[Table | list[_Points]] = []
    for trace in traces:
        how = trace.get("meta") or {}
        if trace.get("visible", True) is not True or how.get("mark") or how.keys() & {"level", "line"}:
            continue
        if trace["type"] in ("heatmap", "contour"):
            made += _grids(trace, layout)
        elif trace["type"] == "waterfall":
            made.append(_waterfall(trace, layout))
        else:
            one = _points(trace, layout)
            group = next((g for g in made if isinstance(g, list) and g[0].place == one.place), None)
            if one in points:
                continue
            points.append(one)
            if group is None:
                made.append([one])
            else:
                group.append(one)
    return [_joined(one) if isinstance(one, list) else one for one in made] + _lines(traces, layout)


@dataclass
class _Points:
    """A trace of points or bars: what leads each row, its number, what follows."""

    panel: str
    name: str
    x_name: str
    y_name: str
    lead: dict[str, Column]
    values: Column
    more: dict[str, Column] = field(default_factory=dict)
    category: str | None = None  # the name of the column that bars are joined by
    axis: str = ""
    title: str = ""

    @property
    def place(self) -> tuple:
        """Equal for traces that share a table."""
        if self.category:
            return (self.axis, self.category)
        # NaN is None by now: equal to itself.
        return (self.axis, repr(self.lead), repr(self.more))


def _points(trace: dict, layout: dict) -> _Points:
    how = trace.get("meta") or {}
    flat = trace["type"] == "bar" and trace.get("orientation") == "h"
    x, y = _column(trace["x"]), _column(trace["y"])
    x_name, y_name = (how.get(letter, _axis_title(trace, layout, letter)) for letter in "xy")
    if flat:
        x, y, x_name, y_name = y, x, y_name, x_name
    lead, more = {}, {}
    if "steps" in how:
        lead[how["steps"]] = [*range(len(x))]
    if "parts" in how:
        number, numbers = 1, []
        for value in x:
            numbers.append(number)
            number += value is None
        lead[how["parts"]] = numbers
    if x_name:
        lead[x_name] = x
    if how.get("columns"):
        rows = np.asarray(trace["customdata"])
        (more if x_name else lead).update({
            name: _column(rows if rows.ndim == 1 else rows[:, i]) for i, name in enumerate(how["columns"])
        })
    if "text" in how:
        more[how["text"]] = [_plain(words) for words in trace["text"]]
    if "parts" in how:  # the gaps
        kept = [i for i, value in enumerate(x) if value is not None]
        lead, y = {name: [column[i] for i in kept] for name, column in lead.items()}, [y[i] for i in kept]
    return _Points(
        _panel(trace, layout), how.get("name") or trace.get("name") or "",
        _axis_title(trace, layout, "y" if flat else "x") or x_name, y_name, lead, y, more,
        x_name if trace["type"] == "bar" else None, trace.get("xaxis", "x"), how.get("title", ""),
    )


def _joined(group: Sequence[_Points]) -> Table:
    """Traces at the same places as one table."""
    first = group[0]
    y_names = list(dict.fromkeys(one.y_name for one in group if one.y_name))
    lead, more = dict(first.lead), dict(first.more)
    values = [one.values for one in group]
    if first.category:
        keys = list(dict.fromkeys(key for one in group for key in one.lead[first.category]))
        lead = {first.category: keys}
        values = [
            [dict(zip(one.lead[first.category], one.values, strict=True)).get(key) for key in keys] for one in group
        ]
    columns = lead
    for one, column in zip(group, values, strict=True):
        if len(group) == 1:
            name = one.y_name or one.name
        else:
            name = f"{one.y_name}, {one.name}" if len(y_names) > 1 else one.name or one.y_name
        if one.y_name or one.name:
            if name in columns:
                raise ValueError(f"two columns are called {name!r}: name the traces")
            columns[name] = column
    if first.y_name == "" and len(group) == 1 and first.more:
        del columns[first.name]  # its height says nothing: the words do
    columns |= more
    what = " and ".join(y_names)
    if first.title:
        title = first.title
    elif len(group) == 1 and first.name and not first.panel:
        title = first.name
    elif first.panel:
        title = f"{first.panel}: {what}" if what else first.panel
    else:
        title = f"{what} by {first.x_name}"
    return Table(title, columns)


def _grids(trace: dict, layout: dict) -> Iterable[Table]:
    """A picture, or a map, as rows and columns; its counts as a table of their own."""
    how = trace.get("meta") or {}
    z = np.asarray(trace["z"])
    height, width = z.shape
    title = _panel(trace, layout) or trace.get("name") or ""
    if isinstance(layout.get("sliders"), (list, tuple)) and layout["sliders"]:
        slider = layout["sliders"][0]
        title += f", {slider['currentvalue']['prefix']}{slider['steps'][slider['active']]['label']} (this picture only)"
    if "x" in trace:
        names = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in _column(trace["x"])]
        rows, row_name = _column(trace["y"]), how.get("y") or _axis_title(trace, layout, "y")
        column_name = how.get("x", _axis_title(trace, layout, "x"))
        if column_name:
            title += f"; rows: {row_name}, columns: {column_name}"
    else:
        names, rows, row_name = [f"column {i}" for i in range(width)], [*range(height)], "row"

    def table(values: np.ndarray, title: str) -> Table:
        return Table(title, {row_name: rows} | {names[j]: _column(values[:, j]) for j in range(width)})

    if "parts" in how:
        yield from _parts(z, how["parts"])
        return
    for name in how.get("columns", ()):
        yield table(np.asarray(trace["customdata"]), name)
    yield table(z, title)


def _parts(z: np.ndarray, titles: Sequence[str | None]) -> Iterable[Table]:
    """Pictures drawn side by side into one, with gaps between them."""
    full = ~np.isnan(z).all(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], full, [0]])))
    for (left, right), title in zip(edges.reshape(-1, 2), titles, strict=True):
        if not title:
            continue
        block = z[:, left:right]
        block = block[~np.isnan(block).all(axis=1)]
        yield Table(title, {"row": [*range(len(block))]} | {
            f"column {j}": _column(block[:, j]) for j in range(block.shape[1])
        })


def _waterfall(trace: dict, layout: dict) -> Table:
    axis = layout["xaxis"]
    labels = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    steps = np.asarray(trace["y"], float)
    relative = np.array([measure == "relative" for measure in trace["measure"]])
    return Table(trace["name"], {
        _axis_title(trace, layout, "x"): [labels.get(x, str(x)) for x in trace["x"]],
        trace["name"]: [step if is_step else None for step, is_step in zip(_column(steps), relative, strict=True)],
        _axis_title(trace, layout, "y"): _column(np.where(relative, np.cumsum(steps * relative), steps)),
    })


def _lines(traces: Iterable[dict], layout: dict) -> list[Table]:
    """Lines across a chart, each with its number or its equation."""
    found: dict[str, dict[str, Column]] = {}
    for trace in traces:
        how = trace.get("meta") or {}
        if "line" in how:
            told, value = "every point on it", how["line"]
        elif how.get("level"):
            told, value = _axis_title(trace, layout, "y"), _number(trace["y"][0])
        else:
            continue
        columns = found.setdefault(told, {"line": [], told: []})
        columns["line"].append(trace["name"])
        columns[told].append(value)
    return [Table("lines in the chart", columns) for columns in found.values()]


def _axis_title(trace: dict, layout: dict, letter: str) -> str:
    """The title of an axis; of one without, that of the axis above, below or beside it that stands for both."""
    ref = trace.get(f"{letter}axis", letter)
    axes = {name: axis for name, axis in layout.items() if name.startswith(f"{letter}axis")}
    own = axes.get(f"{letter}axis{ref[1:]}", {})
    if _title(own):
        return _title(own)
    beside = {_title(axis) for axis in axes.values() if axis.get("domain") == own.get("domain")} - {""}
    everywhere = {_title(axis) for axis in axes.values()} - {""}
    return next((min(titles) for titles in (beside, everywhere) if len(titles) == 1), "")


def _title(axis: dict) -> str:
    return _plain((axis.get("title") or {}).get("text") or "")


def _panel(trace: dict, layout: dict) -> str:
    """The title that stands above the axes of a trace, as an annotation."""
    x_axis, y_axis = (layout.get(f"{letter}axis{trace.get(f'{letter}axis', letter)[1:]}", {}) for letter in "xy")
    (left, right), top = x_axis.get("domain", (0, 1)), y_axis.get("domain", (0, 1))[1]
    above = [
        note for note in layout.get("annotations", ())
        if note.get("xref") == note.get("yref") == "paper"
        and note.get("yanchor") == "bottom" and note.get("xanchor") != "right"
        and left - 1e-6 <= note["x"] <= right + 1e-6 and note["y"] >= top - 1e-6
    ]
    return _plain(min(above, key=lambda note: note["y"])["text"]) if above else ""


def _plain(text: str) -> str:
    """Without plotly's tags."""
    return re.sub("<[^>]*>", "", re.sub("(<br>)+$", "", text).replace("<br>", "; "))


def _column(values: Iterable) -> Column:
    return [_number(value) for value in values]


def _number(value: Any) -> Any:
    """Rounded, as Python has it; None for NaN; what is no number stays as it is."""
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}") + 0.0  # no -0.0
