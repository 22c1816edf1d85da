"""Start and "Why multiply?" in Streamlit's own test harness."""

import re

import numpy as np
import pytest

from explorer import disguise, first_look, ideas
from explorer.datasets import load
from explorer.settings import Settings
from explorer.training import train
from tests.pages import array, open_page, spec
from tests.serving import ROOT

PARTS = ("one pixel", "two pixels", "all pixels", "the disguise")


def text(app) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_start_is_the_first_page_and_shows_both_digits():
    app = open_page("start")
    assert "sure of a 3" in text(app)
    x = array(spec(app, "real_blue")["data"][0]["z"]).ravel()
    rows = first_look.images_of(load(), 1)
    np.testing.assert_allclose(x, load().X_test[rows[0]])
    app.get_by_key("nth_first").set_value(4).run()
    x = array(spec(app, "real_blue")["data"][0]["z"]).ravel()
    np.testing.assert_allclose(x, load().X_test[rows[4]])


def test_moving_the_bias_changes_the_answers():
    app = open_page("start")
    app.get_by_key("bias_moved").set_value(15.0).run()
    run = train(load(), first_look.first_model(Settings()))
    assert first_look.answers_with(run, load(), 15.0)[0] in text(app)
    assert "3 to 109 of 109" in text(app)


def test_an_expectation_is_kept_for_the_visit_and_set_beside_what_happened():
    app = open_page("start")
    assert "You expected" not in text(app)
    app.get_by_key("expect_start").set_value("3 to everything").run()
    assert "You expected “3 to everything”; what the numbers say is “still depends on the image”" in text(app)
    app.get_by_key("bias_moved").set_value(15.0).run()
    assert "You expected “3 to everything”: so it was." in text(app)
    for page in ("train", "start"):
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert app.get_by_key("expect_start").value == "3 to everything"


def test_the_cards_lead_to_all_pages_with_the_settings():
    app = open_page("start", first="1", second="0")
    links = app.get("page_link")
    assert len(links) == 5
    for link in links:
        assert link.proto.query_string == "start=zeros"  # Streamlit adds the sidebar's choices


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("more", [
    {}, {"inverted": "true", "first": "1", "second": "0"}, {"black_and_white": "true", "seed": "3"},
], ids=["plain", "inverted", "black and white"])
def test_every_part_is_whole(part, more):
    app = open_page("why_multiply", why_part=part, **more)
    assert app.get("plotly_chart")
    assert "**What you saw.**" in text(app)
    if part != PARTS[-1]:
        app.get_by_key("to_why_part").click().run()
        assert app.get_by_key("why_part").value == PARTS[PARTS.index(part) + 1]
        assert "**What you saw.**" in text(app)
    else:
        assert len(app.get("page_link")) == 1


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_whole_on_mnist(part, mnist):
    app = open_page("why_multiply", why_part=part, dataset="mnist")
    assert app.get("plotly_chart")
    assert "**What you saw.**" in text(app)


def test_the_table_of_one_pixel_follows_the_weight():
    app = open_page("why_multiply", pixel_weight="-0.5")
    before = app.table[0].value
    assert before.iloc[0, 1].startswith("no")
    app.get_by_key("pixel_weight").set_value(0.5).run()
    assert app.table[0].value.iloc[0, 1].startswith("yes")


def test_the_two_pixels_are_the_visitors():
    app = open_page("why_multiply", why_part="two pixels", pixel_a="2.3", pixel_b="4.4")
    chart = spec(app, "two_multiply")
    assert chart["layout"]["xaxis"]["title"]["text"] == "value of pixel 2.3"
    shown = sum(array(trace["customdata"]).sum() for trace in chart["data"][2:])
    assert shown == len(load().X_test)
    app.get_by_key("dataset").set_value("digits").run()
    app.get_by_key("pixel_b").set_value(2 * 8 + 5).run()
    assert spec(app, "two_distance")["layout"]["yaxis"]["title"]["text"] == "value of pixel 2.5"


def test_a_click_takes_the_place_of_the_older_pixel():
    import streamlit as st

    from explorer.ui import controls

    controls.pick_pixel(9, (3, 5))
    assert (st.session_state["pixel_a"], st.session_state["pixel_b"]) == (5, 9)
    controls.pick_pixel(5, (5, 9))
    assert (st.session_state["pixel_a"], st.session_state["pixel_b"]) == (5, 9)


def test_pixels_that_the_images_do_not_have_become_the_first_ones(mnist):
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
    run = train(dataset, ideas.distance_model(Settings(black_and_white=True)))
    assert disguise.sentence(disguise.disguise(run, dataset), dataset, True) in text(app)
    for trace in spec(app, "score_pairs")["data"]:
        np.testing.assert_allclose(array(trace["x"]), array(trace["y"]), atol=1e-3)
    app.button[0].click().run()
    assert app.get_by_key("black_and_white").value is False


def test_the_quote_of_the_learner_is_word_for_word():
    said = text(open_page("why_multiply", why_part="all pixels"))
    assert "I'd do abs(value − weight). And then adding these up would give me a score of how accurate my" in said


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "nan", "9" * 500, "<script>alert(1)</script>"])
def test_nonsense_in_a_link_shows_the_defaults(value):
    names = ("why_part", "pixel_value", "pixel_weight", "pixel_a", "pixel_b", "nth_first", "nth_second", "bias_moved")
    for page in ("start", "why_multiply"):
        app = open_page(page, **dict.fromkeys(names, value))
        assert "**What you saw.**" in text(app)
    app = open_page("why_multiply", why_part="two pixels", pixel_a=value, pixel_b=value)
    assert re.search(r"\d+\.\d\N{NO-BREAK SPACE}% right", text(app))


@pytest.mark.parametrize(("link", "words"), [
    ({"learning_rate": "0.1", "loss": "hinge", "bias": "false", "batch_size": "all"}, True),
    ({"learning_rate": "0.1", "loss": "hinge", "bias": "false", "batch_size": "all", "first": "1"}, True),
    ({"learning_rate": "fast", "bias": "perhaps", "batch_size": "65", "epochs": "9" * 500, "first": "x"}, False),
])
def test_a_choice_without_a_control_on_the_page_is_carried_along(link, words):
    """A page of the lesson opened first: Train's choices stand in its link alone."""
    app = open_page("bias", **link)
    (onward,) = app.get("page_link")
    carried = onward.proto.query_string
    for name in ("learning_rate=0.1", "loss=hinge", "bias=false", "batch_size=all"):
        assert (name in carried) == words
    assert not app.warning
