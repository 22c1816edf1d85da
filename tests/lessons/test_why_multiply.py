"""The page Why multiply: the question's numbers, one pixel, two pixels, all pixels, and the disguise."""

import ast
import dataclasses
import itertools
import re

import numpy as np
import pytest

from explorer import texts
from explorer.engine.baselines import median_image, nearest_mean
from explorer.engine.datasets import load
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.figures import why_multiply as figures
from explorer.figures.colours import DISTANCE, FIRST, MULTIPLY, NEUTRAL, SECOND
from explorer.lessons.start import start_model
from explorer.lessons.why_multiply import all_pixels, disguise, one_pixel, two_pixels, your_numbers
from explorer.lessons.why_multiply.your_numbers import Pixel
from tests.support.figures import validated
from tests.support.serving import ROOT


@pytest.fixture(scope="module", params=["digits", "mnist"])
def case(request):
    """(settings, data set, runs by idea) of each data set."""
    dataset = request.getfixturevalue(request.param)
    settings = Settings(dataset=request.param)
    return settings, dataset, {key: train(dataset, s) for key, s in all_pixels.contestants(settings).items()}


# Your numbers


def test_the_examples_are_those_of_the_question():
    assert [pixel.sums() for pixel in your_numbers.EXAMPLES] == [
        {"multiply": "0.9 × 0.1 = 0.09", "distance": "abs(0.9 − 0.1) = 0.8"},
        {"multiply": "0.5 × 0.6 = 0.3", "distance": "abs(0.5 − 0.6) = 0.1"},
    ]
    assert your_numbers.totals(your_numbers.EXAMPLES) == pytest.approx({"multiply": 0.39, "distance": 0.9})
    assert Pixel(0.95, 0.05).sums()["multiply"] == "0.95 × 0.05 = 0.0475"
    assert Pixel(0.9, -0.1).sums() == {
        "multiply": "0.9 × (−0.1) = −0.09", "distance": "abs(0.9 − (−0.1)) = 1",
    }


@pytest.mark.parametrize(("pixel", "product", "distance"), [
    (Pixel(0.9, 0.1), "ink of 0.9, and a weight that argues a little for a 3", "far above the weight"),
    (Pixel(0.5, 0.6), "ink of 0.5, and a weight that argues strongly for a 3", "close to the weight"),
    (Pixel(0.2, -0.5), "ink of 0.2, and a weight that argues strongly for a 7", "below blank paper"),
    (Pixel(1.0, -0.45), "ink of 1, and a weight that argues a little for a 7", "below blank paper"),
    (Pixel(0.0, -0.1), "no ink, so nothing is added", "close to the weight"),
    (Pixel(0.3, 0.0), "ink of 0.3, and a weight that argues for neither digit", "far above the weight"),
    (Pixel(0.2, 0.0), "ink of 0.2, and a weight that argues for neither digit", "close to the weight"),
    (Pixel(0.0, 0.6), "no ink, so nothing is added", "far below the weight"),
    (Pixel(0.7, 0.7), "ink of 0.7, and a weight that argues strongly for a 3", "exactly the weight"),
])
def test_what_each_number_means(pixel, product, distance):
    assert product in your_numbers.products_say((pixel, pixel), (3, 7)).splitlines()[0]
    assert distance in your_numbers.distances_say((pixel, pixel)).splitlines()[1]


def test_every_digit_has_its_article():
    pixels = Pixel(0.9, 0.7), Pixel(0.9, -0.7)
    assert "argues strongly for an 8" in your_numbers.products_say(pixels, (8, 3)).splitlines()[0]
    assert "argues strongly for a 3" in your_numbers.products_say(pixels, (8, 3)).splitlines()[1]


@pytest.mark.parametrize(("weights", "says"), [
    ((0.1, 0.6), "add up to 0.39: together the two pixels argue for a 3"),
    ((-0.9, 0.6), "add up to −0.51: together the two pixels argue for a 7"),
    ((0.1, -0.18), "add up to 0: together the two pixels argue for neither digit"),
])
def test_only_the_sum_of_products_names_a_digit(weights, says):
    pixels = Pixel(0.9, weights[0]), Pixel(0.5, weights[1])
    text = your_numbers.sentence(pixels, (3, 7))
    assert says in text
    assert f"The distances add up to {round(sum(abs(p.value - p.weight) for p in pixels), 4):g}:" in text


# One pixel


