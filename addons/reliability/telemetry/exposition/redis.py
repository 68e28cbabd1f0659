"""The metrics of each Redis in odoo.conf."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..redis import Report

# Name, help text, field of a report.
_STATE = (("odoo_redis_up", "1 where Redis answers, 0 where it does not.", "up"),)
_DETAILS = (
    ("odoo_redis_ping_seconds", "How long Redis takes to answer.", "ping"),
    ("odoo_redis_memory_bytes", "Memory that Redis uses.", "memory"),
    (
        "odoo_redis_memory_limit_bytes",
        "Memory that Redis may use; 0 where nothing limits it.",
        "limit",
    ),
    (
        "odoo_redis_persistence_ok",
        "1 where the last write of Redis to disk succeeded, else 0.",
        "persists",
    ),
    (
        "odoo_redis_replication_ok",
        "0 where Redis is a replica and has lost its primary, else 1.",
        "replicates",
    ),
    ("odoo_redis_replicas", "Replicas that are connected to Redis.", "replicas"),
)


def redis_families(reports: Mapping[str, Report]) -> Iterator[Metric]:
    """Yield the metric families of Redis.

    :param reports: use of a Redis → its report
    """
    up = {use: report for use, report in reports.items() if report.up}
    for families, shown in ((_STATE, reports), (_DETAILS, up)):
        for name, text, field in families:
            family = GaugeMetricFamily(name, text, labels=("use",))
            for use, report in shown.items():
                family.add_metric((use,), float(getattr(report, field)))
            yield family
    evicted = CounterMetricFamily(
        "odoo_redis_evicted_keys",
        "Keys that Redis has evicted for lack of memory, since it was started.",
        labels=("use",),
    )
    for use, report in up.items():
        evicted.add_metric((use,), report.evicted)
    yield evicted
