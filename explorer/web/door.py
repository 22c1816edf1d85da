"""Who is let in: requests for our own names, as many connections as there is room for, messages at a bearable pace.

Whatever is refused here has cost no work: it comes before Streamlit and before the pages.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from collections import Counter
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.web.health import HEALTH, Health
from explorer.web.hosts import Hosts

# Messages of one connection in a second. An honest visitor was seen to send 19 at most, with a key held down on a
# slider; 11 strokes on the drawing pad; one for a whole drag.
_PACE = 40
_AT_ONCE = 80  # messages that may come faster than that
_MOST_SLOWED = 200  # messages that had to wait, five seconds of them, without a pause. Then the connection ends.
_RETRY_AFTER = 5  # seconds
_TOO_FAST, _TRY_AGAIN_LATER = 1008, 1013  # codes of a WebSocket's end
_ANOTHER_NAME = (
    "This server is not known by the name in the address. Whoever runs it can add the name to "
    "STREAMLIT_SERVER_ALLOWED_HOSTS."
)
_NOT_COMPLETED = "ASGI callable returned without completing handshake."


class Connections:
    """The WebSockets that are open, counted in all and by IP address. For one thread: that of the event loop.

    Parameters
    ----------
    most, most_per_address : int
        How many may be open at a time.

    Attributes
    ----------
    open : int
        How many are.
    refused : Counter
        How many were not let in, or not let stay, by reason.
    """

    def __init__(self, most: int, most_per_address: int):
        self.most, self.most_per_address = most, most_per_address
        self.open = 0
        self.refused: Counter[str] = Counter({"full": 0, "address": 0, "host": 0, "flood": 0})
        self._from: Counter[str] = Counter()

    def reason_against(self, address: str) -> str:
        """Why no more are let in from an address: "full" or "address"; "" where there is room."""
        if self.open >= self.most:
            return "full"
        return "address" if self._from[address] >= self.most_per_address else ""

    def enter(self, address: str) -> None:
        """One more."""
        self.open += 1
        self._from[address] += 1

    def leave(self, address: str) -> None:
        """One less."""
        self.open -= 1
        self._from[address] -= 1
        if not self._from[address]:
            del self._from[address]


def address_of(scope: Scope) -> str:
    """The IP address that a connection counts for; of IPv6 its network of 64 bits, all of which one visitor may have.

    The server takes it from X-Forwarded-For where that comes from a proxy that FORWARDED_ALLOW_IPS names.
    """
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))


class Flood(Exception):
    """A connection goes on sending faster than it may."""


class Paced:
    """``receive`` of one connection: what comes too fast waits for its turn, and the server reads no more meanwhile.

    Raises Flood where ``_MOST_SLOWED`` messages had to wait without a pause that makes up for them. (What the server
    has read by then waits in memory: 3 MB where the messages are empty. And a server that stops waits for all of it.)
    """

    def __init__(self, receive: Receive):
        self._receive = receive
        self._due = 0.0  # when the last message would have come at the allowed pace
        self._slowed = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        now = time.monotonic()
        if self._due < now:
            self._due, self._slowed = now, 0
        self._due += 1 / _PACE
        early = self._due - now - _AT_ONCE / _PACE
        if early > 0:
            if self._slowed == _MOST_SLOWED:
                raise Flood
            self._slowed += 1
            await asyncio.sleep(early)
        return message


class Door:
    """Middleware that lets in what a deployment allows. ``/healthz`` is answered whoever asks, under any name.

    Parameters
    ----------
    app : ASGI application
    health : Health
    hosts : Hosts
    connections : Connections
    """

    def __init__(self, app: ASGIApp, health: Health, hosts: Hosts, connections: Connections):
        self.app, self.health, self.hosts, self.connections = app, health, hosts, connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse the request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/")
        if scope["type"] == "http" and path.rsplit("/", 1)[-1] == HEALTH:
            await self.health.response()(scope, receive, send)
        elif self.hosts.names and not self.hosts.allow(Headers(scope=scope).get("host")):
            if scope["type"] == "websocket":
                self.connections.refused["host"] += 1
            await _refuse(scope, receive, send, PlainTextResponse(_ANOTHER_NAME, HTTPStatus.MISDIRECTED_REQUEST))
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif path.endswith("/_stcore/metrics"):  # not for the public
            await _refuse(scope, receive, send, PlainTextResponse("Not found.", HTTPStatus.NOT_FOUND))
        elif _asks_before_it_connects(path, scope) and (reason := self.connections.reason_against(address_of(scope))):
            # The page shows this answer; of a refused WebSocket it would show nothing. It asks again within 4 s.
            await self._turn_away(scope, receive, send, reason)
        else:
            await self.app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a visitor in, if there is room."""
        address = address_of(scope)
        reason = self.connections.reason_against(address)
        if reason:
            self.connections.refused[reason] += 1
            await self._turn_away(scope, receive, send, reason)
            return
        self.connections.enter(address)
        try:
            await self.app(scope, self._paced(receive, send), send)
        finally:
            self.connections.leave(address)

    def _paced(self, receive: Receive, send: Send) -> Receive:
        """``receive``, slowed; a flood ends the connection, as the application sees it by the browser."""
        paced = Paced(receive)

        async def receive_paced() -> Message:
            try:
                return await paced()
            except Flood:
                self.connections.refused["flood"] += 1
                await send({"type": "websocket.close", "code": _TOO_FAST, "reason": "too many messages"})
                return {"type": "websocket.disconnect", "code": _TOO_FAST}

        return receive_paced

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, reason: str) -> None:
        full = "All places on this server are taken" if reason == "full" else (
            f"{self.connections.most_per_address:,} visitors are here from your network, and more are not admitted"
        )
        # As JSON: of another text Streamlit's page would show the status alone.
        words, headers = f"{full}. Leave this page open: it tries again.", {"Retry-After": str(_RETRY_AFTER)}
        await _refuse(scope, receive, send, JSONResponse(words, HTTPStatus.SERVICE_UNAVAILABLE, headers))


def _asks_before_it_connects(path: str, scope: Scope) -> bool:
    """Whether this is one of the two requests with which Streamlit's page looks for its server.

    It makes them below the path of a deep link first, and would show that there is no such address. A probe asks
    /_stcore/health as well, but comes from no page: a server that is full is not ill.
    """
    return path.endswith("/_stcore/host-config") or (
        path.endswith("/_stcore/health") and any(name == b"referer" for name, _ in scope["headers"])
    )


def say_no_error_of_refusals() -> None:
    """Keep out of the log what uvicorn (0.54) says of every WebSocket that gets an HTTP response: one line for each."""
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.msg != _NOT_COMPLETED)


async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Answer with an error, also instead of a WebSocket."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
    else:
        await response(scope, receive, send)
