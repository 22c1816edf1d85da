"""Exported programs: run in a fresh interpreter, they print the numbers of the page."""

import ast
import contextlib
import io
import os
import subprocess
import sys
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as some

from explorer.engine import sklearn_models
from explorer.engine.datasets import load
from explorer.engine.losses import LOSSES
from explorer.engine.scores import SCORES
from explorer.engine.settings import LEARNING_RATES, LIMITS, Leg, Settings
from explorer.engine.training import train, train_many
from explorer.export import (
    of_comparison,
    of_painting,
    of_run,
    of_scikit_learn,
    printed,
    printed_comparison,
    printed_painting,
    printed_scikit_learn,
)
from explorer.export.texts import DRAWS, LOSS_TEXTS, may_diverge
from explorer.lessons.be_the_optimiser import painting
from explorer.lessons.be_the_optimiser.challenge import unseen
from explorer.lessons.be_the_optimiser.duel import descent
from explorer.lessons.be_the_optimiser.measures import on_training, opponent
from explorer.lessons.compare_losses import row_set
from explorer.sources.mnist import MNIST_DIR_VARIABLE

ALLOWED = {"numpy", "sklearn"} | set(sys.stdlib_module_names)
# Losses are printed with five digits. A program that scores only the last epoch adds up in another order than the page,
# which scores all epochs in one product. Relative for losses above 1, which can reach 1e30.
TOLERANCE = 1e-4


def of_dataset(name, epochs):
    free = {field: some.sampled_from(LIMITS[field].options) for field in (
        "score", "loss", "learning_rate", "start", "batch_size", "l2", "train_images",
    )}
    return some.builds(
        Settings, dataset=some.just(name), digits=some.permutations(range(10)).map(lambda all_ten: tuple(all_ten[:2])),
        black_and_white=some.booleans(), inverted=some.booleans(), bias=some.booleans(),
        seed=some.integers(0, 999), epochs=some.integers(1, epochs), **free,
    )


EPOCHS = {"digits": 70, "mnist": 3}  # at most


def dataset_of(s):
    return load(s.dataset, s.digits, s.black_and_white, s.inverted)


