"""What tests share: the two data sets, small ones made by hand, a server, a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import MNIST_DIR_VARIABLE, Dataset, load

ROOT = Path(__file__).resolve().parent.parent


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
    """Starts the app on a free port, as the README does: ``server(**environment)`` -> its address."""
    running = []

    def start(**environment: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [
                sys.executable, "-m", "streamlit", "run", "explorer",
                f"--server.port={port}", "--server.headless=true", "--server.address=127.0.0.1",
            ],
            cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        running.append(process)
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    return address
            except OSError:
                assert process.poll() is None, "the server stopped"
                time.sleep(0.25)
        raise AssertionError("the server did not start within a minute")

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def app(server) -> str:
    """The address of a server that all browser tests may use."""
    return server()


@pytest.fixture(scope="session")
def chromium():
    """A real Chromium. With ``CI`` set, its absence is a failure; elsewhere the test is skipped."""
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
    )
    if path is None:
        reason = "no Chromium found (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()
