"""The sweep over learning rates: cells against single runs, ranges by hand, one computation for all visitors."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from explorer.engine.datasets import Dataset
from explorer.engine.losses import LOSSES
from explorer.engine.scores import distance, mean_distance
from explorer.engine.settings import LEARNING_RATES, Settings
from explorer.engine.training import train, train_many
from explorer.figures import learning_rates as figures
from explorer.jobs import Stopped
from explorer.lessons import learning_rates as lesson
from explorer.lessons.learning_rates import DIVERGED, RATES, STILL, Row, Span
from tests.support.figures import validated

ALL = tuple(LOSSES)
CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")


@pytest.fixture(scope="module")
def full(digits) -> lesson.Sweep:
    return lesson.train_sweep(digits, Settings(), lesson.rows(ALL, "both"))


def made(*lines: list, rows: tuple[Row, ...] | None = None, test: int = 1000) -> lesson.Sweep:
    """A sweep with these accuracies, written by hand: a number, "d" for diverged, "s" for did not move."""
    def cell(value) -> lesson.Cell:
        share = value if isinstance(value, float) else 0.5
        curve = np.array([0.5, share])
        return lesson.Cell(
            Settings(epochs=1), curve, curve, curve, curve, diverged_at=1 if value == "d" else None, moved=value != "s"
        )

    rows = rows or tuple(Row(loss, True) for loss in ALL[: len(lines)])
    filled = [[*line, *[0.5] * (len(RATES) - len(line))] for line in lines]
    return lesson.Sweep(rows, tuple(tuple(map(cell, line)) for line in filled), 0.1)


def test_each_loss_has_a_row_with_and_without_a_bias_and_pixel_distance_has_one():
    rows = lesson.rows(ALL, "both")
    assert RATES == LEARNING_RATES
    assert len(rows) == sum(1 if loss.pixelwise else 2 for loss in LOSSES.values()) >= 11
    assert [row for row in rows if row.loss == "pixel_distance"] == [Row("pixel_distance", False)]
    assert lesson.rows(("hinge", "log_loss"), "with") == (Row("log_loss", True), Row("hinge", True))
    assert lesson.rows(("hinge",), "without") == (Row("hinge", False),)


def with_single_runs(dataset: Dataset, result: lesson.Sweep, settings: Settings):
    """Every cell with the same run trained alone."""
    for row, line in zip(result.rows, result.cells, strict=True):
        for rate, cell in zip(RATES, line, strict=True):
            alone = train(dataset, lesson.run_settings(settings, row, rate))
            assert cell.settings == alone.settings
            assert cell.diverged_at == alone.diverged_at
            assert cell.moved == bool(
                (alone.weights[-1] != alone.weights[0]).any() or alone.biases[-1] != alone.biases[0]
            )
            yield cell, alone


@pytest.mark.parametrize("settings", [
    Settings(), Settings(score="distance", start="mean_image"), Settings(l2=0.1, batch_size=None, train_images=100),
], ids=["multiply", "distance", "penalty"])
def test_the_sweep_agrees_cell_by_cell_with_single_runs(digits, settings):
    """In double precision, every curve of every cell.

    A product of many columns adds up in another order than a product of one, a difference of 1e-16. Steps that are too
    large multiply it, how often depends on the processor: up to a rate of 1 it was at most 1e-11, above it 1e-5.
    """
    arrays = {name: getattr(digits, name).astype(float) for name in ("X_train", "y_train", "X_test", "y_test")}
    double = dataclasses.replace(digits, **arrays)
    sweep = lesson.train_sweep(double, settings, lesson.rows(ALL, "both"))
    for cell, alone in with_single_runs(double, sweep, settings):
        tolerance = 1e-9 if cell.settings.learning_rate <= 1 else 1e-4
        for name in CURVES:
            np.testing.assert_allclose(
                getattr(cell, name), getattr(alone, name), rtol=tolerance, atol=tolerance,
                err_msg=f"{cell.settings}: {name}",
            )


def test_what_the_map_shows_agrees_with_single_runs_in_the_precision_of_the_app(digits, full):
    """In float32 the same rounding is 6e-8, and at high rates it shows in the losses on the way.

    The map shows the accuracy at the end: it may differ by one image of 109, whose score may be that close to 0.
    """
    for cell, alone in with_single_runs(digits, full, Settings()):
        assert cell.test_accuracy[-1] == pytest.approx(alone.test_accuracy[-1], abs=1.01 / len(digits.X_test))


def test_the_sweep_agrees_with_single_runs_on_mnist(mnist):
    """In float32; two of 2,038 scores may be so close to 0 that rounding decides their answer."""
    settings = Settings(dataset="mnist", batch_size=256, epochs=2)
    result = lesson.train_sweep(mnist, settings, lesson.rows(("log_loss", "pixel_distance"), "with"))
    for cell, alone in with_single_runs(mnist, result, settings):
        assert cell.test_accuracy[-1] == pytest.approx(alone.test_accuracy[-1], abs=2.01 / len(mnist.X_test))


def test_all_runs_of_a_sweep_share_start_and_batches(digits, full):
    """Before the first step all runs give the same answers, as they start from the same weights."""
    first = {cell.test_accuracy[0] for line in full.cells for cell in line}
    assert len(first) == 1
    runs = train_many(digits, [line[3].settings for line in full.cells])
    for run in runs:
        np.testing.assert_array_equal(run.weights[0], runs[0].weights[0])


def test_progress_rises_to_1_and_an_exception_in_it_stops_the_training(digits):
    shares = []
    lesson.train_sweep(digits, Settings(epochs=3), lesson.rows(ALL, "both"), shares.append)
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    reported = []

    def stop(share: float) -> None:
        reported.append(share)
        if share > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        lesson.train_sweep(digits, Settings(epochs=50), lesson.rows(ALL, "both"), stop)
    assert reported[-1] < 0.35


def test_zero_one_never_moves_and_has_no_accuracy(full):
    for row, line in zip(full.rows, full.cells, strict=True):
        if row.loss == "zero_one":
            assert [cell.trouble for cell in line] == [STILL] * len(RATES)
            assert [cell.accuracy for cell in line] == [None] * len(RATES)
            assert lesson.cell_words(line[0]) == STILL
    zero_one = [row.loss == "zero_one" for row in full.rows]
    assert np.isnan(full.accuracies()[zero_one]).all()
    assert np.isfinite(full.accuracies()[~np.array(zero_one)]).all()


def test_a_penalty_times_a_rate_above_two_diverges_and_has_no_accuracy(digits):
    result = lesson.train_sweep(digits, Settings(l2=1.0), lesson.rows(("log_loss",), "with"))
    for rate, cell in zip(RATES, result.cells[0], strict=True):
        # Every step multiplies the weights by 1 - rate * 1: below -1 they grow without end.
        assert (cell.trouble == DIVERGED) == (rate > 2)
    words = lesson.cell_words(result.cells[0][-1])
    assert words == f"diverged in epoch {result.cells[0][-1].diverged_at}"
    assert words.split()[-1] in lesson.cell_sentence(result, 0, len(RATES) - 1, digits)


@pytest.mark.parametrize(("accuracies", "span"), [
    ([0.5, 0.97, 0.98, 0.97, 0.96], Span(1, 3, 2)),  # 0.97 is one point below 0.98: within
    ([0.5, 0.9699, 0.98, 0.9701, 0.5], Span(2, 3, 2)),
    ([0.98, 0.5, 0.98, 0.98], Span(0, 0, 0)),  # a gap ends a range; the first of equals is the best
    ([0.5, 0.98, np.nan, 0.98], Span(1, 1, 1)),  # so does a run without an accuracy
    ([0.7, 0.7, 0.7], Span(0, 2, 0)),
    ([np.nan, np.nan], None),
])
def test_the_range_near_the_best_by_hand(accuracies, span):
    assert lesson.near_best(np.array(accuracies)) == span


def test_the_range_as_text():
    assert Span(0, 18, 3).text == "0.0001 to 100"
    assert Span(0, 18, 3).factor == pytest.approx(1e6)
    assert Span(9, 9, 9).text == "only 0.1"


READ = "**Read a row from left to right: too small, right, too big.**"
RIDGE = "The underlined cells come within 1 point of the best of their row."
NO_CLIFF = "No row drops up to 100; but pick a cell on the right end, and see what big steps do"


def test_the_sentence_by_hand():
    good = [0.5] * 9
    result = made([*good, 0.97, 0.98, 0.98], [*good, 0.96, 0.9601], [*good, 0.6], ["s"] * len(RATES))
    assert lesson.sentence(result) == (
        f"{READ} At 0.0001 the steps are too small: in 1 epoch no row gets beyond 50.0\N{NO-BREAK SPACE}%. {RIDGE} "
        "To the right of them the numbers drop: with log loss (from 1 on) and absolute error (from 0.5 on) the steps "
        "are too big. Most forgiving: **log loss**, with a highest good rate 5 times its lowest good one. "
        "Even at its best rate, squared error (60.0\N{NO-BREAK SPACE}%) stays far below. "
        "Nothing to compare from hinge: no run there both moved and kept a finite loss."
    )
    # From 0.2 to 0.5 is wider than from 0.1 to 0.2.
    assert "Most forgiving: **absolute error**, with a highest good rate 2.5 times" in lesson.sentence(
        made([*good, 0.97, 0.98], [*good, 0.5, 0.96, 0.96])
    )
    # 0.1 to 0.2 and 1 to 2 differ by rounding alone.
    assert "Most forgiving: **log loss and absolute error**, each with a highest good rate 2 times" in lesson.sentence(
        made([*good, 0.98, 0.98], [0.5] * 12 + [0.98, 0.98])
    )
    assert "Even at their best rates, absolute error (60.0\N{NO-BREAK SPACE}%) and" in lesson.sentence(
        made([*good, 0.98], [*good, 0.6], [*good, 0.7])
    )


@pytest.mark.parametrize(("line", "words"), [
    ([0.5, *[0.98] * 18], NO_CLIFF),
    ([0.5, *[0.98] * 17, 0.9], NO_CLIFF),  # eight points below: no cliff
    ([0.5, *[0.98] * 17, 0.5], "drop: with log loss (at 100) the steps"),
    ([0.5, *[0.98] * 17, "d"], "drop: with log loss (at 100) the steps"),
    ([0.5, *[0.98] * 15, 0.5, "d", 0.5], "drop: with log loss (from 20 on) the steps"),
    ([0.5, *[0.98] * 15, 0.5, 0.98, 0.5], "drop: with log loss (at 100) the steps"),  # in between it is good again
    ([0.98] * 19, "From this start even the smallest steps are enough for log loss:"),
    (["s", *[0.98] * 18], f"too big.** {RIDGE}"),
    ([0.5, 0.98, *[0.5] * 17], "In each row a single rate is more than 1 point better than those next to it."),
])
def test_the_sentence_tells_of_the_climb_and_of_the_cliff(line, words):
    assert words in lesson.sentence(made(line))


def test_of_rows_with_and_without_a_bias_the_sentence_reports_those_with_one():
    rows = (Row("hinge", True), Row("hinge", False))
    result = made([0.98, 0.5], [0.5, 0.98], rows=rows)
    assert "From this start even the smallest steps are enough for hinge:" in lesson.sentence(result)
    assert "from 2" not in lesson.sentence(result)
    assert "At 0.0001 the steps are too small" in lesson.sentence(made([0.5, 0.98], rows=rows[1:]))


def ranges_by_hand(dataset: Dataset, settings: Settings, losses) -> dict[str, list[float]]:
    """The rates within a point of a loss's best, from single runs."""
    found = {}
    for loss in losses:
        right = [
            train(dataset, dataclasses.replace(settings, loss=loss, learning_rate=rate)).test_accuracy[-1]
            for rate in RATES
        ]
        best = int(np.argmax(right))
        low = high = best
        while low and right[low - 1] >= right[best] - 0.01:
            low -= 1
        while high < len(RATES) - 1 and right[high + 1] >= right[best] - 0.01:
            high += 1
        found[LOSSES[loss].label] = [RATES[low], RATES[high]]
    return found


