"""Computations: shared by all who ask for the same, each in its turn, stopped when no one waits, and kept.

- ``shared``: ``Job`` and ``Jobs``, the computations and their results
- ``turns``: the line that long ones stand in
- ``sizes``: how much memory a result takes
"""

from explorer.jobs.shared import LONG, Job, Jobs, Report, Stopped, at_work, progress
from explorer.jobs.turns import Ticket, Turns

__all__ = ["LONG", "Job", "Jobs", "Report", "Stopped", "Ticket", "Turns", "at_work", "progress"]
