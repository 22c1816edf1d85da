"""The page Why multiply: one pixel, two pixels, all pixels, and the disguise."""

import dataclasses
import re

import numpy as np
import pytest

from explorer.engine.baselines import median_image, nearest_mean
from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.figures import why_multiply as figures
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels
from tests.support.figures import validated


@pytest.fixture(scope="module", params=["digits", "mnist"])
def case(request):
    """(settings, data set, runs by idea) of each data set."""
    dataset = request.getfixturevalue(request.param)
    settings = Settings(dataset=request.param)
    return settings, dataset, {key: train(dataset, s) for key, s in all_pixels.contestants(settings).items()}


# One pixel


def test_the_curves_are_a_line_through_0_and_a_v_with_its_foot_at_the_weight():
    line, gap = one_pixel.curve("multiply", 0.6), one_pixel.curve("distance", 0.6)
    np.testing.assert_allclose(line.added, 0.6 * one_pixel.VALUES)
    assert line.at_zero == 0
    assert one_pixel.VALUES[np.argmax(gap.added)] == pytest.approx(0.6)
    assert gap.added.max() == pytest.approx(0)
    np.testing.assert_allclose(gap.slopes[:60], 1)
    np.testing.assert_allclose(gap.slopes[60:], -1)


def yes(weight: float, column: str) -> list[bool]:
    return [cell.startswith("yes") for cell in one_pixel.table(weight, (3, 7))[column]]


@pytest.mark.parametrize(("weight", "product", "gap"), [
    # In the order of the statements, worked by hand.
    (0.6, [True, False, False, True, True], [True, False, False, False, False]),
    (-0.4, [False, True, False, True, True], [False, True, False, False, False]),
    (0.0, [False, False, True, True, True], [False, True, False, True, True]),
    (0.5, [True, False, False, True, True], [False, False, False, False, False]),
    (1.0, [True, False, False, True, True], [True, False, False, False, False]),
])
def test_the_table_is_that_of_the_curves(weight, product, gap):
    assert yes(weight, "value × weight") == product
    assert yes(weight, "−abs(value − weight)") == gap


def test_the_counts_over_the_slider_are_those_of_the_table():
    words = "Ink here speaks for 3", "Ink here speaks for 7", "Ink here says nothing", "No ink, no say"
    assert one_pixel.table(0.1, (3, 7))[""][:4] == list(words)
    wanted = []
    for column in ("value × weight", "−abs(value − weight)"):
        quiet = [row for row in (yes(float(w), column) for w in one_pixel.WEIGHTS) if row[3]]
        wanted += [len(quiet), sum(row[0] for row in quiet), sum(row[1] for row in quiet)]
    assert wanted == [41, 20, 20, 1, 0, 1]
    text = one_pixel.can_say((3, 7))
    assert "products with 41 of 41 weights; ink then speaks for 3 with 20 of them, for 7 with 20." in text
    assert "distances with 1 of 41 weights (0); ink then speaks for 3 with 0 of them, for 7 with 1." in text


# Two pixels


def test_the_two_pixels_at_first_are_those_with_the_widest_gap(case):
    _, dataset, _ = case
    a, b = two_pixels.informative_pixels(dataset)
    means = [dataset.X_train[dataset.y_train == label].mean(0) for label in (1, 0)]
    assert means[0][a] - means[1][a] == pytest.approx((means[0] - means[1]).max(), abs=1e-5)
    assert means[0][b] - means[1][b] == pytest.approx((means[0] - means[1]).min(), abs=1e-5)


def test_two_pixels_are_trained_alone_and_the_map_shows_their_scores(case):
    settings, dataset, _ = case
    pair = two_pixels.informative_pixels(dataset)
    product, gap = two_pixels.train_two(dataset, settings, pair)
    assert product.weights.shape[1] == gap.weights.shape[1] == 2
    for run, score in (
        (product, lambda x, w, b: x @ w + b), (gap, lambda x, w, b: b - np.abs(x - w).sum(1)),
    ):
        w, b = run.weights[-1].astype(float), float(run.biases[-1])
        grid = two_pixels.grid([product, gap])
        drawn = two_pixels.score_map(run, grid)
        for row, column in ((0, 0), (10, 40), (64, 3)):
            point = np.array([[grid[column], grid[row]]])
            assert drawn[row, column] == pytest.approx(score(point, w, b)[0], abs=1e-5)
        # Both learn something from two pixels.
        answers = score(dataset.X_test[:, list(pair)].astype(float), w, b) > 0
        assert run.test_accuracy[-1] == pytest.approx(np.mean(answers == (dataset.y_test > 0)), abs=0.002)
        assert run.test_accuracy[-1] > 0.8
    # The four corners of the diamond are in sight, and so is every value of a pixel.
    (x, y), radius = gap.weights[-1], gap.biases[-1]
    assert grid[0] < min(x - radius, y - radius, 0)
    assert grid[-1] > max(x + radius, y + radius, 1)
    text = two_pixels.sentence([product, gap], dataset)
    shares = re.findall(r"(\d+\.\d)\N{NO-BREAK SPACE}%", text)
    assert [float(s) / 100 for s in shares] == pytest.approx(
        [product.test_accuracy[-1], gap.test_accuracy[-1]], abs=0.0006
    )
    assert f"{product.weights[-1][0]:.2f}·x" in text
    assert f"{gap.biases[-1]:.2f} from centre to corner" in text


