"""The live sliders of the page "Start": each position shows what the page shows when its value is committed."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.lessons import start as lesson
from explorer.ui.live import answer, question
from tests.support.live import asked, assert_the_page_shows, questions, text_in
from tests.support.pages import spec
from tests.support.serving import ROOT

SETTINGS = [{}, {"first": "1", "second": "0", "inverted": "true", "nth_first": "3", "nth_second": "17"}]
IDS = ["default", "inverted"]


def page(**link):
    """The page, which the entry opens first, with these query parameters."""
    app = AppTest.from_file(str(ROOT / "explorer" / "navigation.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def assert_exact(app, found, at):
    assert_the_page_shows(app, found, at)
    assert {key: figures[at] for key, figures in found["figures"].items()} == {
        key: spec(app, key) for key in found["figures"]
    }


@pytest.mark.parametrize("link", SETTINGS, ids=IDS)
def test_the_sentences_follow_the_bias(link):
    app = page(**link)
    found = asked(app, "bias_moved")
    assert found["values"] == [i / 2 for i in range(-30, 31)]
    assert set(found["texts"]) == {"start_seen", "sum_blue", "sum_orange"}
    for moved in (-15, -0.5, 0, 7.5, 15):
        opened = page(**link, bias_moved=str(moved))
        assert_exact(opened, found, found["values"].index(moved))
        assert questions(opened)["bias_moved"] == questions(app)["bias_moved"]
        # The pictures do not depend on it.
        assert spec(opened, "real_blue") == spec(app, "real_blue")


@pytest.mark.parametrize(("control", "key"), [("nth_first", "blue"), ("nth_second", "orange")])
@pytest.mark.parametrize("link", SETTINGS, ids=IDS)
def test_a_picture_and_its_sentence_follow_the_images(control, key, link):
    link = link | {"bias_moved": "-3.5"}
    app = page(**link)
    found = asked(app, control)
    assert set(found["figures"]) == {f"real_{key}"}
    assert set(found["texts"]) == {f"sum_{key}"}
    assert found["values"] == [*range(len(found["values"]))]
    assert len(found["values"]) > 40
    for nth in (0, 7, 39):
        opened = page(**link | {control: str(nth)})
        assert_exact(opened, found, nth)
        assert questions(opened)[control] == questions(app)[control]  # in the same block


def test_the_images_of_a_long_slider_are_those_around_the_present_one():
    n = len(lesson.images_of(load(), 1))
    found = asked(page(nth_first="46"), "nth_first")
    assert found["values"] == [*range(n)]
    found = asked(page(nth_first=str(n - 1)), "nth_first")
    assert found["values"] == [*range((n - 1) // 40 * 40 - 40, n)]


def test_an_expectation_is_compared_while_the_bias_is_moved():
    for choice in lesson.answer_choices((3, 7)):
        app = page()
        app.get_by_key("expect_start").set_value(choice).run()
        found = asked(app, "bias_moved")
        for moved in (-15.0, 15.0):
            app.get_by_key("bias_moved").set_value(moved).run()
            assert_the_page_shows(app, found, found["values"].index(moved))
            assert "You expected" in text_in(app, "start_seen")


def test_on_mnist(mnist):
    app = page(dataset="mnist", nth_first="500", nth_second="41", bias_moved="2")
    found = asked(app, "nth_first")
    assert found["values"] == [*range(440, 560)]
    opened = page(dataset="mnist", nth_first="455", nth_second="41", bias_moved="2")
    assert_exact(opened, found, found["values"].index(455))
    found = asked(app, "bias_moved")
    opened = page(dataset="mnist", nth_first="500", nth_second="41", bias_moved="-9.5")
    assert_exact(opened, found, found["values"].index(-9.5))


GOOD = {
    "expected": None, "bias_moved": 0.0, "nth_first": 0, "nth_second": 0, "near_first": 0, "near_second": 0,
}


@pytest.mark.parametrize(("control", "change"), [
    ("bias_moved", {"expected": "never"}), ("bias_moved", {"expected": []}), ("bias_moved", {"nth_first": -1}),
    ("bias_moved", {"nth_second": 10**9}), ("bias_moved", {"nth_second": "1"}), ("bias_moved", {"nth_first": None}),
    ("nth_first", {"near_first": 10**6}), ("nth_first", {"near_first": -40}), ("nth_first", {"near_first": 1.5}),
    ("nth_first", {"bias_moved": 15.5}), ("nth_first", {"bias_moved": None}), ("nth_second", {"near_second": True}),
    ("nth_second", {"near_second": [0]}), ("nth_second", {"bias_moved": float("nan")}),
])
def test_a_question_from_elsewhere_is_refused(control, change):
    assert answer(question("start", control, Settings(), GOOD))
    with pytest.raises(ValueError, match=r"\w"):
        answer(question("start", control, Settings(), GOOD | change))
