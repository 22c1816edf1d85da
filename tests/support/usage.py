"""What a process has used so far, from the files of Linux."""

from __future__ import annotations

import os
from pathlib import Path


def processor_seconds(process: int) -> float:
    """The processor time of a process so far, all its threads together."""
    numbers = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    """The memory of a process that is in RAM now (its resident set), in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
