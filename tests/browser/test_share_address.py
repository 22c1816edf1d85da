"""The link that Share gives leads to the app wherever it is: below a base path, in a frame, behind a proxy."""

import io
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.support.browser import PHONE, WIDE, becomes, go_back_to, settled
from tests.support.proxy import course_site
from tests.support.serving import ROOT

DIALOG = "[data-testid=stDialog]"
BASE = "course/train"  # of two parts; the last one is a page's name
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "start")


@pytest.fixture(scope="module")
def below(server):
    """Start the app below a base path, once for each: ``below("course/train")`` -> its address."""
    return cache(lambda base: server(STREAMLIT_SERVER_BASE_URL_PATH=base))


def link_of(place) -> str:
    """The link in the dialog Share, in a tab or in a frame of one."""
    opener = place.get_by_test_id("stExpandSidebarButton")
    if opener.count():
        opener.click()
    place.get_by_role("button", name="Share", exact=True).click()
    code = place.locator(f"{DIALOG} [data-testid=stCode] code").first
    code.wait_for()
    return code.inner_text()


def close_dialog(tab) -> None:
    tab.keyboard.press("Escape")
    tab.wait_for_selector(DIALOG, state="detached")


def heading(place) -> str:
    heading = place.locator("[data-testid=stMain] h3").first
    heading.wait_for()
    return heading.inner_text()


def test_below_a_base_path_the_link_of_every_page_is_its_address(below, new_tab):
    """Below one that ends with the letters of a page's name without being it."""
    app, tab = below("restart"), new_tab()
    tab.goto(f"{app}/train?seed=7&unheard_of=1")  # the first request is a deep link
    for path in ("train", "", "start", *sorted(set(PAGES) - {"train"})):
        if path != "train":
            go_back_to(tab, f"{urlsplit(app).path}/{path}?seed=7&unheard_of=1")
        settled(tab)
        link = link_of(tab)
        assert link.split("?")[0] == f"{app}/{path}"
        assert {"v": ["2"], "unheard_of": ["1"]}.items() <= parse_qs(urlsplit(link).query).items()
        close_dialog(tab)


def test_a_base_path_may_end_like_a_page(below, open_tab):
    app = below(BASE)
    tab = open_tab(app, wait_for=".explorer-balance")
    title = heading(tab)
    links = [link_of(tab)]
    for page, ready in (("Train", ".st-key-confusion .main-svg"), ("Start", ".explorer-balance")):
        close_dialog(tab)
        tab.get_by_role("link", name=page).first.click()
        tab.wait_for_selector(ready)
        settled(tab)
        links.append(link_of(tab))
    written = "?v=2&dataset=digits"
    assert links == [f"{app}/{written}", f"{app}/train{written}", f"{app}/{written}"]
    tab.goto(links[0])
    assert becomes(tab, lambda: heading(tab), title)
    tab.goto(links[1])
    tab.wait_for_selector(".st-key-confusion .main-svg")
    assert tab.get_by_text("Page not found").count() == 0


# The app's own page and another one; behind a proxy that takes the prefix away, and one that keeps it.
@pytest.mark.parametrize(("path", "strip"), [("", False), ("train", True)], ids=["start-kept", "train-stripped"])
def test_in_a_frame_of_the_course_site_the_link_is_the_app_s_own(below, app, new_tab, path, strip):
    upstream = app if strip else below(BASE)
    frame = f'<h1>Lesson</h1><iframe src="/{BASE}/{path}?seed=7&amp;embed=true" width="1300" height="850"></iframe>'
    with course_site(upstream, f"/{BASE}", frame, strip) as site:
        tab = new_tab()
        tab.goto(f"{site}/lesson")
        within = tab.frame_locator("iframe")
        title = heading(within)
        link = link_of(within)
        assert link == f"{site}/{BASE}/{path}?v=2&dataset=digits&seed=7"
        tab.goto(link)
        assert becomes(tab, lambda: heading(tab), title)
        assert becomes(tab, lambda: tab.locator(".st-key-seed input").first.input_value(), "7")


def test_in_a_frame_of_another_site_the_link_is_the_app_s_own(app, new_tab):
    frame = f'<iframe src="{app}/train?seed=7&amp;embed=true" width="1300" height="850"></iframe>'
    with course_site(app, "/elsewhere", frame, strip=True) as site:
        tab = new_tab()
        tab.goto(f"{site}/lesson")
        within = tab.frame_locator("iframe")
        heading(within)
        assert link_of(within) == f"{app}/train?v=2&dataset=digits&seed=7"


@pytest.mark.parametrize("host", ["127.0.0.1", "app.localhost", "example.test"])
def test_there_is_a_code_only_where_a_phone_can_open_the_link(app, new_tab, host):
    tab = new_tab()
    address = app.replace("127.0.0.1", host)
    tab.goto(f"{address}/train")
    heading(tab)
    link = f"{address}/train?v=2&dataset=digits"
    assert link_of(tab) == link
    here_only = host != "example.test"
    assert becomes(tab, tab.get_by_text("No QR code").count, here_only)
    assert tab.get_by_text("works on this computer only").count() == here_only
    picture = tab.locator(f"{DIALOG} [data-testid=stImage]")
    for size in (WIDE, PHONE):
        tab.set_viewport_size(size)
        settled(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert picture.count() == (not here_only)
        if not here_only:
            code = Image.open(io.BytesIO(picture.locator("img").screenshot()))
            assert [read.text for read in zxingcpp.read_barcodes(code)] == [link]


BROKEN = """
  const add = WeakSet.prototype.add
  WeakSet.prototype.add = function (value) {
    if (value instanceof ShadowRoot) throw new Error("the component's script fails")
    return add.call(this, value)
  }
"""


def test_where_the_browser_does_not_answer_a_message_names_the_address_bar(app, new_tab):
    tab = new_tab()
    tab.add_init_script(BROKEN)
    tab.goto(f"{app}/train")
    heading(tab)
    tab.get_by_role("button", name="Share", exact=True).click()
    tab.locator(DIALOG).get_by_text("copy the link from its address bar").wait_for()
    assert tab.locator(f"{DIALOG} [data-testid=stCode]").count() == 0


# How the message begins: whether it is seen, and the animation that hides it. How long the answer then takes on this
# machine does not matter.
WATCH = """() => {
  window.begins = []
  const known = new WeakSet()
  new MutationObserver(() => {
    for (const box of document.querySelectorAll(".st-key-no_address")) {
      if (known.has(box)) continue
      known.add(box)
      const { visibility, animationDuration, animationTimingFunction } = getComputedStyle(box)
      begins.push([visibility, animationDuration, animationTimingFunction])
    }
  }).observe(document.body, { childList: true, subtree: true })
}"""


def test_the_message_is_hidden_until_the_answer_has_had_time(app, open_tab):
    tab = open_tab(f"{app}/train")
    tab.evaluate(WATCH)
    link_of(tab)
    settled(tab)
    begins = tab.evaluate("window.begins")
    assert begins  # the message was there
    assert begins == len(begins) * [["hidden", "1.5s", "steps(1)"]]
    assert tab.locator(DIALOG).get_by_text("copy the link from its address bar").count() == 0
