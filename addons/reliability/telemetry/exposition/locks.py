"""How long calls were seen to wait for locks of the database."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from ..events import LABELS
from ..totals import Totals
from .shared import by_series


def lock_families(totals: Totals) -> Iterator[Metric]:
    """Yield the families of waits for locks."""
    waiting = CounterMetricFamily(
        "odoo_lock_waiting_seconds",
        "Time for which calls were seen to wait for locks of the database.",
        labels=("db", *LABELS["lock_waiting"]),
    )
    for labels, by_outcome in by_series(totals, "lock_waiting"):
        waiting.add_metric(labels, sum(of.seconds for of in by_outcome.values()))
    yield waiting