def output_of(script, *arguments):
    """What a script prints in a fresh interpreter, outside this folder and without this project on its path."""
    done = subprocess.run(
        [sys.executable, "-I", "-", *arguments], input=script, capture_output=True, text=True, cwd="/", timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def parsed(line):
    """(name and accuracy, losses, ending) of a line that a program prints; the ending says where the run diverged."""
    numbers, _, ending = line.partition(";")
    name, _, numbers = numbers.rpartition(": ")  # a name may have commas
    accuracy, *losses = numbers.split(", ")
    return (name, accuracy), [float(loss.split()[-1]) for loss in losses], ending


def assert_same_lines(found, expected):
    found, expected = found.splitlines(), expected.splitlines()
    assert len(found) == len(expected)
    for got, wanted in zip(found, expected, strict=True):
        (accuracy, losses, ending), (right, true_losses, true_ending) = parsed(got), parsed(wanted)
        assert (accuracy, ending) == (right, true_ending)
        assert len(losses) == len(true_losses)
        for loss, true in zip(losses, true_losses, strict=True):
            assert abs(loss - true) <= TOLERANCE * max(1, true), (got, wanted)


def imports_of(script):
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module.split(".")[0]


def executed(script):
    """The variables of a script, run in this process."""
    namespace = {}
    before, arguments = np.seterr(), sys.argv
    sys.argv = ["program.py"]  # those of pytest are not the program's
    try:
        exec(script, namespace)
    finally:
        np.seterr(**before)
        sys.argv = arguments
    return namespace


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("more", [{}, {"digits": (1, 7), "inverted": True, "batch_size": None}], ids=["", "inverted"])
def test_the_program_of_a_painting_prints_the_numbers_of_the_page(request, dataset, score, more):
    request.getfixturevalue(dataset)  # skips where there is no MNIST
    s = opponent(replace(Settings(dataset=dataset, score=score, learning_rate=0.1, epochs=3), **more))
    images = dataset_of(s)
    cells, bias = painting.by_rule(images, score), {"multiply": -1.25, "distance": 14.0}[score]
    program = of_painting(s, cells, bias, images.image_shape)
    assert set(imports_of(program.script)) <= ALLOWED
    runs = descent(images, s, cells, bias), train(images, s)
    expected = printed_painting(unseen(images, s, cells, bias), on_training(images, s, cells, bias), runs)
    found = output_of(program.script)
    for got, wanted in zip(found.splitlines(), expected.splitlines(), strict=True):
        assert got.rpartition(", ")[2] == wanted.rpartition(", ")[2]  # the training accuracy
        assert_same_lines(got.rpartition(", ")[0], wanted.rpartition(", ")[0])
    assert np.array_equal(executed(program.script)["weights"], runs[1].weights[-1])  # from zeros, to the bit


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_program_of_a_run_prints_the_numbers_of_the_page(request, dataset, score, loss):
    """48 states, two for each set of parameters, so that several processes can share the tests."""
    request.getfixturevalue(dataset)  # skips where there is no MNIST

    # With the same seed, hypothesis would draw the same states for each set of parameters.
    @seed(zlib.crc32(f"{dataset} {score} {loss}".encode()))
    @settings(max_examples=2, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(of_dataset(dataset, EPOCHS[dataset]))
    def prints_the_numbers_of_the_page(s):
        s = replace(s, score=score, loss=loss)
        program = of_run(s)
        assert set(imports_of(program.script)) <= ALLOWED
        run = train(dataset_of(s), s)
        found = output_of(program.script)
        assert_same_lines(found, printed(run) + "\n")
        (_, accuracy), (test_loss, train_loss), _ = parsed(found.strip())
        epoch = run.last_epoch
        assert float(accuracy.split()[-1]) == pytest.approx(run.test_accuracy[epoch], abs=5.1e-5)
        assert abs(test_loss - run.test_loss[epoch]) <= TOLERANCE * max(1, run.test_loss[epoch])
        assert abs(train_loss - run.train_loss[epoch]) <= TOLERANCE * max(1, run.train_loss[epoch])

    prints_the_numbers_of_the_page()


def weights_of(names):
    return names["weights"][names["last"]] if "last" in names else names["weights"]


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(of_dataset("digits", 30))
def test_the_program_has_the_weights_of_the_page_to_the_bit(s):
    run = train(dataset_of(s), s)
    assert np.array_equal(weights_of(executed(of_run(s).script)), run.weights[run.last_epoch])


def with_a_schedule(s, leg_epochs):
    """Such settings with a decay and one to three more legs; all of them, or none, with the loss that reads pixels."""
    kind = [key for key, loss in LOSSES.items() if loss.pixelwise == LOSSES[s.loss].pixelwise]
    legs = some.lists(some.builds(
        Leg, some.integers(1, leg_epochs), some.sampled_from(LEARNING_RATES), some.sampled_from(kind), some.booleans(),
    ), min_size=1, max_size=3).map(tuple)
    return some.builds(replace, some.just(s), legs=legs, decay=some.sampled_from(LIMITS["decay"].options))


@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(of_dataset("digits", 15).flatmap(lambda s: with_a_schedule(s, 9)), some.sampled_from((None, 0.8, 0.95)))
def test_the_program_of_a_schedule_has_the_weights_and_prints_the_numbers_of_the_page(s, goal):
    run, program, out = train(dataset_of(s), s), of_run(s, goal), io.StringIO()
    assert set(imports_of(program.script)) <= ALLOWED
    with contextlib.redirect_stdout(out):
        names = executed(program.script)
    assert np.array_equal(weights_of(names), run.weights[run.last_epoch])
    found, *of_goal = out.getvalue().splitlines()
    expected, *true_goal = printed(run, goal).splitlines()
    assert_same_lines(found, expected)
    assert of_goal == true_goal


@pytest.mark.parametrize("s", [
    Settings(dataset="mnist", epochs=3, decay="cosine", legs=(
        Leg(2, 0.1, "hinge", False), Leg(1, 0.5, "absolute_error", True), Leg(1, 0.01, "log_loss", True),
    )),
    Settings(dataset="mnist", score="distance", learning_rate=0.1, batch_size=512, epochs=2, decay="steps", legs=(
        Leg(2, 0.01, "squared_error", True),
    )),
], ids=lambda s: s.score)
def test_the_program_of_a_schedule_on_mnist_prints_the_numbers_of_the_page(s, mnist):
    run = train(mnist, s)
    *found, goal = output_of(of_run(s, 0.95).script).splitlines()
    *expected, true_goal = printed(run, 0.95).splitlines()
    assert_same_lines("\n".join(found), "\n".join(expected))
    assert goal == true_goal


def test_the_program_of_legs_that_diverge_prints_the_epoch(digits, capsys):
    s = Settings(epochs=4, l2=1.0, learning_rate=0.1, legs=(Leg(40, 100.0, "hinge", True),))
    run = train(digits, s)
    assert run.diverged_at > 4
    executed(of_run(s).script)
    assert capsys.readouterr().out.endswith(f"; diverged in epoch {run.diverged_at}\n")


def test_what_the_program_prints_about_a_goal(digits):
    run = train(digits, Settings(epochs=5))
    first = next(epoch for epoch, right in enumerate(run.test_accuracy) if right >= 0.9)
    assert printed(run, 0.9).splitlines()[1] == f"goal 90%: reached after epoch {first}"
    assert printed(train(digits, Settings(loss="zero_one")), 0.9).splitlines()[1] == "goal 90%: not reached"
    assert "goal" not in of_run(Settings()).script


def test_a_program_has_only_the_code_that_its_schedule_needs():
    legs = of_run(Settings(legs=(Leg(5, 0.1, "log_loss", True),))).script
    for absent in ("cos", "biased", "slope, ", "all_losses", "first_rate"):
        assert absent not in legs, absent
    assert "biased" in of_run(Settings(legs=(Leg(5, 0.1, "log_loss", False),))).script
    assert "hinge_slope" in of_run(Settings(legs=(Leg(5, 0.1, "hinge", True),))).script
    assert "legs" not in of_run(Settings(decay="cosine")).script


LARGE = Settings(
    dataset="mnist", score="distance", learning_rate=100.0, epochs=2, batch_size=1024, loss="hinge", start="zeros"
)


@pytest.mark.parametrize("s", [
    LARGE, replace(LARGE, bias=False, loss="log_loss"), replace(LARGE, loss="pixel_distance", score="multiply"),
    replace(LARGE, batch_size=None, l2=1.0, learning_rate=5.0), replace(LARGE, batch_size=16, start="mean_image"),
    replace(LARGE, score="multiply", batch_size=None), replace(LARGE, score="multiply", loss="absolute_error"),
], ids=lambda s: f"{s.score}-{s.loss}-{s.batch_size}-{s.bias}")
def test_the_program_has_the_weights_of_the_page_with_more_images_than_one_block(s, mnist):
    run = train(mnist, s)
    assert np.array_equal(weights_of(executed(of_run(s).script)), run.weights[run.last_epoch])


@pytest.mark.parametrize("s", [
    Settings(learning_rate=5.0, l2=1.0, epochs=200), Settings(learning_rate=100.0, l2=0.1, score="distance"),
    Settings(learning_rate=50.0, l2=1.0, loss="pixel_distance", epochs=70),
    Settings(learning_rate=50.0, l2=1.0, loss="pixel_distance", score="distance", epochs=40, batch_size=None),
    Settings(learning_rate=10.0, l2=1.0, loss="hinge", bias=False, batch_size=None, epochs=60),
    Settings(learning_rate=10.0, l2=1.0, loss="zero_one", score="distance", bias=False),
], ids=lambda s: f"{s.score}-{s.loss}-{s.learning_rate:g}")
def test_the_program_of_a_diverging_run_prints_the_epoch(s, digits, capsys):
    run = train(digits, s)
    assert run.diverged_at is not None
    executed(of_run(s).script)
    line = capsys.readouterr().out
    assert line.endswith(f"; diverged in epoch {run.diverged_at}\n")
    assert_same_lines(line, printed(run))


def test_runs_diverge_only_above_a_rate_times_penalty_of_2(digits):
    """The condition for the code about divergence, at every pair just below and just above a product of 2."""
    pairs = [(rate, l2) for rate in LEARNING_RATES for l2 in LIMITS["l2"].options if 1 <= rate * l2 <= 20 or not l2]
    runs = train_many(digits, [
        Settings(learning_rate=rate, l2=l2, loss=loss, score=score, epochs=150, batch_size=16, train_images=100)
        for rate, l2 in pairs for loss in ("hinge", "log_loss") for score in SCORES
    ])
    for run in runs:
        assert (run.diverged_at is not None) == may_diverge(run.settings)


def test_the_exported_code_covers_every_loss_and_score():
    assert set(LOSS_TEXTS) <= set(LOSSES)
    assert set(DRAWS) == set(SCORES)


@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if not loss.pixelwise])
def test_a_loss_without_a_text_of_its_own_is_exported_from_its_source(key, monkeypatch):
    s = Settings(loss=key, epochs=3)
    monkeypatch.delitem(LOSS_TEXTS, key, raising=False)
    program = of_run(s)
    assert f"engine_{key}" in program.script
    assert set(imports_of(program.script)) <= ALLOWED
    assert np.array_equal(weights_of(executed(program.script)), train(dataset_of(s), s).weights[3])
    pair = [("A", s), ("B", replace(s, loss="log_loss" if key != "log_loss" else "hinge"))]
    executed(of_comparison(pair).script)


