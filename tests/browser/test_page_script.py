"""The app's own script in the page, in a real Chromium: pages that a browser translates, and copying."""

import pytest

from explorer.contents import PAGES
from tests.support.browser import MAIN, PHONE, becomes, settled

# Browsers' translators wrap each piece of text (in two elements), or put translated text in its place.
WRAP = "font.append(inner); text.replaceWith(font); inner.append(text)"
REPLACE = "inner.append(text.nodeValue.toUpperCase()); font.append(inner); text.replaceWith(font)"
TRANSLATOR = """
(() => {
  const own = node => node.parentElement?.closest('font, script, style, textarea, svg, [translate=no]')
  const translate = root => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    const texts = []
    while (walker.nextNode()) texts.push(walker.currentNode)
    for (const text of texts) {
      if (!text.isConnected || !text.nodeValue.trim() || own(text)) continue
      const font = document.createElement('font'), inner = document.createElement('font')
      %s
    }
  }
  window.translated = () => document.querySelectorAll('font > font').length
  window.startTranslating = () => {
    translate(document.body)
    window.translator = setInterval(() => translate(document.body), 150)
  }
})()
"""
# What shows that a page is there.
DRAWN = {"why_multiply": "products", "one_image": "how_sure", "bias": "blanks", "prices": "guesses",
         "train": "confusion", "compare_losses": "weights_of_all", "learning_rates": "rate_lines",
         "scikit_learn": "weights_beside", "be_the_optimiser": "pulled", "what_comes_next": "layer_curves",
         "your_digits": "own_weights", "saved_model": "model_weights"}
# Between them they have every kind of control and component.
TRANSLATED = (
    "start", "one_image", "bias", "prices", "train", "know", "compare_losses", "learning_rates", "your_digits",
)
READY = {
    **{page: f".st-key-{key} .main-svg" for page, key in DRAWN.items()},
    "start": ".st-key-balance .explorer-balance", "know": "[data-testid=stMain] [data-testid=stButton] button",
    "teachers": "[data-testid=stMain] table",
}


@pytest.mark.parametrize(("page", "way"), [
    *(pytest.param(page, WRAP, id=f"{page.name}-wrapped") for page in PAGES if page.name in TRANSLATED),
    *(pytest.param(page, REPLACE, id=f"{page.name}-replaced") for page in PAGES if page.name in ("bias", "train")),
])
def test_a_translated_page_works_as_before(app, open_tab, page, way):
    tab = open_tab(f"{app}/{'' if page is PAGES[0] else page.name}", wait_for=READY[page.name])
    broken = []
    tab.on("pageerror", lambda error: broken.append(str(error)))
    tab.evaluate(TRANSLATOR % way)
    tab.evaluate("startTranslating()")
    assert tab.evaluate("translated()") > 10
    # Every slider, to one end and to the other; every list of options beside each other.
    for i in range(min(tab.locator("[data-testid=stMain] [data-testid=stSlider] input").count(), 5)):
        slider = tab.locator("[data-testid=stMain] [data-testid=stSlider] input").nth(i)
        if slider.is_disabled():
            continue
        for key in ("End", "Home"):
            slider.focus()
            tab.keyboard.press(key)
            settled(tab)
    options = tab.locator("[data-testid=stMain] [data-testid=stButtonGroup] "
                          "button:not([aria-label^='Help for']):visible")
    for i in range(min(options.count(), 4)):
        options.nth(i).click()
        settled(tab)
    assert not tab.locator("[data-testid=stException], [data-testid=stAlertContentError]").count()
    assert not broken
    tab.evaluate("clearInterval(translator)")


def test_a_translated_sentence_follows_the_slider(app, open_tab):
    tab = open_tab(app + "/train")
    tab.evaluate(TRANSLATOR % REPLACE)
    tab.evaluate("startTranslating()")
    sentence = tab.locator("[data-testid=stMain] [data-testid=stMarkdownContainer]").filter(has_text="EPOCHS").first
    before = sentence.inner_text()
    assert before == before.upper()
    tab.locator(".st-key-epochs input").focus()
    tab.keyboard.press("Home")
    assert becomes(tab, lambda: "AFTER 1 EPOCH" in tab.locator("[data-testid=stMain]").inner_text(), True)
    tab.evaluate("clearInterval(translator)")


def copy_the_link(tab) -> str:
    """Open Share and press the copy button of the link; returns the link."""
    tab.get_by_role("button", name="Share", exact=True).click()
    code = tab.locator("[data-testid=stDialog] [data-testid=stCode]").first
    code.hover()
    code.get_by_role("button").click()
    return code.locator("code").inner_text()


def test_copying_works_where_the_browser_has_no_clipboard_for_pages(app, new_tab):
    """As on plain http: the clipboard that a page on localhost has is taken away before it loads."""
    tab, other = (new_tab(permissions=["clipboard-read"]) for _ in range(2))
    tab.bring_to_front()
    tab.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })")
    tab.goto(app + "/train?seed=3")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    link = copy_the_link(tab)
    assert not tab.locator(".copy-by-hand").count()
    other.goto(app + "/icon.svg")
    other.bring_to_front()
    assert other.evaluate("navigator.clipboard.readText()") == link


def test_where_copying_is_forbidden_the_text_is_selected_and_a_note_says_what_to_press(app, new_tab):
    tab = new_tab()
    tab.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new DOMException('forbidden', 'NotAllowedError'));"
        "document.execCommand = () => false"
    )
    tab.goto(app + "/train?seed=3")
    tab.wait_for_selector(".st-key-confusion .main-svg")
    link = copy_the_link(tab)
    tab.wait_for_selector(".copy-by-hand")
    assert "press Ctrl+C" in tab.locator(".copy-by-hand").inner_text()
    assert tab.locator(".copy-by-hand").get_attribute("role") == "status"
    assert tab.evaluate("getSelection().toString()").strip() == link
    tab.mouse.click(5, 5)
    assert not tab.locator(".copy-by-hand").count()


def test_the_next_part_of_a_page_begins_at_its_top(app, open_tab):
    tab = open_tab(f"{app}/why_multiply", PHONE, wait_for=READY["why_multiply"])
    tab.get_by_role("button", name="Next: one pixel").click()
    assert becomes(tab, lambda: "why_part=" in tab.url, True)
    settled(tab)
    assert tab.evaluate(f"{MAIN}.scrollTop") == 0