def ranges_of(result: lesson.Sweep) -> dict[str, list[float]]:
    """The ranges that the table names."""
    table = lesson.table(result)
    return {
        loss: [float(rate) for rate in words.removeprefix("only ").split(" to ")] * (2 if "only" in words else 1)
        for loss, words in zip(table["loss"], table["within 1 point"], strict=True)
    }


def test_table_and_sentence_have_the_ranges_of_single_runs(digits):
    result = lesson.train_sweep(digits, Settings(), lesson.rows(lesson.SLOPED, "with"))
    expected = ranges_by_hand(digits, Settings(), lesson.SLOPED)
    assert ranges_of(result) == expected
    widest = max(high / low for low, high in expected.values())
    text = lesson.sentence(result)
    names = text.split("Most forgiving: **")[1].split("**")[0]
    for label, span in expected.items():
        assert (label in names) == (span[1] / span[0] > 0.999 * widest)
    assert f"{widest:,.1f}".removesuffix(".0") + " times its lowest good one" in text
    lowest = max(
        train(digits, Settings(loss=loss, learning_rate=RATES[0])).test_accuracy[-1] for loss in lesson.SLOPED
    )
    assert f"no row gets beyond {100 * lowest:.1f}" in text


def test_the_table_has_the_ranges_of_single_runs_on_mnist(mnist):
    settings = Settings(dataset="mnist", batch_size=256, epochs=5)
    result = lesson.train_sweep(mnist, settings, lesson.rows(("hinge",), "with"))
    assert ranges_of(result) == ranges_by_hand(mnist, settings, ("hinge",))


