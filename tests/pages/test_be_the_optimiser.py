"""The page "Be the optimiser" in Streamlit's own test harness."""

import io
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import export
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.be_the_optimiser import challenge, duel, measures, painting
from explorer.lessons.runs import curves_of
from explorer.lessons.words import percent
from explorer.ui import take_home
from explorer.ui.components import page_address
from explorer.ui.live import answer
from tests.lessons.test_be_the_optimiser import hostile
from tests.support.live import asked, assert_the_page_shows, questions, text_in
from tests.support.pages import charts, open_page, spec
from tests.support.serving import ROOT

SETTINGS = measures.opponent(Settings())
NAMES = {"multiply": "painting", "distance": "picture"}
BIASES = {"multiply": "own_bias", "distance": "picture_bias"}


def page(**link) -> AppTest:
    return open_page("be_the_optimiser", **{"dataset": "digits"} | link)


@pytest.fixture(scope="module")
def by_rule(digits) -> dict[str, tuple[np.ndarray, str]]:
    """By score: a painting by the simple rule, and its text."""
    return {
        score: (cells := painting.by_rule(digits, score), painting.encode(cells, (8, 8))) for score in NAMES
    }


def in_link(app, name: str) -> str:
    value = app.query_params.get(name, "")
    return value[0] if isinstance(value, list) else value


def sent_to(app, score: str) -> dict:
    """What the browser gets for the canvas."""
    return json.loads(app.get_by_key(f"canvas_{score}").proto.json)


def press(app, key):
    app.get_by_key(key).click().run()
    assert not app.exception
    return app


def said(app) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def test_it_opens_with_an_empty_canvas_and_says_what_to_do():
    app = page()
    assert sent_to(app, "multiply")["text"] == ""
    assert sent_to(app, "multiply")["shape"] == [8, 8]
    assert sent_to(app, "multiply")["levels"] == ["neither", "for 3", "for 7"]
    assert "Nothing is painted yet" in text_in(app, "painted_seen")
    assert app.get_by_key("test_unseen").disabled
    assert charts(app) == ["pulled"]
    assert not app.warning


@pytest.mark.parametrize("score", NAMES)
def test_a_link_shows_the_same_painting_and_numbers_in_another_visit(digits, by_rule, score):
    cells, text = by_rule[score]
    s, bias = replace(SETTINGS, score=score), {"multiply": 1.25, "distance": 13.5}[score]
    found = measures.on_training(digits, s, cells, bias)
    link = {"score": score, NAMES[score]: text, BIASES[score]: str(bias)}
    apps = [page(**link) for _ in range(2)]
    for app in apps:
        assert sent_to(app, score)["text"] == painting.encode(cells, (8, 8), plain=True)
        assert text_in(app, "painted_right") == f"**{percent(found.accuracy)}**"
        assert f"{found.right} of {found.count} training digits" in text_in(app, "painted_seen")
        assert in_link(app, NAMES[score]) == text
    assert spec(apps[0], "pulled") == spec(apps[1], "pulled")


def test_the_unseen_digits_are_tested_only_on_a_press_and_again_after_a_change(digits, by_rule):
    cells, text = by_rule["multiply"]
    found = challenge.unseen(digits, SETTINGS, cells, 0.0)
    share = f"{found.right} of {found.count} unseen digits right ({percent(found.accuracy)})"
    app = page(painting=text)
    assert "unseen digits right" not in said(app)
    assert charts(app) == ["pulled"]
    press(app, "test_unseen")
    assert share in said(app)
    assert charts(app) == ["pulled", "duel", "changed"]
    assert app.get_by_key("test_unseen").disabled
    # A link to this state shows it as well.
    assert share in said(page(painting=text, tested=in_link(app, "tested")))
    app.get_by_key("own_bias").set_value(1.0).run()
    assert charts(app) == ["pulled"]
    assert not app.get_by_key("test_unseen").disabled
    press(app, "test_unseen")
    assert "You have tested 2 paintings" in said(app)
    # Back at the first bias the first test counts.
    app.get_by_key("own_bias").set_value(0.0).run()
    assert share in said(app)


