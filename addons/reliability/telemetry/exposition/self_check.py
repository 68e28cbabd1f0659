"""The metrics of the telemetry itself: the self-check."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..totals import Totals


@dataclass
class SelfCheck:
    """The state of the collector.

    :ivar slots: number of slot files that it reads
    :ivar without_slot: number of processes that want to record and have no slot
    :ivar cycle_seconds: duration of its last cycle
    :ivar saved: whether the result of that cycle is saved, and not in memory only
    :ivar started: when it started, in seconds since 1970
    :ivar enabled: whether odoo.conf lets this server be measured
    :ivar waiting: database → number of batches to be delivered to it
    """

    slots: int
    without_slot: int
    cycle_seconds: float
    saved: bool
    started: float
    enabled: bool
    waiting: dict[str, int]


def self_check_families(totals: Totals, self_check: SelfCheck) -> Iterator[Metric]:
    """Yield the metric families of the self-check."""
    yield CounterMetricFamily(
        "odoo_reliability_events",
        "Calls, requests and scheduled actions that were read and counted.",
        value=totals.events,
    )
    dropped = CounterMetricFamily(
        "odoo_reliability_dropped",
        "Calls or details of calls that were not recorded, by reason.",
        labels=("reason",),
    )
    for reason, count in sorted(totals.dropped.items()):
        dropped.add_metric((reason,), count)
    yield dropped
    yield GaugeMetricFamily(
        "odoo_reliability_slots",
        "Slot files that the collector reads, about one for each worker.",
        value=self_check.slots,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_processes_without_slot",
        "Processes whose calls are not recorded now, since there is no slot for them.",
        value=self_check.without_slot,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_collector_cycle_seconds",
        "How long the collector's last reading of all slots took.",
        value=self_check.cycle_seconds,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_collector_saved",
        "1 where the last reading was saved, 0 where a restart would repeat it.",
        value=self_check.saved,
    )
    waiting = GaugeMetricFamily(
        "odoo_reliability_waiting_batches",
        "Batches that their database does not have yet.",
        labels=("db",),
    )
    for db, count in sorted(self_check.waiting.items()):
        waiting.add_metric((db,), count)
    yield waiting
    yield GaugeMetricFamily(
        "odoo_reliability_enabled",
        "1 where calls are measured, 0 where odoo.conf of this server switches it off.",
        value=self_check.enabled,
    )
    yield GaugeMetricFamily(
        "odoo_reliability_collector_start_time_seconds",
        "When the collector started, in seconds since 1970.",
        value=self_check.started,
    )
