"""Words that are explained where they stand, in a real Chromium: on Train, and in text that is added to the page."""

import pytest

from explorer import texts
from tests.browser.test_live import thumb
from tests.support.browser import PHONE, WIDE, becomes, scrolls_down_only, settled, wait_until

BOX = ".word-explained"
FIRST = "a[data-word][href]"
ADD = """([id, words]) => {
    const text = Object.assign(document.createElement('p'), { id })
    for (const word of words) {
        const link = Object.assign(document.createElement('a'), { href: `#word-${word}`, textContent: word })
        text.append('a ', link, ' here. ')
    }
    // Not in one of the links of the path.
    const sentence = '[data-testid=stMain] [data-testid=stMarkdown] [data-testid=stMarkdownContainer]'
    document.querySelector(sentence).append(text)
}"""


@pytest.fixture
def train(app, open_tab):
    return open_tab(app + "/train")


def add(tab, name: str, *words: str) -> None:
    """Add a paragraph with links to these words, as the server would."""
    tab.evaluate(ADD, [name, words])


def is_open(tab) -> bool:
    return tab.locator(BOX).is_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_press_on_a_word_explains_it_beside_it_and_changes_no_address(train, size):
    train.set_viewport_size(size)
    settled(train)
    before = train.url, train.evaluate("history.length")
    word = train.locator(FIRST).first
    word.scroll_into_view_if_needed()
    word.click()
    box = train.locator(BOX)
    box.wait_for()
    name = box.locator(".word").inner_text()
    assert word.get_attribute("data-word") == texts.anchor(name)
    assert box.locator(".explanation").inner_text() == texts.glossary()[name]
    at, around = word.bounding_box(), box.bounding_box()
    assert 0 <= around["x"] <= around["x"] + around["width"] <= size["width"]
    below, above = around["y"] - at["y"] - at["height"], at["y"] - around["y"] - around["height"]
    assert 0 <= max(below, above) <= 12
    assert scrolls_down_only(train)
    train.keyboard.press("Escape")
    assert becomes(train, lambda: is_open(train), False)
    assert (train.url, train.evaluate("history.length")) == before


def test_the_keyboard_opens_and_closes_it_and_the_focus_returns(train):
    add(train, "added", "epoch", "learning-rate")
    word = train.locator("#added a").nth(1)
    word.focus()
    train.keyboard.press("Enter")
    box = train.get_by_role("dialog", name="learning rate")
    box.wait_for()
    assert train.evaluate("document.activeElement.className") == "word-explained"
    assert box.evaluate("box => document.getElementById(box.getAttribute('aria-describedby')).textContent").startswith(
        "How big the steps"
    )
    train.keyboard.press("Tab")
    assert train.evaluate("document.activeElement.getAttribute('aria-label')") == "Close"
    train.keyboard.press("Enter")
    assert becomes(train, lambda: is_open(train), False)
    assert train.evaluate("document.activeElement.textContent") == "learning rate".replace(" ", "-")
    train.keyboard.press("Enter")
    box.wait_for()
    train.keyboard.press("Escape")
    assert becomes(train, lambda: is_open(train), False)
    assert train.evaluate("document.activeElement.textContent") == "learning-rate"


def test_a_press_beside_it_closes_it_and_another_word_replaces_it(train):
    add(train, "added", "epoch", "batch")
    train.locator("#added a").first.click()
    train.get_by_role("dialog", name="epoch").wait_for()
    train.locator("#added a").nth(1).click()
    train.get_by_role("dialog", name="batch").wait_for()
    assert train.locator(BOX).count() == 1
    train.mouse.click(5, 400)
    assert becomes(train, lambda: is_open(train), False)


def test_only_the_first_of_a_word_is_a_link_also_when_the_page_changes(train):
    add(train, "one", "epoch", "batch", "epoch")
    add(train, "two", "batch", "seed")
    links = "links => links.map(link => `${link.textContent} ${link.hasAttribute('href')}`)"
    assert train.locator("#one a, #two a").evaluate_all(links) == [
        "epoch true", "batch true", "epoch false", "batch false", "seed true",
    ]
    again = train.locator("#one a").nth(2)
    assert again.evaluate("link => getComputedStyle(link).textDecorationLine") == "none"
    assert not again.evaluate("link => { link.focus(); return document.activeElement === link }")
    again.click()
    train.wait_for_timeout(200)
    assert not is_open(train)
    train.evaluate("document.querySelector('#one').remove()")
    assert becomes(
        train, lambda: train.locator("#two a").evaluate_all(links), ["batch true", "seed true"],
    )
    train.locator("#two a").first.click()
    train.get_by_role("dialog", name="batch").wait_for()


def test_a_word_is_explained_after_a_rerun(train):
    train.locator(".st-key-epochs input").first.focus()
    train.keyboard.press("ArrowLeft")
    wait_until(train, "location.search.includes('epochs=15')")
    settled(train)
    words = train.locator(FIRST)
    addresses = words.evaluate_all("links => links.map(link => link.dataset.word)")
    assert addresses
    assert len(set(addresses)) == len(addresses)
    words.last.click()
    train.locator(BOX).wait_for()
    assert "](#word-" not in train.locator("[data-testid=stMain]").inner_text()


def test_live_text_draws_a_word_without_its_link(train):
    def with_words(route):
        answer = route.fetch()
        body = answer.json()
        body["texts"]["what_happened"] = ["**A [weight](#word-weight)**, a [loss](#word-loss)."] * len(body["values"])
        route.fulfill(response=answer, json=body)

    train.route("**/live.json*", with_words)
    x, y, width = thumb(train, "learning_rate")
    with train.expect_response(lambda response: "live.json" in response.url and response.ok):
        train.mouse.move(x, y)
    train.mouse.down()
    train.mouse.move(x - 0.3 * width, y, steps=3)
    text = train.locator(".st-key-what_happened .explorer-live-text")
    text.wait_for()
    assert text.inner_text() == "A weight, a loss."
    assert text.locator("a").count() == 0
    train.mouse.up()
    train.unroute("**/live.json*")
