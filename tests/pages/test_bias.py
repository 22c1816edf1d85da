"""The page "What is the bias for?" in Streamlit's own test harness."""

import json
import re
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from explorer import texts
from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import bias as lesson
from explorer.lessons.start import start_model
from explorer.lessons.why_multiply.all_pixels import distance_model
from explorer.lessons.words import number
from explorer.ui import bias as ui
from explorer.web.served import respelled
from tests.support.pages import charts, open_page, spec
from tests.support.serving import ROOT

PARTS = ("Blank image", "Ink", "Pixels", "A weight on 1")
CHARTS = (["blanks"], ["ink"], ["counts"], ["pictures", "constant"])


def what_you_saw(app) -> str:
    (text,) = [m.value for m in app.markdown if m.value.startswith("**What you saw.**")]
    return text.removeprefix("**What you saw.** ")


def on_balance(app) -> dict:
    """What the browser gets for the balance."""
    return json.loads(app.get_by_key("sheet").proto.json)


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.parametrize(("part", "shown"), list(zip(PARTS, CHARTS, strict=True)), ids=PARTS)
def test_each_part_opens_from_its_link_alone(part, shown):
    app = open_page("bias", bias_part=part)
    assert charts(app) == shown
    assert len(what_you_saw(app)) > 80
    assert not app.warning


@pytest.mark.parametrize("link", [
    {"inverted": "true"}, {"black_and_white": "true"}, {"first": "1", "second": "0", "seed": "7"}, {"bias": "false"},
    {"score": "distance"}, {"score": "distance", "inverted": "true", "bias": "false", "blank_weights": "random"},
    {"train_images": "10", "loss": "zero one"},
], ids=lambda link: "-".join(link))
@pytest.mark.parametrize("part", PARTS)
def test_every_state_is_complete(part, link):
    app = open_page("bias", bias_part=part, **link)
    assert charts(app) == CHARTS[PARTS.index(part)]
    assert not app.warning


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_complete_on_mnist(mnist, part):
    app = open_page("bias", bias_part=part, dataset="mnist")
    assert charts(app) == CHARTS[PARTS.index(part)]
    assert "784" in what_you_saw(app) or part != "Pixels"


def test_the_page_begins_with_the_blank_sheet_on_the_balance():
    app = open_page("bias")
    assert charts(app) == ["blanks"]
    sheet = on_balance(app)
    assert (sheet["total"], sheet["plus"], sheet["bias"]) == (0, 0, 1.0)
    assert sheet["slider"]["key"] == "blank_bias"
    assert sheet["isDragged"]
    assert (sheet["layer"], sheet["runUp"]) == ("values", False)
    assert any("**0 × anything = 0**" in line.value for line in app.markdown)
    assert app.get_by_key("blank_bias").value == 1.0


def test_other_weights_leave_the_beam_alone_and_the_bias_moves_it():
    app = open_page("bias")
    first = on_balance(app)
    app.get_by_key("blank_draw").set_value(7).run()
    other = on_balance(app)
    assert other["weights"] != first["weights"]
    assert [other[name] for name in ("total", "sum", "bias")] == [first[name] for name in ("total", "sum", "bias")]
    app.get_by_key("blank_bias").set_value(-2.5).run()
    assert on_balance(app)["bias"] == -2.5


def test_learned_weights_are_those_of_the_other_pages():
    app = open_page("bias", blank_weights="learned", epochs="1", learning_rate="0.001", dataset="digits")
    run = train(load("digits"), start_model(Settings()))
    sheet = on_balance(app)
    assert sheet["bias"] == pytest.approx(float(run.biases[-1]), abs=1e-6)
    assert sheet["slider"] is None
    assert f"the bias that this model has learned: {number(run.biases[-1])}." in what_you_saw(app)
    app.get_by_key("score").set_value("distance").run()
    run = train(load("digits"), distance_model(start_model(Settings())))
    assert on_balance(app)["bias"] == pytest.approx(float(run.biases[-1]), abs=1e-4)
    assert on_balance(app)["total"] < 0


