"""The numbers of every figure as tables: all numbers, in tables and columns with names."""

import importlib
import inspect
import pkgutil
import typing

import numpy as np
import pytest

from explorer import figures
from explorer.engine.settings import Settings
from explorer.figures.base import Figure
from explorer.figures.tables import Table, tables
from explorer.lessons import learning_rates
from tests.support.figures import validated

RATES_PER_ROW = len(learning_rates.RATES)


def modules() -> list:
    found = pkgutil.iter_modules(figures.__path__, "explorer.figures.")
    return [importlib.import_module(name) for _, name, _ in found]


def figure_functions() -> set[str]:
    """Every function of ``explorer.figures`` that returns a figure, by module and name."""
    return {
        f"{module.__name__.rsplit('.', 1)[1]}.{name}" for module in modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        and typing.get_type_hints(function).get("return") is Figure and name != "figure"
    }


def rounded(values) -> list[float]:
    """The finite numbers of an array, sorted, as a table has them."""
    flat = np.asarray(values, float).ravel()
    return sorted(float(f"{value:.6g}") + 0.0 for value in flat if not np.isnan(value))


def numbers_of(trace) -> list[float]:
    """The numbers that a trace shows and its table must hold, apart from their positions."""
    if trace.type in ("heatmap", "contour"):
        return rounded(trace.z)
    flat = trace.type == "bar" and trace.orientation == "h"
    return rounded(trace.x if flat else trace.y)


def in_tables(found: list[Table]) -> list[float]:
    return [
        value for table in found for column in table.columns.values() for value in column
        if isinstance(value, (int, float))
    ]


# Traces that are marks: a ring around a point of another trace, and runs without an accuracy, at the foot of the chart.
MARKS = {"learning_rates.rate_lines": ("chosen", "diverged", "did not move")}


def test_every_figure_function_is_tested_here(drawn):
    assert {name.split(",")[0] for name in drawn} == figure_functions()


def test_every_number_of_every_figure_is_in_its_tables(drawn):
    for name, figure in drawn.items():
        held = in_tables(tables(figure))
        for trace in validated(figure).data:
            notes = trace.meta or {}
            if notes.get("mark") or "line" in notes or trace.name in MARKS.get(name, ()):
                continue
            wanted = numbers_of(trace)
            if notes.get("parts") and trace.type == "heatmap":  # the frame of the constant pixel is left out
                wanted = [value for value in wanted if 0 < value < 1]
            if notes.get("level"):
                wanted = wanted[:1]
            assert wanted, (name, trace.name)
            values, counts = np.unique(wanted, return_counts=True)
            for value, count in zip(values, counts, strict=True):
                assert held.count(value) >= count, (name, trace.name, value)


def test_every_table_has_a_title_and_columns_with_names(drawn):
    for name, figure in drawn.items():
        found = tables(figure)
        assert found, name
        assert len({table.title for table in found}) == len(found) or name == "bias.pixel_counts", name
        for table in found:
            assert table.title.strip(), name
            assert not [tag for tag in ("<", "trace", "None", "%{") if tag in table.title], table.title
            assert len(table.columns) >= 2, (name, table.title)
            for column in table.columns:
                assert isinstance(column, str), (name, column)
                assert column.strip(), (name, column)
                assert not [tag for tag in ("<", "trace", "None", "undefined") if tag in column], (name, column)
            assert len({*map(len, table.columns.values())}) == 1, (name, table.title)


def test_every_table_has_a_row_for_each_point(drawn):
    """The points of a trace without the gaps in a line; for a picture, its rows."""
    for name, figure in drawn.items():
        lengths = {len(next(iter(table.columns.values()))) for table in tables(figure)}
        for trace in validated(figure).data:
            notes = trace.meta or {}
            if notes.get("mark") or notes.keys() & {"level", "line"}:
                continue
            if trace.type in ("heatmap", "contour"):
                assert len(trace.z) in lengths, (name, trace.name)
            elif trace.type == "bar":
                assert max(lengths) >= len(trace.x), (name, trace.name)
            else:
                gaps = np.isnan(np.asarray(trace.x, float)).sum()
                assert len(trace.x) - gaps in lengths, (name, trace.name)


# Worked by hand


def scatter(**more) -> dict:
    return dict(type="scatter", **more)


def titled(text: str) -> dict:
    """An axis with this title."""
    return dict(title=dict(text=text))


def figure_of(*data: dict, **layout) -> Figure:
    return Figure(data=list(data), layout=layout)


def test_lines_over_the_same_places_share_a_table_and_nan_is_an_empty_cell():
    figure = figure_of(
        scatter(x=[0, 1], y=[0.5, np.nan], name="A"), scatter(x=[0, 1], y=[1 / 3, 123456.7], name="B"),
        scatter(x=[0, 2], y=[1.0, 2.0], name="C"), xaxis=titled("epoch"), yaxis=titled("loss"),
    )
    assert tables(figure) == [
        Table("loss by epoch", {"epoch": [0, 1], "A": [0.5, None], "B": [0.333333, 123457.0]}),
        Table("C", {"epoch": [0, 2], "loss": [1.0, 2.0]}),
    ]


