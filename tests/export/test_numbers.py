"""Exported numbers: files read back equal the arrays, and pictures have the colours of the page."""

import csv
import io
import re

import numpy as np
import pytest
from PIL import Image

from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import LEARNING_RATES, Leg, Settings
from explorer.engine.training import train, train_many
from explorer.export import comparison_csv, file_stem, run_csv, sweep_csv, weights_npy, weights_png
from explorer.figures.colours import DIVERGING
from explorer.figures.images import diverging
from explorer.lessons import learning_rates

DIVERGES = Settings(learning_rate=5.0, l2=1.0, epochs=60)
NUMBERS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("settings", [
    Settings(), Settings(loss="hinge", bias=False, epochs=1), Settings(score="distance", learning_rate=100.0), DIVERGES,
], ids=lambda s: f"{s.score}-{s.loss}-{s.learning_rate:g}")
def test_curves_read_back_from_csv_are_equal_to_the_bit(digits, settings):
    run = train(digits, settings)
    rows = read(run_csv(run))
    assert list(rows[0]) == ["epoch", *NUMBERS, "bias", "leg", "loss", "learning_rate"]
    assert {(row["leg"], row["loss"]) for row in rows} == {("1", settings.loss)}
    assert [row["learning_rate"] for row in rows] == ["", *[str(settings.learning_rate)] * run.last_epoch]
    assert [int(row["epoch"]) for row in rows] == list(range(run.last_epoch + 1))
    for name, array in [*((name, getattr(run, name)) for name in NUMBERS), ("bias", run.biases)]:
        assert np.array_equal([float(row[name]) for row in rows], array[: run.last_epoch + 1].astype(float)), name


def test_the_csv_of_a_schedule_names_leg_loss_and_rate(digits):
    run = train(digits, Settings(epochs=2, decay="steps", legs=(Leg(4, 0.2, "hinge", False),)))
    rows = read(run_csv(run, goal=0.9))
    assert [(row["leg"], row["loss"], row["learning_rate"]) for row in rows] == [
        ("1", "log_loss", ""), ("1", "log_loss", "1.0"), ("1", "log_loss", "0.25"),
        *(("2", "hinge", f"{0.2 * part}") for part in (1, 0.5, 0.25, 0.125)),
    ]
    reached = [right >= 0.9 for right in run.test_accuracy]
    assert [row["goal_reached"] for row in rows] == ["yes" if any(reached[: n + 1]) else "no" for n in range(7)]
    assert file_stem(run.settings, "run") == "run-digits-3-vs-7-multiply-log-loss-rate-1-schedule-seed-0"


def test_the_csv_of_a_comparison_and_of_a_sweep_say_when_the_goal_is_reached(digits):
    run = train(digits, Settings())
    rows = read(comparison_csv([("A", run)], goal=0.95))
    so_far = np.logical_or.accumulate(run.test_accuracy >= 0.95)
    assert [row["goal_reached"] == "yes" for row in rows] == so_far.tolist()
    sweep = learning_rates.train_sweep(digits, Settings(epochs=5), learning_rates.rows(["log_loss"], "with"))
    for row, cell in zip(read(sweep_csv(sweep, goal=0.95)), sweep.cells[0], strict=True):
        reached = np.flatnonzero(cell.test_accuracy >= 0.95)
        assert row["goal_after"] == (str(reached[0]) if len(reached) else "")


def test_a_run_that_diverged_ends_with_its_last_finite_epoch(digits):
    run = train(digits, DIVERGES)
    assert run.diverged_at is not None
    assert int(read(run_csv(run))[-1]["epoch"]) == run.diverged_at - 1
    assert "nan" not in run_csv(run)


def test_the_csv_of_a_comparison_has_one_line_for_each_run_and_epoch(digits):
    chosen = [Settings(l2=1.0), Settings(l2=1.0, loss="pixel_distance"), Settings(
        l2=1.0, learning_rate=5.0, score="distance", start="zeros", bias=False, loss="hinge", epochs=20,
    )]
    runs = train_many(digits, chosen)
    names = ["A log loss", "B, the idea", 'C "hinge"']
    rows = read(comparison_csv(list(zip(names, runs, strict=True))))
    for name, run in zip(names, runs, strict=True):
        own = [row for row in rows if row["run"] == name]
        assert len(own) == run.last_epoch + 1
        assert np.array_equal([float(row["test_loss"]) for row in own], run.test_loss[: run.last_epoch + 1])
    assert len(rows) == sum(run.last_epoch + 1 for run in runs)
    assert {(row["run"], row["score"], row["loss"], row["learning_rate"], row["has_bias"], row["start"])
            for row in rows} == {
        (names[0], "multiply", "log_loss", "1.0", "on", "random"),
        (names[1], "multiply", "pixel_distance", "1.0", "off", "random"),
        (names[2], "distance", "hinge", "5.0", "off", "zeros"),
    }


