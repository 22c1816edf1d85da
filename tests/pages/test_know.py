"""The page "What you know now" in Streamlit's own test harness."""

from urllib.parse import parse_qs

import pytest

from explorer import texts
from explorer.lessons.know import QUESTIONS
from tests.support.pages import charts, open_page
from tests.support.serving import ROOT

words = texts.of("know")


def text(app) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def button(app, label: str):
    return next((button for button in app.button if button.label == label), None)


@pytest.mark.parametrize("number", range(1, len(QUESTIONS) + 1))
def test_every_answer_comes_when_it_is_asked_for(number):
    app = open_page("know", question=str(number))
    assert words(f"question.{QUESTIONS[number - 1].key}", first=3, second=7) in text(app)
    assert charts(app) == []
    button(app, words("show")).click().run()
    assert charts(app) == [f"proof_{QUESTIONS[number - 1].key}"]
    assert button(app, words("show")) is None


@pytest.mark.parametrize("number", range(1, len(QUESTIONS) + 1))
def test_whoever_goes_to_see_finds_the_answer_shown(number):
    """By the very link of the question; from a visit in which nothing is at its default."""
    app = open_page(
        "know", question=str(number), loss="hinge", learning_rate="0.1", score="distance", bias="false", seed="5",
    )
    question = QUESTIONS[number - 1]
    there = next(link.proto for link in app.get("page_link") if link.proto.label.startswith("Go and see"))
    link = {name: values[-1] for name, values in parse_qs(there.query_string).items()}
    visit = open_page(question.page, seed="5", **link)
    visit.switch_page(str(ROOT / "pages" / "know.py")).run()
    visit.get_by_key("question").set_value(str(number)).run()
    assert charts(visit) == [f"proof_{question.key}"]
    assert words("seen") in text(visit)
    assert words("count", seen=1, count=len(QUESTIONS)) in text(visit)


@pytest.mark.parametrize("value", ["0", "11", "nonsense", "", "1e400"])
def test_nonsense_in_a_link_shows_the_first_question(value):
    app = open_page("know", question=value)
    assert words("question.weight") in text(app)
