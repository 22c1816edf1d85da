"""The live bias of the page "Start": each position shows what the page shows when its value is committed."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.engine.settings import Settings
from explorer.lessons import start as lesson
from explorer.ui.live import answer, question
from explorer.ui.page_frame import ASKED
from tests.support.live import asked, assert_the_page_shows, questions, text_in
from tests.support.serving import ROOT

SETTINGS = [{}, {"first": "1", "second": "0", "inverted": "true", "nth_first": "3", "nth_second": "17"}]
IDS = ["default", "inverted"]


def page(**link):
    """The page, which the entry opens first, with these query parameters; what happened has been asked for."""
    app = AppTest.from_file(str(ROOT / "explorer" / "navigation.py"), default_timeout=60)
    for name, value in ({"dataset": "digits"} | link).items():
        app.query_params[name] = value
    app.session_state[ASKED] = frozenset(["start"])
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("link", SETTINGS, ids=IDS)
def test_the_sentence_follows_the_bias(link):
    app = page(**link)
    found = asked(app, "bias_moved")
    assert found["values"] == [i / 2 for i in range(-30, 31)]
    assert set(found["texts"]) == {"start_seen"}
    for moved in (-15, -0.5, 0, 7.5, 15):
        opened = page(**link, bias_moved=str(moved))
        assert_the_page_shows(opened, found, found["values"].index(moved))
        assert questions(opened)["bias_moved"] == questions(app)["bias_moved"]


def test_an_expectation_is_compared_while_the_bias_is_moved():
    for choice in lesson.answer_choices((3, 7)):
        app = page()
        app.get_by_key("expect_start").set_value(choice).run()
        found = asked(app, "bias_moved")
        for moved in (-15.0, 15.0):
            app.get_by_key("bias_moved").set_value(moved).run()
            assert_the_page_shows(app, found, found["values"].index(moved))
            # The question is about the right end.
            assert ("You expected" in text_in(app, "start_seen")) == (moved == 15)


def test_on_mnist(mnist):
    app = page(dataset="mnist", bias_moved="2")
    found = asked(app, "bias_moved")
    assert found["values"][0] < -30
    opened = page(dataset="mnist", bias_moved="-9.5")
    assert_the_page_shows(opened, found, found["values"].index(-9.5))


@pytest.mark.parametrize("expected", ["never", [], 3])
def test_a_question_from_elsewhere_is_refused(expected):
    assert answer(question("start", "bias_moved", Settings(), {"expected": None}))
    with pytest.raises(ValueError, match=r"\w"):
        answer(question("start", "bias_moved", Settings(), {"expected": expected}))
