"""The page One image: the score sum of an image against sums by hand, and every number in its sentences."""

import itertools
import re
from decimal import Decimal

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.figures.one_image import certainty, rows_and_bias
from explorer.lessons.one_image.contributions import (
    CHANGES,
    EXPECTATIONS,
    STRIPS,
    change_pixel,
    model_of,
    other_score_model,
    other_score_sentence,
    outcome,
    pixels_to_turn,
    row_sums,
    sentence,
    strip,
    strongest_pixel,
    sure,
)
from explorer.lessons.runs import model_answers
from explorer.lessons.start import start_model
from explorer.lessons.sums import HUNDREDTHS
from explorer.lessons.sums import score_sum as exact_sum
from explorer.lessons.words import percent
from tests.support.figures import validated


def score_sum(run, dataset, x):
    """As the page rounds it."""
    return exact_sum(run, dataset, x, last=HUNDREDTHS)


KINDS = {
    "multiply": Settings(), "no bias": Settings(bias=False, start="zeros"), "inverted": Settings(inverted=True),
    "distance": other_score_model(Settings()), "distance without bias": Settings(score="distance", bias=False),
}


@pytest.fixture(params=KINDS)
def model(request):
    """(run, dataset) of one kind."""
    settings = KINDS[request.param]
    dataset = load("digits", inverted=settings.inverted)
    return train(dataset, settings), dataset


def score_by_hand(run, x, weights=None) -> float:
    w = run.weights[-1].astype(float) if weights is None else weights
    x = x.astype(float)
    pixels = x @ w if run.settings.score == "multiply" else -np.abs(x - w).sum()
    return float(pixels + run.biases[-1])


def numbers_in(text: str) -> list[Decimal]:
    """The numbers with two decimals, in their order."""
    return [Decimal(found) for found in re.findall(r"(?<![\d.])-?\d+\.\d{2}(?!\d)", text.replace("−", "-"))]


def test_rows_bias_and_score_add_up_exactly_as_shown(model):
    run, dataset = model
    for image in range(0, 109, 9):
        x = dataset.X_test[image]
        image_sum = score_sum(run, dataset, x)
        rows = row_sums(image_sum, dataset.image_shape)
        assert len(rows) == 8
        assert sum(rows) == image_sum.total
        assert image_sum.total + image_sum.bias == image_sum.score
        for row, shown in enumerate(rows):
            pixels = slice(8 * row, 8 * row + 8)
            whole = run.weights[-1][pixels].astype(float)
            parts = x[pixels] * whole if run.settings.score == "multiply" else -np.abs(x[pixels] - whole)
            assert float(shown) == pytest.approx(parts.sum(), abs=0.0101)


