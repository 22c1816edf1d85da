"""Our descent beside scikit-learn: the minimum, what is measured, the sentences, and fits that can be stopped."""

import contextlib
import dataclasses
import re
import subprocess
import sys

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.optimize import minimize

from explorer import against, fitting, reference, rivals
from explorer.against import BESIDE, Model, Rival
from explorer.datasets import load
from explorer.figures import against as figures
from explorer.fitting import Attempt
from explorer.settings import LEARNING_RATES, LIMITS, Settings
from explorer.training import penalised_loss, train, train_many

PENALTIES = [l2 for l2 in LIMITS["l2"].options if l2]


def rival_of(dataset, settings) -> Rival:
    fit = reference.logistic_regression(dataset, settings)
    return Rival(
        fit, against.measured(dataset, settings, fit.weights, fit.bias), reference.minimum(dataset, settings, fit)
    )


def lowest(dataset, settings):
    """The minimum by another road: SciPy's BFGS on the formula as the design has it, written out once more."""
    n = settings.train_images or len(dataset.X_train)
    X, sign = dataset.X_train[:n].astype(float), 2 * dataset.y_train[:n].astype(float) - 1

    def loss(v):
        weights, bias = v[:-1], v[-1] * settings.bias
        return np.logaddexp(0, -sign * (X @ weights + bias)).mean() + settings.l2 / 2 * weights @ weights

    def slope(v):
        weights, bias = v[:-1], v[-1] * settings.bias
        pull = -sign / (1 + np.exp(sign * (X @ weights + bias))) / n
        return np.append(X.T @ pull + settings.l2 * weights, pull.sum() * settings.bias)

    found = minimize(
        loss, np.zeros(X.shape[1] + 1), jac=slope, method="L-BFGS-B",
        options=dict(maxiter=5000, maxfun=9000, gtol=1e-10, ftol=1e-15),
    )
    return found.fun, found.x[:-1]


# --- the minimum


def test_the_objective_and_its_gradient(tiny):
    settings = Settings(l2=0.1)
    loss, gradient = reference.objective(tiny, settings, np.zeros(6), 0.0)
    assert loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(gradient[:-1], ((0.5 - tiny.y_train)[:, None] * tiny.X_train).mean(0))
    assert gradient[-1] == pytest.approx(0)  # half the labels are 1
    point, step = np.random.default_rng(1).standard_normal(7), 1e-6
    _, gradient = reference.objective(tiny, settings, point[:-1], point[-1])
    for j in range(7):
        ends = [point + side * step * np.eye(7)[j] for side in (1, -1)]
        up, down = (reference.objective(tiny, settings, end[:-1], end[-1])[0] for end in ends)
        assert gradient[j] == pytest.approx((up - down) / (2 * step), abs=1e-8)


def test_the_objective_is_what_our_training_makes_small(digits):
    run = train(digits, Settings(l2=0.01, train_images=100))
    ours, _ = reference.objective(digits, run.settings, run.weights[-1], float(run.biases[-1]))
    assert ours == pytest.approx(penalised_loss(run), abs=1e-6)  # the run's is of float32 scores


@pytest.mark.parametrize("l2", PENALTIES)
@pytest.mark.parametrize("more", [{}, {"bias": False}, {"train_images": 30}, {"inverted": True}], ids=str)
def test_the_minimum_is_the_lowest_point(l2, more):
    settings = Settings(l2=l2, **more)
    dataset = load(inverted=settings.inverted)
    rival = rival_of(dataset, settings)
    value, weights = lowest(dataset, settings)
    assert rival.minimum.loss == pytest.approx(value, abs=2e-8)
    assert rival.minimum.loss <= rival.model.penalised + 1e-7
    assert 0 <= rival.minimum.bound <= reference.NEAR_ENOUGH
    assert against.cosine(rival.minimum.weights, weights) > 0.9999
    assert settings.bias or rival.minimum.bias == 0
    assert rival.floor == rival.minimum.loss


