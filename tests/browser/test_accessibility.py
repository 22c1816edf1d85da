"""Every page and part with axe-core and on the narrowest screen, and the words in charts: large and dark enough.

The page's own policy forbids to add a script to it; the browser's debugger may.
"""

import json
from importlib import resources

import pytest

from tests.support.browser import PHONE, WIDE, scrolls_down_only, wait_until
from tests.support.visit import PAGES, Visit

# What the pages keep closed, open by the link.
ALL_OPEN = "?look=true&update=true&formulas=true&shapes=true&ranges=true&penalty=0.1&solvers=true&three_lines=true"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# An open list or tooltip is a box at the end of the document, in no landmark: it belongs to its control by ARIA.
NOT_OURS = [["[data-st-overlay-root]"]]
ZOOMED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
# Words in charts that are smaller than 12 px, or paler than 4.5 : 1 on the page. What stands on an area of a chart is
# left out: its colours are chosen for each area.
FAINT = """() => {
    const numbers = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number)
    const linear = part => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    const page = numbers(getComputedStyle(document.querySelector('.stApp')).backgroundColor)
    const found = []
    for (const text of document.querySelectorAll('.js-plotly-plot text')) {
        if (!text.textContent.trim() || text.closest('.hoverlayer, .heatmaplayer, .bars')) continue
        const { fill, fillOpacity, opacity, fontSize } = getComputedStyle(text)
        const [r, g, b, alpha = 1] = numbers(fill)
        const share = alpha * fillOpacity * opacity
        const seen = [r, g, b].map((part, i) => share * part + (1 - share) * page[i])
        const [dark, light] = [luminance(seen), luminance(page)].sort((one, other) => one - other)
        const contrast = (light + 0.05) / (dark + 0.05)
        if (parseFloat(fontSize) < 12 || contrast < 4.5) {
            const key = text.closest('[class*=st-key-]').className.match(/st-key-(\\w+)/)[1]
            found.push(`${key}: "${text.textContent}", ${fontSize}, ${contrast.toFixed(1)} : 1`)
        }
    }
    return found
}"""


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def looking(new_tab, axe_source):
    """Open a visit at an address, in a window, light or dark: ``looking(address, size, look)`` -> the visit."""
    visits = []

    def start(address: str, size: dict, look: str) -> Visit:
        visits.append(visit := Visit(new_tab(size, color_scheme=look)))
        visit.open(address)
        visit.debugger = visit.tab.context.new_cdp_session(visit.tab)
        visit.debugger.send("Runtime.evaluate", {"expression": f"{axe_source}; 0"})
        return visit

    yield start
    for visit in visits:
        visit.tab.evaluate("localStorage.clear()")  # whether the sidebar is open


def violations(visit: Visit) -> list[str]:
    """What axe-core finds on the screen: rule, elements, what is wrong."""
    wait_until(visit.tab, "!document.querySelector('[data-testid=stTable] th:empty:not([role])')")
    visit.tab.wait_for_timeout(250)  # streamlit_fixes.js mends the page when it has come to rest
    options = json.dumps({"resultTypes": ["violations"], "runOnly": RULES})
    answer = visit.debugger.send("Runtime.evaluate", {
        "expression": f"axe.run({{exclude: {json.dumps(NOT_OURS)}}}, {options}).then(found => JSON.stringify(found))",
        "awaitPromise": True, "returnByValue": True,
    })
    return [
        f"{found['id']}: {node['html'][:200]} ({node.get('failureSummary', '')})"
        for found in json.loads(answer["result"]["value"])["violations"] for node in found["nodes"]
    ]


# A page takes seconds: each is looked at once in the dark, wide or as on a phone, and once zoomed in the light.
LOOKS = [(WIDE, "dark", PAGES[::2]), (PHONE, "dark", PAGES[1::2]), (ZOOMED, "light", PAGES)]
NAMES = ["wide-dark", "phone-dark", "zoomed-light"]


@pytest.mark.parametrize(("size", "look", "pages"), LOOKS, ids=NAMES)
def test_no_page_or_part_has_a_violation_or_scrolls_sideways_and_words_in_charts_are_read(
    app, looking, size, look, pages,
):
    visit, seen = looking(app, size, look), set()
    for view in visit.views(ALL_OPEN, pages):
        assert not violations(visit), view
        assert not visit.tab.evaluate(FAINT), view
        assert scrolls_down_only(visit.tab), view
        seen.add(view.split(",")[0])
    assert seen == set(pages)
    assert not visit.complaints


@pytest.mark.parametrize(("size", "look"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide-light", "phone-dark"])
@pytest.mark.parametrize(("path", "button"), [
    ("/train?message=Look", "Share"), ("/train", "Take it home"), ("/train", "More choices"),
    ("/train?tables=true", None), ("/compare_losses?tables=true", None), ("/start", "Pages"),
    ("/know", "Show the answer"),
], ids=["share", "take-home", "popover", "tables", "large-tables", "sidebar", "answer"])
def test_what_opens_has_no_violation(app, looking, path, button, size, look):
    visit = looking(app + path, size, look)
    if button and not (button == "Pages" and size is WIDE):
        visit.tab.get_by_role("button", name=button, exact=True).first.click()
        visit.settle()
        visit.tab.wait_for_timeout(500)  # what opens fades in
    assert not violations(visit)
