"""Sliders that are live: pictures and sentence move while one is dragged, by mouse, finger and keyboard; no blank."""

from itertools import chain

import numpy as np
import pytest

from explorer.contents import PAGES
from explorer.engine.datasets import load
from explorer.engine.settings import Settings
from explorer.engine.training import train as run_of
from explorer.ui.live import series_of
from tests.browser.test_touch import Finger
from tests.support.browser import PHONE, becomes, go_back_to, numbers, open_settings, sentence, settled, wait_until

CHARTS = ("curves", "weights", "scores", "confusion")
# Watches every frame of the screen: which charts lost their picture or their element, and whether anything moved.
PROBE = """keys => {
    const box = key => document.querySelector(`.st-key-${key}`)
    const plots = keys.map(key => box(key).querySelector('.js-plotly-plot'))
    const tops = plots.map(plot => plot.getBoundingClientRect().top)
    window.lost = []
    const look = () => {
        keys.forEach((key, i) => {
            const plot = box(key)?.querySelector('.js-plotly-plot')
            if (plot !== plots[i]) lost.push(`${key}: another element`)
            else if (!plot.querySelector('.main-svg')) lost.push(`${key}: no picture`)
            else if (plot.getBoundingClientRect().top !== tops[i]) lost.push(`${key}: moved`)
        })
        requestAnimationFrame(look)
    }
    look()
}"""


def thumb(tab, key: str) -> tuple[float, float, float]:
    """The place of a slider's thumb, and the width of its track."""
    track = tab.locator(f".st-key-{key} [role=group] > div").first.bounding_box()
    box = tab.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, track["width"]


def drawn(tab) -> list:
    return [numbers(tab, key) for key in CHARTS]


@pytest.fixture
def train(app, open_tab):
    return open_tab(f"{app}/train")


def test_a_drag_moves_pictures_and_sentence_before_the_release_and_nothing_blinks(train):
    before, said = drawn(train), sentence(train)
    x, y, width = thumb(train, "learning_rate")
    with train.expect_response(lambda response: "live.json" in response.url and response.ok):
        train.mouse.move(x, y)
    train.evaluate(PROBE, list(CHARTS))
    train.mouse.down()
    seen = [before]
    for share in (0.1, 0.2, 0.35, 0.5, 0.62):
        train.mouse.move(x - share * width, y)
        assert becomes(train, lambda: drawn(train)[0] != seen[-1][0], True)
        settled(train, 100)
        seen.append(drawn(train))
    live = train.locator(".explorer-live-text").first
    assert live.inner_text().startswith("The learning rate is too small")
    assert "learning_rate" not in train.url
    look = "element => [getComputedStyle(element).fontSize, getComputedStyle(element).opacity]"
    assert live.evaluate(look) == ["16px", "1"]
    assert train.locator(".st-key-weights_note .explorer-live-text").evaluate(look) == ["14px", "1"]  # a caption
    assert len({repr(one) for one in seen}) == len(seen)
    words, pictures = live.inner_text(), drawn(train)
    train.mouse.up()
    wait_until(train, "location.search.includes('learning_rate=')")
    settled(train, 1000)
    assert train.locator(".explorer-live-text").count() == 0
    assert train.locator(".st-key-what_happened").inner_text().strip() == words.strip()
    assert sentence(train) != said
    for one, other in zip(chain(*drawn(train)), chain(*pictures), strict=True):  # traces of all charts
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
    assert train.evaluate("lost") == []


def test_the_keyboard_moves_a_live_slider_and_keeps_the_focus(train):
    before = drawn(train)
    slider = train.locator(".st-key-epochs input")
    with train.expect_response(lambda response: "live.json" in response.url and response.ok):
        slider.focus()
    train.keyboard.press("ArrowLeft")
    assert becomes(train, lambda: drawn(train)[1] != before[1], True)
    settled(train, 1000)
    assert "epochs=15" in train.url
    assert slider.evaluate("input => input === document.activeElement")
    assert train.locator(".st-key-what_happened").get_attribute("aria-live") == "polite"
    assert "15 epochs" in train.locator(".st-key-what_happened").inner_text()