def test_where_the_fit_stops_early_the_minimum_is_found_all_the_same(mnist, monkeypatch):
    # How many iterations the default takes hangs on the rounding of the machine; 5 never do.
    monkeypatch.setattr(reference, "MAX_ITERATIONS", 5)
    settings = Settings(dataset="mnist", l2=0.0001, inverted=True)
    rival = rival_of(load("mnist", inverted=True), settings)
    assert not rival.fit.converged
    assert rival.minimum.loss < rival.model.penalised - 1e-4
    assert rival.minimum.bound <= reference.NEAR_ENOUGH


def test_without_a_penalty_there_is_no_minimum(digits):
    rival = rival_of(digits, Settings())
    assert rival.minimum is None
    assert rival.separates
    assert rival.floor == 0
    # Twice the weights, a smaller loss: so there is no lowest.
    longer = against.measured(digits, Settings(), 2 * rival.model.weights, 2 * rival.model.bias)
    assert longer.penalised < rival.model.penalised


@pytest.mark.parametrize("l2", [l2 for l2 in PENALTIES if l2 >= 0.01])
@pytest.mark.parametrize("more", [{}, {"bias": False}, {"inverted": True}, {"seed": 7}], ids=str)
def test_within_the_limits_descent_arrives_at_scikit_learns_minimum(l2, more):
    """The claim of the page, on the built-in digits; the minimum and the loss computed by another road."""
    settings = Settings(l2=l2, **more)
    dataset = load(inverted=settings.inverted)
    best = against.closest(train_many(dataset, against.candidates(settings)))
    run = train(dataset, best)
    value, weights = lowest(dataset, settings)
    ours, _ = reference.objective(dataset, settings, run.weights[-1], float(run.biases[-1]))
    assert -1e-8 < ours - value < 1e-3
    w = run.weights[-1].astype(float)
    assert w @ weights / np.sqrt((w @ w) * (weights @ weights)) > 0.99
    rival = rival_of(dataset, settings)
    told = against.sentence(run, against.our_model(run, dataset), rival)
    assert told.startswith("**The same model, found by two roads** (within 0.001 and a cosine above 0.99): ")


# --- what is compared


def test_candidates_differ_in_the_rate_alone_and_the_closest_ends_lowest(digits):
    settings = Settings(l2=0.1, bias=False)
    runs = train_many(digits, against.candidates(settings))
    assert {dataclasses.replace(r.settings, learning_rate=1.0) for r in runs} == {
        dataclasses.replace(settings, start="zeros", batch_size=64, epochs=1000, learning_rate=1.0)
    }
    assert max(r.settings.learning_rate for r in runs) == 10.0  # 20 × 0.1 is 2: it would swing for ever
    ends = {r.settings: penalised_loss(r) for r in runs if r.diverged_at is None}
    assert against.closest(runs) == min(ends, key=ends.get)


def test_a_run_is_drawn_beside_runs_that_differ_in_one_choice():
    for rate in LEARNING_RATES:
        s = Settings(learning_rate=rate)
        small, large = against.neighbours(s, BESIDE[0])
        assert small.learning_rate < large.learning_rate
        assert rate not in (small.learning_rate, large.learning_rate)
        assert {dataclasses.replace(other, learning_rate=rate) for other in (small, large)} == {s}
    assert [s.learning_rate for s in against.neighbours(Settings(learning_rate=1.0), BESIDE[0])] == [0.2, 5.0]
    for size in LIMITS["batch_size"].options:
        s = Settings(batch_size=size)
        others = against.neighbours(s, BESIDE[1])
        assert size not in [other.batch_size for other in others]
        assert {dataclasses.replace(other, batch_size=size) for other in others} == {s}
    assert [s.batch_size for s in against.neighbours(Settings(), BESIDE[1])] == [16, None]


def test_distances_are_the_penalised_loss_above_the_floor(digits):
    run = train(digits, Settings(l2=0.01, epochs=50))
    expected = [penalised_loss(run, epoch) - 0.05 for epoch in range(51)]
    np.testing.assert_allclose(against.distances(run, 0.05), expected, rtol=1e-6)
    assert (against.distances(run, 100.0) == against.RESOLUTION).all()
    diverged = train(digits, Settings(l2=1.0, learning_rate=100.0))
    assert np.isnan(against.distances(diverged, 0.0)[diverged.diverged_at:]).all()