def test_every_image_is_counted_once(case):
    _, dataset, _ = case
    pair = two_pixels.informative_pixels(dataset)
    images = two_pixels.pair_counts(dataset, pair)
    assert sum(counts.images.sum() for counts in images) == len(dataset.X_test)
    assert images[0].images.sum() == dataset.y_test.sum()
    full = (dataset.X_test[dataset.y_test == 1][:, list(pair)] >= 1 - 1 / 32).all(1).sum()
    at = (images[0].x == 1) & (images[0].y == 1)
    assert images[0].images[at].sum() == full


# All pixels


def test_word_for_word_the_weights_become_the_median_and_never_say_three(case):
    _, dataset, runs = case
    median = median_image(dataset).weights
    np.testing.assert_array_equal(median[:5], [np.median(dataset.X_train[:, j]) for j in range(5)])
    off = np.abs(runs["a"].weights[-1] - median).mean()
    assert off < 0.03
    assert np.abs(runs["a"].weights[0] - median).mean() > 0.05  # it did not start there
    steps = all_pixels.ideas(runs, dataset, nearest_mean(dataset), median)
    assert f"{off:.3f} off on average" in steps[0].sentence
    assert "never answers 3" in steps[0].sentence
    assert "never answers 3" in steps[1].sentence


def test_distance_without_a_bias_never_says_three(case):
    _, dataset, runs = case
    scores = -np.abs(dataset.X_test - runs["b"].weights[-1]).sum(1)
    assert (scores <= 0).all()
    assert runs["b"].test_accuracy[-1] == pytest.approx(np.mean(dataset.y_test == 0))


def test_each_help_helps_and_multiplying_is_best(case):
    settings, dataset, runs = case
    a, b, c, e, f = (runs[key].test_accuracy[-1] for key in "abcef")
    assert max(a, b) < 0.51
    assert c > 0.95
    assert e > c
    assert f > 0.98
    assert all_pixels.compared(c, e) == all_pixels.WORSE
    if settings.dataset == "mnist":
        assert nearest_mean(dataset).both == pytest.approx(0.951, abs=0.001)


def test_the_steps_have_the_numbers_of_their_runs(case):
    _, dataset, runs = case
    nearest = nearest_mean(dataset)
    steps = all_pixels.ideas(runs, dataset, nearest, median_image(dataset).weights)
    assert [step.key for step in steps] == list("abcdef")
    for step in steps:
        wanted = nearest.both if step.key == "d" else runs[step.key].test_accuracy[-1]
        assert step.accuracy == wanted
    for key in "cef":
        w, b = runs[key].weights[-1], runs[key].biases[-1]
        scores = b - np.abs(dataset.X_test - w).sum(1) if key == "c" else dataset.X_test @ w + b
        says = int((scores > 0).sum())
        assert f"answers 3 to {says:,} of {len(scores):,}" in steps["abcdef".index(key)].sentence
    text = all_pixels.sentence(steps, dataset)
    numbers = [float(s) / 100 for s in re.findall(r"(\d+\.\d)\N{NO-BREAK SPACE}%", text)]
    assert numbers == pytest.approx([runs[key].test_accuracy[-1] for key in "acef"], abs=0.0006)


def test_the_ideas_share_images_batches_and_seed(case):
    settings, _, _ = case
    trained = all_pixels.contestants(dataclasses.replace(settings, seed=5, inverted=True, epochs=3, train_images=10))
    shared = {
        (s.dataset, s.digits, s.inverted, s.black_and_white, s.seed, s.batch_size, s.epochs, s.train_images, s.l2)
        for s in trained.values()
    }
    assert len(shared) == 1
    assert next(iter(shared))[4] == 5


@pytest.mark.parametrize(("distance", "multiply", "words"), [
    (0.95, 0.99, all_pixels.WORSE), (0.985, 0.99, all_pixels.ALIKE_WORDS), (0.99, 0.9, all_pixels.BETTER),
])
def test_compared(distance, multiply, words):
    assert all_pixels.compared(distance, multiply) == words


# The disguise


