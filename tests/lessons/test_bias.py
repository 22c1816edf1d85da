"""The claims of the page Bias, each against an independent computation."""

import dataclasses
import re

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import batches, train
from explorer.figures import bias as figures
from explorer.figures.colours import FIRST, GRAPHITE, NEUTRAL, SECOND
from explorer.lessons import bias, pixels
from explorer.lessons.bias import ALWAYS, FEW, NOTHING
from explorer.lessons.start import start_model
from explorer.lessons.why_multiply.all_pixels import distance_model
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
def ink_of_7_and_8(digits):
    settings = bias.clear_pair(Settings())
    return bias.ink_study(load("digits", settings.digits), settings)


def pixel_counts(dataset, settings, at_random):
    everything = bias.with_and_without(dataset, bias.model(settings))
    return bias.pixel_counts(dataset, settings, at_random, everything)


# At random, and those that speak for the second digit.
@pytest.fixture(scope="module")
def counts_of_digits(digits):
    return [pixel_counts(digits, Settings(), at_random) for at_random in (True, False)]


@pytest.fixture(scope="module")
def counts_of_mnist(mnist):
    return [pixel_counts(mnist, MNIST, at_random) for at_random in (True, False)]


def all_pixels(settings):
    """The study of all pixels, each of its models trained alone."""
    images = {inverted: load(settings.dataset, settings.digits, inverted=inverted) for inverted in (False, True)}
    return bias.all_pixels(
        images[settings.inverted], images[not settings.inverted], settings, lambda s: train(images[s.inverted], s)
    )


def test_the_models_of_all_pixels_are_those_of_the_other_pages():
    chosen = Settings(digits=(1, 0), seed=4, inverted=True, score="distance", l2=0.1, train_images=10, epochs=2)
    model = bias.model(chosen)
    assert model == start_model(chosen)
    assert (model.digits, model.seed, model.inverted) == ((1, 0), 4, True)
    assert bias.model(chosen, "distance") == distance_model(start_model(chosen))
    compared = bias.all_pixels_settings(Settings())
    assert compared["these"][0] == start_model(Settings())
    assert compared["distance"][0] == distance_model(start_model(Settings()))


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
    sentence = bias.ink_summary(ink_of_digits, 0.0, 1.0)
    assert "ink adds nothing: the bias alone decides, and your model always says 3:" in sentence
    assert "always says 7:" in bias.ink_summary(ink_of_digits, 0.0, -1.0)
    assert bias.ink_table(ink_of_digits, 0.0, 1.0)["answer changes at ink"][0] == "nowhere"


@pytest.mark.parametrize("weight", [-50.0, -0.5, 0.5, 50.0])
def test_without_a_bias_every_image_with_ink_is_on_one_side(ink_of_digits, weight):
    assert ink_of_digits.dataset.X_test.min() > 0
    only_first = float(np.mean(ink_of_digits.dataset.y_test == 1))
    expected = only_first if weight > 0 else 1 - only_first
    assert bias.accuracy(ink_of_digits.dataset, weight, 0.0) == pytest.approx(expected)
    sentence = bias.ink_summary(ink_of_digits, weight, 0.0)
    digit, side = (3, "more") if weight > 0 else (7, "less")
    assert sentence.startswith(
        f"Your model says 3 when there is {side} ink than −bias ÷ weight = 0.00. Every image has more, so it always "
        f"says {digit}: {percent(expected)} right."
    )


@pytest.mark.parametrize(("weight", "offset", "words"), [
    (10.0, -20.0, "more ink than −bias ÷ weight = 2.00. No image has more, so it always says 7:"),
    (-10.0, 20.0, "less ink than −bias ÷ weight = 2.00. Every image has less, so it always says 3:"),
    (10.0, -8.0, "more ink than −bias ÷ weight = 0.80: "), (-10.0, 8.0, "less ink than −bias ÷ weight = 0.80: "),
])
def test_the_sentence_says_when_the_answer_is_the_first_digit(ink_of_digits, weight, offset, words):
    sentence = bias.ink_summary(ink_of_digits, weight, offset)
    right = bias.accuracy(ink_of_digits.dataset, weight, offset)
    assert sentence.startswith(f"Your model says 3 when there is {words}")
    assert f" {percent(right)} right." in sentence


