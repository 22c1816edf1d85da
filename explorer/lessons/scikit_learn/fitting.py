"""For the page scikit-learn: its models fitted one after the other in a child process that can be stopped at any time.

A fit of scikit-learn cannot be interrupted in a thread. The child is started with ``subprocess`` because
``multiprocessing`` would run the page again in it. It reads one line of JSON from its stdin and writes its results
as lines of JSON. It ends automatically when its parent ends. It runs in turn with the long computations of all
visitors, for ``LIMIT`` seconds.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from explorer.engine import sklearn_models
from explorer.engine.datasets import DatasetError, load
from explorer.engine.settings import Settings
from explorer.engine.sklearn_models import Fit
from explorer.jobs import Ticket, Turns

LIMIT = 1.8  # seconds for the fits of one turn; the start of the child takes another
_START = 60.0  # seconds for the child to import scikit-learn and load the images
_POLL_SECONDS = 0.2  # seconds between two results of the iterator
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Attempt:
    """The result of fitting one model.

    Parameters
    ----------
    fit : Fit or None
    problem : str or None
        Why there is no fit, as text.
    refused : bool
        True where scikit-learn refused to fit, as it would again.
    """

    fit: Fit | None
    problem: str | None = None
    refused: bool = False

    @property
    def final(self) -> bool:
        """Whether another attempt would end in the same way."""
        return self.fit is not None or self.refused


def fits(
    settings: Settings, names: Sequence[str], turns: Turns, limit: float | None = None
) -> Iterator[tuple[str, Attempt | None]]:
    """Fit models one after the other, as many as there is time for in one turn; close the iterator to stop.

    A fit that takes a whole turn is stopped, and has no result. One that began later in the turn has no attempt yet.

    Parameters
    ----------
    settings : Settings
        Only the images, ``l2``, ``bias``, ``train_images`` and ``seed`` are read.
    names : sequence of str
        Keys of ``sklearn_models.MODELS``.
    turns : Turns
        Of all long computations.
    limit : float, optional
        The seconds of the turn, without those for the start of the child; ``LIMIT`` if not given.

    Yields
    ------
    name : str
        The model that is being fitted or is done; "" while its turn has not come.
    attempt : Attempt or None
        None, several times a second, until the model is done.
    """
    has_begun = threading.Event()
    ticket = Ticket(has_begun.set, LIMIT)
    turns.line_up(ticket)
    try:
        while not has_begun.wait(_POLL_SECONDS):
            yield "", None
        yield from _one_turn(settings, names, LIMIT if limit is None else limit)
    finally:
        turns.leave(ticket)


def _one_turn(settings: Settings, names: Sequence[str], limit: float) -> Iterator[tuple[str, Attempt | None]]:
    child = subprocess.Popen(
        [sys.executable, "-c", "from explorer.lessons.scikit_learn.fitting import main; main()"], cwd=_ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},  # the other cores are for the pages
    )
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(child, lines), daemon=True).start()
    try:
        # A child that has already died is reported below.
        with contextlib.suppress(OSError):
            child.stdin.write(json.dumps({"settings": asdict(settings), "names": list(names)}) + "\n")
            child.stdin.flush()
        waiting, ready = list(names), False
        deadline = time.monotonic() + _START
        while waiting:
            try:
                line = lines.get(timeout=min(_POLL_SECONDS, max(deadline - time.monotonic(), 0)))
            except queue.Empty:
                if time.monotonic() < deadline:
                    yield waiting[0], None
                    continue
                if len(waiting) == len(names):
                    problem = f"stopped after {limit:g} s" if ready else "did not start"
                    yield waiting[0], Attempt(None, problem)
                return
            if not line:
                for name in waiting:
                    yield name, Attempt(None, "its process ended without a result: too little memory?")
                return
            message = json.loads(line)
            if "ready" in message:
                ready, deadline = True, time.monotonic() + limit
            else:
                yield waiting.pop(0), _attempt(message)
    finally:
        child.kill()
        child.wait()
        with contextlib.suppress(OSError):  # what the child did not live to read is still to be written
            child.stdin.close()


def _read(child: subprocess.Popen, lines: queue.SimpleQueue[str]) -> None:
    """Put the lines that the child writes into ``lines``, and "" after the last."""
    with child.stdout:
        for line in child.stdout:
            lines.put(line)
    lines.put("")


def _attempt(message: dict) -> Attempt:
    if "problem" in message:
        return Attempt(None, message["problem"], message.get("refused", False))
    fit = message["fit"]
    return Attempt(Fit(**fit | {
        "weights": np.array(fit["weights"], np.float64), "warnings": tuple(fit["warnings"]),
    }))


def main() -> None:
    """Run the child: read from one line what to fit, and write a line when ready and for each model."""
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    if hasattr(os, "nice"):  # the pages of other visitors come first
        os.nice(5)
    settings = Settings(**request["settings"] | {"digits": tuple(request["settings"]["digits"]), "legs": ()})
    try:
        data = load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)
    except DatasetError as error:
        for _ in request["names"]:
            _send({"problem": str(error)})
        return
    importlib.import_module("sklearn.linear_model")  # before the first fit, so that its time is that of the fit alone
    _send({"ready": True})
    for name in request["names"]:
        try:
            fit = sklearn_models.fit(data, settings, name)
        except ValueError as error:
            _send({"problem": f"scikit-learn says “{error}”", "refused": True})
        else:
            _send({"fit": asdict(fit) | {"weights": fit.weights.tolist()}})


def _send(message: dict) -> None:
    print(json.dumps(message), flush=True)


def _end_with_the_parent() -> None:
    sys.stdin.read()  # returns when the parent's end is closed, also by its death
    os._exit(1)
