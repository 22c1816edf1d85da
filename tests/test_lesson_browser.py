"""What only a browser shows of the lesson: cold links, widths, and pixels picked by hand, in a real Chromium."""

import os
from urllib.parse import parse_qs, urlsplit

import pytest

from explorer.datasets import MNIST_DIR_VARIABLE
from tests.browser import PHONE, WIDE, becomes

# Every page and part, the chart that stands for it, and how far down the first picture may begin on a phone.
STATES = (
    ("", "real_orange"), ("why_multiply?why_part=one+pixel", "one_pixel"),
    ("why_multiply?why_part=two+pixels", "two_distance"), ("why_multiply?why_part=all+pixels", "idea_weights"),
    ("why_multiply?why_part=the+disguise", "score_pairs"),
)


def query(tab) -> dict:
    return parse_qs(urlsplit(tab.url).query)


@pytest.mark.parametrize(("page", "key"), STATES)
def test_the_experiment_fits_on_a_screen_and_on_a_phone_nothing_scrolls_sideways(app, open_tab, page, key):
    tab = open_tab(f"{app}/{page}", WIDE, wait_for=f".st-key-{key} .main-svg")
    saw = tab.get_by_text("What you saw.").first.bounding_box()
    assert saw["y"] + saw["height"] <= 900
    assert tab.locator("[data-testid=stException]").count() == 0
    tab.set_viewport_size(PHONE)
    tab.wait_for_timeout(800)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    tops = tab.evaluate(
        "Array.from(document.querySelectorAll('[data-testid=stPlotlyChart], .st-key-pair_picker'))"
        ".map(picture => picture.getBoundingClientRect().top)"
    )
    assert min(tops) < 700


def test_deep_links_open_on_mnist_with_their_choices(app, open_tab):
    if not os.environ.get(MNIST_DIR_VARIABLE):
        pytest.skip(f"{MNIST_DIR_VARIABLE} names no folder with MNIST")
    for page, key in (STATES[0], STATES[2]):  # each part on MNIST: tests/test_lesson_pages.py
        link = f"{app}/{page}{'&' if '?' in page else '?'}dataset=mnist&first=1&second=0&seed=2"
        tab = open_tab(link, wait_for=f".st-key-{key} .main-svg")
        assert query(tab)["dataset"] == ["mnist"]
        assert query(tab)["seed"] == ["2"]
        assert tab.locator("[data-testid=stException]").count() == 0
        assert tab.get_by_text("What you saw.").count() == 1
        assert "12,665 images" in tab.locator("[data-testid=stSidebar]").inner_text()


def test_a_link_opens_the_next_part_with_the_settings(app, open_tab):
    tab = open_tab(f"{app}/?first=1&second=0&seed=3", wait_for=".st-key-real_blue .main-svg")
    tab.locator("[data-testid=stMain]").get_by_role("link", name="Why multiply?").click()
    tab.wait_for_selector(".st-key-one_pixel .main-svg", timeout=60_000)
    assert urlsplit(tab.url).path == "/why_multiply"
    assert (query(tab)["first"], query(tab)["second"], query(tab)["seed"]) == (["1"], ["0"], ["3"])
    tab.get_by_role("button", name="Next: two pixels of real images").click()
    tab.wait_for_selector(".st-key-two_distance .main-svg", timeout=60_000)
    assert query(tab)["why_part"] == ["two pixels"]
    assert query(tab)["seed"] == ["3"]


def pixels(tab) -> tuple[str, str]:
    values = [tab.locator(f".st-key-{key} input").first.input_value() for key in ("pixel_a", "pixel_b")]
    return values[0], values[1]


@pytest.mark.parametrize("by", ["touch", "keyboard"])
def test_pixels_are_picked_by_touch_and_by_keyboard(app, open_tab, by):
    tab = open_tab(
        f"{app}/why_multiply?why_part=two+pixels&pixel_a=1.1&pixel_b=6.6", wait_for=".st-key-two_distance .main-svg",
        has_touch=by == "touch",
    )
    picture = tab.locator(".st-key-pair_picker canvas")
    box = picture.bounding_box()

    def middle(row: int, column: int) -> tuple[float, float]:
        return box["x"] + box["width"] * (column + 0.5) / 8, box["y"] + box["height"] * (row + 0.5) / 8

    if by == "keyboard":
        picture.focus()
        for key in ("ArrowUp", "ArrowLeft", "ArrowLeft", "Enter"):  # from the pixel picked last, 6.6
            tab.keyboard.press(key)
    else:
        tab.touchscreen.tap(*middle(5, 4))
    assert becomes(tab, lambda: pixels(tab), ("6.6", "5.4"))
    assert becomes(tab, lambda: (query(tab)["pixel_a"], query(tab)["pixel_b"]), (["6.6"], ["5.4"]))
    chart = ".st-key-two_multiply .g-xtitle"
    assert becomes(tab, lambda: tab.locator(chart).first.text_content(timeout=5000), "value of pixel 6.6")