def test_the_waterfall_holds_the_rows_the_bias_and_the_score(model):
    run, dataset = model
    image_sum = score_sum(run, dataset, dataset.X_test[4])
    rows = row_sums(image_sum, dataset.image_shape)
    for bias in (image_sum.bias, None):
        figure = validated(rows_and_bias(rows, bias, image_sum.score, (3, 7)))
        (bars,) = figure.data
        assert list(bars.y) == [*map(float, rows), *([] if bias is None else [float(bias)]), float(image_sum.score)]
        assert set(bars.measure[:-1]) == {"relative"}
        assert bars.measure[-1] == "total"
        assert len(set(bars.x)) == len(bars.x)
        assert figure.layout.xaxis.ticktext[-1] == "score"
        assert ("bias" in figure.layout.xaxis.ticktext) == (bias is not None)
    # The texts of the bars add up.
    so_far = Decimal(0)
    for words in validated(rows_and_bias(rows, image_sum.bias, image_sum.score, (3, 7))).data[0].text[:-1]:
        step, total = numbers_in(words)
        so_far += step
        assert total == so_far
        assert ("towards 3" in words) == (step > 0)
        assert ("towards 7" in words) == (step < 0)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_adds_up_and_is_the_score_of_the_changed_model(model, change):
    run, dataset = model
    ink, paper = (0, 1) if run.settings.inverted else (1, 0)
    turned = 0
    for image, pixel in itertools.product(range(0, 109, 12), range(2, 64, 7)):
        x = dataset.X_test[image]
        image_sum = score_sum(run, dataset, x)
        what = change_pixel(run, dataset, x, image_sum, pixel, change, weight_to=-2.35)
        new_x, new_w = x.copy(), run.weights[-1].astype(float)
        if change == "set weight":
            new_w[pixel] = -2.35
        elif change != "as it is":
            new_x[pixel] = ink if change == "blot with ink" else paper
        exact = score_by_hand(run, new_x, new_w)
        assert float(what.score) == pytest.approx(exact, abs=0.021)
        if abs(exact) > 0.03:
            assert what.answer == (3 if exact > 0 else 7)
        assert what.turned == (what.answer != image_sum.answer)
        turned += what.turned
        assert what.parts.sum() + run.biases[-1] == pytest.approx(exact, abs=0.011)
        np.testing.assert_allclose(what.values, new_x)
        np.testing.assert_allclose(what.weights, new_w, rtol=1e-6)
        assert f"Row {pixel // 8}, column {pixel % 8}:" in what.sentence
        if np.array_equal(new_x, x) and change != "set weight":
            assert what.score == image_sum.score
            part = Decimal(re.search(r" = (−?[\d.]+)\. ", what.sentence)[1].replace("−", "-"))
            last = numbers_in(what.sentence)[-2:]
            if part:
                without, score = last
                assert score == image_sum.score
                assert score - part == without
            else:
                one, score = last
                assert score == image_sum.score
                w = float(run.weights[-1][pixel])
                assert float(one) == pytest.approx(w if run.settings.score == "multiply" else -abs(1 - w), abs=0.0051)
        else:
            old, new = (
                Decimal(found.replace("−", "-"))
                for found in re.findall(r" = (−?[\d.]+?)(?: becomes|\. )", what.sentence)
            )
            before, now = (
                Decimal(found.replace("−", "-"))
                for found in re.search(r"goes from (\S+) to (\S+?)[,;] ", what.sentence).groups()
            )
            assert before == image_sum.score
            assert now - before == new - old
            assert now == what.score
            assert ("The answer changes to" in what.sentence) == what.turned
            assert ("The answer stays" in what.sentence) != what.turned
            was, is_ = (as_said(1 / (1 + np.exp(-float(score)))) for score in (before, now))
            words = f"of a 3 stays {is_}." if was == is_ else f"of a 3 from {was} to {is_}."
            assert words in what.sentence
    if change == "as it is":
        assert not turned


def test_the_change_by_hand(digits):
    run = train(digits, Settings())
    x = digits.X_test[7]
    weight = f"{run.weights[-1][19]:.3f}".rstrip("0").replace("-", "−")
    sentence = change_pixel(run, digits, x, score_sum(run, digits, x), 19, "blot with ink", 0.0).sentence
    assert x[19] == 0
    assert f"Row 2, column 3: 0 × {weight} = 0.00 becomes" in sentence
    assert f"becomes 1 × {weight} = {run.weights[-1][19]:.2f}".replace("-", "−") in sentence


