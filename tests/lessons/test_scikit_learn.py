"""Our descent beside scikit-learn: the minimum, the measures, the sentences, and fits that can be stopped."""

import dataclasses
import re

import numpy as np
import pytest
from scipy.optimize import minimize

from explorer.engine import sklearn_models
from explorer.engine.datasets import load
from explorer.engine.settings import LEARNING_RATES, LIMITS, Settings
from explorer.engine.training import penalised_loss, train, train_many
from explorer.figures import scikit_learn as figures
from explorer.lessons.scikit_learn import comparison
from explorer.lessons.scikit_learn.comparison import BESIDE, NOT_YET, OTHER, SAME, Model, Reference
from explorer.lessons.scikit_learn.minimum import NEAR_ENOUGH, minimum, objective
from tests.support.figures import validated

PENALTIES = [l2 for l2 in LIMITS["l2"].options if l2]


def reference_of(dataset, settings) -> Reference:
    fit = sklearn_models.logistic_regression(dataset, settings)
    return Reference(
        fit, comparison.measured(dataset, settings, fit.weights, fit.bias), minimum(dataset, settings, fit)
    )


def lowest(dataset, settings):
    """The minimum by an independent method: SciPy's BFGS on the formula of the penalised loss, written again here."""
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
    loss, gradient = objective(tiny, settings, np.zeros(6), 0.0)
    assert loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(gradient[:-1], ((0.5 - tiny.y_train)[:, None] * tiny.X_train).mean(0))
    assert gradient[-1] == pytest.approx(0)  # half the labels are 1
    point, step = np.random.default_rng(1).standard_normal(7), 1e-6
    _, gradient = objective(tiny, settings, point[:-1], point[-1])
    for j in range(7):
        ends = [point + side * step * np.eye(7)[j] for side in (1, -1)]
        up, down = (objective(tiny, settings, end[:-1], end[-1])[0] for end in ends)
        assert gradient[j] == pytest.approx((up - down) / (2 * step), abs=1e-8)


def test_the_objective_is_what_our_training_makes_small(digits):
    run = train(digits, Settings(l2=0.01, train_images=100))
    ours, _ = objective(digits, run.settings, run.weights[-1], float(run.biases[-1]))
    assert ours == pytest.approx(penalised_loss(run), abs=1e-6)  # the run's is of float32 scores


@pytest.mark.parametrize("l2", PENALTIES)
@pytest.mark.parametrize("more", [{}, {"bias": False}, {"train_images": 30}, {"inverted": True}], ids=str)
def test_the_minimum_is_the_lowest_point(l2, more):
    settings = Settings(l2=l2, **more)
    dataset = load(inverted=settings.inverted)
    reference = reference_of(dataset, settings)
    value, weights = lowest(dataset, settings)
    assert reference.minimum.loss == pytest.approx(value, abs=2e-8)
    assert reference.minimum.loss <= reference.model.penalised + 1e-7
    assert 0 <= reference.minimum.bound <= NEAR_ENOUGH
    assert comparison.cosine(reference.minimum.weights, weights) > 0.9999
    assert settings.bias or reference.minimum.bias == 0
    assert reference.floor == reference.minimum.loss


def test_without_a_penalty_there_is_no_minimum(digits):
    reference = reference_of(digits, Settings())
    assert reference.minimum is None
    assert reference.separates
    assert reference.floor == 0
    # Twice the weights have a smaller loss, so none is the lowest.
    longer = comparison.measured(digits, Settings(), 2 * reference.model.weights, 2 * reference.model.bias)
    assert longer.penalised < reference.model.penalised


@pytest.mark.parametrize("l2", [l2 for l2 in PENALTIES if l2 >= 0.01])
@pytest.mark.parametrize("more", [{}, {"bias": False}, {"inverted": True}, {"seed": 7}], ids=str)
def test_within_the_limits_descent_reaches_scikit_learns_minimum(l2, more):
    """The claim of the page on the built-in digits; the minimum and the loss are computed independently."""
    settings = Settings(l2=l2, **more)
    dataset = load(inverted=settings.inverted)
    best = comparison.closest(train_many(dataset, comparison.candidates(settings)))
    run = train(dataset, best)
    value, weights = lowest(dataset, settings)
    ours, _ = objective(dataset, settings, run.weights[-1], float(run.biases[-1]))
    assert -1e-8 < ours - value < 1e-3
    w = run.weights[-1].astype(float)
    assert w @ weights / np.sqrt((w @ w) * (weights @ weights)) > 0.99
    reference = reference_of(dataset, settings)
    seen = comparison.seen(run, comparison.our_model(run, dataset), reference)
    assert seen.happened == SAME
    assert seen.sentence.startswith("**The same model, found in two ways.** After 1,000 epochs, our loss")


