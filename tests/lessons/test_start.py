"""The page Start: a bias that is moved by hand, and what the model then answers."""

import itertools

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import start
from explorer.lessons.runs import model_answers


@pytest.fixture(scope="module", params=["digits", "mnist"])
def case(request):
    dataset = request.getfixturevalue(request.param)
    return dataset, train(dataset, start.start_model(Settings(dataset=request.param)))


def scores(dataset, run):
    return dataset.X_test.astype(float) @ run.weights[-1].astype(float) + float(run.biases[-1])


def test_the_first_model_keeps_data_and_seed_and_starts_from_zeros():
    given = Settings(digits=(1, 0), inverted=True, black_and_white=True, seed=4, loss="hinge", learning_rate=0.1)
    assert start.start_model(given) == Settings(
        digits=(1, 0), inverted=True, black_and_white=True, seed=4, start="zeros"
    )


def test_a_bias_far_enough_up_answers_the_first_digit_to_everything(case):
    dataset, run = case
    bias, answers = float(run.biases[-1]), model_answers(run, dataset)
    choices, moves = start.answer_choices((3, 7)), start.moves(answers)
    n = len(dataset.y_test)
    for moved, wanted, said in (
        (0.0, choices[2], "With the learned bias"), (moves[-1], choices[0], f"calls all {n:,} unseen images a 3"),
        (moves[0], choices[1], f"calls all {n:,} unseen images a 7"), (1.0, choices[2], "raised"),
        (-1.0, choices[2], "lowered"),
    ):
        sentence, happened = start.answers_with_moved_bias(answers, dataset, bias, moved)
        assert happened == wanted
        assert said in sentence
        says = scores(dataset, run) + moved > 0
        if wanted == choices[2]:
            counted = f"calls {says.sum():,} of {n:,} unseen images a 3 and {(~says).sum():,} a 7"
            assert counted in " ".join(sentence.split())
        assert f"{100 * np.mean(says == (dataset.y_test > 0)):.1f}\N{NO-BREAK SPACE}%" in sentence
        assert f"{bias + moved:.2f}".replace("-", "−") in sentence


def assert_both_ends_are_reached(settings):
    dataset = load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)
    run = train(dataset, start.start_model(settings))
    moves = start.moves(model_answers(run, dataset))
    found = scores(dataset, run)
    assert (found + moves[-1] > 0).all()
    assert (found + moves[0] < 0).all()
    assert moves[0] == -moves[-1] <= -15.0  # where old links reach
    assert moves[-1] <= start.MOST
    assert 0.0 in moves
    assert len(moves) <= 203
    np.testing.assert_allclose(np.diff(moves), moves[1] - moves[0])
    # Each is a place of the slider, which has steps.
    assert all((move / start.STEP).is_integer() for move in moves)


@pytest.mark.parametrize(("inverted", "black_and_white"), [*itertools.product((False, True), repeat=2)])
@pytest.mark.parametrize("digits", [(3, 7), (7, 3), (1, 0), (4, 9), (8, 1)])
def test_at_both_ends_every_image_gets_the_same_answer(digits, inverted, black_and_white):
    assert_both_ends_are_reached(Settings(digits=digits, inverted=inverted, black_and_white=black_and_white))


@pytest.mark.parametrize("digits", [(3, 7), (1, 7), (4, 9)])
@pytest.mark.parametrize("inverted", [False, True])
def test_at_both_ends_every_image_of_mnist_gets_the_same_answer(digits, inverted, mnist):
    assert_both_ends_are_reached(Settings(dataset="mnist", digits=digits, inverted=inverted))


def test_an_image_is_turned_only_by_the_bias_and_only_to_the_wrong_answer():
    assert start.is_turned(2.0, 1, -3.0)
    assert start.is_turned(-2.0, 0, 2.5)
    assert not start.is_turned(2.0, 1, -1.0)  # not far enough
    assert not start.is_turned(2.0, 1, 0.0)
    assert not start.is_turned(-2.0, 1, 0.0)  # wrong by itself
    assert not start.is_turned(-2.0, 1, 3.0)  # set right by the bias
