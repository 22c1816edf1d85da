"""Headers on every response that tell a browser what the page may do, and who may show it in a frame."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_security_policy(pages: Iterable[str], frame_ancestors: str) -> str:
    """What the app's pages need, and nothing else.

    Parameters
    ----------
    pages : iterable of str
        The HTML whose inline scripts may run.
    frame_ancestors : str
        Who may show a page in a frame; "*" for everybody.
    """
    scripts = {script for page in pages for script in _INLINE_SCRIPT.findall(page)}
    hashes = sorted(base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return "; ".join((
        "default-src 'none'",
        # blob: Streamlit imports the code of a component, two lines that import a file of ours, from a blob.
        " ".join(["script-src 'self' blob:", *(f"'sha256-{digest}'" for digest in hashes)]),
        # Streamlit's styles (emotion) and plotly's are made in the page, as elements and as attributes.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",  # plotly draws the picture that it saves from a blob
        "font-src 'self' data:",  # a font of Streamlit's formulas stands in its styles
        "connect-src 'self'",  # WebSockets to the same host included, in every browser since Safari 16
        "manifest-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
        # Without the directive a lesson in a file may show a page as well; its own * means the sites of the web alone.
        *([] if frame_ancestors == "*" else [f"frame-ancestors {frame_ancestors}"]),
    ))


class Protected:
    """Middleware that adds the headers to every response, once each, and counts the responses that are errors.

    Parameters
    ----------
    app : ASGI application
    policy : str
        The Content-Security-Policy.
    errors : Counter
        Gets the number of responses by their status, from 400 on.
    """

    def __init__(self, app: ASGIApp, policy: str, errors: Counter[int]):
        self.app, self.errors = app, errors
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            # An address holds the choices of a visitor, and perhaps a note.
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with the headers."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                started = True
                given = [pair for pair in message.get("headers", ()) if pair[0].lower() not in self._names]
                message = {**message, "headers": [*given, *self._headers]}
                if message["status"] >= HTTPStatus.BAD_REQUEST:
                    self.errors[message["status"]] += 1
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except Exception:
            # What Starlette answers to an error comes from outside of this middleware: without the headers.
            if scope["type"] == "http" and not started:
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, with_headers)
            raise
