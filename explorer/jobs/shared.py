"""Computations: one for all visitors who ask for the same, each in its turn, stopped when no one is waiting for it.

A long computation runs in a thread of its own, so that it goes on for the others when one visitor leaves. Visitors who
wait call ``still_here`` again and again; when no one has for a while, or all have asked for something else, the
computation stops at its next report of progress. Only so many run at a time; the others stand in line. Results are
kept while there is room.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import Any

from cachetools import LRUCache

from explorer.jobs.sizes import size_of
from explorer.jobs.turns import Ticket, Turns

Report = Callable[..., None]  # (share) or (share, doing): how far a computation is, in [0, 1], and what it is doing
Work = Callable[[Report], Any]

LONG = 0.1  # seconds from which on a computation waits for its turn, in a thread of its own
_PATIENCE = 3.0  # seconds without a call of ``still_here``: more than a page needs to run again
_POLL_SECONDS = 0.1  # between two looks at a computation
_thread = threading.local()  # ``job``: what this thread is computing


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
    size : int
        The bytes of its result.
    """

    def __init__(self, work: Work, patience: float = _PATIENCE, seconds: float = 0.0):
        self.share = 0.0
        self.doing = ""
        self.done = threading.Event()
        self.size = 0
        self._work, self._seconds = work, seconds
        self._patience = patience
        self._seen: dict[Hashable, float] = {}
        self._part_of: list[Job] = []
        self._result: Any = None
        self._error: Exception | None = None
        self._ended = 0.0
        self._turns: Turns | None = None
        self._ticket: Ticket | None = None

    @property
    def place(self) -> int:
        """Its place in the line, 1 for the next one; 0 once it has begun."""
        return self._turns.place(self._ticket) if self._turns and self._ticket else 0

    def still_here(self, visitor: Hashable) -> None:
        """The visitor is still waiting; to be called again and again."""
        self._seen[visitor] = time.monotonic()

    def leave(self, visitor: Hashable) -> None:
        """The visitor is not waiting any more."""
        self._seen.pop(visitor, None)

    def wanted(self) -> bool:
        """Whether anyone is waiting, for this or for what it is a part of."""
        latest = max(list(self._seen.values()), default=-self._patience)
        return time.monotonic() - latest < self._patience or any(job.wanted() for job in self._part_of)

    def report(self, share: float, doing: str = "") -> None:
        """Say how far the computation is. Raises Stopped if no one is waiting for it."""
        self.share, self.doing = share, doing
        if not self.wanted():
            raise Stopped

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

    def becomes_part_of(self, whole: Job) -> None:
        """From now on this is wanted as long as ``whole`` is."""
        self._part_of.append(whole)

    @property
    def in_script(self) -> bool:
        """Whether a script computes it, in its own thread and not in turn."""
        return _SCRIPT in self._part_of

    def line_up(self, turns: Turns | None, ended: Callable[[], object]) -> None:
        """Compute in a thread of its own, when its turn comes; ``ended`` as in ``run``."""
        def in_its_turn() -> None:
            try:
                self.run(ended)
            finally:
                if turns:
                    turns.leave(ticket)

        ticket = Ticket(threading.Thread(target=in_its_turn, daemon=True).start, self._seconds)
        if turns:
            self._turns, self._ticket = turns, ticket
            turns.line_up(ticket)
        else:
            ticket.begin()

    def leave_line(self) -> bool:
        """Leave the line; False if it is not in it."""
        return self._turns is not None and self._ticket is not None and self._turns.withdraw(self._ticket)

    def run(self, ended: Callable[[], object]) -> None:
        """Compute, in this thread; ``ended`` is called when the result is there, before ``done`` is set."""
        outer, _thread.job = _at_work_on(), self
        try:
            if not self.wanted():
                raise Stopped
            self._result = self._work(self.report)
            self.size = size_of(self._result)
        except Stopped:
            self._error = Stopped()  # a new one: the traceback would keep all data of the computation
        except Exception as error:  # raised again by result(), for all who wait
            self._error = error
        except BaseException:  # Streamlit ends the script that computes it; others who wait compute it again
            self._error = Stopped()
            raise
        finally:
            _thread.job = outer
            self._end(ended)

    def stop(self, ended: Callable[[], object]) -> None:
        """End without a result, before it has begun."""
        self._error = Stopped()
        self._end(ended)

    def _end(self, ended: Callable[[], object]) -> None:
        self._work = _no_work  # the work may hold images
        self._ended = time.monotonic()
        ended()
        self.done.set()


def _no_work(report: Report) -> None:
    """The work of a computation that has ended."""


class _Endless(Job):
    """What is wanted to its end."""

    def wanted(self) -> bool:
        return True


_ENDLESS = _Endless(_no_work)  # what a thread ``at_work`` is computing
_SCRIPT = _Endless(_no_work)  # what a short computation is part of: a script that waits for it


def _at_work_on() -> Job | None:
    """What this thread is computing."""
    return getattr(_thread, "job", None)


def progress(share: float, doing: str = "") -> None:
    """Say how far the computation of this thread is. Raises Stopped if no one is waiting for it."""
    job = _at_work_on()
    if job is not None:
        job.report(share, doing)


@contextlib.contextmanager
def at_work() -> Iterator[None]:
    """Until the end of the block, this thread computes itself what it asks for, at once and to the end."""
    outer, _thread.job = _at_work_on(), _ENDLESS
    try:
        yield
    finally:
        _thread.job = outer


