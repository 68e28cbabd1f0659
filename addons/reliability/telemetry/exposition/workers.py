"""The workers of this host that serve requests."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric

from ..events import Series


class Workers(NamedTuple):
    """The workers of this host that serve requests.

    :ivar serving: number of requests that can be served at a time
    :ivar busy: number of requests that are being served now
    """

    serving: int
    busy: int

    @classmethod
    def count(cls, serving: int, running: Iterable[Series]) -> "Workers":
        """Return it, from the series of everything that is running now."""
        return cls(serving, sum(series.family == "http" for series in running))


def worker_families(workers: Workers) -> Iterator[Metric]:
    """Yield the metrics of this host's workers."""
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
