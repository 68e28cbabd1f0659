"""The requests that were served, and the workers that serve them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric

from ..events import LABELS, Series
from ..totals import Total, Totals
from .histograms import Histograms, Memory
from .shared import by_series

_NEVER_ANSWERED = ("killed", "unknown")


class Workers(NamedTuple):
    """Who serves requests on this host.

    :ivar serving: requests that can be served at a time
    :ivar busy: requests that are being served now
    """

    serving: int
    busy: int

    @classmethod
    def of(cls, serving: int, running: Iterable[Series]) -> "Workers":
        """Return it, of everything that is running now."""
        return cls(serving, sum(series.family == "http" for series in running))


def request_families(totals: Totals, memory: Memory) -> Iterator[Histograms]:
    """Yield the families of requests."""
    durations = Histograms(
        "odoo_http_server_request_duration_seconds",
        "How long requests took, until their answer began.",
        ("db", *LABELS["http"]),
        memory,
    )
    for labels, of_it in sorted(_requests(totals).items()):
        durations.add(labels, *of_it)
    yield durations

    waiting = Histograms(
        "odoo_http_server_request_waiting_seconds",
        "How long requests waited for a worker, as the proxy's X-Request-Start tells.",
        ("db",),
        memory,
    )
    for labels, by_outcome in by_series(totals, "http_waiting"):
        waiting.add(labels, *by_outcome.values())
    yield waiting


def worker_families(workers: Workers) -> Iterator[Metric]:
    """Yield what is known of this host's workers."""
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


def _requests(totals: Totals) -> dict[tuple[str, ...], list[Total]]:
    """Return totals by the labels that tell how requests ended.

    One whose worker died has neither a status nor an error, but its end.
    """
    found: dict[tuple[str, ...], list[Total]] = {}
    for labels, by_outcome in by_series(totals, "http"):
        for outcome, total in by_outcome.items():
            lost = outcome in _NEVER_ANSWERED
            key = (*labels[:-1], outcome) if lost else labels
            found.setdefault(key, []).append(total)
    return found