def test_pixels_to_turn_is_the_smallest_set_that_turns_the_answer(model):
    run, dataset = model
    ink = 0 if run.settings.inverted else 1
    for image in range(0, 109, 6):
        x = dataset.X_test[image]
        says_first = score_by_hand(run, x) > 0
        pixels = pixels_to_turn(run, x, ink)
        # By brute force: the effect of each pixel alone on the score.
        alone = []
        for pixel in range(64):
            other = x.copy()
            other[pixel] = ink
            alone.append(score_by_hand(run, other) - score_by_hand(run, x))
        towards = sorted((-a if says_first else a for a in alone), reverse=True)
        if pixels is None:
            everything = score_by_hand(run, x) + sum(min(a, 0) if says_first else max(a, 0) for a in alone)
            assert (everything > 0) == says_first
            assert outcome(run, x) == "More than five"
            continue
        other = x.copy()
        other[pixels] = ink
        assert (score_by_hand(run, other) > 0) != says_first
        # The best choice of one pixel fewer does not turn it.
        assert abs(score_by_hand(run, x)) > sum(towards[: len(pixels) - 1]) - 1e-6
        assert strongest_pixel(run, x) == pixels[0]
        kind = 0 if len(pixels) == 1 else 1 if len(pixels) <= 5 else 2
        assert outcome(run, x) == EXPECTATIONS[kind]


def test_no_ink_turns_the_answer_of_a_distance_without_a_bias():
    """It always answers 7."""
    dataset = load("digits")
    run = train(dataset, KINDS["distance without bias"])
    for x in dataset.X_test[:20]:
        image_sum = score_sum(run, dataset, x)
        assert image_sum.answer == 7
        assert pixels_to_turn(run, x, 1.0) is None
        assert "Not even ink on all pixels would" in sentence(run, dataset, x, image_sum, 7)


def test_what_you_saw_states_the_sum_the_answer_and_the_pixels(model):
    run, dataset = model
    for image in range(0, 109, 9):
        x, truth = dataset.X_test[image], 3 if dataset.y_test[image] else 7
        image_sum = score_sum(run, dataset, x)
        for known in (truth, None):
            text = sentence(run, dataset, x, image_sum, known)
            shown = numbers_in(text)
            assert shown[-1] == image_sum.score
            assert sum(shown[:-1]) == shown[-1] or run.settings.bias is False
            assert float(shown[-1]) == pytest.approx(score_by_hand(run, x), abs=0.0101)
            answer = 3 if score_by_hand(run, x) > 0 else 7
            assert f"Answer: **{answer}**" in text
            assert ("Correct." in text) == (known is not None and answer == truth)
            assert (f"Wrong: it is a {truth}." in text) == (known is not None and answer != truth)
            pixels = pixels_to_turn(run, x, 0 if run.settings.inverted else 1)
            if pixels is not None:
                assert (f"Ink on the best {len(pixels)} of the 64 pixels would" in text) == (len(pixels) > 1)
            assert 80 < len(text) < 260


def as_said(probability: float) -> str:
    """A probability in words: with one decimal, and never quite 0 or 1."""
    space = "\N{NO-BREAK SPACE}"
    if probability < 0.0005:
        return f"less than 0.1{space}%"
    return f"more than 99.9{space}%" if probability >= 0.9995 else f"{100 * probability:.1f}{space}%"


def test_how_sure_is_the_sigmoid_of_the_score():
    for score in ("-266.12", "-8.85", "-0.40", "0.00", "3.10", "16.17", "900.00"):
        probability = 1 / (1 + np.exp(-float(score)))
        text = sure(Decimal(score), (3, 7))
        assert as_said(probability) in text
        sure_of = (as_said(probability), 3) if float(score) > 0 else (as_said(1 - probability), 7)
        assert "**{} sure of a {}**".format(*sure_of) in text
        points = validated(certainty(float(score), 3)).data
        assert points[1].y == pytest.approx([100 * probability])
        np.testing.assert_allclose(points[0].y, 100 / (1 + np.exp(-np.array(points[0].x))), atol=1e-4)  # float32


def test_the_strip_offers_all_the_wrong_or_the_most_doubtful_images(digits):
    run = train(digits, Settings(train_images=10))
    answers = model_answers(run, digits)
    scores = np.array([score_by_hand(run, x) for x in digits.X_test])
    wrong = {int(i) for i in np.flatnonzero((scores > 0) != (digits.y_test == 1))}
    assert len(wrong) > 3
    assert strip(answers, digits, "all").tolist() == [*range(109)]
    assert set(strip(answers, digits, "wrong").tolist()) == wrong
    assert np.abs(scores[strip(answers, digits, "wrong")])[0] == pytest.approx(max(abs(scores[i]) for i in wrong))
    assert (np.diff(np.abs(scores[strip(answers, digits, "doubtful")])) >= -1e-5).all()
    assert strip(answers, digits, None).tolist() == strip(answers, digits, STRIPS[0]).tolist()


