"""What only a browser shows of the first page: its addresses, widths, and the way to the next page."""

from urllib.parse import parse_qs, urlsplit

from tests.browser.test_balance import BALANCE, READY, terms
from tests.browser.test_why_multiply import query
from tests.support.browser import PHONE, WIDE, becomes, scrolls_down_only, settled


def test_the_bare_address_and_its_name_show_the_first_page(app, open_tab):
    for address in ("/", "/start"):
        tab = open_tab(f"{app}{address}?first=1&second=0", wait_for=READY)
        assert tab.title() == "Start · Pixels and weights"
        assert parse_qs(urlsplit(tab.url).query) == {"first": ["1"], "second": ["0"]}
        assert {"pushes for 1", "pushes for 0"} <= set(terms(tab))


def test_the_question_the_balance_and_the_images_stand_on_a_wide_screen(app, open_tab):
    tab = open_tab(f"{app}/", wait_for=READY)
    picture = tab.locator(f"{BALANCE} canvas").first.bounding_box()
    assert 360 <= picture["width"] <= 420
    for part in (BALANCE, ".st-key-start_strip", ".st-key-expect_start"):
        box = tab.locator(part).bounding_box()
        assert box["y"] + box["height"] <= WIDE["height"]
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True, 10)


def test_a_link_opens_on_mnist_with_its_choices(app, open_tab, mnist):
    tab = open_tab(f"{app}/?dataset=mnist&first=1&second=0&seed=2", wait_for=READY)
    assert (query(tab)["dataset"], query(tab)["seed"]) == (["mnist"], ["2"])
    assert tab.locator("[data-testid=stException]").count() == 0
    assert "12,665 images" in tab.locator("[data-testid=stSidebar]").inner_text()


def test_the_way_to_the_next_page_keeps_the_settings(app, open_tab):
    tab = open_tab(f"{app}/?first=1&second=0&seed=3", wait_for=READY)
    tab.locator(".st-key-onward").get_by_role("link").click()
    tab.wait_for_url("**/why_multiply*")
    settled(tab)
    assert (query(tab)["first"], query(tab)["second"], query(tab)["seed"]) == (["1"], ["0"], ["3"])
