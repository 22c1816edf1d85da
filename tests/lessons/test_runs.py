"""Answers, notes and formulas of one run, against numbers computed again from the run."""

import math
import re

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.first_epoch import within_first_epoch
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import scores_of, train
from explorer.lessons.runs import (
    curves_of,
    epochs_shown,
    frames,
    learned,
    model_answers,
    model_in_frame,
    starts_at_zero,
    weight_picture,
    weights_note,
    whole_epochs,
)
from explorer.lessons.sums import score_sum, sentence_of_test_image
from explorer.lessons.train.formulas import formulas
from explorer.lessons.words import chance, number, percent

# Settings that lead to very different runs on the built-in digits.
KINDS = {
    "learned": Settings(),
    "diverged": Settings(l2=1.0, learning_rate=100.0),
    "flat": Settings(loss="zero_one"),
    "median": Settings(loss="pixel_distance", score="distance"),
    "one_answer": Settings(score="distance", bias=False, learning_rate=0.01),
    "too_big": Settings(score="distance"),
    "still_learning": Settings(learning_rate=0.001, start="zeros"),
}


def read_number(text: str) -> float:
    """A number as the page writes it: "−0.26", "2.24 × 10³²"."""
    text = text.replace("−", "-").replace(" × 10", "e")
    return float(text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def test_numbers_have_a_minus_sign_and_large_ones_a_power_of_ten():
    for value, text in (
        (-0.004, "0.00"), (-3.141, "−3.14"), (999_999.4, "999999.40"), (1e6, "1 × 10⁶"), (-2.2418e32, "−2.24 × 10³²"),
    ):
        assert number(value) == text
        assert read_number(text) == pytest.approx(value, rel=2e-3, abs=5e-3)
    assert number(2.02e-5, ".3g") == "2.02 × 10⁻⁵"


def test_no_model_is_quite_sure():
    assert [chance(p) for p in (0, 0.0004, 0.0005, 0.105, 0.99949, 0.9996, 1)] == [
        f"{shown}\N{NO-BREAK SPACE}%" for shown in (
            "less than 0.1", "less than 0.1", "0.1", "10.5", "99.9", "more than 99.9", "more than 99.9",
        )
    ]


def test_only_all_is_100_percent_and_only_nothing_is_0():
    assert [percent(x) for x in (0, 0.0001, 0.5, 0.97768, 0.99999, 1)] == [
        f"{shown}\N{NO-BREAK SPACE}%" for shown in ("0.0", "0.1", "50.0", "97.8", "99.9", "100.0")
    ]


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_answers_by_hand(digits, settings):
    run = train(digits, settings)
    answers = model_answers(run, digits, most=5)
    weights, bias = run.weights[run.last_epoch], run.biases[run.last_epoch]
    for i in (0, 17, 108):
        x = digits.X_test[i]
        by_hand = x @ weights + bias if settings.score == "multiply" else bias - np.abs(x - weights).sum()
        assert answers.scores[i] == pytest.approx(by_hand, rel=1e-3, abs=1e-3)
    assert answers.counts.sum() == len(digits.X_test)
    assert answers.counts[0].sum() == digits.y_test.sum()
    assert answers.wrong == answers.counts[0, 1] + answers.counts[1, 0]
    assert answers.wrong / len(digits.X_test) == pytest.approx(1 - run.test_accuracy[run.last_epoch])
    wrongness = np.where(digits.y_test == 1, -answers.scores, answers.scores)[answers.most_wrong]
    assert (np.diff(wrongness) <= 0).all()
    if answers.wrong:
        is_wrong = (answers.scores > 0) != (digits.y_test == 1)
        assert is_wrong[answers.most_wrong].all()
        assert wrongness[0] == np.where(digits.y_test == 1, -answers.scores, answers.scores)[is_wrong].max()
        assert len(answers.most_wrong) == min(5, answers.wrong)
    else:
        assert len(answers.most_wrong) == 5


@pytest.mark.parametrize("score", SCORES)
def test_the_score_sum_of_an_image_adds_up_as_shown(digits, score):
    run = train(digits, Settings(score=score, learning_rate=0.1))
    for image in range(0, 109, 9):
        text = sentence_of_test_image(run, digits, image).replace("−", "-").replace("- ", "-").replace("+ ", "+")
        total, bias, value = map(float, re.search(r"Score: (\S+) (\S+) \(the bias\) = (\S+)\. The", text).groups())
        assert round(total + bias, 2) == value
        exact = scores_of(digits.X_test[image][None], run.settings, run.weights[-1], float(run.biases[-1]))[0]
        assert value == pytest.approx(exact, abs=2e-2)
        assert score_sum(run, digits, digits.X_test[image]).parts.sum() == pytest.approx(total, abs=1e-2)
        shown = 3 if digits.y_test[image] else 7
        assert text.startswith(f"Test image {image} shows a {shown}.")
        assert f"Answer: **{3 if exact > 0 else 7}**." in text
        assert text.endswith("Correct." if (exact > 0) == (shown == 3) else "Wrong.")
        assert f"{percent(1 / (1 + math.exp(-value)))} for 3" in text.replace("-", "−")
    without = sentence_of_test_image(train(digits, Settings(bias=False)), digits, 0)
    assert "gives the score" in without
    assert "bias" not in without


def test_what_was_learned_and_the_start_add_up_to_the_weights(digits):
    for settings in KINDS.values():
        run = train(digits, settings)
        for epoch in (0, run.last_epoch):
            shown = learned(run, epoch)
            np.testing.assert_array_equal(shown, run.weights[epoch] - run.weights[0])
            np.testing.assert_allclose(run.weights[0] + shown, run.weights[epoch], rtol=1e-5, atol=1e-6)
        assert not np.shares_memory(weight_picture(run, False).values, run.weights)
    assert starts_at_zero(train(digits, Settings(start="zeros")))
    assert not starts_at_zero(train(digits, Settings()))


@pytest.mark.parametrize("settings", [
    *KINDS.values(), Settings(learning_rate=0.0001), Settings(start="mean_image", score="distance"),
])
def test_the_arithmetic_of_the_note_adds_up_as_shown(digits, settings):
    run = train(digits, settings)
    note = weights_note(run, digits, is_learned=True)
    moved = run.weights[run.last_epoch] - run.weights[0]
    if not moved.any():
        assert "Training changed no weight here: start + 0 = weight." in note
        return
    found = re.search(r"In row (\d+), column (\d+), .* most: (.+) ([+−]) (.+) = (.+)\. On", note)
    row, column = int(found[1]), int(found[2])
    start, change, weight = (read_number(found[i]) for i in (3, 5, 6))
    change *= -1 if found[4] == "−" else 1
    at = 8 * row + column
    assert abs(moved[at]) == np.abs(moved).max()
    assert start + change == pytest.approx(weight, rel=1e-9, abs=1e-9)
    rounded = dict(rel=6e-3, abs=6e-3)  # .3g, and two digits after the point or two digits of the change
    assert (start, change, weight) == pytest.approx((run.weights[0, at], moved[at], run.weights[run.last_epoch, at]),
                                                    **rounded)
    assert change
    neutral = SCORES[settings.score].neutral
    sizes = re.search(r"started (\S+) away from (\S+), and training moved it by (.+?)\.(?: |$)", note)
    assert float(sizes[1]) == pytest.approx(np.abs(run.weights[0] - neutral).mean(), rel=0.06)
    assert float(sizes[2]) == neutral
    assert read_number(sizes[3]) == pytest.approx(np.abs(moved).mean(), rel=0.06)


def test_weights_note_says_what_a_weight_is_where_the_model_multiplies(digits):
    said = "A weight is not a guess of the pixel's value"
    assert said in weights_note(train(digits, Settings()), digits)
    inverted = load(inverted=True)
    assert "which digit paper there argues for" in weights_note(train(inverted, Settings(inverted=True)), inverted)
    # These weights are guesses of values.
    for settings in (Settings(score="distance"), Settings(loss="pixel_distance")):
        assert said not in weights_note(train(digits, settings), digits)


def test_weights_note_counts_the_pixels_without_ink(digits):
    inkless = np.count_nonzero(digits.X_train.max(0) == 0)
    assert inkless > 0
    for settings, is_learned in ((Settings(start="zeros"), False), (Settings(), True)):
        note = weights_note(train(digits, settings), digits, is_learned)
        assert f"{inkless} of the 64 weights never moved" in note
    # A penalty would move them, and so does a start that is not 0 with it.
    assert "never moved" not in weights_note(train(digits, Settings(l2=0.1)), digits, True)


def test_weights_note_distinguishes_a_random_start_from_learned_weights(digits):
    short, held = train(digits, Settings(epochs=2)), train(digits, Settings(l2=0.1))
    found = np.corrcoef(short.weights[0], short.weights[-1])[0, 1]
    assert found**2 > 0.5
    assert "This is still mostly the random starting noise" in weights_note(short, digits)
    assert np.corrcoef(held.weights[0], held.weights[-1])[0, 1] ** 2 < 0.5
    assert "mostly" not in weights_note(held, digits)
    # A penalty undoes the start: what was learned is minus the noise, and says so.
    moved = held.weights[-1] - held.weights[0]
    assert np.corrcoef(held.weights[0], moved)[0, 1] < -0.8
    assert "this picture is mostly that noise with the opposite sign" in weights_note(held, digits, True)
    assert "opposite sign" not in weights_note(short, digits, True)
    assert "noise" not in weights_note(train(digits, Settings(start="zeros")), digits)


@pytest.mark.parametrize("settings", [*KINDS.values(), Settings(loss="hinge"), Settings(loss="squared_error", l2=0.1)])
def test_formulas_hold_the_numbers_of_the_run(digits, settings):
    run = train(digits, settings)
    (_, score), (_, probability), (_, loss), (_, step) = formulas(run, digits)
    plain = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", score)  # 1.5 \cdot 10^{32}: 1.5e32
    parts, bias, value = map(float, re.findall(r"[+-]?\d+\.\d{4}(?:e-?\d+)?", plain)[-3:])
    # Three roundings to four digits after the point.
    assert parts + bias == pytest.approx(value, rel=1e-4, abs=2e-4)
    weights, b = run.weights[run.last_epoch], float(run.biases[run.last_epoch])
    assert value == pytest.approx(scores_of(digits.X_test[:1], settings, weights, b)[0], rel=1e-4, abs=1e-4)
    p = 1 / (1 + math.exp(-value)) if value > -700 else 0
    assert float(probability.rsplit("= ", 1)[1]) == pytest.approx(p, abs=1e-4)
    assert float(loss.rsplit("= ", 1)[1].split()[0]) >= 0
    assert f"{settings.learning_rate:g}" in step
    assert (r"\cdot w_j" in step) == bool(settings.l2)


def test_a_player_shows_all_epochs_or_at_most_so_many_from_the_first_to_the_last():
    assert epochs_shown(0) == [0]
    assert epochs_shown(5) == [0, 1, 2, 3, 4, 5]
    for last in (40, 41, 999, 1000):
        shown = epochs_shown(last)
        assert (shown[0], shown[-1], len(shown)) == (0, last, 41)
        assert shown == sorted(set(shown))


@pytest.mark.parametrize("settings", [Settings(), Settings(batch_size=16, epochs=100), Settings(batch_size=None)])
def test_the_frames_of_a_player_are_the_start_the_first_epoch_and_the_epochs(digits, settings):
    run = train(digits, settings)
    ((curves,), (first,)) = curves_of(digits, [run]), within_first_epoch(digits, [run])
    shown = frames(curves, run.last_epoch)
    n = len(first.steps)
    assert shown[0] == 0
    np.testing.assert_allclose(shown[1 : n + 1], first.steps / curves.steps, atol=1e-6)
    assert shown[n + 1 :] == epochs_shown(run.last_epoch)[1:]
    for frame, epoch in enumerate(shown):
        weights, bias = model_in_frame(run, first, epoch, frame)
        wanted = (first.weights[frame - 1], first.biases[frame - 1]) if 0 < frame <= n else (
            run.weights[int(epoch)], run.biases[int(epoch)],
        )
        np.testing.assert_array_equal(weights, wanted[0])
        assert bias == wanted[1]


def test_curves_join_the_first_epoch_with_the_ends_of_all(digits):
    run = train(digits, Settings(epochs=3))
    ((curves,), (first,)) = curves_of(digits, [run]), within_first_epoch(digits, [run])
    assert curves.epochs.tolist() == [0, 0.25, 0.5, 1, 2, 3]
    assert curves.steps == 4
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        ends, within = getattr(run, name), getattr(first, name)
        assert getattr(curves, name).tolist() == [ends[0], *within, *ends[1:]]
    assert whole_epochs(run).epochs.tolist() == [0, 1, 2, 3]
