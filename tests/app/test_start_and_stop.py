"""The start and the end of a server: ready when a visitor would not wait, what it says in its log, its metrics."""

import asyncio
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from explorer.contents import PAGES
from explorer.deployment import Deployment, DeploymentError
from explorer.engine.datasets import DatasetError
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from explorer.ui import warm_up
from explorer.web import Health, lifespan, start_and_stop
from explorer.web.metrics import Reading, Readings
from tests.app.test_door import get
from tests.support.serving import ROOT, free_port, in_a_loop, serving, until
from tests.support.visitor import visiting


def life(deployment: Deployment, health: Health, warm, facts, meanwhile) -> None:
    """Start, do something while the server serves, and stop."""
    async def serve():
        async with lifespan(deployment, health, warm, facts)(None):
            await asyncio.to_thread(meanwhile)

    in_a_loop(serve())


def status(health: Health) -> tuple[int, bytes]:
    return health.response().status_code, health.response().body


def test_it_is_ready_after_it_has_warmed_up_and_not_when_it_stops(capsys):
    health, go_on = Health(), threading.Event()

    def meanwhile():
        assert status(health) == (503, b"starting")
        go_on.set()
        until(lambda: status(health) == (200, b"ok"))
        until(lambda: "Ready. caches: 3 MB; cores: 2" in capsys.readouterr().err)

    life(Deployment(), health, go_on.wait, {"caches": lambda: "3 MB", "cores": lambda: "2"}, meanwhile)
    assert status(health) == (503, b"stopping")


def test_a_server_that_stops_before_it_was_ready_does_not_become_ready():
    health, go_on, ended = Health(), threading.Event(), threading.Event()

    def warm():
        go_on.wait()
        ended.set()

    life(Deployment(), health, warm, {}, lambda: None)
    go_on.set()
    ended.wait()
    until(lambda: not any(thread.name == "prepare" for thread in threading.enumerate()))
    assert status(health) == (503, b"stopping")


def test_a_data_set_that_is_named_is_read_before_it_is_ready(monkeypatch):
    health, read = Health(), []
    monkeypatch.setattr(start_and_stop, "load", lambda name: read.append((name, health.state)))
    life(Deployment(preload="mnist"), health, lambda: None, {}, lambda: until(lambda: health.state == "ready"))
    assert read == [("mnist", "starting")]


@pytest.mark.parametrize("error", [DatasetError("It cannot be downloaded."), OSError("It cannot be read.")], ids=repr)
def test_a_data_set_that_is_not_there_is_said_and_the_server_starts(monkeypatch, caplog, error):
    def fail(name):
        raise error

    health = Health()
    monkeypatch.setattr(start_and_stop, "load", fail)
    with caplog.at_level(logging.WARNING):
        life(Deployment(preload="mnist"), health, lambda: None, {}, lambda: until(lambda: health.state == "ready"))
    assert "EXPLORER_PRELOAD: mnist is not there, and the server starts without it. It cannot be" in caplog.text
    assert ("Traceback" in caplog.text) is isinstance(error, OSError)


def test_a_port_of_metrics_that_is_taken_stops_the_start():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DeploymentError, match=f"EXPLORER_METRICS_PORT is {port}, and on 127.0.0.1 nothing"):
            life(Deployment(metrics_port=port), Health(), lambda: None, {}, lambda: None)