# --- measures


def test_candidates_differ_only_in_the_rate_and_the_closest_ends_lowest(digits):
    settings = Settings(l2=0.1, bias=False)
    runs = train_many(digits, comparison.candidates(settings))
    assert {dataclasses.replace(r.settings, learning_rate=1.0) for r in runs} == {
        dataclasses.replace(settings, start="zeros", batch_size=64, epochs=1000, learning_rate=1.0)
    }
    assert max(r.settings.learning_rate for r in runs) == 10.0  # 20 × 0.1 is 2, at which it would oscillate for ever
    ends = {r.settings: penalised_loss(r) for r in runs if r.diverged_at is None}
    assert comparison.closest(runs) == min(ends, key=ends.get)


def test_a_run_is_drawn_beside_runs_that_differ_in_one_choice():
    for rate in LEARNING_RATES:
        s = Settings(learning_rate=rate)
        small, large = comparison.neighbours(s, BESIDE[0])
        assert small.learning_rate < large.learning_rate
        assert rate not in (small.learning_rate, large.learning_rate)
        assert {dataclasses.replace(other, learning_rate=rate) for other in (small, large)} == {s}
    assert [s.learning_rate for s in comparison.neighbours(Settings(learning_rate=1.0), BESIDE[0])] == [0.2, 5.0]
    for size in LIMITS["batch_size"].options:
        s = Settings(batch_size=size)
        others = comparison.neighbours(s, BESIDE[1])
        assert size not in [other.batch_size for other in others]
        assert {dataclasses.replace(other, batch_size=size) for other in others} == {s}
    assert [s.batch_size for s in comparison.neighbours(Settings(), BESIDE[1])] == [16, None]


def test_distances_are_the_penalised_loss_above_the_floor(digits):
    run = train(digits, Settings(l2=0.01, epochs=50))
    expected = [penalised_loss(run, epoch) - 0.05 for epoch in range(51)]
    np.testing.assert_allclose(comparison.distances(run, 0.05), expected, rtol=1e-6)
    assert (comparison.distances(run, 100.0) == comparison.RESOLUTION).all()
    diverged = train(digits, Settings(l2=1.0, learning_rate=100.0))
    assert np.isnan(comparison.distances(diverged, 0.0)[diverged.diverged_at:]).all()


def test_cosine():
    assert comparison.cosine(np.array([1.0, 0]), np.array([3.0, 4])) == pytest.approx(0.6)
    assert comparison.cosine(np.array([1.0, 2]), np.array([-2.0, -4])) == pytest.approx(-1)
    assert comparison.cosine(np.zeros(2), np.ones(2)) == 0


def test_both_sides_are_measured_alike(digits):
    settings = Settings(l2=0.01, train_images=100)
    run = train(digits, settings)
    ours = comparison.our_model(run, digits)
    assert ours.test_accuracy == run.test_accuracy[-1]
    assert ours.train_accuracy == run.train_accuracy[-1]
    assert ours.test_loss == pytest.approx(run.test_loss[-1], abs=1e-6)
    assert ours.penalised == pytest.approx(penalised_loss(run), abs=1e-6)
    reference = reference_of(digits, settings)
    assert reference.model.test_accuracy == reference.fit.test_accuracy
    expected, _ = objective(digits, settings, reference.fit.weights, reference.fit.bias)
    assert reference.model.penalised == pytest.approx(expected, abs=1e-6)


def test_only_what_scikit_learn_reads_fits_anew():
    settings = Settings(l2=0.1, bias=False, train_images=30, digits=(1, 0), inverted=True)
    data = comparison.data_of(settings)
    for other in (dict(learning_rate=0.1), dict(batch_size=None), dict(epochs=500), dict(start="zeros")):
        assert comparison.data_of(dataclasses.replace(settings, **other)) == data
    for other in (dict(l2=0.0), dict(bias=True), dict(train_images=None), dict(digits=(0, 1)), dict(inverted=False)):
        assert comparison.data_of(dataclasses.replace(settings, **other)) != data


# --- sentences


