"""Visits and changes one after another, for hours of use in minutes: does the server's memory grow?"""

from __future__ import annotations

import argparse
import asyncio
import itertools
from collections.abc import Awaitable, Callable

from tests.load.client import Client
from tests.load.crowd import data_of, link, take
from tests.load.measures import Measures
from tests.load.network import Site
from tests.load.reading import Reader
from tests.load.server import Server
from tests.load.ways import PLACES, Change, Go, first_seed, walk

_PARTS = 10  # memory is measured after each of so many parts
Memories = list[tuple[int, float | None]]  # (how many were done, MB)


async def visits(options: argparse.Namespace, site: Site, server: Server, measures: Measures) -> Memories:
    """Visits one after another: a page, one change, gone. The places come in turn."""
    reader = Reader()
    pairs = list(itertools.permutations(range(10), 2))

    async def visit(i: int) -> None:
        place = PLACES[i % len(PLACES)]
        more = data_of(options.dataset)
        if options.pairs:
            more |= {"first": str(pairs[i][0]), "second": str(pairs[i][1])}
        client = Client(site, reader, measures.trouble)
        if await measures.timed("opening", client.visit(place.page, link(place, **more))):
            measures.pages[place.page] += 1
            await take(client, Change(place.controls[0], (i // len(PLACES)) % 2), measures)
            if options.clear_cache:
                await measures.timed("clearing the cache", client.clear_cache())
        await client.leave()

    return await _in_parts(options.visits, visit, server)


async def changes(options: argparse.Namespace, site: Site, server: Server, measures: Measures) -> Memories:
    """Changes without a pause, by the clients in turn."""
    reader = Reader()
    clients, steps = [], []
    for i in range(options.clients):
        client = Client(site, reader, measures.trouble)
        walking = walk(options.way, options.seed, i, options.changes // options.clients)
        first = next(walking)
        assert isinstance(first, Go)
        query = link(first.place, seed=str(first_seed(options.way, options.seed, i)), **data_of(options.dataset))
        if await measures.timed("opening", client.visit(first.place.page, query)):
            clients.append(client)
            steps.append(walking)

    if not clients:  # what went wrong is counted
        return [(0, server.memory())]

    async def change(i: int) -> None:
        await take(clients[i % len(clients)], next(steps[i % len(clients)]), measures)

    memories = await _in_parts(options.changes, change, server)
    for client in clients:
        await client.leave()
    return memories


async def _in_parts(count: int, work: Callable[[int], Awaitable[None]], server: Server) -> Memories:
    """Do something so often, one after another; returns the memory before and after each of the parts."""
    memories: Memories = [(0, server.memory())]
    for i in range(count):
        await work(i)
        if (i + 1) * _PARTS // count > i * _PARTS // count:
            memories.append((i + 1, server.memory()))
    return memories


async def warm(options: argparse.Namespace, site: Site) -> None:
    """One visitor who sees every place once, so that what is loaded once is loaded. Raises Trouble."""
    def fail(trouble: Exception) -> None:
        raise trouble

    client = Client(site, Reader(), fail)
    for place in PLACES:
        await client.visit(place.page, link(place, **data_of(options.dataset)))
    await client.leave()
    await asyncio.sleep(1)