def test_without_a_bias_there_is_none_on_the_beam():
    app = open_page("bias", bias="false")
    assert (on_balance(app)["bias"], on_balance(app)["slider"]) == (None, None)


def test_the_sliders_move_the_flip():
    app = open_page("bias", bias_part="Ink", ink_weight="20", ink_bias="-10", ink_digits="as on other pages")
    assert spec(app, "ink")["layout"]["shapes"][2]["x0"] == 0.5
    assert "more ink than −bias ÷ weight = 0.50" in what_you_saw(app)
    app.get_by_key("ink_bias").set_value(-15.0).run()
    assert spec(app, "ink")["layout"]["shapes"][2]["x0"] == 0.75
    app.get_by_key("ink_weight").set_value(-20.0).run()
    assert "less ink than" in what_you_saw(app)
    app.get_by_key("bias").set_value(False).run()
    assert spec(app, "ink")["layout"]["shapes"][2]["x0"] == 0
    assert app.get_by_key("ink_bias").disabled
    assert app.table[0].value["bias"][0] == "0.00"


def test_ink_opens_with_a_pair_that_shows_the_point_and_leaves_the_digits_of_all_pages():
    app = open_page("bias", bias_part="Ink", dataset="digits")
    assert [app.get_by_key(key).value for key in ("first", "second")] == [3, 7]
    assert "Your model says 7" in what_you_saw(app)
    shares = [float(share.split("\xa0")[0]) for share in app.table[0].value["right"]]
    assert shares[0] == shares[2] < 51
    assert shares[1] > 70
    press(app, "Use the trained ones")
    assert app.table[0].value["right"][0] == app.table[0].value["right"][1]
    app.get_by_key("ink_digits").set_value("as on other pages").run()
    assert "Your model says 3" in what_you_saw(app)
    assert "can only guess" in what_you_saw(app)
    app.get_by_key("first").set_value(0).run()
    assert "Your model says 0" in what_you_saw(app)
    app.get_by_key("bias_part").set_value("Pixels").run()
    app.get_by_key("bias_part").set_value("Ink").run()
    assert app.get_by_key("ink_digits").value == "as on other pages"


def test_on_mnist_ink_opens_with_1_against_0(mnist):
    app = open_page("bias", bias_part="Ink", dataset="mnist")
    assert not [button for button in app.button if "MNIST" in button.label]
    press(app, "Use the trained ones")
    table = app.table[0].value
    assert "Your model says 1" in what_you_saw(app)
    assert table["right"][0] == table["right"][1]
    assert float(table["right"][1].split("\xa0")[0]) > 92
    assert float(table["right"][2].split("\xa0")[0]) < 48
    app.get_by_key("bias").set_value(False).run()
    press(app, "Use the trained ones")
    table = app.table[0].value
    assert table["weight"][0] == table["weight"][2]
    assert table["right"][0] == table["right"][2]


def test_a_button_that_changes_all_pages_says_so(mnist):
    app = open_page("bias", bias_part="Ink", dataset="digits")
    (button,) = [button for button in app.button if "MNIST" in button.label]
    assert button.label == "Show MNIST on all pages"
    assert "The way back" in button.help
    press(app, button.label)
    assert app.get_by_key("dataset").value == "mnist"
    assert [app.get_by_key(key).value for key in ("first", "second")] == [3, 7]


def test_ink_is_ink_on_inverted_images_too():
    plain, inverted = open_page("bias", bias_part="Ink"), open_page("bias", bias_part="Ink", inverted="true")
    assert plain.table[0].value.equals(inverted.table[0].value)


def test_the_score_of_a_blank_image_is_the_bias_with_any_weights():
    app = open_page("bias", bias_part="Blank image", blank_weights="random", blank_bias="-2.5")
    for draw in (0, 17, lesson.RANDOM_WEIGHTS - 1):
        app.get_by_key("blank_draw").set_value(draw).run()
        assert "so the score of a blank sheet is the bias: −2.50." in what_you_saw(app)
    app.get_by_key("bias").set_value(False).run()
    assert "Without a bias, the score of a blank sheet is 0.00 with all weights" in what_you_saw(app)
    app.get_by_key("score").set_value("distance").run()
    assert "every pixel of a blank sheet takes something away" in what_you_saw(app)


