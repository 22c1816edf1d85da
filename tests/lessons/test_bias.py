"""The claims of the page Bias, each against an independent computation."""

import dataclasses
import re

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import batches, train
from explorer.figures import bias as figures
from explorer.figures.colours import FIRST, SECOND
from explorer.lessons import bias, pixels
from explorer.lessons.bias import ALWAYS, FEW, NOTHING
from explorer.lessons.words import number, percent
from tests.support.figures import validated

MNIST = Settings(dataset="mnist")


def by_hand(X, y, settings, learns_bias):
    """Plain gradient descent on the log loss, an image at a time in float64: (weights, bias) after each epoch."""
    X, y = X.astype(np.float64), y.astype(np.float64)
    weights, offset, epochs = np.zeros(X.shape[1]), 0.0, []
    for epoch in range(1, settings.epochs + 1):
        for rows in batches(len(X), settings, epoch):
            errors = 1 / (1 + np.exp(-(X[rows] @ weights + offset))) - y[rows]
            weights = weights - settings.learning_rate * (errors @ X[rows]) / len(errors)
            offset -= settings.learning_rate * errors.mean() * learns_bias
        epochs.append((weights, offset))
    return epochs


def right(X, y, weights, offset) -> float:
    return float(np.mean((X.astype(np.float64) @ weights + offset > 0) == (y == 1)))


@pytest.fixture(scope="module")
def ink_of_digits(digits):
    return bias.ink_study(digits, Settings())


@pytest.fixture(scope="module")
def one_against_zero(mnist):
    return bias.ink_study(load("mnist", (1, 0)), Settings(dataset="mnist", digits=(1, 0)))


@pytest.fixture(scope="module")
def counts_of_digits(digits):
    return bias.pixel_counts(digits, Settings())


@pytest.fixture(scope="module")
def counts_of_mnist(mnist):
    return bias.pixel_counts(mnist, MNIST)


# 1. One number per image


@pytest.mark.parametrize(("weight", "offset"), [(10.0, -3.0), (-30.0, 9.0), (0.5, -0.1), (50.0, -20.0), (-1.0, 0.7)])
def test_the_flip_is_at_minus_bias_over_weight(ink_of_digits, weight, offset):
    at = bias.zero_crossing(weight, offset)
    assert at == pytest.approx(-offset / weight)
    probe = dataclasses.replace(
        ink_of_digits.dataset, X_test=np.array([[at - 1e-4], [at + 1e-4]]), y_test=np.array([0, 1])
    )
    assert bias.accuracy(probe, weight, offset) == (1.0 if weight > 0 else 0.0)
    values = ink_of_digits.dataset.X_test[:, 0]
    says_first = values > at if weight > 0 else values < at
    assert bias.accuracy(ink_of_digits.dataset, weight, offset) == pytest.approx(
        np.mean(says_first == (ink_of_digits.dataset.y_test == 1))
    )


def test_with_a_weight_of_0_the_answer_never_flips(ink_of_digits):
    assert bias.zero_crossing(0.0, 1.0) is None
    sentence, _ = bias.ink_summary(ink_of_digits, 0.0, 1.0)
    assert sentence.startswith("With a weight of 0 ink has no say: every image gets the answer 3.")
    assert "answer 7" in bias.ink_summary(ink_of_digits, 0.0, -1.0)[0]
    assert bias.ink_table(ink_of_digits, 0.0, 1.0)["flips at ink"][0] == "nowhere"


@pytest.mark.parametrize("weight", [-50.0, -0.5, 0.5, 50.0])
def test_without_a_bias_every_image_with_ink_is_on_one_side(ink_of_digits, weight):
    assert ink_of_digits.dataset.X_test.min() > 0
    only_first = float(np.mean(ink_of_digits.dataset.y_test == 1))
    expected = only_first if weight > 0 else 1 - only_first
    assert bias.accuracy(ink_of_digits.dataset, weight, 0.0) == pytest.approx(expected)
    sentence, _ = bias.ink_summary(ink_of_digits, weight, 0.0)
    assert f"All images are on one side: always {3 if weight > 0 else 7}." in sentence
    assert "= 0.00." in sentence


