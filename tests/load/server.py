"""The server under load: started here or running already; its processor time and memory."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.support.processes import Processes, haproxy
from tests.support.serving import serving
from tests.support.usage import memory, processor_seconds

_SAMPLED_EVERY = 0.5  # seconds


class Server:
    """A running server.

    Parameters
    ----------
    address : str
    processes : sequence of int
        Those that are measured; none if they are not known. One may end meanwhile: it then has no memory, and the
        processor time that it had when it was last looked at.
    """

    def __init__(self, address: str, processes: Sequence[int]):
        self.address, self.processes = address, list(processes)
        self._processor = dict.fromkeys(processes, 0.0)

    def memory(self) -> float | None:
        """MB of all its processes now; None if they are not known."""
        return sum(_unless_ended(memory, process, 0.0) for process in self.processes) if self.processes else None

    def processor_seconds(self) -> float | None:
        """The processor time of all its processes so far; None if they are not known."""
        for process, before in self._processor.items():
            self._processor[process] = _unless_ended(processor_seconds, process, before)
        return sum(self._processor.values()) if self.processes else None


def _unless_ended(measure: Callable[[int], float], process: int, otherwise: float) -> float:
    try:
        return measure(process)
    except (FileNotFoundError, ProcessLookupError):
        return otherwise


@contextmanager
def server(options: argparse.Namespace) -> Iterator[Server]:
    """The server that the options name, or one that runs as long as this does, of one or more processes."""
    if options.url:
        yield Server(options.url, options.pid)
    elif options.processes == 1:
        started: list[Popen] = []
        with serving(started=started) as own:
            yield Server(own, [started[0].pid])
    else:
        with behind_haproxy(options.processes, options.kill) as several:
            yield several


@contextmanager
def behind_haproxy(count: int, kill: float | None) -> Iterator[Server]:
    """Several processes behind HAProxy; one of them is killed after ``kill`` seconds."""
    hosts = [f"127.0.0.{2 + i}" for i in range(count)]
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        processes = Processes(running)
        processes.start(*hosts)
        with haproxy(Path(folder), EXPLORER_PROXY_CONNECTIONS="2000", **processes.variables) as proxy:
            proxy.wait_until_up(*hosts)
            several = Server(proxy.address, [processes.number(host) for host in hosts])
            if kill is not None:
                timer = threading.Timer(kill, processes.kill, [hosts[0]])
                timer.start()
                running.callback(timer.cancel)
            yield several


class Usage:
    """What the server and the load generator used during a time.

    Attributes
    ----------
    before, peak, end : float or None
        The server's memory in MB.
    processor : float or None
        Seconds of the server's processor time.
    generator : float
        The processor time that the load generator took itself, as a share of all cores.
    seconds : float
        How long it was.
    """

    def __init__(self, before: float | None):
        self.before = self.peak = self.end = before
        self.processor: float | None = None
        self.generator = self.seconds = 0.0

    def report(self) -> dict[str, Any]:
        """All of it, as plain values."""
        return dict(vars(self))


@asynccontextmanager
async def measured(server: Server) -> AsyncIterator[Usage]:
    """Measure the server as long as this lasts."""
    usage = Usage(server.memory())
    started, processor, own = time.perf_counter(), server.processor_seconds(), time.process_time()

    async def sample() -> None:
        while (now := server.memory()) is not None:
            usage.peak = max(now, usage.peak or 0)
            server.processor_seconds()
            await asyncio.sleep(_SAMPLED_EVERY)

    sampling = asyncio.create_task(sample())
    try:
        yield usage
    finally:
        sampling.cancel()
        await asyncio.wait([sampling])
    usage.seconds = time.perf_counter() - started
    usage.generator = (time.process_time() - own) / usage.seconds / (os.cpu_count() or 1)
    usage.end = server.memory()
    if processor is not None:
        usage.peak = max(usage.peak or 0, usage.end or 0)
        usage.processor = (server.processor_seconds() or 0) - processor
