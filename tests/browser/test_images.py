"""Which images a page shows, in a real Chromium: on a server that has the lesson's own, and on one that has not."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.test_history import COMPARE, to_page
from tests.support import mirrors as fake
from tests.support.browser import (
    PHONE,
    WIDE,
    becomes,
    go_back_to,
    open_settings,
    scrolls_down_only,
    settled,
    wait_until,
)

OFFER = ".st-key-lessons_images button"


@pytest.fixture(scope="module")
def with_mnist(server, mnist) -> str:
    """The address of a server that has MNIST and shows what it has."""
    return server(EXPLORER_DATASET="")


def size(tab) -> str:
    """What the sidebar says of the images: their height and width."""
    return tab.locator("[data-testid=stSidebar] [data-testid=stCaptionContainer]").inner_text().split(", ")[-1]


def dataset_in(tab) -> list[str] | None:
    return parse_qs(urlsplit(tab.url).query).get("dataset")


MNIST, DIGITS = "28 × 28 pixels each.", "8 × 8 pixels each."


def choose(tab, dataset: str) -> None:
    tab.locator(".st-key-dataset button", has_text=dataset).click()


def test_the_servers_own_images_are_shown_and_other_ones_are_named_in_the_address(with_mnist, open_tab):
    tab = open_tab(with_mnist + "/train")
    assert size(tab) == MNIST
    assert dataset_in(tab) is None
    assert tab.locator(OFFER).count() == 0
    choose(tab, "digits")
    assert becomes(tab, lambda: size(tab), DIGITS)
    assert becomes(tab, lambda: dataset_in(tab), ["digits"])
    settled(tab)
    to_page(tab, "Compare losses", COMPARE)
    assert (size(tab), dataset_in(tab)) == (DIGITS, ["digits"])
    choose(tab, "mnist")
    assert becomes(tab, lambda: size(tab), MNIST)
    assert becomes(tab, lambda: dataset_in(tab), None)
    settled(tab)
    tab.go_back()
    assert becomes(tab, lambda: size(tab), DIGITS)
    assert becomes(tab, lambda: dataset_in(tab), ["digits"])
    settled(tab)
    tab.go_forward()
    assert becomes(tab, lambda: size(tab), MNIST)
    settled(tab)
    assert dataset_in(tab) is None
    go_back_to(tab, with_mnist + "/train?dataset=digits")
    assert becomes(tab, lambda: size(tab), DIGITS)
    go_back_to(tab, with_mnist + "/train?seed=1")
    assert becomes(tab, lambda: size(tab), MNIST)
    go_back_to(tab, with_mnist + "/train?dataset=digits")
    assert becomes(tab, lambda: size(tab), DIGITS)
    tab.reload()
    assert becomes(tab, lambda: tab.locator(".st-key-confusion .main-svg").count() > 0, True)
    assert becomes(tab, lambda: size(tab), DIGITS)
    choose(tab, "mnist")
    assert becomes(tab, lambda: dataset_in(tab), None)
    assert becomes(tab, lambda: size(tab), MNIST)


def test_a_link_of_version_1_shows_the_built_in_digits_and_stays_so(with_mnist, open_tab):
    tab = open_tab(with_mnist + "/train?v=1&loss=hinge")
    assert size(tab) == DIGITS
    assert dataset_in(tab) == ["digits"]
    choose(tab, "mnist")
    assert becomes(tab, lambda: dataset_in(tab), None)
    assert becomes(tab, lambda: size(tab), MNIST)
    settled(tab)
    tab.reload()
    tab.wait_for_selector(".st-key-confusion .main-svg")
    settled(tab)
    assert size(tab) == MNIST
    go_back_to(tab, with_mnist + "/train?dataset=digits")
    assert becomes(tab, lambda: size(tab), DIGITS)


def test_a_class_link_of_version_1_that_hides_the_data_set_shows_the_built_in_digits(with_mnist, open_tab):
    tab = open_tab(with_mnist + "/train?v=1&hide=dataset")
    assert size(tab) == DIGITS
    tab.get_by_role("link", name="Against scikit-learn").click()
    tab.wait_for_selector(".st-key-weights_beside .main-svg")
    settled(tab)
    assert size(tab) == DIGITS
    assert dataset_in(tab) == ["digits"]
    tab.reload()
    tab.wait_for_selector(".st-key-weights_beside .main-svg")
    settled(tab)
    assert size(tab) == DIGITS


def test_a_link_in_a_table_opens_another_tab_with_the_same_images(with_mnist, open_tab):
    tab = open_tab(with_mnist + "/train?dataset=digits")
    link = tab.locator("[data-testid=stImage] a, [data-testid=stImageCaption] a").first.get_attribute("href")
    assert parse_qs(urlsplit(link).query)["dataset"] == ["digits"]


@pytest.mark.parametrize("window", [{}, {"size": PHONE}], ids=["wide", "phone"])
def test_a_server_without_mnist_offers_it_on_the_page(window, server, open_tab, tmp_path):
    with fake.silent_server() as (address, _):
        app = server(
            EXPLORER_DATASET="", EXPLORER_MNIST_DIR="", EXPLORER_CACHE_DIR=str(tmp_path), TMPDIR=str(tmp_path),
            NO_PROXY="", no_proxy="", HTTPS_PROXY=f"http://{address}", https_proxy=f"http://{address}",
        )
        tab = open_tab(app + "/train", **window)
        assert scrolls_down_only(tab)
        button = tab.locator(OFFER)
        assert button.inner_text().endswith(
            "These are 8 × 8 digits. Load the lesson's own 28 × 28 images (12 MB, once)"
        )
        button.click()
        tab.wait_for_selector("[data-testid=stProgress]")
        assert becomes(tab, lambda: dataset_in(tab), ["mnist"])
        assert becomes(tab, tab.locator(OFFER).count, 0)
        tab.locator("[data-testid=stMain] button", has_text="Use the built-in digits").click()
        tab.wait_for_selector(".st-key-confusion .main-svg")
        assert becomes(tab, tab.locator(OFFER).count, 1)
        assert becomes(tab, lambda: dataset_in(tab), None)


def test_the_drawer_stays_open_while_its_settings_change_and_says_them_when_it_is_closed(app, open_tab):
    tab = open_tab(app + "/train")
    drawer = tab.locator(".st-key-more_settings")
    assert not tab.locator(".st-key-inverted").is_visible()
    open_settings(tab)
    tab.locator(".st-key-inverted label").first.click()
    wait_until(tab, "location.search.includes('inverted=true')")
    settled(tab)
    tab.locator(".st-key-seed input").first.press("ArrowRight")
    wait_until(tab, "location.search.includes('seed=1')")
    settled(tab)
    assert tab.locator(".st-key-inverted").is_visible()
    drawer.locator("summary").click()
    assert becomes(tab, tab.locator(".st-key-inverted").is_visible, False)
    assert "More settings: inverted, seed 1" in drawer.inner_text()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_button_that_changes_all_pages_says_so_where_it_is_seen_and_moves_nothing(app, open_tab, size):
    tab = open_tab(app + "/why_multiply?why_part=the+disguise", size, wait_for=".st-key-score_pairs .main-svg")
    button = tab.get_by_role("button", name="Make pixels black or white on all pages")
    button.scroll_into_view_if_needed()
    place = tab.locator(".st-key-score_pairs").bounding_box()
    button.click()
    note = tab.locator(".st-key-changed_data")
    note.wait_for()
    settled(tab)
    assert "On all pages, every pixel is now black or white." in note.inner_text()
    assert tab.locator(".st-key-score_pairs").bounding_box() == place
    box = note.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]
    assert scrolls_down_only(tab)
    tab.get_by_role("button", name="Undo").click()
    assert becomes(tab, note.count, 0)
    assert becomes(tab, lambda: "black_and_white" in tab.url, False)