def test_cosine():
    assert against.cosine(np.array([1.0, 0]), np.array([3.0, 4])) == pytest.approx(0.6)
    assert against.cosine(np.array([1.0, 2]), np.array([-2.0, -4])) == pytest.approx(-1)
    assert against.cosine(np.zeros(2), np.ones(2)) == 0


def test_both_sides_are_measured_alike(digits):
    settings = Settings(l2=0.01, train_images=100)
    run = train(digits, settings)
    ours = against.our_model(run, digits)
    assert ours.test_accuracy == run.test_accuracy[-1]
    assert ours.train_accuracy == run.train_accuracy[-1]
    assert ours.test_loss == pytest.approx(run.test_loss[-1], abs=1e-6)
    assert ours.penalised == pytest.approx(penalised_loss(run), abs=1e-6)
    rival = rival_of(digits, settings)
    assert rival.model.test_accuracy == rival.fit.test_accuracy
    expected, _ = reference.objective(digits, settings, rival.fit.weights, rival.fit.bias)
    assert rival.model.penalised == pytest.approx(expected, abs=1e-6)


def test_only_what_scikit_learn_reads_fits_anew():
    settings = Settings(l2=0.1, bias=False, train_images=30, digits=(1, 0), inverted=True)
    data = against.data_of(settings)
    for other in (dict(learning_rate=0.1), dict(batch_size=None), dict(epochs=500), dict(start="zeros")):
        assert against.data_of(dataclasses.replace(settings, **other)) == data
    for other in (dict(l2=0.0), dict(bias=True), dict(train_images=None), dict(digits=(0, 1)), dict(inverted=False)):
        assert against.data_of(dataclasses.replace(settings, **other)) != data


# --- sentences


def test_the_conversion_of_the_penalty(digits):
    assert against.conversion(digits, Settings(l2=0.01)).endswith("1 / (253 × 0.01) = **0.3953**")
    assert against.conversion(digits, Settings(l2=0.1, train_images=30)).endswith("1 / (30 × 0.1) = **0.3333**")
    assert "C = ∞" in against.conversion(digits, Settings())
    assert reference.inverse_strength(50, 0.02) == 1.0
    assert reference.inverse_strength(50, 0.0) == np.inf


def told(dataset, settings):
    run, rival = train(dataset, settings), rival_of(dataset, settings)
    return run, rival, against.sentence(run, against.our_model(run, dataset), rival)


@pytest.mark.parametrize("settings", [Settings(l2=0.01), Settings(l2=1.0, learning_rate=0.1), Settings(l2=0.0001)])
def test_the_sentence_has_the_numbers_of_the_run(digits, settings):
    run, rival, said = told(digits, settings)
    value, _ = lowest(digits, settings)
    gap = float(re.search(r"penalised loss is ([\d.]+) above", said)[1])
    assert gap == pytest.approx(penalised_loss(run) - value, abs=6e-5)
    assert float(re.search(r"minimum of ([\d.]+),", said)[1]) == pytest.approx(value, abs=1e-6)
    assert float(re.search(r"weights (0\.\d+)\.", said)[1]) == pytest.approx(
        against.cosine(run.weights[-1], rival.fit.weights), abs=1e-4
    )
    assert f"{100 * run.test_accuracy[-1]:.1f}\N{NO-BREAK SPACE}%, scikit-learn" in said
    assert said.startswith("**Not there yet:**" if penalised_loss(run) - value > 1e-3 else "**The same model")


def test_low_with_other_weights_is_not_called_the_same_model(digits):
    run, rival, _ = told(digits, Settings(l2=0.0001, start="zeros", epochs=1000))
    far = dataclasses.replace(rival, model=dataclasses.replace(rival.model, weights=np.ones(64)))
    said = against.sentence(run, against.our_model(run, digits), far)
    assert said.startswith("**As low, to 0.001, but with other weights:**")


