"""Which images a page shows, in a real Chromium: on a server that has the lesson's own, and on one that has not."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.test_history import COMPARE, to_page
from tests.support import mirrors as fake
from tests.support.browser import PHONE, becomes, go_back_to, scrolls_down_only, settled

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
    tab.wait_for_selector(".st-key-path_down .main-svg, .st-key-weights_beside .main-svg")
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
