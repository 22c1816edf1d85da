"""A press on what only a browser has, on every page and part, with nothing at its default.

Links with the address that they lead to, cells, pixels, and what opens; and the way back from each. What several views
of a page have in common is pressed once. Of Streamlit's own buttons one in each view: tests/pages/test_crawl.py presses
them all.
"""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.pages.test_crawl import choices, views
from tests.support.browser import becomes
from tests.support.crawl import STATE, may_change
from tests.support.pages import open_page
from tests.support.visit import PAGES, Visit

COMPONENT = "[data-testid=stMain] [data-testid=stBidiComponentIsolated]"
# What is pressed, named by its text or by the key of what it is in.
BUTTONS = "[data-testid=stMain] [data-testid=stButton] button:enabled"
LINKS = "[data-testid=stMain] [data-testid=stPageLink] a"
NEW_TABS = "[data-testid=stMain] a[target=_blank]"
OPENING = "[data-testid=stMain] :is([data-testid=stExpander] summary, [data-testid=stPopover] button)"
PARTS_OF_A_COMPONENT = ":is(button, canvas[role=application])"
KEY = """element => (element.getRootNode().host ?? element).closest('[class*=st-key-]')
    ?.className.match(/st-key-(\\w+)/)[1] ?? ''"""
MOST = 6  # of a kind that are all pressed; of more, the corners and the middle
ROW = re.compile(r" [A-Z]$")  # at the end of a button's name: the run that its row shows


@pytest.fixture
def visit(new_tab) -> Visit:
    return Visit(new_tab())


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def page_of(address: str) -> str:
    return urlsplit(address).path.strip("/") or "start"


def link_to(page: str, link: dict = STATE) -> str:
    """The address of a state, with what the page shows and nothing else."""
    shown = choices(open_page(page, **link))
    return f"/{page}?{urlencode({name: value for name, value in link.items() if name in shown}, doseq=True)}"


@cache
def names_on(page: str, address: str) -> frozenset[str]:
    """The choices that a page shows when it is opened with those of another page's address."""
    return frozenset(choices(open_page(page, **query(address))))


class Crawl:
    """Presses one thing after the other, each from the same state, and notes what goes wrong."""

    def __init__(self, visit: Visit):
        self.visit, self.tab = visit, visit.tab
        self.presses = 0
        self.has_opened = False  # a popover
        self.wrong: list[str] = []

    def bring(self, state: str) -> None:
        """Show the state that every press starts from."""
        self.state = state
        self.visit.go_to(state)
        if self.has_opened:
            # Streamlit does not tell controls in a closed popover, once it was open, what Back brings: they go on with
            # what they held. Until it does, each state after that is a visit of its own.
            self.tab.reload()
            self.visit.settle()
            self.has_opened = False
        ask = self.tab.locator("[class*=st-key-ask_] button")
        if ask.count():  # else it would be there at the first press only
            ask.click()
            self.visit.settle()
        self.before, self.part = self.tab.url, self.parts()
        self.look(state, set())

    def parts(self) -> list[str]:
        """The part of the page that is shown, if it has any."""
        group = self.tab.get_by_role("radiogroup", name="Part", exact=True)
        return group.get_by_role("radio", checked=True).all_inner_texts()

    def press(
        self, label: str, allowed: set[str], do: Callable[[], object], back: Callable[[], object] | None = None,
        stay: bool = False,
    ):
        """Press, check, go back to the page and part, check again, and bring back the state.

        ``stay``: the choices in ``allowed`` are left changed, for another press that may change the same ones.
        """
        where = f"{page_of(self.before)} {self.part}: {label}"
        do()
        self.visit.settle()
        self.presses += 1
        self.look(where, allowed)
        if page_of(self.tab.url) != page_of(self.before):
            back = self.tab.go_back
        elif self.parts() != self.part:
            back = self.tab.get_by_role("radiogroup", name="Part", exact=True).get_by_text(*self.part, exact=True).click
        if back:
            back()
            self.visit.settle()
            self.look(f"{where}, and back", allowed if self.parts() != self.part else set())
        self.close_dialog()
        if not stay:
            self.restore()

    def close_dialog(self) -> None:
        """Close what a press has opened over the page, and lets nothing else be pressed."""
        dialog = self.tab.locator("[role=dialog][aria-modal=true], [data-testid=stDialog]").locator("visible=true")
        if dialog.count():
            self.tab.keyboard.press("Escape")
            assert becomes(self.tab, dialog.count, 0)
            self.visit.settle()

    def restore(self) -> None:
        """Bring back the state that every press starts from."""
        if self.tab.url != self.before:
            self.visit.go_to(self.state)

    def look(self, where: str, allowed: set[str]) -> None:
        """Note errors, and choices that are gone: the browser may write them a little later."""
        becomes(self.tab, lambda: self.changed(allowed), [], seconds=5)
        problems = self.tab.locator("[data-testid=stException]").all_inner_texts() + self.visit.complaints
        self.wrong += [f"{where}: {problem}" for problem in problems + self.changed(allowed)]
        self.visit.complaints.clear()

    def changed(self, allowed: set[str]) -> list[str]:
        """Those of the choices shown that are not as they were."""
        before, now = query(self.before), query(self.tab.url)
        shown = before.keys() - allowed
        if page_of(self.tab.url) != page_of(self.before):
            shown &= names_on(page_of(self.tab.url), self.before)
        elif self.parts() != self.part:
            shown &= now.keys()
        return [f"{name} was {before[name]}, is {now.get(name)}" for name in shown if before[name] != now.get(name)]

    def done(self) -> None:
        print(f"{self.presses} presses")
        assert not self.wrong, "\n".join([f"{len(self.wrong)} wrong in {self.presses} presses", *self.wrong])


