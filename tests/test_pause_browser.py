"""A pause in a real Chromium: the connection is gone and comes back, and the visit goes on where it was."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import WIDE, becomes, numbers

# "Offline" refuses new connections and leaves open ones alone: these are closed by hand.
REMEMBER_SOCKETS = """
const Socket = WebSocket
window.sockets = []
window.WebSocket = class extends Socket { constructor(...all) { super(...all); sockets.push(this) } }
"""
ERRORS = "[data-testid=stException], [data-testid=stAlert], [role=dialog]"


@pytest.fixture
def tab(chromium):
    """A tab whose connection can be cut."""
    context = chromium.new_context(reduced_motion="reduce", viewport=WIDE)
    context.add_init_script(REMEMBER_SOCKETS)
    yield context.new_page()
    context.close()


def pause(tab) -> None:
    """Lose the connection for some seconds, as under a closed lid."""
    opened = tab.evaluate("sockets.length")
    tab.context.set_offline(True)
    tab.evaluate("sockets.forEach(socket => socket.close())")
    tab.get_by_text("Connection error").wait_for(timeout=60_000)
    tab.context.set_offline(False)
    tab.wait_for_function(f"sockets.length > {opened} && sockets.at(-1).readyState === 1", timeout=60_000)
    tab.get_by_text("Connection error").wait_for(state="detached", timeout=60_000)


def go_to(tab, page: str, chart: str) -> None:
    """Another page of the visit, by the menu."""
    tab.locator("[data-testid=stSidebarNav] a", has_text=page).first.click()
    tab.wait_for_selector(f".st-key-{chart} .main-svg", timeout=60_000)


def expects(tab, page: str) -> str:
    """What the visitor expects by the question at the top of the page, or nothing."""
    chosen = tab.locator(f".st-key-expect_{page}").get_by_role("radio", checked=True)
    return chosen.inner_text() if chosen.count() else ""


def expect(tab, page: str, answer: str) -> None:
    tab.locator(f".st-key-expect_{page}").get_by_text(answer, exact=True).click()
    assert becomes(tab, lambda: expects(tab, page), answer)


def guesses(tab) -> list[float]:
    """The dots of the chart of guesses."""
    return next(iter(numbers(tab, "guesses")), [])


def test_a_pause_takes_nothing_of_what_is_not_in_the_address(app, tab):
    tab.goto(f"{app}/bias")
    tab.wait_for_selector(".st-key-ink .main-svg", timeout=60_000)
    expect(tab, "bias", "Nothing happens")
    weight = tab.locator(".st-key-ink_weight input").first
    weight.focus()
    weight.press("ArrowRight")
    assert becomes(tab, lambda: "ink_weight=10.5" in tab.url, True)
    go_to(tab, "One image", "other")
    tab.locator(".st-key-source").get_by_text("your drawing").click()
    tab.locator(".st-key-pad canvas").click()
    assert becomes(tab, lambda: "drawing" in parse_qs(urlsplit(tab.url).query), True)
    drawing = parse_qs(urlsplit(tab.url).query)["drawing"]
    go_to(tab, "Apples and pears", "guesses")
    expect(tab, "prices", "yes")
    tab.get_by_role("button", name="One step downhill").click()
    assert becomes(tab, lambda: len(guesses(tab)), 2)
    trail = guesses(tab)

    pause(tab)

    assert tab.locator(ERRORS).count() == 0
    assert expects(tab, "prices") == "yes"
    assert guesses(tab) == trail
    tab.get_by_role("button", name="One step downhill").click()
    assert becomes(tab, lambda: len(guesses(tab)), 3)  # the server knows the trail as well
    assert guesses(tab)[:2] == trail
    go_to(tab, "One image", "other")
    assert becomes(tab, lambda: parse_qs(urlsplit(tab.url).query).get("drawing"), drawing)
    go_to(tab, "What is the bias for?", "ink")
    assert becomes(tab, lambda: "ink_weight=10.5" in tab.url, True)
    assert expects(tab, "bias") == "Nothing happens"
    assert tab.locator(ERRORS).count() == 0


def test_after_a_pause_an_open_drawer_still_answers(app, tab):
    tab.goto(f"{app}/train?look=true&image=3")
    tab.wait_for_selector(".st-key-one_image .main-svg", timeout=60_000)
    pause(tab)
    image = tab.locator(".st-key-image input").first
    image.focus()
    image.press("ArrowRight")
    assert becomes(tab, lambda: tab.locator("[data-testid=stMain]").inner_text().count("Test image 4"), 1)
    assert tab.locator(ERRORS).count() == 0


def test_a_computation_that_a_pause_interrupts_begins_again_by_itself(app, tab):
    tab.goto(f"{app}/learning_rates?score=distance&epochs=300&batch_size=16&seed=7")
    tab.wait_for_selector("[data-testid=stProgress]", timeout=60_000)
    pause(tab)
    tab.wait_for_selector(".st-key-sweep_grid .cell", timeout=120_000)
    assert tab.locator(ERRORS).count() == 0
