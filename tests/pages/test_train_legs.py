"""Train goes on from where a run ends, and stops where a goal is reached; what other pages make of that."""

import json

import numpy as np
import pytest

from explorer.engine.settings import Leg, Settings
from explorer.engine.training import train
from explorer.lessons import goal
from explorer.lessons.runs import curves_of
from explorer.ui.live import NoAnswer, answer
from tests.support.figures import array
from tests.support.live import asked, assert_same, questions, text_in
from tests.support.pages import open_page, spec
from tests.support.serving import ROOT

TWO = "10-0.1-ll-b"
THREE = f"{TWO}_5-0.01-h-n"
TRAINED = Settings(legs=(Leg(10, 0.1, "log_loss", True), Leg(5, 0.01, "hinge", False)))


def learned(app):
    """What the picture of the weights on the screen shows."""
    return array(spec(app, "weights")["data"][0]["z"]).ravel()


def assert_trained(app, digits, settings):
    weights = train(digits, settings).weights
    np.testing.assert_array_equal(learned(app), weights[-1] - weights[0])


def legs_in(app):
    held = app.query_params.get("legs")
    return held[0] if isinstance(held, list) else held


def text(app):
    return " ".join(element.value for kind in ("markdown", "caption") for element in getattr(app, kind))


def test_a_link_opens_a_training_in_legs(digits):
    app = open_page(legs=THREE, decay="cosine")
    assert_trained(app, digits, Settings(legs=TRAINED.legs, decay="cosine"))
    assert "After 35 epochs in three legs" in text(app)
    assert [app.get_by_key(f"leg_3_{field}").value for field in ("epochs", "learning_rate", "loss", "bias")] == [
        5, 0.01, "hinge", False,
    ]
    assert len(spec(app, "curves")["layout"]["shapes"]) == 2
    assert not app.warning


def test_it_goes_on_from_here_up_to_four_legs_and_each_can_be_changed_and_removed(digits):
    app = open_page()
    for code in (TWO, f"{TWO}_10-0.01-ll-b", f"{TWO}_10-0.01-ll-b_10-0.001-ll-b"):
        app.get_by_key("go_on").click().run()
        assert legs_in(app) == code
    assert app.get_by_key("go_on").disabled
    app.get_by_key("remove_leg_4").click().run()
    app.get_by_key("leg_3_epochs").set_value(5).run()
    app.get_by_key("leg_3_loss").set_value("hinge").run()
    app.get_by_key("leg_3_bias").set_value(False).run()
    assert legs_in(app) == THREE
    assert_trained(app, digits, TRAINED)
    app.get_by_key("remove_leg_2").click().run()
    assert legs_in(app) == "5-0.01-h-n"
    next(b for b in app.button if b.label == "Defaults").click().run()
    assert legs_in(app) is None
    assert_trained(app, digits, Settings())
    assert not app.exception


def test_there_is_no_more_room_than_a_training_may_have():
    app = open_page(epochs="1000")
    assert app.get_by_key("go_on").disabled
    assert "1,000 at most" in app.get_by_key("go_on").help
    app = open_page(epochs="700", legs="200-1-ll-b")
    assert app.get_by_key("leg_2_epochs").options[-1] == "300"


@pytest.mark.parametrize(("link", "said"), [
    ({"legs": "5-0.1-ll-b_oops"}, "`oops` was left out"), ({"legs": "1000-0.1-ll-b"}, "at most 1,000"),
    ({"legs": TWO, "loss": "pixel distance"}, "compares pixels"), ({"legs": "9" * 10_000}, "10,000 characters"),
])
def test_damaged_legs_get_a_sentence_and_nothing_else_is_lost(link, said):
    app = open_page(learning_rate="0.5", goal="90", **link)
    assert said in " ".join(warning.value for warning in app.warning)
    assert app.get_by_key("learning_rate").value == 0.5
    assert app.get_by_key("goal").value == "90"


@pytest.mark.parametrize(("field", "value"), [
    ("epochs", 10**9), ("epochs", "many"), ("learning_rate", float("nan")), ("loss", "mse"), ("bias", "yes"),
])
def test_a_forged_choice_of_a_leg_changes_nothing(monkeypatch, field, value):
    import streamlit as st

    from explorer.ui import controls
    from explorer.ui import train as ui

    changed = []
    monkeypatch.setattr(st, "session_state", {f"leg_2_{field}": value})
    monkeypatch.setattr(controls, "set_legs", changed.append)
    ui._change_leg(TRAINED.legs, 0, field)
    assert not changed


def test_a_class_link_hides_the_legs_and_keeps_them(digits):
    app = open_page(legs=THREE, hide="legs,goal", goal="95")
    assert_trained(app, digits, TRAINED)
    for key in ("go_on", "leg_2_epochs", "goal", "stop_there"):
        assert not [widget for kind in (app.button, app.selectbox) for widget in kind if widget.key == key]
    assert "Goal: 95" in text(app)


@pytest.mark.parametrize("percent", [80, 99])
def test_the_goal_is_said_and_marked(digits, percent):
    app = open_page(goal=str(percent))
    run = train(digits, Settings())
    found = goal.progress(curves_of(digits, [run])[0], percent / 100)
    assert goal.when(found, 4) in text_in(app, "goal_reached")
    names = [trace["name"] for trace in spec(app, "curves")["data"]]
    assert names.count(f"goal: {percent}\N{NO-BREAK SPACE}%") == 1 + (found.epoch is not None)
    assert not [trace for trace in spec(open_page(), "curves")["data"] if "goal" in trace["name"]]


