"""What a deployment sets by environment variables: one table, read once at the server's start and checked there."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.sources import SOURCES
from explorer.sources.folders import CACHE_DIR_VARIABLE
from explorer.sources.mnist import MNIST_DIR_VARIABLE

_MOST_CONNECTIONS = 100_000
_MOST_MB = 100_000
_LONGEST_SHOWN = 60  # characters of a wrong value in its message
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# What may stand in `frame-ancestors` (https://www.w3.org/TR/CSP3/#frame-ancestors): a scheme, or a host with more.
_SOURCE = re.compile(rf"https?:|(?:https?://)?(?:\*|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*)(?::(?:[0-9]{{1,5}}|\*))?")


class DeploymentError(ValueError):
    """An environment variable has a value that is not allowed; says which, its value and what is allowed."""


@dataclass(frozen=True)
class Deployment:
    """The settings of a server.

    Parameters
    ----------
    preload : str
        The data set that is read before the server says that it is ready, a key of ``SOURCES``; "" for none.
    dataset : str
        The data set of an address that names none, a key of ``SOURCES``; "" for MNIST where it is on this server, else
        the built-in digits.
    frame_ancestors : str
        Who may show the app in a frame: a list of sources as in a Content-Security-Policy.
    metrics_port : int
        Where the metrics are served; 0 for nowhere.
    metrics_address : str
        The IP address on which they are served.
    connections, connections_per_address : int
        The most visitors at a time: in all, and from one IP address.
    computations : int
        The most long computations at a time; 0 for one for each core.
    results_mb : int
        The most megabytes of results that are kept.
    """

    preload: str = ""
    dataset: str = ""
    frame_ancestors: str = "*"
    metrics_port: int = 0
    metrics_address: str = "127.0.0.1"
    connections: int = 1000
    connections_per_address: int = 400
    computations: int = 0
    results_mb: int = 256


def _data_set(text: str) -> str:
    if text not in SOURCES:
        raise ValueError(f"the name of a data set: {', '.join(SOURCES)}")
    return text


def _sources(text: str) -> str:
    sources = text.split()
    alone = sources in (["*"], ["'none'"])
    if not alone and not all(source == "'self'" or _SOURCE.fullmatch(source) for source in sources):
        raise ValueError(
            "*, or 'none', or a list, separated by spaces, of 'self' and addresses such as https://lms.example.org"
        )
    return " ".join(sources)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least:,} to {most:,}")
        return int(text)

    return read


def _ip_address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("an IP address, such as 127.0.0.1 or ::1") from None


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    Parameters
    ----------
    name : str
    meaning : str
        For people, in Markdown.
    default : str
        What holds without it, as text; "" for nothing.
    field : str
        The field of ``Deployment`` that it sets; "" where other code reads it.
    read : callable (text) -> value
        Raises ValueError, which says what is allowed.
    """

    name: str
    meaning: str
    default: str = ""
    field: str = ""
    read: Callable[[str], Any] = str


_DEFAULTS = Deployment()
VARIABLES = (
    Variable(
        "EXPLORER_PRELOAD", "`mnist` or `digits`: read before `/healthz` says that the server is ready",
        field="preload", read=_data_set,
    ),
    Variable(
        "EXPLORER_DATASET",
        "`mnist` or `digits`: what an address shows that names no data set. Without it, MNIST where its files are on "
        "this server, else the built-in digits, and a button that downloads MNIST",
        field="dataset", read=_data_set,
    ),
    Variable(
        "EXPLORER_CONNECTIONS", "the most visitors connected at a time; more are told that the server is full",
        str(_DEFAULTS.connections), "connections", _whole(1, _MOST_CONNECTIONS),
    ),
    Variable(
        "EXPLORER_CONNECTIONS_PER_ADDRESS",
        "the same from one IP address (IPv6: from one network of 64 bits); a class often has one address for all",
        str(_DEFAULTS.connections_per_address), "connections_per_address", _whole(1, _MOST_CONNECTIONS),
    ),
    Variable(
        "EXPLORER_COMPUTATIONS", "the most long computations at a time; the others stand in line. 0: one for each core",
        str(_DEFAULTS.computations), "computations", _whole(0, 1000),
    ),
    Variable(
        "EXPLORER_RESULTS_MB", "the most megabytes of results that are kept for whoever asks for the same",
        str(_DEFAULTS.results_mb), "results_mb", _whole(1, _MOST_MB),
    ),
    Variable(
        "EXPLORER_FRAME_ANCESTORS",
        "who may show the app in a frame: `*` (everybody), `'none'`, or a list such as `'self' https://lms.example.org`",
        _DEFAULTS.frame_ancestors, "frame_ancestors", _sources,
    ),
    Variable(
        "EXPLORER_METRICS_PORT", "the port of its own on which `/metrics` is served; 0 for nowhere",
        str(_DEFAULTS.metrics_port), "metrics_port", _whole(0, 65_535),
    ),
    Variable(
        "EXPLORER_METRICS_ADDRESS", "the IP address on which `/metrics` is served",
        _DEFAULTS.metrics_address, "metrics_address", _ip_address,
    ),
    Variable(
        "STREAMLIT_SERVER_ALLOWED_HOSTS",
        "the names under which the app is reached, with spaces between: `explorer.example.org *.example.com`. Requests "
        "for other names are refused; `/healthz` answers under any. Without it, every name will do",
    ),
    Variable(
        "FORWARDED_ALLOW_IPS",
        "the addresses or networks of your proxies, joined by commas: only from these is a visitor's address taken "
        "from `X-Forwarded-For`. Behind another one, all visitors count as one address. (Without `--server.address`, "
        "the server sees 10.0.0.2 as `::ffff:10.0.0.2`.)",
        "127.0.0.1",
    ),
    Variable(MNIST_DIR_VARIABLE, "see *MNIST*"),
    Variable(CACHE_DIR_VARIABLE, "see *MNIST*"),
    Variable("HTTPS_PROXY", "see *MNIST*"),
    Variable("REQUESTS_CA_BUNDLE", "see *MNIST*"),
)


def read(environment: Mapping[str, str]) -> Deployment:
    """The settings in the environment; a variable that is missing or empty has its default.

    Raises
    ------
    DeploymentError
        For the first value that is not allowed.
    """
    given = {}
    for variable in VARIABLES:
        text = environment.get(variable.name, "").strip()
        if not variable.field or not text:
            continue
        try:
            given[variable.field] = variable.read(text)
        except ValueError as error:
            shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
            raise DeploymentError(f"{variable.name} is {shown!r}; it must be {error}.") from None
    return dataclasses.replace(_DEFAULTS, **given)
