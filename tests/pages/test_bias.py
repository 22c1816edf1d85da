"""The page "What is the bias for?" in Streamlit's own test harness."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.lessons import bias as lesson
from explorer.ui import bias as ui
from tests.support.pages import charts, open_page, spec

PARTS = ("Ink", "Blank image", "Pixels", "A weight on 1")
CHARTS = (["ink"], ["blank", "blanks"], ["counts"], ["pictures", "constant"])


def what_you_saw(app) -> str:
    (text,) = [m.value for m in app.markdown if m.value.startswith("**What you saw.**")]
    return text.removeprefix("**What you saw.** ")


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
    assert "784" in what_you_saw(app) or part in ("Ink", "A weight on 1")


def test_the_sliders_move_the_flip():
    app = open_page("bias", ink_weight="20", ink_bias="-10")
    assert spec(app, "ink")["layout"]["shapes"][2]["x0"] == 0.5
    assert "more ink than −bias / weight = 0.50" in what_you_saw(app)
    app.get_by_key("ink_bias").set_value(-15.0).run()
    assert spec(app, "ink")["layout"]["shapes"][2]["x0"] == 0.75
    app.get_by_key("ink_weight").set_value(-20.0).run()
    assert "less ink than" in what_you_saw(app)
    app.get_by_key("bias").set_value(False).run()
    assert spec(app, "ink")["layout"]["shapes"][2]["x0"] == 0
    assert app.get_by_key("ink_bias").disabled
    assert app.table[0].value["bias"][0] == "0.00"


def test_one_click_shows_1_against_0_and_another_the_trained_ones(mnist):
    app = press(open_page("bias"), "1 against 0 in MNIST")
    assert [app.get_by_key(key).value for key in ("first", "second", "dataset")] == [1, 0, "mnist"]
    assert not [button for button in app.button if "MNIST" in button.label]
    press(app, "Use the trained ones")
    table = app.table[0].value
    assert table["right"][0] == table["right"][1]
    assert float(table["right"][1].split("\xa0")[0]) > 92
    assert float(table["right"][2].split("\xa0")[0]) < 48
    app.get_by_key("bias").set_value(False).run()
    press(app, "Use the trained ones")
    table = app.table[0].value
    assert table["weight"][0] == table["weight"][2]
    assert table["right"][0] == table["right"][2]


def test_one_click_keeps_the_built_in_digits():
    app = press(open_page("bias"), "1 against 0")
    assert [app.get_by_key(key).value for key in ("first", "second", "dataset")] == [1, 0, "digits"]
    press(app, "Use the trained ones")
    assert app.table[0].value["right"][0] == app.table[0].value["right"][1]


def test_ink_is_ink_on_inverted_images_too():
    plain, inverted = open_page("bias"), open_page("bias", inverted="true")
    assert plain.table[0].value.equals(inverted.table[0].value)


def test_the_score_of_a_blank_image_is_the_bias_with_any_weights():
    app = open_page("bias", bias_part="Blank image", blank_weights="random", blank_bias="-2.5")
    for draw in (0, 17, lesson.RANDOM_WEIGHTS - 1):
        app.get_by_key("blank_draw").set_value(draw).run()
        assert "0.00 + bias −2.50 = score −2.50" in what_you_saw(app)
    app.get_by_key("bias").set_value(False).run()
    assert "0.00 + bias 0.00 = score 0.00" in what_you_saw(app)
    app.get_by_key("score").set_value("distance").run()
    assert "takes away its distance" in what_you_saw(app)


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
    assert what_you_saw(app).startswith("Your 1 pixel: ")


def test_the_visitors_pixels_are_trained_on_and_stay_from_part_to_part():
    app = open_page("bias", bias_part="Pixels")
    app.get_by_key("pixels").set_value(["4.3", "2.2", "6.5"]).run()
    chosen = [4 * 8 + 3, 2 * 8 + 2, 6 * 8 + 5]
    own = (3, *lesson.some_pixels(load("digits"), Settings(), chosen))
    assert lesson.counts_summary(lesson.pixel_counts(load("digits"), Settings()), own)[0] in what_you_saw(app)
    app.get_by_key("bias_part").set_value("Ink").run()
    app.get_by_key("bias_part").set_value("A weight on 1").run()
    assert app.get_by_key("pixels").value == ["4.3", "2.2", "6.5"]
    assert what_you_saw(app).startswith("With 3 pixels, ")
    app.get_by_key("sees").set_value("all pixels").run()
    assert what_you_saw(app).startswith("With 64 pixels, ")


def test_without_pixels_of_the_visitor_there_is_no_star():
    app = open_page("bias", bias_part="Pixels")
    app.get_by_key("pixels").set_value([]).run()
    assert len(spec(app, "counts")["data"]) == 4
    assert what_you_saw(app).startswith("Random pixels: ")
    app.get_by_key("bias_part").set_value("A weight on 1").run()
    assert what_you_saw(app).startswith("With 64 pixels, ")


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
        st.text(ui._number("Weight", 50.0, 10.0, 0.5, "ink_weight"))

    app = AppTest.from_function(script, kwargs={"forged": forged}).run()
    assert not app.exception
    assert app.text[0].value == "10.0"


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "inf", "nan", "9" * 400, "<script>alert(1)</script>"])
@pytest.mark.parametrize("part", PARTS)
def test_nonsense_in_every_parameter_shows_the_part(part, value):
    names = ["ink_weight", "ink_bias", "blank_weights", "blank_draw", "blank_bias", "pixels", "sees", "bias", "score"]
    app = open_page("bias", bias_part=part, **dict.fromkeys(names, value))
    assert charts(app) == CHARTS[PARTS.index(part)]
    shown = {element.value for element in app.get("slider") if element.key in ("ink_weight", "ink_bias")}
    assert shown <= {10.0, 0.0, -1.0}


def test_a_part_that_does_not_exist_is_the_first():
    assert charts(open_page("bias", bias_part="Sugar")) == ["ink"]


def test_an_expectation_is_compared_with_what_happened():
    app = open_page("bias", bias_part="Pixels")
    app.get_by_key("expect_bias").set_value(lesson.NOTHING).run()
    assert what_you_saw(app).endswith(f"You expected “{lesson.NOTHING}”; what the numbers say is “{lesson.FEW}”.")
    app.get_by_key("expect_bias").set_value(lesson.FEW).run()
    assert what_you_saw(app).endswith(f"You expected “{lesson.FEW}”: so it was.")
    app.get_by_key("bias_part").set_value("A weight on 1").run()
    assert what_you_saw(app).endswith("so it was.")
    app.get_by_key("bias_part").set_value("Blank image").run()
    assert "You expected" not in what_you_saw(app)


@pytest.mark.parametrize("part", ["Ink", "Blank image"])
def test_the_link_to_the_next_page_carries_the_settings(part):
    app = open_page("bias", bias_part=part, bias="false", score="distance")
    (link,) = [link for link in app.get("page_link") if link.proto.page == "prices"]
    assert "bias=false" in link.proto.query_string
    assert "score=distance" in link.proto.query_string


@pytest.mark.parametrize(("link", "valid"), [
    ({"learning_rate": "0.1", "loss": "hinge", "bias": "false", "batch_size": "all"}, True),
    ({"learning_rate": "0.1", "loss": "hinge", "bias": "false", "batch_size": "all", "first": "1"}, True),
    ({"learning_rate": "fast", "bias": "perhaps", "batch_size": "65", "epochs": "9" * 500, "first": "x"}, False),
])
def test_choices_without_a_control_here_are_in_the_link_to_the_next_page(link, valid):
    """This page opened first: the choices of Train are in its link alone."""
    app = open_page("bias", **link)
    (to_prices,) = app.get("page_link")
    carried = to_prices.proto.query_string
    for name in ("learning_rate=0.1", "loss=hinge", "bias=false", "batch_size=all"):
        assert (name in carried) == valid
    assert not app.warning