def test_the_sentence_without_a_minimum(digits, tiny):
    assert told(digits, Settings())[2].startswith("Without a penalty there is **no minimum**")
    assert told(tiny, Settings())[2].startswith("Without a penalty nothing here proves where the minimum is.")


def test_a_run_that_diverged_is_said_so(digits):
    run, _, said = told(digits, Settings(l2=1.0, learning_rate=100.0))
    assert said.startswith(f"Our descent diverged in epoch {run.diverged_at}: a learning rate of 100 is too long")


def test_a_fit_that_converged_or_not_is_said_so_in_scikit_learns_words(digits):
    rival = rival_of(digits, Settings(l2=0.01))
    said = against.fit_note(rival)
    assert f"says that it converged, after {rival.fit.iterations} iterations" in said
    assert against.gap_words(rival.model.penalised - lowest(digits, Settings(l2=0.01))[0])[:8] in said
    unfinished = dataclasses.replace(rival.fit, converged=False, iterations=100, warnings=(
        "lbfgs failed to converge after 100 iteration(s) (status=1):\nSTOP: TOTAL NO. OF ITERATIONS REACHED LIMIT",
    ))
    said = against.fit_note(dataclasses.replace(rival, fit=unfinished))
    assert "did **not** converge: it reached its limit of 100 iterations" in said
    assert "“lbfgs failed to converge after 100 iteration(s) (status=1)”" in said


def test_the_warning_is_the_one_that_scikit_learn_gives(digits, monkeypatch):
    monkeypatch.setattr(reference, "MAX_ITERATIONS", 2)
    fit = reference.logistic_regression(digits, Settings(l2=0.001))
    assert not fit.converged
    assert fit.iterations == 2
    assert against.own_words(fit).startswith("lbfgs failed to converge after 2 iteration(s)")


@pytest.mark.parametrize(("gap", "words"), [
    (-1e-9, "less than 0.0000001"), (5e-8, "less than 0.0000001"), (2.15e-6, "0.0000022"), (0.04439, "0.0444"),
    (5.9e17, "5.9e+17"),
])
def test_distances_in_words(gap, words):
    assert against.gap_words(gap) == words


def test_the_table_has_the_numbers_of_both(digits):
    settings = Settings(l2=0.01)
    run, rival = train(digits, settings), rival_of(digits, settings)
    table = against.comparison(run, against.our_model(run, digits), rival, digits)
    rows = dict(zip(table[""], zip(table["ours"], table["scikit-learn"], strict=True), strict=True))
    assert float(rows["log loss, test"][0]) == pytest.approx(run.test_loss[-1], abs=2e-6)
    scores = digits.X_test.astype(float) @ rival.fit.weights + rival.fit.bias
    sign = 2 * digits.y_test - 1
    assert float(rows["log loss, test"][1]) == pytest.approx(np.logaddexp(0, -sign * scores).mean(), abs=2e-6)
    assert rows["bias"][0] == f"{run.biases[-1]:.4f}".replace("-", "−")
    assert rows["work"] == ("20 epochs, 80 steps", f"{rival.fit.iterations} iterations")
    assert float(rows["the same with the penalty"][0]) == pytest.approx(penalised_loss(run), abs=2e-6)


def model(scores) -> Model:
    return Model(np.zeros(2), 0.0, np.array(scores), 0, 0, 0, 0, 0)


def test_where_the_two_disagree(tiny):
    four = dataclasses.replace(tiny, X_test=tiny.X_test[:4], y_test=np.array([1.0, 0, 1, 0]))
    found = against.disagreement(model([5.0, 0.1, -3.0, 2.0]), model([0.1, -0.1, 3.0, -9.0]), four)
    assert found.count == 3
    assert found.images.tolist() == [2, 3, 1]  # sigmoid gaps 0.91, 0.88, 0.05
    assert found.captions[0] == "a 3: ours 7 (4.7\u00a0%), scikit-learn 3 (95.3\u00a0%)"
    assert found.title == "They answer 3 of 4 test images differently"
    alike = against.disagreement(model([5.0, -1, 1, -2]), model([4.0, -3, 1, -2]), four)
    assert alike.count == 0
    assert alike.images.tolist()[0] == 1
    assert alike.title.startswith("They answer all 4 test images alike")