def test_the_curves_are_a_line_through_0_and_a_v_whose_lowest_point_is_at_the_weight():
    line, gap = one_pixel.curve("multiply", 0.6), one_pixel.curve("distance", 0.6)
    np.testing.assert_allclose(line.added, 0.6 * one_pixel.VALUES)
    np.testing.assert_allclose(gap.added, -np.abs(one_pixel.VALUES - 0.6))
    assert one_pixel.VALUES[np.argmax(gap.added)] == pytest.approx(0.6)


def test_blank_paper_never_counts_in_a_product_and_ink_counts_either_way():
    for weight in one_pixel.WEIGHTS.tolist():
        assert one_pixel.added("multiply", 0.0, weight) == 0
        assert np.sign(one_pixel.ink_adds("multiply", 0.8, weight)) == np.sign(weight)


def test_a_distance_only_pulls_away_and_blank_paper_is_silent_only_at_weight_0():
    silent = []
    for weight in one_pixel.WEIGHTS.tolist():
        assert all(one_pixel.added("distance", value, weight) <= 0 for value in one_pixel.CHOICES.tolist())
        if one_pixel.added("distance", 0.0, weight) == 0:
            silent.append(weight)
    assert silent == [0]
    assert all(one_pixel.ink_adds("distance", value, 0.0) < 0 for value in one_pixel.CHOICES.tolist()[1:])
    text = one_pixel.sentence(0.8, 0.6, (3, 7))
    assert "With a distance, blank paper adds nothing only at weight 0, and then ink can only count against 3." in text


@pytest.mark.parametrize(("value", "weight", "says"), [
    # Worked by hand: abs(0 − w) for blank paper, abs(v − w) for the ink.
    (0.8, 0.6, "subtracts 0.60 for blank paper and 0.20 for ink of 0.8: ink seems to help only because blank paper "
     "costs even more."),
    (0.8, 0.3, "subtracts 0.30 for blank paper and 0.50 for ink of 0.8: ink counts against 3."),
    (1.0, -0.4, "subtracts 0.40 for blank paper and 1.40 for ink of 1: ink counts against 3."),
    (0.8, 0.4, "subtracts 0.40 for blank paper and just as much for ink of 0.8"),
    (0.3, 0.15, "subtracts 0.15 for blank paper and just as much for ink of 0.3"),
    (0.8, 0.0, "blank paper costs nothing, and ink of 0.8 costs 0.80."),
    (0.0, 0.6, "Your pixel is blank"),
])
def test_the_sentence_of_one_pixel_is_that_of_its_two_distances(value, weight, says):
    assert says in one_pixel.sentence(value, weight, (3, 7))


def test_the_task_is_done_where_the_same_ink_raises_one_score_and_lowers_the_other():
    done = {
        (value, weight) for value in one_pixel.CHOICES.tolist() for weight in one_pixel.WEIGHTS.tolist()
        if one_pixel.scores_disagree(value, weight)
    }
    # By hand: ink v is further from w than paper where v > 2w, and a product raises the score where w > 0.
    assert done == {
        (v / 20, w / 20) for v, w in itertools.product(range(21), range(-20, 21)) if w > 0 and v > 2 * w
    }
    # It is not done at first, and can be done with the value of the pixel left as it is.
    assert (0.8, 0.6) not in done
    assert (0.8, 0.3) in done


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
    assert "Multiplying draws a straight line and gets" in text
    assert f"a diamond around its two weights ({x:.2f}, {y:.2f})".replace("-", "−") in text
    assert "answers 3 only inside" in text


@pytest.mark.parametrize(("centre", "radius", "sides"), [
    ((0.5, 0.5), 0.3, 4), ((0.5, 0.5), 0.7, 4), ((0.5, 0.5), 1.0, 0), ((0.5, 0.5), 2.0, 0), ((0.5, 0.5), -0.1, 0),
    ((1.0, 0.0), 1.0, 1), ((1.06, -0.08), 1.17, 1), ((0.0, 0.5), 0.7, 2), ((0.0, 0.0), 0.5, 1), ((-3.0, 0.5), 3.2, 2),
])
def test_the_sides_of_a_diamond_that_cross_the_values_of_pixels(centre, radius, sides):
    assert two_pixels.sides_crossed(np.array(centre), radius) == sides


def boundary_sides(run) -> int:
    """How many sides of its diamond have points of score 0 in the square, counted on a fine grid."""
    (x, y), radius = run.weights[-1].astype(float), float(run.biases[-1])
    along = np.linspace(0, 1, 4001)[1:-1]
    corners = np.array([(x + radius, y), (x, y + radius), (x - radius, y), (x, y - radius)])
    sides = 0
    for one, other in zip(corners, np.roll(corners, 1, axis=0), strict=True):
        points = one + along[:, None] * (other - one)
        sides += bool(((points > 0) & (points < 1)).all(1).any())
    return sides