def test_the_suggested_pixels_follow_the_images_until_the_visitor_chooses():
    app = open_page("bias", bias_part="Pixels")

    def suggested(digits):
        pixels = lesson.informative_pixels(lesson.ink_difference(load("digits", digits), False), (8, 8))
        return [f"{pixel // 8}.{pixel % 8}" for pixel in pixels]

    assert app.get_by_key("pixels").value == suggested((3, 7))
    app.get_by_key("first").set_value(1).run()
    assert app.get_by_key("pixels").value == suggested((1, 7))
    app.get_by_key("pixels").set_value(["2.2"]).run()
    app.get_by_key("first").set_value(3).run()
    assert app.get_by_key("pixels").value == ["2.2"]
    assert what_you_saw(app).startswith("With your one pixel: ")


def test_the_visitors_pixels_are_trained_on_and_stay_from_part_to_part():
    app = open_page("bias", bias_part="Pixels")
    app.get_by_key("pixels").set_value(["4.3", "2.2", "6.5"]).run()
    chosen = [4 * 8 + 3, 2 * 8 + 2, 6 * 8 + 5]
    own = (3, *lesson.some_pixels(load("digits"), Settings(), chosen))
    everything = lesson.with_and_without(load("digits"), lesson.model(Settings()))

    def summary(at_random):
        study = lesson.pixel_counts(load("digits"), Settings(), at_random, everything)
        return lesson.counts_summary(study, own, (3, 7))[0]

    assert summary(False) in what_you_saw(app)
    app.get_by_key("few_pixels").set_value("at random").run()
    assert summary(True) in what_you_saw(app)
    app.get_by_key("bias_part").set_value("Ink").run()
    app.get_by_key("bias_part").set_value("A weight on 1").run()
    assert app.get_by_key("pixels").value == ["4.3", "2.2", "6.5"]
    assert what_you_saw(app).startswith("The model sees three pixels. ")
    app.get_by_key("sees").set_value("all pixels").run()
    assert what_you_saw(app).startswith("The model sees 64 pixels. ")


def test_without_pixels_of_the_visitor_there_is_no_star():
    app = open_page("bias", bias_part="Pixels")
    app.get_by_key("pixels").set_value([]).run()
    assert len(spec(app, "counts")["data"]) == 2
    assert what_you_saw(app).startswith("Of the sets in the chart, the bias is worth most to ")
    app.get_by_key("bias_part").set_value("A weight on 1").run()
    assert what_you_saw(app).startswith("The model sees 64 pixels. ")


TASK_DONE = ":material/task_alt:"


def task(app) -> str:
    (text,) = [m.value for m in app.markdown if m.value.startswith((TASK_DONE, ":material/flag:"))]
    return text


@pytest.mark.parametrize(("dataset", "inverted", "chosen"), [
    ("digits", False, ["6.5", "5.5"]), ("digits", True, ["5.3", "3.5", "0.0"]),
    ("mnist", False, ["13.13"]), ("mnist", True, ["9.11", "17.15", "0.0"]),
])
def test_the_task_is_done_once_the_bias_is_useless(request, dataset, inverted, chosen):
    """By a pixel where ink speaks for the first digit, or on inverted paper by one that is always 1."""
    request.getfixturevalue(dataset)
    app = open_page("bias", bias_part="Pixels", dataset=dataset, inverted=str(inverted).lower())
    assert task(app).startswith(":material/flag: **Your turn.** Make the bias useless.")
    app.get_by_key("pixels").set_value(chosen).run()
    images = load(dataset, inverted=inverted)
    pixels = [int(row) * images.image_shape[1] + int(column) for row, column in (name.split(".") for name in chosen)]
    with_bias, without = lesson.some_pixels(images, Settings(dataset=dataset, inverted=inverted), pixels)
    assert with_bias - without <= 0.005
    assert without >= 0.75
    assert task(app).startswith(TASK_DONE)
    app.get_by_key("bias_part").set_value("Ink").run()
    assert task(app).startswith(TASK_DONE)  # for the visit


