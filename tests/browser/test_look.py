"""Light and dark: as the system has it, until the visitor chooses; at once, and without losing anything."""

import pytest

from tests.support.browser import becomes, settled

DARK, LIGHT = "rgb(20, 23, 28)", "rgb(255, 255, 255)"
LOOK = """() => [
    getComputedStyle(document.querySelector('.stApp')).backgroundColor,
    getComputedStyle(document.querySelector('.st-key-curves .xtick text')).fill.match(/\\d+/)[0] > 128,
]"""


def look(tab) -> list:
    """The colour of the page, and whether the words in a chart are light."""
    return tab.evaluate(LOOK)


@pytest.mark.parametrize(("system", "colours"), [("light", [LIGHT, False]), ("dark", [DARK, True])])
def test_without_a_choice_the_page_looks_like_the_system_also_when_that_changes(app, open_tab, system, colours):
    tab = open_tab(app + "/train", color_scheme=system)
    assert look(tab) == colours
    assert tab.get_by_role("radio", name="System").is_checked()
    other = {"light": "dark", "dark": "light"}[system]
    tab.emulate_media(color_scheme=other)
    assert becomes(tab, lambda: look(tab), [DARK, True] if other == "dark" else [LIGHT, False])
    tab.emulate_media(color_scheme=system)


def test_a_choice_changes_page_and_charts_at_once_and_stays(app, new_profile):
    tab = new_profile(color_scheme="light").new_page()
    tab.goto(app + "/train")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    settled(tab)
    tab.locator(".st-key-score button", has_text="distance").click()
    settled(tab)
    asked = tab.evaluate("window.reruns")
    address = tab.url
    tab.get_by_role("radio", name="System").focus()
    tab.keyboard.press("ArrowLeft")  # to the other end
    assert becomes(tab, lambda: look(tab), [DARK, True])
    settled(tab)
    assert (tab.evaluate("window.reruns"), tab.url) == (asked, address)  # the server was asked nothing
    tab.get_by_role("link", name="Learning rates").first.click()
    tab.wait_for_url("**/learning_rates**")
    settled(tab)
    tab.goto(app + "/train?seed=1")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    settled(tab)
    assert look(tab) == [DARK, True]
    assert tab.get_by_role("radio", name="Dark").is_checked()
    tab.get_by_role("radio", name="Light").check(force=True)
    assert becomes(tab, lambda: look(tab), [LIGHT, False])
    tab.get_by_role("radio", name="System").check(force=True)
    tab.emulate_media(color_scheme="dark")
    assert becomes(tab, lambda: look(tab), [DARK, True])
