"""scikit-learn's models one after the other, in a process of its own that can be stopped at any time.

A fit of scikit-learn cannot be interrupted in a thread. The process is started as a plain child, not
through ``multiprocessing``: that would run the page again in the child. It speaks in lines of JSON and
ends by itself when whoever started it is gone. Only one runs at a time; others wait for their turn.
"""

from __future__ import annotations

import contextlib
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

from explorer import reference
from explorer.datasets import DatasetError, load
from explorer.reference import Fit
from explorer.settings import Settings

LIMIT = 20.0  # seconds for one fit
_START = 60.0  # seconds for the process to begin: it imports scikit-learn and loads the images
_BREATH = 0.2  # seconds between two signs of life
_ROOT = Path(__file__).resolve().parent.parent

_turn = threading.Lock()


@dataclass(frozen=True)
class Attempt:
    """What became of one model.

    Parameters
    ----------
    fit : Fit or None
    problem : str or None
        Why there is none, in words.
    refused : bool
        True where scikit-learn itself said so: it would say so again.
    """

    fit: Fit | None
    problem: str | None = None
    refused: bool = False

    @property
    def final(self) -> bool:
        """Whether there is no use in trying again."""
        return self.fit is not None or self.refused


def fits(settings: Settings, names: Sequence[str], limit: float = LIMIT) -> Iterator[tuple[str, Attempt | None]]:
    """Fit models one after the other; close the iterator to stop.

    Parameters
    ----------
    settings : Settings
        The images, ``l2``, ``bias``, ``train_images`` and ``seed`` are read.
    names : sequence of str
        Keys of ``reference.MODELS``.
    limit : float
        Seconds that one fit may take; it is stopped then, and the next one begins.

    Yields
    ------
    name : str
        The model that is being fitted or done; "" while another visitor's are.
    attempt : Attempt or None
        None, several times a second, while it is not done.
    """
    while not _turn.acquire(timeout=_BREATH):
        yield "", None
    try:
        left = list(names)
        while left:
            with contextlib.closing(_until_one_is_stopped(settings, left, limit)) as news:
                for name, attempt in news:
                    if attempt is not None:
                        left.remove(name)
                    yield name, attempt
    finally:
        _turn.release()


def _until_one_is_stopped(
    settings: Settings, names: Sequence[str], limit: float
) -> Iterator[tuple[str, Attempt | None]]:
    """One process: it ends after the last model, or with the first that has to be stopped."""
    child = subprocess.Popen(
        [sys.executable, "-c", "from explorer.fitting import main; main()"], cwd=_ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(child, lines), daemon=True).start()
    try:
        # A child that has died already says so below.
        with contextlib.suppress(OSError):
            child.stdin.write(json.dumps({"settings": asdict(settings), "names": list(names)}) + "\n")
            child.stdin.flush()
        waiting, ready = list(names), False
        deadline = time.monotonic() + _START
        while waiting:
            try:
                line = lines.get(timeout=_BREATH)
            except queue.Empty:
                if time.monotonic() > deadline:
                    yield waiting[0], Attempt(None, f"stopped after {limit:g} s" if ready else "did not start")
                    return
                yield waiting[0], None
                continue
            if not line:
                yield waiting[0], Attempt(None, "its process ended without a result: too little memory?")
                return
            told = json.loads(line)
            ready, deadline = True, time.monotonic() + limit
            if "ready" not in told:
                yield waiting.pop(0), _attempt(told)
    finally:
        child.kill()
        child.wait()
        child.stdin.close()


def _read(child: subprocess.Popen, lines: queue.SimpleQueue) -> None:
    with child.stdout:
        for line in child.stdout:
            lines.put(line)
    lines.put("")


def _attempt(told: dict) -> Attempt:
    if "problem" in told:
        return Attempt(None, told["problem"], told.get("refused", False))
    fit = told["fit"]
    return Attempt(Fit(**fit | {
        "weights": np.array(fit["weights"], np.float64), "warnings": tuple(fit["warnings"]),
    }))


def main() -> None:
    """The child: reads what to fit from its first line, answers in lines."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    if hasattr(os, "nice"):  # the sliders of everyone else come first
        os.nice(5)
    settings = Settings(**told["settings"] | {"digits": tuple(told["settings"]["digits"])})
    try:
        data = load(settings.dataset, settings.digits, settings.black_and_white, settings.inverted)
    except DatasetError as error:
        for _ in told["names"]:
            _say({"problem": str(error)})
        return
    reference.import_models()
    _say({"ready": True})
    for name in told["names"]:
        try:
            fit = reference.fit(data, settings, name)
        except ValueError as error:
            _say({"problem": f"scikit-learn says “{error}”", "refused": True})
        else:
            _say({"fit": asdict(fit) | {"weights": fit.weights.tolist()}})


def _say(what: dict) -> None:
    print(json.dumps(what), flush=True)


def _end_with_the_parent() -> None:
    sys.stdin.read()  # returns when the other end is closed, however that came about
    os._exit(1)