@pytest.mark.parametrize("key", [key for key, loss in LOSSES.items() if not loss.pixelwise])
def test_the_loss_in_a_program_equals_that_of_the_engine_at_corners_and_extremes(key):
    names = executed(of_run(Settings(loss=key, epochs=1)).script)
    with np.errstate(under="ignore"):
        for truth in np.float32([0, 1]):
            scores = np.float32([-1000, -90, -17, -1.5, -1, -1e-30, 0, 1e-30, 1, 1.5, 17, 90, 1000])
            y = np.full_like(scores, truth)
            assert np.array_equal(names["loss"](scores, y), LOSSES[key].value(scores, y))
            assert np.array_equal(names["slope"](scores, y), LOSSES[key].derivative(scores, y))


def test_a_program_has_only_the_code_that_its_settings_need():
    plain = of_run(Settings()).script
    assert plain.count("\n") <= 62  # a screen
    for absent in ("penalty", "distance", "hinge", "seterr", "finite", "inverted", "black", "gzip", ".mean(0"):
        assert absent not in plain, absent
    assert "bias" in plain
    assert "bias" not in of_run(Settings(bias=False)).script
    assert "bias" not in of_run(Settings(bias=False, l2=0.1, learning_rate=100.0, score="distance")).script
    assert "bias" not in of_run(Settings(loss="pixel_distance")).script
    assert "penalty" in of_run(Settings(l2=0.1)).script
    assert "finite" not in of_run(Settings(l2=1.0, learning_rate=2.0)).script
    assert "finite" in of_run(Settings(l2=1.0, learning_rate=5.0)).script
    assert "sigmoid" not in of_run(Settings(loss="hinge")).script
    assert "permutation(np.arange" not in of_run(Settings(batch_size=None)).script
    assert "permutation(np.arange" not in of_run(Settings(train_images=30)).script
    assert "X_train[:30]" in of_run(Settings(train_images=30)).script
    assert "X >= 0.5" in of_run(Settings(black_and_white=True)).script
    assert "1 - X  # inverted" in of_run(Settings(inverted=True)).script
    mnist = of_run(Settings(dataset="mnist")).script
    assert "sklearn" not in mnist
    assert mnist.count("\n") <= 75


