"""A finger on a phone, as the browser itself reports one: what it scrolls and picks, and that no chart zooms."""

import pytest

from tests.support.browser import MAIN, PHONE, settled
from tests.support.visit import PAGES, Visit

# What the pages keep closed, open by the link.
ALL_OPEN = "?look=true&update=true&formulas=true&shapes=true&ranges=true&penalty=0.1&solvers=true&three_lines=true"
CHARTS = "Array.from(document.querySelectorAll('.js-plotly-plot'))"
AXES = CHARTS + """.map(chart => Object.entries(chart._fullLayout).filter(([name]) => /^[xy]axis/.test(name))
    .map(([name, axis]) => [name, ...axis.range]))"""
# Scrolls a box to the middle of the screen, and waits: a page that was pushed rolls on for a while.
CENTRED = """async box => {
    let top
    do {
        box.scrollIntoView({ block: 'center', behavior: 'instant' })
        top = box.getBoundingClientRect().top
        for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
    } while (box.getBoundingClientRect().top !== top)
}"""
# In screen pixels: a place in a chart where something is drawn, and the middle of its first panel.
PLACES = """chart => {
    const { left, top } = chart.getBoundingClientRect(), layout = chart._fullLayout
    const middle = (edges, i) => (edges[i] + (edges[i + 1] ?? edges[i])) / 2
    const drawn = chart.calcdata.filter(([{ trace }]) => trace.visible === true && trace.hoverinfo !== 'skip')
    const places = drawn.flatMap(points => {
        const { x: columns, y: rows, z, trace } = points[0]
        const x = layout[(trace.xaxis ?? 'x').replace('x', 'xaxis')]
        const y = layout[(trace.yaxis ?? 'y').replace('y', 'yaxis')]
        const seen = z
            ? z.flatMap((row, i) => row.map((value, j) => Number.isFinite(value)
                ? [x.c2p(middle(columns, j)), y.c2p(middle(rows, i))] : [NaN, NaN]))
            : points.map(({ x: across, y: up, s: size }) => trace.type !== 'bar' ? [x.c2p(across), y.c2p(up)]
                : trace.orientation === 'h' ? [x.c2p(across - size / 2), y.c2p(up)]
                : [x.c2p(across), y.c2p(up - size / 2)])
        return seen.filter(([px, py]) => px > 3 && px < x._length - 3 && py > 3 && py < y._length - 3)
            .map(([px, py]) => [px + left + x._offset, py + top + y._offset])
    })
    const panel = chart.querySelector('.nsewdrag').getBoundingClientRect()
    return {
        drawn: places[Math.floor(places.length / 2)] ?? null,
        middle: [panel.left + panel.width / 2, panel.top + panel.height / 2],
    }
}"""

# Charts with every number written in them: they have nothing to read out.
WRITTEN = {"till", "products", "distances"}
# Where the page is once it has moved, or after half a second.
MOVED = """async top => {
    for (const end = performance.now() + 500; MAIN.scrollTop === top && performance.now() < end;)
        await new Promise(requestAnimationFrame)
    return MAIN.scrollTop
}""".replace("MAIN", MAIN)

# Scrolls whatever has a scroll bar of its own to the end that ``Finger.swipe`` pulls at; returns how many those are.
TO_ITS_END = """box => {
    box.scrollIntoView({ block: 'center', behavior: 'instant' })
    const down = MAIN.scrollTop < (MAIN.scrollHeight - MAIN.clientHeight) / 2
    const own = Array.from(box.querySelectorAll('*')).filter(part => part.scrollHeight > part.clientHeight + 1
        && ['auto', 'scroll'].includes(getComputedStyle(part).overflowY))
    for (const part of own) part.scrollTop = down ? 1e6 : 0
    return own.length
}""".replace("MAIN", MAIN)


class Finger:
    """Touches the screen of a tab."""

    def __init__(self, tab):
        self.tab, self.cdp = tab, tab.context.new_cdp_session(tab)

    def send(self, kind: str, *points) -> None:
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [
            {"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)
        ]})

    def drag(self, *paths, rest: bool = False) -> None:
        """One finger or more, each along a straight line from its first place to its last."""
        self.send("touchStart", *(path[0] for path in paths))
        for share in (0.4, 0.7, 1):
            self.send("touchMove", *(
                tuple(a + (b - a) * share for a, b in zip(*path, strict=True)) for path in paths
            ))
        if rest:
            self.tab.wait_for_timeout(60)  # on a slow machine it rests longer
            self.send("touchMove", *(path[1] for path in paths))
        self.send("touchEnd")

    def swipe(self, x: float, y: float) -> float:
        """Swipe up or down by 90, where there is more room; returns how far the page moves, in screen pixels."""
        top, room = self.tab.evaluate(f"[{MAIN}.scrollTop, {MAIN}.scrollHeight - {MAIN}.clientHeight]")
        # A finger that rests before it is lifted does not push the page on.
        self.drag([(x, y), (x, y - 90 if top < room / 2 else y + 90)], rest=True)
        return abs(self.tab.evaluate(MOVED, top) - top)


@pytest.fixture
def phone(new_tab):
    """A new tab: in one that a mouse has been over, the browser moves the mouse back there after a tap."""
    return Visit(new_tab(PHONE, has_touch=True))