@pytest.mark.parametrize("beside", BESIDE)
def test_the_lines_are_named_as_they_are(digits, beside):
    settings = Settings(l2=0.01)
    names = against.curves_note(settings, against.neighbours(settings, beside), rival_of(digits, settings), beside)
    assert names.others == (("rate 0.2", "rate 5"), ("batches of 16", "all images at once"))[BESIDE.index(beside)]
    assert all(name in names.text for name in names.others)


# --- pictures


def test_the_pictures_are_whole_and_on_one_scale(digits):
    run, rival = train(digits, Settings(l2=0.01)), rival_of(digits, Settings(l2=0.01))
    figure = figures.weights_beside(run.weights[-1], rival.fit.weights, (8, 8))
    go.Figure(figure.to_dict())
    ours, theirs, difference = (np.array(trace.z, float).ravel() for trace in figure.data)
    np.testing.assert_allclose(ours, run.weights[-1])
    np.testing.assert_allclose(theirs, rival.fit.weights, rtol=1e-6)
    np.testing.assert_allclose(difference, run.weights[-1] - rival.fit.weights, atol=1e-6)
    reach = max(np.abs(values).max() for values in (ours, theirs, difference))
    assert {(t.zmin, t.zmax) for t in figure.data} == {(-figure.data[0].zmax, figure.data[0].zmax)}
    assert figure.data[0].zmax == pytest.approx(reach)


@pytest.mark.parametrize("epochs", [1, 20, 1000])
def test_the_way_down_ends_where_the_run_ends(digits, epochs):
    run = train(digits, Settings(l2=0.01, epochs=epochs))
    values = against.distances(run, 0.1)
    figure = figures.way_down(values, [("a", values), ("b", values)], 0.002, True)
    go.Figure(figure.to_dict())
    own = next(trace for trace in figure.data if trace.name == "your run")
    assert (own.x[0], own.x[-1], own.y[-1]) == (0, epochs, values[-1])
    assert len(own.x) <= 300
    assert figure.layout.yaxis.type == "log"
    assert set(figure.data[-1].y) == {0.002}


# --- scikit-learn's other models, in a process of their own


@pytest.fixture(scope="module")
def attempts() -> dict[str, Attempt]:
    news = fitting.fits(Settings(l2=0.01), list(reference.MODELS))
    return {name: attempt for name, attempt in news if attempt is not None}


def test_the_other_process_fits_what_this_one_does(digits, attempts):
    assert list(attempts) == list(reference.MODELS)
    for name, attempt in attempts.items():
        here = reference.fit(digits, Settings(l2=0.01), name)
        assert attempt.fit.iterations == here.iterations, name
        assert attempt.fit.test_accuracy == here.test_accuracy, name
        np.testing.assert_allclose(attempt.fit.weights, here.weights, rtol=1e-5, atol=1e-6, err_msg=name)


def test_every_solver_of_logistic_regression_ends_near_the_minimum(digits, attempts):
    value, _ = lowest(digits, Settings(l2=0.01))
    for name in ("lbfgs", "newton-cholesky", "saga", "liblinear"):
        fit = attempts[name].fit
        loss, _ = reference.objective(digits, Settings(l2=0.01), fit.weights, fit.bias)
        assert loss - value < 1e-5, name


def test_liblinear_penalises_the_bias(digits):
    """As it says in the table: its solution solves the problem in which the bias is one more weight."""
    settings = Settings(l2=1.0, train_images=10)  # few images, and more of the one digit: a bias is of use
    fit = reference.fit(digits, settings, "liblinear")
    _, gradient = reference.objective(digits, settings, fit.weights, fit.bias)
    assert abs(gradient[-1]) > 0.1  # far from the minimum that leaves the bias out
    assert gradient[-1] + settings.l2 * fit.bias == pytest.approx(0, abs=1e-4)