def test_the_conversion_of_the_penalty(digits):
    assert comparison.conversion(digits, Settings(l2=0.01)).endswith(
        "**λ = 0.01** is **C** = 1 ÷ (n × λ) = 1 ÷ (253 × 0.01) = **0.395**, where n is the number of training images."
    )
    assert "1 ÷ (30 × 0.1) = **0.333**" in comparison.conversion(digits, Settings(l2=0.1, train_images=30))
    assert "C = ∞" in comparison.conversion(digits, Settings())
    assert sklearn_models.inverse_strength(50, 0.02) == 1.0
    assert sklearn_models.inverse_strength(50, 0.0) == np.inf


def compared(dataset, settings):
    run, reference = train(dataset, settings), reference_of(dataset, settings)
    return run, reference, comparison.seen(run, comparison.our_model(run, dataset), reference).sentence


@pytest.mark.parametrize("settings", [Settings(l2=0.01), Settings(l2=1.0, learning_rate=0.1), Settings(l2=0.0001)])
def test_the_sentence_has_the_numbers_of_the_run(digits, settings):
    run, reference, text = compared(digits, settings)
    value, _ = lowest(digits, settings)
    gap = float(re.search(r"with the penalty is ([\d.]+) above", text)[1])
    assert gap == pytest.approx(penalised_loss(run) - value, rel=0.06)  # two digits
    assert float(re.search(r"lowest possible one, which is\s([\d.]+\d)", text)[1]) == pytest.approx(value, rel=0.006)
    assert float(re.search(r"cosine (?:between the weights is )?(0\.\d+)", text)[1]) == pytest.approx(
        comparison.cosine(run.weights[-1], reference.fit.weights), abs=1e-3
    )
    assert f"our model gets {100 * run.test_accuracy[-1]:.1f}\N{NO-BREAK SPACE}% right, scikit-learn's" in text
    assert text.startswith("**Not there yet.**" if penalised_loss(run) - value > 1e-3 else "**The same model")


def test_low_with_other_weights_is_not_called_the_same_model(digits):
    run, reference, _ = compared(digits, Settings(l2=0.0001, start="zeros", epochs=1000))
    far = dataclasses.replace(reference, model=dataclasses.replace(reference.model, weights=np.ones(64)))
    seen = comparison.seen(run, comparison.our_model(run, digits), far)
    assert seen.sentence.startswith("**As low, but with other weights.**")
    assert seen.happened == OTHER


def test_the_sentence_without_a_minimum(digits, tiny):
    assert compared(digits, Settings())[2].startswith("**Without a penalty there is no lowest point.**")
    assert compared(tiny, Settings())[2].startswith(
        "**Without a penalty nothing here proves where the lowest point is.**"
    )


def test_the_sentence_on_a_run_that_diverged(digits):
    run, _, text = compared(digits, Settings(l2=1.0, learning_rate=100.0))
    assert text.startswith(f"**Our loss became infinite in epoch {run.diverged_at}.**")
    assert "a learning rate of 100 is too large" in text


def test_the_note_reports_convergence_or_scikit_learns_warning(digits):
    reference = reference_of(digits, Settings(l2=0.01))
    text = comparison.fit_note(reference)
    assert f"stopped after {reference.fit.iterations} iterations, each over all images, because nothing" in text
    gap = reference.model.penalised - lowest(digits, Settings(l2=0.01))[0]
    assert text.endswith(f"It ended {comparison.gap_words(gap)} above the lowest point.")
    unfinished = dataclasses.replace(reference.fit, converged=False, iterations=100, warnings=(
        "lbfgs failed to converge after 100 iteration(s) (status=1):\nSTOP: TOTAL NO. OF ITERATIONS REACHED LIMIT",
    ))
    text = comparison.fit_note(dataclasses.replace(reference, fit=unfinished))
    assert "did **not** finish: it reached its limit of 100 iterations" in text
    assert "“lbfgs failed to converge after 100 iteration(s) (status=1)”" in text


def test_the_warning_is_the_one_that_scikit_learn_gives(digits, monkeypatch):
    monkeypatch.setattr(sklearn_models, "MAX_ITERATIONS", 2)
    fit = sklearn_models.logistic_regression(digits, Settings(l2=0.001))
    assert not fit.converged
    assert fit.iterations == 2
    assert comparison.warning_sentence(fit).startswith("lbfgs failed to converge after 2 iteration(s)")


@pytest.mark.parametrize(("settings", "most"), [
    # 1,500,000, 700,000 and 300,000 visits, divided by the images there can be: 256, 3,000 and 13,007.
    (Settings(), {"lbfgs": 100, "saga": 100, "SGD hinge": 1000, "SGD squared_error": 1000}),
    (Settings(dataset="mnist", train_images=3000), {"saga": 100, "SGD hinge": 500, "SGD squared_error": 233}),
    (Settings(dataset="mnist"), {"lbfgs": 100, "liblinear": 100, "saga": 23, "SGD hinge": 115, "SGD log_loss": 115}),
], ids=lambda value: value.dataset if isinstance(value, Settings) else "")
def test_a_fit_of_one_image_a_step_visits_many_images_fewer_times(settings, most):
    assert {name: sklearn_models.most_iterations(settings, name) for name in most} == most


