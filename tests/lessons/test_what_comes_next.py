"""What the page What comes next computes, and its sentences."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.engine import Settings, cost, train, train_many
from explorer.engine.datasets import load_ten
from explorer.engine.layers import layers
from explorer.engine.softmax import train_ten
from explorer.lessons.what_comes_next import against_all, exclusive_or, hidden, ten
from explorer.lessons.words import percent


@pytest.fixture(scope="module")
def runs(digits):
    usual = Settings()
    return train_many(digits, [hidden.model(usual, 6), hidden.single(usual)])


def test_the_two_models_differ_in_the_hidden_layer_alone():
    asked = Settings(score="distance", loss="hinge", learning_rate=0.5, l2=0.1, train_images=100, start="zeros", seed=3)
    layered, single = hidden.model(asked, 7), hidden.single(asked)
    assert replace(layered, hidden_units=0, start="zeros") == single
    assert (layered.hidden_units, single.score, single.loss, single.l2) == (7, "multiply", "log_loss", 0)
    assert (single.learning_rate, single.start, single.seed) == (0.5, "zeros", 3)


def test_the_strongest_units_come_first_and_the_silent_ones_last(digits, runs):
    run, _ = runs
    rows = run.weights.copy()
    model = layers(rows[-1], 6)  # the same memory
    model.biases[:] = 1000  # never silent
    model.weights[2], model.biases[2], model.output[2] = -1, -1, 9.0  # never above 0
    changed = replace(run, weights=rows)
    silent = hidden.is_silent(changed, digits)
    assert silent.tolist() == [False, False, True, False, False, False]
    units = hidden.units_of(changed, silent, is_learned=False)
    assert [unit.is_silent for unit in units] == [False] * 5 + [True]
    strengths = [abs(unit.output) for unit in units[:5]]
    assert strengths == sorted(strengths, reverse=True)
    assert units[-1].output == 9
    assert hidden.caption(units[-1], (3, 7)) == "says nothing"


def test_a_picture_is_turned_to_what_it_argues_for(digits, runs):
    run, _ = runs
    model, start = layers(run.weights[-1], 6), layers(run.weights[0], 6)
    for unit in hidden.units_of(run, hidden.is_silent(run, digits), is_learned=True):
        (i,) = np.flatnonzero(model.output == np.float32(unit.output))
        sign = 1 if unit.output >= 0 else -1
        np.testing.assert_array_equal(unit.weights, sign * (model.weights[i] - start.weights[i]))
        if not unit.is_silent:
            words = f"for {3 if sign > 0 else 7}: {'+' if sign > 0 else '−'}{abs(unit.output):.2f}"
            assert hidden.caption(unit, (3, 7)) == words


def test_the_sentence_has_the_numbers_of_the_runs(digits, runs):
    layered, single = runs
    said = hidden.sentence(layered, single, digits)
    wrong = [(np.round((1 - run.test_accuracy[-1]) * len(digits.X_test))) for run in runs]
    if not any(wrong):
        assert "nothing left to do better" in said
    assert percent(layered.test_accuracy[-1]) in said
    worse = replace(layered, test_accuracy=layered.test_accuracy - 0.2)
    assert hidden.happened(worse, single, digits) == hidden.MORE
    assert hidden.happened(single, worse, digits) == hidden.FEWER
    assert hidden.happened(single, single, digits) == hidden.SAME
    said = hidden.sentence(worse, single, digits)
    assert f"{6 * 66 + 1} instead of 65" in said
    assert f"{hidden.mistakes(worse, digits)} mistakes" in said


def test_what_diverges_is_said(digits):
    run = train(digits, hidden.model(Settings(learning_rate=100.0, epochs=30, batch_size=16), 30))
    single = train(digits, hidden.single(Settings(epochs=30)))
    said = hidden.sentence(run, single, digits)
    silent = int(hidden.is_silent(run, digits).sum())
    assert silent
    assert "say" in said
    assert ("became infinite" in said) == (run.diverged_at is not None)


def test_as_many_epochs_as_there_is_time_for():
    shape = 13_007, 2_163, 784
    asked = Settings(dataset="mnist", epochs=30, batch_size=16)
    trained = hidden.affordable(asked, 64, shape)
    assert trained.epochs < 30
    assert cost.seconds(shape, [hidden.model(trained, 64), hidden.single(trained)]) <= cost.BUDGET
    usual = replace(asked, epochs=20, batch_size=64)
    assert hidden.affordable(usual, 64, shape) == usual  # 20 epochs, whatever the number of units


def test_the_points_of_the_exclusive_or():
    points = exclusive_or.points()
    for X, y in ((points.X_train, points.y_train), (points.X_test, points.y_test)):
        ink = X > 0.5
        assert (np.abs(X - ink) <= exclusive_or.GREY).all()
        np.testing.assert_array_equal(y, ink[:, 0] ^ ink[:, 1])
        assert np.unique(ink, axis=0, return_counts=True)[1].tolist() == [len(X) / 4] * 4


@pytest.mark.parametrize("seed", [0, 500])
def test_no_single_layer_gets_it_and_two_units_do(seed):
    single = exclusive_or.tries(0, seed)
    assert single.accuracy <= 0.75
    one = exclusive_or.tries(1, seed)
    assert one.accuracy <= 0.76
    assert one.solved == 0
    two = exclusive_or.tries(2, seed)
    assert two.accuracy >= exclusive_or.SOLVED
    assert exclusive_or.is_solved_with_two(two)
    assert not exclusive_or.is_solved_with_two(one)
    assert percent(two.accuracy) in exclusive_or.sentence(two, single)
    assert "takes two" in exclusive_or.sentence(one, single)


def test_a_fold_is_where_a_unit_is_0():
    run = exclusive_or.tries(2, 0).best
    model = layers(run.weights[-1].astype(float), 2)
    assert exclusive_or.folds(run)
    for x, y in exclusive_or.folds(run):
        sums = np.stack([x, y], axis=1) @ model.weights.T + model.biases
        assert np.abs(sums).min(1).max() < 1e-4


def test_the_map_is_the_score_at_each_place():
    run = exclusive_or.tries(2, 0).best
    grid, scores = exclusive_or.grid(), exclusive_or.score_map(run)
    model = layers(run.weights[-1].astype(float), 2)
    for row, column in ((0, 0), (10, 50), (60, 3)):
        sums = np.array([grid[column], grid[row]]) @ model.weights.T + model.biases
        assert scores[row, column] == pytest.approx(np.maximum(sums, 0) @ model.output + run.biases[-1], rel=1e-5)


def test_one_against_all_counts_what_is_found_and_what_is_not():
    images, s = load_ten("digits"), Settings()
    layered, single = train_many(images.against_all((3, 7)), [hidden.model(s, 20), hidden.single(s)])
    found = against_all.answers(single, images)
    scores = images.X_test @ single.weights[-1] + single.biases[-1]
    yes, is_3 = scores > 0, images.y_test == 3
    assert found.found == (yes & is_3).sum() / is_3.sum()
    assert found.false_alarms == (yes & ~is_3).sum()
    assert found.accuracy == pytest.approx(single.test_accuracy[-1])
    assert found.accuracy == pytest.approx((found.right * found.images).sum() / len(images.y_test))
    assert found.always_no == pytest.approx((~is_3).mean())
    with_layer = against_all.answers(layered, images)
    assert with_layer.accuracy > found.accuracy > found.always_no
    said = against_all.sentence(with_layer, found)
    for share in (found.always_no, found.found, found.accuracy, with_layer.found, with_layer.accuracy):
        assert percent(share) in said
    assert "no better" in against_all.sentence(replace(with_layer, yes=found.yes), found)
    table = against_all.table(with_layer, found)
    assert [len(cells) for cells in table.values()] == [3, 3, 3, 3]


def test_all_ten_digits_the_answers_and_the_most_frequent_mistake():
    images = load_ten("digits")
    run = train_ten(images, replace(ten.model(Settings()), epochs=20))
    counts = ten.confusion(run, images)
    assert counts.sum() == len(images.y_test)
    assert np.trace(counts) / counts.sum() == pytest.approx(run.test_accuracy[-1])
    assert counts.sum(1).tolist() == np.bincount(images.y_test).tolist()
    mistake = ten.most_frequent_mistake(run, images)
    assert mistake.count == counts[mistake.digit, mistake.answer] == (counts - np.diag(np.diag(counts))).max()
    assert set(images.y_test[mistake.images].tolist()) == {mistake.digit}
    perfect = replace(images, X_test=images.X_test[:0], y_test=images.y_test[:0])
    assert ten.most_frequent_mistake(run, perfect) is None
    assert ten.frames(run)[0] == 0
    assert ten.frames(run)[-1] == 20


def test_the_trainings_of_the_page_fit_its_time():
    images, s = load_ten("digits"), ten.model(Settings())
    assert 0.1 < ten.seconds(images, s) < cost.PAGE - ten.fit_seconds(images)


def test_mnist_fits_its_time(mnist):
    images, s = load_ten("mnist"), ten.model(Settings(dataset="mnist"))
    assert ten.seconds(images, s) + ten.fit_seconds(images) < cost.PAGE
    asked = Settings(dataset="mnist", epochs=30, batch_size=16)
    assert against_all.affordable(asked, 64, images).epochs < 30