def test_ink_tells_1_from_0_with_a_bias_and_not_without_on_mnist(one_against_zero):
    with_bias, without = one_against_zero.with_bias, one_against_zero.without
    assert 0.92 < with_bias.test_accuracy[-1] < 0.945
    assert without.test_accuracy[-1] == pytest.approx(np.mean(one_against_zero.dataset.y_test == 0))
    assert 0.45 < without.test_accuracy[-1] < 0.475
    sentence = bias.ink_summary(one_against_zero, -30.0, 9.0)
    assert "less ink than −bias ÷ weight = 0.30" in sentence
    assert f"Trained with a bias, a model gets {percent(with_bias.test_accuracy[-1])} right" in sentence
    assert f"always says 0: {percent(without.test_accuracy[-1])} right." in sentence


def test_the_clear_pair_shows_on_the_built_in_digits_what_the_bias_is_for(ink_of_7_and_8, digits):
    """No other two of the built-in digits are told apart better by one threshold on their ink."""
    data = ink_of_7_and_8.dataset
    assert data.digits == (7, 8)
    with_bias, without = (run.test_accuracy[-1] for run in (ink_of_7_and_8.with_bias, ink_of_7_and_8.without))
    assert with_bias > 0.7
    assert without == pytest.approx(np.mean(data.y_test == 0))

    def share(pair):
        """Of the test images, by the best threshold on the training images."""
        inked = pixels.ink(load("digits", pair))
        right = [np.mean((inked.X_train[:, 0] < at) == (inked.y_train == 1)) for at in np.linspace(0, 1.2, 241)]
        at = np.linspace(0, 1.2, 241)[np.argmax(np.maximum(right, 1 - np.array(right)))]
        found = np.mean((inked.X_test[:, 0] < at) == (inked.y_test == 1))
        return max(found, 1 - found)

    pairs = [(first, second) for second in range(10) for first in range(second)]
    assert max(pairs, key=share) == data.digits


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


