"""What only a browser shows of "Why multiply?": widths, the way from part to part, pixels picked by hand."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser import PHONE, WIDE, becomes, scrolls_down_only, settled

# Every part, and the chart that stands for it.
PARTS = {
    "your numbers": "distances", "one pixel": "pulls", "two pixels": "two_distance", "all pixels": "step_f",
    "the disguise": "score_pairs",
}


def query(tab) -> dict:
    return parse_qs(urlsplit(tab.url).query)


def what_was_seen(tab):
    """The sentence, asked for where it is not there yet."""
    said = tab.get_by_text("What you saw.").first
    if not said.count():
        tab.get_by_role("button", name="Show what happened").click()
        said.wait_for()
        settled(tab)
    return said


def fits_wide_and_scrolls_down_only_on_a_phone(tab) -> None:
    """The experiment and what was seen stand on one wide screen; on a phone a picture stands on the first."""
    seen = what_was_seen(tab).bounding_box()
    assert seen["y"] + seen["height"] <= WIDE["height"]
    assert tab.locator("[data-testid=stException]").count() == 0
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
    tops = tab.evaluate(
        "Array.from(document.querySelectorAll('.explorer-chart, .st-key-pair_picker'))"
        ".map(picture => picture.getBoundingClientRect().top)"
    )
    assert min(tops) < 700


@pytest.mark.parametrize("part", PARTS)
def test_a_part_fits_on_a_screen_and_on_a_phone_nothing_scrolls_sideways(app, open_tab, part):
    link = f"{app}/why_multiply?why_part={part.replace(' ', '+')}"
    fits_wide_and_scrolls_down_only_on_a_phone(open_tab(link, wait_for=f".st-key-{PARTS[part]} .main-svg"))


def test_a_link_opens_a_part_on_mnist_with_its_choices(app, open_tab, mnist):
    link = f"{app}/why_multiply?why_part=two+pixels&dataset=mnist&first=1&second=0&seed=2"
    tab = open_tab(link, wait_for=".st-key-two_distance .main-svg")
    opens_on_mnist(tab)


def opens_on_mnist(tab) -> None:
    """The page is whole, on the ones and zeros of MNIST that the link names."""
    assert query(tab)["dataset"] == ["mnist"]
    assert query(tab)["seed"] == ["2"]
    assert tab.locator("[data-testid=stException]").count() == 0
    assert what_was_seen(tab).count() == 1
    assert "12,665 images" in tab.locator("[data-testid=stSidebar]").inner_text()


def test_the_button_to_the_next_part_keeps_the_settings(app, open_tab):
    tab = open_tab(f"{app}/why_multiply?first=1&second=0&seed=3", wait_for=".st-key-products .main-svg")
    tab.get_by_role("button", name="Next: one pixel, every value").click()
    tab.wait_for_selector(".st-key-one_pixel .main-svg")
    tab.get_by_role("button", name="Next: two pixels of real images").click()
    tab.wait_for_selector(".st-key-two_distance .main-svg")
    assert becomes(tab, lambda: (query(tab).get("why_part"), query(tab).get("seed")), (["two pixels"], ["3"]))


def test_the_numbers_move_while_they_are_dragged_and_what_was_seen_comes_then(app, open_tab):
    tab = open_tab(f"{app}/why_multiply", wait_for=".st-key-products .main-svg")
    assert tab.get_by_text("What you saw.").count() == 0
    slider = tab.locator(".st-key-weight_a input[type=range]")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    says = tab.locator(".st-key-products_say")
    assert becomes(tab, lambda: "0.9 × (−0.05) = −0.045" in says.inner_text(), True)
    assert becomes(tab, lambda: query(tab).get("weight_a"), ["-0.05"])
    assert becomes(tab, tab.get_by_text("What you saw.").count, 1)


def test_a_way_back_from_black_and_white_pixels_stands_where_they_were_made(app, open_tab):
    tab = open_tab(f"{app}/why_multiply?why_part=the+disguise", wait_for=".st-key-score_pairs .main-svg")
    tab.get_by_role("button", name="Make pixels black or white on all pages").click()
    assert becomes(tab, lambda: query(tab).get("black_and_white"), ["true"])
    tab.get_by_role("button", name="Back to grey pixels on all pages").click()
    assert becomes(tab, lambda: "black_and_white" in query(tab), False)


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
    chart = tab.locator(".st-key-two_multiply .g-xtitle").first
    assert becomes(tab, chart.text_content, "value of pixel 6.6")