def test_columns_on_two_scales_name_their_scale_and_hidden_lines_are_left_out():
    figure = figure_of(
        scatter(x=[0], y=[1.0], name="A"), scatter(x=[0], y=[2.0], name="A", yaxis="y2"),
        scatter(x=[0], y=[3.0], name="B", visible=False),
        xaxis=titled("epoch"), yaxis=titled("loss"), yaxis2=titled("right answers"),
    )
    assert tables(figure) == [
        Table("loss and right answers by epoch", {"epoch": [0], "loss, A": [1.0], "right answers, A": [2.0]}),
    ]


def test_two_columns_of_the_same_name_are_refused():
    figure = figure_of(scatter(x=[0], y=[1.0]), scatter(x=[0], y=[2.0]), yaxis=titled("loss"))
    with pytest.raises(ValueError, match="two columns are called 'loss'"):
        tables(figure)


def test_a_picture_is_a_table_of_rows_and_columns_with_the_title_of_its_panel():
    figure = figure_of(dict(type="heatmap", z=[[1.0, np.nan], [-0.0, 4.0]]), annotations=[dict(
        text="<b>A</b> log loss", x=0.5, y=1, xref="paper", yref="paper", yanchor="bottom", xanchor="center",
    )])
    assert tables(figure) == [
        Table("A log loss", {"row": [0, 1], "column 0": [1.0, 0.0], "column 1": [None, 4.0]}),
    ]
    assert str(tables(figure)[0].columns["column 0"][1]) == "0.0"


def test_the_table_of_the_weights_names_their_epoch(drawn):
    (table,) = tables(drawn["train.weight_image"])
    assert table.title == "weights after epoch 20"


def test_bars_of_the_same_category_share_a_row():
    figure = figure_of(
        dict(type="bar", x=["apple", "pear", "bag"], y=[1.0, 2.0, 3.0], name="shop"),
        dict(type="bar", x=["apple", "pear"], y=[4.0, 5.0], name="found"), xaxis=titled("what"), yaxis=titled("price"),
    )
    assert tables(figure) == [Table("price by what", {
        "what": ["apple", "pear", "bag"], "shop": [1.0, 2.0, 3.0], "found": [4.0, 5.0, None],
    })]


def test_the_table_of_a_histogram_has_the_edges_of_its_bins(drawn):
    figure = drawn["train.score_histograms"]
    (table,) = tables(figure)
    assert list(table.columns) == ["score from", "score to", "images of a 3", "images of a 7"]
    assert table.columns["score from"][1:] == table.columns["score to"][:-1]
    assert table.columns["images of a 3"] == list(figure["data"][0]["y"])


def test_the_table_of_a_waterfall_adds_up(drawn):
    (table,) = tables(drawn["one_image.rows_and_bias"])
    where, adds, so_far = table.columns.values()
    assert where == [*map(str, range(8)), "bias", "score"]
    assert so_far[-1] == pytest.approx(sum(adds[:-1])) == pytest.approx(so_far[-2])
    assert adds[-1] is None


def test_lines_across_a_chart_are_named_once(drawn):
    assert tables(drawn["runs.learning_curves"])[1] == Table(
        "lines in the chart", {"line": ["nearest mean", "scikit-learn"], "right answers (accuracy)": [0.98, 0.99]},
    )
    *_, receipts = tables(drawn["prices.price_plane"])
    assert receipts.columns["every point on it"][0] == "3 × apple + 2 × pear = 7"


def test_the_table_of_the_scales_has_what_is_on_each_side(drawn):
    assert tables(drawn["prices.till"]) == [
        Table("cents by line of the receipt", {
            "line of the receipt": ["together", "the receipt says"], "cents": [5, 7],
        })
    ]


def test_paths_with_gaps_are_numbered(drawn):
    paths = tables(drawn["prices.price_plane"])[0]
    assert sorted({*paths.columns["path"]}) == [1, 2, 3, 4, 5]
    assert None not in paths.columns["price of an apple (cents)"]


def test_the_table_of_the_sweep_has_the_text_of_each_cell(digits):
    rows = learning_rates.rows(("log_loss", "zero_one"), "with")
    swept = learning_rates.train_sweep(digits, Settings(epochs=1), rows)
    columns = learning_rates.accuracies_by_rate(swept)
    assert columns["learning rate"] == list(learning_rates.RATES)
    assert columns["zero one"] == ["did not move"] * RATES_PER_ROW
    assert columns["log loss"][3] == learning_rates.cell_words(swept.cells[0][3])
