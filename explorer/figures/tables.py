"""The numbers of a figure as tables, for visitors who cannot see it: figure in, plain lists out.

The names of tables and columns come from the figure: titles of axes, names of traces, titles of panels. Where those are
not enough, a trace carries the notes of ``base.in_table`` in its ``meta``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.figures.base import Figure

DIGITS = 6  # significant ones
Column = list[Any]


@dataclass(frozen=True)
class Table:
    """One table: its title, and its columns by name, all of the same length.

    Numbers have six significant digits; a missing number is None.
    """

    title: str
    columns: dict[str, Column]

    @property
    def cells(self) -> int:
        """The number of cells below the head."""
        return sum(map(len, self.columns.values()))


def tables(figure: Figure) -> list[Table]:
    """All numbers that a figure shows, in the order in which it draws them.

    Lines and bars over the same places share a table, with a column for each. A picture is a table of its rows and
    columns. Hidden traces and marks on other traces are left out.

    Raises
    ------
    ValueError
        When two traces would give a table two columns of the same name.
    """
    layout, traces = figure["layout"], figure["data"]
    found: list[Table | list[_Points]] = []  # tables, and groups of traces that will share one
    for trace in traces:
        notes = trace.get("meta") or {}
        if trace.get("visible", True) is not True or notes.get("mark") or notes.keys() & {"level", "line"}:
            continue
        if trace["type"] in ("heatmap", "contour"):
            found += _grids(trace, layout)
        elif trace["type"] == "waterfall":
            found.append(_waterfall(trace, layout))
        else:
            points = _points(trace, layout)
            group = next((group for group in found if isinstance(group, list) and group[0].place == points.place), None)
            if group is None:
                found.append([points])
            elif points not in group:  # some charts draw a line twice
                group.append(points)
    return [_joined(entry) if isinstance(entry, list) else entry for entry in found] + _lines(traces, layout)


@dataclass
class _Points:
    """A trace of points or bars: the columns before its numbers, the numbers, the columns after them."""

    panel: str
    name: str
    x_name: str
    y_name: str
    lead: dict[str, Column]
    values: Column
    more: dict[str, Column] = field(default_factory=dict)
    category: str | None = None  # for bars, the name of the column that joins their tables
    axis: str = ""
    title: str = ""

    @property
    def place(self) -> tuple:
        """A key that is equal for traces that share a table."""
        if self.category:
            return (self.axis, self.category)
        # As text; NaN has become None, which is equal to itself.
        return (self.axis, repr(self.lead), repr(self.more))


def _points(trace: dict, layout: dict) -> _Points:
    notes = trace.get("meta") or {}
    flat = trace["type"] == "bar" and trace.get("orientation") == "h"
    x, y = _column(notes.get("at", trace["x"])), _column(trace["y"])
    x_name, y_name = (notes.get(letter, _axis_title(trace, layout, letter)) for letter in "xy")
    if flat:
        x, y, x_name, y_name = y, x, y_name, x_name
    lead, more = {}, {}
    if "steps" in notes:
        lead[notes["steps"]] = [*range(len(x))]
    if "parts" in notes:
        number, numbers = 1, []
        for value in x:
            numbers.append(number)
            number += value is None
        lead[notes["parts"]] = numbers
    if x_name:
        lead[x_name] = x
    if notes.get("columns"):
        rows = np.asarray(trace["customdata"])
        (more if x_name else lead).update({
            name: _column(rows if rows.ndim == 1 else rows[:, i]) for i, name in enumerate(notes["columns"])
        })
    if "text" in notes:
        more[notes["text"]] = [_plain(words) for words in trace["text"]]
    if "parts" in notes:  # the gaps
        kept = [i for i, value in enumerate(x) if value is not None]
        lead, y = {name: [column[i] for i in kept] for name, column in lead.items()}, [y[i] for i in kept]
    return _Points(
        _panel(trace, layout), notes.get("name") or trace.get("name") or "",
        _axis_title(trace, layout, "y" if flat else "x") or x_name, y_name, lead, y, more,
        x_name if trace["type"] == "bar" else None, trace.get("xaxis", "x"), notes.get("title", ""),
    )


def _joined(group: Sequence[_Points]) -> Table:
    """One table of traces over the same places."""
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
        del columns[first.name]  # its height is only a position: the text says what it shows
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
    """A picture or a map as a table of rows and columns, after one table for each of its further arrays."""
    notes = trace.get("meta") or {}
    z = np.asarray(trace["z"])
    height, width = z.shape
    title = notes.get("title") or _panel(trace, layout) or trace.get("name") or ""
    if "x" in trace:
        names = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in _column(trace["x"])]
        rows, row_name = _column(trace["y"]), notes.get("y") or _axis_title(trace, layout, "y")
        column_name = notes.get("x", _axis_title(trace, layout, "x"))
        if column_name:
            title += f"; rows: {row_name}, columns: {column_name}"
    else:
        names, rows, row_name = [f"column {i}" for i in range(width)], [*range(height)], "row"

    def table(values: np.ndarray, title: str) -> Table:
        return Table(title, {row_name: rows} | {names[j]: _column(values[:, j]) for j in range(width)})

    if "parts" in notes:
        yield from _parts(z, notes["parts"])
        return
    for name in notes.get("columns", ()):
        yield table(np.asarray(trace["customdata"]), name)
    yield table(z, title)


def _parts(z: np.ndarray, titles: Sequence[str | None]) -> Iterable[Table]:
    """The tables of pictures that are drawn side by side in one trace, with gaps between them."""
    filled = ~np.isnan(z).all(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled, [0]])))
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
    """A table of the lines across a chart, each with its number or its equation."""
    found: dict[str, dict[str, Column]] = {}
    for trace in traces:
        notes = trace.get("meta") or {}
        if "line" in notes:
            column, value = "every point on it", notes["line"]
        elif notes.get("level"):
            column, value = _axis_title(trace, layout, "y"), _number(trace["y"][0])
        else:
            continue
        columns = found.setdefault(column, {"line": [], column: []})
        columns["line"].append(trace["name"])
        columns[column].append(value)
    return [Table("lines in the chart", columns) for columns in found.values()]


def _axis_title(trace: dict, layout: dict, letter: str) -> str:
    """The title of a trace's axis; if it has none, the one title of the axes in line with it, or of all axes."""
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
    """The title above the axes of a trace, an annotation; "" without one."""
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
    """The text without plotly's tags."""
    return re.sub("<[^>]*>", "", re.sub("(<br>)+$", "", text).replace("<br>", "; "))


def _column(values: Iterable) -> Column:
    return [_number(value) for value in values]


def _number(value: Any) -> Any:
    """A number rounded, as a Python object; None for NaN; other values unchanged."""
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}") + 0.0  # no -0.0
