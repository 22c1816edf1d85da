"""A visit in a real Chromium that knows when the server has answered, and whether anything went wrong."""

from __future__ import annotations

from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser import go_back_to
from tests.serving import ROOT

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
_DRAWN = """!document.querySelector('[data-testid=stSkeleton]')
    && Array.from(document.querySelectorAll('[data-testid=stPlotlyChart]'))
        .every(chart => chart.querySelector('.main-svg'))"""


class Visit:
    """A new tab, whose messages to and from the server are read along."""

    def __init__(self, tab):
        self.tab = tab
        self.waiting = False  # for the answer to the last message
        self.complaints: list[str] = []  # of the server and of scripts in the browser
        tab.on("websocket", self._follow)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        # (What Streamlit looks for below the path of a deep link, to find where it is, is not there.)
        tab.on("console", lambda line: line.type == "error" and "/_stcore/" not in line.location["url"] and (
            self.complaints.append(line.text)
        ))

    def _follow(self, socket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, payload: bytes) -> None:
        if BackMsg.FromString(payload).HasField("rerun_script"):
            self.waiting = True

    def _received(self, payload: bytes) -> None:
        message = ForwardMsg.FromString(payload)
        if message.HasField("script_finished"):
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.waiting = False
        elif message.delta.new_element.HasField("exception"):
            self.complaints.append(message.delta.new_element.exception.message)

    def open(self, address: str) -> None:
        """Load an address anew."""
        self.waiting = True
        self.tab.goto(address)
        self.settle()

    def go_to(self, address: str) -> None:
        """Another state, as the browser's own back button brings one; an address without the server."""
        self.waiting = True
        go_back_to(self.tab, address)
        self.settle()

    def settle(self) -> None:
        """Wait until the server has answered to all that was asked and every chart is drawn."""
        still = 0
        for _ in range(3000):
            self.tab.wait_for_timeout(20)
            still = 0 if self.waiting or not self.tab.evaluate(_DRAWN) else still + 1
            if still == 3:
                return
        raise AssertionError(f"no answer within a minute: {self.tab.url}")

    def views(self, state: str = "") -> Iterator[str]:
        """Brings every page and every part of it, with all open that can be opened; yields its name.

        ``state``: query parameters for each page.
        """
        main = self.tab.locator("[data-testid=stMain]")
        parts = main.get_by_role("radiogroup", name="Part", exact=True).get_by_role("radio")
        for page in PAGES:
            self.go_to(f"/{page}{state}")
            for part in range(max(parts.count(), 1)):
                if part:
                    parts.nth(part).press("Space")
                    self.settle()
                closed = main.locator("details:not([open]) > summary")
                while closed.count():
                    closed.first.press("Enter")
                    self.settle()
                yield f"{page}, {parts.nth(part).inner_text()}" if parts.count() else page
