"""scikit-learn's models in a process of their own, and the minimum on MNIST."""

import contextlib
import subprocess
import sys

import numpy as np
import pytest

from explorer.engine import sklearn_models
from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.jobs import Turns
from explorer.lessons.scikit_learn import comparison, fitting, other_models
from explorer.lessons.scikit_learn.fitting import Attempt
from explorer.lessons.scikit_learn.minimum import NEAR_ENOUGH, objective
from tests.lessons.test_scikit_learn import lowest, reference_of

TURNS = Turns(1)


def test_the_minimum_is_found_where_the_fit_stops_early(mnist, monkeypatch):
    # How many iterations the default needs depends on the rounding of the machine; 40 are never enough.
    monkeypatch.setattr(sklearn_models, "MAX_ITERATIONS", 40)
    settings = Settings(dataset="mnist", l2=0.0001, inverted=True)
    reference = reference_of(load("mnist", inverted=True), settings)
    assert not reference.fit.converged
    assert reference.minimum.loss < reference.model.penalised - 1e-4
    assert reference.minimum.bound <= NEAR_ENOUGH


@pytest.fixture(scope="module")
def attempts() -> dict[str, Attempt]:
    results = fitting.fits(Settings(l2=0.01), list(sklearn_models.MODELS), TURNS, limit=60.0)
    return {name: attempt for name, attempt in results if attempt is not None}


def test_the_child_fits_the_same_models_as_this_process(digits, attempts):
    assert list(attempts) == list(sklearn_models.MODELS)
    for name, attempt in attempts.items():
        here = sklearn_models.fit(digits, Settings(l2=0.01), name)
        assert attempt.fit.iterations == here.iterations, name
        assert attempt.fit.test_accuracy == here.test_accuracy, name
        np.testing.assert_allclose(attempt.fit.weights, here.weights, rtol=1e-5, atol=1e-6, err_msg=name)


def test_every_solver_of_logistic_regression_ends_near_the_minimum(digits, attempts):
    value, _ = lowest(digits, Settings(l2=0.01))
    for name in ("lbfgs", "newton-cholesky", "saga", "liblinear"):
        fit = attempts[name].fit
        loss, _ = objective(digits, Settings(l2=0.01), fit.weights, fit.bias)
        assert loss - value < 1e-5, name


def test_the_table_of_models(digits, attempts):
    settings = Settings(l2=0.01)
    ours, reference = comparison.our_model(train(digits, settings), digits), reference_of(digits, settings)
    table = other_models.table(attempts, digits, settings, ours, reference)
    rows = {row[0]: row for row in zip(*table.values(), strict=True)}
    assert len(rows) == 7
    assert "Penalises the bias too" in rows["liblinear"][-1]
    assert rows["lbfgs"][-1].endswith("Finished.")
    assert "**Not finished**, it warns: “Maximum number of iteration reached before convergence”" in (
        rows["SGDClassifier squared_error"][-1]
    )
    assert float(rows["SGDClassifier log_loss"][4]) == pytest.approx(
        comparison.cosine(attempts["SGD log_loss"].fit.weights, ours.weights), abs=1e-3
    )
    assert other_models.summary(attempts).startswith("7 of 7 fitted, 1 of them did not finish.")
    empty = other_models.table({}, digits, settings, ours, reference)
    assert empty["model"] == table["model"]
    assert set(empty["seconds"]) == {""}
    stopped = other_models.table({"saga": Attempt(None, "stopped after 1.8 s")}, digits, settings, ours, reference)
    assert "**No result:** stopped after 1.8 s." in stopped["note"][3]


def test_a_refusal_is_reported_with_scikit_learns_message():
    ((_, attempt),) = [results for results in fitting.fits(Settings(), ["liblinear"], TURNS) if results[1] is not None]
    assert attempt.fit is None
    assert attempt.final
    assert attempt.problem.startswith("scikit-learn says “C=np.inf")


@pytest.fixture
def children(monkeypatch):
    """The child processes that are started."""
    started, real = [], subprocess.Popen

    def start(*arguments, **more):
        started.append(real(*arguments, **more))
        return started[-1]

    monkeypatch.setattr(fitting.subprocess, "Popen", start)
    return started


def test_closing_the_iterator_ends_the_child_at_once(children):
    results = fitting.fits(Settings(l2=0.01), list(sklearn_models.MODELS), TURNS)
    assert next(results) == ("lbfgs", None)
    (child,) = children
    assert child.poll() is None
    results.close()
    assert child.poll() is not None
    assert TURNS.running == 0  # so the next visitor has the turn


@pytest.fixture
def slow_child(monkeypatch):
    """``slow_child(lines)``: a child that prints these lines of JSON, a second between two of them."""
    real = subprocess.Popen

    def use(*lines):
        code = f"import time\nfor line in {lines}:\n    print(line, flush=True)\n    time.sleep(1)\ntime.sleep(60)"
        monkeypatch.setattr(
            fitting.subprocess, "Popen", lambda command, **more: real([sys.executable, "-c", code], **more)
        )

    return use


def attempted(names, limit):
    """The names and problems of the attempts of one turn."""
    return [(name, a.problem) for name, a in fitting.fits(Settings(), names, TURNS, limit) if a is not None]


def test_a_fit_that_takes_a_whole_turn_is_stopped_and_the_others_wait_for_the_next_turn(slow_child):
    slow_child('{"ready": true}')
    assert attempted(["saga", "liblinear"], 0.5) == [("saga", "stopped after 0.5 s")]
    assert TURNS.running == 0  # so the next visitor has the turn


def test_a_fit_that_began_late_in_the_turn_has_no_attempt(slow_child):
    slow_child('{"ready": true}', '{"problem": "refused", "refused": true}')
    assert attempted(["saga", "liblinear"], 3.0) == [("saga", "refused")]


@pytest.mark.parametrize("dies", ["before it is asked", "when it is asked"])
def test_a_child_that_dies_is_reported_for_every_model(monkeypatch, dies):
    real = subprocess.Popen

    def start(command, **more):
        before = dies == "before it is asked"
        child = real([sys.executable, "-c", "pass" if before else "input()"], **more)
        if before:
            child.wait()
        return child

    monkeypatch.setattr(fitting.subprocess, "Popen", start)
    done = [attempt for _, attempt in fitting.fits(Settings(), ["lbfgs", "saga"], TURNS) if attempt is not None]
    assert [attempt.problem for attempt in done] == ["its process ended without a result: too little memory?"] * 2


def test_fits_wait_for_their_turn(slow_child):
    slow_child('{"ready": true}')
    with contextlib.closing(fitting.fits(Settings(), ["saga"], TURNS)) as first:
        assert next(first) == ("saga", None)
        with contextlib.closing(fitting.fits(Settings(), ["lbfgs"], TURNS)) as second:
            assert next(second) == ("", None)
            assert (TURNS.running, TURNS.waiting) == (1, 1)
            first.close()
            assert next(second) == ("lbfgs", None)
    assert (TURNS.running, TURNS.waiting) == (0, 0)


def test_the_child_ends_when_its_parent_is_gone(children):
    results = fitting.fits(Settings(l2=0.01), ["lbfgs"] * 10_000, TURNS)
    while next(results)[1] is None:
        pass
    (child,) = children
    child.stdin.close()  # as the system does when the parent ends
    assert child.wait(timeout=20) != 0
    results.close()
