"""A pause in a real Chromium: the connection is lost and comes back, and the visit continues where it was."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser import becomes, numbers, wait_until

ERRORS = "[data-testid=stException], [data-testid=stAlert], [role=dialog]"


@pytest.fixture
def tab(new_tab):
    """A new tab; the connection that a failed test has cut is there again for the next one."""
    opened = new_tab()
    yield opened
    opened.context.set_offline(False)


def pause(tab) -> None:
    """Lose the connection for some seconds, as under a closed lid."""
    opened = tab.evaluate("sockets.length")
    tab.context.set_offline(True)
    # "Offline" refuses new connections and leaves open ones alone: these are closed by hand.
    tab.evaluate("sockets.forEach(socket => socket.close())")
    tab.get_by_text("Connection error").wait_for()
    tab.context.set_offline(False)
    wait_until(tab, f"sockets.length > {opened} && sockets.at(-1).readyState === 1")
    tab.get_by_text("Connection error").wait_for(state="detached")


def go_to(tab, page: str, chart: str) -> None:
    """Another page of the visit, by the menu."""
    tab.locator("[data-testid=stSidebarNav] a", has_text=page).first.click()
    tab.wait_for_selector(f".st-key-{chart} .main-svg")


def expects(tab, page: str) -> str:
    """The visitor's answer to the question at the top of the page; empty if there is none."""
    chosen = tab.locator(f".st-key-expect_{page}").get_by_role("radio", checked=True)
    return chosen.inner_text() if chosen.count() else ""


def expect(tab, page: str, answer: str) -> None:
    tab.locator(f".st-key-expect_{page}").get_by_text(answer, exact=True).click()
    assert becomes(tab, lambda: expects(tab, page), answer)


def guesses(tab) -> list[float]:
    """The dots of the chart of guesses."""
    return next(iter(numbers(tab, "guesses")), [])


def test_a_pause_keeps_what_is_not_in_the_address(app, tab):
    tab.goto(f"{app}/bias?bias_part=Ink")
    tab.wait_for_selector(".st-key-ink .main-svg")
    expect(tab, "bias", "It stays the same")
    weight = tab.locator(".st-key-ink_weight input").first
    weight.focus()
    weight.press("ArrowRight")
    assert becomes(tab, lambda: "ink_weight=-19.5" in tab.url, True)
    go_to(tab, "One image", "how_sure")
    tab.locator(".st-key-source").get_by_text("your drawing").click()
    tab.locator(".st-key-pad canvas").click()
    assert becomes(tab, lambda: "drawing" in parse_qs(urlsplit(tab.url).query), True)
    drawing = parse_qs(urlsplit(tab.url).query)["drawing"]
    go_to(tab, "Apples and pears", "guesses")
    expect(tab, "prices", "yes")
    tab.get_by_role("button", name="Correct once").click()
    assert becomes(tab, lambda: len(guesses(tab)), 2)
    trail = guesses(tab)

    pause(tab)

    assert tab.locator(ERRORS).count() == 0
    assert expects(tab, "prices") == "yes"
    assert guesses(tab) == trail
    tab.get_by_role("button", name="Correct once").click()
    assert becomes(tab, lambda: len(guesses(tab)), 3)  # the server has the earlier guesses as well
    assert guesses(tab)[:2] == trail
    go_to(tab, "One image", "how_sure")
    assert becomes(tab, lambda: parse_qs(urlsplit(tab.url).query).get("drawing"), drawing)
    go_to(tab, "What is the bias for?", "ink")
    assert becomes(tab, lambda: "ink_weight=-19.5" in tab.url, True)
    assert expects(tab, "bias") == "It stays the same"
    assert tab.locator(ERRORS).count() == 0


def test_after_a_pause_an_open_drawer_still_answers(app, tab):
    tab.goto(f"{app}/train?look=true&image=3")
    tab.wait_for_selector(".st-key-one_image .main-svg")
    pause(tab)
    image = tab.locator(".st-key-image input").first
    image.focus()
    image.press("ArrowRight")
    assert becomes(tab, lambda: tab.locator("[data-testid=stMain]").inner_text().count("Test image 4"), 1)
    assert tab.locator(ERRORS).count() == 0


def test_a_computation_that_a_pause_interrupts_starts_again_automatically(app, tab):
    tab.goto(f"{app}/learning_rates?score=distance&epochs=300&batch_size=16&seed=7")
    tab.wait_for_selector("[data-testid=stProgress]")
    pause(tab)
    tab.wait_for_selector(".st-key-sweep_grid .cell")
    assert tab.locator(ERRORS).count() == 0