def test_stop_there_sets_the_epochs_also_to_numbers_that_the_slider_does_not_offer(digits):
    app = open_page(goal="95", learning_rate="0.2", legs=TWO)
    epoch = goal.progress(curves_of(digits, [train(digits, Settings(learning_rate=0.2))])[0], 0.95).epoch
    assert epoch not in (1, 2, 3, 5, 10, 15, 20)
    app.get_by_key("stop_there").click().run()
    assert app.get_by_key("epochs").value == epoch
    assert legs_in(app) is None
    assert_trained(app, digits, Settings(learning_rate=0.2, epochs=epoch))
    assert not [button for button in app.button if button.key == "stop_there"]
    assert open_page(epochs=str(epoch), learning_rate="0.2").get_by_key("epochs").value == epoch
    found = asked(app, "epochs")  # the slider has one position more
    assert len(found["values"]) == len(app.get_by_key("epochs").options)
    at = app.get_by_key("epochs").options.index(str(epoch))
    assert_same(found["figures"]["curves"][at], spec(app, "curves"), "curves")


def test_it_stops_within_a_leg():
    app = open_page(goal="95", learning_rate="0.01", epochs="5", legs="100-0.2-ll-b_5-1-h-b")
    app.get_by_key("stop_there").click().run()
    epochs = int(legs_in(app).split("-")[0])
    assert legs_in(app) == f"{epochs}-0.2-ll-b"
    assert epochs < 100
    assert f"after epoch {5 + epochs}" in text_in(app, "goal_reached")


def test_with_a_decay_it_cannot_stop_as_a_shorter_training_has_other_rates():
    assert not [button for button in open_page(goal="80", decay="cosine").button if button.key == "stop_there"]


def test_the_sliders_of_legs_and_goals_are_live():
    link = dict(legs=TWO, goal="90", learning_rate="0.1")
    app = open_page(**link)
    found = asked(app, "learning_rate")
    at = app.get_by_key("learning_rate").options.index("1")
    opened = open_page(**link | {"learning_rate": "1"})
    for key in ("curves", "weights", "confusion"):
        assert_same(found["figures"][key][at], spec(opened, key), key)
    assert found["texts"]["what_happened"][at] == text_in(opened, "what_happened")
    said, shown = found["texts"]["goal_reached"][at], text_in(opened, "goal_reached")
    assert said.split(";")[0] == shown.split(";")[0]  # the seconds are never the same
    frames = asked(app, "player")
    assert_same(frames["figures"]["weights"][-1]["data"][0]["z"], spec(app, "weights")["data"][0]["z"], "weights")
    with pytest.raises(NoAnswer):
        answer(questions(app)["epochs"])


@pytest.mark.parametrize("change", [
    {"legs": "nonsense"}, {"legs": [[5, 1.0, "hinge", True]]}, {"legs": 7}, {"decay": "slow"},
])
def test_a_forged_question_about_legs_is_refused(change):
    page, control, settings, choices = json.loads(questions(open_page(legs=TWO))["learning_rate"])
    with pytest.raises(ValueError, match="cannot be read"):
        answer(json.dumps([page, control, settings | change, choices]))
    for goal_ in (0.9 + 1e-9, "90", True, [0.9]):
        with pytest.raises(ValueError, match="goal"):
            answer(json.dumps([page, control, {}, choices | {"goal": goal_}]))


def test_one_image_uses_the_model_of_all_legs(digits):
    app = open_page("one_image", legs=THREE)
    assert "in all the legs" in text(app)
    run = train(digits, TRAINED)
    assert run.biases[-1] == 0
    assert "With the bias" not in text(app)
    assert legs_in(app) == THREE
    shown = open_page("one_image", legs=THREE, what_if="set weight")
    assert not shown.exception


@pytest.mark.parametrize("page", ["compare_losses", "learning_rates", "scikit_learn"])
def test_other_pages_train_in_one_leg_and_say_so(page):
    app, plain = open_page(page, legs=THREE, decay="steps"), open_page(page)
    assert "Your schedule" in text(app)
    assert "Your schedule" not in text(plain)
    for key in {"compare_losses": ["accuracies"], "learning_rates": ["rate_lines"], "scikit_learn": ["way_down"]}[page]:
        assert spec(app, key) == spec(plain, key)


def test_a_run_of_learning_rates_opens_in_train_without_the_legs_of_the_visit():
    app = open_page(legs=THREE)
    app.switch_page(str(ROOT / "pages" / "learning_rates.py")).run()
    link = next(element for element in app.get("page_link") if "Open this run" in element.proto.label)
    assert "legs=none" in link.proto.query_string


def test_compare_losses_ranks_its_runs_and_draws_the_goal():
    app = open_page("compare_losses", goal="97")
    assert "First to 97" in text_in(app, "goal_ranking")
    assert "goal: 97\N{NO-BREAK SPACE}%" in [trace["name"] for trace in spec(app, "accuracies")["data"]]
    assert "goal" not in " ".join(trace["name"] for trace in spec(open_page("compare_losses"), "accuracies")["data"])
    frames = asked(app, "player")
    assert len(frames["figures"]["accuracies"][0]["data"]) == len(spec(app, "accuracies")["data"])


def test_learning_rates_has_a_second_map_for_a_goal():
    app = open_page("learning_rates", goal="95", tables="true")
    maps = [
        json.loads(element.proto.json) for element in app.get("bidi_component")
        if element.proto.component_name == "heat_map"
    ]
    assert len(maps) == 2
    assert maps[1]["words"]["label"].startswith("Epochs to the goal")
    assert "First to 95" in text(app)
    assert "epochs to the goal" in text(app)
