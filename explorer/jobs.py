"""Long computations and downloads: one for all who ask for the same, stopped when nobody waits for it any more.

A computation runs in a thread of its own, so that a visitor who leaves takes nothing from the others.
Whoever waits says so again and again; when nobody has for a while, or all have turned to something
else, the computation stops by itself at its next report of progress.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

Work = Callable[[Callable[..., None]], Any]

_PATIENCE = 3.0  # seconds without a sign of a visitor: more than a page needs to run again


class Stopped(Exception):
    """Nobody waits for this computation any more."""


class Job:
    """One computation, as those see it who wait for it.

    Attributes
    ----------
    share : float
        How far it is, in [0, 1].
    doing : str
        What it is at, in words; "" where it does not say.
    done : threading.Event
        Set when it has ended, in whatever way.
    """

    def __init__(self, work: Work, patience: float):
        self.share = 0.0
        self.doing = ""
        self.done = threading.Event()
        self._seen: dict[Hashable, float] = {}
        self._patience = patience
        self._result: Any = None
        self._error: BaseException | None = None
        self._ended = 0.0
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)

    def still_here(self, visitor: Hashable) -> None:
        """To be called again and again by whoever waits."""
        self._seen[visitor] = time.monotonic()

    def leave(self, visitor: Hashable) -> None:
        """The visitor wants something else now."""
        self._seen.pop(visitor, None)

    def result(self) -> Any:
        """What came out; raises what the computation raised. Only once ``done`` is set."""
        if self._error is not None:
            raise self._error
        return self._result

    @property
    def failed(self) -> bool:
        """Whether it ended without a result."""
        return self._error is not None

    def failed_within(self, seconds: float) -> bool:
        """Whether it ended without a result, and not longer ago than that."""
        return self.failed and time.monotonic() - self._ended < seconds

    def wanted(self) -> bool:
        """Whether anybody waits."""
        latest = max(list(self._seen.values()), default=0.0)
        return time.monotonic() - latest < self._patience

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self, work: Work) -> None:
        try:
            self._result = work(self._report)
        except Stopped:
            self._error = Stopped()  # a new one: a traceback would keep all that the computation had at hand
        except BaseException as error:  # handed to all who wait, by result()
            self._ended = time.monotonic()
            self._error = error
        finally:
            self.done.set()

    def _report(self, share: float, doing: str = "") -> None:
        self.share, self.doing = share, doing
        if not self.wanted():
            raise Stopped


class Jobs:
    """The computations under way, and the results of the last few.

    Parameters
    ----------
    most : int
        How many results to keep.
    patience : float
        Seconds after which a visitor who gave no sign has left.
    failures_kept : float
        Seconds for which a failure is what everybody gets who asks; then it is tried again.
    """

    def __init__(self, most: int, patience: float = _PATIENCE, failures_kept: float = 0.0):
        self._most, self._patience, self._failures_kept = most, patience, failures_kept
        self._lock = threading.Lock()
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()

    def last(self, key: Hashable) -> Job | None:
        """The computation named ``key`` that is under way or done, or has failed lately."""
        with self._lock:
            return self._jobs.get(key)

    def ask(self, visitor: Hashable, key: Hashable, work: Work, tried: Job | None = None) -> Job:
        """The computation named ``key``, begun if it is not under way or done; the visitor waits for no other.

        Parameters
        ----------
        visitor, key : hashable
        work : callable (report) -> result
            Calls ``report(share)`` or ``report(share, doing)`` often. Called only if nobody else asked before.
        tried : Job, optional
            One that was of no use: it is not given again. However many say so, only one new one is begun.
        """
        with self._lock:
            for other, job in self._jobs.items():
                if other != key:
                    job.leave(visitor)
            job = self._jobs.get(key)
            begun = job not in (None, tried) and (
                job.failed_within(self._failures_kept) if job.failed else job.done.is_set() or job.wanted()
            )
            if not begun:
                job = self._jobs[key] = Job(work, self._patience)
            job.still_here(visitor)
            if not begun:
                job.start()
            self._jobs.move_to_end(key)
            self._forget()
            return job

    def known(self, key: Hashable) -> bool:
        """Whether the result named ``key`` is there."""
        with self._lock:
            job = self._jobs.get(key)
            return job is not None and job.done.is_set() and not job.failed

    def _forget(self) -> None:
        """Drop what was stopped, old failures, and the results that were asked for longest ago."""
        finished = [key for key, job in self._jobs.items() if job.done.is_set()]
        kept = [
            key for key in finished
            if not self._jobs[key].failed or self._jobs[key].failed_within(self._failures_kept)
        ][-self._most :]
        for key in finished:
            if key not in kept:
                del self._jobs[key]
