"""A goal: when it is reached, checked by hand and against the runs themselves."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from explorer.engine.settings import LEARNING_RATES, Leg, Settings
from explorer.engine.training import scores_of, train
from explorer.figures import learning_rates as rate_figures
from explorer.figures.runs import learning_curves
from explorer.lessons import goal, learning_rates
from explorer.lessons.compare_losses import results, row_set
from explorer.lessons.runs import Curves, curves_of, whole_epochs
from tests.support.figures import validated


def curves(*accuracies, within=()):
    """Curves with these test accuracies after whole epochs, and within the first one after 1, 2, 4, … of 10 batches."""
    epochs = [0.0, *(2.0**i / 10 for i in range(len(within))), *map(float, range(1, len(accuracies)))]
    values = np.array([accuracies[0], *within, *accuracies[1:]])
    return Curves(10, np.array(epochs), values, values, values, values)


def ran(seconds=1.0, **settings):
    return SimpleNamespace(settings=Settings(**settings), seconds=seconds)


@pytest.mark.parametrize(("found", "expected", "said"), [
    (curves(0.5, 0.9, 0.96, 0.94, 0.97), (2, 2.0, 4, 0.97), "after epoch 2"),
    (curves(0.5, 0.96, within=(0.6, 0.95)), (1, 0.2, 1, 0.96), "after epoch 1 (for the first time after 2 batches of"),
    (curves(0.5, 0.9, 0.96, within=(0.95, 0.6)), (2, 0.1, 2, 0.96), "after epoch 2 (for the first time after 1 batch"),
    (curves(0.5, 0.9, 0.94, within=(0.6, 0.95)), (None, 0.2, 2, 0.94), "only after 2 batches of the first epoch"),
    (curves(0.96, 0.9), (0, 0.0, 0, 0.96), "at the start"),
    (curves(0.5, 0.9, 0.8), (None, None, 1, 0.9), "not reached: nearest after epoch 1, with 90.0\N{NO-BREAK SPACE}%"),
    (curves(0.5, 0.9, np.nan), (None, None, 1, 0.9), "not reached"),
    (curves(0.5, 19 / 20), (1, 1.0, 1, 0.95), "after epoch 1"),
])
def test_when_it_is_reached_by_hand(found, expected, said):
    progress = goal.progress(found, 0.95)
    assert (progress.epoch, progress.moment, progress.nearest, progress.best) == expected
    assert goal.when(progress, 10).startswith(said)


def test_what_misses_the_goal_never_reads_as_the_goal():
    assert "97.9" in goal.when(goal.progress(curves(0.5, 0.9799), 0.98), 10)
    assert goal.short_of(0.98) == "98.0\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("share", [percent / 100 for percent in goal.GOALS])
def test_when_it_is_reached_against_the_answers_of_the_model(digits, share):
    run = train(digits, Settings(epochs=9, learning_rate=0.5, legs=(Leg(4, 0.1, "hinge", True),)))
    right = [
        np.mean((scores_of(digits.X_test, run.settings, weights, float(bias)) > 0) == (digits.y_test == 1))
        for weights, bias in zip(run.weights, run.biases, strict=True)
    ]
    expected = next((epoch for epoch, each in enumerate(right) if each >= share), None)
    assert goal.progress(curves_of(digits, [run])[0], share).epoch == expected


def test_the_sentence_names_the_share_of_the_time():
    found = curves(0.5, 0.9, 0.96, 0.97)
    said = goal.sentence(ran(3.0, epochs=3), found, 0.95)
    assert "95\N{NO-BREAK SPACE}% of the unseen digits right" in said
    assert "about 2 s" in said
    assert "All 3 epochs took about 3 s" in said
    assert "about 20 ms" in goal.sentence(ran(0.03, epochs=3), found, 0.95)
    assert "less than 0.1 ms" in goal.sentence(ran(1e-5, epochs=3), found, 0.95)
    assert "took" not in goal.sentence(ran(epochs=3), found, 0.98)
    assert "before any training" in goal.sentence(ran(epochs=3), found, 0.5)


def test_where_a_training_can_stop():
    reached = goal.progress(curves(0.5, 0.9, 0.96, 0.97), 0.95)
    assert goal.can_stop(ran(epochs=3), reached)
    assert not goal.can_stop(ran(epochs=2), reached)  # it ends there anyway
    assert not goal.can_stop(ran(epochs=3, decay="cosine"), reached)  # a shorter one has other rates
    assert goal.can_stop(ran(epochs=1, legs=(Leg(2, 1.0, "hinge", True),)), reached)
    for share in (0.5, 0.99):
        assert not goal.can_stop(ran(epochs=3), goal.progress(curves(0.5, 0.9, 0.96, 0.97), share))


def test_the_chart_has_the_goal_a_ring_and_a_line_for_each_leg():
    plain = learning_curves(curves(0.5, 0.9, 0.96, 0.97))
    figure = learning_curves(curves(0.5, 0.9, 0.96, 0.97), goal=0.95, legs=(1, 2))
    validated(figure)
    line, ring = figure["data"][len(plain["data"]) :]
    assert line["y"] == [0.95, 0.95]
    assert (ring["x"], ring["y"]) == ([np.log2(21)], [0.96])  # after two epochs of 10 batches
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == pytest.approx([np.log2(11), np.log2(21)])
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["2", "3"]
    missed = learning_curves(curves(0.5, 0.9), goal=0.95)
    validated(missed)
    assert len(missed["data"]) == len(learning_curves(curves(0.5, 0.9))["data"]) + 1


def test_the_ranking_is_by_epochs_and_then_by_batches(digits):
    rows = row_set.FIRST_SET
    found = results.run_results(rows, [train(digits, s) for s in row_set.settings_of(rows, Settings())], digits)
    said = results.ranking(found, 0.95)
    progress = {result.letter: goal.progress(result.curves, 0.95) for result in found}
    there = sorted(
        (each.epoch, each.moment, letter) for letter, each in progress.items() if each.epoch is not None
    )
    assert len(there) >= 2
    for place, (_, _, letter) in enumerate(there, 1):
        assert f"{place}. {letter} " in said
    never = said.split("Never: ")[1]
    assert all(f"{letter} (at most" in never for letter, each in progress.items() if each.epoch is None)
    column = results.table(found, lambda row: "", 0.95)["95\N{NO-BREAK SPACE}% at epoch"]
    assert column == ["never" if each.epoch is None else str(each.epoch) for each in progress.values()]
    nobody = results.ranking([result for result in found if progress[result.letter].epoch is None], 0.95)
    assert nobody.startswith("**No run reaches 95")


def test_the_map_of_epochs_is_that_of_the_runs(digits):
    rows = learning_rates.rows(["log_loss", "absolute_error", "zero_one"], "with")
    sweep = learning_rates.train_sweep(digits, Settings(epochs=6), rows)
    cells = rate_figures.goal_cells(sweep, 0.95)
    for line, shown, fewest in zip(sweep.cells, cells, learning_rates.fastest(sweep, 0.95), strict=True):
        epochs = [
            next((n for n, right in enumerate(cell.test_accuracy) if right >= 0.95), None) for cell in line
        ]
        assert [cell["text"] for cell in shown] == ["–" if n is None else str(n) for n in epochs]
        assert fewest == min((n for n in epochs if n is not None), default=None)
        assert [cell["near"] for cell in shown] == [n is not None and n == fewest for n in epochs]
        shades = {n: cell["shade"] for n, cell in zip(epochs, shown, strict=True)}
        assert shades.get(1, 1) == 1
        assert shades.get(6, 0) == 0
        assert shades.get(None) is None
    said = learning_rates.goal_sentence(sweep, 0.95)
    assert said.startswith("**First to 95")
    assert "zero one" in said.split("At no rate: ")[1]
    assert learning_rates.goal_sentence(sweep, 1.1).startswith("**No run gets")
    table = learning_rates.epochs_by_rate(sweep, 0.95)
    assert list(map(len, table.values())) == [len(LEARNING_RATES)] * 4


def test_a_cell_with_one_epoch_has_a_shade(digits):
    rows = learning_rates.rows(["hinge"], "with")
    sweep = learning_rates.train_sweep(digits, Settings(epochs=1, start="zeros"), rows)
    assert {cell["shade"] for cell in rate_figures.goal_cells(sweep, 0.8)[0]} <= {None, 1.0}


def test_whole_epochs_alone_give_the_same_epoch(digits):
    run = train(digits, replace(Settings(), epochs=8))
    assert goal.progress(whole_epochs(run), 0.9).epoch == goal.progress(curves_of(digits, [run])[0], 0.9).epoch
