"""The page "Start" in Streamlit's own test harness."""

import numpy as np
import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import start as lesson
from explorer.lessons.runs import model_answers
from tests.support.figures import array
from tests.support.pages import open_page, spec
from tests.support.serving import ROOT


def text(app) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_start_is_the_first_page_and_shows_both_digits():
    app = open_page("start")
    assert "sure of a 3" in text(app)
    x = array(spec(app, "real_blue")["data"][0]["z"]).ravel()
    rows = lesson.images_of(load(), 1)
    np.testing.assert_allclose(x, load().X_test[rows[0]])
    app.get_by_key("nth_first").set_value(4).run()
    x = array(spec(app, "real_blue")["data"][0]["z"]).ravel()
    np.testing.assert_allclose(x, load().X_test[rows[4]])


def test_moving_the_bias_changes_the_answers():
    app = open_page("start")
    app.get_by_key("bias_moved").set_value(15.0).run()
    run = train(load(), lesson.start_model(Settings()))
    assert lesson.answers_with_moved_bias(model_answers(run, load()), load(), 15.0)[0] in text(app)
    assert "3 to 109 of 109" in text(app)


def test_an_expectation_is_kept_for_the_visit_and_compared_with_what_happened():
    app = open_page("start")
    assert "You expected" not in text(app)
    app.get_by_key("expect_start").set_value("3 to everything").run()
    assert "You expected “3 to everything”; what the numbers say is “still depends on the image”" in text(app)
    app.get_by_key("bias_moved").set_value(15.0).run()
    assert "You expected “3 to everything”: so it was." in text(app)
    for page in ("train", "start"):
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert app.get_by_key("expect_start").value == "3 to everything"


def test_the_cards_lead_to_five_pages_with_the_settings():
    app = open_page("start", first="1", second="0")
    links = app.get("page_link")
    assert len(links) == 5
    for link in links:
        assert link.proto.query_string == "start=zeros"  # Streamlit adds the sidebar's choices


@pytest.mark.parametrize("value", ["", "nonsense", "-1", "1e400", "nan", "9" * 500, "<script>alert(1)</script>"])
def test_nonsense_in_a_link_shows_the_defaults(value):
    names = ("why_part", "pixel_value", "pixel_weight", "pixel_a", "pixel_b", "nth_first", "nth_second", "bias_moved")
    app = open_page("start", **dict.fromkeys(names, value))
    assert "**What you saw.**" in text(app)
