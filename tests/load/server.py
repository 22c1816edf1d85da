"""The server under load: started here or running already; its processor time and memory."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from subprocess import Popen
from typing import Any

from tests.support.serving import serving
from tests.support.usage import memory, processor_seconds

_SAMPLED_EVERY = 0.5  # seconds


class Server:
    """A running server.

    Parameters
    ----------
    address : str
    processes : sequence of int
        Those that are measured; none if they are not known.
    """

    def __init__(self, address: str, processes: Sequence[int]):
        self.address, self.processes = address, list(processes)

    def memory(self) -> float | None:
        """MB of all its processes now; None if they are not known."""
        return sum(map(memory, self.processes)) if self.processes else None

    def processor_seconds(self) -> float | None:
        """The processor time of all its processes so far; None if they are not known."""
        return sum(map(processor_seconds, self.processes)) if self.processes else None


@contextmanager
def server(address: str | None, processes: Sequence[int]) -> Iterator[Server]:
    """The server at an address, or one that runs as long as this does."""
    if address:
        yield Server(address, processes)
    else:
        started: list[Popen] = []
        with serving(started=started) as own:
            yield Server(own, [started[0].pid])


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
        usage.processor = (server.processor_seconds() or 0) - processor