def test_on_mnist_the_map_has_a_ridge_and_a_cliff(mnist):
    """What the page shows first: log loss bears every rate, squared error does not."""
    result = lesson.train_sweep(mnist, Settings(dataset="mnist"), lesson.rows(lesson.SLOPED, "with"))
    text = lesson.sentence(result)
    assert "To the right of them the numbers drop: with absolute error" in text
    assert "squared error" in text.split("drop: with ")[1].split(" the steps")[0]
    assert "log loss" not in text.split("drop: with ")[1].split(" the steps")[0]
    for row in range(4):
        assert lesson.guides(result, row) == lesson.Guides(0, lesson.near_best(result.accuracies()[row]).best, 18)


def test_the_sentence_of_a_cell(digits, full):
    n = len(digits.X_test)
    row, rate = full.rows.index(Row("log_loss", True)), RATES.index(1.0)
    run = train(digits, Settings())
    best = max(train(digits, Settings(learning_rate=r)).test_accuracy[-1] for r in RATES)
    text = lesson.cell_sentence(full, row, rate, digits)
    assert text == (
        f"**Log loss at 1: right.** It gets {100 * run.test_accuracy[-1]:.1f}\N{NO-BREAK SPACE}% of {n} unseen digits "
        "right after 20 epochs; no rate in its row does better."
    )
    low = lesson.cell_sentence(full, row, 0, digits)
    assert low.startswith("**Log loss at 0.0001: too small.** After 20 epochs")
    assert f"it gets {100 * best:.1f}\N{NO-BREAK SPACE}%." in low
    still = lesson.cell_sentence(full, full.rows.index(Row("zero_one", True)), 5, digits)
    start = train(digits, Settings(loss="zero_one", epochs=1)).test_accuracy[0]
    assert "it did not move.** This loss is level: its gradient is 0" in still
    assert f"It gets {100 * start:.1f}\N{NO-BREAK SPACE}% of {n}" in still


