"""The balance in a real Chromium: its pixels, the bias dragged by mouse, finger and key, the sum that runs up."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.test_touch import Finger
from tests.support.browser import MAIN, PHONE, WIDE, becomes, scrolls_down_only, settled

READY = ".explorer-balance[data-state=still]"
BALANCE = ".st-key-balance"
BACK = "Back to the learned bias"


def weight(tab):
    return tab.locator(f"{BALANCE} [role=slider]")


def middle(box) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def terms(tab) -> dict[str, str]:
    """The sum below the beam: label to number, with the sign before it where it is a minus.

    The answer's label says more than "answer": see ``verdict``.
    """
    both = tab.locator(f"{BALANCE} .both").all()
    return {
        term.locator(".label").inner_text().split(",")[0]: ("−" if term.locator(".sign").inner_text() == "−" else "")
        + term.locator(".value").inner_text() for term in both
    }


def verdict(tab) -> str:
    """What stands below the answer: whether it is correct, where that is known."""
    return tab.locator(f"{BALANCE} .both .label").last.inner_text()


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def adds_up(tab) -> bool:
    found = terms(tab)
    numbers = [number(found[name]) for name in ("pushes for 3", "pushes for 7", "bias", "score")]
    return sum(numbers[:3]) == pytest.approx(numbers[3], abs=1e-9)


def tilt(tab) -> float:
    """Degrees; above 0 the side of the first digit is down."""
    turned = tab.locator(f"{BALANCE} .beam > g").get_attribute("transform")
    return float(re.match(r"rotate\((\S+)", turned)[1])


def moved(tab) -> str | None:
    return parse_qs(urlsplit(tab.url).query).get("bias_moved", [None])[0]


def seen(tab) -> str:
    return tab.locator(".st-key-start_seen").inner_text()


@pytest.fixture
def start(app, open_tab):
    return lambda query="", size=WIDE, **more: open_tab(f"{app}/{query}", size, wait_for=READY, **more)


def test_the_bias_is_dragged_along_the_beam_until_the_answer_changes(start):
    tab = start()
    before, tilted = terms(tab), tilt(tab)
    assert before["answer"] == "3"
    assert verdict(tab) == "answer, correct"
    assert tab.get_by_role("button", name=BACK).count() == 0
    assert tilted > 0
    assert adds_up(tab)
    x, y = middle(weight(tab).bounding_box())
    beam = tab.locator(f"{BALANCE} .beam").bounding_box()
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move((x + beam["x"]) / 2, y, steps=3)
    tab.mouse.move(beam["x"], y, steps=3)
    assert becomes(tab, lambda: terms(tab)["answer"], "7")
    assert terms(tab)["pushes for 3"] == before["pushes for 3"]
    assert tilt(tab) < 0 < tilted
    assert adds_up(tab)
    # The sentence on all images moves along; the server is told on release.
    assert becomes(tab, lambda: "calls all 109 unseen images a 7" in seen(tab), True)
    assert moved(tab) is None
    tab.mouse.up()
    assert becomes(tab, lambda: moved(tab), "-15")
    settled(tab, 800)
    assert terms(tab)["answer"] == "7"
    assert verdict(tab) == "answer, wrong"
    assert "calls all 109 unseen images a 7" in seen(tab)
    assert "Done." in tab.locator(".st-key-task").inner_text()
    tab.get_by_role("button", name=BACK).click()
    assert becomes(tab, lambda: moved(tab), None)
    settled(tab, 800)
    assert verdict(tab) == "answer, correct"
    assert terms(tab) == before
    assert tab.get_by_role("button", name=BACK).count() == 0


def test_keys_move_the_bias_by_steps_and_to_its_ends(start):
    tab = start()
    handle = weight(tab)
    handle.focus()
    handle.press("ArrowLeft")
    assert becomes(tab, lambda: moved(tab), "-0.5")
    assert "the answer is 3" in handle.get_attribute("aria-valuetext")
    handle.press("PageUp")
    assert becomes(tab, lambda: moved(tab), "4.5")
    handle.press("Home")
    assert becomes(tab, lambda: moved(tab), "-15")
    assert "the answer is 7" in handle.get_attribute("aria-valuetext")
    assert handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemin")
    handle.press("End")
    assert becomes(tab, lambda: moved(tab), "15")
    settled(tab)
    assert handle.evaluate("handle => handle === document.activeElement")
    assert "calls all 109 unseen images a 3" in seen(tab)
    assert adds_up(tab)


def test_a_finger_drags_the_bias_on_a_phone_and_the_page_stays(start):
    tab = start("", PHONE, has_touch=True)
    assert scrolls_down_only(tab)
    # The picture, the beam and the weight are on the first screen together.
    for part in ("canvas", ".beam", "[role=slider]"):
        box = tab.locator(f"{BALANCE} {part}").first.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE["height"], part
    box = weight(tab).bounding_box()
    assert min(box["width"], box["height"]) >= 44
    x, y = middle(box)
    top = tab.evaluate(f"{MAIN}.scrollTop")
    Finger(tab).drag([(x, y), (x - 150, y + 40)])
    assert becomes(tab, lambda: moved(tab) is not None and float(moved(tab)) < -5, True)
    assert terms(tab)["answer"] == "7"
    assert tab.evaluate(f"{MAIN}.scrollTop") == top


def test_a_pixel_says_value_times_weight_and_which_digit_it_argues_for(start):
    tab = start()
    canvas, pixel = tab.locator(f"{BALANCE} canvas").first, tab.locator(f"{BALANCE} .pixel")
    strongest = pixel.inner_text()
    assert "Ink here argues for" in strongest
    box = canvas.bounding_box()
    canvas.hover(position={"x": 0.5 / 8 * box["width"], "y": 0.5 / 8 * box["height"]})
    assert "Row 0, column 0" in pixel.inner_text()
    assert "0 × anything = 0" in pixel.inner_text()
    tab.mouse.move(0, 0)
    assert pixel.inner_text() == strongest
    canvas.click(position={"x": 3.5 / 8 * box["width"], "y": 4.5 / 8 * box["height"]})
    canvas.press("ArrowRight")
    tab.mouse.move(0, 0)
    assert "Row 4, column 4" in pixel.inner_text()
    value, weight_, product = map(number, re.search(r"(\S+) × (\S+) = \+?(\S+)", pixel.inner_text()).groups())
    assert product == pytest.approx(value * weight_, abs=0.002)


def test_the_picture_shows_the_pixels_the_weights_or_the_pushes(start):
    tab = start()
    shown = "canvas => canvas.toDataURL()"
    canvas = tab.locator(f"{BALANCE} canvas").first
    pictures = set()
    for name in ("the pixels", "the weights", "the pushes"):
        button = tab.get_by_role("button", name=name)
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        pictures.add(canvas.evaluate(shown))
    assert len(pictures) == 3


def test_another_image_is_put_on_the_balance(start):
    tab = start()
    before = terms(tab)
    tab.get_by_role("button", name="7, number 1").click()
    assert becomes(tab, lambda: terms(tab)["answer"], "7")
    assert terms(tab) != before
    assert adds_up(tab)
    query = parse_qs(urlsplit(tab.url).query)
    assert (query["on_balance"], query["nth_second"]) == (["second"], ["1"])


def test_without_the_slider_of_the_page_the_weight_cannot_be_dragged(start):
    tab = start("?hide=bias_moved&bias_moved=-15")
    assert weight(tab).count() == 0
    assert terms(tab)["answer"] == "7"


def test_the_sum_runs_up_once_and_again_when_asked(app, chromium):
    """With motion: what the other tests do without."""
    from tests.support.browser import follow_the_page

    context = chromium.new_context(viewport=WIDE, reduced_motion="no-preference")
    follow_the_page(context)
    tab = context.new_page()
    tab.goto(app)
    tab.wait_for_selector(".explorer-balance[data-state=adding]")
    counted = [number(terms(tab)["pushes for 3"])]
    tab.wait_for_timeout(700)
    counted.append(number(terms(tab)["pushes for 3"]))
    tab.wait_for_selector(READY)
    counted.append(number(terms(tab)["pushes for 3"]))
    assert counted[0] < counted[1] < counted[2]
    assert adds_up(tab)
    tab.get_by_role("button", name="Add it up again").click()
    tab.wait_for_selector(".explorer-balance[data-state=adding]")
    assert number(terms(tab)["pushes for 3"]) < counted[2]
    # Whoever takes the weight does not wait.
    x, y = middle(weight(tab).bounding_box())
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.wait_for_selector(READY)
    tab.mouse.up()
    context.close()
