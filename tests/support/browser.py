"""What the browser tests share: sizes of a window, how to wait for the page, and how to read what is drawn."""

import json
import time
from pathlib import Path

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PLOT = "document.querySelector('.st-key-{key} .js-plotly-plot')"
SAVE = ".st-key-{key} .explorer-chart > .save"  # saves the chart as a picture
MAIN = "document.querySelector('[data-testid=stMain]')"
WAITS = 120  # seconds that a test waits for anything: several browsers and servers may share two cores

FOLLOW_THE_PAGE = (Path(__file__).parent / "follow_the_page.js").read_text(encoding="utf-8")


def follow_the_page(context) -> None:
    """Prepare a browser context: a generous timeout, and ``settled`` works in its tabs."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    sent, received = BackMsg.DESCRIPTOR.fields_by_name, ForwardMsg.DESCRIPTOR.fields_by_name
    numbers = {
        "rerunScript": sent["rerun_script"].number, "newSession": received["new_session"].number,
        "scriptFinished": received["script_finished"].number, "finishedEarly": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
    }
    context.set_default_timeout(WAITS * 1000)
    context.add_init_script(f"window.protocol = {json.dumps(numbers)};\n{FOLLOW_THE_PAGE}")


def wait_until(tab, expression: str, every: float = 50) -> None:
    """Wait until a JavaScript expression is true, looking each ``every`` ms.

    Not Playwright's ``wait_for_function``: it evaluates text in the page, which the page's own policy forbids.
    """
    end = time.monotonic() + WAITS
    while not tab.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(f"within {WAITS} s it did not become true: {expression}")
        tab.wait_for_timeout(every)


def settled(tab, still: int = 250) -> None:
    """Wait until the server has answered everything, all is drawn and nothing has moved for ``still`` ms."""
    wait_until(tab, f"window.isStill?.({still})", every=min(still / 3, 50))


def numbers(tab, key: str) -> list:
    """The numbers that a chart has drawn; none before it is there."""
    rows = "Array.from(t.z ? t.z : [t.y]).map(row => Array.from(row)).flat()"
    return tab.evaluate(f"({PLOT.format(key=key)}?._fullData ?? []).map(t => {rows})")


def sentence(tab) -> str:
    """The first words in bold on the page: on Train, what happened."""
    return tab.locator("[data-testid=stMain] [data-testid=stMarkdownContainer] strong").first.inner_text()


def becomes(tab, read, wanted, seconds: float = WAITS) -> bool:
    """Whether ``read()`` returns ``wanted`` within some seconds."""
    end = time.monotonic() + seconds
    while read() != wanted:
        if time.monotonic() > end:
            return False
        tab.wait_for_timeout(50)
    return True


def open_settings(tab) -> None:
    """Open the drawer of the sidebar, in which the seed is."""
    tab.locator(".st-key-more_settings summary").click()
    settled(tab)  # it slides open: what is pressed on the way is missed


def scrolls_down_only(tab) -> bool:
    """Whether nothing on the page is wider than the window."""
    width = tab.viewport_size["width"]
    return all(tab.evaluate(f"{element}.scrollWidth") <= width for element in ("document.documentElement", MAIN))


def go_back_to(tab, address: str) -> None:
    """Show another state of the app as the browser's own back button does, without loading anything again.

    It adds an entry to the history: explorer/web/streamlit_fixes.js adds none without a press.
    """
    asked_before = tab.evaluate("""address => {
        const [before, here] = [window.reruns, location.href]
        History.prototype.pushState.call(history, null, '', address)
        dispatchEvent(new PopStateEvent('popstate'))
        return location.href === here ? -1 : before
    }""", address)
    # A busy browser asks the server a while later: until then the old page is still.
    wait_until(tab, f"window.reruns > {asked_before}")