def test_the_table_of_models(digits, attempts):
    settings = Settings(l2=0.01)
    ours, rival = against.our_model(train(digits, settings), digits), rival_of(digits, settings)
    table = rivals.table(attempts, digits, settings, ours, rival)
    rows = {row[0]: row for row in zip(*table.values(), strict=True)}
    assert len(rows) == 7
    assert "Penalises the bias too" in rows["liblinear"][-1]
    assert rows["lbfgs"][-1].endswith("Converged.")
    assert "**Not converged**, it warns: “Maximum number of iteration reached before convergence”" in (
        rows["SGDClassifier squared_error"][-1]
    )
    assert float(rows["SGDClassifier log_loss"][4]) == pytest.approx(
        against.cosine(attempts["SGD log_loss"].fit.weights, ours.weights), abs=1e-4
    )
    assert rivals.summary(attempts).startswith("7 of 7 fitted, 1 of them without converging")
    empty = rivals.table({}, digits, settings, ours, rival)
    assert empty["model"] == table["model"]
    assert set(empty["seconds"]) == {""}
    stopped = rivals.table({"saga": Attempt(None, "stopped after 20 s")}, digits, settings, ours, rival)
    assert "**No result:** stopped after 20 s." in stopped[""][3]


def test_what_scikit_learn_refuses_is_said_in_its_words():
    ((_, attempt),) = [news for news in fitting.fits(Settings(), ["liblinear"]) if news[1] is not None]
    assert attempt.fit is None
    assert attempt.final
    assert attempt.problem.startswith("scikit-learn says “C=np.inf")


def test_without_a_penalty_sgd_has_none(digits):
    assert reference.fit(digits, Settings(), "SGD log_loss").test_accuracy > 0.9


@pytest.fixture
def children(monkeypatch):
    """The processes that are started."""
    started, real = [], subprocess.Popen

    def start(*arguments, **more):
        started.append(real(*arguments, **more))
        return started[-1]

    monkeypatch.setattr(fitting.subprocess, "Popen", start)
    return started


def test_closing_ends_the_process_at_once(children):
    news = fitting.fits(Settings(l2=0.01), list(reference.MODELS))
    assert next(news) == ("lbfgs", None)
    (child,) = children
    assert child.poll() is None
    news.close()
    assert child.poll() is not None
    assert fitting._turn.acquire(blocking=False)  # and the next visitor has the turn
    fitting._turn.release()


def test_a_fit_that_takes_too_long_is_stopped_and_the_next_one_begins(mnist, children):
    names = ["SGD squared_error", "liblinear"]
    news = fitting.fits(Settings(dataset="mnist", l2=0.01), names, limit=2.0)
    done = [(name, attempt) for name, attempt in news if attempt is not None]
    assert [name for name, _ in done] == names
    assert done[0][1].problem == "stopped after 2 s"
    assert not done[0][1].final
    assert len(children) == 2
    assert all(child.poll() is not None for child in children)


def test_a_process_that_dies_is_reported_for_every_model(monkeypatch):
    real = subprocess.Popen
    monkeypatch.setattr(
        fitting.subprocess, "Popen", lambda command, **more: real([sys.executable, "-c", "pass"], **more)
    )
    done = [attempt for _, attempt in fitting.fits(Settings(), ["lbfgs", "saga"]) if attempt is not None]
    assert [attempt.problem for attempt in done] == ["its process ended without a result: too little memory?"] * 2


def test_one_visitor_at_a_time():
    with contextlib.closing(fitting.fits(Settings(), ["lbfgs"])) as news, fitting._turn:
        assert next(news) == ("", None)


def test_the_process_ends_when_the_one_that_started_it_is_gone(children):
    news = fitting.fits(Settings(l2=0.01), ["lbfgs"] * 10_000)
    while next(news)[1] is None:
        pass
    (child,) = children
    child.stdin.close()  # what the system does for a parent that is gone
    assert child.wait(timeout=20) != 0
    news.close()