def test_ink_tells_1_from_0_with_a_bias_and_not_without_on_mnist(one_against_zero):
    with_bias, without = one_against_zero.with_bias, one_against_zero.without
    assert 0.92 < with_bias.test_accuracy[-1] < 0.945
    assert without.test_accuracy[-1] == pytest.approx(np.mean(one_against_zero.dataset.y_test == 0))
    assert 0.45 < without.test_accuracy[-1] < 0.475
    sentence, happened = bias.ink_summary(one_against_zero, -30.0, 9.0)
    assert happened == FEW
    assert "less ink than −bias / weight = 0.30" in sentence
    assert f"Trained, {percent(with_bias.test_accuracy[-1])} right with a bias" in sentence
    assert f"always answers 0: {percent(without.test_accuracy[-1])}." in sentence


def test_the_trained_flip_is_that_of_scikit_learn_and_near_the_best_threshold(one_against_zero):
    """scikit-learn's fit without a penalty, and the best of all thresholds on the training images."""
    from sklearn.linear_model import LogisticRegression

    data = one_against_zero.dataset
    model = LogisticRegression(C=1e6, max_iter=1000).fit(data.X_train.astype(float), data.y_train)
    theirs = -model.intercept_[0] / model.coef_[0, 0]
    run = one_against_zero.with_bias
    ours = bias.zero_crossing(float(run.weights[-1, 0]), float(run.biases[-1]))
    assert ours == pytest.approx(theirs, abs=0.015)
    best = max(np.mean((data.X_train[:, 0] < at) == (data.y_train == 1)) for at in np.linspace(0, 1, 401))
    # Logistic regression does not maximise the accuracy, so it may stay a little below.
    assert best - 0.01 < one_against_zero.with_bias.train_accuracy[-1] <= best + 0.002


