"""What only a browser shows of the page "What is the bias for?"."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.lessons import bias
from tests.support.browser import PHONE, PLOT, WIDE, becomes, numbers, scrolls_down_only, settled, wait_until

PARTS = {"Blank image": "blanks", "Ink": "ink", "Pixels": "counts", "A weight on 1": "constant"}


def address(app: str, part: str, **link: str) -> str:
    query = {"bias_part": part} | link
    return f"{app}/bias?{urlencode(query)}"


def drawn(key: str) -> str:
    return f".st-key-{key} .main-svg"


def saw(tab) -> str:
    ask = tab.get_by_role("button", name="Show what happened")
    if ask.count():
        ask.click()
        tab.wait_for_selector("[data-testid=stMain] p:has-text('What you saw.')")
    return tab.locator("[data-testid=stMain] p", has_text="What you saw.").inner_text()


def parts_of(tab):
    """Open each part in turn by its button; yields the key of its chart."""
    for part, key in PARTS.items():
        tab.locator(".st-key-bias_part button", has_text=part).click()
        tab.wait_for_selector(drawn(key))
        settled(tab)
        assert tab.locator("[data-testid=stException]").count() == 0
        yield key


def test_each_part_fits_a_wide_screen_with_what_was_seen(app, open_tab):
    tab = open_tab(f"{app}/bias", WIDE, drawn("blanks"))
    for key in parts_of(tab):
        saw(tab)
        settled(tab)
        for place in (tab.locator("[data-testid=stMain] p", has_text="What you saw."), tab.locator(drawn(key)).first):
            box = place.bounding_box()
            assert box["y"] + box["height"] <= WIDE["height"], key


def test_a_phone_shows_a_picture_first_and_scrolls_nothing_sideways(app, open_tab):
    tab = open_tab(f"{app}/bias", PHONE, drawn("blanks"))
    # The blank sheet and the beam with the bias on it.
    beam = tab.locator(".explorer-balance .weight").bounding_box()
    assert beam["y"] + beam["height"] < PHONE["height"]
    for key in parts_of(tab):
        assert becomes(tab, lambda: scrolls_down_only(tab), True)
        if key != "blanks":
            assert tab.locator(".js-plotly-plot").first.bounding_box()["y"] < PHONE["height"] - 150


def test_the_bias_alone_tilts_the_beam_under_a_blank_sheet(app, open_tab):
    tab = open_tab(f"{app}/bias", WIDE, drawn("blanks"))

    def tilt() -> str:
        return tab.locator(".explorer-balance .beam").evaluate("beam => beam.outerHTML")

    weight = tab.locator(".explorer-balance .weight")
    settled(tab, 800)
    box = weight.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 10)
    tab.mouse.down()
    tab.mouse.move(box["x"] - 150, box["y"] + box["height"] - 10, steps=6)
    tab.mouse.up()
    wait_until(tab, "location.search.includes('blank_bias=-')")
    assert becomes(tab, lambda: "answer is 7" in saw(tab), True)
    # Other weights: the picture of the scores follows, the beam stays.
    settled(tab, 800)
    before = tilt()
    tab.locator(".st-key-blank_draw input").focus()
    tab.keyboard.press("ArrowRight")
    wait_until(tab, "location.search.includes('blank_draw=1')")
    settled(tab, 800)
    assert tilt() == before


def test_a_link_opens_its_part_in_its_state(app, open_tab):
    link = address(
        app, "Ink", first="1", second="0", ink_weight="-20", ink_bias="15", ink_digits="as on other pages",
    )
    tab = open_tab(link, WIDE, drawn("ink"))
    assert tab.title() == "What is the bias for? · Pixels and weights"
    assert tab.evaluate(f"{PLOT.format(key='ink')}.layout.shapes[2].x0") == 0.75
    assert "less ink than −bias ÷ weight = 0.75" in saw(tab)


def test_a_slider_moves_the_flip(app, open_tab):
    tab = open_tab(address(app, "Ink", ink_weight="10", ink_bias="-5"), WIDE, drawn("ink"))

    def flip() -> float:
        return tab.evaluate(f"{PLOT.format(key='ink')}.layout.shapes[2].x0")

    assert flip() == 0.5
    tab.locator(".st-key-ink_bias input").focus()
    tab.keyboard.press("ArrowRight")
    assert becomes(tab, lambda: round(flip(), 6), 0.49)
    tab.locator(".st-key-bias label").first.click()
    assert becomes(tab, flip, 0)


def test_a_click_on_the_picture_adds_a_pixel_and_another_takes_it_away(app, open_tab):
    tab = open_tab(address(app, "Pixels", pixels="5.3"), WIDE, drawn("counts"))
    box = tab.locator("canvas").bounding_box()

    def click(row: int, column: int) -> None:
        tab.mouse.click(box["x"] + (column + 0.5) * box["width"] / 8, box["y"] + (row + 0.5) * box["height"] / 8)

    def stars() -> list:
        return numbers(tab, "counts")[-1:]

    def expected(*chosen: int) -> list:
        return [pytest.approx(list(bias.some_pixels(load("digits"), Settings(), chosen)), abs=1e-6)]

    assert stars() == expected(43)
    click(2, 6)
    assert becomes(tab, stars, expected(43, 22))
    wait_until(tab, "location.search.includes('2.6')")
    assert parse_qs(urlsplit(tab.url).query)["pixels"] == ["5.3", "2.6"]
    assert becomes(tab, lambda: saw(tab).startswith("What you saw. With your two pixels"), True)
    click(5, 3)
    assert becomes(tab, stars, expected(22))


def test_the_choices_stay_from_part_to_part_and_the_way_onward_leads_to_prices(app, open_tab):
    tab = open_tab(address(app, "Ink", ink_weight="-20", ink_bias="15"), WIDE, drawn("ink"))
    tab.locator(".st-key-bias_part button", has_text="Blank image").click()
    tab.wait_for_selector(drawn("blanks"))
    tab.locator(".st-key-bias_part button", has_text="Ink").click()
    tab.wait_for_selector(drawn("ink"))
    assert becomes(tab, lambda: "−bias ÷ weight = 0.75" in saw(tab), True)
    settled(tab)
    tab.locator(".st-key-onward a").first.click()
    wait_until(tab, "location.pathname == '/prices'")


def test_the_task_is_ticked_on_the_path(app, open_tab):
    tab = open_tab(address(app, "Pixels", dataset="digits", pixels="7.5"), WIDE, drawn("counts"))
    assert becomes(tab, lambda: tab.locator(".st-key-task", has_text="Done.").count(), 1)
    here = tab.locator(".st-key-path_here")
    assert becomes(tab, lambda: here.inner_text().replace("\n", " "), "4 check The blank sheet and the bias")


def test_a_link_of_version_1_opens_the_part_with_which_the_page_began_then(app, open_tab):
    tab = open_tab(f"{app}/bias?v=1&ink_weight=-20&ink_bias=15", WIDE, drawn("ink"))
    assert tab.evaluate(f"{PLOT.format(key='ink')}.layout.shapes[2].x0") == 0.75
    assert "Your model says 3 when there is less ink" in saw(tab)