def judged(*line, at: int, losses: list[float] | None = None) -> str:
    """The sentence of a cell of a row with these accuracies, and these losses in the end."""
    result = made(list(line))
    cells = list(result.cells[0])
    for i, loss in enumerate(losses or []):
        cells[i] = dataclasses.replace(cells[i], test_loss=np.array([1.0, loss]))
    result = dataclasses.replace(result, cells=(tuple(cells),))
    return lesson.cell_sentence(result, 0, at, Dataset("digits", (3, 7), (8, 8), *[np.zeros((109, 64))] * 4))


@pytest.mark.parametrize(("at", "words"), [
    (0, "**Log loss at 0.0001: too small.** After 1 epoch it gets 60.0"),
    (1, "at 0.0002: right.** It gets 97.0\N{NO-BREAK SPACE}% of 109 unseen digits right after 1 epoch; the best of its "
        "row is 97.5\N{NO-BREAK SPACE}%, at 0.0005."),
    (2, "at 0.0005: right.** It gets 97.5\N{NO-BREAK SPACE}% of 109 unseen digits right after 1 epoch; no rate"),
    (3, "at 0.001: right.**"),
    (4, "at 0.002: too big to settle.** It gets 97.0\N{NO-BREAK SPACE}% of 109 unseen digits right, but its loss is "
        "0.9; at 0.0005 it is 0.3."),
    (5, "at 0.005: too big.** It gets 90.0\N{NO-BREAK SPACE}% of 109 unseen digits right after 1 epoch: its steps "),
    (6, "at 0.01: too big.** The loss became infinite in epoch 1: every step overshot by more than the one before. "
        "At 0.0005 it gets 97.5\N{NO-BREAK SPACE}% of 109 unseen digits right."),
    (7, "at 0.02: it did not move.** Every step was too small to change a weight."),
])
def test_a_rate_is_too_small_right_or_too_big_for_its_row(at, words):
    line, losses = [0.6, 0.97, 0.975, 0.97, 0.97, 0.9, "d", "s"], [0.8, 0.5, 0.3, 0.55, 0.9, 2.0]
    assert words in judged(*line, at=at, losses=losses)


