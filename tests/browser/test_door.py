"""What a browser makes of the server's door: the policy of the page, frames of other sites, a server that is full."""

from urllib.parse import urlsplit

import pytest

from explorer.contents import PAGES
from tests.browser.test_page_script import READY
from tests.support.browser import SAVE, becomes
from tests.support.proxy import course_site
from tests.support.serving import serving
from tests.support.visit import Visit
from tests.support.visitor import visiting

DIALOG = "[data-testid=stDialog]"


@pytest.fixture
def visit(new_tab) -> Visit:
    return Visit(new_tab())


def test_every_page_and_part_needs_no_more_than_its_policy_allows(app, visit):
    """All charts, tables, formulas and components are drawn, and nothing is refused."""
    visit.open(app + "/")
    seen = [view for view in visit.views("?tables=true") if not visit.complaints]
    assert not visit.complaints
    assert len(seen) >= 18


def test_what_is_saved_shared_taken_home_and_drawn_is_allowed_too(app, visit):
    tab = visit.tab
    visit.open(app.replace("127.0.0.1", "example.test") + "/train?tables=true")
    with tab.expect_download() as picture:
        tab.locator(SAVE.format(key="curves")).click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    tab.get_by_role("button", name="Share", exact=True).click()
    code = tab.locator(f"{DIALOG} [data-testid=stImage] img")
    assert becomes(tab, lambda: code.evaluate("image => image.naturalWidth") > 100, True)
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Take it home", exact=True).click()
    with tab.expect_download() as script:
        tab.get_by_role("button", name="Python script", exact=True).click()
    assert script.value.suggested_filename.endswith(".py")
    visit.open(app + "/one_image?source=your+drawing")
    pad = tab.locator(".st-key-pad canvas").first.bounding_box()
    tab.mouse.move(pad["x"] + 30, pad["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(pad["x"] + 90, pad["y"] + 120, steps=5)
    tab.mouse.up()
    assert becomes(tab, lambda: "drawing=" in tab.url, True)
    visit.settle()
    assert not visit.complaints


def test_what_the_policy_refuses_is_a_complaint(app, visit):
    """So the crawls would notice what a page needs and may not have."""
    visit.open(app + "/")
    for forbidden in (
        "fetch('https://example.test/').catch(() => {})",
        "document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = true' }))",
        "document.body.append(Object.assign(new Image(), { src: 'https://example.test/x.png' }))",
        "document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://example.test/' }))",
    ):
        visit.complaints.clear()
        visit.tab.evaluate(f"() => {{ {forbidden} }}")
        assert becomes(visit.tab, lambda: bool(refused(visit)), True), forbidden
    assert not visit.tab.evaluate("window.ran")


def refused(visit: Visit) -> list[str]:
    """What the browser said of policies. (The site of a lesson has no icon, and a browser says that too.)"""
    return [line for line in visit.complaints if "Security Policy" in line or "frame-ancestors" in line]


@pytest.fixture(scope="module")
def framed(server):
    """The address of a server whose pages only sites under one name may show in a frame."""
    return server(EXPLORER_FRAME_ANCESTORS="http://example.test:*")


def test_a_site_that_is_named_shows_every_page_in_a_frame(framed, visit):
    tab = visit.tab
    with course_site(framed, "/elsewhere", '<h1>Lesson</h1><iframe width="1300" height="850"></iframe>', True) as site:
        tab.goto(site.replace("127.0.0.1", "example.test") + "/lesson")
        for page in PAGES:
            path = "" if page is PAGES[0] else page.name
            tab.evaluate(f"document.querySelector('iframe').src = '{framed}/{path}?embed=true'")
            tab.frame_locator("iframe").locator(READY[page.name]).first.wait_for()
    assert not refused(visit)


def test_another_site_shows_none(framed, visit):
    tab = visit.tab
    frame = f'<iframe src="{framed}/train?embed=true" width="1300" height="850"></iframe>'
    with course_site(framed, "/elsewhere", frame, True) as site:
        tab.goto(f"{site}/lesson")
        assert becomes(tab, lambda: bool(refused(visit)), True)
        assert tab.frames[1].url != f"{framed}/train?embed=true"


def test_without_the_variable_every_site_may_show_the_app(app, visit):
    tab = visit.tab
    frame = f'<iframe src="{app}/train?embed=true" width="1300" height="850"></iframe>'
    with course_site(app, "/elsewhere", frame, True) as site:
        tab.goto(site.replace("127.0.0.1", "example.test") + "/lesson")
        tab.frame_locator("iframe").locator(READY["train"]).first.wait_for()
    assert not refused(visit)


def test_a_browser_says_that_the_server_is_full_and_comes_in_when_a_place_is_free(new_tab):
    with serving(EXPLORER_CONNECTIONS="1") as address:
        tab = new_tab()
        with visiting(address) as visitor:
            visitor.open("prices")
            tab.goto(f"{address}/train")
            words = tab.get_by_text("All places on this server are taken. Leave this page open: it tries again.")
            words.first.wait_for()
        tab.locator(READY["train"]).first.wait_for()
        assert becomes(tab, words.count, 0)
        assert urlsplit(tab.url).path == "/train"
