"""Charts in a real Chromium: their element stays when they change, their colours follow, their button takes keys."""

import pytest

from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.lessons.runs import curves_of
from tests.support.browser import PLOT, SAVE, becomes, numbers, settled

CHARTS = ("curves", "weights", "scores", "confusion")
# From now on each frame of the screen is looked at: `gaps` counts those in which a chart is missing or not drawn.
WATCH = """keys => {
    const plots = keys.map(key => document.querySelector(`.st-key-${key} .js-plotly-plot`))
    window.gaps = 0
    const look = () => {
        gaps += !plots.every(plot => plot.isConnected && plot.querySelector('.main-svg') && plot.clientWidth)
        requestAnimationFrame(look)
    }
    look()
}"""


def mark(tab) -> None:
    for key in CHARTS:
        tab.evaluate(f"{PLOT.format(key=key)}.mark = '{key}'")


def marks(tab) -> list:
    return tab.evaluate("Array.from(document.querySelectorAll('.js-plotly-plot')).map(plot => plot.mark)")


def test_a_chart_keeps_its_element_and_never_blinks_when_its_numbers_change(app, open_tab):
    tab = open_tab(f"{app}/train")
    mark(tab)
    tab.evaluate(WATCH, CHARTS)
    rate = tab.locator(".st-key-learning_rate input")
    for key, learning_rate in (("ArrowLeft", 0.5), ("ArrowLeft", 0.2), ("ArrowRight", 0.5)):
        rate.press(key)
        run = train(load(), Settings(learning_rate=learning_rate))
        expected = [pytest.approx((run.weights[-1] - run.weights[0]).tolist(), abs=1e-5)]
        assert becomes(tab, lambda expected=expected: numbers(tab, "weights"), expected)
        (whole,) = curves_of(load(), [run])
        curves = [whole.train_accuracy, whole.train_loss, whole.test_accuracy, whole.test_loss]
        assert numbers(tab, "curves")[:4] == [pytest.approx(curve.tolist(), abs=1e-6) for curve in curves]
        settled(tab)
        assert marks(tab) == list(CHARTS)
    assert tab.evaluate("gaps") == 0


def colours(tab) -> list[str]:
    """The colours of the words at the axes of a chart, as the browser draws them."""
    return tab.evaluate("""() => {
        const drawn = document.querySelector('.st-key-curves .main-svg')
        const words = drawn.querySelectorAll('.xtick text, .ytick text, .y2tick text, .xtitle, .ytitle')
        return Array.from(new Set(Array.from(words, word => getComputedStyle(word).fill)))
    }""")


def lightness(colour: str) -> float:
    """From 0 to 255, of a colour written as rgb(…)."""
    return sum(map(float, colour.removeprefix("rgb(").removesuffix(")").split(","))) / 3


def test_a_chart_takes_the_colours_of_another_scheme_without_a_reload(app, open_tab):
    tab = open_tab(f"{app}/train")
    mark(tab)
    light = colours(tab)
    assert light
    assert max(map(lightness, light)) < 110
    tab.emulate_media(color_scheme="dark")
    assert becomes(tab, lambda: all(lightness(colour) > 145 for colour in colours(tab)), True)
    settled(tab)
    assert marks(tab) == list(CHARTS)
    tab.emulate_media(color_scheme="light")
    assert becomes(tab, lambda: colours(tab), light)
    assert marks(tab) == list(CHARTS)


def test_a_chart_is_saved_from_the_keyboard(app, open_tab):
    tab = open_tab(f"{app}/train")
    button = tab.locator(SAVE.format(key="curves"))

    def has_focus() -> bool:
        return button.evaluate("button => button === document.activeElement")

    def seen() -> float:
        return float(button.evaluate("button => getComputedStyle(button).opacity"))

    tab.mouse.move(0, 0)
    button.focus()
    tab.keyboard.press("Shift+Tab")
    assert not has_focus()
    assert seen() == 0
    tab.keyboard.press("Tab")
    assert has_focus()
    assert seen() > 0.5
    for key in ("Enter", "Space"):
        with tab.expect_download() as download:
            tab.keyboard.press(key)
        assert download.value.suggested_filename == "train-curves.png"
        assert download.value.path().read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert has_focus()


def test_a_screen_reader_is_told_what_each_chart_shows(app, open_tab):
    tab = open_tab(f"{app}/train")
    curves = tab.locator(".st-key-curves")
    for role, name in (
        ("img", "Accuracy and loss against the epoch, for training and test digits"),
        ("button", "Save as PNG: Does it get better while it learns?"),
    ):
        assert curves.get_by_role(role, name=name, exact=True).count() == 1
    for key in CHARTS:
        label = tab.evaluate(f"{PLOT.format(key=key)}.ariaLabel")
        assert len(label) > 20
        assert tab.get_by_role("img", name=label, exact=True).count() == 1


def test_without_plotly_js_a_chart_says_so_and_the_next_visit_draws_it(app, new_profile):
    context = new_profile()
    tab = context.new_page()
    context.route("**/plotly-*.min.js", lambda route: route.abort())
    tab.goto(f"{app}/train")
    alert = tab.locator(".st-key-curves").get_by_role("alert")
    sentence = "This chart cannot be drawn. Check the connection and reload the page."
    assert becomes(tab, alert.all_inner_texts, [sentence])
    context.unroute("**/plotly-*.min.js")
    tab.reload()
    tab.wait_for_selector(".st-key-curves .main-svg")
    assert becomes(tab, alert.all_inner_texts, [])
