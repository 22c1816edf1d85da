"""Drawing in a real Chromium: with the mouse, with a finger, and what becomes of the drawing."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from explorer.lessons.one_image.drawing import MAX_LENGTH, decode, encode
from tests.support.browser import MAIN, PHONE, WIDE, becomes, scrolls_down_only, settled

PAGE = "/one_image?source=your+drawing"
BALANCE = ".st-key-weighed .explorer-balance[data-state=still]"
# Corners of strokes, as shares of the pad.
SEVEN = [[(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]]
THREE = [[
    (0.3, 0.25), (0.4, 0.17), (0.55, 0.16), (0.67, 0.25), (0.66, 0.38), (0.55, 0.47), (0.45, 0.49), (0.58, 0.51),
    (0.69, 0.62), (0.68, 0.76), (0.56, 0.85), (0.42, 0.85), (0.3, 0.77),
]]


@pytest.fixture
def open_pad(app, open_tab):
    """Opens the page with the pad: ``open_pad(more of the link, size)`` -> the tab."""
    return lambda more="", size=WIDE, **others: open_tab(
        app + PAGE + "&dataset=digits" * ("dataset" not in more) + more, size, wait_for=BALANCE, **others
    )


def places(tab, stroke) -> list:
    canvas = tab.locator(".st-key-pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]


def draw(tab, strokes) -> None:
    for stroke in strokes:
        first, *others = places(tab, stroke)
        tab.mouse.move(*first)
        tab.mouse.down()
        for x, y in others:
            tab.mouse.move(x, y, steps=8)
        tab.mouse.up()


def touch(tab, strokes) -> None:
    """A finger, as the browser itself reports one."""
    cdp = tab.context.new_cdp_session(tab)
    for stroke in strokes:
        kind = "touchStart"
        for x, y in places(tab, stroke):
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            kind = "touchMove"
        cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def saw(tab) -> str:
    """What happened, asked for where it is not said yet."""
    ask = tab.get_by_role("button", name="Show what happened")
    if ask.count():
        settled(tab)  # what the visitor does may answer it
    if ask.count():
        ask.first.click()
        settled(tab)
    found = tab.locator("[data-testid=stMarkdownContainer]", has_text="What you saw.")
    return found.first.inner_text() if found.count() else ""


def terms(tab) -> str:
    """The sum below the beam."""
    return tab.locator(".st-key-weighed .sum").inner_text()


def link(tab) -> str:
    return parse_qs(urlsplit(tab.url).query).get("drawing", [""])[0]


def ink(tab) -> float:
    """How dark the pad is: the share of it that is ink."""
    return tab.locator(".st-key-pad canvas").evaluate("""canvas => {
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
        let dark = 0
        for (let i = 0; i < data.length; i += 4) dark += data[i] < 60
        return dark / (data.length / 4)
    }""")


@pytest.mark.parametrize("data", ["mnist"])  # on the digits: tests/lessons/test_one_image_drawing.py
def test_digits_drawn_with_the_mouse_are_answered_correctly(request, open_pad, data):
    request.getfixturevalue(data)  # skips where there is no MNIST
    tab = open_pad(f"&dataset={data}")
    for drawn, digit in ((SEVEN, 7), (THREE, 3)):
        draw(tab, drawn)
        assert becomes(tab, lambda: "All pushes together" in saw(tab), True)
        assert f"Answer: {digit}." in saw(tab)
        assert becomes(tab, lambda: len(decode(link(tab))), 1)
        tab.get_by_role("button", name="Clear").click()
        assert becomes(tab, lambda: "The pad is blank" in saw(tab), True)


def test_a_drawing_outlives_a_page_change_a_reload_and_goes_with_its_link(open_pad, open_tab):
    tab = open_pad("&start=zeros")
    assert "What is left is the bias alone" in saw(tab)
    assert ink(tab) < 0.02  # no more than the hint
    draw(tab, SEVEN)
    draw(tab, [[(0.35, 0.5), (0.68, 0.5)]])
    assert becomes(tab, lambda: len(decode(link(tab))), 2)
    assert becomes(tab, lambda: "All pushes together" in saw(tab), True)
    settled(tab)
    drawing, sentence, shown, dark = link(tab), saw(tab), terms(tab), ink(tab)
    assert dark > 0.05

    def is_there(where) -> bool:
        return becomes(where, lambda: (link(where), saw(where), terms(where)), (drawing, sentence, shown))

    tab.get_by_role("link", name="What is the bias for?").first.click()
    tab.wait_for_url("**/bias*")
    settled(tab)
    assert not link(tab)
    tab.get_by_role("link", name="One image").first.click()
    assert is_there(tab)
    assert becomes(tab, lambda: ink(tab), pytest.approx(dark, abs=0.002))
    tab.reload()
    assert is_there(tab)
    other = open_tab(tab.url, wait_for=BALANCE, person="another")
    assert is_there(other)
    assert becomes(other, lambda: ink(other), pytest.approx(dark, abs=0.002))

    tab.get_by_role("button", name="Undo").click()
    assert becomes(tab, lambda: link(tab), drawing.split(".")[0])
    assert becomes(tab, lambda: ink(tab) < dark, True)
    tab.get_by_role("button", name="Clear").click()
    assert becomes(tab, lambda: "bias alone" in saw(tab), True)
    assert becomes(tab, lambda: link(tab), "")
    assert becomes(tab, lambda: ink(tab) < 0.02, True)


def test_a_finger_draws_on_a_phone_and_nothing_scrolls_sideways(open_pad):
    tab = open_pad("", PHONE, has_touch=True)
    assert scrolls_down_only(tab)
    box = tab.locator(".st-key-pad canvas").bounding_box()
    assert box["y"] + 200 <= 844
    assert 240 <= box["width"] <= 300
    scrolled = tab.evaluate(f"{MAIN}.scrollTop")
    touch(tab, SEVEN)
    assert becomes(tab, lambda: "All pushes together" in saw(tab), True)
    assert "Answer: 7." in saw(tab)
    assert becomes(tab, lambda: len(decode(link(tab))), 1)
    (stroke,) = decode(link(tab))
    assert len(stroke) == 3  # the corners, as the finger was reported
    # The page did not move along with the finger.
    assert tab.evaluate(f"{MAIN}.scrollTop") == scrolled


def test_strokes_in_quick_succession_are_all_kept(open_pad):
    """Each is sent at once; the answers come back while others are being drawn."""
    tab = open_pad()
    lines = [[(0.1 + i / 10, 0.2), (0.1 + i / 10, 0.8)] for i in range(8)]
    draw(tab, lines)
    assert becomes(tab, lambda: len(decode(link(tab))), 8)
    settled(tab)
    assert len(decode(link(tab))) == 8
    assert ink(tab) > 8 * 0.6 * 0.05


def test_a_full_pad_says_so_and_keeps_what_is_there(open_pad):
    points = np.random.default_rng(0).integers(0, 512, (999, 2))
    text = encode([points[:500], points[500:]])
    assert len(text) == MAX_LENGTH - 2
    tab = open_pad(f"&drawing={text}")
    assert link(tab) == text
    draw(tab, SEVEN)
    full = tab.locator(".st-key-pad .full")
    assert becomes(tab, lambda: full.inner_text(), "The pad is full: undo a stroke, or clear it.")
    settled(tab)
    assert link(tab) == text
    tab.get_by_role("button", name="Undo").click()
    assert becomes(tab, lambda: link(tab), encode([points[:500]]))
    assert becomes(tab, full.inner_text, "")


def test_a_damaged_drawing_in_a_link_is_reported_and_the_pad_is_empty(open_pad):
    tab = open_pad("&drawing=%3Cscript%3E")
    assert "cannot be shown: it is damaged" in tab.locator("[data-testid=stAlert]").inner_text()
    assert "bias alone" in saw(tab)
    draw(tab, SEVEN)
    assert becomes(tab, lambda: "Answer: 7." in saw(tab) and bool(link(tab)), True)
    assert becomes(tab, lambda: tab.locator("[data-testid=stAlert]").count(), 0)


@pytest.mark.parametrize("source", ["test image", "your drawing"])
def test_wide_what_is_set_and_what_it_changes_are_on_one_screen(app, open_tab, source):
    tab = open_tab(f"{app}/one_image?source={source}", wait_for=BALANCE)
    for place in (".st-key-image_strip" if source == "test image" else ".st-key-pad", ".st-key-weighed",
                  ".st-key-what_if", ".st-key-pixel_change", ".st-key-how_sure"):
        box = tab.locator(place).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900, place
        assert box["x"] + box["width"] <= 1440


def test_a_pixel_is_picked_by_a_click_and_blotted(app, open_tab):
    tab = open_tab(f"{app}/one_image?dataset=digits", wait_for=BALANCE)
    canvas = tab.locator(".st-key-weighed canvas").first
    box = canvas.bounding_box()
    canvas.click(position={"x": 2.5 / 8 * box["width"], "y": 1.5 / 8 * box["height"]})
    assert becomes(tab, lambda: "row=1" in tab.url and "column=2" in tab.url, True)
    assert becomes(tab, lambda: tab.get_by_text("Row 1, column 2: ").count(), 1)
    before = terms(tab)
    tab.get_by_role("radio", name="blot with ink").click()
    assert becomes(tab, lambda: terms(tab) != before, True)
    assert "1 × " in tab.locator(".st-key-weighed .product").inner_text()


def test_an_image_of_the_strip_is_chosen_and_more_are_offered(app, open_tab):
    tab = open_tab(f"{app}/one_image?dataset=digits", wait_for=BALANCE)
    strip = tab.locator(".st-key-image_strip button")
    assert strip.count() == 12
    before = terms(tab)
    strip.nth(3).click()
    assert becomes(tab, lambda: "image=3" in tab.url, True)
    assert becomes(tab, lambda: terms(tab) != before, True)
    tab.get_by_role("button", name="More", exact=True).click()
    assert becomes(tab, lambda: strip.first.get_attribute("aria-label").startswith("Test image 12:"), True)
    assert "image=3" in tab.url
    # The sliders behind the strip and the picture are out of sight, and out of the way of the keyboard.
    for key in ("image", "row", "column"):
        assert not tab.locator(f".st-key-{key} [role=slider]").is_visible()