def test_the_task_is_done_in_the_last_part_too_but_not_with_all_pixels():
    app = open_page("bias", bias_part="A weight on 1", dataset="digits", sees="all pixels")
    assert ":material/flag:" in task(app)
    app.get_by_key("sees").set_value("your pixels").run()
    assert ":material/flag:" in task(app)
    app.get_by_key("pixels").set_value(["6.5", "5.5"]).run()
    assert task(app).startswith(TASK_DONE)


def test_pixels_that_the_images_do_not_have_are_replaced(mnist):
    app = open_page("bias", bias_part="Pixels", dataset="mnist", pixels="20.20")
    assert app.get_by_key("pixels").value == ["20.20"]
    app.get_by_key("dataset").set_value("digits").run()
    assert not app.exception
    assert app.get_by_key("pixels").value == ["5.3", "3.5"]


@pytest.mark.parametrize(("held", "pixel", "after"), [
    (["1.1"], 10, ["1.1", "1.2"]), (["1.1", "1.2"], 9, ["1.2"]), (None, 0, ["0.0"]),
    ([f"2.{c}" for c in range(8)] + [f"3.{c}" for c in range(8)] + [f"4.{c}" for c in range(4)], 0,
     [f"2.{c}" for c in range(1, 8)] + [f"3.{c}" for c in range(8)] + [f"4.{c}" for c in range(4)] + ["0.0"]),
])
def test_a_click_adds_a_pixel_or_takes_it_away(monkeypatch, held, pixel, after):
    state = {} if held is None else {"pixels": held}
    monkeypatch.setattr(ui.st, "session_state", state)
    ui.toggle_pixel(pixel, 8)
    assert state["pixels"] == after


@pytest.mark.parametrize("forged", [["nonsense"], 5, "1.1", [1.1], [["5.3"]], ["9.9", "-1.0"]])
def test_a_forged_list_of_pixels_gives_the_suggested_pixels(forged):
    """A forged message may put anything into the session, past the checks of the widget."""
    def script(forged):
        import streamlit as st

        from explorer.engine.datasets import load
        from explorer.engine.settings import Settings
        from explorer.ui import bias as ui

        st.session_state["pixels"] = forged
        st.text(ui.own_pixels(load("digits"), Settings(), "Pixels"))

    app = AppTest.from_function(script, kwargs={"forged": forged}).run()
    assert not app.exception
    assert app.text[0].value == "[43, 29]"


@pytest.mark.parametrize("forged", [float("nan"), float("inf"), -1e300, "5", None, True])
def test_a_forged_weight_is_the_default(forged):
    def script(forged):
        import streamlit as st

        from explorer.ui import bias as ui

        st.session_state["ink_weight"] = forged
        st.text(ui._number("Weight", 50.0, -20.0, 0.5, "ink_weight"))

    app = AppTest.from_function(script, kwargs={"forged": forged}).run()
    assert not app.exception
    assert app.text[0].value == "-20.0"


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "inf", "nan", "9" * 400, "<script>alert(1)</script>"])
@pytest.mark.parametrize("part", PARTS)
def test_nonsense_in_every_parameter_shows_the_part(part, value):
    names = [
        "ink_digits", "few_pixels", "ink_weight", "ink_bias", "blank_weights", "blank_draw", "blank_bias", "pixels",
        "sees", "bias", "score",
    ]
    app = open_page("bias", bias_part=part, **dict.fromkeys(names, value))
    assert charts(app) == CHARTS[PARTS.index(part)]
    shown = {element.value for element in app.get("slider") if element.key in ("ink_weight", "ink_bias")}
    assert shown <= {-20.0, 0.0, -1.0}


