"""The page "Start" in Streamlit's own test harness."""

import base64
import importlib
import json

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import start as lesson
from explorer.lessons.runs import model_answers
from tests.support.balance import unpacked, weighed
from tests.support.pages import open_page
from tests.support.serving import ROOT

# Each has the name of its function.
balance, image_strip = (
    importlib.import_module(f"explorer.ui.components.{name}") for name in ("balance", "image_strip")
)


def text(app) -> str:
    return "\n".join(element.value for element in app.markdown)


def strip(app) -> dict:
    return json.loads(app.get_by_key("start_strip").proto.json)


def test_start_shows_a_real_three_whose_pushes_sum_to_its_score():
    app = open_page("start", dataset="digits")
    found = weighed(app, "balance")
    dataset, run = load(), train(load(), lesson.start_model(Settings()))
    x = dataset.X_test[lesson.images_of(dataset, 1)[0]]
    np.testing.assert_allclose(unpacked(found["values"]), x, atol=1e-4)
    np.testing.assert_allclose(unpacked(found["weights"]), run.weights[-1], atol=1e-4)
    parts = x.astype(float) * run.weights[-1]
    np.testing.assert_allclose(unpacked(found["parts"]), parts, atol=1e-4)
    assert found["plus"] / 100 == pytest.approx(parts[parts > 0].sum(), abs=0.0051)
    assert (found["plus"] - found["total"]) / 100 == pytest.approx(-parts[parts < 0].sum(), abs=0.0151)
    assert found["total"] / 100 == pytest.approx(parts.sum(), abs=0.0051)
    assert found["bias"] == pytest.approx(float(run.biases[-1]))
    assert found["slider"]["learned"] == found["slider"]["offset"] == pytest.approx(float(run.biases[-1]))


@pytest.mark.parametrize(("link", "label", "nth"), [
    ({}, 1, 0), ({"nth_first": "4"}, 1, 4), ({"nth_first": "30", "nth_second": "17"}, 1, 30),
    ({"on_balance": "second"}, 0, 0), ({"on_balance": "second", "nth_first": "3", "nth_second": "17"}, 0, 17),
])
def test_a_link_names_the_image_on_the_balance(link, label, nth):
    dataset = load()
    app = open_page("start", dataset="digits", **link)
    x = dataset.X_test[lesson.images_of(dataset, label)[nth]]
    np.testing.assert_allclose(unpacked(weighed(app, "balance")["values"]), x, atol=1e-4)
    # It is the one that is chosen in the strip.
    found = strip(app)
    images = np.frombuffer(base64.b64decode(found["images"]), np.uint8).reshape(len(found["names"]), -1)
    np.testing.assert_allclose(images[found["chosen"]] / 255, x, atol=0.003)
    assert len(found["names"]) == 10


@pytest.mark.parametrize(("component", "name"), [(image_strip, "chosen"), (balance, "picked")])
@pytest.mark.parametrize("sent", [10, 99, -1, True, "0", None, 1.5, [0], 0, 9])
def test_only_what_is_there_can_be_chosen_in_the_strip_or_in_the_picture(component, name, sent, monkeypatch):
    chosen = []
    monkeypatch.setattr(component.st, "session_state", {"key": {name: sent}})
    getattr(component, f"_{name}")("key", 10, chosen.append)
    assert chosen == ([sent] if sent in (0, 9) and sent is not False else [])


def test_moving_the_bias_changes_the_answers():
    app = open_page("start", dataset="digits")
    app.get_by_key("bias_moved").set_value(15.0).run()
    run = train(load(), lesson.start_model(Settings()))
    bias = float(run.biases[-1])
    assert lesson.answers_with_moved_bias(model_answers(run, load()), load(), bias, 15.0)[0] in text(app)
    assert weighed(app, "balance")["bias"] == pytest.approx(bias + 15)
    assert weighed(app, "balance")["slider"]["value"] == 15.0


def test_the_task_is_done_by_a_bias_that_turns_the_answer():
    app = open_page("start", dataset="digits")
    assert "**Your turn.**" in text(app)
    app.get_by_key("bias_moved").set_value(15.0).run()  # the 3 stays a 3
    assert "**Your turn.**" in text(app)
    app.get_by_key("bias_moved").set_value(-15.0).run()
    assert "**Done.**" in text(app)


def test_an_expectation_is_kept_for_the_visit_and_compared_with_what_happened():
    app = open_page("start", dataset="digits")
    assert "You expected" not in text(app)
    app.get_by_key("expect_start").set_value("always 3").run()
    for moved in (0.0, 14.0, -15.0):  # the question is about the right end
        app.get_by_key("bias_moved").set_value(moved).run()
        assert "You expected" not in text(app)
    app.get_by_key("bias_moved").set_value(15.0).run()
    assert "You expected “always 3”, and that is what happened." in text(app)
    app.get_by_key("expect_start").set_value("always 7").run()
    assert "You expected “always 7”; what happened is “always 3”." in text(app)
    app.get_by_key("expect_start").set_value("always 3").run()
    for page in ("train", "start"):
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert app.get_by_key("expect_start").value == "always 3"


def test_what_happened_is_said_when_it_is_asked_for_or_the_bias_is_moved():
    app = open_page("start", has_asked=False, dataset="digits")
    assert "**What you saw.**" not in text(app)
    app.get_by_key("bias_moved").set_value(2.0).run()
    assert "**What you saw.** With the bias raised to" in text(app)


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "nan", "9" * 500, "<script>alert(1)</script>", "²"])
def test_nonsense_in_a_link_shows_the_defaults(value):
    names = ("why_part", "pixel_value", "pixel_weight", "pixel_a", "pixel_b", "nth_first", "nth_second", "bias_moved",
             "on_balance")
    app = open_page("start", dataset="digits", **dict.fromkeys(names, value))
    assert "**What you saw.** With the learned bias" in text(app)
    assert strip(app)["chosen"] == 0
