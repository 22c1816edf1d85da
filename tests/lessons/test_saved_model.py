"""A saved model: read as it was saved, compared, and trained further as the engine does."""

import numpy as np
import pytest

from explorer.engine.settings import Leg, Settings
from explorer.engine.training import train, train_from
from explorer.export import weights_npy, weights_npz
from explorer.inputs.arrays import FileError
from explorer.lessons import saved_model as lesson
from tests.support import hostile_files

SETTINGS = Settings(loss="hinge", learning_rate=0.1, epochs=7, batch_size=None, digits=(1, 5), inverted=True)
IN_LEGS = Settings(epochs=2, decay="cosine", legs=(Leg(3, 0.01, "hinge", False), Leg(1, 0.1, "log_loss", True)))


def saved(run, shape=(8, 8)) -> bytes:
    return weights_npz(run.weights[-1], float(run.biases[-1]), run.settings, shape)


@pytest.mark.parametrize("settings", [SETTINGS, IN_LEGS], ids=("one leg", "three legs"))
def test_a_whole_model_comes_back_to_the_bit(digits, settings):
    run = train(digits, settings)
    model = lesson.read(saved(run), "m.npz")
    assert np.array_equal(model.weights, run.weights[-1])
    assert model.weights.dtype == np.float32
    assert model.bias == run.biases[-1]
    assert model.settings == settings
    assert model.has_bias


def test_a_model_trained_in_legs_says_so(digits):
    assert "in three legs, 6 epochs in all" in lesson.about(lesson.read(saved(train(digits, IN_LEGS)), "m.npz"))


def test_weights_alone_come_back_without_a_bias(digits):
    run = train(digits, SETTINGS)
    model = lesson.read(weights_npy(run, (8, 8)), "w.npy")
    assert np.array_equal(model.weights, run.weights[-1])
    assert (model.bias, model.has_bias, model.settings) == (0.0, False, None)
    assert "0 is used" in lesson.about(model)


@pytest.mark.parametrize("weights", [
    np.ones(64), np.ones((8, 8), int), np.ones((28, 28), ">f8"), np.ones(784, np.float16), np.ones((8, 8), bool),
    np.asfortranarray(np.arange(64.0).reshape(8, 8)),
], ids=lambda w: f"{w.dtype} {w.shape}")
def test_weights_of_other_programs_are_read(weights):
    model = lesson.read(hostile_files.saved(weights), "w.npy")
    assert np.array_equal(model.weights, weights.ravel().astype(np.float32))


@pytest.mark.parametrize("text", [
    "", "{", "[]", "5", "null", "NaN", '{"dataset": 5}', '{"dataset": "x"}', '{"epochs": 1e999}', '{"epochs": true}',
    '{"digits": [3, 3]}', '{"digits": "37"}', '{"digits": [[3], 7]}', '{"loss": {}}', "[" * 400,
    '{"seed": ' + "9" * 400 + "}",
    '{"legs": 5}', '{"legs": [5]}', '{"legs": [{"epochs": 5}]}', '{"legs": {"a": 1}}',
    '{"dataset": "mnist"}', "x" * 5000, "\ud800".encode("utf-16", "surrogatepass").decode("utf-16-le", "ignore"),
], ids=lambda text: repr(text[:20]))
def test_settings_that_cannot_be_read_are_left_out(text):
    content = hostile_files.npz(weights=np.ones((8, 8)), bias=np.float32(1), settings=np.array(text))
    assert lesson.read(content, "m").settings is None


def test_settings_that_say_less_or_more_are_completed():
    content = hostile_files.npz(weights=np.ones(64), settings=np.array('{"loss": "hinge", "other": 1}'))
    assert lesson.read(content, "m").settings == Settings(loss="hinge")


@pytest.mark.parametrize(("settings", "shown", "differs"), [
    (SETTINGS, SETTINGS, {}), (SETTINGS, Settings(), {"digits": (1, 5), "inverted": True}),
    (Settings(), Settings(dataset="mnist"), {"dataset": "digits"}), (None, SETTINGS, {}),
    (None, Settings(dataset="mnist"), {"dataset": "digits"}),
])
def test_images_that_are_not_the_model_s_are_named(settings, shown, differs):
    model = lesson.Model(np.ones(64, np.float32), 0.0, True, settings, "m")
    assert lesson.data_of(model, shown) == differs
    if differs:
        assert lesson.other_data(model, differs).count(";") == len(differs) - 1


def test_a_model_goes_on_as_if_it_had_not_been_saved(digits):
    """Saved, read and trained further: the numbers of the engine's own training from there."""
    first = train(digits, Settings(epochs=5, start="zeros"))
    model = lesson.read(saved(first), "m")
    more = Settings(epochs=4, learning_rate=0.2)
    run = train_from(digits, more, model.weights, model.bias)
    assert np.array_equal(run.weights[0], first.weights[-1])
    direct = train_from(digits, more, first.weights[-1], float(first.biases[-1]))
    assert np.array_equal(run.weights, direct.weights)
    assert run.test_accuracy[0] == first.test_accuracy[-1]
    resting = lesson.at_rest(run)
    assert resting.last_epoch == 1
    assert np.array_equal(resting.weights[1], first.weights[-1])


def test_the_score_of_the_model_is_kept():
    model = lesson.Model(np.ones(64, np.float32), 0.0, True, Settings(score="distance"), "m")
    assert lesson.going_on(model, Settings(epochs=3)) == Settings(epochs=3, score="distance")
    assert "distance" in lesson.score_note(model, Settings()).lower()
    assert lesson.score_note(model, Settings(score="distance")) is None


@pytest.mark.parametrize("settings", [Settings(epochs=5), Settings(epochs=40, learning_rate=5.0, l2=1.0)], ids=str)
def test_the_sentence_and_the_table_have_the_numbers_of_the_runs(digits, settings):
    model = lesson.of_run(train(digits, Settings(epochs=1)), "m")
    run, anew = train_from(digits, settings, model.weights, model.bias), train(digits, settings)
    n = len(digits.X_test)
    text = lesson.sentence(run, anew, 0.9, digits)
    for accuracy in (run.test_accuracy[0], run.test_accuracy[run.last_epoch], anew.test_accuracy[anew.last_epoch]):
        assert f"{round(accuracy * n)}" in text
    assert ("infinite" in text) is (run.diverged_at is not None)
    columns = list(lesson.table(run, anew, 0.9, 1.5).values())
    assert [len(column) for column in columns] == [4] * 4
    assert columns[1][3] == "90.0\N{NO-BREAK SPACE}%"
    assert lesson.outcome(run, anew, digits) in lesson.EXPECTATIONS


def test_the_epochs_since_a_model_was_saved_are_counted(digits):
    model = lesson.Model(np.ones(64, np.float32), 0.0, True, None, "m")
    for _ in range(3):
        model = lesson.after(model, train_from(digits, Settings(epochs=5), model.weights, model.bias))
    assert "m, and 15 more epochs" in lesson.about(model)


def test_a_wrong_size_names_the_right_ones():
    with pytest.raises(FileError, match="8 × 8 or 28 × 28"):
        lesson.read(hostile_files.saved(np.ones((9, 9))), "w")
