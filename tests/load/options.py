"""The command line of the load test: bounded in number and time, and only for servers on this machine."""

from __future__ import annotations

import argparse
import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from explorer.sources import SOURCES
from tests.load.ways import WAYS

MOST_PAIRS = 90  # of two different digits


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options; ends the program with a message where one is not allowed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.load", description="Load a server on this machine with visitors, and measure.",
    )
    add = parser.add_argument
    add("--url", type=loopback, help="the server's address, on this machine only; without it, one is started")
    add("--pid", type=int, nargs="+", default=[], help="its processes, to be measured; known if it is started here")
    add("--processes", type=whole(1, 8), default=1, help="of the server that is started; several are behind HAProxy")
    add("--kill", type=number(1, 600), help="seconds after which one of several processes is killed")
    add("--dataset", choices=list(SOURCES), default="digits")
    add("--way", choices=list(WAYS), default="own", help="lesson: all do the same; own: each has a seed of its own")
    add("--clients", type=whole(0, 400), default=10)
    add("--arrive", type=number(0, 120), default=10, help="seconds within which all clients come")
    add("--seconds", type=number(1, 600), default=60, help="how long they stay after that")
    add("--every", type=number(0.1, 60), default=3, help="seconds between two changes of a client, on average")
    add("--after", type=number(0, 600), default=120, help="seconds after which memory is measured once more")
    add("--seed", type=whole(0, 999), default=0)
    add("--warm", action="store_true", help="one visitor sees every page before anything is measured")
    add("--live", action="store_true", help="also fetch what a browser fetches for a slider that is to be dragged")
    add("--reconnect", choices=("session", "reload"), default="session",
        help="what a client does that has lost its connection: take up its session, or load its address anew")
    add("--sweeps", type=whole(0, 100), default=0, help="so many more ask for a sweep each, all at once")
    add("--hostile", nargs="?", choices=("beside", "compare"), const="beside",
        help="others send garbage meanwhile; compare: once without them, once with them")
    add("--visits", type=whole(1, 5000), help="instead: so many visits, one after another")
    add("--clear-cache", action="store_true", help="each of the visits clears the caches")
    add("--pairs", action="store_true", help="each of the visits looks at another pair of digits")
    add("--changes", type=whole(1, 20_000), help="instead: so many changes, shared by the clients, without a pause")
    add("--json", metavar="FILE", help="write the figures there as well")
    options = parser.parse_args(arguments)
    if options.pairs and (options.visits or 0) > MOST_PAIRS:
        parser.error(f"--pairs: there are only {MOST_PAIRS} pairs")
    if (options.clear_cache or options.pairs) and not options.visits:
        parser.error("--clear-cache and --pairs are for --visits")
    if options.kill and options.processes == 1:
        parser.error("--kill is for several --processes")
    if options.changes and not options.clients:
        parser.error("--changes needs --clients")
    return options


def loopback(address: str) -> str:
    """The address without its last slash. Raises ArgumentTypeError unless it is http, and of this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "http" or parts.query or parts.fragment or parts.username is not None:
        raise argparse.ArgumentTypeError(f"{address!r} must be like http://127.0.0.1:8501")
    # A name is not asked for in the network, but for the one that every machine has.
    hosts = [str(found[4][0]) for found in socket.getaddrinfo(host, None)] if host == "localhost" else [host]
    if not all(map(_is_loopback, hosts)):
        raise argparse.ArgumentTypeError(
            f"{host!r} is not this machine: a load test goes to a loopback address only, as 127.0.0.1"
        )
    return address.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from ``low`` to ``high``."""
    return _bounded(int, low, high)


def number(low: float, high: float) -> Callable[[str], float]:
    """A reader of numbers from ``low`` to ``high``."""
    return _bounded(float, low, high)


def _bounded(kind: Callable, low: float, high: float) -> Callable:
    def read(text: str):
        value = kind(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} must be from {low:g} to {high:g}")
        return value

    read.__name__ = kind.__name__  # argparse names it where a text is no number
    return read
