"""What only a browser shows of the learning rates: cells picked by hand, a sweep stopped, one sweep for all."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons import learning_rates
from explorer.lessons.learning_rates import RATES
from explorer.lessons.words import percent
from tests.figures.test_colours import contrast
from tests.support.browser import PHONE, WAITS, WIDE, becomes, scrolls_down_only, settled

PAGE, READY = "learning_rates", ".st-key-rate_lines .main-svg"


def query(tab) -> dict:
    return {name: values[0] for name, values in parse_qs(urlsplit(tab.url).query).items()}


def cell(tab, row: int, rate: int):
    return tab.locator(".st-key-sweep_grid [role=gridcell]").nth(row * len(RATES) + rate)


def shows(tab, text: str) -> bool:
    return becomes(tab, lambda: tab.locator("[data-testid=stMain]").get_by_text(text).count() > 0, True)


@pytest.mark.parametrize("by", ["mouse", "touch", "keyboard"])
def test_a_cell_is_picked_by_mouse_by_touch_and_by_keyboard(app, open_tab, by):
    size = PHONE if by == "touch" else WIDE
    tab = open_tab(f"{app}/{PAGE}", size, wait_for=READY, has_touch=by == "touch")
    assert cell(tab, 3, 18).is_visible()
    if by == "keyboard":
        cell(tab, 0, 12).focus()  # the chosen one: the only one that Tab reaches
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Enter"):
            tab.keyboard.press(key)
    else:
        cell(tab, 3, 9).scroll_into_view_if_needed()
        box = cell(tab, 3, 9).bounding_box()
        press = tab.mouse.click if by == "mouse" else tab.touchscreen.tap
        press(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert shows(tab, "Hinge at 0.1:")
    assert becomes(tab, lambda: (query(tab).get("cell_loss"), query(tab).get("cell_rate")), ("hinge", "0.1"))
    assert becomes(tab, lambda: cell(tab, 3, 9).get_attribute("aria-selected"), "true")
    # The map and the lines name it, the arrows go on from it.
    assert cell(tab, 3, 9).get_attribute("tabindex") == "0"
    assert cell(tab, 3, 9).get_attribute("aria-label").startswith("hinge at 0.1: ")


def test_it_fits_on_a_screen_and_on_a_phone_nothing_scrolls_sideways(app, open_tab):
    tab = open_tab(f"{app}/{PAGE}", WIDE, wait_for=READY)
    assert tab.locator("[data-testid=stException]").count() == 0
    for key in ("sweep_grid", "rate_lines", "paths"):
        box = tab.locator(f".st-key-{key}").first.bounding_box()
        assert box["y"] + box["height"] <= 900, key
    # The columns of the map stand over those of the lines: each cell over its rate.
    ticks = tab.locator(".st-key-rate_lines .xtick text")
    for tick, rate in ((0, 0), (3, 9), (6, 18)):
        middles = [box["x"] + box["width"] / 2 for box in (
            ticks.nth(tick).bounding_box(), cell(tab, 0, rate).bounding_box()
        )]
        assert abs(middles[0] - middles[1]) < 4
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
    assert tab.locator(".st-key-sweep_grid").first.bounding_box()["y"] < 780
    losses = tab.locator(".st-key-losses").get_by_role("button", name="pixel distance")
    for box in (cell(tab, 0, 18).bounding_box(), losses.bounding_box()):
        assert box["x"] + box["width"] <= 390


def test_every_number_of_the_map_can_be_read(app, open_tab, mnist):
    tab = open_tab(f"{app}/{PAGE}?dataset=mnist&losses=log+loss&losses=absolute+error&sweep_bias=both", wait_for=READY)
    colours = "cells => cells.map(({ style }) => [style.background, style.color].map(one => one.match(/[0-9]+/g)))"
    found = [
        ["#" + "".join(f"{int(part):02x}" for part in colour) for colour in pair]
        for pair in tab.locator("[role=gridcell] i[style]").evaluate_all(colours)
    ]
    assert len({background for background, _ in found}) > 20
    assert min(contrast(*pair) for pair in found) >= 4.5


def test_open_in_train_shows_the_same_run_whatever_was_left_there(app, open_tab):
    tab = open_tab(f"{app}/train?loss=hinge&bias=false&learning_rate=0.1", WIDE)
    tab.locator("[data-testid=stSidebar]").get_by_role("link", name="Learning rates").click()
    tab.wait_for_selector(READY)
    assert shows(tab, "Log loss at 1:")
    tab.get_by_role("link", name="Open this run in Train").click()
    tab.wait_for_selector(".st-key-confusion .main-svg")
    right = train(load(), Settings()).test_accuracy[-1]
    assert shows(tab, f"After 20 epochs it gets {percent(right)} of 109 unseen digits right")
    assert tab.locator(".st-key-bias input").first.is_checked()
    assert not {"loss", "bias", "learning_rate"} & set(query(tab))  # the defaults, which links leave out


SLOW = "score=distance&epochs=1000&batch_size=16&sweep_bias=both"


def test_a_change_stops_a_long_sweep_and_shows_the_new_one(app, open_tab):
    tab = open_tab(f"{app}/{PAGE}?{SLOW}&seed=11", WIDE, wait_for="[data-testid=stProgress]", busy=True)
    assert "Training 152 models in one pass" in tab.locator("[data-testid=stProgress]").inner_text()
    tab.get_by_role("button", name="Score and start").click()
    tab.locator(".st-key-score").get_by_role("radio", name="multiply").or_(
        tab.locator(".st-key-score").get_by_role("button", name="multiply")
    ).first.click()
    tab.keyboard.press("Escape")
    tab.locator(".st-key-epochs input").first.focus()
    tab.keyboard.press("Home")
    tab.wait_for_selector(READY)
    settings = Settings(epochs=1, batch_size=16, seed=11)
    result = learning_rates.train_sweep(load(), settings, learning_rates.rows(learning_rates.SLOPED, "both"))
    assert becomes(tab, lambda: cell(tab, 0, 18).get_attribute("aria-label"), (
        f"log loss at 100: {learning_rates.cell_words(result.cells[0][18])}"
    ))
    assert becomes(tab, lambda: tab.locator("[data-testid=stProgress]").count(), 0)


def visit(address: str, query: str) -> tuple[str, int]:
    """Visit the page without a browser; returns its sentence about the pass, and how often it showed a bar before.

    A visit has its own socket, which is its own session, and sends Streamlit's messages, as a browser does.
    """
    host = urlsplit(address).netloc
    with connect(f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None, origin=address) as socket:
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = query, PAGE
        socket.send(asked.SerializeToString())
        bars, message = 0, ForwardMsg()
        while True:
            message.ParseFromString(socket.recv(timeout=WAITS))
            shown = message.delta.new_element
            bars += shown.WhichOneof("type") == "progress"
            if "trained in one pass of" in shown.markdown.body:
                return shown.markdown.body.split(" seconds")[0], bars


def test_ten_users_at_once_get_one_computation(app):
    """All ten ask while a long sweep runs, and all get the duration of the same pass, to a millisecond."""
    with ThreadPoolExecutor(10) as threads:
        query = "epochs=1000&batch_size=16&ranges=true&seed=12"
        answers = list(threads.map(lambda _: visit(app, query), range(10)))
    assert len({text for text, _ in answers}) == 1
    assert answers[0][0].startswith("76 runs, trained in one pass of ")
    assert sum(bars > 0 for _, bars in answers) >= 5  # they did wait, at the same time
