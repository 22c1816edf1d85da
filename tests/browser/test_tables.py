"""Charts saved as PNG, and charts as tables, in a real Chromium."""

import io

from PIL import Image

from tests.support.browser import PHONE, SAVE, becomes, open_settings, scrolls_down_only, settled, wait_until

PAPER = {"light": (255, 255, 255), "dark": (20, 23, 28)}


def hover(tab, key: str) -> None:
    tab.locator(f".st-key-{key} .js-plotly-plot").hover(position={"x": 40, "y": 40})


def save(tab, key: str) -> tuple[str, Image.Image]:
    """The name and the picture of the file that the button in the corner of a chart saves."""
    hover(tab, key)
    with tab.expect_download() as download:
        tab.locator(SAVE.format(key=key)).click()
    data = download.value.path().read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return download.value.suggested_filename, Image.open(io.BytesIO(data))


def beside_the_button(tab, key: str) -> bool:
    """Whether lines and titles at the height of the button end left of it."""
    button = tab.locator(SAVE.format(key=key)).bounding_box()
    ends = tab.evaluate(f"""[...document.querySelectorAll('.st-key-{key} .js-line, .st-key-{key} .annotation-text')]
        .map(e => e.getBoundingClientRect()).filter(r => r.top < {button["y"] + button["height"]}).map(r => r.right)""")
    return bool(ends) and max(ends) <= button["x"] + 6  # its outer 6 pixels are empty


def test_a_chart_is_saved_as_a_png_that_can_be_read(app, open_tab):
    tab = open_tab(f"{app}/train")
    assert beside_the_button(tab, "curves")
    # Lines in two panels; a picture of the weights.
    for scheme, keys in (("light", ("curves", "weights")), ("dark", ("curves",))):
        tab.emulate_media(color_scheme=scheme)
        settled(tab)
        for key in keys:
            place = tab.locator(f".st-key-{key} .js-plotly-plot").bounding_box()
            name, picture = save(tab, key)
            assert name == f"train-{key}.png"
            # The title above the chart, in lines of 22 pixels.
            title = picture.height / 2 - place["height"]
            assert picture.width == 2 * round(place["width"]) >= 700
            assert title - 8 in (22, 44)
            assert len(picture.crop((0, 0, picture.width, round(2 * title))).getcolors()) > 10
            colours = picture.convert("RGBA").getcolors(1 << 24)
            assert {alpha for _, (*_, alpha) in colours} == {255}
            assert max(colours)[1][:3] == PAPER[scheme]
            # Words: far from the paper in lightness.
            assert max(abs(sum(colour[:3]) - sum(PAPER[scheme])) for _, colour in colours) > 350
            # Nothing is cut off at the right edge.
            edge = picture.crop((picture.width - 4, 0, *picture.size)).convert("RGB")
            assert edge.getcolors() == [(4 * picture.height, PAPER[scheme])]
    tab.emulate_media(color_scheme="light")  # the next test gets this tab


def test_with_tables_a_phone_scrolls_down_only_and_titles_end_before_the_button(app, open_tab):
    tab = open_tab(f"{app}/compare_losses?tables=true", PHONE, wait_for=".st-key-weights_of_all .main-svg")
    tab.wait_for_selector("[data-testid=stTable]")
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
    assert beside_the_button(tab, "losses")
    assert tab.locator("[data-testid=stException]").count() == 0


def test_the_switch_fits_the_sidebar_and_stays_from_page_to_page(app, open_tab):
    tab = open_tab(f"{app}/train")
    place = tab.locator(".st-key-more_settings").bounding_box()  # the drawer that it is in
    open_settings(tab)
    switch = tab.locator(".st-key-tables")
    assert place["y"] + place["height"] <= 860
    assert tab.locator("[data-testid=stTable]").count() == 0
    before = tab.locator(".st-key-curves").bounding_box()
    switch.locator("label").first.click()
    wait_until(tab, "location.search.includes('tables=true')")
    tab.wait_for_selector("[data-testid=stTable]")
    assert becomes(tab, tab.locator(".st-key-curves").bounding_box, before)
    tab.locator("[data-testid=stSidebarNav] a", has_text="Apples and pears").click()
    tab.wait_for_selector(".st-key-guesses .main-svg")
    tab.wait_for_selector("[data-testid=stTable]")
    assert becomes(tab, lambda: "tables=true" in tab.url, True)
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
