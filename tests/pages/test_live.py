"""While a slider is dragged, the browser shows what the page would show if its value were committed."""

import json
import re

import numpy as np
import pytest

from explorer.contents import PAGES
from explorer.engine.first_epoch import within_first_epoch
from explorer.engine.settings import EPOCH_STEPS, LEARNING_RATES, LIMITS, Settings
from explorer.engine.training import train
from explorer.lessons.learning_rates import RATES
from explorer.lessons.runs import first_epochs
from explorer.lessons.train.verdict import facts
from explorer.ui.live import NoAnswer, answer, question, series_of
from tests.pages.test_tables import EVERY_STATE
from tests.support.figures import array
from tests.support.live import asked, assert_same, assert_the_page_shows, questions, sent_to_live, text_in
from tests.support.pages import open_page, spec

LIVE = {
    "start": {"bias_moved"},
    "why_multiply": {"value_a", "weight_a", "value_b", "weight_b", "pixel_value", "pixel_weight"},
    "one_image": {"weight_to"}, "bias": {"ink_weight", "ink_bias", "blank_draw", "blank_bias"},
    "prices": {"apple", "pear", "guess", "price_rate", "bag"}, "train": {"learning_rate", "epochs", "player"},
    "compare_losses": {"player"}, "learning_rates": {"cell_rate"}, "scikit_learn": {"learning_rate", "penalty"},
    "be_the_optimiser": {"painted", "own_bias", "picture_bias", "epochs"},
    "what_comes_next": {"units", "xor_units", "player"},
}


