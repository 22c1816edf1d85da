"""Apples and pears in a real Chromium: editing the receipts, links, and what is on the screen."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from explorer.lessons import prices
from explorer.lessons.prices import FIRST_ROWS, START, read_table
from tests.browser.test_live import thumb
from tests.support.browser import MAIN, PHONE, PLOT, WAITS, WIDE, becomes, numbers, scrolls_down_only, settled

PARTS = {"Guess": "till", "One line": "plane", "The bag": "bag_prices", "Steps": "steps"}
MOVED_BY = {"Guess": "apple", "One line": "plane", "The bag": "bag", "Steps": "price_rate"}
FIRST = read_table(FIRST_ROWS).receipts


def address(app: str, **link) -> str:
    return f"{app}/prices?{urlencode(link)}"


def drawn(key: str) -> str:
    return f".st-key-{key} .main-svg"


def query(tab) -> dict:
    return {name: values[0] for name, values in parse_qs(urlsplit(tab.url).query).items()}


def go_on(tab) -> None:
    """Go to Train by the button below the page."""
    tab.locator(".st-key-onward a:visible").click()
    tab.wait_for_selector(drawn("curves"))


def main_text(tab) -> str:
    return tab.locator("[data-testid=stMain]").inner_text()


OPEN_CELL = "textarea.gdg-input"


def place(tab, row: int, column: int) -> tuple[float, float]:
    """The middle of a cell of the table; rows and columns count from 0."""
    settled(tab)  # pasted rows put a new table in the place of the old one
    canvas = tab.locator(".st-key-receipt_table canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    wider = (box["width"] - 290) / 4  # than each of the four columns asks for: 50 for the row's number, 3 × 80
    return box["x"] + 50 + wider + (column + 0.5) * (80 + wider), box["y"] + 35 + 28 * (row + 0.5)


def write(tab, row: int, column: int, text: str, link: str, press=None) -> None:
    """Type into a cell of the table, as a visitor does, until the link has it."""
    end = time.monotonic() + WAITS
    while time.monotonic() < end:  # a key pressed while the page is redrawn is lost: type it again
        (press or tab.mouse.click)(*place(tab, row, column))
        settled(tab)
        tab.keyboard.press("Enter")  # opens the cell
        if not becomes(tab, tab.locator(OPEN_CELL).count, 1, seconds=5):
            continue
        tab.locator(OPEN_CELL).fill(text)
        settled(tab)
        tab.keyboard.press("Enter")
        if becomes(tab, lambda: query(tab).get("receipts"), link, seconds=5):
            settled(tab)
            return
    pytest.fail(f"the link is {query(tab).get('receipts')}, not {link}")


def says(tab, words: str) -> bool:
    """Whether the page comes to show this text."""
    return becomes(tab, lambda: words in main_text(tab), True)


def test_a_cold_deep_link_shows_its_part_and_its_values(server, open_tab):
    """The first request that a server just started gets is a deep link."""
    link = dict(prices_part="Steps", apple="-2.5", pear="7.25", price_rate="0.145", receipts="2,0,6;0,3,12")
    tab = open_tab(address(server(), **link), wait_for=drawn("steps"))
    assert urlsplit(tab.url).path == "/prices"
    receipts = read_table([("2", "0", "6")]).receipts
    tab.get_by_role("button", name="Show what happened").click()
    decimals = prices.rate_scale(prices.largest_rate(receipts)).decimals
    sentence = prices.seen_stepping(receipts, (-2.5, 7.25), 0.145, decimals)
    assert says(tab, sentence.split("**")[1])
    assert tab.locator("[data-testid=stException]").count() == 0


def test_correcting_until_it_fits_from_5_and_9_shows_every_step_and_replays_from_its_link(app, open_tab):
    tab = open_tab(address(app), wait_for=drawn("guesses"))
    tab.get_by_role("button", name="Correct until it fits").click()
    errors = (26 * 0.35**k for k in range(10))
    assert becomes(tab, lambda: numbers(tab, "guesses"), [pytest.approx(list(errors))])
    for key, shown in (("apple", "-1.00"), ("pear", "5.00")):
        assert becomes(tab, tab.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").inner_text, shown)
    assert says(tab, "Guess 10: apples at −1 and pears at 5 come to 7. It fits to the cent.")
    assert becomes(tab, lambda: "apple" in query(tab), True)
    again = open_tab(tab.url, wait_for=drawn("guesses"))
    last = prices.walk(FIRST.first(1), START, 0.05).path[-1]
    assert numbers(again, "guesses") == [pytest.approx([3 * last[0] + 2 * last[1] - 7])]
    # Another control does not round the guess to the slider's steps, and adds no dot.
    tab.locator(".st-key-price_rate input").focus()
    tab.keyboard.press("ArrowRight")
    assert becomes(tab, lambda: query(tab).get("price_rate"), "0.051")
    settled(tab)
    assert [len(errors) for errors in numbers(tab, "guesses")] == [10]


def test_the_receipt_and_the_scales_move_while_a_price_is_dragged(app, open_tab):
    tab = open_tab(address(app), wait_for=drawn("till"))

    def on_screen() -> tuple[str, float]:
        """The last line of the receipt, and how much higher the pan of the guess is, in screen pixels."""
        last = tab.locator(".st-key-till .annotation-text").last.text_content()
        ours, theirs = (pan.bounding_box()["y"] for pan in tab.locator(".st-key-till .textpoint").all())
        return last, theirs - ours

    settled(tab)
    assert on_screen()[0] == "26 too much"
    assert on_screen()[1] < -30
    x, y, _ = thumb(tab, "pear")
    with tab.expect_response(lambda response: "live.json" in response.url and response.ok):
        tab.mouse.move(x, y)
        tab.mouse.down()
    before = tab.url
    shown = set()
    for i in range(1, 30):
        tab.mouse.move(x - 4 * i, y)
        tab.wait_for_timeout(30)
        shown.add(on_screen()[0])
    assert len(shown) > 5
    assert becomes(tab, lambda: "too little" in on_screen()[0], True)
    assert on_screen()[1] > 10
    assert tab.url == before  # nothing has been let go
    assert len(numbers(tab, "guesses")[0]) == 2
    tab.mouse.up()
    assert becomes(tab, lambda: "pear" in query(tab), True)
    settled(tab)
    assert "too little" in on_screen()[0]


def test_two_receipts_without_an_answer_tick_the_step_on_the_path(app, open_tab):
    tab = open_tab(address(app, prices_part="One line", receipts_used="two"), wait_for=drawn("plane"))
    task = tab.locator(".st-key-task")
    assert task.inner_text().find("Your turn.") >= 0
    write(tab, 1, 0, "6", "3,2,7;6,4,9;2,1,10")
    assert becomes(tab, lambda: "Done." in task.inner_text(), True)
    step = tab.locator(".st-key-path_here")
    assert becomes(tab, lambda: "check" in step.text_content(), True)
    tab.locator(".st-key-prices_part button", has_text="Guess").click()
    tab.wait_for_selector(drawn("till"))
    assert "Done." in task.inner_text()


def test_a_word_in_the_table_is_refused_with_a_reason_and_the_rest_stays_as_typed(app, open_tab):
    tab = open_tab(address(app, prices_part="One line", receipts_used="all"), wait_for=drawn("plane"))

    def receipts_drawn() -> int:
        names = tab.evaluate(f"({PLOT.format(key='plane')}?._fullData ?? []).map(t => t.name)")
        return sum(name.startswith("receipt ") for name in names)

    assert receipts_drawn() == 3
    write(tab, 1, 0, "three", "3,2,7;three,4,9;2,1,10")
    assert becomes(tab, receipts_drawn, 2)
    assert says(tab, "Row 2 is left out: three is not a number of apples.")
    write(tab, 0, 2, "8", "3,2,8;three,4,9;2,1,10")
    # Another part and back: the table is as it was left.
    tab.locator(".st-key-prices_part button", has_text="Guess").click()
    tab.wait_for_selector(drawn("guesses"))
    assert says(tab, "3 apples + 2 pears cost 8 cents")
    tab.locator(".st-key-prices_part button", has_text="One line").click()
    tab.wait_for_selector(drawn("plane"))
    assert says(tab, "three is not a number")
    settled(tab)
    write(tab, 1, 0, "1", "3,2,8;1,4,9;2,1,10")
    assert becomes(tab, receipts_drawn, 3)
    assert becomes(tab, lambda: "left out" in main_text(tab), False)
    # A new row counts as soon as it is whole.
    write(tab, 3, 0, "1", "3,2,8;1,4,9;2,1,10;1,,")
    assert says(tab, "Row 4 is left out: the number of pears is missing.")
    assert receipts_drawn() == 3
    write(tab, 3, 1, "1", "3,2,8;1,4,9;2,1,10;1,1,")
    write(tab, 3, 2, "3", "3,2,8;1,4,9;2,1,10;1,1,3")
    assert becomes(tab, receipts_drawn, 4)
    again = open_tab(tab.url, wait_for=drawn("plane"))
    assert numbers(again, "plane") == numbers(tab, "plane")


def test_numbers_of_other_keyboards_are_read_in_the_table_and_come_back_from_the_link(app, open_tab):
    tab = open_tab(address(app, prices_part="One line", receipts_used="all"), wait_for=drawn("plane"))
    write(tab, 0, 0, "１,５", "1.5,2,7;1,4,9;2,1,10")
    write(tab, 2, 2, "12 ct", "1.5,2,7;1,4,9;2,1,12")
    assert "left out" not in main_text(tab)
    again = open_tab(tab.url, wait_for=drawn("plane"))
    assert numbers(again, "plane") == numbers(tab, "plane")


def paste(tab, text: str) -> None:
    tab.evaluate("text => navigator.clipboard.writeText(text)", text)
    tab.keyboard.press("Control+v")


@pytest.mark.parametrize("into", ["the table", "an open cell"])
def test_rows_of_a_spreadsheet_are_pasted_into_the_table_and_into_a_cell(app, open_tab, into):
    tab = open_tab(
        address(app, prices_part="One line", receipts_used="all"), wait_for=drawn("plane"),
        permissions=["clipboard-read", "clipboard-write"],
    )
    tab.mouse.click(*place(tab, 3, 0))
    settled(tab)
    if into == "an open cell":
        tab.keyboard.press("Enter")
        tab.wait_for_selector(OPEN_CELL)
    paste(tab, "4\t1,5\t10\n0\t3\t5")
    if into == "an open cell":
        settled(tab)
        tab.keyboard.press("Enter")
    link = "3,2,7;1,4,9;2,1,10;4,1.5,10;0,3,5"
    assert becomes(tab, lambda: query(tab).get("receipts"), link)
    assert "left out" not in main_text(tab)
    # In its rows and columns: the next cell is edited as any other.
    write(tab, 4, 2, "6", link[:-1] + "6")


def test_a_finger_edits_the_table_and_a_swipe_on_it_scrolls_the_page(app, open_tab):
    tab = open_tab(
        address(app, prices_part="One line", receipts_used="all"), PHONE, drawn("plane"), has_touch=True,
        is_mobile=True,
    )
    write(tab, 3, 0, "4", "3,2,7;1,4,9;2,1,10;4,,", press=tab.touchscreen.tap)
    assert says(tab, "Row 4 is left out: the number of pears is missing.")
    top = f"{MAIN}.scrollTop"
    x, y = place(tab, 4, 1)
    before = tab.evaluate(top)
    client = tab.context.new_cdp_session(tab)
    for i in range(16):
        client.send("Input.dispatchTouchEvent", {
            "type": "touchMove" if i else "touchStart", "touchPoints": [{"x": x, "y": y - 10 * i}],
        })
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert becomes(tab, lambda: tab.evaluate(top) > before + 50, True)


def test_the_link_onward_keeps_the_choices_of_the_visit_and_of_the_link(app, open_tab):
    tab = open_tab(address(app, loss="hinge", seed="3", apple="2"), wait_for=drawn("guesses"))
    go_on(tab)
    assert urlsplit(tab.url).path == "/train"
    assert (query(tab)["loss"], query(tab)["seed"]) == ("hinge", "3")
    tab.locator("[data-testid=stSidebarNav] a", has_text="Apples and pears").click()
    tab.wait_for_selector(drawn("guesses"))
    assert becomes(tab, tab.locator(".st-key-apple [data-testid=stSliderThumbValue]").inner_text, "2.00")
    go_on(tab)
    assert becomes(tab, lambda: (query(tab).get("loss"), query(tab).get("seed")), ("hinge", "3"))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_fits_a_wide_screen_and_its_picture_the_first_screen_of_a_phone(app, open_tab, part):
    tab = open_tab(address(app, prices_part=part, receipts_used="all"), WIDE, drawn(PARTS[part]))
    tab.get_by_role("button", name="Show what happened").click()
    seen = tab.get_by_text("What you saw.").first.bounding_box()
    assert seen["y"] + 2 * seen["height"] <= 900
    picture = tab.locator(f".st-key-{PARTS[part]}").bounding_box()
    assert picture["y"] + picture["height"] <= 900
    assert tab.get_by_text("What do you expect?").bounding_box()["y"] >= 0
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)  # the table is redrawn for a narrower window
    picture = tab.locator(f".st-key-{PARTS[part]}").bounding_box()
    assert picture["y"] + picture["height"] <= 844
    # With what moves it: on the plane that is a handle on the picture.
    moves = tab.locator(f".st-key-{MOVED_BY[part]}").first.bounding_box()
    assert moves["y"] + moves["height"] <= 844