# Every live slider: the page that has it, by address.
SLIDERS = {
    **dict.fromkeys(("value_a", "weight_a", "value_b", "weight_b"), "why_multiply"),
    "pixel_value": "why_multiply?why_part=one+pixel", "pixel_weight": "why_multiply?why_part=the+disguise",
    "weight_to": "one_image?what_if=set+weight",
    "ink_weight": "bias?bias_part=Ink", "ink_bias": "bias?bias_part=Ink",
    "blank_draw": "bias",
    "apple": "prices?prices_part=Guess", "pear": "prices?prices_part=One+line",
    "price_rate": "prices?prices_part=Steps", "bag": "prices?prices_part=The+bag",
    "own_bias": "be_the_optimiser", "picture_bias": "be_the_optimiser?score=distance",
    "learning_rate": "train", "epochs": "train", "cell_rate": "learning_rates", "penalty": "scikit_learn",
    "units": "what_comes_next", "xor_units": "what_comes_next?next_part=exclusive+or",
}


def test_every_live_slider_is_in_the_list():
    # No sliders of Streamlit, or out of sight: test_balance.py, test_bias.py and test_be_the_optimiser.py move them.
    others = {"player", "guess", "bias_moved", "blank_bias", "painted"}
    assert set(SLIDERS) == {name for page in PAGES for name in series_of(page.name)} - others


@pytest.mark.parametrize("sliders", [[*SLIDERS][i::3] for i in range(3)], ids=",".join)
def test_every_live_slider_is_moved_by_key(app, open_tab, sliders):
    tab = open_tab(f"{app}/", wait_for=".explorer-balance")
    tab.evaluate("document.addEventListener('explorer:live', () => { window.moves = (window.moves ?? 0) + 1 })")
    for slider in sliders:
        go_back_to(tab, f"/{SLIDERS[slider]}")
        tab.wait_for_selector(f".st-key-{slider} input")
        settled(tab)
        tab.evaluate("window.moves = 0")
        thumb_of = tab.locator(f".st-key-{slider} input")
        with tab.expect_response(lambda response: "live.json" in response.url and response.ok):
            thumb_of.focus()
        tab.wait_for_timeout(100)  # the answer has come, and is read
        thumb_of.press("ArrowRight")
        assert becomes(tab, lambda: tab.evaluate("moves") > 0, True), slider
        assert becomes(tab, lambda slider=slider: f"{slider}=" in tab.url, True), slider
        settled(tab)
        assert thumb_of.evaluate("input => input === document.activeElement"), slider


def test_the_player_is_played_stepped_and_read_by_keyboard_and_moves_all_charts(train):
    last = drawn(train)
    player = train.locator(".st-key-player")
    slider, output = player.locator("input"), player.locator("output")
    assert output.inner_text() == slider.get_attribute("aria-valuetext") == "after 20 epochs"
    train.locator(".st-key-player button.play").focus()
    train.keyboard.press("Tab")
    train.keyboard.press("Enter")
    assert output.inner_text() == "after 19 epochs"
    assert becomes(train, lambda: drawn(train)[1] != last[1], True)
    slider.focus()
    train.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "at the start"
    for i in (1, 2, 3):
        assert becomes(train, lambda i=i: drawn(train)[i] != last[i], True)
    mark = "document.querySelector('.st-key-curves .js-plotly-plot').layout.shapes[0]?.x0 ?? null"
    assert becomes(train, lambda: train.evaluate(mark), 0)
    player.locator("button.play").press("Enter")
    assert player.locator("button.play").inner_text() == "pause"
    assert becomes(train, output.inner_text, "after 20 epochs")
    assert becomes(train, player.locator("button.play").inner_text, "play")
    # 4 batches an epoch, on an axis that is stretched at first.
    assert becomes(train, lambda: train.evaluate(mark), pytest.approx(np.log2(1 + 4 * 20)))
    # Paused in the middle, then another training: the player is at its end again.
    slider.press("Home")
    player.locator("button.play").press("Enter")
    player.locator("button.play").press("Enter")
    train.locator(".st-key-bias label").first.click()
    assert becomes(train, output.inner_text, "after 20 epochs")
    assert becomes(train, lambda: train.evaluate(mark), None)


def test_the_player_of_a_comparison_moves_weights_and_marks(app, open_tab):
    tab = open_tab(f"{app}/compare_losses", wait_for=".st-key-weights_of_all .main-svg")
    before = numbers(tab, "weights_of_all")
    tab.locator(".st-key-player input").press("Home")
    assert becomes(tab, lambda: numbers(tab, "weights_of_all") != before, True)
    for key in ("accuracies", "losses"):
        mark = f"document.querySelector('.st-key-{key} .js-plotly-plot').layout.shapes?.[0]?.x0 ?? null"
        assert becomes(tab, lambda mark=mark: tab.evaluate(mark), 0)


