"""What the tests share: the two data sets, a small one made by hand, a server, a browser."""

from __future__ import annotations

import os
from contextlib import ExitStack

# The test processes and the servers that they start share the cores: NumPy's threads would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest

from explorer.engine.datasets import Dataset, load
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from tests.support.browser import WIDE, follow_the_page, settled
from tests.support.serving import chromium_browser, chromium_path, serving


def pytest_collection_modifyitems(items) -> None:
    """A browser test that fails is run once more: with two cores for several browsers, a press may come between two
    frames. What was run again is listed at the end (R): each is a fault to be found.
    """
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def digits() -> Dataset:
    return load("digits")


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    if not os.environ.get(MNIST_DIR_VARIABLE):
        pytest.skip(f"{MNIST_DIR_VARIABLE} names no folder with MNIST")
    return load("mnist")


@pytest.fixture
def tiny() -> Dataset:
    """40 images of 6 pixels in float64, for gradients that are checked to many digits."""
    generator = np.random.default_rng(7)
    X, y = generator.random((60, 6)), (np.arange(60) % 2).astype(float)
    return Dataset("digits", (3, 7), (2, 3), X[:40], y[:40], X[40:], y[40:])


@pytest.fixture(scope="session")
def server():
    """Start the app: ``server(**environment)`` -> its address. All servers are stopped at the end."""
    with ExitStack() as running:
        yield lambda **environment: running.enter_context(serving(**environment))


@pytest.fixture(scope="session")
def app(server) -> str:
    """The address of a server that all browser tests may use."""
    return server()


@pytest.fixture(scope="session")
def chromium():
    """A real Chromium. Where there is none the test is skipped; with ``CI`` set it fails."""
    if chromium_path() is None:
        reason = "no Chromium found (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with chromium_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def profiles(chromium):
    """Browser profiles by whose they are and their options: tabs in one profile load the app's own files once."""
    opened = {}

    def profile(person="", **options):
        key = person, repr(sorted(options.items()))
        if key not in opened:
            opened[key] = chromium.new_context(reduced_motion="reduce", **options)
            follow_the_page(opened[key])
        return opened[key]

    yield profile
    for context in opened.values():
        context.close()


@pytest.fixture
def new_tab(profiles):
    """A new tab, with a history of its own, in a profile that has the app's files: ``new_tab(size)`` -> the tab."""
    tabs = []

    def start(size=WIDE, **options):
        tabs.append(profiles(**options).new_page())
        tabs[-1].set_viewport_size(size)
        return tabs[-1]

    yield start
    for tab in tabs:
        tab.close()


@pytest.fixture
def new_profile(chromium):
    """A profile that nothing was ever loaded in: ``new_profile()`` -> a Playwright context."""
    with ExitStack() as opened:
        def start(**options):
            context = chromium.new_context(reduced_motion="reduce", viewport=WIDE, **options)
            opened.callback(context.close)
            follow_the_page(context)
            return context

        yield start


@pytest.fixture(scope="session")
def idle_tabs() -> dict[str, list]:
    """Tabs that earlier tests have left, by the options of their profile: one that has had the app loads it faster."""
    return {}


@pytest.fixture
def open_tab(profiles, idle_tabs):
    """Open an address in a tab: ``open_tab(address, size, wait_for)`` -> the tab, when it has come to rest.

    ``busy``: it is given back as soon as what it waits for is there, while the server still works.
    """
    tabs = []

    def start(address: str, size=WIDE, wait_for=".st-key-confusion .main-svg", busy=False, **options):
        idle = idle_tabs.setdefault(repr(sorted(options.items())), [])
        tab = idle.pop() if idle else profiles(**options).new_page()
        tabs.append((tab, idle))
        tab.set_viewport_size(size)
        tab.goto(address)
        tab.wait_for_selector(wait_for)
        if not busy:
            settled(tab)
        return tab

    yield start
    for tab, idle in tabs:
        if not tab.is_closed():
            # The next test must not see what this one stored; and the session on the server ends.
            tab.evaluate("localStorage.clear(); sessionStorage.clear()")
            tab.goto("about:blank")
            idle.append(tab)
