"""Turns: at most so many long computations at a time; the others stand in line, and the quick ones wait less."""

from __future__ import annotations

import bisect
import threading
import time
from collections.abc import Callable

_HANDICAP = 3.0  # seconds later that one counts as having come, for each second that it takes


class Ticket:
    """A place in the line of ``Turns``.

    Parameters
    ----------
    begin : callable ()
        Called, once, when its turn has come.
    seconds : float
        How long its turn takes, about. One that takes a second lets those pass who come less than three seconds after
        it and take no time; so a quick one does not wait for many long ones, and a long one not for ever.
    """

    def __init__(self, begin: Callable[[], None], seconds: float = 0.0):
        self.begin = begin
        self.due = time.monotonic() + _HANDICAP * seconds


class Turns:
    """A line before a fixed number of turns.

    Parameters
    ----------
    at_once : int
        How many have a turn at a time.
    """

    def __init__(self, at_once: int):
        self.at_once = at_once
        self._lock = threading.Lock()
        self._line: list[Ticket] = []
        self._having: dict[Ticket, float] = {}  # to when their turn began
        self._ended, self._seconds = 0, 0.0

    @property
    def running(self) -> int:
        """How many have their turn."""
        return len(self._having)

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)

    @property
    def ended(self) -> int:
        """How many turns have ended."""
        return self._ended

    @property
    def seconds(self) -> float:
        """How long the turns that have ended took, in all."""
        return self._seconds

    def line_up(self, ticket: Ticket) -> None:
        """Go into the line; the turn may come at once."""
        with self._lock:
            bisect.insort(self._line, ticket, key=lambda other: other.due)
        self._call()

    def place(self, ticket: Ticket) -> int:
        """The place in the line, 1 for the next one; 0 if it is not in the line."""
        with self._lock:
            return self._line.index(ticket) + 1 if ticket in self._line else 0

    def withdraw(self, ticket: Ticket) -> bool:
        """Leave the line; False if it is not in it, as its turn has come."""
        with self._lock:
            in_line = ticket in self._line
            if in_line:
                self._line.remove(ticket)
        return in_line

    def leave(self, ticket: Ticket) -> None:
        """End the turn, or leave the line before it has come."""
        if self.withdraw(ticket):
            return
        with self._lock:
            self._seconds += time.monotonic() - self._having.pop(ticket)
            self._ended += 1
        self._call()

    def _call(self) -> None:
        """Let those begin whose turn has come."""
        with self._lock:
            called = self._line[: max(self.at_once - len(self._having), 0)]
            del self._line[: len(called)]
            self._having.update(dict.fromkeys(called, time.monotonic()))
        for ticket in called:
            ticket.begin()