@pytest.mark.parametrize("w", [-0.7, 0.0, 0.3, 0.5, 1.0, 1.8])
def test_a_product_meets_the_distance_at_0_and_1(w):
    ends = np.array([0.0, 1.0])
    np.testing.assert_allclose(disguise.straight(ends, w), -np.abs(ends - w), atol=1e-12)
    weights, _ = disguise.as_multiply(np.array([w]), 0.0)
    if 0 <= w <= 1:
        assert weights[0] == pytest.approx(2 * w - 1)
        # They differ on grey pixels: a V, and a line below it.
        grey = np.array([0.25, 0.5, 0.75])
        assert (disguise.straight(grey, w) <= -np.abs(grey - w) + 1e-12).all()


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_on_black_and_white_images_the_disguise_gives_the_same_scores_and_answers(request, name):
    request.getfixturevalue(name)
    dataset = load(name, black_and_white=True)
    run = train(dataset, all_pixels.distance_model(Settings(dataset=name, black_and_white=True)))
    pair = disguise.disguise(run, dataset)
    # The formulas in plain NumPy, not the engine's scores.
    w, b = run.weights[-1].astype(float), float(run.biases[-1])
    X = dataset.X_test.astype(float)
    by_distance = b - np.abs(X - w).sum(1)
    by_multiply = X @ (np.abs(w) - np.abs(1 - w)) + b - np.abs(w).sum()
    np.testing.assert_allclose(by_multiply, by_distance, atol=1e-3)
    np.testing.assert_allclose(pair.by_distance, by_distance, atol=1e-9)
    np.testing.assert_allclose(pair.by_multiply, by_multiply, atol=1e-9)
    assert pair.largest_gap < 1e-3
    assert pair.other_answers == 0
    assert np.mean((by_distance > 0) == (dataset.y_test > 0)) > 0.9  # the model has learned
    text = disguise.sentence(pair, dataset, True)
    assert f"all {len(X):,} test images the same score" in text
    assert "100.0\N{NO-BREAK SPACE}% of them the same answer" in text


def test_on_grey_images_the_disguise_gives_other_scores_and_answers(case):
    settings, dataset, runs = case
    pair = disguise.disguise(runs["c"], dataset)
    w, b = runs["c"].weights[-1].astype(float), float(runs["c"].biases[-1])
    X = dataset.X_test.astype(float)
    other = int(((b - np.abs(X - w).sum(1) > 0) != (X @ disguise.as_multiply(w, b)[0] + b - np.abs(w).sum() > 0)).sum())
    assert pair.other_answers == other > 0
    assert pair.largest_gap > 1
    text = disguise.sentence(pair, dataset, False)
    assert f"{other:,} of {len(X):,} answers" in text
    grey = np.mean((X > 0.1) & (X < 0.9))
    assert f"{100 * grey:.1f}\N{NO-BREAK SPACE}% of the pixels are grey" in text
    if settings.dataset == "mnist":  # nine pixels in ten are within 0.1 of black or white
        assert grey < 0.12


def test_what_remains_has_the_numbers_of_the_runs(case):
    _, dataset, runs = case
    pair = disguise.disguise(runs["c"], dataset)
    table = disguise.what_remains(runs["c"], runs["e"], pair, dataset)
    assert pair.weights.min() >= -1
    assert pair.weights.max() <= 1
    assert f"{runs['e'].weights[-1].max():.2f}" in table["multiply"][0]
    assert f"{pair.weights.max():.2f}" in table["distance"][0]
    assert table["distance"][1] in ("only −1 or 1", "only −1 or 0 or 1")  # a sign, however far off
    values = len(set(dataset.X_train[:500].ravel().tolist()))
    assert table["multiply"][1] == f"{values} sizes from 0 to 1"
    assert table["distance"][2] == f"{runs['c'].biases[-1]:.2f}"
    # Distance needs a bias as large as an average distance, multiply hardly any.
    assert abs(runs["c"].biases[-1]) > 10 * abs(runs["e"].biases[-1])


# Figures


def test_plotly_finds_every_property_in_order_and_the_pictures_hold_the_numbers(case):
    settings, dataset, runs = case
    pair = two_pixels.informative_pixels(dataset)
    trained = two_pixels.train_two(dataset, settings, pair)
    images, grid = two_pixels.pair_counts(dataset, pair), two_pixels.grid(trained)
    steps = all_pixels.ideas(runs, dataset, nearest_mean(dataset), median_image(dataset).weights)
    hidden = disguise.disguise(runs["c"], dataset)
    line, gap = one_pixel.curve("multiply", -0.4), one_pixel.curve("distance", -0.4)
    straight = disguise.straight(one_pixel.VALUES, -0.4)
    made = {
        "one": figures.one_pixel(line, gap, 0.8),
        "two": figures.two_pixels(
            two_pixels.score_map(trained[0], grid), grid, images, dataset.digits, ("1.2", "3.4"),
        ),
        "bars": figures.accuracies(steps), "weights": figures.idea_weights(steps, dataset.image_shape),
        "lines": figures.two_lines(gap, straight), "pairs": figures.score_pairs(hidden, dataset.y_test, (3, 7)),
    }
    made = {name: validated(figure) for name, figure in made.items()}
    assert made["one"].data[1].y[0] == pytest.approx(0.8 * -0.4)
    assert made["one"].data[3].y[0] == pytest.approx(1.2)
    assert made["one"].data[1].text[0] == "−0.32"
    np.testing.assert_array_equal(made["two"].data[0].z, two_pixels.score_map(trained[0], grid))
    assert list(made["bars"].data[0].x) == [step.accuracy for step in steps]
    np.testing.assert_array_equal(made["weights"].data[5].z.ravel(), runs["e"].weights[-1])
    np.testing.assert_array_equal(made["lines"].data[1].y, straight)
    shown = made["pairs"].data[0].x.size + made["pairs"].data[1].x.size
    assert shown == min(400, len(dataset.X_test))