def test_one_batch_holds_all_images_of_any_two_digits():
    """From this batch size, the program has no batches."""
    largest = max(len(load("digits", (a, b)).X_train) for a in range(10) for b in range(a))
    assert 128 < largest <= 256


some_rows = some.lists(
    some.builds(
        row_set.Row, some.just("A"), some.sampled_from(sorted(SCORES)), some.sampled_from(sorted(LOSSES)),
        some.sampled_from(LEARNING_RATES), some.booleans(), some.sampled_from(LIMITS["start"].options),
    ), min_size=2, max_size=8,
).map(lambda rows: [replace(row, letter=letter) for letter, row in zip(row_set.LETTERS, rows, strict=False)])
shared_settings = some.builds(
    Settings, seed=some.integers(0, 999), epochs=some.integers(1, 30), l2=some.sampled_from(LIMITS["l2"].options),
    batch_size=some.sampled_from(LIMITS["batch_size"].options), train_images=some.sampled_from((None, 30, 100)),
    digits=some.sampled_from(((3, 7), (8, 9))),
)


def compared(rows, shared, goal=None):
    """The program of a set of runs, and the lines that the page shows of it."""
    chosen = row_set.settings_of(rows, shared)
    names = row_set.names(rows)
    runs = train_many(dataset_of(shared), chosen)
    program = of_comparison(list(zip(names, chosen, strict=True)), goal)
    return program, printed_comparison(list(zip(names, runs, strict=True)), goal)


