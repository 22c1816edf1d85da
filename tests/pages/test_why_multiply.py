"""The page "Why multiply?" in Streamlit's own test harness."""

import re

import numpy as np
import pytest
import streamlit as st

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.why_multiply import all_pixels, disguise
from explorer.ui import why_multiply as ui
from tests.support.figures import array
from tests.support.pages import charts, open_page, spec

PARTS = ("one pixel", "two pixels", "all pixels", "the disguise")


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
    else:
        assert len(app.get("page_link")) == 1


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_complete_on_mnist(part, mnist):
    app = open_page("why_multiply", why_part=part, dataset="mnist")
    assert charts(app)
    assert "**What you saw.**" in text(app)


def test_the_table_of_one_pixel_follows_the_weight():
    app = open_page("why_multiply", pixel_weight="-0.5")
    before = app.table[0].value
    assert before.iloc[0, 1].startswith("no")
    app.get_by_key("pixel_weight").set_value(0.5).run()
    assert app.table[0].value.iloc[0, 1].startswith("yes")


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
    assert "With grey pixels the scores differ" in text(app)
    app.button[0].click().run()
    assert app.get_by_key("black_and_white").value is True
    dataset = load(black_and_white=True)
    run = train(dataset, all_pixels.distance_model(Settings(black_and_white=True)))
    assert disguise.sentence(disguise.disguise(run, dataset), dataset, True) in text(app)
    for trace in spec(app, "score_pairs")["data"]:
        np.testing.assert_allclose(array(trace["x"]), array(trace["y"]), atol=1e-3)
    app.button[0].click().run()
    assert app.get_by_key("black_and_white").value is False


def test_the_quote_of_the_learner_is_word_for_word():
    shown = text(open_page("why_multiply", why_part="all pixels"))
    assert "I'd do abs(value − weight). And then adding these up would give me a score of how accurate my" in shown


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "nan", "9" * 500, "<script>alert(1)</script>"])
def test_nonsense_in_a_link_shows_the_defaults(value):
    names = ("why_part", "pixel_value", "pixel_weight", "pixel_a", "pixel_b", "nth_first", "nth_second", "bias_moved")
    app = open_page("why_multiply", **dict.fromkeys(names, value))
    assert "**What you saw.**" in text(app)
    app = open_page("why_multiply", why_part="two pixels", pixel_a=value, pixel_b=value)
    assert re.search(r"\d+\.\d\N{NO-BREAK SPACE}% right", text(app))
