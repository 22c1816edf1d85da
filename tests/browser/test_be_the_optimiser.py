"""Painting weights in a real Chromium: by mouse, by finger and by key; the number grows during a stroke."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from explorer.engine.settings import Settings
from explorer.lessons.be_the_optimiser import measures, painting
from explorer.lessons.words import percent
from tests.support.browser import PHONE, WIDE, becomes, scrolls_down_only, settled

PAGE = "/be_the_optimiser?dataset=digits"
CANVAS = ".painter canvas"
SETTINGS = measures.opponent(Settings())


@pytest.fixture
def open_canvas(app, open_tab):
    """Opens the page: ``open_canvas(more of the link, size)`` -> the tab."""
    return lambda more="", size=WIDE, **others: open_tab(app + PAGE + more, size, wait_for=CANVAS, **others)


def place(tab, row: int, column: int) -> tuple[float, float]:
    box = tab.locator(CANVAS).bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / 8, box["y"] + (row + 0.5) * box["height"] / 8


def number(tab) -> str:
    """The large number: what is laid over it while the brush moves, else what the page says."""
    return tab.locator(".st-key-painted_right").inner_text().strip()


def right(digits, cells) -> str:
    return percent(measures.on_training(digits, SETTINGS, cells, 0.0).accuracy)


def painted(tab) -> np.ndarray:
    text = parse_qs(urlsplit(tab.url).query).get("painting", [""])[0]
    return painting.decode(text, (8, 8)).reshape(8, 8)


def row_of(row: int, first: int, last: int, level: int) -> np.ndarray:
    cells = painting.empty((8, 8)).reshape(8, 8)
    cells[row, first : last + 1] = level
    return cells


def test_the_number_grows_during_a_stroke_and_a_stroke_can_be_undone(open_canvas, digits):
    tab = open_canvas()
    settled(tab)
    assert number(tab) == right(digits, painting.empty((8, 8)))
    tab.mouse.move(*place(tab, 6, 1))
    tab.mouse.down()
    tab.mouse.move(*place(tab, 6, 5), steps=8)
    wanted = row_of(6, 1, 5, 1)
    # The stroke is still under way, and nothing is in the address.
    assert becomes(tab, lambda: number(tab), right(digits, wanted.ravel()))
    assert not painted(tab).any()
    tab.mouse.up()
    assert becomes(tab, lambda: painted(tab).tolist(), wanted.tolist())
    settled(tab)
    assert number(tab) == right(digits, wanted.ravel())
    tab.get_by_role("button", name="Undo").click()
    assert becomes(tab, lambda: painted(tab).any(), False)
    tab.get_by_role("button", name="Redo").click()
    assert becomes(tab, lambda: painted(tab).tolist(), wanted.tolist())
    # A start from the mean images is a step that can be undone, too.
    settled(tab)
    tab.get_by_role("button", name="Start from the mean images").click()
    assert becomes(tab, lambda: painted(tab).ravel().tolist(), painting.by_rule(digits, "multiply").tolist())
    settled(tab)
    tab.get_by_role("button", name="Undo").click()
    assert becomes(tab, lambda: painted(tab).tolist(), wanted.tolist())


def test_the_keyboard_alone_paints(open_canvas):
    tab = open_canvas()
    settled(tab)
    tab.locator(CANVAS).focus()
    tab.keyboard.press("ArrowRight")  # shows the brush, in the middle
    for key in ("b", "ArrowUp", "Space", "Shift+ArrowLeft"):
        tab.keyboard.press(key)
    assert tab.locator(".painter .status").inner_text() == "row 3, column 3: for 7"
    assert becomes(tab, lambda: painted(tab).tolist(), row_of(3, 3, 4, 2).tolist())
    tab.keyboard.press("u")
    assert becomes(tab, lambda: painted(tab).tolist(), row_of(3, 4, 4, 2).tolist())
    assert tab.locator(CANVAS).evaluate("canvas => canvas === canvas.getRootNode().activeElement")


def test_a_finger_paints_and_does_not_scroll(open_canvas):
    tab = open_canvas(size=PHONE, has_touch=True, is_mobile=True)
    settled(tab)
    # Canvas and number are on the first screen.
    box = tab.locator(CANVAS).bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]
    assert box["width"] > 340
    assert 0 < tab.locator(".st-key-painted_right").bounding_box()["y"] < box["y"]
    assert scrolls_down_only(tab)
    cdp = tab.context.new_cdp_session(tab)
    kind = "touchStart"
    for row in range(1, 7):
        x, y = place(tab, row, 4)
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        kind = "touchMove"
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert becomes(tab, lambda: painted(tab)[:, 4].tolist(), [0, 1, 1, 1, 1, 1, 1, 0])
    assert tab.locator(CANVAS).bounding_box()["y"] == box["y"]


def test_on_a_wide_screen_the_canvas_and_done_are_on_the_first_screen(open_canvas):
    tab = open_canvas()
    settled(tab)
    for selector in (CANVAS, ".st-key-painted_right", ".st-key-pulled", ".st-key-test_unseen"):
        box = tab.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= WIDE["height"], selector
