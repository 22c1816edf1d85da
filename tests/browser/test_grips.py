"""Handles on the pictures themselves: dragged by mouse and finger, moved by keys; they move the sliders beside them."""

import pytest

from tests.browser.test_touch import Finger
from tests.support.browser import PHONE, becomes, numbers, settled

# (page, chart, the number of the handle, the way it is dragged in screen pixels, the slider that it moves, the chart
# whose numbers then change)
GRIPS = (
    ("why_multiply?why_part=one+pixel", "one_pixel", 0, (-80, 0), "pixel_value", "one_pixel"),
    ("why_multiply?why_part=one+pixel", "one_pixel", 1, (0, 60), "pixel_weight", "one_pixel"),
    ("why_multiply?why_part=one+pixel", "one_pixel", 2, (60, 0), "pixel_weight", "one_pixel"),
    ("bias?bias_part=Ink", "ink", 0, (90, 0), "ink_bias", "ink"),
    ("prices?prices_part=Steps", "by_rate", 0, (60, 0), "price_rate", "steps"),
)


def center(grip) -> tuple[float, float]:
    box = grip.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def value(tab, slider: str) -> float:
    return float(tab.locator(f".st-key-{slider} input").get_attribute("value"))


def address_names(tab, slider: str) -> bool:
    return f"{slider}=" in tab.url


@pytest.mark.parametrize(("page", "chart", "number", "way", "slider", "follower"), GRIPS)
def test_a_handle_moves_its_slider_and_the_picture_before_it_is_let_go(
    app, open_tab, page, chart, number, way, slider, follower
):
    tab = open_tab(f"{app}/{page}", wait_for=f".st-key-{chart} .main-svg")
    grip = tab.locator(f".st-key-{chart} .grip").nth(number)
    grip.scroll_into_view_if_needed()
    before, drawn = value(tab, slider), numbers(tab, follower)
    x, y = center(grip)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + way[0] / 2, y + way[1] / 2)
    tab.mouse.move(x + way[0], y + way[1])
    assert becomes(tab, lambda: value(tab, slider) != before, True)
    assert becomes(tab, lambda: numbers(tab, follower) not in ([], drawn), True)
    assert not address_names(tab, slider)
    # It is where the slider is, which has steps: about at the pointer.
    assert center(grip) == pytest.approx((x + way[0], y + way[1]), abs=14)
    held, dragged = value(tab, slider), numbers(tab, follower)
    tab.mouse.up()
    assert becomes(tab, lambda: address_names(tab, slider), True)
    settled(tab, 800)
    assert value(tab, slider) == held
    assert numbers(tab, follower) == dragged
    # By key, one step of the slider further.
    grip.press("ArrowRight" if way[0] else "ArrowUp")
    assert becomes(tab, lambda: value(tab, slider) != held, True)
    assert grip.evaluate("grip => grip === document.activeElement")


def test_the_guess_is_dragged_over_the_plane_and_its_path_follows(app, open_tab):
    tab = open_tab(f"{app}/prices?prices_part=One+line", wait_for=".st-key-plane .main-svg")
    grip = tab.locator(".st-key-plane .grip")
    x, y = center(grip)
    before = numbers(tab, "plane")
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 60, y - 60, steps=4)
    assert becomes(tab, lambda: numbers(tab, "plane") not in ([], before), True)
    assert not address_names(tab, "apple")
    assert (value(tab, "apple"), value(tab, "pear")) != (5.0, 9.0)
    tab.mouse.up()
    assert becomes(tab, lambda: address_names(tab, "apple") and address_names(tab, "pear"), True)
    settled(tab, 800)
    assert value(tab, "apple") < 5.0
    assert value(tab, "pear") > 9.0
    pear = value(tab, "pear")
    grip.press("ArrowUp")
    assert becomes(tab, lambda: value(tab, "pear"), pear + 0.5)


def test_a_finger_drags_a_handle_and_the_page_stays(app, new_tab):
    tab = new_tab(PHONE, has_touch=True)
    tab.goto(f"{app}/prices?prices_part=One+line")
    tab.wait_for_selector(".st-key-plane .main-svg")
    settled(tab)
    grip = tab.locator(".st-key-plane .grip")
    grip.scroll_into_view_if_needed()
    settled(tab)
    x, y = center(grip)
    finger = Finger(tab)
    top = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    finger.drag([(x, y), (x - 40, y + 60)])
    assert becomes(tab, lambda: address_names(tab, "apple") and address_names(tab, "pear"), True)
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == top


def test_a_handle_that_is_pressed_at_its_edge_moves_only_as_far_as_the_pointer(app, open_tab):
    tab = open_tab(f"{app}/prices?prices_part=One+line", wait_for=".st-key-plane .main-svg")
    grip = tab.locator(".st-key-plane .grip")
    x, y = center(grip)
    tab.mouse.click(x + 9, y + 7)
    settled(tab, 800)
    assert (value(tab, "apple"), value(tab, "pear")) == (5.0, 9.0)
    assert center(grip) == pytest.approx((x, y), abs=1)
    assert not address_names(tab, "apple")
    tab.mouse.move(x + 9, y + 7)
    tab.mouse.down()
    tab.mouse.move(x - 51, y + 7, steps=3)
    assert becomes(tab, lambda: center(grip) == pytest.approx((x - 60, y), abs=6), True)
    tab.mouse.up()
    assert becomes(tab, lambda: address_names(tab, "apple"), True)
    assert value(tab, "pear") == 9.0


def test_a_handle_of_a_slider_that_is_disabled_stays(app, open_tab):
    tab = open_tab(f"{app}/bias?bias_part=Ink&bias=false", wait_for=".st-key-ink .main-svg")
    grip = tab.locator(".st-key-ink .grip")
    x, y = center(grip)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 80, y, steps=3)
    tab.mouse.up()
    settled(tab, 800)
    assert center(grip) == pytest.approx((x, y), abs=1)
    assert not address_names(tab, "ink_bias")