def some(found: list, columns: int = 1) -> list:
    """All of a few; of many, the corners and the middle."""
    if len(found) <= MOST:
        return found
    columns = min(columns, len(found))
    return [found[i] for i in sorted({0, columns - 1, len(found) // 2, len(found) - columns, len(found) - 1})]


def first_and_last_row(found: list) -> list:
    """Without the buttons of the rows between: those of the same name but for the letter of their run."""
    rows = {}
    for component in found:
        name = component.get_attribute("aria-label") or ""
        rows.setdefault(ROW.sub("", name) if ROW.search(name) else component, []).append(component)
    return [component for row in rows.values() for component in (row if len(row) < 3 else (row[0], row[-1]))]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_cell_and_pixel_raises_nothing_and_keeps_all_other_choices(app, visit, page):
    visit.open(app + "/")
    crawl, tab = Crawl(visit), visit.tab
    pressed = set()

    def is_due(kind: str, label: str, is_first: bool = False) -> bool:
        """Whether to press this: each once, and from every view the first of a kind."""
        is_new = (kind, label) not in pressed
        pressed.add((kind, label))
        return is_new or is_first

    for link in views(page):
        crawl.bring(link_to(page, link))
        buttons, links = (tab.locator(kind).locator("visible=true") for kind in (BUTTONS, LINKS))
        for i in range(buttons.count()):
            label = buttons.nth(i).inner_text().splitlines()[-1]
            if is_due("button", label):
                crawl.press(label, may_change(label), buttons.nth(i).click)
                break
        for i in range(links.count()):
            label = links.nth(i).inner_text().splitlines()[-1]
            if is_due("link", label, is_first=i == 0):  # away and back
                crawl.press(label, may_change(label), links.nth(i).click)
        for opening in tab.locator(OPENING).locator("visible=true").all():
            label = opening.inner_text().splitlines()[-1]
            if is_due("opening", label):
                # What is in it is not in the address while it is closed.
                crawl.press(label, set(query(tab.url)), opening.click, back=opening.click)
                crawl.has_opened = True
        components = [box.locator(PARTS_OF_A_COMPONENT).all() for box in tab.locator(COMPONENT).all()]
        for component in first_and_last_row([part for parts in components for part in some(parts, columns=19)]):
            if not component.is_enabled():  # asked here, as an earlier press may have left something to undo
                continue
            key = component.evaluate(KEY)
            if component.evaluate("element => element.tagName") == "CANVAS":
                if not is_due("canvas", key):
                    continue
                box = component.bounding_box()
                for x, y in ((0.02, 0.02), (0.98, 0.02), (0.5, 0.5), (0.02, 0.98), (0.98, 0.98)):
                    place = {"x": x * box["width"], "y": y * box["height"]}
                    crawl.press(
                        f"{key} at {x}, {y}", may_change("", key), lambda c=component, p=place: c.click(position=p),
                        stay=True,
                    )
                crawl.restore()
            else:
                cell = component.get_attribute("role") == "gridcell"
                label = f"{key}: {component.get_attribute('aria-label')}"
                if is_due("part", label):
                    crawl.press(label, may_change("", key), component.click, stay=cell)
        crawl.restore()
    crawl.done()
