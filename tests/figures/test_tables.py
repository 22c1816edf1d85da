"""The numbers of every figure as tables: all numbers, in tables and columns with names."""

import importlib
import inspect
import pkgutil
import typing

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer import figures
from explorer.engine.baselines import median_image, nearest_mean
from explorer.engine.losses import LOSSES
from explorer.engine.settings import Settings
from explorer.engine.training import train, train_many
from explorer.figures import bias as bias_figures
from explorer.figures import compare_losses as loss_figures
from explorer.figures import learning_rates as rate_figures
from explorer.figures import one_image as image_figures
from explorer.figures import prices as price_figures
from explorer.figures import scikit_learn as library_figures
from explorer.figures import why_multiply as why_figures
from explorer.figures.images import pixel_contributions
from explorer.figures.runs import learning_curves
from explorer.figures.tables import Table, tables
from explorer.figures.train import confusion_matrix, pixel_change, score_histograms, weight_image
from explorer.lessons import bias, learning_rates, prices
from explorer.lessons.compare_losses import loss_shapes, results, row_set
from explorer.lessons.one_image import contributions
from explorer.lessons.prices import Receipts
from explorer.lessons.runs import model_answers
from explorer.lessons.scikit_learn import comparison
from explorer.lessons.sums import score_sum
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels

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
        and typing.get_type_hints(function).get("return") is go.Figure and name != "figure"
    }