def bring(chart) -> dict:
    """Scroll a chart to the middle of the screen; returns ``drawn``, a place with data, and ``middle`` of a panel."""
    chart.evaluate(CENTRED)
    return chart.evaluate(PLACES)


def name_of(chart) -> str:
    return chart.evaluate("chart => chart.closest('[class*=st-key-]').className.match(/st-key-(\\w+)/)[1]")


# Shared out among the test processes.
SHARES = pytest.mark.parametrize("pages", [PAGES[i::5] for i in range(5)], ids=",".join)


@SHARES
def test_a_finger_scrolls_over_every_chart_zooms_none_and_shows_what_it_taps(app, phone, pages):
    finger, seen = Finger(phone.tab), []
    phone.open(app)
    for view in phone.views(ALL_OPEN, pages):
        axes = phone.tab.evaluate(AXES)
        for chart in phone.tab.locator(".js-plotly-plot").all():
            seen.append(f"{view}: {name_of(chart)}")
            places = bring(chart)
            assert (places["drawn"] is None) == (name_of(chart) in WRITTEN), seen[-1]
            if places["drawn"]:
                phone.tab.touchscreen.tap(*places["drawn"])
                chart.locator(".hoverlayer .hovertext").first.wait_for()
            x, y = places["middle"]
            phone.tab.touchscreen.tap(x, y)
            phone.tab.touchscreen.tap(x, y)
            finger.drag([(x - 40, y), (x + 40, y)])
            finger.drag([(x - 10, y), (x - 60, y)], [(x + 10, y), (x + 60, y)])
            assert finger.swipe(x, y) > 30, seen[-1]
            chart.evaluate(CENTRED)
            box = chart.bounding_box()
            assert finger.swipe(box["x"] + 12, box["y"] + box["height"] / 2) > 30, seen[-1]  # on the axis' numbers
        settled(phone.tab, 400)  # longer than between two taps that are a double one
        assert phone.tab.evaluate(AXES) == axes, view
    assert len(seen) >= 3
    assert not phone.complaints


def swiped(finger: Finger, box) -> float:
    """How far the page moves by a swipe from the middle of this box."""
    box.evaluate(CENTRED)
    place = box.bounding_box()
    return finger.swipe(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)


PICKED = (
    ("why_multiply?why_part=two+pixels", "pair_picker"), ("bias?bias_part=Pixels", "own_picker"),
    ("one_image", "weighed"), ("learning_rates", "sweep_grid"), ("compare_losses", "run_rows"),
    ("prices?prices_part=One+line", "receipt_table"),
)


def test_a_finger_scrolls_over_what_can_be_picked_and_picks_nothing(app, phone):
    phone.open(app)
    for page, key in PICKED:
        phone.go_to(f"/{page}")
        address = phone.tab.url
        box = phone.tab.locator(f".st-key-{key}")
        text = box.inner_text()
        assert swiped(Finger(phone.tab), box) > 30, page
        phone.settle()
        assert (phone.tab.url, box.inner_text()) == (address, text)


def test_a_finger_scrolls_over_tables_and_on_where_a_long_one_ends(app, phone):
    phone.open(app + "/train?tables=true&epochs=100")
    finger, boxes = Finger(phone.tab), phone.tab.locator("[data-testid=stTable], [data-testid=stDataFrame]").all()
    long = 0
    for box in boxes:
        long += box.evaluate(TO_ITS_END) > 0
        assert swiped(finger, box) > 30
    assert 0 < long < len(boxes)


def test_a_finger_scrolls_beside_the_drawing_pad(app, phone):
    phone.open(app + "/one_image?source=your+drawing")
    finger, pad = Finger(phone.tab), phone.tab.locator(".st-key-pad canvas")
    assert swiped(finger, pad) == 0
    box = pad.bounding_box()
    assert finger.swipe((box["x"] + box["width"] + PHONE["width"]) / 2, box["y"] + 100) > 30


@SHARES
def test_a_mouse_zooms_no_chart_reads_each_and_can_save_it(app, new_tab, pages):
    tab = new_tab()
    desk, is_saved = Visit(tab), False
    desk.open(app)
    for view in desk.views(ALL_OPEN, pages):
        axes, charts = tab.evaluate(AXES), tab.locator(".js-plotly-plot").all()
        for chart in charts:
            what = f"{view}: {name_of(chart)}"
            places = bring(chart)
            x, y = places["middle"]
            tab.mouse.move(x - 30, y)
            tab.mouse.down()
            tab.mouse.move(x + 30, y + 20, steps=3)
            tab.mouse.up()
            tab.mouse.dblclick(x, y)
            tab.mouse.wheel(0, 3)
            places = bring(chart)
            assert (places["drawn"] is None) == (name_of(chart) in WRITTEN), what
            tab.mouse.move(*places["drawn"] or places["middle"])
            if places["drawn"]:
                chart.locator(".hoverlayer .hovertext").first.wait_for()
            button = chart.locator("xpath=../button[@class='save']")
            assert float(button.evaluate("button => getComputedStyle(button).opacity")) > 0.5, what
        assert tab.evaluate(AXES) == axes, view
        if charts and not is_saved:
            with tab.expect_download() as download:
                button.click()
            assert download.value.suggested_filename.endswith(".png")
            is_saved = True
    assert is_saved