def test_programs_of_comparisons_print_the_numbers_of_the_page(capsys):
    @settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(some_rows, shared_settings)
    def check(rows, shared):
        program, expected = compared(rows, shared)
        assert set(imports_of(program.script)) <= ALLOWED
        capsys.readouterr()
        executed(program.script)
        assert_same_lines(capsys.readouterr().out, expected)

    check()


def test_programs_of_comparisons_print_when_the_goal_is_reached(capsys):
    @settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(some_rows, shared_settings, some.sampled_from((0.8, 0.9, 0.95)))
    def check(rows, shared, goal):
        program, expected = compared(rows, shared, goal)
        capsys.readouterr()
        executed(program.script)
        found, expected = (text.splitlines() for text in (capsys.readouterr().out, expected))
        n = len(rows)
        assert_same_lines("\n".join(found[:n]), "\n".join(expected[:n]))
        assert found[n:] == expected[n:]
        assert len(expected) == 2 * n

    check()


def test_the_program_of_the_first_set_runs_in_a_fresh_interpreter():
    program, expected = compared(row_set.FIRST_SET, Settings())
    assert_same_lines(output_of(program.script), expected)


def test_the_program_of_a_comparison_on_mnist_prints_the_numbers_of_the_page(mnist, capsys):
    """At such rates runs are chaotic: trained one by one, some of these have other results."""
    rows = [
        row_set.Row(letter, score, loss, rate, True, "zeros") for letter, (score, loss, rate) in zip("ABCDEFG", [
            ("multiply", "absolute_error", 100.0), ("multiply", "hinge", 100.0), ("distance", "log_loss", 20.0),
            ("distance", "hinge", 2.0), ("distance", "pixel_distance", 50.0), ("multiply", "pixel_distance", 5.0),
            ("distance", "pixel_distance", 50.0),
        ], strict=True)
    ]
    program, expected = compared(rows, Settings(dataset="mnist", epochs=2, batch_size=512))
    executed(program.script)
    assert_same_lines(capsys.readouterr().out, expected)


def test_a_chaotic_run_has_other_weights_alone_than_in_a_group(digits):
    """The reason why the program of a comparison trains its runs in one matrix."""
    s = Settings(learning_rate=5.0, start="mean_image", batch_size=32, epochs=100, digits=(3, 8))
    others = [replace(s, loss=loss, learning_rate=rate) for loss in ("hinge", "absolute_error") for rate in (1.0, 20.0)]
    images = dataset_of(s)
    grouped = train_many(images, [s, *others])
    alone = [train(images, one) for one in (s, *others)]
    assert any(not np.array_equal(a.weights, b.weights) for a, b in zip(grouped, alone, strict=True))


