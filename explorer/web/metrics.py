"""What the server tells Prometheus about itself. Nothing in it comes from a visitor: labels are names of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

# Its count is the number of runs.
RERUNS = Histogram(
    "explorer_rerun_seconds", "Runs of a page's script, by the name of the page, and how long they took.", ["page"],
    registry=REGISTRY, buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


@dataclass(frozen=True)
class Reading:
    """A number that other code keeps, read when Prometheus asks.

    Parameters
    ----------
    meaning : str
        In words, for whoever looks at it.
    read : callable () -> float, or mapping of names to floats
        Called in a thread of its own, at any time.
    label : str
        What the names are; "" where ``read`` returns one number.
    """

    meaning: str
    read: Callable[[], float | Mapping]
    label: str = ""


class Readings(Collector):
    """The numbers of other code as metrics.

    Parameters
    ----------
    readings : mapping of str to Reading
        By the name of the metric; one that only grows has a name that ends in ``_total``.
    """

    def __init__(self, readings: Mapping[str, Reading]):
        self._readings = dict(readings)

    def collect(self) -> Iterator[Metric]:
        """The numbers as they are now."""
        for name, reading in self._readings.items():
            family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            metric = family(name, reading.meaning, labels=[reading.label] if reading.label else [])
            value = reading.read()
            for key, number in dict(value).items() if isinstance(value, Mapping) else [(None, value)]:
                metric.add_metric([] if key is None else [str(key)], number)
            yield metric