@pytest.mark.parametrize("score", NAMES)
def test_the_duel_is_that_of_descent_from_the_painting_and_from_zeros(digits, by_rule, score):
    cells, text = by_rule[score]
    s, bias = replace(SETTINGS, score=score, learning_rate=0.1, epochs=10), {"multiply": 0.0, "distance": 14.0}[score]
    app = press(page(**{
        "score": score, NAMES[score]: text, BIASES[score]: str(bias), "learning_rate": "0.1", "epochs": "10",
    }), "test_unseen")
    runs = duel.descent(digits, s, cells, bias), train(digits, s)
    yours = challenge.unseen(digits, s, cells, bias)
    assert duel.sentence(yours, *curves_of(digits, runs), runs) in text_in(app, "duel_seen")
    assert text_in(app, "duel_changed") == duel.changed_sentence(runs[0], digits)
    app.get_by_key("expect_be_the_optimiser").set_value(measures.HIGH).run()
    assert text_in(app, "duel_seen").endswith("and that is what happened.")


def test_the_rule_the_bias_and_the_other_score_are_a_press_away(digits, by_rule):
    app = press(page(score="distance"), "by_rule")
    assert in_link(app, "picture") == by_rule["distance"][1]
    assert text_in(app, "painted_seen").startswith("It always answers 7")
    press(app, "best_bias")
    pushes = measures.sums(digits, replace(SETTINGS, score="distance"), by_rule["distance"][0])
    bias, accuracy = measures.best_bias(pushes, digits.y_train, measures.bias_steps("distance", 64))
    assert app.get_by_key("picture_bias").value == bias
    assert text_in(app, "painted_right") == f"**{percent(accuracy)}**"
    press(app, "test_unseen")
    press(app, "other_canvas")
    assert app.get_by_key("score").value == "multiply"
    assert sent_to(app, "multiply")["text"] == ""
    press(app, "by_rule")
    press(app, "test_unseen")
    # Both are kept, side by side, each with its bias.
    assert in_link(app, "picture") == by_rule["distance"][1]
    assert in_link(app, "painting") == by_rule["multiply"][1]
    rows = app.table[0].value
    assert rows["bias"].tolist() == ["0", f"{bias:g}"]
    assert rows["training digits right"].tolist()[1] == percent(accuracy)
    assert "not tested yet" not in rows.to_numpy()
    app.get_by_key("score").set_value("distance").run()
    assert app.get_by_key("picture_bias").value == bias


def test_a_painting_from_the_browser_is_taken_and_a_forged_one_is_not(by_rule):
    def script(sent):
        import streamlit as st

        from explorer.engine.settings import Settings
        from explorer.ui import be_the_optimiser as ui
        from explorer.ui import cached
        from explorer.ui.components import weight_painter

        found = []
        weight_painter._component = lambda key, on_painted_change, data: found.append(on_painted_change)
        cached.dataset(Settings())
        ui.canvas(Settings())
        st.session_state["canvas_multiply"] = {"painted": sent}
        found[0]()
        st.text(f"painted: {ui.as_text(Settings(), ui._painted(Settings()))}")

    from explorer.ui.components import weight_painter

    real = weight_painter._component
    text = by_rule["multiply"][1]
    plain = painting.encode(by_rule["multiply"][0], (8, 8), plain=True)
    forged = [None, 7, "x", [plain], {"text": None}, {"text": 5}, {"text": ["x"]}, {"texts": plain}, {}]
    try:
        for sent in (*forged, *({"text": one} for one in ("8x8p", "28x28p" + "A" * 210, "x" * 20_000))):
            app = AppTest.from_function(script, kwargs={"sent": sent}).run()
            assert not app.exception
            assert app.text[0].value == "painted:"
        app = AppTest.from_function(script, kwargs={"sent": {"text": plain}}).run()
        assert app.text[0].value == f"painted: {text}"
    finally:
        weight_painter._component = real


def test_a_hostile_painting_gets_a_sentence_and_nothing_else_is_lost(by_rule):
    for text in hostile(40):
        if len(text) > 30_000:  # Streamlit ignores an address of that length
            continue
        app = page(painting=text, picture=by_rule["distance"][1], picture_bias="14", own_bias="2", epochs="5")
        (warning,) = app.warning
        assert "painting in this link cannot be shown" in warning.value or "these images have" in warning.value
        assert len(warning.value) < 400
        assert sent_to(app, "multiply")["text"] == ""
        assert in_link(app, "picture") == by_rule["distance"][1]
        assert app.get_by_key("own_bias").value == 2
        assert app.get_by_key("epochs").value == 5


