"""The page "For teachers" in Streamlit's own test harness: its links open what the plan says."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from explorer import links
from explorer.contents import PAGES
from explorer.lessons import teachers as lesson
from explorer.ui.linked import HIDEABLE
from tests.support.pages import open_page
from tests.support.serving import ROOT

ALL = [*lesson.PLAN, *lesson.EXPERIMENTS]


def test_the_page_has_a_link_for_every_step_and_every_misconception():
    app = open_page("teachers")
    cells = [cell for table in app.table for cell in table.value.to_numpy().ravel()]
    found = [link for cell in cells for link in re.findall(r"\]\(([^)]+)\)", cell)]
    assert found == [lesson.address(link, "digits", "start") for link in ALL]
    assert not app.exception


@pytest.mark.parametrize("link", ALL, ids=lambda link: link.key)
def test_a_link_of_the_plan_opens_its_page_and_hides_what_it_says(link):
    address = urlsplit(lesson.address(link, "digits", "start"))
    parameters = {name: values[-1] for name, values in parse_qs(address.query).items()}
    assert parameters.get("v") == links.VERSION
    assert address.path == ("." if link.page == PAGES[0].name else link.page)
    assert set(link.hide) <= HIDEABLE
    app = open_page(link.page, **parameters)
    assert not app.warning
    for name, value in link.choices.items():
        if name not in link.hide:
            held = app.session_state[name]
            assert str(held).replace("_", " ") == value
    for name in link.hide:
        assert name not in [getattr(element, "key", None) for element in app.main]


def test_the_size_of_a_class_is_what_was_measured():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"**{lesson.LESSON} people in one lesson, or {lesson.OWN} each on their own**" in readme