def test_both_ink_models_have_settled(ink_of_digits, ink_of_7_and_8, one_against_zero):
    for study in (ink_of_digits, ink_of_7_and_8, one_against_zero):
        for run in (study.with_bias, study.without):
            late = run.train_loss[-len(run.train_loss) // 4]
            assert late - run.train_loss[-1] < 0.06 * (run.train_loss[0] - run.train_loss[-1]) + 0.002
            assert np.ptp(run.train_accuracy[-5:]) < 0.03


def test_on_the_built_in_digits_the_page_says_that_ink_tells_little(ink_of_digits):
    sentence = bias.ink_summary(ink_of_digits, 10.0, -8.0)
    data = ink_of_digits.dataset
    means = [number(data.X_test[data.y_test == label].mean()) for label in (1, 0)]
    assert f"3s and 7s have about the same ink ({means[0]} and {means[1]} on average)" in sentence
    shares = [percent(run.test_accuracy[-1]) for run in (ink_of_digits.with_bias, ink_of_digits.without)]
    assert f"can only guess: {shares[0]} right with a bias, {shares[1]} without. Choose *a clear pair*." in sentence


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
    assert table["answer changes at ink"][2] == "0.00"


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
    sentence = bias.blank_sentence(sheet, settings, True)
    assert f"{number(total)} + bias 0.50 = score {number(sheet.score)}" in sentence
    assert "paper has the value 1, so a blank sheet adds up all 64 weights" in sentence
    assert float(sheet.total) == pytest.approx(total, abs=0.005)


@pytest.mark.parametrize("inverted", [False, True])
def test_a_blank_image_loses_its_distance_to_the_weights(inverted):
    settings = Settings(score="distance", inverted=inverted)
    weights = bias.random_models(settings, 64, 2.0).weights[0]
    sheet = bias.blank(settings, weights, 2.0)
    assert sheet.score == pytest.approx(2 - np.abs(float(inverted) - weights).sum(dtype=np.float64), abs=1e-4)
    sentence = bias.blank_sentence(sheet, settings, True)
    shown = re.search(r"takes something away: (.+) \+ bias (.+) = score (.+)\. That", sentence)
    total, offset, score = (round(100 * float(text.replace("−", "-"))) for text in shown.groups())
    assert total + offset == score
    assert float(sheet.total) == pytest.approx(sheet.score - 2, abs=0.005)
    none = bias.blank_sentence(bias.blank(settings, weights, 0.0), dataclasses.replace(settings, bias=False), True)
    assert f"without a bias nothing makes up for it: the score is {number(float(sheet.total))}" in none


def test_the_sentence_on_a_learned_model_is_its_bias(digits):
    run = train(digits, Settings())
    models = bias.learned_models(run)
    sheet = bias.blank(Settings(), models.weights[-1], float(models.biases[-1]))
    offset = float(run.biases[-1])
    answer = 3 if offset > 0 else 7
    assert (
        f"the score of a blank sheet is the bias that this model has learned: {number(offset)}. That is a probability "
        f"of {percent(1 / (1 + np.exp(-offset)))} for 3, and the answer is {answer}."
    ) in bias.blank_sentence(sheet, Settings(), False)


def test_without_a_bias_a_blank_image_is_always_the_second_digit():
    settings = Settings(bias=False)
    models = bias.random_models(settings, 64, 4.0)
    assert not models.biases.any()
    sentence = bias.blank_sentence(bias.blank(settings, models.weights[0], 0.0), settings, True)
    assert "is 0.00 with all weights: a probability of 50.0\xa0% for 3." in sentence
    assert "0 is not above 0, so the answer is 7" in sentence


@pytest.mark.parametrize(("settings", "words"), [
    (Settings(), "Only the [bias]"), (Settings(bias=False), "the balance is empty"),
    (Settings(inverted=True), "inverted: every value is 1"),
    (Settings(score="distance"), "each pixel takes away the size of its [weight]"),
    (Settings(score="distance", inverted=True), "takes away its distance to its [weight]"),
])
def test_what_lies_on_the_balance_is_said_above_it(settings, words):
    assert words in bias.blank_lead(settings)
    moves = settings.inverted or settings.score == "distance"
    assert ("weights change the score of a blank sheet" in bias.blank_title(settings, 3)) == moves
    assert ("is the bias (line)" in bias.blank_title(settings, 3)) == (settings.bias and not moves)


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


@pytest.mark.parametrize(("at", "draw", "at_random"), [
    (0, 0, True), (1, 3, True), (3, 1, True), (5, 4, True), (0, 0, False), (2, 0, False), (5, 0, False),
])
def test_a_dot_of_the_curve_is_what_a_plain_loop_gets(digits, counts_of_digits, at, draw, at_random):
    study = counts_of_digits[0 if at_random else 1]
    means = [digits.X_train[digits.y_train == label].mean(0, dtype=np.float64) for label in (1, 0)]
    order = bias.drawn_pixels(Settings(), 64, draw) if at_random else np.argsort(means[0] - means[1], kind="stable")
    chosen = order[: study.counts[at]]
    settings = bias.pixel_settings(Settings())
    for column, learns_bias in enumerate((True, False)):
        weights, offset = by_hand(digits.X_train[:, chosen], digits.y_train, settings, learns_bias)[-1]
        # Rounding may turn one answer of the 109 whose score is close to 0.
        assert study.accuracies[at, draw, column] == pytest.approx(
            right(digits.X_test[:, chosen], digits.y_test, weights, offset), abs=1.1 / len(digits.y_test)
        )


def test_the_last_dot_is_the_model_of_the_other_pages(digits, counts_of_digits):
    for study in counts_of_digits:
        for column, learns_bias in enumerate((True, False)):
            weights, offset = by_hand(digits.X_train, digits.y_train, start_model(Settings()), learns_bias)[-1]
            np.testing.assert_allclose(
                study.accuracies[-1, :, column], right(digits.X_test, digits.y_test, weights, offset),
                atol=1.1 / len(digits.y_test),
            )


def test_the_gap_of_random_pixels_is_largest_with_few_and_gone_with_fifty_on_mnist(counts_of_mnist):
    at_random, _ = counts_of_mnist
    gaps = dict(zip(at_random.counts, at_random.gaps, strict=True))
    assert gaps[2] == max(gaps.values()) > 0.015
    assert all(abs(gaps[count]) < 0.01 for count in (50, 100, 784))
    each = at_random.accuracies[..., 0] - at_random.accuracies[..., 1]
    assert each[:3].max() > 0.1
    assert each[5:].max() < 0.02
    assert at_random.small_from in (20, 50)


def test_pixels_that_speak_for_one_digit_show_what_the_bias_is_for(counts_of_digits, counts_of_mnist):
    """What the part opens with: a wide gap at the left that closes."""
    for _, one_sided in (counts_of_digits, counts_of_mnist):
        assert not one_sided.at_random
        assert one_sided.gaps[0] > 0.25
        assert one_sided.accuracies[0, 0, 1] == pytest.approx(0.5, abs=0.01)
        assert one_sided.accuracies[0, 0, 0] > 0.75
        assert 10 < one_sided.small_from <= 100
        assert abs(one_sided.gaps[-1]) < 0.01


def test_one_pair_of_pixels_falls_from_84_to_50_on_mnist(mnist):
    pair = bias.informative_pixels(bias.ink_difference(mnist, False), mnist.image_shape)
    with_bias, without = bias.some_pixels(mnist, MNIST, pair)
    assert with_bias == pytest.approx(0.84, abs=0.01)
    assert without == pytest.approx(0.504, abs=0.005)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_gap_is_largest_with_few_pixels_and_gone_with_fifty_on_the_digits(digits, seed):
    study = pixel_counts(digits, Settings(seed=seed), True)
    assert study.counts[int(np.argmax(study.gaps))] <= 5
    assert study.gaps.max() > 0.05
    assert np.abs(study.gaps[-2:]).max() <= 0.01
    assert study.small_from <= 50


def test_the_sentence_on_the_curve_has_its_numbers(counts_of_digits, counts_of_mnist):
    for study in (*counts_of_digits, *counts_of_mnist):
        sentence, happened = bias.counts_summary(study, (2, 0.841, 0.504), (3, 7))
        assert sentence.startswith("With your two pixels: 84.1\xa0% right with a bias, 50.4\xa0% without.")
        gaps = [np.mean(draws[:, 0]) - np.mean(draws[:, 1]) for draws in study.accuracies]
        widest = max(range(len(gaps) - 1), key=lambda i: gaps[i])
        how_many = "one" if study.counts[widest] == 1 else str(study.counts[widest])
        means = study.accuracies[widest].mean(0)
        gap = f"{100 * (round(means[0], 3) - round(means[1], 3)):.1f} points"
        if study.at_random:
            assert f"costs most with {how_many} of them: {gap} on average" in sentence
            worst, of = max(
                (study.accuracies[i, draw, 0] - study.accuracies[i, draw, 1], -i)
                for i in range(len(gaps) - 1) for draw in range(bias.DRAWS)
            )
            assert re.search(rf"One draw of \w+ pixels? loses {100 * worst:.1f} points", sentence)
            assert of > -5
        else:
            assert f"worth most to the {how_many} pixel" in sentence
            assert f"{percent(means[0])} right with it, {percent(means[1])} without, a gap of {gap}." in sentence
        on = int(re.search(r"From (\d+) pixels on, the two differ by at most one point", sentence)[1])
        from_there = study.counts.index(on)
        assert all(abs(gap) <= 0.01 for gap in gaps[from_there:])
        assert from_there == 0 or abs(gaps[from_there - 1]) > 0.01
        assert (
            f"With all {study.counts[-1]} pixels: {percent(study.accuracies[-1, 0, 0])} with it, "
            f"{percent(study.accuracies[-1, 0, 1])} without."
        ) in sentence
        assert happened == FEW


@pytest.mark.parametrize("draws", [1, bias.DRAWS])
@pytest.mark.parametrize(("few", "all_of_them", "own", "expected", "words"), [
    (0.2, 0.0, None, FEW, "From 2 pixels on, the two differ by at most one point"),
    (0.2, 0.2, None, ALWAYS, "Even with all pixels, the two differ by more than one point"),
    (0.0, 0.0, None, NOTHING, "With any number of pixels, the two differ by at most one point"),
    (0.0, 0.0, (1, 0.8, 0.5), FEW, "With your one pixel: 80.0\xa0% right with a bias, 50.0\xa0% without."),
    (-0.2, 0.0, None, NOTHING, "From 2 pixels on, the two differ by at most one point"),
])
def test_what_happened_is_read_off_the_curve(few, all_of_them, own, expected, words, draws):
    accuracies = np.full((3, draws, 2), 0.7)
    accuracies[0, :, 1] -= few
    accuracies[2, :, 1] -= all_of_them
    sentence, happened = bias.counts_summary(bias.PixelCounts((1, 2, 64), accuracies), own, (3, 7))
    assert happened == expected
    assert words in sentence


@pytest.mark.parametrize(("own", "is_done"), [
    (None, False), ((2, 0.841, 0.504), False), ((2, 0.9, 0.895), True), ((2, 0.9, 0.89), False), ((2, 0.8, 0.85), True),
    ((1, 0.504, 0.504), False), ((20, 0.751, 0.75), True), ((20, 0.75, 0.749), False),
])
def test_the_task_asks_for_pixels_with_which_the_bias_is_useless(own, is_done):
    assert bias.is_useless(own) == is_done


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_the_task_can_be_done_with_pixels_of_both_digits_and_not_with_the_first_ones(request, name):
    dataset = request.getfixturevalue(name)
    settings, difference = Settings(dataset=name), bias.ink_difference(dataset, False)

    def done(chosen):
        return bias.is_useless((len(chosen), *bias.some_pixels(dataset, settings, chosen)))

    assert not done(bias.informative_pixels(difference, dataset.image_shape))
    assert done(np.argsort(-difference)[:1]) or done(np.argsort(-abs(difference))[:5])
    assert done(np.argsort(-abs(difference))[:20])


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_the_task_can_be_done_with_a_pixel_that_is_always_1(request, name):
    request.getfixturevalue(name)
    settings, inverted = Settings(dataset=name, inverted=True), load(name, inverted=True)
    two = bias.informative_pixels(bias.ink_difference(inverted, True), inverted.image_shape)
    assert not bias.is_useless((2, *bias.some_pixels(inverted, settings, two)))
    always_one = int(np.flatnonzero((inverted.X_train == 1).all(0))[0])
    assert bias.is_useless((3, *bias.some_pixels(inverted, settings, [*two, always_one])))


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
    return dataset, load(request.param, inverted=True), all_pixels(Settings(dataset=request.param))


def test_with_all_pixels_a_bias_hardly_matters_to_multiply(everything):
    *_, study = everything
    assert [name for name, *_ in study.rows] == ["these", "inverted", "ten", "distance"]
    assert bias.all_pixels_table(study)["model"] == [
        "these images", "inverted", "10 training images", "score: distance",
    ]
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
    lost = f"{100 * (round(with_bias, 3) - round(without, 3)):.1f}"
    assert f"never above 0, which costs {lost} points." in bias.all_pixels_note(study)


def test_the_row_of_ten_training_images_is_trained_on_ten(everything):
    dataset, _, study = everything
    settings = start_model(Settings(dataset=dataset.name))
    epochs = 300 if dataset.name == "digits" else 30
    settings = dataclasses.replace(settings, learning_rate=0.1, epochs=epochs)
    assert "training takes smaller steps (learning rate 0.1)" in bias.all_pixels_note(study)
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
    settings = dataclasses.replace(start_model(Settings(dataset=dataset.name)), inverted=True, bias=False)
    weights = train(turned, settings).weights[-1].astype(np.float64)
    # Without these pixels every score differs by the same amount, as without a bias.
    without_them = np.where(study.always_one, 0, weights)
    X = turned.X_train.astype(np.float64)
    np.testing.assert_allclose(X @ weights - X @ without_them, study.constant_contribution, atol=1e-3)
    assert study.constant_contribution != 0
    note = bias.all_pixels_note(study)
    assert f"In inverted images, {n_constant} pixels are 1 in every training image" in note
    assert f"their weights add {number(study.constant_contribution)} to every score" in note


def test_for_inverted_images_the_other_row_is_not_inverted(digits):
    study, plain = all_pixels(Settings(inverted=True)), all_pixels(Settings())
    assert bias.all_pixels_table(study)["model"][:2] == ["these images", "not inverted"]
    assert study.rows[0][1:] == plain.rows[1][1:]
    assert study.rows[1][1:] == plain.rows[0][1:]
    np.testing.assert_array_equal(study.always_one, plain.always_one)


def test_the_study_of_all_pixels_keeps_one_image_and_not_the_others(everything):
    dataset, turned, study = everything
    image, _ = bias.an_image(turned)
    assert np.array_equal(study.inverted_image, image)
    assert not any(np.shares_memory(study.inverted_image, data.X_test) for data in (dataset, turned))


def test_the_table_of_all_pixels_has_the_differences(everything):
    *_, study = everything
    table = bias.all_pixels_table(study)
    assert list(table) == ["model", "right, with → without a bias", "points lost"]
    for row, (_, with_bias, without) in enumerate(study.rows):
        shown = table["right, with → without a bias"][row]
        assert shown == f"{percent(with_bias)} → {percent(without)}"
        lost = float(table["points lost"][row].replace("−", "-"))
        # The difference of the two shares as they are shown.
        one, other = (float(share.split("\xa0")[0]) for share in shown.split(" → "))
        assert lost == pytest.approx(one - other, abs=0.01)
        assert lost == pytest.approx(100 * (with_bias - without), abs=0.11)


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
    assert study.with_bias.settings == (start_model(Settings()) if chosen is None else bias.pixel_settings(Settings()))
    X = digits.X_train if chosen is None else digits.X_train[:, chosen]
    ones = np.column_stack([X, np.ones(len(X))])
    for (weights, _), biased in zip(
        by_hand(ones, digits.y_train, study.neither.settings, False), study.with_bias.biases[1:], strict=True
    ):
        assert weights[-1] == pytest.approx(biased, abs=1e-4)


@pytest.mark.parametrize("chosen", [None, [263, 491]])
def test_a_bias_is_a_weight_on_a_constant_pixel_on_mnist(mnist, chosen):
    study = bias.constant_pixel(mnist, MNIST, chosen)
    assert study.difference < 1e-4
    assert study.with_pixel.test_accuracy[-1] == study.with_bias.test_accuracy[-1]


def test_the_sentence_on_the_constant_pixel_has_its_numbers(digits):
    study = bias.constant_pixel(digits, Settings(), [43, 29])
    sentence = bias.constant_summary(study)
    offset = float(study.with_bias.biases[-1])
    assert f"The model sees two pixels. After 50 epochs its bias is {offset:.2f}." in sentence
    assert f"it gives that pixel the weight {study.with_pixel.weights[-1, -1]:.2f}." in sentence
    assert "The two are the same model at every epoch." in sentence
    gaps = [
        np.abs(study.with_pixel.weights[:, :-1] - study.with_bias.weights).max(),
        np.abs(study.with_pixel.weights[:, -1] - study.with_bias.biases).max(),
    ]
    assert study.difference == pytest.approx(max(gaps), abs=6e-8)
    shares = [percent(run.test_accuracy[-1]) for run in (study.with_bias, study.with_pixel, study.neither)]
    assert f"{shares[0]} with the bias, {shares[1]} with the pixel, {shares[2]} with neither." in sentence
    assert bias.own_of(study) == (2, study.with_bias.test_accuracy[-1], study.neither.test_accuracy[-1])
    assert "The model sees one pixel." in bias.constant_summary(bias.constant_pixel(digits, Settings(), [43]))


def test_a_real_difference_is_not_called_rounding(digits):
    study = bias.constant_pixel(digits, Settings(), [43, 29])
    other = dataclasses.replace(study, with_pixel=train(
        pixels.with_constant_pixel(pixels.only(digits, [43, 29])), bias.pixel_settings(Settings(seed=1))
    ))
    assert other.difference > 1e-3
    assert "rounding in the computer has led them apart" in bias.constant_summary(other)


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
        figures.blank_scores(scores, 3, 2), figures.blank_scores(scores, 3, 2, 5.0),
        *(figures.pixel_counts(study, own) for study in counts_of_digits for own in (None, (2, 0.9, 0.3))),
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
    assert (line.line.width, line.line.dash, line.line.color) == (2, "dash", NEUTRAL)
    assert [words.text for words in figure.layout.annotations] == [
        f"answer {3 if side == FIRST else 7}" for side in (left, right_side)
    ]
    score = figure.data[2]
    np.testing.assert_allclose(score.y, weight * np.asarray(score.x) + offset)


@pytest.mark.parametrize(("weight", "offset", "digit"), [
    (0.0, 1.0, 3), (0.0, 0.0, 7), (0.0, -1.0, 7), (1.0, 20.0, 3), (-1.0, -20.0, 7),
])
def test_a_picture_without_a_flip_has_one_answer(ink_of_digits, weight, offset, digit):
    figure = validated(figures.ink_histograms(ink_of_digits, weight, offset))
    shown = [words.text for words in figure.layout.annotations if words.visible]
    assert shown == [f"answer {digit}"]
    assert figure.layout.shapes[2].line.width == 0


def test_the_ink_histograms_hold_every_test_image(ink_of_digits):
    figure = validated(figures.ink_histograms(ink_of_digits, 10.0, 0.0))
    for trace, label in zip(figure.data, (1, 0), strict=False):
        assert trace.y.sum() == np.count_nonzero(ink_of_digits.dataset.y_test == label)


def test_the_curve_shows_every_draw_and_the_stars(counts_of_digits):
    study, _ = counts_of_digits
    figure = validated(figures.pixel_counts(study, (2, 0.9, 0.3)))
    drawn = {trace.name: trace for trace in figure.data}
    for i, name in enumerate(("with a bias", "without")):
        np.testing.assert_allclose(drawn[name].y, study.accuracies[..., i].mean(1))
        assert len(drawn[f"{name}, one draw"].y) == bias.DRAWS * (len(study.counts) - 1) + 1
    stars = drawn["your pixels"]
    assert (tuple(stars.x), tuple(stars.y)) == ((2, 2), (0.9, 0.3))
    assert figure.layout.yaxis.range[0] == 0  # the lowest star is on the picture
    assert len(figures.pixel_counts(study, None)["data"]) == 4


def test_with_a_bias_is_solid_and_without_is_dotted_and_the_widest_gap_has_its_number(counts_of_digits):
    for study in counts_of_digits:
        figure = validated(figures.pixel_counts(study, None))
        lines = {trace.name: trace.line for trace in figure.data}
        assert [(lines[name].color, lines[name].dash) for name in ("with a bias", "without")] == [
            (GRAPHITE, "solid"), (GRAPHITE, "dot"),
        ]
    at = int(np.argmax(study.gaps[:-1]))
    with_bias, without = study.accuracies[at].mean(0)
    (gap,), (words,) = figure.layout.shapes, figure.layout.annotations
    assert (gap.x0, gap.x1, gap.y0, gap.y1) == pytest.approx((study.counts[at],) * 2 + (without, with_bias))
    assert words.text == f"{100 * (round(with_bias, 3) - round(without, 3)):.1f} points"
    assert not figures.pixel_counts(counts_of_digits[0], None)["layout"]["shapes"]
    flat = bias.PixelCounts((1, 2, 64), np.full((3, 1, 2), 0.7))
    assert not figures.pixel_counts(flat, None)["layout"]["shapes"]


def test_the_pixels_that_are_always_1_are_grey():
    values, always_one = np.array([1.0, 0.0, 1.0, 0.5]), np.array([True, False, False, False])
    picture = figures.paper_pixels(values, always_one, (2, 2), size=4)
    assert picture.shape == (4, 4, 3)
    assert bytes(picture[0, 0]).hex() == NEUTRAL.removeprefix("#")
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