class Jobs:
    """The running computations, and the results that are kept.

    Parameters
    ----------
    most_bytes : int
        How much memory the results may take that are kept; those that were asked for longest ago go first.
    turns : Turns, optional
        For computations in threads of their own; without it, each begins at once.
    patience : float
        Seconds without a call of ``still_here`` after which a visitor has left.
    failures_kept : float
        Seconds for which all who ask get the same failure; then it is tried again.
    """

    def __init__(
        self, most_bytes: int, turns: Turns | None = None, patience: float = _PATIENCE, failures_kept: float = 0.0
    ):
        self._turns, self._patience, self._failures_kept = turns, patience, failures_kept
        self._lock = threading.Lock()
        self._current: dict[Hashable, Job] = {}  # in line, running, or failed lately
        self._kept: LRUCache[Hashable, Job] = LRUCache(most_bytes, getsizeof=lambda job: job.size)

    @property
    def most_bytes(self) -> int:
        """How much memory the kept results may take."""
        return int(self._kept.maxsize)

    @property
    def bytes(self) -> int:
        """How much memory the kept results take."""
        return int(self._kept.currsize)

    @property
    def entries(self) -> int:
        """How many results are kept."""
        return len(self._kept)

    def forget(self) -> None:
        """Drop all results."""
        with self._lock:
            self._kept.clear()

    def last(self, key: Hashable) -> Job | None:
        """The computation named ``key`` that is in line, running or done, or has failed lately."""
        with self._lock:
            return self._known(key)

    def ask(
        self, visitor: Hashable, key: Hashable, work: Work, tried: Job | None = None, seconds: float = 0.0
    ) -> Job:
        """The computation named ``key``, started if it is not running or done; the visitor waits for no other.

        It runs in a thread of its own, when its turn comes.

        Parameters
        ----------
        visitor, key : hashable
        work : callable (report) -> result
            Must call ``report(share)`` or ``report(share, doing)`` often. Called only where a computation is started.
        tried : Job, optional
            One that failed, or whose result is of no use: it is not returned again. However many visitors name it, one
            new one is started.
        seconds : float
            How long it takes, about: a quick one waits less for its turn.
        """
        with self._lock:
            for other, job in list(self._current.items()):
                if other != key:
                    job.leave(visitor)
                    if not job.wanted() and job.leave_line():
                        job.stop(partial(self._current.pop, other))
            known = self._known(key)
            is_new = known is None or known is tried
            job = known if known and not is_new else Job(work, self._patience, seconds)
            if is_new:
                self._kept.pop(key, None)
                self._current[key] = job
            job.still_here(visitor)
            if is_new:
                job.line_up(self._turns, partial(self._ended, key, job))
            return job

    def get(
        self, key: Hashable, work: Work, visitor: Hashable, seconds: Callable[[], float],
        meanwhile: Callable[[Job], None],
    ) -> Any:
        """The result named ``key``: the one that is kept, or that another thread is computing; else it is computed.

        Within another computation, it is computed in the same thread and turn.

        Parameters
        ----------
        key : hashable
        work : callable (report) -> result
        visitor : hashable
        seconds : callable () -> float
            How long it takes, about. From ``LONG`` on it waits for its turn; else it is computed in this thread.
        meanwhile : callable (job)
            Called again and again while the visitor waits for another thread. What it raises ends the waiting.
        """
        outer = _at_work_on()
        if outer is not None and outer.in_script:  # it has no turn
            outer = None
        while True:
            job = self.last(key)
            if job is None or not job.done.is_set():
                takes = 0.0 if outer else seconds()
                job = self.ask(visitor, key, work, seconds=takes) if takes >= LONG else self._here(key, work, outer)
            while not job.done.wait(_POLL_SECONDS):
                if outer is None:
                    job.still_here(visitor)
                    meanwhile(job)
                else:
                    job.still_here(outer)
                    outer.report(outer.share, outer.doing)
            try:
                return job.result()
            except Stopped:  # the thread that computed it was ended, or this visitor seemed to have left
                if outer is not None:
                    outer.report(outer.share, outer.doing)

    def _here(self, key: Hashable, work: Work, outer: Job | None) -> Job:
        """The computation named ``key``, done in this thread if no other is at it."""
        with self._lock:
            job = self._known(key)
            if job is None:
                job = self._current[key] = Job(work, self._patience)
            elif not job.leave_line():
                if outer is None or job.done.is_set() or not job.in_script:
                    return job
                # A script may be waiting for its turn: who has one does not wait for it.
                job = Job(work, self._patience)
            job.becomes_part_of(outer or _SCRIPT)
        job.run(partial(self._ended, key, job))
        return job

    def _known(self, key: Hashable) -> Job | None:
        """The computation named ``key``, unless it failed too long ago."""
        job = self._kept.get(key) or self._current.get(key)
        return None if job and job.failed and not job.failed_within(self._failures_kept) else job

    def _ended(self, key: Hashable, job: Job) -> None:
        with self._lock:
            if self._current.get(key) is job and not (job.failed and self._failures_kept):
                del self._current[key]
            if not job.failed:
                with contextlib.suppress(ValueError):  # larger than all the room: those who wait have it
                    self._kept[key] = job
