"""The route that answers what a page shows at each position of a slider; ``explorer.ui.live`` computes it."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import parse_qs

from cachetools import LRUCache
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

LIVE = "live.json"  # the last part of its address
_LONGEST = 4_000  # characters of a question
_MOST_WAITING = 16  # questions that are computed or wait for it; more are refused
_MOST_BYTES = 64_000_000  # of the answers that are kept


class NoAnswer(Exception):
    """There are no pictures for this slider now: the images are not loaded, or they would take too long."""


class Answers:
    """The answers to questions of browsers, computed once for all who ask the same, and one at a time.

    So what a visitor commits, which the page computes in a thread of its own, never waits for long.

    Parameters
    ----------
    compute : callable (question) -> answer
        Text in, JSON out. Raises ValueError for a question that cannot be read, and NoAnswer.

    Attributes
    ----------
    counts : Counter
        How many questions were answered from the cache ("kept"), "computed" or "refused".
    """

    def __init__(self, compute: Callable[[str], bytes]):
        self._compute = compute
        self._worker = ThreadPoolExecutor(1, "live")
        self._lock = threading.Lock()
        self._computing: dict[str, Future[bytes]] = {}
        self._kept: LRUCache[str, bytes] = LRUCache(_MOST_BYTES, getsizeof=len)
        self.counts: Counter[str] = Counter({"kept": 0, "computed": 0, "refused": 0})

    @property
    def size(self) -> int:
        """The bytes of the answers that are kept."""
        return int(self._kept.currsize)

    async def respond(self, scope: Scope) -> Response:
        """The answer to the question in the query parameter ``ask``, compressed.

        Status 400 for a question that cannot be read, 204 where there is no answer (nothing is wrong then), 503 where
        too many wait.
        """
        query = scope["query_string"].decode("latin-1")
        question = parse_qs(query).get("ask", [""])[-1] if len(query) <= 3 * _LONGEST else ""
        if not question or len(question) > _LONGEST:
            self.counts["refused"] += 1
            return PlainTextResponse("The question cannot be read.", HTTPStatus.BAD_REQUEST)
        answer = self._answer(question)
        if answer is None:
            self.counts["refused"] += 1
            return PlainTextResponse("Too many ask at the same time.", HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            # Shielded: a visitor who leaves stops nobody else's answer.
            content = answer if isinstance(answer, bytes) else await asyncio.shield(asyncio.wrap_future(answer))
        except NoAnswer:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        except ValueError as error:
            return PlainTextResponse(str(error), HTTPStatus.BAD_REQUEST)
        headers = {"Content-Encoding": "gzip", "Cache-Control": "max-age=600"}
        return Response(content, HTTPStatus.OK, headers, "application/json")

    def _answer(self, question: str) -> bytes | Future[bytes] | None:
        """The answer, or what will be it; None where too many wait."""
        with self._lock:
            known = self._kept.get(question) or self._computing.get(question)
            if known is not None:
                self.counts["kept"] += 1
                return known
            if len(self._computing) >= _MOST_WAITING:
                return None
            self.counts["computed"] += 1
            self._computing[question] = self._worker.submit(self._compute_and_keep, question)
            return self._computing[question]

    def _compute_and_keep(self, question: str) -> bytes:
        try:
            content = gzip.compress(self._compute(question), 5)
            with self._lock, suppress(ValueError):  # larger than all the room: those who wait have it
                self._kept[question] = content
            return content
        finally:
            with self._lock:
                del self._computing[question]