@pytest.mark.parametrize(("runs", "problem"), [
    ([], "one name or more"), ([("A", Settings()), ("A", Settings(loss="hinge"))], "different"),
    ([("A", Settings()), ("B", Settings(seed=1))], "must share"),
    ([("A", Settings()), ("B", Settings(l2=0.1))], "must share"),
])
def test_runs_that_cannot_be_compared_are_refused(runs, problem):
    with pytest.raises(ValueError, match=problem):
        of_comparison(runs)


@pytest.mark.parametrize("s", [
    Settings(l2=0.01), Settings(l2=0.1, digits=(7, 3)), Settings(l2=1.0, bias=False), Settings(digits=(8, 9)),
    Settings(l2=0.001, digits=(8, 9), train_images=30), Settings(l2=0.01, digits=(8, 9), inverted=True),
    Settings(l2=0.01, digits=(8, 9), black_and_white=True, inverted=True, train_images=100),
    Settings(l2=0.01, score="distance", loss="absolute_error"), Settings(l2=0.01, loss="squared_error"),
], ids=lambda s: f"{s.digits}-{s.l2:g}-{s.loss}")
def test_the_program_of_logistic_regression_has_the_fit_of_the_page(s, capsys, recwarn):
    images = dataset_of(s)
    fit = sklearn_models.logistic_regression(images, s)
    names = executed(of_scikit_learn(s).script)
    assert capsys.readouterr().out == printed_scikit_learn(s, fit, images) + "\n"
    # The same rows in the same order.
    assert np.array_equal(names["model"].coef_[0].astype(float), fit.weights)


@pytest.mark.parametrize("s", [
    Settings(loss="hinge"), Settings(loss="hinge", l2=0.01, bias=False, seed=7), Settings(loss="hinge", l2=1.0),
], ids=lambda s: f"{s.l2:g}-{s.bias}")
def test_the_program_of_the_hinge_has_the_fit_of_the_page(s, digits, capsys, recwarn):
    fit = sklearn_models.fit(digits, s, "SGD hinge")
    names = executed(of_scikit_learn(s).script)
    assert capsys.readouterr().out == printed_scikit_learn(s, fit, digits) + "\n"
    assert np.array_equal(names["model"].coef_[0].astype(float), fit.weights)


def test_the_program_of_the_hinge_on_all_of_mnist_visits_the_images_as_often_as_the_page(mnist):
    s = Settings(dataset="mnist", loss="hinge")
    script = of_scikit_learn(s).script
    assert f"max_iter={sklearn_models.most_iterations(s, 'SGD hinge')})" in script
    assert output_of(script) == printed_scikit_learn(s, sklearn_models.fit(mnist, s, "SGD hinge"), mnist) + "\n"
    assert "max_iter" not in of_scikit_learn(Settings(loss="hinge")).script


def test_the_program_of_logistic_regression_on_mnist_prints_the_numbers_of_the_page(mnist):
    s = Settings(dataset="mnist", l2=0.1, digits=(4, 9), inverted=True, train_images=300)
    images = dataset_of(s)
    script = of_scikit_learn(s).script
    assert set(imports_of(script)) <= ALLOWED
    assert output_of(script) == printed_scikit_learn(s, sklearn_models.logistic_regression(images, s), images) + "\n"


def test_the_first_part_says_where_scikit_learn_has_no_such_model():
    for score in SCORES:
        for loss in LOSSES:
            has_it = score == "multiply" and loss in ("log_loss", "hinge")
            words = of_scikit_learn(Settings(score=score, loss=loss)).parts[0].words
            assert ("This is not the run on the screen" in words) != has_it
            if not has_it:
                assert score in words
                assert LOSSES[loss].label in words