def test_a_row_without_a_best_says_so():
    assert judged(*["d"] * 19, at=3).endswith("No rate of its row gives a run to compare.")
    assert judged(*["s"] * 19, at=3).endswith("and that comes from its first weights alone.")


def test_the_guides_of_a_row_are_its_ends_and_its_best():
    assert lesson.guides(made([0.5, 0.98, *[0.5] * 17]), 0) == lesson.Guides(0, 1, 18)
    assert lesson.guides(made([0.98] * 19), 0) == lesson.Guides(None, 0, None)
    assert lesson.guides(made(["s", *[0.9] * 17, "d"]), 0) == lesson.Guides(0, 1, 18)
    assert lesson.guides(made(["s"] * 19), 0) == lesson.Guides(None, None, None)
    assert lesson.Guides(0, 5, None).items() == [("small", 0), ("right", 5)]


def test_the_task_is_done_by_a_rate_that_breaks_one_loss_and_suits_another():
    small, good = [0.5] * 5, [0.98] * 14
    result = made([*small, *good], [*small, *[0.98] * 12, 0.5, 0.5], [*small, *[0.98] * 12, 0.5, 0.975])
    done = [[lesson.breaks_one_and_suits_another(result, row, rate) for rate in range(19)] for row in range(3)]
    assert done[0] == [False] * 19  # its own loss has to break
    assert done[1] == [False] * 17 + [True, True]
    assert done[2] == [False] * 17 + [True, False]
    # No other loss, or none that this rate suits.
    assert not lesson.breaks_one_and_suits_another(made([*good, *[0.5] * 5]), 0, 18)
    two = made([*small, *[0.98] * 12, 0.5, 0.5], [*small, *[0.98] * 12, 0.5, 0.5])
    assert not lesson.breaks_one_and_suits_another(two, 0, 18)
    # With and without a bias are one loss.
    rows = (Row("hinge", True), Row("hinge", False))
    assert not lesson.breaks_one_and_suits_another(
        made([*small, *good], [*small, *[0.98] * 12, 0.5, 0.5], rows=rows), 1, 18
    )


def test_the_task_can_be_done_on_what_the_page_shows_first(digits, mnist):
    for dataset in (digits, mnist):
        result = lesson.train_sweep(dataset, Settings(dataset=dataset.name), lesson.rows(lesson.SLOPED, "with"))
        assert not lesson.breaks_one_and_suits_another(result, 0, RATES.index(1.0))  # what is chosen at first
        assert any(lesson.breaks_one_and_suits_another(result, row, 18) for row in range(4))


def test_the_penalty_may_turn_flat_weights_over_and_back(digits):
    """1 - 2 * 1 = -1: after an even number of steps the weights are those of the start."""
    settings = Settings(l2=1.0)
    result = lesson.train_sweep(digits, settings, (Row("zero_one", True),))
    cell = result.cells[0][RATES.index(2.0)]
    assert cell.trouble == STILL
    assert "turned the weights over and back again" in lesson.cell_sentence(result, 0, RATES.index(2.0), digits)


