"""The page "Why multiply?" in Streamlit's own test harness."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest
import streamlit as st

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.why_multiply import all_pixels, disguise
from explorer.ui import why_multiply as ui
from explorer.web.served import respelled
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec

PARTS = ("your numbers", "one pixel", "two pixels", "all pixels", "the disguise")


def text(app) -> str:
    return "\n".join(element.value for element in app.markdown)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("more", [
    {}, {"inverted": "true", "first": "1", "second": "0"}, {"black_and_white": "true", "seed": "3"},
], ids=["plain", "inverted", "black and white"])
def test_every_part_is_complete(part, more):
    app = open_page("why_multiply", why_part=part, **more)
    assert charts(app)
    assert "**What you saw.**" in text(app)
    if part != PARTS[-1]:
        app.get_by_key("to_why_part").click().run()
        assert app.get_by_key("why_part").value == PARTS[PARTS.index(part) + 1]
        assert "**What you saw.**" in text(app)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_complete_on_mnist(part, mnist):
    app = open_page("why_multiply", why_part=part, dataset="mnist")
    assert charts(app)
    assert "**What you saw.**" in text(app)


def test_the_page_begins_with_the_numbers_of_the_question():
    app = open_page("why_multiply")
    assert charts(app) == ["products", "distances"]
    shown = text(app)
    assert "**0.9 × 0.1 = 0.09** and **0.5 × 0.6 = 0.3**" in shown
    assert "A weight is not a guess of the pixel's value; it says which digit ink there argues for" in shown
    assert array(spec(app, "products")["data"][0]["x"]).tolist() == pytest.approx([0.09, 0.3, 0.39])
    assert array(spec(app, "distances")["data"][0]["x"]).tolist() == pytest.approx([0.8, 0.1, 0.9])
    app.get_by_key("weight_a").set_value(-0.6).run()
    assert "**0.9 × (−0.6) = −0.54**: ink of 0.9, and a weight that argues strongly for a 7" in text(app)
    assert "together the two pixels argue for a 7" in text(app)


def test_links_to_a_part_that_were_made_before_the_first_part_was_there_open_it():
    for part in PARTS[1:]:
        assert open_page("why_multiply", why_part=part, v="1").get_by_key("why_part").value == part


def test_a_link_of_version_1_that_names_no_part_opens_the_one_that_was_first():
    link = parse_qs(respelled("v=1&pixel_weight=-0.4", "why_multiply"))
    app = open_page("why_multiply", **link)
    assert app.get_by_key("why_part").value == "one pixel"
    assert app.get_by_key("pixel_weight").value == -0.4
    assert parse_qs(respelled("v=1&why_part=the+disguise", "why_multiply"))["why_part"] == ["the disguise"]
    # From version 2 on, such a link begins with the numbers of the question.
    assert open_page("why_multiply", pixel_weight="-0.4", v="2").get_by_key("why_part").value == "your numbers"


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
def test_the_task_is_done_by_a_weight_and_stays_ticked(request, dataset):
    request.getfixturevalue(dataset)
    app = open_page("why_multiply", why_part="one pixel", dataset=dataset)
    assert "**Your turn.**" in text(app)
    app.get_by_key("pixel_weight").set_value(-0.3).run()
    assert "**Your turn.**" in text(app)
    app.get_by_key("pixel_weight").set_value(0.2).run()
    assert "**Done.**" in text(app)
    app.get_by_key("why_part").set_value("all pixels").run()
    assert "**Done.**" in text(app)


def test_the_task_is_not_done_by_the_same_weight_in_another_part():
    assert "**Your turn.**" in text(open_page("why_multiply", why_part="the disguise", pixel_weight="0.2"))


def test_what_you_saw_waits_until_it_is_asked_for():
    app = open_page("why_multiply", has_asked=False, why_part="one pixel", pixel_weight="0.2")
    assert "**What you saw.**" not in text(app)
    app.get_by_key("ask_saw_why").click().run()
    assert "and 0.60 for ink of 0.8: ink counts against 3." in text(app)


def test_the_chart_shows_the_two_chosen_pixels():
    app = open_page("why_multiply", why_part="two pixels", pixel_a="2.3", pixel_b="4.4")
    chart = spec(app, "two_multiply")
    assert chart["layout"]["xaxis"]["title"]["text"] == "value of pixel 2.3"
    shown = sum(array(trace["customdata"]).sum() for trace in chart["data"][2:])
    assert shown == len(load().X_test)
    app.get_by_key("dataset").set_value("digits").run()
    app.get_by_key("pixel_b").set_value(2 * 8 + 5).run()
    assert spec(app, "two_distance")["layout"]["yaxis"]["title"]["text"] == "value of pixel 2.5"


def test_a_click_replaces_the_older_pixel():
    ui.pick_pixel(9, (3, 5))
    assert (st.session_state["pixel_a"], st.session_state["pixel_b"]) == (5, 9)
    ui.pick_pixel(5, (5, 9))
    assert (st.session_state["pixel_a"], st.session_state["pixel_b"]) == (5, 9)


def test_pixels_that_the_images_do_not_have_become_the_default(mnist):
    app = open_page("why_multiply", why_part="two pixels", dataset="mnist", pixel_a="27.27")
    assert app.get_by_key("pixel_a").value == 783
    app.get_by_key("dataset").set_value("digits").run()
    assert not app.exception
    assert app.get_by_key("pixel_a").value < 64


def test_the_button_makes_pixels_black_and_white_and_the_scores_equal():
    app = open_page("why_multiply", why_part="the disguise")
    assert "With grey pixels, the two give an image scores that differ" in text(app)
    button = next(button for button in app.button if button.label == "Make pixels black or white on all pages")
    button.click().run()
    assert app.get_by_key("black_and_white").value is True
    dataset = load(black_and_white=True)
    run = train(dataset, all_pixels.distance_model(Settings(black_and_white=True)))
    assert disguise.sentence(disguise.disguise(run, dataset), dataset, True) in text(app)
    for trace in spec(app, "score_pairs")["data"]:
        np.testing.assert_allclose(array(trace["x"]), array(trace["y"]), atol=1e-3)
    next(button for button in app.button if button.label == "Back to grey pixels on all pages").click().run()
    assert app.get_by_key("black_and_white").value is False


def test_the_quote_of_the_learner_is_word_for_word():
    (title,) = open_page("why_multiply").subheader
    assert "I'd do abs(value − weight). And then adding these up would give me a score of how accurate my" in title.help


def test_all_pixels_is_one_ladder_each_step_with_its_picture_its_bar_and_its_line():
    app = open_page("why_multiply", why_part="all pixels")
    assert charts(app) == [f"step_{key}" for key in "abcdef"]
    assert [chart["data"][-1]["type"] for chart in (spec(app, key) for key in charts(app))] == ["bar"] * 6
    lines = [element.value for element in app.markdown if element.value.startswith("**")]
    for title in ("The idea, word for word.", "Multiply.", "An abs where it belongs."):
        assert any(line.startswith(f"**{title}** ") for line in lines)
    assert "is this pixel like my template?" in text(app)


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
@pytest.mark.parametrize("pair", [("0.0", "0.1"), ("0.0", "4.4")])
def test_titles_over_blank_pixels_name_no_line_that_is_not_there(request, dataset, pair):
    request.getfixturevalue(dataset)
    app = open_page("why_multiply", why_part="two pixels", dataset=dataset, pixel_a=pair[0], pixel_b=pair[1])
    for key, boundary in (("two_multiply", "Multiplying draws a line"), ("two_distance", "A distance draws a diamond")):
        scores = array(spec(app, key)["data"][0]["z"])
        assert (boundary in text(app)) == (scores.min() <= 0 < scores.max())


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "nan", "9" * 500, "<script>alert(1)</script>"])
def test_nonsense_in_a_link_shows_the_defaults(value):
    names = (
        "why_part", "value_a", "weight_a", "value_b", "weight_b", "pixel_value", "pixel_weight", "pixel_a", "pixel_b",
        "nth_first", "nth_second", "bias_moved",
    )
    app = open_page("why_multiply", **dict.fromkeys(names, value))
    assert "**What you saw.**" in text(app)
    app = open_page("why_multiply", why_part="two pixels", pixel_a=value, pixel_b=value)
    assert re.search(r"\d+\.\d\N{NO-BREAK SPACE}% of 109 unseen digits right", text(app))
