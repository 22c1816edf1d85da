"""Paper: every page as a PDF is light, readable and whole, with the note of its link, also when the screen is dark."""

import io

import pytest
from pypdf import PdfReader

from tests.support.browser import PHONE, WIDE, settled
from tests.support.visit import PAGES, Visit

NOTE = "Write down which weights are blue"
LINK = "?message=Write+down+which+weights+are+blue&formulas=true"
SHEET = 700  # screen pixels: the width of the page on paper (explorer/web/page.css)
HEIGHT = 1030  # of A4 within its margins
# Of each title of a horizontal axis: whether it is below the middle of its chart.
TITLES = """() => Array.from(document.querySelectorAll('.explorer-chart .xtitle'), title => {
    const { top, height } = title.closest('.explorer-chart').getBoundingClientRect()
    return title.getBoundingClientRect().top > top + height / 2
})"""
# What the page is like when the browser takes its picture of it.
ON_PAPER = """() => {
    dispatchEvent(new Event('beforeprint'))
    const shown = element => element.getClientRects().length > 0
    const all = Array.from(document.querySelectorAll('[data-testid=stMain] *')).filter(shown)
    const block = () => document.querySelector('[data-testid=stMainBlockContainer]').getBoundingClientRect()
    const charts = Array.from(document.querySelectorAll('.explorer-chart')).filter(shown)
    return Promise.resolve().then(() => new Promise(done => setTimeout(done))).then(() => ({
        page: getComputedStyle(document.querySelector('.stApp')).backgroundColor,
        width: block().width,
        cut: charts.filter(chart => chart.querySelector('.main-svg').getBoundingClientRect().width
            > chart.getBoundingClientRect().width + 1).length,
        wide: all.filter(element => element.getBoundingClientRect().right > block().right + 1)
            // Formulas are there once more to be heard; charts are looked at as a whole; and Streamlit's own grid is a
            // picture, which ends in the margin of the sheet.
            .filter(element => element.textContent && !element.closest('.katex-mathml, g, [data-testid=stDataFrame]'))
            .map(element => element.outerHTML),
        tall: charts.filter(chart => chart.getBoundingClientRect().height > HEIGHT).length,
        split: charts.filter(chart => getComputedStyle(chart).breakInside !== 'avoid').length,
        pale: charts.flatMap(chart => Array.from(chart.querySelectorAll('.xtick text, .ytick text')))
            .filter(text => getComputedStyle(text).fill.match(/\\d+/)[0] > 128).length,
        titles: TITLES(),
        dark: Array.from(document.querySelectorAll('.explorer-balance .picture canvas, .explorer-strip canvas'))
            .filter(shown).filter(canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0] < 128).length,
        screen: ['stSidebar', 'stHeader', 'stButton'].filter(
            name => Array.from(document.querySelectorAll(`[data-testid=${name}]`)).some(shown)),
    }))
}""".replace("HEIGHT", str(HEIGHT)).replace("TITLES", f"({TITLES})")
WIDTHS = "Array.from(document.querySelectorAll('.explorer-chart .main-svg'), e => e.getBoundingClientRect().width)"


# A page takes seconds: each is printed once, from a wide window in the dark or from a phone in the light.
LOOKS = [(size, look, PAGES[i::4]) for i, (size, look) in enumerate(2 * [(WIDE, "dark"), (PHONE, "light")])]


@pytest.mark.parametrize(("size", "look", "pages"), LOOKS, ids=[",".join(pages) for *_, pages in LOOKS])
def test_every_page_and_part_is_whole_on_paper(app, new_tab, size, look, pages):
    visit = Visit(new_tab(size, color_scheme=look))
    visit.open(app)
    for view in visit.views(LINK, pages):
        settled(visit.tab)
        widths, titles = visit.tab.evaluate(WIDTHS), visit.tab.evaluate(TITLES)
        found = visit.tab.evaluate(ON_PAPER)
        assert found.pop("page") == "rgb(255, 255, 255)", view
        assert found.pop("width") == SHEET, view
        assert found.pop("titles") == titles, view
        assert not any(found.values()), (view, found)
        visit.tab.evaluate("dispatchEvent(new Event('afterprint'))")
        settled(visit.tab)
        assert visit.tab.evaluate(WIDTHS) == widths, view
        paper = PdfReader(io.BytesIO(visit.tab.pdf(format="A4")))
        sheets = [" ".join(sheet.extract_text().split()) for sheet in paper.pages]
        assert 1 <= len(sheets) <= 8, view
        assert sheets.count("") <= 1, view  # one may have only what has no words
        assert NOTE in sheets[0], view
        title = visit.tab.locator("[data-testid=stHeading]").first.inner_text().strip()
        assert title.replace(" ", "")[:20] in sheets[0].replace(" ", ""), view
        settled(visit.tab)
    dark = visit.tab.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert dark == ("rgb(20, 23, 28)" if look == "dark" else "rgb(255, 255, 255)")
    assert not visit.complaints