@pytest.mark.parametrize("more", [{}, {"inverted": True}, {"black_and_white": True}, {"digits": (1, 0)}], ids=str)
@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_the_picture_and_the_sentence_of_every_kind_of_pair_say_what_is_seen(request, name, more):
    """Pixels at the edge, which are blank in every image, in the middle, and in between."""
    request.getfixturevalue(name)
    dataset = load(name, **more)
    settings, (height, width) = Settings(dataset=name, **more), dataset.image_shape
    middle = height // 2 * width + width // 2
    pairs = [two_pixels.informative_pixels(dataset), (0, 1), (0, middle), (middle, height * width - 1)]
    if name == "digits":
        pairs += itertools.combinations((3, 10, 20, 29, 36, 43, 53), 2)
    for pair in pairs:
        product, gap = runs = two_pixels.train_two(dataset, settings, pair)
        (x, y), radius = gap.weights[-1], float(gap.biases[-1])
        grid, text = two_pixels.grid(runs), two_pixels.sentence(runs, dataset)
        assert grid[0] < min(x - radius, y - radius, 0)
        assert grid[-1] > max(x + radius, y + radius, 1)
        answers = dataset.X_test[:, list(pair)] @ product.weights[-1] + product.biases[-1] > 0
        if "draws a straight line" not in text:
            assert "Multiplying gives every image the same answer" in text
            assert len(set(answers.tolist())) == 1
        if radius > 0:
            sides = boundary_sides(gap)
            wanted = {0: "None of its sides crosses", 1: "only one side"}.get(sides, "of its four sides cross")
            assert wanted in text
            assert two_pixels.has_both_answers(two_pixels.score_map(gap, grid))  # the diamond is in the picture
        else:
            assert "never answers" in text


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
    assert runs["a"].test_accuracy[-1] == pytest.approx(np.mean(dataset.y_test == 0))
    # Any other value is further from most of the images.
    middle = dataset.X_train.shape[1] // 2 + dataset.image_shape[1] // 2
    values = dataset.X_train[:, middle]
    for other in (median[middle] - 0.2, median[middle] + 0.2):
        assert np.mean(np.abs(values - other) > np.abs(values - median[middle])) >= 0.5
    steps = all_pixels.ideas(runs, dataset, nearest_mean(dataset))
    assert "an average digit, half 3 and half 7" in steps[0].sentence
    assert "the answer is never 3" in steps[1].sentence


def test_multiply_is_the_model_of_start_as_its_sentence_says(case):
    settings, dataset, runs = case
    assert all_pixels.multiply_model(settings) == start_model(settings)
    e = all_pixels.ideas(runs, dataset, nearest_mean(dataset))[4]
    assert "the model of *Start*" in e.sentence


def test_the_learning_rate_of_multiplying_may_teach_a_distance_nothing():
    """The reason that stands beside the other learning rate of a distance."""
    settings = all_pixels.distance_model(Settings())
    assert settings.learning_rate == 0.2
    too_fast = dataclasses.replace(settings, learning_rate=1.0, start="random")
    assert train(load(), too_fast).test_accuracy[-1] < 0.52
    assert "The [learning rate](#word-learning-rate) is 0.2 here" in all_pixels._words(
        "all.steps.c", bias="1", first=3, count="1", total="2"
    )


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
    steps = all_pixels.ideas(runs, dataset, nearest)
    assert [step.key for step in steps] == list("abcdef")
    assert [step.score for step in steps] == ["distance"] * 4 + ["multiply"] * 2
    for step in steps:
        wanted = nearest.both if step.key == "d" else runs[step.key].test_accuracy[-1]
        assert step.accuracy == wanted
        if step.key != "d":
            (picture,) = step.pictures.values()
            np.testing.assert_array_equal(picture, runs[step.key].weights[-1])
            assert picture.base is None  # what is kept holds no run
    w, b = runs["c"].weights[-1], runs["c"].biases[-1]
    says = int((b - np.abs(dataset.X_test - w).sum(1) > 0).sum())
    assert f"A bias of {b:.0f} " in steps[2].sentence
    assert f"the answer is 3 for {says:,} of {len(dataset.X_test):,}" in steps[2].sentence
    first = np.abs(dataset.X_test - dataset.X_train[dataset.y_train == 1].mean(0)).sum(1)
    second = np.abs(dataset.X_test - dataset.X_train[dataset.y_train == 0].mean(0)).sum(1)
    right = np.mean(first[dataset.y_test == 1] < second[dataset.y_test == 1])
    assert f"gets {100 * right:.1f}\N{NO-BREAK SPACE}% of the 3s right" in steps[3].sentence
    text = all_pixels.sentence(steps, dataset)
    numbers = [float(s) / 100 for s in re.findall(r"(\d+\.\d)\N{NO-BREAK SPACE}%", text)]
    assert numbers == pytest.approx([runs[key].test_accuracy[-1] for key in "acef"], abs=0.0006)


