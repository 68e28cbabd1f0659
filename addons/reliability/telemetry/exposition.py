"""Totals as metric families of prometheus_client, which renders them.

Every family says here what it means; ``docs/metrics.md`` lists them with examples.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.utils import floatToGoString

from .aggregate import Key, Total, Totals
from .events import LABELS, OUTCOMES, Series
from .histogram import CLASSIC_BOUNDS, at_or_under

_OPERATION_LABELS = ("db", *LABELS["operation"])

# Name, help, attribute of a total.
_OPERATION_COSTS = (
    (
        "odoo_operation_sql_seconds",
        "Time that calls spent in PostgreSQL, nested calls included.",
        "sql",
    ),
    (
        "odoo_operation_cpu_seconds",
        "Time that calls spent computing, nested calls included.",
        "cpu",
    ),
    (
        "odoo_operation_sql_queries",
        "SQL statements that calls executed, nested calls included.",
        "queries",
    ),
    ("odoo_operation_records", "Records that operations were called on.", "records"),
)


_NOTHING = Total()


@dataclass
class Health:
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


def operation_families(totals: Totals, running: Iterable[Series]) -> Iterator[Metric]:
    """Yield what the measured operations did and are doing.

    :param running: the series of every call that is inside its method now
    """
    durations = HistogramMetricFamily(
        "odoo_operation_duration_seconds",
        "How long calls took, by how their transaction ended.",
        labels=(*_OPERATION_LABELS[:-1], "outcome", "dimension"),
    )
    costs = [
        (CounterMetricFamily(name, text, labels=_OPERATION_LABELS), attribute)
        for name, text, attribute in _OPERATION_COSTS
    ]
    known = set()
    for labels, by_outcome in _by_series(totals, "operation"):
        known.add(labels[:3])
        # Most operations have no dimension of their own: then there is no such label.
        labels, dimension = labels[:-1], tuple(filter(None, labels[-1:]))
        for outcome in OUTCOMES:
            total = by_outcome.get(outcome, _NOTHING)
            values = (*labels, outcome, *dimension)
            durations.add_metric(values, _buckets(total), total.seconds)
        for family, attribute in costs:
            values = (getattr(total, attribute) for total in by_outcome.values())
            family.add_metric((*labels, *dimension), sum(values))
    yield durations
    yield from (family for family, _attribute in costs)

    in_progress = GaugeMetricFamily(
        "odoo_operation_in_progress",
        "Calls that are inside their method now.",
        labels=("db", "service", "operation"),
    )
    now = Counter((s.db, *s.labels[:2]) for s in running if s.family == "operation")
    for labels in sorted(known | now.keys()):
        in_progress.add_metric(labels, now[labels])
    yield in_progress


def own_families(totals: Totals, health: Health) -> Iterator[Metric]:
    """Yield what we say about ourselves."""
    yield CounterMetricFamily(
        "odoo_reliability_events",
        "Calls that were read from the slots and counted.",
        value=sum(total.count for total in totals.by_key.values()),
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


def _by_series(
    totals: Totals, family: str
) -> Iterator[tuple[tuple[str, ...], dict[str, Total]]]:
    """Yield the label values of each series, ``db`` first, with its totals."""

    def series(key: Key) -> tuple[str, ...]:
        return (key.db, *key.labels)

    keys = sorted(key for key in totals.by_key if key.family == family)
    for labels, of_series in groupby(keys, series):
        yield labels, {key.outcome: totals.by_key[key] for key in of_series}


def _buckets(total: Total) -> list[tuple[str, int]]:
    """Return calls at or under each bound, thresholds as they were counted.

    An outcome that never happened has one bucket, not two dozen zeros.
    """
    if not total.count:
        return [("+Inf", 0)]
    bounds = tuple(sorted({*CLASSIC_BOUNDS, *total.at_or_under}))
    folded = zip(bounds, at_or_under(total.buckets, bounds), strict=True)
    counts = [
        (floatToGoString(bound), total.at_or_under.get(bound, count))
        for bound, count in folded
    ]
    return [*counts, ("+Inf", total.count)]
