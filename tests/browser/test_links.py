"""Links in a real Chromium, with Train as the page: what they open, and that they open the same again."""

from urllib.parse import parse_qs, urlsplit

from explorer.engine.settings import LIMITS, Settings
from tests.browser.test_train import expected
from tests.support.browser import becomes, numbers, sentence, settled, wait_until


def test_a_cold_deep_link_shows_its_page_and_its_values(server, open_tab):
    """The first request that a server just started gets is a deep link."""
    tab = open_tab(server() + "/train?loss=hinge&learning_rate=0.1&bias=false&seed=3&first=1&second=0")
    assert tab.title() == "Train · Pixels and weights"
    assert urlsplit(tab.url).path == "/train"
    assert parse_qs(urlsplit(tab.url).query)["seed"] == ["3"]
    settings = Settings(loss="hinge", learning_rate=0.1, bias=False, seed=3, digits=(1, 0))
    assert sentence(tab) == expected(settings)
    assert not tab.locator(".st-key-bias input").is_checked()
    assert tab.locator(".st-key-loss input").input_value() == "hinge"
    assert tab.locator("[data-testid=stException]").count() == 0


def test_keys_in_a_link_work_as_well_as_words(app, open_tab):
    tab = open_tab(app + "/train?loss=absolute_error&start=mean_image")
    assert sentence(tab) == expected(Settings(loss="absolute_error", start="mean_image"))
    assert parse_qs(urlsplit(tab.url).query)["loss"] == ["absolute error"]


def test_nonsense_in_every_parameter_shows_the_defaults(app, open_tab):
    names = [name for name in LIMITS if name != "digits"]
    names += ["first", "second", "image", "look", "update", "formulas", "at_epoch", "at_batch", "row", "column"]
    tab = open_tab(app + "/train")
    for value in ("1e400", "%3Cscript%3Ealert(1)%3C/script%3E"):
        tab.goto(app + "/train?" + "&".join(f"{name}={value}" for name in names))
        settled(tab)
        assert sentence(tab) == expected(Settings())
        assert tab.locator("[data-testid=stException]").count() == 0


def test_a_link_replays_exactly(app, open_tab):
    tab = open_tab(app + "/train")
    tab.locator(".st-key-score button", has_text="distance").click()
    wait_until(tab, "location.search.includes('score=distance')")
    settled(tab)
    tab.locator(".st-key-learning_rate input").focus()
    for _ in range(4):
        tab.keyboard.press("ArrowLeft")
    wait_until(tab, "location.search.includes('learning_rate=0.05')")
    tab.get_by_role("button", name="New start").click()
    wait_until(tab, "location.search.includes('seed=1')")
    assert becomes(tab, lambda: sentence(tab), expected(Settings(score="distance", learning_rate=0.05, seed=1)))
    settled(tab)
    again = open_tab(tab.url)
    assert sentence(again) == sentence(tab)
    for key in ("curves", "weights", "scores", "confusion"):
        drawn = numbers(tab, key)
        assert drawn
        assert numbers(again, key) == drawn


def test_the_page_asks_no_server_but_its_own(app, new_profile):
    tab, asked = new_profile().new_page(), []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(app + "/train?look=true&update=true&formulas=true")
    tab.wait_for_selector(".st-key-pixel_change .main-svg")
    settled(tab)
    assert asked
    assert not [url for url in asked if not url.startswith((app, "data:", "blob:"))]