def test_warming_up_imports_what_every_page_uses():
    """So the first visitor waits for no import, and all of it is exempt from garbage collection."""
    script = (
        "import sys; from pathlib import Path; from streamlit.testing.v1 import AppTest\n"
        "from explorer.ui import warm_up\n"
        "warm_up.once(); before = set(sys.modules)\n"
        "app = AppTest.from_file('explorer/navigation.py', default_timeout=60).run()\n"
        "for page in Path('pages').glob('*.py'):\n"
        "    app.switch_page(str(page.resolve())).run()\n"
        "later = [name for name in set(sys.modules) - before if name.startswith(('explorer.ui', 'sklearn.linear'))]\n"
        "print('sklearn.linear_model' in before, len(later), later)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.strip().endswith("True 0 []"), ran.stdout + ran.stderr[-2000:]


@pytest.fixture(scope="module")
def measured():
    """The addresses of a server and of its metrics."""
    port = free_port()
    with serving(EXPLORER_METRICS_PORT=str(port)) as address:
        until(lambda: get(f"{address}/healthz")[0] == 200)
        yield address, f"http://127.0.0.1:{port}/metrics"


def numbers(address: str) -> dict[str, float]:
    """The metrics, by name with labels."""
    lines = [line for line in get(address)[1].splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_metrics_count_visitors_runs_and_refusals(measured):
    address, metrics = measured
    before = numbers(metrics)
    with visiting(address) as visitor:
        visitor.open("train")
        visitor.open("prices")
        now = numbers(metrics)
        assert now["explorer_visitors"] == before["explorer_visitors"] + 1
        for page in ("train", "prices"):
            runs = f'explorer_rerun_seconds_count{{page="{page}"}}'
            assert now[runs] == before.get(runs, 0) + 1
            assert now[f'explorer_rerun_seconds_sum{{page="{page}"}}'] > 0
    until(lambda: numbers(metrics)["explorer_visitors"] == before["explorer_visitors"])
    get(f"{address}/_stcore/metrics")
    get(f"{address}/live.json?ask=x")
    now = numbers(metrics)
    for refused in ('explorer_http_errors_total{status="404"}', 'explorer_http_errors_total{status="400"}'):
        assert now[refused] == before.get(refused, 0) + 1
    for name in ("process_resident_memory_bytes", 'python_gc_collections_total{generation="2"}'):
        assert now[name] > 0


def test_metrics_hold_nothing_of_a_visitor(measured):
    address, metrics = measured
    secret = "message=meet+me+at+noon&source=your+drawing&drawing=QBkvhkc2u&seed=917&unheard_of=xyzzy"
    with visiting(address) as visitor:
        visitor.open("one_image", secret)
        visitor.open("nonsense_page_name", secret)
    get(f"{address}/nonsense_path?{secret}", Host="nonsense.example.org", User_Agent="nonsense agent")
    text = get(metrics)[1]
    for word in ("noon", "QBkvhkc2u", "917\"", "xyzzy", "nonsense", "127.0.0.1"):
        assert word not in text
    pages = set(re.findall(r'page="([^"]*)"', text))
    assert pages <= {page.name for page in PAGES}
    assert set(re.findall(r"[{,]([a-z_]+)=", text)) <= {
        "page", "le", "status", "reason", "outcome", "generation", "implementation", "major", "minor", "patchlevel",
        "version",
    }


def test_metrics_are_on_no_port_without_the_variable_and_never_on_that_of_the_app(app, measured):
    for address in (app, measured[0]):
        assert "explorer_visitors" not in get(f"{address}/metrics")[1]
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{free_port()}/metrics", timeout=5)


def test_readings_are_read_when_they_are_asked_for():
    kept = {"runs": 3}
    readings = Readings({
        "explorer_cache_bytes": Reading("Bytes.", lambda: kept, "cache"),
        "explorer_asked_total": Reading("Asked.", lambda: 7),
    })
    kept["images"] = 40
    found = {(sample.name, *sample.labels.values()): sample.value for metric in readings.collect()
             for sample in metric.samples}
    assert found == {
        ("explorer_cache_bytes", "runs"): 3, ("explorer_cache_bytes", "images"): 40, ("explorer_asked_total",): 7,
    }


def test_the_log_says_in_one_line_how_the_server_is_set_up_and_names_no_folder(mnist):
    folder = os.environ[MNIST_DIR_VARIABLE]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "explorer", "--server.headless=true", "--server.address=127.0.0.1",
         f"--server.port={free_port()}"],
        cwd=ROOT, env=os.environ | {"EXPLORER_PRELOAD": "mnist", "EXPLORER_CONNECTIONS": "77"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        lines = iter(process.stderr.readline, "")
        line = next(line for line in lines if line.startswith("Ready. "))
    finally:
        process.terminate()
        process.communicate(timeout=20)
    for fact in ("data sets: digits, mnist", f"the folder that {MNIST_DIR_VARIABLE} names", "beforehand: mnist",
                 "connections: 77, 400 from", "hosts: every name", "Streamlit: 1."):
        assert fact in line
    assert folder not in line


def test_warming_up_twice_does_nothing(monkeypatch):
    warm_up.once()
    monkeypatch.setattr(warm_up.gc, "freeze", lambda: pytest.fail("frozen again"))
    warm_up.once()
