"""The page A saved model: files in, looked at, compared, trained further, and out again."""

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.engine.training import train, train_from
from explorer.export import weights_npy, weights_npz
from explorer.inputs import bounds
from explorer.lessons import saved_model as lesson
from explorer.ui import cached
from tests.pages.test_your_digits import press, said
from tests.support import hostile_files
from tests.support.figures import array
from tests.support.live import text_in
from tests.support.pages import charts, open_page, spec

FIRST = Settings(epochs=3, learning_rate=0.1, start="zeros")


def whole(run, shape=(8, 8)) -> bytes:
    return weights_npz(run.weights[-1], float(run.biases[-1]), run.settings, shape)


def send(app, *files: tuple[str, bytes]):
    app.file_uploader[0].set_value([(name, content, "") for name, content in files])
    app.run()
    assert not app.exception
    return app


def model(app) -> lesson.Model:
    return app.session_state["_saved_model"]


@pytest.fixture(scope="module")
def first(digits):
    return train(digits, FIRST)


def test_a_model_is_compared_and_goes_on_with_the_settings_of_the_page(digits, first):
    app = send(open_page("saved_model", epochs="10", learning_rate="0.5", loss="hinge"), ("mine.npz", whole(first)))
    settings = Settings(epochs=10, learning_rate=0.5, loss="hinge")
    run, anew = train_from(digits, settings, first.weights[-1], float(first.biases[-1])), train(digits, settings)
    library, bias = (lambda fit: (fit.test_accuracy, fit.bias))(cached.scikit_learn_fit(settings))
    assert lesson.sentence(run, anew, library, digits) in text_in(app, "model_happened")
    table = {name: list(column) for name, column in app.table[0].value.items()}
    assert list(table.values()) == list(lesson.table(run, anew, library, bias).values())
    shown = [array(trace["z"]).ravel() for trace in spec(app, "model_weights")["data"]]
    for found, weights in zip(shown, (first.weights[-1], run.weights[-1], anew.weights[-1]), strict=True):
        assert np.array_equal(found, weights)
    accuracies = array(spec(app, "model_curves")["data"][2]["y"])
    assert np.allclose(accuracies, run.test_accuracy)
    assert charts(app) == ["model_weights", "model_curves"]


def test_weights_alone_are_read_and_said_to_have_no_bias(first):
    app = send(open_page("saved_model"), ("w.npy", weights_npy(first, (8, 8))))
    assert model(app).bias == 0
    assert any("0 is used" in element.value for element in app.markdown)


def test_bad_files_get_a_sentence_and_the_model_stays(first):
    app = send(open_page("saved_model"), ("a.npz", whole(first)))
    kept = model(app).key
    files = [content for _, content in hostile_files.arrays() if len(content) < 2_000_000]
    for start in range(0, len(files), bounds.FILES):
        some = files[start : start + bounds.FILES]
        send(app, *((f"{i}.npz", content) for i, content in enumerate(some)))
        assert len(said(app)) == len(some)
        assert model(app).key == kept
    send(app, ("a.exe", b"x"))  # the browser's own dialog would not offer it
    assert len(said(app)) == 1


def test_a_model_for_other_images_waits_until_they_are_shown(mnist):
    run = train(mnist, Settings(dataset="mnist", digits=(1, 5), epochs=1, inverted=True))
    app = send(open_page("saved_model"), ("m.npz", whole(run, (28, 28))))
    (warning,) = app.warning
    assert "784 weights" in warning.value
    assert "1 from 5" in warning.value
    assert charts(app) == ["model_weights"]
    press(app, "model_images")
    assert [app.get_by_key(key).value for key in ("dataset", "first", "second", "inverted")] == ["mnist", 1, 5, True]
    assert not app.warning
    assert charts(app) == ["model_weights", "model_curves"]
    press(app, "undo_change")
    assert app.get_by_key("dataset").value == "digits"


def test_going_on_again_and_again_is_one_long_training(digits):
    app = open_page("saved_model", epochs="5", start="zeros")
    press(app, "model_keep")
    press(app, "model_go_on")
    settings = Settings(epochs=5, start="zeros")
    run = train(digits, settings)
    for _ in range(1):
        run = train_from(digits, settings, run.weights[-1], float(run.biases[-1]))
    assert np.array_equal(model(app).weights, run.weights[-1])
    assert any("and 5 more epochs" in element.value for element in app.markdown)
    press(app, "model_forget")
    assert "_saved_model" not in app.session_state


def test_the_model_s_own_score_is_used(digits):
    run = train(digits, Settings(score="distance", epochs=2))
    app = send(open_page("saved_model"), ("d.npz", whole(run)))
    assert "distance" in app.info[0].value.lower()
    assert "abs" in app.info[0].value or "distance" in app.info[0].value


def test_the_task_is_done_when_going_on_helps(first):
    app = send(open_page("saved_model"), ("m.npz", weights_npz(np.zeros(64), 0.0, Settings(), (8, 8))))
    assert "Done." in text_in(app, "task")


def test_an_image_is_weighed_by_the_saved_model(digits, first):
    app = send(open_page("saved_model", image="4"), ("m.npz", whole(first)))
    sent = next(element for element in app.get("bidi_component") if element.proto.component_name == "balance")
    assert sent.key == "model_balance"
    assert "Test image 4" in sent.proto.json


def test_take_it_home_offers_the_program_that_goes_on(first):
    app = send(open_page("saved_model"), ("m.npz", whole(first)))
    press(app, "take_home")
    printed, script = (code.value for code in app.code)
    assert printed.startswith("test accuracy")
    assert 'np.load("model.npz")' in script


def test_take_it_home_on_train_saves_a_model_that_this_page_reads(digits):
    from explorer.ui import take_home

    settings = Settings(epochs=2)
    cached.run(settings)
    (file,) = [file for file in take_home._files_of_run(settings) if file.name.endswith(".npz")]
    read = lesson.read(file.content(), "m")
    assert read.settings == settings
    assert np.array_equal(read.weights, train(digits, settings).weights[-1])
