"""The figures of a load test as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_EXAMPLES = 5  # of what was shown


def table(title: str, report: dict[str, Any]) -> str:
    """What was measured, as Markdown; ``report`` as ``__main__`` puts it together."""
    return "\n".join([f"### {title}", "", *_times(report["times"]), "", *_lines(report)])


def _times(times: dict[str, dict[str, float]]) -> Iterator[str]:
    yield "| | count | p50 | p95 | p99 | max |"
    yield "|---|---|---|---|---|---|"
    for what, found in times.items():
        cells = (_seconds(found.get(name)) for name in ("p50", "p95", "p99", "max"))
        yield f"| {what} | {found['count']:,} | {' | '.join(cells)} |"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    usage, changes = report["usage"], report["changes"]
    yield f"- {changes:,} changes in {usage['seconds']:.0f} s: {changes / usage['seconds']:.1f} a second"
    errors = report["errors"]
    yield "- errors: " + (", ".join(f"{kind} {count:,}" for kind, count in errors.items()) or "none")
    for words in report["examples"].values():
        yield from (f"  - {text[:300]}" for text in words)
    counts = {kind: count for kind, count in report["counts"].items() if kind != "bytes received"}
    yield "- " + (", ".join(f"{kind} {count:,}" for kind, count in counts.items()) or "no connection lost")
    if report["sweeps"]:
        yield "- the sweeps took " + ", ".join(map(_seconds, report["sweeps"]))
    yield from (f"  - progress shown: {text}" for text in sorted(set(report["progress"]))[:_EXAMPLES])
    yield "- answers by page: " + ", ".join(f"{page} {count:,}" for page, count in report["pages"].items())
    if usage["processor"] is not None:
        yield (
            f"- processor time of the server: {usage['processor']:.1f} s, "
            f"{usage['processor'] / usage['seconds']:.2f} cores"
            + (f", {1000 * usage['processor'] / changes:.0f} ms a change with all else" if changes else "")
        )
        yield f"- its memory: {_memory(usage)}"
    yield f"- the load generator itself took {usage['generator']:.1%} of all cores"
    for part in report.get("memories", []):
        yield f"  - after {part[0]:,}: {_megabytes(part[1])}"
    for kind, count in sorted(report.get("hostile", {}).items()):
        yield f"  - {kind}, {count:,} times"


def _memory(usage: dict[str, Any]) -> str:
    later = f", {usage['after']:.0f} s later {_megabytes(usage['later'])}" if usage.get("after") else ""
    return (
        f"{_megabytes(usage['before'])} before, {_megabytes(usage['peak'])} at its peak, "
        f"{_megabytes(usage['end'])} at the end{later}"
    )


def _megabytes(memory: float | None) -> str:
    return "not known" if memory is None else f"{memory:,.0f} MB"


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.2f} s"
