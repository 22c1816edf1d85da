"""What a page shows while a visitor waits for a computation: how far it is, or the place in the line."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st

from explorer import texts
from explorer.jobs import Job

_words = texts.of("waiting")
_SECONDS_WITHOUT_BAR = 0.4  # how long something may take before a bar appears
_thread = threading.local()  # ``slot``: where the script of this thread shows what it waits for


@contextlib.contextmanager
def here() -> Iterator[None]:
    """Until the end of the block, what is waited for is shown over the page, where it moves nothing."""
    with st.container(key="waiting"):
        slot = st.empty()
    with at(slot):
        yield


@contextlib.contextmanager
def at(slot: Any) -> Iterator[None]:
    """Until the end of the block, what is waited for is shown in ``slot``, an element made by ``st.empty``."""
    outer, _thread.slot = getattr(_thread, "slot", None), slot
    try:
        yield
    finally:
        _thread.slot = outer


@contextlib.contextmanager
def watching() -> Iterator[Callable[[Job], None]]:
    """What shows a job, to be called again and again while it is waited for.

    Each call lets Streamlit end the script, if the visitor has changed a control or left. In a callback nothing is
    shown: it has no place on the page.
    """
    slot, began = getattr(_thread, "slot", None), time.monotonic()

    def show(job: Job) -> None:
        if slot is None:
            return
        if time.monotonic() - began > _SECONDS_WITHOUT_BAR:
            slot.progress(job.share, text_of(job))
        else:
            slot.empty()

    yield show
    if slot is not None and time.monotonic() - began > _SECONDS_WITHOUT_BAR:
        slot.empty()


def text_of(job: Job) -> str:
    """What is said about a job that a visitor waits for."""
    if place := job.place:
        return _words("in_line", place=place)
    if not job.share:
        return _words("working")
    return _words("progress", doing=job.doing or _words("training"), share=f"{job.share:.0%}")