def test_the_csv_of_a_sweep_has_one_line_for_each_run_with_its_outcome(digits):
    shared = Settings(l2=1.0, epochs=60, start="zeros")
    result = learning_rates.train_sweep(digits, shared, learning_rates.rows(["log_loss", "zero_one"], "both"))
    rows = read(sweep_csv(result))
    cells = [cell for line in result.cells for cell in line]
    assert len(rows) == len(cells) == 4 * len(LEARNING_RATES)
    for row, cell in zip(rows, cells, strict=True):
        s = cell.settings
        assert (row["loss"], row["bias"], float(row["learning_rate"])) == (
            s.loss, "on" if s.bias else "off", s.learning_rate,
        )
        for name in NUMBERS:
            assert float(row[name]) == getattr(cell, name)[cell.last_epoch]
        ended = "ok" if cell.diverged_at is None else f"diverged in epoch {cell.diverged_at}"
        assert row["outcome"] == (ended if cell.moved or cell.diverged_at is not None else "did not move")
    assert {row["outcome"].split(" in ")[0] for row in rows} == {"ok", "diverged", "did not move"}


@pytest.mark.parametrize("settings", [Settings(), DIVERGES], ids=["finite", "diverged"])
def test_weights_read_back_from_their_file_are_equal(digits, settings):
    run = train(digits, settings)
    weights = np.load(io.BytesIO(weights_npy(run, digits.image_shape)), allow_pickle=False)
    assert weights.shape == (8, 8)
    assert weights.dtype == np.float32
    assert np.array_equal(weights.ravel(), run.weights[run.last_epoch])


def test_weights_that_do_not_fill_an_image_are_refused(digits):
    with pytest.raises(ValueError, match="reshape"):
        weights_npy(train(digits, Settings(epochs=1)), (28, 28))


def rgb(colour):
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_colours_are_those_of_the_page():
    for place, colour in DIVERGING:
        assert tuple(diverging(np.array(place)).tolist()) == rgb(colour)
    # A quarter of the way from the first stop to the second, worked by hand: 8f4300 to d96c0a.
    assert diverging(np.array(0.0625)).tolist() == [162, 77, 2]


@pytest.mark.parametrize("neutral", [0.0, 0.5])
@pytest.mark.parametrize(("side", "size"), [(8, 70), (28, 20)])
def test_each_weight_is_a_square_in_its_colour(side, size, neutral):
    weights = np.full(side * side, neutral, np.float32)
    weights[0], weights[1], weights[side], weights[-1] = neutral + 4, neutral - 4, neutral + 2, neutral - 2
    picture = np.array(Image.open(io.BytesIO(weights_png(weights, (side, side), neutral))))
    assert picture.shape == (560, 560, 3)
    squares = picture.reshape(side, size, side, size, 3)
    assert (squares == squares[:, :1, :, :1]).all()
    colours = squares[:, 0, :, 0]
    for (row, column), stop in {(0, 0): 4, (0, 1): 0, (1, 0): 3, (side - 1, side - 1): 1, (2, 2): 2}.items():
        assert tuple(colours[row, column].tolist()) == rgb(DIVERGING[stop][1])


def test_neutral_weights_give_a_picture_of_one_colour_and_at_least_the_least_width():
    picture = np.array(Image.open(io.BytesIO(weights_png(np.zeros(6), (2, 3), 0.0))))
    assert picture.shape == (2 * 187, 3 * 187, 3)
    assert {tuple(colour) for colour in picture.reshape(-1, 3).tolist()} == {rgb(DIVERGING[2][1])}


def test_the_name_of_a_file_is_short_portable_and_different_for_each_rate():
    assert file_stem(Settings(dataset="mnist"), "train") == "train-mnist-3-vs-7-multiply-log-loss-rate-1-seed-0"
    assert file_stem(Settings(learning_rate=0.05, digits=(0, 9), seed=12), "weights") == (
        "weights-digits-0-vs-9-multiply-log-loss-rate-0_05-seed-12"
    )
    for loss in LOSSES:
        for score in SCORES:
            for rate in LEARNING_RATES:
                settings = Settings(loss=loss, score=score, learning_rate=rate, seed=999)
                stem = file_stem(settings, "Against scikit-learn…")
                assert re.fullmatch(r"[a-z0-9_-]{10,80}", stem)
                assert stem.startswith("against-scikit-learn-digits")
    names = {file_stem(Settings(learning_rate=rate), "train") for rate in LEARNING_RATES}
    assert len(names) == len(LEARNING_RATES)