def test_the_table_has_a_row_for_each_row_of_the_map(full):
    table = lesson.table(full)
    assert {len(column) for column in table.values()} == {len(full.rows)}
    for i, row in enumerate(full.rows):
        assert table["loss"][i] == LOSSES[row.loss].label
        assert table["bias"][i] == ("with" if row.bias else "without")
        assert int(table[STILL][i]) == (len(RATES) if row.loss == "zero_one" else 0)
        span = lesson.near_best(full.accuracies()[i])
        assert table["within 1 point"][i] == (span.text if span else "none")


def test_equal_sweeps_have_equal_settings():
    a, b = Settings(loss="hinge", learning_rate=0.1, bias=False, seed=3), Settings(seed=3)
    assert lesson.shared(a) == lesson.shared(b)
    assert lesson.shared(a) != lesson.shared(Settings(seed=4))


# --- figures


def test_lines_hold_the_accuracies_and_mark_runs_without_one(digits):
    result = lesson.train_sweep(digits, Settings(l2=1.0), lesson.rows(ALL, "both"))
    figure = validated(figures.rate_lines(result, (0, 9)))
    lines = {trace.name: trace for trace in figure.data}
    for row, cells in zip(result.rows, result.cells, strict=True):
        shown = [np.nan if cell.trouble else cell.test_accuracy[-1] for cell in cells]
        np.testing.assert_array_equal(lines[row.label].y, shown)
        assert list(lines[row.label].x) == list(RATES)
        assert not lines[row.label].connectgaps
    for trouble in (DIVERGED, STILL):
        with_it = {
            rate for line in result.cells for rate, cell in zip(RATES, line, strict=True) if cell.trouble == trouble
        }
        assert set(lines[trouble].x) == with_it
        assert all(trouble in text for text in lines[trouble].text)
        assert figure.layout.yaxis.range[0] < lines[trouble].y[0] < np.nanmin(result.accuracies())
    assert (lines["chosen"].x, lines["chosen"].y) == ((RATES[9],), (result.cells[0][9].accuracy,))
    assert "chosen" not in {trace.name for trace in validated(figures.rate_lines(result, (0, 18))).data}


def test_paths_show_the_guides_of_a_row_and_the_chosen_run(digits, full):
    row, at = full.rows.index(Row("squared_error", True)), RATES.index(50.0)
    guides = dict(lesson.guides(full, row).items())
    assert list(guides) == ["small", "right", "big"]
    figure = validated(figures.paths(full, (row, at)))
    rates = {"too small": guides["small"], "right": guides["right"], "too big": guides["big"], "chosen": at}
    drawn = {(trace.name.split(",")[0], trace.yaxis): trace for trace in figure.data}
    assert {name for name, _ in drawn} == set(rates)
    for name, rate in rates.items():
        cell = full.cells[row][rate]
        np.testing.assert_array_equal(drawn[name, "y2"].y, cell.test_accuracy)
        np.testing.assert_array_equal(drawn[name, "y"].y, cell.test_loss)
        assert f"rate {RATES[rate]:g}" in drawn[name, "y"].name
        assert (drawn[name, "y"].line.width > 3) == (rate == at)
    low, high = figure.layout.yaxis.range
    notes = {note.text: note.y for note in figure.layout.annotations}
    assert set(notes) == set(rates)
    places = sorted(notes.values())
    assert min(b - a for a, b in pairwise(places)) >= 14 / 138 * (high - low)  # the text of one line
    assert low <= places[0]
    # A guide that is chosen is drawn once.
    figure = validated(figures.paths(full, (row, guides["big"])))
    assert len(figure.data) == 6
    assert [trace.name for trace in figure.data if trace.line.width > 3] == ["too big, rate 100"] * 2


def test_every_row_looks_different():
    looks = {figures.style(row) for row in lesson.rows(ALL, "both")}
    assert len(looks) == len(lesson.rows(ALL, "both"))
    colours, symbols = {look.color for look in looks}, {look.symbol.removesuffix("-open") for look in looks}
    assert len(colours) == len(symbols) == len(LOSSES)