@pytest.fixture(scope="module")
def drawn(digits) -> dict[str, go.Figure]:
    """One figure of each function, and further ones of special states, from the built-in digits."""
    usual = Settings()
    run, diverged = train(digits, usual), train(digits, Settings(l2=1.0, learning_rate=100.0))
    answers = model_answers(run, digits)
    x, weights = digits.X_test[3], run.weights[-1]
    sums = score_sum(run, digits, x)
    rows = contributions.row_sums(sums, digits.image_shape)
    references = [("nearest mean", 0.98), ("scikit-learn", 0.99)]
    set_of_runs = row_set.settings_of(row_set.FIRST_SET, usual)
    outcomes = results.run_results(row_set.FIRST_SET, train_many(digits, set_of_runs), digits)
    swept = learning_rates.train_sweep(digits, Settings(l2=1.0, epochs=2), learning_rates.rows(tuple(LOSSES), "both"))
    receipts, start = Receipts(np.array([[3.0, 2], [1, 4], [2, 2]]), np.array([7.0, 9, 7])), (1.0, 1.0)
    limit = prices.largest_rate(receipts)
    models = bias.random_models(usual, 64, 1.0)
    constant = bias.constant_pixel(digits, usual, [43, 29])
    by_idea = {key: train(digits, s) for key, s in all_pixels.contestants(usual).items()}
    pair = two_pixels.informative_pixels(digits)
    (of_two, *_) = two_pixels.train_two(digits, usual, pair)
    line, gap = one_pixel.curve("multiply", 0.6), one_pixel.curve("distance", 0.6)
    counts = bias.pixel_counts(digits, usual)
    descent = comparison.distances(train(digits, Settings(l2=0.01, epochs=400)), 0.1)
    trail = prices.walk(receipts.first(1), start, 0.02).path
    return {
        "runs.learning_curves": learning_curves(run, references),
        "runs.learning_curves, diverged": learning_curves(diverged, references),
        "train.weight_image": weight_image(run, (8, 8), 0.0),
        "train.score_histograms": score_histograms(answers.scores, digits.y_test, (3, 7)),
        "train.confusion_matrix": confusion_matrix(answers.counts, (3, 7)),
        "images.pixel_contributions": pixel_contributions(
            x, weights, x * weights, (8, 8), 0.0, ("the image", "weights", "product")),
        "train.pixel_change": pixel_change(weights, (8, 8), 9),
        "one_image.rows_and_bias": image_figures.rows_and_bias(rows, sums.bias, sums.score, (3, 7)),
        "one_image.rows_and_bias, none": image_figures.rows_and_bias(rows, None, sums.score - sums.bias, (3, 7)),
        "scikit_learn.way_down": library_figures.way_down(
            descent, [("momentum", descent / 2), ("all", descent / 3)], 0.002, True),
        "scikit_learn.weights_beside": library_figures.weights_beside(weights, weights / 2, (8, 8)),
        "bias.ink_histograms": bias_figures.ink_histograms(bias.ink_study(digits, usual), 10.0, -8.0),
        "bias.blank_scores": bias_figures.blank_scores(
            bias.blank_scores(usual, models, digits.X_test[0]), 3, "draw", 2),
        "bias.pixel_counts": bias_figures.pixel_counts(counts, (2, 0.9, 0.3)),
        "bias.constant_pixel": bias_figures.constant_pixel(
            constant.with_bias.biases, constant.with_pixel.weights[:, -1]),
        "bias.image_and_constant": bias_figures.image_and_constant(bias.two_images(digits), (8, 8), [43, 29]),
        "compare_losses.accuracies": loss_figures.accuracies(outcomes),
        "compare_losses.losses": loss_figures.losses(outcomes),
        "compare_losses.weights": loss_figures.weights(outcomes, (8, 8)),
        "compare_losses.loss_shapes": loss_figures.loss_shapes(loss_shapes.shapes(), outcomes, (3, 7)),
        "prices.guesses": price_figures.guesses(*prices.trail_errors(receipts.first(1), trail)),
        "prices.price_plane": price_figures.price_plane(prices.plane(receipts, start)),
        "prices.bag_prices": price_figures.bag_prices(prices.bag_found(2)),
        "prices.steps_beside_limit": price_figures.steps_beside_limit(prices.sides(receipts, start, 0.05)),
        "prices.distance_by_rate": price_figures.distance_by_rate(
            *prices.error_by_rate(receipts, start, 2 * limit), limit, 0.05, prices.STEPS),
        "learning_rates.rate_lines": rate_figures.rate_lines(swept, (0, 9)),
        "learning_rates.cell_curves": rate_figures.cell_curves(swept.cells[0][9], references),
        "why_multiply.one_pixel": why_figures.one_pixel(line, gap, 0.8),
        "why_multiply.two_pixels": why_figures.two_pixels(
            two_pixels.score_map(of_two), two_pixels.pair_counts(digits, pair), (3, 7), ("1.2", "3.4")),
        "why_multiply.accuracies": why_figures.accuracies(
            steps := all_pixels.ideas(by_idea, digits, nearest_mean(digits), median_image(digits).weights)),
        "why_multiply.idea_weights": why_figures.idea_weights(steps, (8, 8)),
        "why_multiply.two_lines": why_figures.two_lines(gap, disguise.straight(one_pixel.VALUES, 0.6)),
        "why_multiply.score_pairs": why_figures.score_pairs(
            disguise.disguise(by_idea["c"], digits), digits.y_test, (3, 7)),
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
        for trace in figure.data:
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
        for trace in figure.data:
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


def test_lines_over_the_same_places_share_a_table_and_nan_is_an_empty_cell():
    figure = go.Figure(
        [scatter(x=[0, 1], y=[0.5, np.nan], name="A"), scatter(x=[0, 1], y=[1 / 3, 123456.7], name="B"),
         scatter(x=[0, 2], y=[1.0, 2.0], name="C")],
        dict(xaxis_title_text="epoch", yaxis_title_text="loss"),
    )
    assert tables(figure) == [
        Table("loss by epoch", {"epoch": [0, 1], "A": [0.5, None], "B": [0.333333, 123457.0]}),
        Table("C", {"epoch": [0, 2], "loss": [1.0, 2.0]}),
    ]


def test_columns_on_two_scales_name_their_scale_and_hidden_lines_are_left_out():
    figure = go.Figure(
        [scatter(x=[0], y=[1.0], name="A"), scatter(x=[0], y=[2.0], name="A", yaxis="y2"),
         scatter(x=[0], y=[3.0], name="B", visible=False)],
        dict(xaxis_title_text="epoch", yaxis_title_text="loss", yaxis2=dict(title=dict(text="right answers"))),
    )
    assert tables(figure) == [
        Table("loss and right answers by epoch", {"epoch": [0], "loss, A": [1.0], "right answers, A": [2.0]}),
    ]


def test_two_columns_of_the_same_name_are_refused():
    figure = go.Figure([scatter(x=[0], y=[1.0]), scatter(x=[0], y=[2.0])], dict(yaxis_title_text="loss"))
    with pytest.raises(ValueError, match="two columns are called 'loss'"):
        tables(figure)


def test_a_picture_is_a_table_of_rows_and_columns_with_the_title_of_its_panel():
    figure = go.Figure([dict(type="heatmap", z=[[1.0, np.nan], [-0.0, 4.0]])], dict(annotations=[dict(
        text="<b>A</b> log loss", x=0.5, y=1, xref="paper", yref="paper", yanchor="bottom", xanchor="center",
    )]))
    assert tables(figure) == [
        Table("A log loss", {"row": [0, 1], "column 0": [1.0, 0.0], "column 1": [None, 4.0]}),
    ]
    assert str(tables(figure)[0].columns["column 0"][1]) == "0.0"


def test_the_table_of_a_picture_that_plays_names_its_epoch(drawn):
    (table,) = tables(drawn["train.weight_image"])
    assert table.title == "weights, after epoch 20 (this picture only)"


def test_bars_of_the_same_category_share_a_row():
    figure = go.Figure(
        [dict(type="bar", x=["apple", "pear", "bag"], y=[1.0, 2.0, 3.0], name="shop"),
         dict(type="bar", x=["apple", "pear"], y=[4.0, 5.0], name="found")],
        dict(xaxis_title_text="what", yaxis_title_text="price"),
    )
    assert tables(figure) == [Table("price by what", {
        "what": ["apple", "pear", "bag"], "shop": [1.0, 2.0, 3.0], "found": [4.0, 5.0, None],
    })]


def test_the_table_of_a_histogram_has_the_edges_of_its_bins(drawn):
    figure = drawn["train.score_histograms"]
    (table,) = tables(figure)
    assert list(table.columns) == ["score from", "score to", "images of a 3", "images of a 7"]
    assert table.columns["score from"][1:] == table.columns["score to"][:-1]
    assert table.columns["images of a 3"] == list(figure.data[0].y)


def test_the_table_of_a_waterfall_adds_up(drawn):
    (table,) = tables(drawn["one_image.rows_and_bias"])
    where, adds, so_far = table.columns.values()
    assert where == [*map(str, range(8)), "bias", "score"]
    assert so_far[-1] == pytest.approx(sum(adds[:-1])) == pytest.approx(so_far[-2])
    assert adds[-1] is None


def test_lines_across_a_chart_are_named_once(drawn):
    assert tables(drawn["runs.learning_curves"])[1] == Table(
        "lines in the chart", {"line": ["nearest mean", "scikit-learn"], "right answers": [0.98, 0.99]},
    )
    *_, receipts = tables(drawn["prices.price_plane"])
    assert receipts.columns["every point on it"][0] == "3 × apple + 2 × pear = 7"


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
