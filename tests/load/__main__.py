"""``python -m tests.load``: loads a server on this machine, and prints what its visitors and the server felt."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.load.crowd import crowd
from tests.load.hostile import harm
from tests.load.measures import Measures
from tests.load.network import Site
from tests.load.options import parse
from tests.load.report import table
from tests.load.server import Server, measured, server
from tests.load.visits import changes, visits, warm


async def load(options: argparse.Namespace, tested: Server) -> dict[str, dict[str, Any]]:
    """All that the options ask for; returns the reports, by title."""
    site = Site(tested.address)
    if options.warm:
        await warm(options, site)
    what = f"{options.clients} clients, {options.way}, {options.dataset}"
    if options.visits:
        return {f"{options.visits:,} visits, {options.dataset}": await _phase(options, site, tested, options.seed)}
    if options.changes:
        return {f"{options.changes:,} changes, {what}": await _phase(options, site, tested, options.seed)}
    if options.hostile == "compare":
        alone = await _phase(options, site, tested, options.seed)
        # Another seed: with the same one, all would be computed by now.
        beside = await _phase(options, site, tested, (options.seed + 1) % 1000, hostile=True)
        return {f"{what}, undisturbed": alone, f"{what}, hostile clients beside them": beside}
    return {what: await _phase(options, site, tested, options.seed, hostile=options.hostile == "beside")}


async def _phase(
    options: argparse.Namespace, site: Site, tested: Server, seed: int, hostile: bool = False
) -> dict[str, Any]:
    """One crowd, or the visits or changes, measured."""
    measures, more = Measures(), {}
    async with measured(tested) as usage:
        if options.visits:
            more["memories"] = await visits(options, site, tested, measures)
        elif options.changes:
            more["memories"] = await changes(options, site, tested, measures)
        else:
            async with asyncio.TaskGroup() as group:
                if hostile:
                    more["hostile"] = Counter()
                    group.create_task(harm(site, more["hostile"], options.arrive + options.seconds))
                group.create_task(crowd(options, site, measures, seed))
    used = usage.report()
    if options.after and tested.processes:
        await asyncio.sleep(options.after)
        used |= {"after": options.after, "later": tested.memory()}
    return measures.report() | {"changes": measures.changes, "usage": used} | more


def ratio(reports: dict[str, dict[str, Any]]) -> str:
    """How many times as long the p95 of a change was in the second report as in the first, as a sentence."""
    alone, beside = (report["times"]["change"].get("p95") for report in reports.values())
    if not alone or not beside:
        return "No change was answered: there is nothing to compare."
    return f"With hostile clients the p95 of a change was {beside / alone:.2f} times what it was without."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the load test that the arguments ask for, those of the command line by default, and print its report."""
    options = parse(arguments)
    with server(options) as tested:
        reports = asyncio.run(load(options, tested))
    for title, report in reports.items():
        print(table(title, report), end="\n\n", flush=True)
    if options.hostile == "compare":
        print(ratio(reports))
    if options.json:
        facts = {"options": vars(options), "cores": os.cpu_count(), "reports": reports}
        Path(options.json).write_text(json.dumps(facts, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