def test_a_painting_on_other_images_comes_back_with_them(mnist):
    text = painting.encode(painting.by_rule(mnist, "multiply"), (28, 28))
    app = page(dataset="mnist", painting=text)
    assert not app.warning
    assert sent_to(app, "multiply")["text"]
    app.get_by_key("dataset").set_value("digits").run()
    assert "The painting has 28 × 28 pixels, and these images have 8 × 8." in app.warning[0].value
    assert sent_to(app, "multiply")["text"] == ""
    press(app, "by_rule")  # one for these images: that for the others is not lost
    assert not app.warning
    app.get_by_key("dataset").set_value("mnist").run()
    assert not app.warning
    assert in_link(app, "painting") == text


def test_on_mnist_the_rule_reaches_90_percent_and_the_link_says_so_elsewhere(mnist):
    app = press(press(page(dataset="mnist"), "by_rule"), "test_unseen")
    assert float(text_in(app, "painted_right").strip("*").split()[0]) >= 90
    opened = page(dataset="mnist", painting=in_link(app, "painting"), tested=in_link(app, "tested"))
    for key in ("painted_right", "painted_seen", "tested_right", "duel_seen", "duel_changed", "duel_why"):
        assert text_in(opened, key) == text_in(app, key)
    assert sent_to(opened, "multiply") == sent_to(app, "multiply")
    assert "**Done.**" in said(opened)  # the task


@pytest.fixture
def in_browser(monkeypatch):
    monkeypatch.setattr(page_address, "address_in_browser", lambda path: f"https://example.org/{path}")


def test_a_challenge_holds_the_mark_and_an_empty_canvas(in_browser, digits, by_rule):
    cells, text = by_rule["multiply"]
    app = press(press(page(painting=text, own_bias="1"), "test_unseen"), "challenge")
    link = next(code.value for code in app.code if code.value.startswith("https://"))
    sent = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    mark = challenge.mark(challenge.unseen(digits, SETTINGS, cells, 1.0).accuracy)
    assert sent["beat"] == mark
    assert (sent["dataset"], sent["score"], sent["first"], sent["second"]) == ("digits", "multiply", "3", "7")
    assert not {"painting", "picture", "own_bias", "tested", "theirs"} & sent.keys()
    assert f"{mark}" in sent["message"]
    opened = open_page("be_the_optimiser", **sent)
    assert f"Beat {mark} % of the unseen digits." in said(opened).replace("\N{NO-BREAK SPACE}", " ")
    assert sent_to(opened, "multiply")["text"] == ""
    assert "see_theirs" not in [drawer.key for drawer in opened.expander]
    # With the painting: shown only on a press, and its own numbers count.
    app = press(page(painting=text, own_bias="1"), "test_unseen")
    app.session_state["challenge_spoiler"] = True
    press(app, "challenge")
    link = next(code.value for code in app.code if code.value.startswith("https://"))
    sent = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    opened = open_page("be_the_optimiser", **sent | {"beat": "99.9"})
    assert f"Beat {mark} % of the unseen digits." in said(opened).replace("\N{NO-BREAK SPACE}", " ")
    assert "theirs" not in charts(opened)
    opened = open_page("be_the_optimiser", **sent | {"see_theirs": "true"})
    shown = np.array(spec(opened, "theirs")["data"][0]["z"]["bdata"])
    assert shown
    assert not opened.warning


@pytest.mark.parametrize("link", [
    {"beat": "x"}, {"beat": "101"}, {"beat": "-3"}, {"theirs": "x"}, {"theirs": "multiply.8x8pAAAA.1"},
    {"theirs": "y" * 5000}, {"beat": "nan", "theirs": "multiply.28x28zAAAA.1"},
])
def test_a_challenge_that_cannot_be_read_gets_a_sentence(by_rule, link):
    app = page(painting=by_rule["multiply"][1], **link)
    (warning,) = app.warning
    assert warning.value.startswith("The challenge in this link cannot be read: it ")
    assert sent_to(app, "multiply")["text"]
    assert "Beat" not in said(app)


