"""Long computations and downloads: one for all visitors who ask for the same, stopped when no one is waiting for it.

A computation runs in a thread of its own, so that it goes on for the others when one visitor leaves. Visitors who
wait call ``still_here`` again and again; when no one has for a while, or all have asked for something else, the
computation stops at its next report of progress.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

Report = Callable[..., None]  # (share) or (share, doing): how far a computation is, in [0, 1], and what it is doing
Work = Callable[[Report], Any]

_PATIENCE = 3.0  # seconds without a call of ``still_here``: more than a page needs to run again


class Stopped(Exception):
    """No one is waiting for this computation any more."""


class Job:
    """One computation, as the visitors who wait for it see it.

    Attributes
    ----------
    share : float
        The share that is done, in [0, 1].
    doing : str
        What it is doing, as text; "" where it does not say.
    done : threading.Event
        Set when it has ended, with or without a result.
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
        """The visitor is still waiting; to be called again and again."""
        self._seen[visitor] = time.monotonic()

    def leave(self, visitor: Hashable) -> None:
        """The visitor is not waiting any more."""
        self._seen.pop(visitor, None)

    def result(self) -> Any:
        """The result; raises what the computation raised. Only after ``done`` is set."""
        if self._error is not None:
            raise self._error
        return self._result

    @property
    def failed(self) -> bool:
        """Whether it ended without a result."""
        return self._error is not None

    def failed_within(self, seconds: float) -> bool:
        """Whether it ended without a result within the last ``seconds``."""
        return self.failed and time.monotonic() - self._ended < seconds

    def wanted(self) -> bool:
        """Whether anyone is waiting."""
        latest = max(list(self._seen.values()), default=0.0)
        return time.monotonic() - latest < self._patience

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self, work: Work) -> None:
        try:
            self._result = work(self._report)
        except Stopped:
            self._error = Stopped()  # a new one: the traceback would keep all data of the computation
        except BaseException as error:  # raised again by result(), for all who wait
            self._ended = time.monotonic()
            self._error = error
        finally:
            self.done.set()

    def _report(self, share: float, doing: str = "") -> None:
        self.share, self.doing = share, doing
        if not self.wanted():
            raise Stopped


class Jobs:
    """The running computations, and the last few results.

    Parameters
    ----------
    most : int
        The largest number of results to keep.
    patience : float
        Seconds without a call of ``still_here`` after which a visitor has left.
    failures_kept : float
        Seconds for which all who ask get the same failure; then it is tried again.
    """

    def __init__(self, most: int, patience: float = _PATIENCE, failures_kept: float = 0.0):
        self._most, self._patience, self._failures_kept = most, patience, failures_kept
        self._lock = threading.Lock()
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()

    def last(self, key: Hashable) -> Job | None:
        """The computation named ``key`` that is running or done, or has failed lately."""
        with self._lock:
            return self._jobs.get(key)

    def ask(self, visitor: Hashable, key: Hashable, work: Work, tried: Job | None = None) -> Job:
        """The computation named ``key``, started if it is not running or done; the visitor waits for no other.

        Parameters
        ----------
        visitor, key : hashable
        work : callable (report) -> result
            Must call ``report(share)`` or ``report(share, doing)`` often. Called only where a computation is started.
        tried : Job, optional
            One that failed: it is not returned again. However many visitors name it, one new one is started.
        """
        with self._lock:
            for other, job in self._jobs.items():
                if other != key:
                    job.leave(visitor)
            job = self._jobs.get(key)
            running_or_done = job not in (None, tried) and (
                job.failed_within(self._failures_kept) if job.failed else job.done.is_set() or job.wanted()
            )
            if not running_or_done:
                job = self._jobs[key] = Job(work, self._patience)
            job.still_here(visitor)
            if not running_or_done:
                job.start()
            self._jobs.move_to_end(key)
            self._forget()
            return job

    def known(self, key: Hashable) -> bool:
        """Whether the result named ``key`` is available."""
        with self._lock:
            job = self._jobs.get(key)
            return job is not None and job.done.is_set() and not job.failed

    def _forget(self) -> None:
        """Drop stopped computations, old failures, and the results that were asked for longest ago."""
        finished = [key for key, job in self._jobs.items() if job.done.is_set()]
        kept = [
            key for key in finished
            if not self._jobs[key].failed or self._jobs[key].failed_within(self._failures_kept)
        ][-self._most :]
        for key in finished:
            if key not in kept:
                del self._jobs[key]