def test_one_image_moves_weights_as_the_two_questions_say():
    """By its ink with a product; all weights equally far with a distance, also where the paper is blank."""
    x, w = np.array([[0.0, 0.5, 1.0]]), np.array([[0.2, 0.2, 0.2]])
    error = np.array([[0.7]])
    np.testing.assert_allclose(SCORES["multiply"].backward(x, w, error), [[0, 0.35, 0.7]])
    np.testing.assert_allclose(np.abs(SCORES["distance"].backward(x, w, error)), [[0.7, 0.7, 0.7]])


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
    assert f"each of the {len(X):,} unseen images the same score and the same answer" in text


def test_on_grey_images_the_disguise_gives_other_scores_and_answers(case):
    settings, dataset, runs = case
    pair = disguise.disguise(runs["c"], dataset)
    w, b = runs["c"].weights[-1].astype(float), float(runs["c"].biases[-1])
    X = dataset.X_test.astype(float)
    other = int(((b - np.abs(X - w).sum(1) > 0) != (X @ disguise.as_multiply(w, b)[0] + b - np.abs(w).sum() > 0)).sum())
    assert pair.other_answers == other > 0
    assert pair.largest_gap > 1
    text = disguise.sentence(pair, dataset, False)
    assert f"{other:,} of {len(X):,} answers differ" in text
    assert f"differ by up to {pair.largest_gap:.1f}," in text
    grey = np.mean((X > 0.1) & (X < 0.9))
    assert f"{100 * grey:.1f}\N{NO-BREAK SPACE}% of the pixels are grey" in text
    if settings.dataset == "mnist":  # nine pixels in ten are within 0.1 of black or white
        assert grey < 0.12


def test_what_remains_has_the_numbers_of_the_runs(case):
    _, _, runs = case
    table = disguise.what_remains(runs["c"], runs["e"])
    product, gap = table["value × weight"], table["abs(value − weight)"]
    weights = runs["e"].weights[-1]
    assert product[0] == f"any number: here {weights.min():.1f} to {weights.max():.1f}".replace("-", "−")
    # Whatever the weight, ink adds at most 1 more than paper, or less.
    ends = [-abs(1 - w) + abs(w) for w in np.linspace(-3, 3, 601)]
    assert (min(ends), max(ends)) == pytest.approx((-1, 1))
    assert gap[0] == "−1 to 1, whatever the weight"
    assert gap[1] == f"{runs['c'].biases[-1]:.0f}, to make up for all that is subtracted"
    for column, key in ((product, "e"), (gap, "c")):
        right = re.match(r"(\d+\.\d)\N{NO-BREAK SPACE}%", column[2])
        assert float(right[1]) / 100 == pytest.approx(runs[key].test_accuracy[-1], abs=0.0006)
    # Distance needs a bias as large as an average distance, multiply hardly any.
    assert abs(runs["c"].biases[-1]) > 10 * abs(runs["e"].biases[-1])


# Texts


