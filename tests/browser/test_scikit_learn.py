"""What only a browser shows of "Against scikit-learn": what fits on a screen, and a fit that is stopped by hand."""

import re
import time
from urllib.parse import parse_qs, urlsplit

from tests.support.browser import PHONE, WIDE, becomes, scrolls_down_only, settled

READY = ".st-key-way_down .main-svg"


def summary(tab) -> str:
    words = re.compile("( in 7 ways|^. of 7 fitted)")
    return tab.locator("[data-testid=stMarkdownContainer]", has_text=words).first.inner_text()


def test_the_comparison_fits_on_a_screen_and_on_a_phone_nothing_scrolls_sideways(app, open_tab):
    tab = open_tab(f"{app}/scikit_learn", WIDE, wait_for=READY)
    for key in ("way_down", "weights_beside"):
        box = tab.locator(f".st-key-{key}").bounding_box()
        assert box["y"] + box["height"] <= 900
    # The question before the controls, and nothing above the title.
    places = [tab.locator(place).first.bounding_box()["y"] for place in (
        "h3", ".st-key-expect_scikit_learn", ".st-key-penalty", ".st-key-descent", ".st-key-way_down",
        ".st-key-conversion",
    )]
    assert places == sorted(places)
    table = tab.locator("[data-testid=stTable]").first.bounding_box()
    assert table["y"] + table["height"] <= 900
    assert tab.locator("[data-testid=stException]").count() == 0
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
    assert tab.locator(".st-key-way_down").bounding_box()["y"] < 700


def test_the_link_replays_the_page(app, open_tab):
    tab = open_tab(f"{app}/scikit_learn?seed=3", WIDE, wait_for=READY)
    tab.locator(".st-key-penalty input").first.focus()
    tab.keyboard.press("ArrowRight")
    assert becomes(tab, lambda: parse_qs(urlsplit(tab.url).query).get("penalty"), ["0.1"])
    settled(tab)
    tab.get_by_role("button", name="Take it to the minimum").click()
    same = tab.get_by_text("The same model, found in two ways")
    same.wait_for()
    assert becomes(tab, lambda: parse_qs(urlsplit(tab.url).query).get("epochs"), ["1000"])
    other = open_tab(tab.url, WIDE, wait_for=READY)
    assert becomes(other, lambda: other.locator("[data-testid=stTable]").first.inner_text().splitlines()[:-1],
                   tab.locator("[data-testid=stTable]").first.inner_text().splitlines()[:-1])


def test_a_slow_fit_is_stopped_by_hand(app, open_tab, mnist):
    tab = open_tab(f"{app}/scikit_learn?dataset=mnist&solvers=true&first=4&second=9", WIDE, wait_for=READY)
    tab.get_by_role("button", name="Fit them").click()
    tab.get_by_text(re.compile("^fitting ")).wait_for()
    stop = tab.get_by_role("button", name="Stop", exact=True)
    assert stop.is_enabled()
    stop.click()
    assert becomes(tab, stop.is_disabled, True)
    assert becomes(tab, tab.get_by_text(re.compile("^fitting ")).count, 0)
    before = summary(tab)
    time.sleep(3)  # a fit that went on would add its row
    assert summary(tab) == before
    assert not before.startswith("7 of 7")
    # The next visitor's fits can start at once; their rows appear one by one.
    other = open_tab(f"{app}/scikit_learn?solvers=true&first=2&second=5", WIDE, wait_for=READY)
    other.get_by_role("button", name="Fit them").click()
    assert becomes(other, lambda: summary(other).startswith("7 of 7 fitted"), True)


def test_a_closed_tab_stops_its_fits(app, open_tab, mnist):
    """The next visitor's fits start long before seven fits on MNIST could be done."""
    tab = open_tab(f"{app}/scikit_learn?dataset=mnist&solvers=true&first=8&second=9", WIDE, wait_for=READY)
    tab.get_by_role("button", name="Fit them").click()
    tab.get_by_text(re.compile("^fitting ")).wait_for()
    tab.close()
    other = open_tab(f"{app}/scikit_learn?solvers=true&first=2&second=6", WIDE, wait_for=READY)
    other.get_by_role("button", name="Fit them").click()
    assert becomes(other, lambda: summary(other).startswith("7 of 7 fitted"), True)
