"""The page Start: the score of one image of each digit, and a bias that is moved by hand."""

import re

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import start
from explorer.lessons.runs import model_answers
from explorer.lessons.sums import score_sum


@pytest.fixture(scope="module", params=["digits", "mnist"])
def case(request):
    dataset = request.getfixturevalue(request.param)
    return dataset, train(dataset, start.start_model(Settings(dataset=request.param)))


def test_the_first_model_keeps_data_and_seed_and_starts_from_zeros():
    given = Settings(digits=(1, 0), inverted=True, black_and_white=True, seed=4, loss="hinge", learning_rate=0.1)
    assert start.start_model(given) == Settings(
        digits=(1, 0), inverted=True, black_and_white=True, seed=4, start="zeros"
    )


@pytest.mark.parametrize("moved", [0.0, -2.5, 15.0])
def test_the_sum_and_the_bias_add_up_to_the_score_as_shown(case, moved):
    dataset, run = case
    weights, bias = run.weights[-1].astype(float), float(run.biases[-1]) + moved
    for image in start.images_of(dataset, 1)[:5].tolist() + start.images_of(dataset, 0)[:5].tolist():
        image_sum = score_sum(
            start.with_moved_bias(run, moved), dataset, dataset.X_test[image], start.HUNDREDTHS
        )
        np.testing.assert_allclose(image_sum.parts, dataset.X_test[image] * run.weights[-1])
        sentence = start.sentence(image_sum, 3, 3 if dataset.y_test[image] else 7)
        text = sentence.replace("−", "-")
        total, sign, shown_bias, score = re.match(
            r"Sum (\S+) ([+-]) bias (\S+) = score \*\*(\S+?)\*\*", text
        ).groups()
        shown_bias = float(shown_bias) * (1 if sign == "+" else -1)
        assert float(total) + shown_bias == pytest.approx(float(score), abs=1e-9)
        assert float(score) == pytest.approx(dataset.X_test[image] @ weights + bias, abs=0.011)
        answer = 3 if dataset.X_test[image] @ weights + bias > 0 else 7
        rightly = (answer == 3) == bool(dataset.y_test[image])
        assert f"answers **{answer}**, {'rightly' if rightly else 'wrongly'}" in sentence


def test_a_bias_far_enough_up_answers_the_first_digit_to_everything(case):
    dataset, run = case
    scores = dataset.X_test @ run.weights[-1] + run.biases[-1]
    choices = start.answer_choices((3, 7))
    for moved, wanted in ((0.0, choices[2]), (1 - scores.min(), choices[0]), (-1 - scores.max(), choices[1])):
        sentence, happened = start.answers_with_moved_bias(model_answers(run, dataset), dataset, float(moved))
        assert happened == wanted
        says = int((scores + moved > 0).sum())
        assert f"3 to {says:,} of {len(scores):,}" in sentence
        right = np.mean((scores + moved > 0) == (dataset.y_test > 0))
        assert f"{100 * right:.1f}\N{NO-BREAK SPACE}% are right" in sentence