@pytest.mark.parametrize(("link", "shown", "then"), [
    ({}, ["ink"], {"ink_digits": "as on other pages", "ink_weight": 10.0}),
    ({"ink_weight": "-20", "ink_bias": "15"}, ["ink"], {"ink_weight": -20.0, "ink_bias": 15.0}),
    ({"bias_part": "Blank image"}, ["blanks"], {"blank_weights": "learned"}),
    ({"bias_part": "Blank image", "blank_weights": "random", "blank_draw": "3"}, ["blanks"], {"blank_draw": 3}),
    ({"bias_part": "Pixels", "pixels": "2.2"}, ["counts"], {"few_pixels": "at random", "pixels": ["2.2"]}),
    ({"bias_part": "A weight on 1", "sees": "all pixels"}, ["pictures", "constant"], {"sees": "all pixels"}),
    ({"hide": "bias_part,bias"}, ["ink"], {"ink_weight": 10.0}),
], ids=str)
def test_a_link_of_version_1_shows_what_it_showed(link, shown, then):
    """The page began with the ink of the two digits of all pages, and the pixels were drawn at random."""
    app = open_page("bias", **parse_qs(respelled(urlencode({"v": "1"} | link), "bias")))
    assert charts(app) == shown
    assert {name: app.get_by_key(name).value for name in then} == then
    assert not app.warning


def test_the_server_gives_an_old_address_of_this_page_what_it_meant():
    assert parse_qs(respelled("v=1&seed=3", "bias"))["bias_part"] == ["Ink"]
    assert parse_qs(respelled("v=1&bias_part=Pixels", "bias"))["bias_part"] == ["Pixels"]
    assert "bias_part" not in parse_qs(respelled("v=1&seed=3", "train"))


def test_a_part_that_does_not_exist_is_the_first():
    assert charts(open_page("bias", bias_part="Sugar")) == ["blanks"]


def test_an_expectation_is_compared_with_what_happened():
    app = open_page("bias", bias_part="Pixels")
    app.get_by_key("expect_bias").set_value(lesson.NOTHING).run()
    assert what_you_saw(app).endswith(f"You expected “{lesson.NOTHING}”; what happened is “{lesson.FEW}”.")
    app.get_by_key("expect_bias").set_value(lesson.FEW).run()
    as_expected = f"You expected “{lesson.FEW}”, and that is what happened."
    assert what_you_saw(app).endswith(as_expected)
    for part in set(PARTS) - {"Pixels"}:  # what is asked is not seen there
        app.get_by_key("bias_part").set_value(part).run()
        assert "You expected" not in what_you_saw(app)


def test_one_button_leads_from_part_to_part():
    app = open_page("bias")
    for part in PARTS[1:]:
        press(app, f"Next part: {part}")
        assert app.get_by_key("bias_part").value == part
    assert not [button for button in app.button if button.label.startswith("Next part")]


# In which state each text stands is checked where its numbers are; here, that all can be filled in and none is unused.
def test_every_text_is_used():
    used = "".join(path.read_text(encoding="utf-8") for path in (
        ROOT / "pages" / "bias.py", ROOT / "explorer" / "ui" / "bias.py", ROOT / "explorer" / "figures" / "bias.py",
        *sorted((ROOT / "explorer" / "lessons" / "bias").glob("*.py")),
    ))
    for name in texts.of("bias"):
        table, _, last = name.rpartition(".")
        by_parts = re.search(rf'f"{re.escape(table)}\.[^"]*{{', used) if table else None
        assert f'"{name}"' in used or by_parts or name in ("task", "task_done") or table == "expect", name
        assert last


@pytest.mark.parametrize(("link", "valid"), [
    ({"learning_rate": "0.1", "loss": "hinge", "bias": "false", "batch_size": "all"}, True),
    ({"learning_rate": "fast", "bias": "perhaps", "batch_size": "65", "epochs": "9" * 500, "first": "x"}, False),
])
def test_choices_without_a_control_here_stay_for_the_other_pages(link, valid):
    app = open_page("bias", **link)
    assert not app.warning
    app.switch_page(str(ROOT / "pages" / "train.py")).run()
    chosen = {name: app.get_by_key(name).value for name in ("learning_rate", "loss", "bias")}
    assert (chosen == {"learning_rate": 0.1, "loss": "hinge", "bias": False}) == valid
