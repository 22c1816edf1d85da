"""Where images come from: one entry for each data set in ``SOURCES``, read once and shared by all visitors.

- ``builtin_digits``: scikit-learn's bundled digits
- ``mnist``: the files of MNIST, from a folder or downloaded
- ``download``: a published file, from this server's cache or from a mirror
- ``folders``: folders of this server that environment variables name, and those that keep downloads
- ``images``: images as they come from a source
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

from explorer.jobs import Job, Jobs, Report
from explorer.sources import builtin_digits, folders, mnist
from explorer.sources.download import DatasetError
from explorer.sources.images import Images, Style

__all__ = [
    "FAILURE_SHARED", "SOURCES", "DatasetError", "Images", "Source", "default_dataset", "load_job",
    "where_mnist_comes_from",
]

_MOST_BYTES = 300_000_000  # of images that are kept; MNIST has 55 MB
FAILURE_SHARED = 60.0  # seconds for which all visitors get the same failure before a new attempt


@dataclass(frozen=True)
class Source:
    """One data set.

    Parameters
    ----------
    key : str
        Its name in settings and links.
    explanation : str
        What it is, for people.
    read : callable (report) -> Images
        Raises DatasetError where the images are not to be had.
    max_epochs : int
        The longest training that can be asked for. One run of so many epochs always has time; where a page has many,
        ``engine.cost.affordable_epochs`` says for how many there is. `python -m tests.benchmark --limits` times the
        slowest permitted state of every page: all stay under 3 s on 2 cores.
    most_images : int
        The training images of its two most frequent digits.
    style : Style
        How its images were made, for a drawing that is to look like them.
    folder_variable : str
        The environment variable that may name a folder with its files; "" if there is none.
    """

    key: str
    explanation: str
    read: Callable[[Report], Images]
    max_epochs: int
    most_images: int
    style: Style
    folder_variable: str = ""


SOURCES: dict[str, Source] = {
    source.key: source
    for source in (
        Source(
            "digits", "8 × 8 pixels, built in.", lambda report: builtin_digits.read(), max_epochs=1000,
            most_images=256,
            style=Style(height=1, width=20 / 32, pen=1.5 / 8, stretched=True, by_ink=False, middle=1 / 2),
        ),
        Source(
            "mnist",
            "28 × 28 pixels, the lesson's own: MNIST. If this server does not have it yet, it is downloaded once "
            "(12 MB).",
            mnist.read, max_epochs=30, most_images=13_007,
            # The middle of pixel 14 is 14.5 pixels from the edge.
            style=Style(
                height=20 / 28, width=20 / 28, pen=2.6 / 28, stretched=False, by_ink=True, middle=14.5 / 28,
            ),
            folder_variable=mnist.MNIST_DIR_VARIABLE,
        ),
    )
}


def load_job(name: str, tried: Job | None = None) -> Job:
    """The job that reads the images of a data set: one for all who ask at the same time.

    A download goes on when no one is waiting for it any more: the next visitor has its 12 MB at once.

    Parameters
    ----------
    name : str
        A key of ``SOURCES``.
    tried : Job, optional
        One that failed. Without it, everyone gets the same failure for ``FAILURE_SHARED`` seconds; with it, a new
        attempt is started, or the one that another visitor has started since is returned.
    """
    return _jobs.ask(name, _job_key(name), SOURCES[name].read, tried)


def default_dataset() -> str:
    """The data set that this server shows where nothing names one: MNIST if it is here, else the built-in digits.

    The files are looked for once; later, only a download that has ended changes the answer.
    """
    return "mnist" if _were_there(_job_key("mnist")) or is_loaded("mnist") else "digits"


@functools.cache
def _were_there(files: tuple[str, str]) -> bool:
    return mnist.is_here()


def is_loaded(name: str) -> bool:
    """Whether the images of a data set have been read by now."""
    job = last_job(name)
    return job is not None and job.done.is_set() and not job.failed


def where_mnist_comes_from() -> str:
    """Where the files of MNIST come from, in words that name no folder."""
    named = folders.named_by(mnist.MNIST_DIR_VARIABLE)
    return f"the folder that {mnist.MNIST_DIR_VARIABLE} names" if named else "downloaded when it is first chosen"


def last_job(name: str) -> Job | None:
    """The job of a data set that is running or done, or has failed lately."""
    return _jobs.last(_job_key(name))


def _job_key(name: str) -> tuple[str, str]:
    # Another folder is another set of files.
    variable = SOURCES[name].folder_variable
    return name, folders.named_by(variable) if variable else ""


def _new_jobs() -> Jobs:
    return Jobs(_MOST_BYTES, patience=math.inf, failures_kept=FAILURE_SHARED)


_jobs = _new_jobs()