def asked_for(path) -> set[str]:
    """The names of texts that a module asks for, as regular expressions: f"one.{x}" may be any of a table."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if isinstance(node.func, ast.Name) and node.func.id in ("words", "_words"):
            shown = ast.unparse(node.args[0])
            whole = re.findall(r"(f?)'([^']*)'", shown)
            found |= {re.sub(r"\\\{.*?\\\}", r"\\w+", re.escape(text)) if f else re.escape(text) for f, text in whole}
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "table" and "ords" in ast.unparse(node.func):
            found.add(re.escape(node.args[0].value) + r"\.\w+")
    return found


def test_every_text_is_asked_for_and_every_text_asked_for_is_there():
    words = texts.of("why_multiply")
    explorer = ROOT / "explorer"
    wanted = set().union(*map(asked_for, (
        ROOT / "pages" / "why_multiply.py", explorer / "ui" / "why_multiply.py",
        explorer / "figures" / "why_multiply.py", *(explorer / "lessons" / "why_multiply").glob("*.py"),
    )))
    assert [name for name in wanted if not any(re.fullmatch(name, text) for text in words)] == []
    left = {text for text in words if not any(re.fullmatch(name, text) for name in wanted)}
    assert left == {"task", "task_done"}  # the frame of the page asks for these


# Figures


def test_plotly_finds_every_property_in_order_and_the_pictures_hold_the_numbers(case):
    settings, dataset, runs = case
    pair = two_pixels.informative_pixels(dataset)
    trained = two_pixels.train_two(dataset, settings, pair)
    images, grid = two_pixels.pair_counts(dataset, pair), two_pixels.grid(trained)
    steps = all_pixels.ideas(runs, dataset, nearest_mean(dataset))
    hidden = disguise.disguise(runs["c"], dataset)
    line, gap = one_pixel.curve("multiply", -0.4), one_pixel.curve("distance", -0.4)
    straight = disguise.straight(one_pixel.VALUES, -0.4)
    made = {
        "products": figures.your_numbers((Pixel(1.0, -0.4), Pixel(0.5, 1.0)), "multiply"),
        "distances": figures.your_numbers((Pixel(0.0, -1.0), Pixel(0.0, -1.0)), "distance"),
        "one": figures.one_pixel(line, gap, 0.8), "pulls": figures.pulls(0.8, -0.4, dataset.digits),
        "two": figures.two_pixels(
            two_pixels.score_map(trained[0], grid), grid, images, dataset.digits, ("1.2", "3.4"),
        ),
        **{f"step {step.key}": figures.step(step, dataset.image_shape) for step in steps},
        "lines": figures.two_lines(gap, straight), "pairs": figures.score_pairs(hidden, dataset.y_test, (3, 7)),
    }
    made = {name: validated(figure) for name, figure in made.items()}
    assert list(made["products"].data[0].x) == pytest.approx([-0.4, 0.5, 0.1])
    assert list(made["products"].data[0].marker.color) == [SECOND, FIRST, FIRST]
    assert list(made["distances"].data[0].x) == [1, 1, 2]
    assert made["distances"].layout.xaxis.range[1] > 2  # the longest bar is in sight
    assert made["one"].data[1].y[0] == pytest.approx(0.8 * -0.4)
    assert made["one"].data[3].y[0] == pytest.approx(1.2)
    assert "−0.32" in [note.text for note in made["one"].layout.annotations]
    # Arrows: paper and ink by the product, then by the distance.
    assert list(made["pulls"].data[0].x) == pytest.approx([0, -0.32])
    assert list(made["pulls"].data[2].x) == pytest.approx([-0.4, -1.2])
    assert list(made["pulls"].data[3].marker.symbol) == ["triangle-left"] * 2
    np.testing.assert_array_equal(made["two"].data[0].z, two_pixels.score_map(trained[0], grid))
    for step in steps:
        assert list(made[f"step {step.key}"].data[-1].x) == [step.accuracy]
    np.testing.assert_array_equal(made["step e"].data[0].z.ravel(), runs["e"].weights[-1])
    assert len(made["step d"].data) == 3
    np.testing.assert_array_equal(made["lines"].data[1].y, straight)
    shown = made["pairs"].data[0].x.size + made["pairs"].data[1].x.size
    assert shown == min(400, len(dataset.X_test))


def test_the_colours_mean_the_scores_and_the_digits_and_boundaries_are_dashed(case):
    _, dataset, runs = case
    pair = two_pixels.informative_pixels(dataset)
    one = figures.one_pixel(one_pixel.curve("multiply", 0.5), one_pixel.curve("distance", 0.5), 0.8)
    assert [one["data"][i]["line"]["color"] for i in (0, 2)] == [MULTIPLY, DISTANCE]
    grid = np.linspace(0, 1, 5)
    two = figures.two_pixels(
        np.zeros((5, 5)), grid, two_pixels.pair_counts(dataset, pair), dataset.digits, ("1.1", "2.2"),
    )
    assert two["data"][1]["line"] == dict(color=NEUTRAL, width=3, dash="dash")
    bars = [figures.step(step, dataset.image_shape)["data"][-1]["marker"]["color"]
            for step in all_pixels.ideas(runs, dataset, nearest_mean(dataset))]
    assert bars == [DISTANCE] * 4 + [MULTIPLY] * 2