def test_the_cells_of_the_map_have_their_text_and_shade(digits):
    result = lesson.train_sweep(digits, Settings(l2=1.0), lesson.rows(ALL, "both"))
    cells = figures.grid_cells(result)
    for line, shown in zip(result.cells, cells, strict=True):
        for cell, drawn in zip(line, shown, strict=True):
            assert drawn["words"].endswith(lesson.cell_words(cell))
            if cell.trouble:
                assert drawn["shade"] is None
                assert drawn["text"] == figures.MARKS[cell.trouble]
                assert not drawn["near"]
            else:
                assert drawn["text"] == str(int(np.floor(100 * cell.accuracy + 1e-9)))
                assert drawn["shade"] == pytest.approx(np.clip(2 * cell.accuracy - 1, 0, 1), abs=1e-3)
    for line, near in zip(result.accuracies(), result.near(), strict=True):
        if near.any():
            assert line[near].min() >= np.nanmax(line) - 0.01 - 1e-9


def test_colours_go_from_dark_to_light():
    """In grey, as a visitor without colour vision sees them: ever lighter, in steps that can be distinguished."""
    def grey(color: str) -> float:
        r, g, b = bytes.fromhex(color.removeprefix("#"))
        return 0.299 * r + 0.587 * g + 0.114 * b

    steps = np.diff([grey(color) for color in figures.SEQUENTIAL])
    assert (steps > 20).all()
    assert figures.lightness(0.3) == figures.lightness(0.5) == 0
    assert figures.lightness(0.75) == pytest.approx(0.5)
    assert figures.lightness(1.0) == 1


def test_rows_are_named_once_per_loss():
    names = [row["label"] for row in figures.grid_rows(lesson.rows(("log_loss", "pixel_distance"), "both"))]
    assert names == ["log loss", "no bias", "pixel distance"]
    alone = figures.grid_rows(lesson.rows(("log_loss",), "without"))
    assert [(row["label"], row["second"]) for row in alone] == [("log loss", False)]


@pytest.mark.parametrize("settings", [Settings(), Settings(l2=1.0), Settings(epochs=1)], ids=["usual", "l2", "short"])
def test_plotly_finds_every_property_in_order(digits, settings):
    result = lesson.train_sweep(digits, settings, lesson.rows(ALL, "both"))
    heights = set()
    for figure in (
        figures.rate_lines(result, (0, 12)), figures.rate_lines(result, (0, 18)),
        figures.paths(result, (0, 12)), figures.paths(result, (0, 18)),
        figures.paths(result, (len(result.rows) - 1, 3)),
    ):
        heights.add(validated(figure).layout.height)
    assert heights == {250, 330}


# --- the engine's part in a sweep


def test_mean_distance_is_the_mean_of_the_distances(digits):
    """From sorted values (many models) and by definition, ties with the values among the weights."""
    generator = np.random.default_rng(5)
    weights = np.concatenate([generator.random((90, 64)), digits.X_train[:10], [np.zeros(64), np.full(64, 3.0)]])
    weights = weights.astype(np.float32)
    by_definition = [np.abs(digits.X_train.astype(float) - w).mean() for w in weights.astype(float)]
    # Sums of some thousand numbers below 4 in double precision, in two orders.
    np.testing.assert_allclose(mean_distance(digits.X_train, weights), by_definition, rtol=1e-12)
    few = -distance(digits.X_train, weights[:3], np.zeros(3, np.float32)).mean(0) / 64
    np.testing.assert_allclose(mean_distance(digits.X_train, weights[:3]), few, rtol=1e-5)


def test_settings_that_train_alike_give_equal_runs_with_their_own_settings(digits):
    asked = [
        Settings(loss="pixel_distance"), Settings(loss="pixel_distance", bias=False), Settings(loss="zero_one"),
        Settings(loss="zero_one", learning_rate=5.0), Settings(), Settings(),
        Settings(loss="zero_one", l2=0.1, learning_rate=0.1), Settings(loss="zero_one", l2=0.1, learning_rate=1.0),
    ]
    runs = train_many(digits, asked)
    assert [run.settings for run in runs] == asked
    for a, b in ((0, 1), (2, 3), (4, 5)):
        np.testing.assert_array_equal(runs[a].weights, runs[b].weights)
    assert not np.array_equal(runs[6].weights, runs[7].weights)  # a penalty moves flat losses too
    for settings, run in zip(asked, runs, strict=True):
        alone = train(digits, settings)
        np.testing.assert_allclose(run.weights, alone.weights, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(run.test_loss, alone.test_loss, rtol=1e-4, atol=1e-4)
