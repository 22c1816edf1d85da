"""Whether the server is ready, as a probe asks it: ``/healthz``."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import PlainTextResponse, Response

HEALTH = "healthz"  # the last part of its address


class Health:
    """What the server is at.

    Attributes
    ----------
    state : str
        "starting", until everything is loaded; "ready"; "stopping".
    """

    def __init__(self) -> None:
        self.state = "starting"

    def response(self) -> Response:
        """Status 200 and "ok" where the server is ready, else 503 and what it is at."""
        if self.state == "ready":
            return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})
        return PlainTextResponse(
            self.state, HTTPStatus.SERVICE_UNAVAILABLE, {"Cache-Control": "no-store", "Retry-After": "1"},
        )