def test_a_finger_drags_a_live_slider(app, new_tab):
    tab = new_tab(PHONE, has_touch=True)
    tab.goto(f"{app}/train")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    settled(tab)
    before = numbers(tab, "curves")
    tab.locator(".st-key-learning_rate").scroll_into_view_if_needed()
    settled(tab)
    x, y, width = thumb(tab, "learning_rate")
    finger = Finger(tab)
    with tab.expect_response(lambda response: "live.json" in response.url and response.ok):
        finger.send("touchStart", (x, y))
    for share in (0.2, 0.4, 0.6):
        finger.send("touchMove", (x - share * width, y))
    assert becomes(tab, lambda: numbers(tab, "curves") != before, True)
    assert "learning_rate" not in tab.url
    finger.send("touchEnd")
    wait_until(tab, "location.search.includes('learning_rate=')")


def test_a_finger_moves_the_player_sideways_and_the_page_stays(app, new_tab):
    tab = new_tab(PHONE, has_touch=True)
    tab.goto(f"{app}/train")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    slider, output = tab.locator(".st-key-player input"), tab.locator(".st-key-player output")
    slider.scroll_into_view_if_needed()
    settled(tab)
    before, box = numbers(tab, "weights"), slider.bounding_box()
    x, y = box["x"] + box["width"] - 8, box["y"] + box["height"] / 2
    top = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    Finger(tab).drag([(x, y), (x - box["width"] / 2, y)])
    assert becomes(tab, lambda: numbers(tab, "weights") not in ([], before), True)
    assert 5 < int(output.inner_text().split()[1]) < 15
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == top


def test_another_training_is_shown_from_its_own_end_and_steps_back_in_itself(train):
    player = train.locator(".st-key-player")
    for _ in range(2):
        player.locator("button.back").click()
    open_settings(train)
    train.locator(".st-key-seed input").press("ArrowRight")
    weights = run_of(load(), Settings(seed=1)).weights
    for epoch in (20, 19):
        assert becomes(
            train, lambda epoch=epoch: np.allclose(
                numbers(train, "weights"), weights[epoch] - weights[0], atol=1e-5,
            ), True,
        )
        assert player.locator("output").inner_text() == f"after {epoch} epochs"
        player.locator("button.back").click()


def test_without_answers_a_slider_works_on_release(train):
    train.route("**/live.json*", lambda route: route.abort())
    before = numbers(train, "curves")
    x, y, width = thumb(train, "learning_rate")
    train.mouse.move(x, y)
    train.mouse.down()
    train.mouse.move(x - width / 2, y, steps=3)
    assert numbers(train, "curves") == before
    train.mouse.up()
    wait_until(train, "location.search.includes('learning_rate=')")
    assert becomes(train, lambda: numbers(train, "curves") not in ([], before), True)
    train.unroute("**/live.json*")


def test_an_answer_that_comes_after_the_page_s_own_picture_and_sentence_does_not_stay(train):
    held = []
    train.route("**/live.json*", lambda route: held.append(route))
    train.locator(".st-key-learning_rate input").focus()
    for _ in range(4):
        train.keyboard.press("ArrowLeft")
    wait_until(train, "location.search.includes('learning_rate=0.05')")
    settled(train, 1500)  # the address comes before the answer
    committed = numbers(train, "confusion")
    (route,) = held
    answer = route.fetch().json()
    for one in answer["figures"]["confusion"]:
        one["data"][0]["z"] = [[1, 2], [3, 4]]
    answer["texts"] = {key: [f"{text} Too late." for text in all_] for key, all_ in answer["texts"].items()}
    assert answer["texts"] != {}
    route.fulfill(json=answer)
    settled(train, 1000)
    assert numbers(train, "confusion") == committed
    assert train.locator(".explorer-live-text").count() == 0
    train.unroute("**/live.json*")  # the tab is used again


def test_a_change_of_the_colour_scheme_and_of_the_page_leaves_no_picture_behind(app, open_tab):
    """What is shown while dragging belongs to its page: another page shows its own."""
    tab = open_tab(f"{app}/train")
    tab.locator(".st-key-player input").press("Home")
    assert becomes(tab, lambda: tab.locator(".st-key-player output").inner_text(), "at the start")
    tab.locator("[data-testid=stSidebarNav] a", has_text="Compare losses").click()
    tab.wait_for_selector(".st-key-weights_of_all .main-svg")
    settled(tab)
    assert tab.locator(".st-key-player output").inner_text() == "after 20 epochs"
    tab.go_back()
    tab.wait_for_selector(".st-key-confusion .main-svg")
    settled(tab)
    assert tab.locator(".st-key-player output").inner_text() == "after 20 epochs"