def test_what_is_shown_while_painting_is_what_the_page_shows(by_rule):
    app = page(own_bias="1.5")
    name, control, settings, choices = json.loads(questions(app)["painted"])
    for text in (by_rule["multiply"][1], painting.encode(np.full(64, 2, np.uint8), (8, 8), plain=True), ""):
        question = json.dumps([name, control, settings, choices | {"painting": text}])
        found = json.loads(answer(question))
        assert_the_page_shows(page(own_bias="1.5", painting=text), found, 0)


@pytest.mark.parametrize("text", [5, None, ["x"], "x", "8x8p", "28x28z" + "A" * 200, "x" * 3000])
def test_a_question_about_no_painting_is_refused(text):
    name, control, settings, choices = json.loads(questions(page())["painted"])
    with pytest.raises(ValueError, match=r"must be text|damaged|characters|these images have"):
        answer(json.dumps([name, control, settings, choices | {"painting": text}]))


@pytest.mark.parametrize("bias", ["x", None, True, 1e9, "1"])
def test_a_question_about_no_bias_is_refused(by_rule, bias):
    name, control, settings, choices = json.loads(questions(page(painting=by_rule["multiply"][1]))["painted"])
    with pytest.raises(ValueError, match="own_bias: must be a number"):
        answer(json.dumps([name, control, settings, choices | {"own_bias": bias}]))


@pytest.mark.parametrize("score", NAMES)
def test_the_numbers_follow_the_bias(by_rule, score):
    link = {"score": score, NAMES[score]: by_rule[score][1]}
    app = page(**link)
    found = asked(app, BIASES[score])
    assert found["values"] == measures.bias_steps(score, 64).tolist()
    for bias in (found["values"][0], found["values"][70], found["values"][-1]):
        opened = page(**link, **{BIASES[score]: str(bias)})
        assert_the_page_shows(opened, found, found["values"].index(bias))
        assert questions(opened)[BIASES[score]] == questions(app)[BIASES[score]]
    other = "distance" if score == "multiply" else "multiply"
    with pytest.raises(ValueError, match="score"):
        asked(app, BIASES[other])


@pytest.mark.parametrize("score", NAMES)
def test_the_duel_follows_the_epochs(by_rule, score):
    link = {"score": score, NAMES[score]: by_rule[score][1], BIASES[score]: "2", "learning_rate": "0.1"}
    app = press(page(**link), "test_unseen")
    found = asked(app, "epochs")
    link["tested"] = in_link(app, "tested")
    options = app.get_by_key("epochs").options
    for epochs in ("1", "20", "100"):
        assert_the_page_shows(page(**link, epochs=epochs), found, options.index(epochs))


@pytest.mark.parametrize("score", NAMES)
def test_what_is_taken_home_prints_the_numbers_of_the_page(digits, by_rule, score):
    cells, text = by_rule[score]
    s = replace(SETTINGS, score=score, epochs=5)
    app = press(page(**{"score": score, NAMES[score]: text, BIASES[score]: "2", "epochs": "5"}), "take_home")
    printed, script = (code.value for code in app.code)
    runs = duel.descent(digits, s, cells, 2.0), train(digits, s)
    assert printed == export.printed_painting(
        challenge.unseen(digits, s, cells, 2.0), measures.on_training(digits, s, cells, 2.0), runs,
    )
    assert script == export.of_painting(s, cells, 2.0, (8, 8)).script.strip()
    app.session_state["take_what"] = "the numbers"
    press(app, "take_home")
    assert [button.label for button in app.get("download_button")] == [
        "The weights (NumPy)", "The weights (PNG)", "The curves (CSV)",
    ]
    assert np.array_equal(
        np.load(io.BytesIO(take_home._painted_as_array(s, text))), painting.weights_of(cells, score).reshape(8, 8),
    )
    assert take_home._painted_as_picture(s, text).startswith(b"\x89PNG")
    lines = take_home._curves_of_descents(s, text, 2.0).splitlines()
    assert len(lines) == 1 + 2 * 6
    assert lines[1].startswith(f"from the painted weights,{score},")
    assert not press(page(score=score), "take_home").exception  # with nothing painted


def test_the_painting_is_still_there_after_another_page(by_rule):
    app = page(painting=by_rule["multiply"][1], own_bias="3")
    app.switch_page(str(ROOT / "pages" / "train.py")).run()
    app.switch_page(str(ROOT / "pages" / "be_the_optimiser.py")).run()
    assert not app.exception
    assert sent_to(app, "multiply")["text"]
    assert app.get_by_key("own_bias").value == 3