@pytest.mark.parametrize(("page", "control", "values", "link"), [
    ("train", "learning_rate", LEARNING_RATES, {}),
    ("train", "learning_rate", LEARNING_RATES, {
        "score": "distance", "loss": "hinge", "start": "mean image", "epochs": "3", "inverted": "true", "bias": "false",
    }),
    ("learning_rates", "cell_rate", RATES, {"sweep_bias": "both", "cell_loss": "hinge", "cell_bias": "false"}),
    ("scikit_learn", "learning_rate", LEARNING_RATES, {"penalty": "0.1", "beside": "other batches"}),
    ("scikit_learn", "penalty", LIMITS["l2"].options, {"learning_rate": "5", "bias": "false"}),
])
def test_a_page_shows_what_was_seen_while_its_slider_was_dragged(page, control, values, link):
    found = asked(open_page(page, **link), control)
    assert found["values"] == [*range(len(values))]
    for at in {0, len(values) // 2, len(values) - 1}:
        opened = open_page(page, **link | {control: f"{values[at]:g}"})
        assert_the_page_shows(opened, found, at)
        # The question does not depend on the value: it is asked once, however often the slider is moved.
        assert asked(opened, control) == found


@pytest.mark.parametrize("link", [{}, {"loss": "squared error", "learning_rate": "100", "l2": "1"}])
def test_epochs_are_parts_of_one_long_run(digits, link):
    """The sentence compares with no other learning rate: that would take a training for each number of epochs."""
    app = open_page("train", **link)
    found = asked(app, "epochs")
    assert found["values"] == [*range(len(EPOCH_STEPS))]
    for at in (0, 6, len(EPOCH_STEPS) - 1):
        opened = open_page("train", **link | {"epochs": str(EPOCH_STEPS[at])})
        for key in ("curves", "weights", "confusion"):
            assert_same(found["figures"][key][at], spec(opened, key), key)
        assert found["texts"]["weights_note"][at] == text_in(opened, "weights_note")
        assert text_in(opened, "what_happened")


def test_the_first_epochs_of_a_run_are_a_shorter_run(digits):
    for settings in (Settings(epochs=50), Settings(epochs=50, l2=1.0, learning_rate=100.0)):
        run = train(digits, settings)
        for n in (1, 10, 50):
            short, part = train(digits, Settings(epochs=n, l2=settings.l2, learning_rate=settings.learning_rate)), (
                first_epochs(run, n)
            )
            assert (part.settings, part.diverged_at) == (short.settings, short.diverged_at)
            assert (part.weights[: n + 1] == short.weights).all() or part.diverged_at
            assert facts(part, digits) == facts(short, digits)


@pytest.mark.parametrize("link", [{"weights_shown": "the weights"}, {"start": "zeros"}])
def test_a_slider_moves_the_weights_themselves_where_these_are_shown(digits, link):
    app = open_page("train", **link)
    found = asked(app, "learning_rate")
    at = found["values"].index(list(LEARNING_RATES).index(1.0))
    for key in ("weights", "curves"):
        assert_same(found["figures"][key][at], spec(app, key), key)
    run = train(digits, Settings(start=link.get("start", "random")))
    np.testing.assert_allclose(array(spec(app, "weights")["data"][0]["z"]).ravel(), run.weights[-1], rtol=1e-4)
    assert found["texts"]["weights_note"][at] == text_in(app, "weights_note")


@pytest.mark.parametrize("link", [{}, {"epochs": "1000"}, {"learning_rate": "100", "l2": "1"}])
def test_the_player_shows_each_epoch_and_ends_at_what_the_page_shows(digits, link):
    app = open_page("train", **link)
    found = asked(app, "player")
    (player,) = (
        json.loads(element.proto.json) for element in app.get("bidi_component")
        if element.proto.component_name == "epoch_player"
    )
    names = player["frames"]
    assert found["values"] == [*range(len(names))]
    # 4 batches an epoch: two moments within the first.
    assert names[:3] == ["at the start", "after 1 batch", "after 2 batches"]
    assert len(names) <= 43
    epochs = [0, 0.25, 0.5, *(float(re.sub(r"\D", "", name)) for name in names[3:])]
    for key in ("weights", "confusion"):
        assert_same(found["figures"][key][-1], spec(app, key), key)
    run = train(digits, Settings(**{name: type(getattr(Settings(), name))(value) for name, value in link.items()}))
    (first,) = within_first_epoch(digits, [run])
    for at in (0, 2, len(names) // 2):
        drawn, epoch = array(found["figures"]["weights"][at]["data"][0]["z"]), epochs[at]
        is_within = 0 < epoch < 1
        weights = first.weights[1] if is_within else run.weights[int(epoch)]
        np.testing.assert_allclose(drawn.ravel(), weights - run.weights[0], rtol=1e-4)
        right = sum(array(found["figures"]["confusion"][at]["data"][0]["customdata"])[i][i] for i in range(2))
        accuracy = first.test_accuracy[1] if is_within else run.test_accuracy[int(epoch)]
        assert right == round(accuracy * len(digits.y_test))
    curves = [figure["data"] for figure in found["figures"]["curves"]]
    assert all(data == spec(app, "curves")["data"] for data in curves)
    marks = [figure["layout"]["shapes"][0]["x0"] for figure in found["figures"]["curves"]]
    # One axis for all epochs: 4 batches each, the places are those of the batches on a scale of powers of 2.
    assert marks == pytest.approx(np.log2(1 + 4 * np.array(epochs)))
    # One axis for all histograms.
    assert len({json.dumps(figure["data"][0]["x"]) for figure in found["figures"]["scores"]}) == 1


def test_the_player_of_a_comparison_moves_all_runs():
    app = open_page("compare_losses", epochs="5")
    found = asked(app, "player")
    assert found["values"] == [0, 1, 2, 3, 4, 5]
    assert found["figures"]["weights_of_all"][-1] == spec(app, "weights_of_all")
    assert found["figures"]["weights_of_all"][0] != found["figures"]["weights_of_all"][-1]
    for key in ("accuracies", "losses"):
        # Epoch 3 on an axis that is stretched at first; an epoch has four batches.
        places = {shape["x0"] for shape in found["figures"][key][3]["layout"]["shapes"]}
        assert list(places) == [pytest.approx(np.log2(1 + 3 * 4))]
        assert found["figures"][key][3]["data"] == spec(app, key)["data"]


@pytest.mark.parametrize("text", [
    "", "[]", "null", "{}", "[1, 2, 3, 4]", '["train", "learning_rate", {}]', '["train", "nothing", {}, {}]',
    '["nothing", "learning_rate", {}, {}]', '["../train", "learning_rate", {}, {}]', '[["train"], "player", {}, {}]',
    '["train", ["player"], {}, {}]', '["train", "player", {"epochs": 1e9}, {}]', '["train", "player", {"x": 1}, {}]',
    '["train", "player", {"digits": 5}, {}]', '["train", "player", [], {}]', '["train", "player", {}, []]',
    '["compare_losses", "player", {}, {"rows": 7}]', '["compare_losses", "player", {}, {}]',
    '["learning_rates", "cell_rate", {}, {"losses": "hinge", "biases": "with", "row": 0}]',
    '["learning_rates", "cell_rate", {}, {"losses": [["hinge"]], "biases": "with", "row": 0}]',
    '["learning_rates", "cell_rate", {}, {"losses": ["hinge"], "biases": [], "row": 0}]',
    '["learning_rates", "cell_rate", {}, {"losses": ["hinge"], "biases": "with", "row": true}]',
    '["learning_rates", "cell_rate", {}, {"losses": ["hinge"], "biases": "with", "row": 9}]',
    '["scikit_learn", "penalty", {}, {"beside": ["other rates"]}]',
    '["scikit_learn", "learning_rate", {}, {"beside": "other rates", "penalty": 0.02}]',
    "[" * 3000, '["train", "player", {}, NaN]',
])
def test_a_question_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=r"cannot be read|must be|runs"):
        answer(text)


def test_what_would_take_too_long_or_is_not_there_has_no_answer(monkeypatch):
    sweep = {"losses": ["hinge"], "biases": "with", "row": 0}
    with pytest.raises(NoAnswer):
        answer(question("learning_rates", "cell_rate", Settings(seed=987), sweep))
    monkeypatch.setattr("explorer.engine.cost.seconds", lambda *counts: 60.0)
    monkeypatch.setattr("explorer.lessons.train.outcomes.affordable", lambda *counts: True)
    for page, control, choices in (
        ("train", "learning_rate", {}), ("train", "epochs", {}),
        ("scikit_learn", "learning_rate", {"beside": "other rates", "penalty": 0.01}),
    ):
        with pytest.raises(NoAnswer):
            answer(question(page, control, Settings(), choices))
    monkeypatch.setattr("explorer.ui.live.is_loaded", lambda name: False)
    with pytest.raises(NoAnswer):
        answer(question("train", "player", Settings(dataset="mnist"), {}))


NOTHING_CHANGES = "teachers"  # a page without controls


def test_every_live_slider_is_known_and_offered():
    assert {page: set(series_of(page)) for page in LIVE} == LIVE
    for page in PAGES:
        if page.name != NOTHING_CHANGES:
            app = open_page(page.name)
            assert set(questions(app)) == set(series_of(page.name))


@EVERY_STATE
def test_the_sentence_of_every_page_and_part_is_read_out_when_it_changes(page, link):
    if page == NOTHING_CHANGES:
        return
    app = open_page(page, **link)
    texts = {element.value for element in app.markdown}
    said = [key for key in sent_to_live(app)["said"] if has_key(app, key)]
    assert said
    assert all(text_in(app, key) in texts for key in said)


def has_key(app, key: str) -> bool:
    try:
        app.get_by_key(key)
    except KeyError:
        return False
    return True


def test_a_question_names_only_what_differs_from_the_defaults():
    assert json.loads(question("train", "player", Settings(), {})) == ["train", "player", {}, {}]
    asked_for = Settings(learning_rate=5.0, digits=(1, 0))
    assert json.loads(question("train", "learning_rate", asked_for, {"a": 1})) == [
        "train", "learning_rate", {"digits": [1, 0]}, {"a": 1},
    ]
