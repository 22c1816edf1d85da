"""Many clients at once: they arrive, move controls on all pages, and go; some ask for sweeps, all at the same time."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from random import Random
from urllib.parse import parse_qs

from explorer.engine.settings import DEFAULTS
from tests.load.client import Client, Query
from tests.load.measures import Measures
from tests.load.network import Site, Trouble
from tests.load.reading import Reader
from tests.load.ways import ALL_PAGES, EVENTS, Change, Go, Place, Step, first_seed, walk

_TRY_AGAIN = 2.0  # seconds until a client that could not open the page, or connect, tries again
_SWEEPS = "learning_rates"  # the page of the sweeps
_SETTLED = 3.0  # seconds after the last arrival at which the sweeps are asked for
_SWEEP_WITHIN = 600.0  # seconds that a visitor waits for a sweep: many others may come first


def link(place: Place, **more: str) -> Query:
    """The query parameters of a link to a place."""
    part = {place.part_control: [place.part]} if place.part else {}
    return part | parse_qs(place.query) | {name: [value] for name, value in more.items()}


def data_of(dataset: str) -> dict[str, str]:
    """The query parameters for a data set; none for the one by default."""
    return {} if dataset == DEFAULTS.dataset else {"dataset": dataset}


async def crowd(options: argparse.Namespace, site: Site, measures: Measures, seed: int) -> None:
    """Load the site with clients, and sweeps if the options say so, until all have gone."""
    started = time.perf_counter()
    until = started + options.arrive + options.seconds
    reader = Reader()
    async with asyncio.TaskGroup() as group:
        for i in range(options.clients):
            group.create_task(_attend(options, Client(site, reader, measures.trouble), measures, seed, i, until))
        if options.sweeps:
            group.create_task(_sweeps(options, site, reader, measures, seed))
    measures.counts["bytes received"] += reader.received


async def _attend(
    options: argparse.Namespace, client: Client, measures: Measures, seed: int, number: int, until: float
) -> None:
    """One client, from its arrival to the end."""
    rhythm = Random(f"{seed} {number} rhythm")
    pages = [page for page in ALL_PAGES if page != _SWEEPS or not options.sweeps]
    steps = walk(options.way, seed, number, round(options.seconds / options.every), pages)
    await asyncio.sleep(options.arrive * (number + rhythm.random()) / options.clients)
    if not await _open(options, client, measures, steps, first_seed(options.way, seed, number), until):
        return
    due = time.perf_counter()
    for step in steps:
        due += options.every * rhythm.uniform(0.5, 1.5)
        await client.idle(due - time.perf_counter())
        if not client.is_connected:
            await come_back(options, client, measures, until)
        due = max(due, time.perf_counter())
        if due >= until:
            break
        await take(client, step, measures, options.live)
    await client.leave()


async def _open(
    options: argparse.Namespace, client: Client, measures: Measures, steps: Iterator[Step], seed: int, until: float
) -> bool:
    """Open the first page; try again until it is there. Returns whether it is."""
    first = next(steps)
    assert isinstance(first, Go)
    query = link(first.place, seed=str(seed), **data_of(options.dataset))
    arrived = time.perf_counter()
    # A visitor who tries again has waited from the first time on.
    while not await measures.timed("opening", client.visit(first.place.page, query), arrived):
        if time.perf_counter() > until:
            measures.counts["never came in"] += 1
            return False
        await asyncio.sleep(_TRY_AGAIN)
    measures.pages[client.page] += 1
    return True


async def take(client: Client, step: Step, measures: Measures, live: bool = False) -> None:
    """Take a step, and note how long the answer took."""
    if isinstance(step, Go):
        done = await measures.timed("page", client.go(step.place.page, link(step.place)))
        if done and not client.shows(step.place.part_control, step.place.part):
            # The app goes on in the part that the visitor left, as a link names the first part by leaving it out.
            done = await measures.timed("change", client.change(step.place.part_control, step.place.share_of_part))
    elif client.is_disabled(step.key):  # as the bias, for a loss that ignores it
        return
    else:
        if live and (question := client.question(step.key)):
            await measures.timed("live", _ask(client, question, measures))
        done = await measures.timed("change", _moved(client, step))
    measures.pages[client.page] += done


def _moved(client: Client, step: Change):
    if step.key in EVENTS:
        event, value = EVENTS[step.key]
        return client.fire(step.key, event, value(step.share))
    return client.change(step.key, step.share)


async def _ask(client: Client, question: str, measures: Measures) -> None:
    measures.counts[f"live: {await client.ask(question)}"] += 1


async def come_back(options: argparse.Namespace, client: Client, measures: Measures, until: float) -> None:
    """Restore a lost connection, and check that the page is as the address says."""
    measures.counts["connections lost"] += 1
    page, address, lost = client.page, client.query, time.perf_counter()
    while time.perf_counter() < until:
        try:
            await (client.visit(page, address) if options.reconnect == "reload" else client.reconnect())
        except Trouble:
            measures.counts["tries to come back in vain"] += 1
            await asyncio.sleep(_TRY_AGAIN)
            continue
        measures.took("coming back", time.perf_counter() - lost)
        measures.counts["came back"] += 1
        if wrong := client.wrong(address):
            measures.trouble(Trouble("wrong state", "; ".join(wrong)))
        return
    measures.trouble(Trouble("never came back"))


async def _sweeps(
    options: argparse.Namespace, site: Site, reader: Reader, measures: Measures, seed: int
) -> None:
    """All sweeps at once, each with a seed of its own, when the others have arrived."""
    asked = time.perf_counter() + options.arrive + _SETTLED
    seeds = Random(f"{seed} sweeps").sample(range(1000), options.sweeps)
    clients = []
    for own in seeds:
        client = Client(site, reader, measures.trouble)
        query = {"seed": [str(own)]} | {name: [value] for name, value in data_of(options.dataset).items()}
        if await measures.timed("opening before a sweep", client.visit("start", query)):
            client.patience = _SWEEP_WITHIN
            clients.append(client)
    await asyncio.sleep(asked - time.perf_counter())
    measures.meanwhile = "during sweeps"
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(_sweep(client, measures))
    measures.meanwhile = ""


async def _sweep(client: Client, measures: Measures) -> None:
    if await measures.timed("sweep", client.go(_SWEEPS, {})):
        measures.counts["sweeps with progress shown"] += bool(client.progress)
        measures.progress += client.progress[:1]
    await client.leave()
