"""Visitors who mean harm, beside the others: garbage, floods of parameters, readers that never read, half a handshake.

All of it is bounded: a few connections of each kind, each of which tries again after a pause.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.load.network import Site
from tests.support.messages import rerun

EACH = 4  # of every kind
HALF_OPEN = 50  # connections of each of the two kinds that never become one
_PAUSE = 0.5  # seconds between two tries
_PARAMETERS = 5000
_MEGABYTE = 1_000_000
_ADDRESS = urlencode({f"name{i}": i for i in range(_PARAMETERS)})
_SHORT = "&".join(f"{i:x}=" for i in range(_PARAMETERS))  # small enough for a message: its content has to be looked at

Seen = Counter[str]


async def harm(site: Site, seen: Seen, seconds: float) -> None:
    """Do all kinds of harm for some seconds; ``seen`` counts what came of it, by kind and outcome."""
    with suppress(TimeoutError):  # the time is up
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for i in range(EACH):
                for kind in KINDS:
                    group.create_task(_again(kind, site, seen, Random(f"{kind.__name__} {i}")))
                group.create_task(_slow_reader(site, seen))
            for _ in range(HALF_OPEN):
                for start in ("", _HALF_A_HANDSHAKE):
                    group.create_task(_half_open(site, seen, start))


async def _again(
    kind: Callable[[Site, Random], Awaitable[str]], site: Site, seen: Seen, random: Random
) -> None:
    """Do one kind of harm again and again, and count what came of it."""
    while True:
        try:
            outcome = await kind(site, random)
        except ConnectionClosed as closed:
            outcome = f"closed with {closed.rcvd.code}" if closed.rcvd else "closed"
        except InvalidHandshake:
            outcome = "handshake refused"
        except (OSError, EOFError) as error:
            outcome = type(error).__name__
        seen[f"{kind.__name__.strip('_').replace('_', ' ')}: {outcome}"] += 1
        await asyncio.sleep(_PAUSE)


async def _until_closed(connection: ClientConnection, seconds: float = 10) -> str:
    """Read what the server sends; raises ConnectionClosed when it ends the connection."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                await connection.recv(decode=False)
    except TimeoutError:
        return "left open"


async def _garbage(site: Site, random: Random) -> str:
    async with site.connecting() as connection:
        await connection.send(random.randbytes(random.randint(1, 2000)))
        return await _until_closed(connection)


async def _text(site: Site, random: Random) -> str:
    async with site.connecting() as connection:
        await connection.send("What is this?")
        return await _until_closed(connection)


async def _megabyte(site: Site, random: Random) -> str:
    async with site.connecting() as connection:
        await connection.send(random.randbytes(_MEGABYTE))
        return await _until_closed(connection)


async def _parameters_in_a_run(site: Site, random: Random) -> str:
    async with site.connecting() as connection:
        await connection.send(rerun(page_name="train", query_string=_SHORT))
        return await _until_closed(connection, 2)


async def _parameters_in_an_address(site: Site, random: Random) -> str:
    reader, writer = await asyncio.open_connection(site.host, site.port)
    try:
        writer.write(f"GET {site.base}/train?{_ADDRESS} HTTP/1.1\r\nHost: {site.netloc}\r\n\r\n".encode())
        async with asyncio.timeout(30):
            line = await reader.readline()
    except TimeoutError:
        return "no answer"
    finally:
        writer.close()
    return f"answered {line.split()[1].decode()}" if line else "closed"


KINDS = (_garbage, _text, _megabyte, _parameters_in_a_run, _parameters_in_an_address)
_HALF_A_HANDSHAKE = "GET /_stcore/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: webs"


async def _half_open(site: Site, seen: Seen, start: str) -> None:
    """Open a connection, send nothing or half a handshake, and wait until the server closes it."""
    name = "half a handshake" if start else "silent connection"
    try:
        reader, writer = await asyncio.open_connection(site.host, site.port)
    except OSError as error:
        seen[f"{name}: {type(error).__name__}"] += 1
        return
    try:
        writer.write(start.encode())
        await reader.read()
        seen[f"{name}: closed by the server"] += 1
    except OSError as error:
        seen[f"{name}: {type(error).__name__}"] += 1
    except asyncio.CancelledError:
        seen[f"{name}: left open to the end"] += 1
        raise
    finally:
        writer.close()


async def _slow_reader(site: Site, seen: Seen) -> None:
    """Ask for one run of a page after the other, and read none of them."""
    while True:
        narrow = socket.socket(socket.AF_INET6 if ":" in site.host else socket.AF_INET)
        narrow.setblocking(False)
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that little of it waits in this machine
        try:
            await asyncio.get_running_loop().sock_connect(narrow, (site.host, site.port))
            async with site.connecting(max_queue=1, sock=narrow) as connection:
                for i in itertools.count():
                    await connection.send(rerun(page_name="train", query_string=f"seed={i % 10}"))
                    await asyncio.sleep(1)
        except (OSError, EOFError, ConnectionClosed, InvalidHandshake) as error:
            seen[f"slow reader: {type(error).__name__}"] += 1
        except asyncio.CancelledError:
            seen["slow reader: left open to the end"] += 1
            raise
        finally:
            narrow.close()
        await asyncio.sleep(_PAUSE)
