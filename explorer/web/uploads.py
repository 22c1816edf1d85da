"""What browsers may send as files: to Streamlit's own address for them alone, few, small, and not for long.

Streamlit keeps a file in memory until its visit ends, whether a page asks for it or not, and writes one of more than a
megabyte to the disk while it arrives. Here a visit that is open may send so much and no more; what no page has taken
out within a few minutes is dropped; and nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Protocol

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.inputs import bounds

METHODS = ("PUT", "DELETE")
_PLACE = re.compile(r".*/_stcore/upload_file/(?P<visit>[A-Za-z0-9-]{1,64})/(?P<file>[A-Za-z0-9-]{1,64})")
_LONGEST_REQUEST = 120.0  # seconds for which a file may arrive: 8 MB by half a megabit a second
_KEPT = 300.0  # seconds after which a file that no page has taken out is dropped
_MOST_NUMBER = 12  # digits of a Content-Length

# The form parser of Starlette, which Streamlit uses, keeps what is smaller in memory.
MultiPartParser.spool_max_size = bounds.FILE + bounds.FILE_ENVELOPE + 1

_NO_LENGTH = "The size of a file must be said beforehand (Content-Length)."
_TOO_LARGE = f"A file may have {bounds.FILE // 1024**2} MB at most."
_NO_VISIT = "There is no open page that this file is for. Load the page again."
_TOO_MANY = "Too many files wait to be read. Send fewer at a time."
_NO_ROOM = "The server has no room for more files now. Try again in a minute."
_TOO_SLOW = "The file took too long to arrive. Choose a smaller one."


class Store(Protocol):
    """Where Streamlit keeps files, and the visits that they belong to."""

    def is_open(self, visit: str) -> bool:
        """Whether there is such a visit, and its page is connected."""

    def files(self) -> Iterable[tuple[str, str, int]]:
        """Visit, name and bytes of every file that is kept."""

    def drop(self, visit: str, file: str) -> None:
        """Forget a file, if it is there."""

    def tidy(self, visit: str, file: str) -> None:
        """Give a file that has come a name of bearable length without control characters."""

    def refuse(self, visit: str) -> None:
        """Note that there was no room for a file of an open visit, whose page may say so."""


class Uploads:
    """Lets a file through to Streamlit, or refuses it. For one thread: that of the event loop.

    Parameters
    ----------
    store : Store

    Attributes
    ----------
    refused : Counter
        How many files were not taken, by reason.
    """

    def __init__(self, store: Store):
        self.store = store
        self.refused: Counter[str] = Counter({"length": 0, "size": 0, "visit": 0, "many": 0, "full": 0, "slow": 0})
        self._arriving: dict[tuple[str, str], int] = {}  # the bytes that each may have
        self._since: dict[tuple[str, str], float] = {}  # when each came

    @property
    def bytes(self) -> int:
        """The bytes of the files that are kept or arrive."""
        return sum(size for _, _, size in self.store.files()) + sum(self._arriving.values())

    async def respond(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with one of ``METHODS``."""
        place = _PLACE.fullmatch(scope["path"])
        if place is None:
            answer = PlainTextResponse("Nothing can be uploaded here.", 405, {"Allow": "GET, HEAD, OPTIONS"})
            await answer(scope, receive, send)
        elif scope["method"] == "DELETE":
            await app(scope, _nothing(receive), send)
        elif refusal := self._refusal(scope, key := (place["visit"], place["file"])):
            if refusal.status_code not in (HTTPStatus.LENGTH_REQUIRED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
                await _read_and_forget(receive)
            await refusal(scope, receive, send)
        else:
            await self._take(key, app, scope, receive, send)

    def _refusal(self, scope: Scope, key: tuple[str, str]) -> Response | None:
        """Why a file is not taken; None where it is."""
        self._drop_old()
        said = Headers(scope=scope).get("content-length", "")
        if not re.fullmatch(f"[0-9]{{1,{_MOST_NUMBER}}}", said):
            return self._no("length", HTTPStatus.LENGTH_REQUIRED, _NO_LENGTH)
        size = int(said)
        if size > bounds.FILE + bounds.FILE_ENVELOPE:
            return self._no("size", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        visit, _ = key
        if not self.store.is_open(visit):
            return self._no("visit", HTTPStatus.BAD_REQUEST, _NO_VISIT)
        if key in self._arriving:
            return self._no("many", HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
        everything = [((of, file), kept) for of, file, kept in self.store.files()] + list(self._arriving.items())
        # One that is sent again takes the place of the one before only when it is there.
        own = [kept for (of, _), kept in everything if of == visit]
        if len(own) >= bounds.FILES or sum(own) + size > bounds.FILES_BYTES:
            self.store.refuse(visit)
            return self._no("many", HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
        if len(everything) >= bounds.ALL_FILES or sum(kept for _, kept in everything) + size > bounds.ALL_FILES_BYTES:
            self.store.refuse(visit)
            return self._no("full", HTTPStatus.SERVICE_UNAVAILABLE, _NO_ROOM)
        self._arriving[key] = size
        return None

    def _no(self, reason: str, status: HTTPStatus, words: str) -> Response:
        self.refused[reason] += 1
        return PlainTextResponse(words, status, {"Connection": "close"})

    async def _take(self, key: tuple[str, str], app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with asyncio.timeout(_LONGEST_REQUEST):
                await app(scope, _bounded(receive, self._arriving[key]), answer)
            self.store.tidy(*key)
        except TimeoutError:
            if started:
                raise
            await self._no("slow", HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW)(scope, receive, send)
        finally:
            self._arriving.pop(key, None)
            self._since[key] = time.monotonic()

    def _drop_old(self) -> None:
        """Drop the files that no page has taken out, and those of visits that have lost their connection."""
        there = {(visit, file) for visit, file, _ in self.store.files()}
        now = time.monotonic()
        self._since = {key: since for key, since in self._since.items() if key in there}
        for key in there:
            if now - self._since.get(key, now) > _KEPT or not self.store.is_open(key[0]):
                self._since.pop(key, None)
                self.store.drop(*key)


async def _read_and_forget(receive: Receive) -> None:
    """Let a body of a bearable size arrive: of a connection that ends before, a browser does not see the answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_REQUEST):
            while (await receive()).get("more_body", False):
                pass


def _nothing(receive: Receive) -> Receive:
    """``receive`` of a request whose body is not read."""
    async def empty() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    return empty


def _bounded(receive: Receive, most: int) -> Receive:
    """``receive`` of a body that ends after ``most`` bytes, whatever comes."""
    left = most

    async def within() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")[:left]
            left -= len(body)
            return {**message, "body": body, "more_body": message.get("more_body", False) and left > 0}
        return message

    return within
