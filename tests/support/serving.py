"""A running app and a real Chromium, for the browser tests, the benchmark and the screenshots."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind((host, 0))
        return free.getsockname()[1]


@contextmanager
def serving(
    script: str = "explorer", started: list | None = None, host: str = "127.0.0.1", port: int | None = None,
    **environment: str,
) -> Iterator[str]:
    """Run a Streamlit script as the README does, on a free port or on ``port``; yields the address with the base path.

    ``started`` gets the process.
    """
    port = port or free_port(host)
    base = environment.get("STREAMLIT_SERVER_BASE_URL_PATH")
    address = f"http://{host}:{port}" + (f"/{base}" if base else "")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "streamlit", "run", script,
            f"--server.port={port}", "--server.headless=true", f"--server.address={host}",
        ],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    if started is not None:
        started.append(process)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError as error:
                if process.poll() is not None:
                    raise RuntimeError(f"the server of {script} stopped") from error
                time.sleep(0.25)
        else:
            raise RuntimeError(f"the server of {script} did not start within a minute")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until ``true()`` is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.02)


def in_a_loop(coroutine: Coroutine) -> Any:
    """What a coroutine returns, run in a thread: Playwright, once started, has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def chromium_path() -> str | None:
    """The path of a Chromium on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def chromium_browser():
    """A headless Chromium, driven by Playwright, in which ``example.test`` is a name of this computer."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                "--host-resolver-rules=MAP example.test 127.0.0.1",
            ],
        )
        yield browser
        browser.close()
