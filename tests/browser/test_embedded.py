"""A page in a frame of another site: with what Share gives to paste, the frame is as high as the page in it."""

import pytest

from explorer import links
from tests.support.browser import becomes, settled
from tests.support.proxy import course_site

HEIGHT = "Math.ceil(document.querySelector('[data-testid=stMainBlockContainer]').getBoundingClientRect().height)"


@pytest.fixture
def lesson(app, new_tab):
    """A page of a course on another site with the frame in it; returns its tab and the frame."""
    pasted = links.iframe(links.address(f"{app}/prices", {"prices_part": ["Guess"]}), "Apples and pears")
    with course_site(app, "/elsewhere", f"<!doctype html><h1>Lesson</h1>{pasted}", strip=True) as site:
        tab = new_tab()
        tab.goto(f"{site}/lesson")
        tab.frame_locator("iframe").locator(".js-plotly-plot .main-svg").first.wait_for()
        within = next(frame for frame in tab.frames if frame.parent_frame)
        assert becomes(tab, lambda: within.evaluate("window.isStill?.(400) ?? false"), True)
        yield tab, within


def frame_height(tab) -> int:
    return tab.evaluate("document.querySelector('iframe').getBoundingClientRect().height")


def test_the_frame_becomes_as_high_as_the_page_and_follows_it(lesson):
    tab, within = lesson
    assert becomes(tab, lambda: frame_height(tab) == within.evaluate(HEIGHT) != 900, True)
    first = frame_height(tab)
    within.get_by_role("radio", name="One line").press("Space")
    assert becomes(tab, lambda: frame_height(tab) != first, True)
    assert becomes(tab, lambda: frame_height(tab) == within.evaluate(HEIGHT), True)
    room = "(main => main.scrollHeight - main.clientHeight)(document.querySelector('[data-testid=stMain]'))"
    assert becomes(tab, lambda: within.evaluate(room), 0, seconds=10), within.evaluate(room)
    tab.set_viewport_size({"width": 500, "height": 800})
    assert becomes(tab, lambda: frame_height(tab) == within.evaluate(HEIGHT) > first, True)


@pytest.mark.parametrize("height", [-5, 10**9, "'9e9px'", "'nothing'", "{}"])
def test_no_other_sender_and_no_wrong_height_changes_the_frame(lesson, height):
    tab, within = lesson
    assert becomes(tab, lambda: frame_height(tab) == within.evaluate(HEIGHT), True)
    whole = frame_height(tab)
    message = f"{{type: 'pixels-and-weights:height', height: {height}}}"
    tab.evaluate(f"postMessage({message}, '*')")  # the page around it itself
    tab.evaluate("""message => new Promise(done => {
        const other = document.createElement('iframe') // of the same page, another frame
        other.srcdoc = `<script>parent.postMessage(${message}, '*')</scr` + 'ipt>'
        other.onload = () => setTimeout(done, 100)
        document.body.append(other)
    })""", message)
    assert frame_height(tab) == whole
    within.evaluate(f"parent.postMessage({message}, '*')")  # the app, out of its mind
    assert becomes(tab, lambda: 300 <= frame_height(tab) <= 10000, True)


def test_alone_a_page_tells_nobody(app, open_tab):
    tab = open_tab(app + "/train?embed=true")
    told = tab.evaluate("""() => new Promise(done => {
        let told = 0
        addEventListener('message', ({ data }) => { told += data?.type === 'pixels-and-weights:height' })
        document.querySelector('[data-testid=stMainBlockContainer]').style.paddingBottom = '300px'
        setTimeout(() => done(told), 300)
    })""")
    settled(tab)
    assert told == 0
