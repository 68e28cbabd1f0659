"""How scheduled actions ended, how long they took and how late they began."""

from collections.abc import Iterator

from prometheus_client.core import HistogramMetricFamily, Metric

from ..aggregate import Totals
from ..events import OUTCOMES
from .shared import NOTHING, buckets, by_series


def cron_families(totals: Totals) -> Iterator[Metric]:
    """Yield the families of scheduled actions."""
    durations = HistogramMetricFamily(
        "odoo_cron_duration_seconds",
        "How long scheduled actions took, by how they ended.",
        labels=("db", "cron", "outcome"),
    )
    for labels, by_outcome in by_series(totals, "cron"):
        for outcome in OUTCOMES:
            total = by_outcome.get(outcome, NOTHING)
            durations.add_metric((*labels, outcome), buckets(total), total.seconds)
    yield durations

    delays = HistogramMetricFamily(
        "odoo_cron_delay_seconds",
        "How much later than planned scheduled actions began.",
        labels=("db", "cron"),
    )
    for labels, by_outcome in by_series(totals, "cron_delay"):
        for total in by_outcome.values():
            delays.add_metric(labels, buckets(total), total.seconds)
    yield delays