@pytest.mark.parametrize(("gap", "words"), [
    (-1e-9, "less than 0.00001"), (5e-8, "less than 0.00001"), (2.16e-5, "0.000022"), (0.04439, "0.044"),
    (2.345, "2.3"), (1234.5, "1,234"), (5.9e17, "more than a million"),
])
def test_distances_as_text(gap, words):
    assert comparison.gap_words(gap) == words


@pytest.mark.parametrize(("value", "digits", "text"), [
    (0, 3, "0"), (0.0, 2, "0"), (0.08177, 3, "0.0818"), (0.000135, 3, "0.000135"), (-0.0356, 2, "−0.036"),
    (12.345, 3, "12.3"), (0.324, 2, "0.32"), (45_678.9, 3, "45,679"), (np.inf, 3, "inf"), (np.nan, 3, "nan"),
])
def test_numbers_have_the_digits_that_mean_something_and_no_power_of_ten(value, digits, text):
    assert comparison.plain(value, digits) == text


def test_the_table_has_the_numbers_of_both(digits):
    settings = Settings(l2=0.01)
    run, reference = train(digits, settings), reference_of(digits, settings)
    table = comparison.comparison_table(run, comparison.our_model(run, digits), reference, digits)
    rows = dict(zip(table[""], zip(table["ours"], table["scikit-learn"], strict=True), strict=True))
    assert float(rows["log loss, unseen"][0]) == pytest.approx(run.test_loss[-1], rel=0.006)
    scores = digits.X_test.astype(float) @ reference.fit.weights + reference.fit.bias
    sign = 2 * digits.y_test - 1
    assert float(rows["log loss, unseen"][1]) == pytest.approx(np.logaddexp(0, -sign * scores).mean(), rel=0.006)
    assert rows["bias"][0] == f"{run.biases[-1]:.2f}".replace("-", "−")
    assert rows["work"] == ("20 epochs, 80 steps", f"{reference.fit.iterations} iterations")
    assert float(rows["the same, with the penalty"][0]) == pytest.approx(penalised_loss(run), rel=0.006)


def model(scores) -> Model:
    return Model(np.zeros(2), 0.0, np.array(scores), 0, 0, 0, 0, 0)


def test_where_the_two_disagree(tiny):
    four = dataclasses.replace(tiny, X_test=tiny.X_test[:4], y_test=np.array([1.0, 0, 1, 0]))
    found = comparison.disagreement(model([5.0, 0.1, -3.0, 2.0]), model([0.1, -0.1, 3.0, -9.0]), four)
    assert found.count == 3
    assert found.images.tolist() == [2, 3, 1]  # sigmoid gaps 0.91, 0.88, 0.05
    assert found.captions[0] == "a 3: ours 7 (4.7\u00a0%), scikit-learn 3 (95.3\u00a0%)"
    assert found.title == "3 of 4 answers differ"
    many = dataclasses.replace(tiny, X_test=np.zeros((20, 6)), y_test=np.ones(20))
    assert comparison.disagreement(model([-1.0] * 20), model([1.0] * 20), many).title == (
        "20 of 20 answers differ. Here are the 8 with the most different probabilities"
    )
    one = comparison.disagreement(model([5.0, -1, 1, -2]), model([4.0, -3, -1, -2]), four)
    assert one.title == "1 of 4 answers differs"
    alike = comparison.disagreement(model([5.0, -1, 1, -2]), model([4.0, -3, 1, -2]), four)
    assert alike.count == 0
    assert alike.images.tolist()[0] == 1
    assert alike.title.startswith("All 4 answers agree.")


@pytest.mark.parametrize("beside", BESIDE)
def test_the_lines_have_the_names_of_their_runs(digits, beside):
    settings = Settings(l2=0.01)
    beside_it = comparison.neighbours(settings, beside)
    names = comparison.curves_note(settings, beside_it, reference_of(digits, settings), beside)
    assert names.others == (("rate 0.2", "rate 5"), ("batches of 16", "all images at once"))[BESIDE.index(beside)]
    assert all(name in names.text for name in names.others)


# --- the task


