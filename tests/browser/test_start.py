"""What only a browser shows of the first page: its addresses, widths, and the way to the next page."""

from urllib.parse import parse_qs, urlsplit

from tests.browser.test_why_multiply import fits_wide_and_scrolls_down_only_on_a_phone, opens_on_mnist, query

READY = ".st-key-real_orange .main-svg"


def test_the_bare_address_and_its_name_show_the_first_page(app, open_tab):
    for address in ("/", "/start"):
        tab = open_tab(f"{app}{address}?first=1&second=0", wait_for=".st-key-real_blue .main-svg")
        assert tab.title() == "Start · Pixels and weights"
        assert parse_qs(urlsplit(tab.url).query) == {"first": ["1"], "second": ["0"]}
        assert tab.get_by_text("sure of a 1").count() == 2


def test_the_page_fits_on_a_screen_and_on_a_phone_nothing_scrolls_sideways(app, open_tab):
    fits_wide_and_scrolls_down_only_on_a_phone(open_tab(f"{app}/", wait_for=READY))


def test_a_link_opens_on_mnist_with_its_choices(app, open_tab, mnist):
    opens_on_mnist(open_tab(f"{app}/?dataset=mnist&first=1&second=0&seed=2", wait_for=READY))


def test_the_link_to_the_next_page_keeps_the_settings(app, open_tab):
    tab = open_tab(f"{app}/?first=1&second=0&seed=3", wait_for=".st-key-real_blue .main-svg")
    tab.locator("[data-testid=stMain]").get_by_role("link", name="Why multiply?").click()
    tab.wait_for_selector(".st-key-products .main-svg")
    assert urlsplit(tab.url).path == "/why_multiply"
    assert (query(tab)["first"], query(tab)["second"], query(tab)["seed"]) == (["1"], ["0"], ["3"])
