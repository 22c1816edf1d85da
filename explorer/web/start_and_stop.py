"""What the server does when it starts and when it stops."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

from prometheus_client import start_http_server

from explorer.deployment import Deployment, DeploymentError
from explorer.engine.datasets import DatasetError, load
from explorer.web.door import say_no_error_of_refusals
from explorer.web.health import Health
from explorer.web.metrics import REGISTRY

log = logging.getLogger(__name__)


def lifespan(
    deployment: Deployment, health: Health, warm_up: Callable[[], None], facts: Mapping[str, Callable[[], str]],
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """What Streamlit's ``App`` calls around the time in which it serves.

    Parameters
    ----------
    deployment : Deployment
    health : Health
        Becomes ready when everything is loaded, in a thread: until then the server answers that it is not.
    warm_up : callable ()
        What is done once, before the first visitor.
    facts : mapping of str to callable () -> str
        What the log says at the start, by name, in one line.
    """

    def prepare() -> None:
        warm_up()
        if deployment.preload:
            _preload(deployment.preload)
        if health.state == "stopping":
            return
        health.state = "ready"
        _say("Ready. " + "; ".join(f"{name}: {fact()}" for name, fact in facts.items()))

    @asynccontextmanager
    async def serve(app: Any) -> AsyncIterator[None]:
        say_no_error_of_refusals()
        with _metrics(deployment):
            threading.Thread(target=prepare, name="prepare", daemon=True).start()
            try:
                yield
            finally:
                health.state = "stopping"

    return serve


def _preload(name: str) -> None:
    """Read a data set, with the pair of digits that every page opens with."""
    try:
        load(name)
    except Exception as error:  # the page says what is wrong, to whoever chooses these images
        unexpected = None if isinstance(error, DatasetError) else error
        log.warning(
            "EXPLORER_PRELOAD: %s is not there, and the server starts without it. %s", name, error, exc_info=unexpected,
        )


@contextmanager
def _metrics(deployment: Deployment):
    """Serve the metrics on the address and port of their own, if there is one."""
    if not deployment.metrics_port:
        yield
        return
    try:
        server, _ = start_http_server(deployment.metrics_port, deployment.metrics_address, REGISTRY)
    except OSError as error:
        raise DeploymentError(
            f"EXPLORER_METRICS_PORT is {deployment.metrics_port}, and on {deployment.metrics_address} nothing can be "
            f"served there ({error.strerror or error})."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _say(line: str) -> None:
    """A line in the log, also where nobody has set up logging: Streamlit shows warnings only."""
    if log.isEnabledFor(logging.INFO):
        log.info(line)
    else:
        print(line, file=sys.stderr, flush=True)
