"""What tests share: the two data sets, small ones made by hand, a server, a browser."""

from __future__ import annotations

import os
from contextlib import ExitStack

# The test processes and the servers that they start share the cores: threads of NumPy's would only wait on each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest

from explorer.datasets import MNIST_DIR_VARIABLE, Dataset, load
from tests.browser import WIDE
from tests.serving import chromium_browser, chromium_path, serving


BROWSER_WAITS = 120  # seconds for what a test waits for: several browsers and servers may share two cores


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
    """Starts the app: ``server(**environment)`` -> its address. All are stopped at the end."""
    with ExitStack() as running:
        yield lambda **environment: running.enter_context(serving(**environment))


@pytest.fixture(scope="session")
def app(server) -> str:
    """The address of a server that all browser tests may use."""
    return server()


@pytest.fixture(scope="session")
def chromium():
    """A real Chromium. With ``CI`` set, its absence is a failure; elsewhere the test is skipped."""
    if chromium_path() is None:
        reason = "no Chromium found (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with chromium_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def profiles(chromium):
    """Browser profiles by their options: tabs in one profile load the app's own files once."""
    opened = {}

    def profile(**options):
        key = repr(sorted(options.items()))
        if key not in opened:
            opened[key] = chromium.new_context(reduced_motion="reduce", **options)
            opened[key].set_default_timeout(BROWSER_WAITS * 1000)
        return opened[key]

    yield profile
    for context in opened.values():
        context.close()


@pytest.fixture(scope="session")
def idle_tabs() -> dict[str, list]:
    """Tabs that earlier tests have left, by the options of their profile: one that has had the app loads it faster."""
    return {}


@pytest.fixture
def open_tab(profiles, idle_tabs):
    """Opens an address in a tab of its own: ``open_tab(address, size, wait_for)`` -> the tab."""
    tabs = []

    def start(address: str, size=WIDE, wait_for=".st-key-confusion .main-svg", **options):
        idle = idle_tabs.setdefault(repr(sorted(options.items())), [])
        tab = idle.pop() if idle else profiles(**options).new_page()
        tabs.append((tab, idle))
        tab.set_viewport_size(size)
        tab.goto(address)
        tab.wait_for_selector(wait_for)
        tab.wait_for_timeout(600)
        return tab

    yield start
    for tab, idle in tabs:
        if not tab.is_closed():
            # What it was left like is forgotten, and its session on the server ends.
            tab.evaluate("localStorage.clear(); sessionStorage.clear()")
            tab.goto("about:blank")
            idle.append(tab)
