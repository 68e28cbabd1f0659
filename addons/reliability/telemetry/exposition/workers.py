"""The metrics of this host's HTTP workers."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric

from ..events import Series


class Workers(NamedTuple):
    """The HTTP workers of this host.

    :ivar serving: number of requests that they can serve at a time
    :ivar busy: number of requests that they are serving now
    """

    serving: int
    busy: int

    @classmethod
    def count(cls, serving: int, running: Iterable[Series]) -> "Workers":
        """Return the workers of a host, from the series of all calls that run now."""
        return cls(serving, sum(series.family == "http" for series in running))


def worker_families(workers: Workers) -> Iterator[Metric]:
    """Yield the metric families of the workers."""
    yield GaugeMetricFamily(
        "odoo_http_workers",
        "Requests that this host can serve at a time; 0 where nothing limits them.",
        value=workers.serving,
    )
    yield GaugeMetricFamily(
        "odoo_http_workers_busy",
        "Requests that this host is serving now.",
        value=workers.busy,
    )
