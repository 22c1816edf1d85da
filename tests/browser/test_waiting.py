"""Several visitors in a real browser, and a proxy between the server and MNIST that never answers."""

import contextlib
import socket

from explorer.sources import download
from tests.support import mirrors as fake
from tests.support.browser import PHONE, becomes

OFFER = "[data-testid=stMain] button:has-text('Use the built-in digits')"
CHART = ".st-key-confusion .main-svg"


def test_three_tabs_share_one_attempt_and_each_has_the_built_in_digits_at_once(server, open_tab, tmp_path):
    with fake.silent_server() as (address, taken):
        app = server(
            EXPLORER_MNIST_DIR="", EXPLORER_CACHE_DIR=str(tmp_path), TMPDIR=str(tmp_path), NO_PROXY="", no_proxy="",
            HTTPS_PROXY=f"http://{address}", https_proxy=f"http://{address}",
        )
        first = open_tab(f"{app}/train?dataset=mnist&loss=hinge&look=true&image=7", PHONE, wait_for=OFFER, busy=True)
        tabs = [open_tab(f"{app}/train?dataset=mnist&loss=hinge", wait_for=OFFER, busy=True) for _ in range(2)]
        assert first.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # One tab does not wait for it.
        turned = tabs.pop()
        turned.locator(OFFER).click()
        turned.wait_for_selector(CHART)
        assert "loss=hinge" in turned.url

        def attempt_ends(nth: int) -> None:
            """Wait until both mirrors have been asked, once, and every waiting tab reports it."""
            for asked in range(nth * len(download.MIRRORS), (nth + 1) * len(download.MIRRORS)):
                assert becomes(first, lambda asked=asked: len(taken) > asked, True)
                with contextlib.suppress(OSError):  # this one has timed out
                    taken[asked].shutdown(socket.SHUT_RDWR)
            for tab in (first, *tabs):
                tab.wait_for_selector("[data-testid=stAlert]")
                assert becomes(tab, tab.locator("[data-testid=stProgress]").count, 0)
                assert becomes(tab, tab.locator(OFFER).count, 1)
                assert tab.locator("[data-testid=stException]").count() == 0
            assert len(taken) == (nth + 1) * len(download.MIRRORS)

        attempt_ends(0)
        # A tab that is opened now gets the failure at once; all that press Try again share one more attempt.
        tabs[-1].reload()
        tabs[-1].wait_for_selector("[data-testid=stAlert]")
        assert len(taken) == len(download.MIRRORS)
        for tab in (first, *tabs):
            tab.get_by_role("button", name="Try again").click()
            tab.wait_for_selector("[data-testid=stProgress]")
        attempt_ends(1)
        # The choices, made here or by the link, are still there.
        first.locator(OFFER).click()
        first.wait_for_selector(CHART)
        assert "loss=hinge" in first.url
        assert "image=7" in first.url
        assert becomes(first, first.get_by_text("Test image 7 shows a").count, 1)