def test_the_model_is_that_of_start_until_another_training_is_chosen():
    images = Settings(dataset="mnist", digits=(1, 0), inverted=True, black_and_white=True, seed=3)
    assert model_of(images) == start_model(images)
    assert model_of(Settings()).start == "zeros"
    for chosen in (Settings(start="mean_image"), Settings(loss="hinge"), Settings(epochs=10), Settings(l2=0.01)):
        assert model_of(chosen) == chosen


def test_a_blank_pad_scores_only_the_bias(digits):
    blank = np.zeros(64, np.float32)
    run = train(digits, Settings())
    text = sentence(run, digits, blank, score_sum(run, digits, blank), None, blank=True)
    bias = f"{run.biases[-1]:.2f}".replace("-", "−")
    assert f"What is left is the bias alone: the score is {bias}." in text
    none = train(digits, KINDS["no bias"])
    text = sentence(none, digits, blank, score_sum(none, digits, blank), None, blank=True)
    assert "Without a bias nothing is left: the score is 0.00." in text
    assert "means **7**" in text


def test_inverted_or_with_distance_a_blank_pad_scores_more_than_the_bias():
    for kind, shown_text in (("inverted", "every value is 1"), ("distance", "every pixel takes its distance away")):
        run = train(load("digits", inverted=KINDS[kind].inverted), KINDS[kind])
        blank = np.full(64, float(KINDS[kind].inverted), np.float32)
        image_sum = score_sum(run, load("digits"), blank)
        text = sentence(run, load("digits"), blank, image_sum, None, blank=True)
        assert shown_text in text
        assert "bias alone" not in text
        total, score = numbers_in(text)
        assert total + image_sum.bias == score
        assert float(score) == pytest.approx(score_by_hand(run, blank), abs=0.0101)


def test_the_other_score_is_trained_on_the_same_images():
    mine = Settings(dataset="mnist", digits=(4, 9), black_and_white=True, inverted=True, seed=5, train_images=300)
    for settings in (mine, Settings(score="distance", digits=(1, 0), train_images=30)):
        other = other_score_model(settings)
        assert other.score != settings.score
        for field in ("dataset", "digits", "black_and_white", "inverted", "seed", "train_images"):
            assert getattr(other, field) == getattr(settings, field)


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_the_model_with_the_other_score_is_accurate(request, name):
    """The comparison is fair: the other score is trained with settings that suit it."""
    dataset = request.getfixturevalue(name)
    assert train(dataset, other_score_model(Settings(dataset=name))).test_accuracy[-1] > 0.95
    multiply = other_score_model(Settings(dataset=name, score="distance"))
    assert train(dataset, multiply).test_accuracy[-1] > 0.96


def test_the_sentence_on_the_other_score_has_its_accuracy_and_the_need_for_a_bias(digits):
    run = train(digits, other_score_model(Settings()))
    x = digits.X_test[2]
    text = other_score_sentence(run, digits, score_sum(run, digits, x))
    total, bias, score = numbers_in(text)
    assert total + bias == score
    assert total < 0 < bias
    assert "no pixel can argue for 3" in text
    right = np.mean([(score_by_hand(run, x) > 0) == (y > 0) for x, y in zip(digits.X_test, digits.y_test, strict=True)])
    assert f"gets {percent(right)} of the unseen images right" in text
    run = train(digits, other_score_model(Settings(score="distance")))
    assert "or, where there is no ink, for none" in other_score_sentence(run, digits, score_sum(run, digits, x))