def test_mnist_is_read_gzipped_or_not_from_the_folder_on_the_command_line(mnist, tmp_path, monkeypatch):
    import gzip
    from pathlib import Path

    s = Settings(dataset="mnist", epochs=1, train_images=100)
    folder = Path(os.environ[MNIST_DIR_VARIABLE])
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"):
        (tmp_path / name.replace("-idx", ".idx")).write_bytes(gzip.decompress((folder / f"{name}.gz").read_bytes()))
    monkeypatch.delenv(MNIST_DIR_VARIABLE)
    script = of_run(s).script
    done = subprocess.run(
        [sys.executable, "-I", "-", str(tmp_path)], input=script, capture_output=True, text=True, cwd="/"
    )
    assert done.returncode == 1
    assert f"There is no t10k-labels-idx1-ubyte in the folder {tmp_path}" in done.stderr
    assert "Traceback" not in done.stderr
    packed = "t10k-labels-idx1-ubyte.gz"
    (tmp_path / packed).write_bytes((folder / packed).read_bytes())
    assert_same_lines(output_of(script, str(tmp_path)), printed(train(mnist, s)))


def programs():
    """Programs of all kinds, with each loss."""
    chosen = [
        Settings(loss=loss, score=score, bias=bias) for loss in LOSSES for score in SCORES for bias in (True, False)
    ]
    chosen += [
        Settings(dataset="mnist", inverted=True, black_and_white=True, train_images=1000, l2=1.0, learning_rate=10.0),
        Settings(dataset="mnist", score="distance", batch_size=512), Settings(epochs=1, batch_size=None),
    ]
    yield from map(of_run, chosen)
    yield from map(of_scikit_learn, chosen)
    for shared in (Settings(), Settings(dataset="mnist", l2=1.0, batch_size=None)):
        yield compared_program(row_set.FIRST_SET, shared)
        yield compared_program(row_set.FIRST_SET[-1:], shared)


def compared_program(rows, shared):
    chosen = row_set.settings_of(rows, shared)
    return of_comparison(list(zip(row_set.names(rows), chosen, strict=True)))


def test_the_words_of_every_part_are_sentences():
    for program in programs():
        for part in program.parts:
            assert part.code.strip()
            assert part.words[0].isupper() or part.words[0].isdigit()
            assert part.words.endswith(".")
            assert "  " not in part.words
            assert ".." not in part.words
            assert ", ," not in part.words


def test_scripts_are_readable():
    for program in programs():
        ast.parse(program.script)
        assert max(map(len, program.script.splitlines())) <= 120
        assert not any(line.endswith(" ") for line in program.script.splitlines())
        for part in program.parts:
            assert " ".join(part.words.split()) in " ".join(
                line.removeprefix("# ") for line in program.script.splitlines() if line.startswith("# ")
            )


def test_a_notebook_has_the_parts_of_the_program_and_the_same_bytes_each_time():
    import nbformat

    s = Settings(l2=0.1, score="distance")
    program = of_run(s)
    assert program.notebook() == of_run(s).notebook()
    book = nbformat.reads(program.notebook().decode(), as_version=4)
    nbformat.validate(book)
    assert book.metadata.kernelspec.name == "python3"
    assert [cell.cell_type for cell in book.cells] == ["markdown", "code"] * len(program.parts)
    assert [(a.source, b.source) for a, b in zip(book.cells[::2], book.cells[1::2], strict=True)] == [
        (part.words, part.code) for part in program.parts
    ]
    assert len({cell.id for cell in book.cells}) == len(book.cells)


def notebook_output(program):
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.reads(program.notebook().decode(), as_version=4)
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    return "".join(output.get("text", "") for output in book.cells[-1].outputs)


def test_a_notebook_prints_the_numbers_of_the_page(digits):
    s = Settings(score="distance", loss="hinge", learning_rate=0.1)
    assert_same_lines(notebook_output(of_run(s)), printed(train(digits, s)))


def test_a_notebook_on_mnist_reads_the_folder_of_the_environment(mnist):
    s = Settings(dataset="mnist", epochs=2)
    assert_same_lines(notebook_output(of_run(s)), printed(train(mnist, s)))


def test_a_notebook_of_a_comparison_prints_the_numbers_of_the_page():
    program, expected = compared(row_set.FIRST_SET, Settings(epochs=3))
    assert_same_lines(notebook_output(program), expected)