def done(dataset, settings) -> bool:
    run, reference = train(dataset, settings), reference_of(dataset, settings)
    ours = comparison.our_model(run, dataset)
    n = comparison.disagreement(ours, reference.model, dataset).count
    return comparison.is_same_model(run, ours, reference, n)


def test_the_task_is_done_by_the_button_and_not_at_first(digits):
    settings = Settings(l2=0.01)
    assert not done(digits, settings)
    assert done(digits, comparison.closest(train_many(digits, comparison.candidates(settings))))


def test_the_task_can_be_done_on_mnist(mnist):
    settings = Settings(dataset="mnist", l2=0.1, epochs=30)
    assert not done(mnist, Settings(dataset="mnist", l2=0.01))
    assert not done(mnist, dataclasses.replace(settings, start="zeros", learning_rate=0.1))
    assert done(mnist, dataclasses.replace(settings, start="zeros", learning_rate=0.5, batch_size=512))


def test_one_answer_in_a_thousand_may_differ(digits):
    run, reference, _ = compared(digits, Settings(l2=0.1, start="zeros", learning_rate=0.2, epochs=1000))
    ours = comparison.our_model(run, digits)
    assert comparison.happened(run, ours, reference) == SAME
    thousand = dataclasses.replace(ours, scores=np.zeros(1000))
    assert [comparison.is_same_model(run, thousand, reference, n) for n in (0, 1, 2)] == [True, True, False]
    assert not comparison.is_same_model(run, ours, reference, 1)  # of 109


def test_what_happened_is_one_of_the_choices(digits):
    for settings, happened in (
        (Settings(l2=0.01), NOT_YET), (Settings(), None), (Settings(l2=1.0, learning_rate=100.0), OTHER),
        (Settings(l2=0.1, start="zeros", learning_rate=0.2, epochs=1000), SAME),
    ):
        run, reference, _ = compared(digits, settings)
        assert comparison.happened(run, comparison.our_model(run, digits), reference) == happened


# --- figures


def test_the_pictures_hold_the_weights_on_one_scale(digits):
    run, reference = train(digits, Settings(l2=0.01)), reference_of(digits, Settings(l2=0.01))
    figure = validated(figures.weights_beside(run.weights[-1], reference.fit.weights, (8, 8)))
    ours, theirs, difference = (np.array(trace.z, float).ravel() for trace in figure.data)
    np.testing.assert_allclose(ours, run.weights[-1])
    np.testing.assert_allclose(theirs, reference.fit.weights, rtol=1e-6)
    np.testing.assert_allclose(difference, run.weights[-1] - reference.fit.weights, atol=1e-6)
    reach = max(np.abs(values).max() for values in (ours, theirs, difference))
    assert {(t.zmin, t.zmax) for t in figure.data} == {(-figure.data[0].zmax, figure.data[0].zmax)}
    assert figure.data[0].zmax == pytest.approx(reach)


@pytest.mark.parametrize("epochs", [1, 20, 1000])
def test_the_way_down_ends_where_the_run_ends(digits, epochs):
    run = train(digits, Settings(l2=0.01, epochs=epochs))
    values = comparison.distances(run, 0.1)
    figure = validated(figures.way_down(values, [("a", values), ("b", values)], 0.002, True))
    own = next(trace for trace in figure.data if trace.name == "your run")
    assert (own.x[0], own.x[-1], own.y[-1]) == (0, epochs, values[-1])
    assert len(own.x) <= 300
    assert figure.layout.yaxis.type == "log"
    assert set(figure.data[-1].y) == {0.002}
    assert list(figure.layout.yaxis.ticktext) == [
        "0.000001", "0.00001", "0.0001", "0.001", "0.01", "0.1", "1", "10",
    ]
    np.testing.assert_allclose(np.log10(figure.layout.yaxis.tickvals), range(-6, 2))


# --- scikit-learn's other models, in a child process


def test_liblinear_penalises_the_bias(digits):
    """As the table says: its solution is that of the problem in which the bias is one more weight."""
    settings = Settings(l2=1.0, train_images=10)  # few images, and more of one digit, so that a bias is useful
    fit = sklearn_models.fit(digits, settings, "liblinear")
    _, gradient = objective(digits, settings, fit.weights, fit.bias)
    assert abs(gradient[-1]) > 0.1  # far from the minimum that leaves the bias out
    assert gradient[-1] + settings.l2 * fit.bias == pytest.approx(0, abs=1e-4)


def test_sgd_fits_without_a_penalty(digits):
    assert sklearn_models.fit(digits, Settings(), "SGD log_loss").test_accuracy > 0.9


