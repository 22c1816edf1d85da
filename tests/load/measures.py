"""What the load test measures at its clients: times, errors, lost connections."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Sequence
from typing import Any

from tests.load.network import Trouble

_WORDS_KEPT = 3  # examples of each kind of error


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that a share of them, from 0 to 1, does not exceed (the nearest rank)."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def summary(values: Sequence[float]) -> dict[str, float]:
    """How many there are, and their p50, p95, p99 and largest; only ``count`` if there are none."""
    if not values:
        return {"count": 0}
    shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {"count": len(values)} | {name: percentile(values, share) for name, share in shares.items()}


class Measures:
    """The times and errors of one crowd of clients.

    Attributes
    ----------
    times : dict of str to list of float
        Seconds, by what took them.
    meanwhile : str
        While it is not empty, the times of changes are also counted apart, under this name.
    errors, counts : Counter
        By kind; what is counted apart is no error.
    words : dict of str to list of str
        The first few errors of each kind.
    pages : Counter
        How often each page has answered.
    progress : list of str
        What was shown first to each who waited for a sweep.
    """

    def __init__(self) -> None:
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.meanwhile = ""
        self.errors: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.words: defaultdict[str, list[str]] = defaultdict(list)
        self.pages: Counter[str] = Counter()
        self.progress: list[str] = []

    def took(self, what: str, seconds: float) -> None:
        self.times[what].append(seconds)
        if self.meanwhile and what in ("change", "page"):
            self.times[f"{what}, {self.meanwhile}"].append(seconds)

    def trouble(self, trouble: Trouble) -> None:
        self.errors[trouble.kind] += 1
        if len(self.words[trouble.kind]) < _WORDS_KEPT:
            self.words[trouble.kind].append(str(trouble))

    async def timed(self, what: str, work: Awaitable[None], since: float | None = None) -> bool:
        """Do something and note how long it took, or its error; returns whether it went well.

        ``since``: when it began, by ``time.perf_counter``, if that was before.
        """
        started = time.perf_counter() if since is None else since
        try:
            await work
        except Trouble as trouble:
            self.trouble(trouble)
            return False
        self.took(what, time.perf_counter() - started)
        return True

    @property
    def changes(self) -> int:
        """How many changes of a control and of the page were answered."""
        return len(self.times["change"]) + len(self.times["page"])

    def report(self) -> dict[str, Any]:
        """All of it, as plain values; times in seconds."""
        return {
            "times": {what: summary(values) for what, values in self.times.items()},
            "errors": dict(self.errors), "examples": dict(self.words), "counts": dict(self.counts),
            "pages": dict(self.pages), "progress": self.progress,
            "sweeps": sorted(self.times.get("sweep", [])),
        }
