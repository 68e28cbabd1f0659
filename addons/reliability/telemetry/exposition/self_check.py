"""What the telemetry says about itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..totals import Totals


@dataclass
class SelfCheck:
    """How the collector is doing.

    :ivar slots: slot files that it follows
    :ivar cycle_seconds: how long its last reading took
    :ivar saved: 1 where that reading was saved, 0 where it is kept in memory only
    :ivar started: since when it runs, in seconds since 1970
    :ivar waiting: database → batches that it does not have yet
    :ivar enabled: whether this server is measured; 0 where odoo.conf switches it off
    """

    slots: int
    cycle_seconds: float
    saved: bool
    started: float
    enabled: bool
    waiting: dict[str, int]


def self_check_families(totals: Totals, health: SelfCheck) -> Iterator[Metric]:
    """Yield what we say about ourselves."""
    yield CounterMetricFamily(
        "odoo_reliability_events",
        "Calls, requests and scheduled actions that were read and counted.",
        value=totals.events,
    )
    dropped = CounterMetricFamily(
        "odoo_reliability_dropped",
        "What was not recorded, or only in part, by reason.",
        labels=("reason",),
    )
    for reason, count in sorted(totals.dropped.items()):
        dropped.add_metric((reason,), count)
    yield dropped
    yield GaugeMetricFamily(
        "odoo_reliability_slots",
        "Slot files that the collector follows, about one for each worker.",
        value=health.slots,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_collector_cycle_seconds",
        "How long the collector's last reading of all slots took.",
        value=health.cycle_seconds,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_collector_saved",
        "1 where the last reading was saved, 0 where a restart would repeat it.",
        value=health.saved,
    )
    waiting = GaugeMetricFamily(
        "odoo_reliability_waiting_batches",
        "Batches that their database does not have yet.",
        labels=("db",),
    )
    for db, count in sorted(health.waiting.items()):
        waiting.add_metric((db,), count)
    yield waiting
    yield GaugeMetricFamily(
        "odoo_reliability_enabled",
        "1 where calls are measured, 0 where odoo.conf of this server switches it off.",
        value=health.enabled,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_collector_start_time_seconds",
        "When the collector started, in seconds since 1970.",
        value=health.started,
    )
