"""The link that Share gives leads to the app wherever it is: below a base path, in a frame, behind a proxy."""

import io
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.browser import PHONE, WIDE, becomes
from tests.proxy import course_site
from tests.serving import ROOT

DIALOG = "[data-testid=stDialog]"
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "start")


@pytest.fixture(scope="module")
def below(server):
    """Starts the app below a base path, once for each: ``below("course/app")`` -> its address."""
    return cache(lambda base: server(STREAMLIT_SERVER_BASE_URL_PATH=base))


def link_of(place) -> str:
    """The link in the dialog Share, in a tab or in a frame of one."""
    opener = place.get_by_test_id("stExpandSidebarButton")
    if opener.count():
        opener.click()
    place.get_by_role("button", name="Share", exact=True).click()
    code = place.locator(f"{DIALOG} [data-testid=stCode] code").first
    code.wait_for(timeout=30_000)
    return code.inner_text()


def heading(place) -> str:
    heading = place.locator("[data-testid=stMain] h3").first
    heading.wait_for(timeout=60_000)
    return heading.inner_text()


@pytest.mark.parametrize("path", ["", "start", *PAGES])
def test_below_a_base_path_every_page_s_link_is_its_address(below, open_tab, path):
    app = below("quickstart")
    tab = open_tab(f"{app}/{path}?seed=7&unheard_of=1", wait_for="[data-testid=stMain] h3")
    link = link_of(tab)
    assert link.split("?")[0] == f"{app}/{path}"
    assert {"v": ["1"], "unheard_of": ["1"]}.items() <= parse_qs(urlsplit(link).query).items()


@pytest.mark.parametrize("base", ["course/train", "restart"])
def test_a_base_path_may_end_like_a_page(below, open_tab, base):
    app = below(base)
    tab = open_tab(app, wait_for=".st-key-real_blue .main-svg")
    title = heading(tab)
    links = [link_of(tab)]
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Train").first.click()
    tab.wait_for_selector(".st-key-confusion .main-svg", timeout=60_000)
    links.append(link_of(tab))
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Start").first.click()
    tab.wait_for_selector(".st-key-real_blue .main-svg", timeout=60_000)
    links.append(link_of(tab))
    assert links == [f"{app}/?v=1", f"{app}/train?v=1", f"{app}/?v=1"]
    tab.goto(links[0])
    assert heading(tab) == title
    tab.goto(links[1])
    tab.wait_for_selector(".st-key-confusion .main-svg", timeout=60_000)
    assert tab.get_by_text("Page not found").count() == 0


@pytest.mark.parametrize("path", ["", "train"])
@pytest.mark.parametrize("strip", [True, False], ids=["stripped", "kept"])
def test_in_a_frame_of_the_course_site_the_link_is_the_app_s_own(below, app, chromium, path, strip):
    upstream = app if strip else below("course/app")
    frame = f'<h1>Lesson</h1><iframe src="/course/app/{path}?seed=7&amp;embed=true" width="1300" height="850"></iframe>'
    with course_site(upstream, "/course/app", frame, strip) as site:
        context = chromium.new_context(viewport=WIDE)
        tab = context.new_page()
        tab.goto(f"{site}/lesson")
        within = tab.frame_locator("iframe")
        title = heading(within)
        link = link_of(within)
        assert link == f"{site}/course/app/{path}?v=1&seed=7"
        tab.goto(link)
        assert heading(tab) == title
        assert becomes(tab, lambda: tab.locator(".st-key-seed input").first.input_value(), "7")
        context.close()


def test_in_a_frame_of_another_site_the_link_is_the_app_s_own(app, chromium):
    frame = f'<iframe src="{app}/train?seed=7&amp;embed=true" width="1300" height="850"></iframe>'
    with course_site(app, "/elsewhere", frame, strip=True) as site:
        context = chromium.new_context(viewport=WIDE)
        tab = context.new_page()
        tab.goto(f"{site}/lesson")
        within = tab.frame_locator("iframe")
        heading(within)
        assert link_of(within) == f"{app}/train?v=1&seed=7"
        context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "app.localhost", "example.test"])
def test_there_is_a_code_only_where_a_phone_can_open_the_link(app, chromium, host, size):
    context = chromium.new_context(viewport=size)
    tab = context.new_page()
    address = app.replace("127.0.0.1", host)
    tab.goto(f"{address}/train")
    heading(tab)
    assert link_of(tab) == f"{address}/train?v=1"
    here_only = host != "example.test"
    assert tab.get_by_text("No QR code").count() == here_only
    assert tab.get_by_text("works on this computer only").count() == here_only
    if here_only:
        assert tab.locator(f"{DIALOG} [data-testid=stImage]").count() == 0
    else:
        code = Image.open(io.BytesIO(tab.locator(f"{DIALOG} [data-testid=stImage] img").screenshot()))
        assert [read.text for read in zxingcpp.read_barcodes(code)] == [f"{address}/train?v=1"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
    context.close()


BROKEN = """
  const add = WeakSet.prototype.add
  WeakSet.prototype.add = function (value) {
    if (value instanceof ShadowRoot) throw new Error("the component's script fails")
    return add.call(this, value)
  }
"""


def test_where_the_browser_does_not_answer_words_name_the_address_bar(app, chromium):
    context = chromium.new_context(viewport=WIDE)
    tab = context.new_page()
    tab.add_init_script(BROKEN)
    tab.goto(f"{app}/train")
    heading(tab)
    tab.get_by_role("button", name="Share", exact=True).click()
    tab.locator(DIALOG).get_by_text("copy the link from its address bar").wait_for(timeout=10_000)
    assert tab.locator(f"{DIALOG} [data-testid=stCode]").count() == 0
    context.close()


def test_the_words_are_not_seen_before_the_answer(app, open_tab):
    tab = open_tab(f"{app}/train")
    tab.evaluate("""() => {
      window.seen = []
      const look = () => {
        for (const box of document.querySelectorAll(".st-key-no_address")) seen.push(getComputedStyle(box).visibility)
        requestAnimationFrame(look)
      }
      look()
    }""")
    link_of(tab)
    tab.wait_for_timeout(2000)
    assert set(tab.evaluate("window.seen")) <= {"hidden"}
    assert tab.locator(DIALOG).get_by_text("copy the link from its address bar").count() == 0