def test_both_ink_models_have_settled(ink_of_digits, one_against_zero):
    for study in (ink_of_digits, one_against_zero):
        for run in (study.with_bias, study.without):
            late = run.train_loss[-len(run.train_loss) // 4]
            assert late - run.train_loss[-1] < 0.06 * (run.train_loss[0] - run.train_loss[-1]) + 0.002
            assert np.ptp(run.train_accuracy[-5:]) < 0.03


def test_on_the_built_in_digits_the_page_says_that_ink_tells_little(ink_of_digits):
    sentence, happened = bias.ink_summary(ink_of_digits, 10.0, -8.0)
    data = ink_of_digits.dataset
    means = [number(data.X_test[data.y_test == label].mean()) for label in (1, 0)]
    assert f"Ink hardly tells these apart ({means[0]} and {means[1]} on average): try 1 against 0 in MNIST." in sentence
    gap = ink_of_digits.with_bias.test_accuracy[-1] - ink_of_digits.without.test_accuracy[-1]
    assert happened == (FEW if gap > 0.01 else NOTHING)


def test_the_ink_table_has_the_numbers_of_the_models(one_against_zero):
    table = bias.ink_table(one_against_zero, -30.0, 9.0)
    data = one_against_zero.dataset
    for row, (weight, offset) in enumerate([
        (-30.0, 9.0),
        *(
            (float(run.weights[-1, 0]), float(run.biases[-1]))
            for run in (one_against_zero.with_bias, one_against_zero.without)
        ),
    ]):
        assert table["weight"][row] == number(weight)
        assert table["bias"][row] == number(offset)
        assert table["right"][row] == percent(right(data.X_test, data.y_test, np.array([weight]), offset))
    assert table["flips at ink"][2] == "0.00"


def test_trained_values_fit_on_the_sliders_and_flip_at_the_same_ink(ink_of_digits, one_against_zero):
    far = dataclasses.replace(
        one_against_zero.with_bias, weights=np.array([[200.0]]), biases=np.array([-60.0])
    )
    for study in (ink_of_digits, one_against_zero, dataclasses.replace(one_against_zero, with_bias=far)):
        weight, offset = bias.trained_ink(study, True)
        assert abs(weight) <= bias.MOST_WEIGHT
        assert abs(offset) <= bias.MOST_BIAS
        trained = bias.zero_crossing(float(study.with_bias.weights[-1, 0]), float(study.with_bias.biases[-1]))
        assert bias.zero_crossing(weight, offset) == pytest.approx(trained, abs=0.005)
        assert bias.trained_ink(study, False)[1] == 0


# 2. The blank image


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("offset", [-3.5, 0.0, 0.25])
def test_a_blank_image_scores_the_bias_whatever_the_weights(seed, offset):
    models = bias.random_models(Settings(seed=seed), 64, offset)
    assert len({weights.tobytes() for weights in models.weights}) == bias.RANDOM_WEIGHTS
    for weights in models.weights:
        sheet = bias.blank(Settings(), weights, offset)
        assert not sheet.values.any()
        assert sheet.score == offset
        assert not sheet.parts.any()


def test_a_real_image_does_not_score_the_bias(digits):
    image, digit = bias.an_image(digits)
    assert digit == 3
    models = bias.random_models(Settings(), 64, 1.0)
    scores = bias.blank_scores(Settings(), models, image)
    np.testing.assert_array_equal(scores.blank, 1)
    np.testing.assert_allclose(scores.other, models.weights @ image + 1, atol=1e-4)
    assert np.ptp(scores.other) > 1


def test_an_inverted_blank_image_scores_the_sum_of_the_weights_and_the_bias():
    settings = Settings(inverted=True)
    weights = bias.random_models(settings, 64, 0.5).weights[3]
    sheet = bias.blank(settings, weights, 0.5)
    total = weights.sum(dtype=np.float64)
    assert sheet.score == pytest.approx(total + 0.5, abs=1e-4)
    assert f"{number(total)} + bias 0.50 = score {number(sheet.score)}" in bias.blank_sentence(sheet, settings)
    assert "all 64 values are 1" in bias.blank_sentence(sheet, settings)


@pytest.mark.parametrize("inverted", [False, True])
def test_a_blank_image_loses_its_distance_to_the_weights(inverted):
    settings = Settings(score="distance", inverted=inverted)
    weights = bias.random_models(settings, 64, 2.0).weights[0]
    sheet = bias.blank(settings, weights, 2.0)
    assert sheet.score == pytest.approx(2 - np.abs(float(inverted) - weights).sum(dtype=np.float64), abs=1e-4)
    assert "takes away its distance" in bias.blank_sentence(sheet, settings)


def test_the_sentence_on_a_learned_model_is_its_bias(digits):
    run = train(digits, Settings())
    models = bias.learned_models(run)
    sheet = bias.blank(Settings(), models.weights[-1], float(models.biases[-1]))
    offset = float(run.biases[-1])
    answer = 3 if offset > 0 else 7
    assert (
        f"0.00 + bias {number(offset)} = score {number(offset)}, "
        f"a probability of {percent(1 / (1 + np.exp(-offset)))} for 3: it answers {answer}."
    ) in bias.blank_sentence(sheet, Settings())


def test_without_a_bias_a_blank_image_is_always_the_second_digit():
    settings = Settings(bias=False)
    models = bias.random_models(settings, 64, 4.0)
    assert not models.biases.any()
    sentence = bias.blank_sentence(bias.blank(settings, models.weights[0], 0.0), settings)
    assert "score 0.00, a probability of 50.0\xa0% for 3: it answers 7." in sentence
    assert "0 is not above 0" in sentence


def test_of_a_diverged_run_only_the_finite_models_are_shown(digits):
    run = train(digits, Settings(l2=1.0, learning_rate=100.0))
    assert run.diverged_at is not None
    assert np.isfinite(bias.learned_models(run).weights).all()
    assert len(bias.learned_models(run).biases) == run.diverged_at


# 3. How many pixels


def test_the_numbers_of_pixels_end_with_all_there_are():
    assert bias.counts_of(64) == (1, 2, 5, 10, 20, 50, 64)
    assert bias.counts_of(784) == (1, 2, 5, 10, 20, 50, 100, 784)
    assert bias.counts_of(1) == (1,)


def test_smaller_draws_are_part_of_larger_ones_and_each_seed_has_its_own():
    order = bias.drawn_pixels(Settings(), 64, 0)
    assert sorted(order) == list(range(64))
    assert list(order) != list(bias.drawn_pixels(Settings(), 64, 1))
    assert list(order) != list(bias.drawn_pixels(Settings(seed=1), 64, 0))
    np.testing.assert_array_equal(order, bias.drawn_pixels(Settings(), 64, 0))


@pytest.mark.parametrize(("at", "draw"), [(0, 0), (1, 3), (3, 1), (6, 4)])
def test_a_dot_of_the_curve_is_what_a_plain_loop_gets(digits, counts_of_digits, at, draw):
    chosen = bias.drawn_pixels(Settings(), 64, draw)[: counts_of_digits.counts[at]]
    settings = bias.pixel_settings(Settings())
    for column, learns_bias in enumerate((True, False)):
        weights, offset = by_hand(digits.X_train[:, chosen], digits.y_train, settings, learns_bias)[-1]
        # Rounding may turn one answer of the 109 whose score is close to 0.
        assert counts_of_digits.accuracies[at, draw, column] == pytest.approx(
            right(digits.X_test[:, chosen], digits.y_test, weights, offset), abs=1.1 / len(digits.y_test)
        )


def test_the_gap_is_largest_with_few_pixels_and_gone_with_fifty_on_mnist(counts_of_mnist):
    gaps = dict(zip(counts_of_mnist.counts, counts_of_mnist.gaps, strict=True))
    assert gaps[2] == max(gaps.values()) > 0.015
    assert all(abs(gaps[count]) < 0.01 for count in (50, 100, 784))
    each = counts_of_mnist.accuracies[..., 0] - counts_of_mnist.accuracies[..., 1]
    assert each[:3].max() > 0.1
    assert each[5:].max() < 0.02
    assert counts_of_mnist.small_from in (20, 50)


def test_one_pair_of_pixels_falls_from_84_to_50_on_mnist(mnist):
    pair = bias.informative_pixels(bias.ink_difference(mnist, False), mnist.image_shape)
    with_bias, without = bias.some_pixels(mnist, MNIST, pair)
    assert with_bias == pytest.approx(0.84, abs=0.01)
    assert without == pytest.approx(0.504, abs=0.005)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_gap_is_largest_with_few_pixels_and_gone_with_fifty_on_the_digits(digits, seed):
    study = bias.pixel_counts(digits, Settings(seed=seed))
    assert study.counts[int(np.argmax(study.gaps))] <= 5
    assert study.gaps.max() > 0.05
    assert np.abs(study.gaps[-2:]).max() <= 0.01
    assert study.small_from <= 50


def test_the_sentence_on_the_curve_has_its_numbers(counts_of_digits, counts_of_mnist):
    for study in (counts_of_digits, counts_of_mnist):
        sentence, happened = bias.counts_summary(study, (2, 0.841, 0.504))
        assert sentence.startswith("Your 2 pixels: 84.1\xa0% with a bias, 50.4\xa0% without.")
        gaps = [np.mean(draws[:, 0]) - np.mean(draws[:, 1]) for draws in study.accuracies]
        widest = max(range(len(gaps) - 1), key=lambda i: gaps[i])
        assert f"widest with {study.counts[widest]}, {100 * gaps[widest]:.1f} points on average" in sentence
        worst, of = max(
            (study.accuracies[i, draw, 0] - study.accuracies[i, draw, 1], -i)
            for i in range(len(gaps) - 1) for draw in range(bias.DRAWS)
        )
        assert f"(the worst draw, with {study.counts[-of]}: {100 * worst:.1f})" in sentence
        on = int(re.search(r"within 1 point from (\d+) on", sentence)[1])
        from_there = study.counts.index(on)
        assert all(abs(gap) <= 0.01 for gap in gaps[from_there:])
        assert from_there == 0 or abs(gaps[from_there - 1]) > 0.01
        assert f"With all {study.counts[-1]} pixels: {percent(study.accuracies[-1, 0, 0])} and" in sentence
        assert happened == FEW


@pytest.mark.parametrize(("few", "all_of_them", "own", "expected", "words"), [
    (0.2, 0.0, None, FEW, "within 1 point from 2 on"),
    (0.2, 0.2, None, ALWAYS, "more than 1 point even with all pixels"),
    (0.0, 0.0, None, NOTHING, "within 1 point from 1 on"),
    (0.0, 0.0, (1, 0.8, 0.5), FEW, "Your 1 pixel: 80.0\xa0% with a bias, 50.0\xa0% without."),
    (-0.2, 0.0, None, NOTHING, "within 1 point from 2 on"),
])
def test_what_happened_is_read_off_the_curve(few, all_of_them, own, expected, words):
    accuracies = np.full((3, bias.DRAWS, 2), 0.7)
    accuracies[0, :, 1] -= few
    accuracies[2, :, 1] -= all_of_them
    sentence, happened = bias.counts_summary(bias.PixelCounts((1, 2, 64), accuracies), own)
    assert happened == expected
    assert words in sentence


@pytest.mark.parametrize("inverted", [False, True])
def test_the_pixels_offered_speak_for_the_second_digit_and_are_apart(inverted):
    images = load("digits", inverted=inverted)
    plain = load("digits")
    says = bias.ink_difference(images, inverted)
    means = [plain.X_train[plain.y_train == label].mean(0) for label in (1, 0)]
    np.testing.assert_allclose(says, means[0] - means[1], atol=1e-5)
    a, b = bias.informative_pixels(says, (8, 8))
    assert says[a] == says.min()
    assert says[b] < -0.3
    assert max(abs(a // 8 - b // 8), abs(a % 8 - b % 8)) >= 2


@pytest.fixture(scope="module", params=["digits", "mnist"])
def everything(request):
    dataset = request.getfixturevalue(request.param)
    settings = Settings(dataset=request.param)
    turned = load(request.param, inverted=True)
    return dataset, turned, bias.all_pixels(dataset, turned, settings)


def test_with_all_pixels_a_bias_hardly_matters_to_multiply(everything):
    *_, study = everything
    assert [name for name, *_ in study.rows] == ["these images", "inverted", "10 training images", "score: distance"]
    for _, with_bias, without in study.rows[:3]:
        assert abs(with_bias - without) <= 0.01
    for _, with_bias, _ in study.rows[:2]:
        assert with_bias > 0.96


def test_scikit_learn_does_not_need_a_bias_with_all_pixels_either(everything):
    from sklearn.linear_model import LogisticRegression

    dataset, turned, study = everything
    for images, (_, with_bias, without) in zip((dataset, turned), study.rows, strict=False):
        few = slice(0, 2000)  # enough to see it, and quick
        for intercept, ours in ((True, with_bias), (False, without)):
            model = LogisticRegression(C=1.0, fit_intercept=intercept, max_iter=300)
            theirs = model.fit(images.X_train[few], images.y_train[few]).score(images.X_test, images.y_test)
            assert ours == pytest.approx(theirs, abs=0.025)


def test_a_distance_always_needs_a_bias(everything):
    dataset, _, study = everything
    _, with_bias, without = study.rows[3]
    # It always answers the second digit, so only images of that are right.
    assert without == pytest.approx(np.mean(dataset.y_test == 0))
    assert with_bias > 0.9
    lost = f"{100 * (with_bias - without):.1f}"
    assert f"It loses {lost} points." in bias.all_pixels_note(study)


def test_the_row_of_ten_training_images_is_trained_on_ten(everything):
    dataset, _, study = everything
    settings = bias.pixel_settings(Settings(dataset=dataset.name))
    epochs = 300 if dataset.name == "digits" else 30
    settings = dataclasses.replace(settings, learning_rate=0.1, epochs=epochs)
    for column, learns_bias in ((1, True), (2, False)):
        weights, offset = by_hand(dataset.X_train[:10], dataset.y_train[:10], settings, learns_bias)[-1]
        assert study.rows[2][column] == pytest.approx(
            right(dataset.X_test, dataset.y_test, weights, offset), abs=1.1 / len(dataset.y_test)
        )


def test_pixels_that_are_1_in_every_inverted_image_replace_the_bias(everything):
    dataset, turned, study = everything
    np.testing.assert_array_equal(study.always_one, (dataset.X_train == 0).all(0))
    n_constant = int(study.always_one.sum())
    assert n_constant == {"digits": 10, "mnist": 144}[dataset.name]
    np.testing.assert_array_equal(study.inverted_image, turned.X_test[np.argmax(turned.y_test == 1)])
    settings = dataclasses.replace(bias.pixel_settings(Settings(dataset=dataset.name)), inverted=True, bias=False)
    weights = train(turned, settings).weights[-1].astype(np.float64)
    # Without these pixels every score differs by the same amount, as without a bias.
    without_them = np.where(study.always_one, 0, weights)
    X = turned.X_train.astype(np.float64)
    np.testing.assert_allclose(X @ weights - X @ without_them, study.constant_contribution, atol=1e-3)
    assert study.constant_contribution != 0
    note = bias.all_pixels_note(study)
    assert f"these :green[{n_constant} pixels] are 1 in every training image" in note
    assert f"their weights add {number(study.constant_contribution)} to every score" in note


def test_for_inverted_images_the_other_row_is_not_inverted(digits):
    turned = load("digits", inverted=True)
    study = bias.all_pixels(turned, digits, Settings(inverted=True))
    plain = bias.all_pixels(digits, turned, Settings())
    assert [name for name, *_ in study.rows][:2] == ["these images", "not inverted"]
    assert study.rows[0][1:] == plain.rows[1][1:]
    assert study.rows[1][1:] == plain.rows[0][1:]
    np.testing.assert_array_equal(study.always_one, plain.always_one)


def test_the_study_of_all_pixels_keeps_one_image_and_not_the_others(everything):
    dataset, turned, study = everything
    image, _ = bias.an_image(turned)
    assert np.array_equal(study.inverted_image, image)
    assert not any(np.shares_memory(study.inverted_image, data.X_test) for data in (dataset, turned))


def test_the_table_of_all_pixels_has_the_differences(everything):
    dataset, _, study = everything
    table = bias.all_pixels_table(study, dataset.X_train.shape[1])
    assert list(table) == [f"all {dataset.X_train.shape[1]} pixels", "with", "without", "points lost"]
    for row, (_, with_bias, without) in enumerate(study.rows):
        assert table["with"][row] == percent(with_bias)
        assert float(table["points lost"][row].replace("−", "-")) == pytest.approx(
            100 * (with_bias - without), abs=0.051
        )


def test_without_a_pixel_that_is_always_1_the_note_says_so(everything):
    *_, study = everything
    none = dataclasses.replace(study, always_one=np.zeros_like(study.always_one), constant_contribution=0.0)
    assert "no pixel is 1 in every training image" in bias.all_pixels_note(none)


def test_points_have_a_real_minus_and_no_minus_zero():
    assert [bias.points(gap) for gap in (0.4204, -0.0091, -0.0001, 0.0)] == ["42.0", "−0.9", "0.0", "0.0"]


# 4. One more pixel


@pytest.mark.parametrize("chosen", [None, [43, 29], [0], [10, 11, 12, 13, 20]])
def test_a_bias_is_a_weight_whose_pixel_is_always_1(digits, chosen):
    study = bias.constant_pixel(digits, Settings(), chosen)
    # float32 has 7 digits, and each of 50 epochs of 4 steps rounds.
    np.testing.assert_allclose(study.with_pixel.weights[:, -1], study.with_bias.biases, atol=1e-5)
    np.testing.assert_allclose(study.with_pixel.weights[:, :-1], study.with_bias.weights, atol=1e-5)
    np.testing.assert_array_equal(study.with_pixel.test_accuracy, study.with_bias.test_accuracy)
    assert not study.with_pixel.biases.any()
    assert study.difference < 1e-5
    X = digits.X_train if chosen is None else digits.X_train[:, chosen]
    ones = np.column_stack([X, np.ones(len(X))])
    for (weights, _), biased in zip(
        by_hand(ones, digits.y_train, bias.pixel_settings(Settings()), False), study.with_bias.biases[1:], strict=True
    ):
        assert weights[-1] == pytest.approx(biased, abs=1e-4)


@pytest.mark.parametrize("chosen", [None, [263, 491]])
def test_a_bias_is_a_weight_on_a_constant_pixel_on_mnist(mnist, chosen):
    study = bias.constant_pixel(mnist, MNIST, chosen)
    assert study.difference < 1e-4
    assert study.with_pixel.test_accuracy[-1] == study.with_bias.test_accuracy[-1]


def test_the_sentence_on_the_constant_pixel_has_its_numbers(digits):
    study = bias.constant_pixel(digits, Settings(), [43, 29])
    sentence, happened = bias.constant_summary(study)
    offset = float(study.with_bias.biases[-1])
    assert f"With 2 pixels, after 50 epochs, the bias is {offset:.4f}, the weight on the pixel of 1s" in sentence
    assert f"pixel of 1s {study.with_pixel.weights[-1, -1]:.4f}." in sentence
    stated = float(re.search(r"differ by at most (0\.\d+): one run to rounding", sentence)[1])
    gaps = [
        np.abs(study.with_pixel.weights[:, :-1] - study.with_bias.weights).max(),
        np.abs(study.with_pixel.weights[:, -1] - study.with_bias.biases).max(),
    ]
    assert stated == pytest.approx(max(gaps), abs=6e-8)
    shares = [percent(run.test_accuracy[-1]) for run in (study.with_bias, study.with_pixel, study.neither)]
    assert f"{shares[0]} with the bias, {shares[1]} with the pixel, {shares[2]} with neither." in sentence
    assert happened == FEW
    assert bias.constant_summary(bias.constant_pixel(digits, Settings(), None))[1] == NOTHING


def test_a_real_difference_is_not_called_rounding(digits):
    study = bias.constant_pixel(digits, Settings(), [43, 29])
    other = dataclasses.replace(study, with_pixel=train(
        pixels.with_constant_pixel(pixels.only(digits, [43, 29])), bias.pixel_settings(Settings(seed=1))
    ))
    assert other.difference > 1e-3
    assert "rounding has grown into a difference" in bias.constant_summary(other)[0]


def test_pairs_differ_only_in_the_bias():
    settings = bias.data_of(Settings(seed=5, digits=(1, 0), learning_rate=0.1, l2=0.1, start="random"))
    assert (settings.seed, settings.digits, settings.start, settings.l2) == (5, (1, 0), "zeros", 0.0)
    with_bias, without = bias.pair(settings)
    assert with_bias.bias
    assert dataclasses.replace(with_bias, bias=False) == without


# Figures


def all_figures(digits, ink_of_digits, counts_of_digits):
    models = bias.random_models(Settings(), 64, 1.0)
    scores = bias.blank_scores(Settings(), models, digits.X_test[0])
    constant = bias.constant_pixel(digits, Settings(), [43, 29])
    return [
        *(figures.ink_histograms(ink_of_digits, *own) for own in ((10.0, -8.0), (-10.0, 8.0), (0.0, 1.0), (5.0, 20.0))),
        figures.blank_scores(scores, 3, "draw", 2),
        figures.pixel_counts(counts_of_digits, None), figures.pixel_counts(counts_of_digits, (2, 0.9, 0.3)),
        figures.constant_pixel(constant.with_bias.biases, constant.with_pixel.weights[:, -1]),
        figures.image_and_constant(bias.two_images(digits), (8, 8), [43, 29]),
        figures.image_and_constant(bias.two_images(digits), (8, 8), None),
    ]


def test_plotly_finds_every_property_in_order(digits, ink_of_digits, counts_of_digits):
    for figure in all_figures(digits, ink_of_digits, counts_of_digits):
        assert validated(figure).layout.height


@pytest.mark.parametrize(("weight", "offset", "left", "right_side"), [
    (10.0, -8.0, SECOND, FIRST), (-10.0, 8.0, FIRST, SECOND),
])
def test_the_picture_flips_at_minus_bias_over_weight(ink_of_digits, weight, offset, left, right_side):
    figure = validated(figures.ink_histograms(ink_of_digits, weight, offset))
    below, above, line = figure.layout.shapes
    assert below.x1 == above.x0 == line.x0 == line.x1 == pytest.approx(0.8)
    assert (below.fillcolor, above.fillcolor) == (left, right_side)
    assert line.line.width > 0
    assert [words.text for words in figure.layout.annotations] == [
        f"answers {3 if side == FIRST else 7}" for side in (left, right_side)
    ]
    score = figure.data[2]
    np.testing.assert_allclose(score.y, weight * np.asarray(score.x) + offset)


@pytest.mark.parametrize(("weight", "offset", "digit"), [
    (0.0, 1.0, 3), (0.0, 0.0, 7), (0.0, -1.0, 7), (1.0, 20.0, 3), (-1.0, -20.0, 7),
])
def test_a_picture_without_a_flip_has_one_answer(ink_of_digits, weight, offset, digit):
    figure = validated(figures.ink_histograms(ink_of_digits, weight, offset))
    shown = [words.text for words in figure.layout.annotations if words.visible]
    assert shown == [f"answers {digit}"]
    assert figure.layout.shapes[2].line.width == 0


def test_the_ink_histograms_hold_every_test_image(ink_of_digits):
    figure = validated(figures.ink_histograms(ink_of_digits, 10.0, 0.0))
    for trace, label in zip(figure.data, (1, 0), strict=False):
        assert trace.y.sum() == np.count_nonzero(ink_of_digits.dataset.y_test == label)


def test_the_curve_shows_every_draw_and_the_stars(counts_of_digits):
    figure = validated(figures.pixel_counts(counts_of_digits, (2, 0.9, 0.3)))
    drawn = {trace.name: trace for trace in figure.data}
    for i, name in enumerate(("with a bias", "without")):
        np.testing.assert_allclose(drawn[name].y, counts_of_digits.accuracies[..., i].mean(1))
        assert len(drawn[f"{name}, one draw"].y) == bias.DRAWS * (len(counts_of_digits.counts) - 1) + 1
    stars = drawn["your pixels"]
    assert (tuple(stars.x), tuple(stars.y)) == ((2, 2), (0.9, 0.3))
    assert figure.layout.yaxis.range[0] == 0  # the lowest star is on the picture
    assert len(figures.pixel_counts(counts_of_digits, None)["data"]) == 4


def test_the_pixels_that_are_always_1_are_green():
    values, always_one = np.array([1.0, 0.0, 1.0, 0.5]), np.array([True, False, False, False])
    picture = figures.paper_pixels(values, always_one, (2, 2), size=4)
    assert picture.shape == (4, 4, 3)
    assert picture[0, 0].tolist() == [0x0F, 0x9D, 0x8A]
    assert [picture[0, 3].tolist(), picture[3, 0].tolist(), picture[3, 3].tolist()] == [[0] * 3, [255] * 3, [128] * 3]


def test_a_pixel_of_1_is_drawn_beside_each_image(digits):
    images = bias.two_images(digits)
    assert [digits.y_test[np.flatnonzero((digits.X_test == image).all(1))[0]] for image in images] == [1, 0]
    figure = validated(figures.image_and_constant(images, (8, 8), [9, 63]))
    canvas = np.asarray(figure.data[0].z, float)
    np.testing.assert_array_equal(canvas[:, :8], images[0].reshape(8, 8))
    framed = list(zip(figure.data[1].x, figure.data[1].y, strict=True))
    assert framed[:2] == [(1, 1), (7, 7)]
    for (x, y), pixel in zip(framed[2:], (9, 63), strict=True):
        assert canvas[int(y), int(x)] == images[1][pixel]
    for words in figure.layout.annotations:
        assert words.text == "1"
        assert canvas[int(words.y + 1.5), int(words.x)] == 1
