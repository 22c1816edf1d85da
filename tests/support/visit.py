"""A visit in a real Chromium that notices every error, and walks through all pages and parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.browser import go_back_to, settled
from tests.support.serving import ROOT

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
_STILL = 60  # ms: only what is clicked, and a click is sent at once


class Visit:
    """A new tab, whose errors are collected.

    Attributes
    ----------
    complaints : list of str
        Errors of the server, which a page may show for a moment only, and of scripts in the browser.
    """

    def __init__(self, tab):
        self.tab = tab
        self.complaints: list[str] = []
        tab.on("websocket", lambda socket: socket.on("framereceived", self._received))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        # (What Streamlit looks for below the path of a deep link, to find where it is, is not there.)
        tab.on("console", lambda line: line.type == "error" and "/_stcore/" not in line.location["url"] and (
            self.complaints.append(line.text)
        ))

    def _received(self, payload: bytes) -> None:
        message = ForwardMsg.FromString(payload)
        if message.delta.new_element.HasField("exception"):
            self.complaints.append(message.delta.new_element.exception.message)

    def open(self, address: str) -> None:
        """Load an address."""
        self.tab.goto(address)
        self.settle()

    def go_to(self, address: str) -> None:
        """Show another state as the browser's back button does; ``address`` starts with the path."""
        go_back_to(self.tab, address)
        self.settle()

    def settle(self) -> None:
        """Wait until the server has answered everything and every chart is drawn."""
        settled(self.tab, _STILL)

    def views(self, state: str = "", pages: Sequence[str] = PAGES) -> Iterator[str]:
        """Show pages and every part of them, with all open that can be opened; yields the name of each.

        ``state``: query parameters for each page.
        """
        main = self.tab.locator("[data-testid=stMain]")
        parts = main.get_by_role("radiogroup", name="Part", exact=True).get_by_role("radio")
        for page in pages:
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
