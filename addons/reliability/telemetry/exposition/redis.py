"""How each Redis is that Odoo was said to use."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..redis import Report

# Name, help, what of a report.
_OF_ALL = (("odoo_redis_up", "1 where Redis answers, 0 where it does not.", "up"),)
_OF_THOSE_THAT_ANSWER = (
    ("odoo_redis_ping_seconds", "How long Redis takes to answer.", "ping"),
    ("odoo_redis_memory_bytes", "Memory that Redis uses.", "memory"),
    (
        "odoo_redis_memory_limit_bytes",
        "Memory that Redis may use; 0 where nothing limits it.",
        "limit",
    ),
    (
        "odoo_redis_persistence_ok",
        "1 where what Redis wrote to disk last was written, 0 where it could not.",
        "persists",
    ),
    (
        "odoo_redis_replication_ok",
        "0 where Redis is a replica and has lost what it follows, else 1.",
        "replicates",
    ),
    ("odoo_redis_replicas", "Replicas that follow Redis.", "replicas"),
)


def redis_families(reports: Mapping[str, Report]) -> Iterator[Metric]:
    """Yield the families of Redis.

    :param reports: what it is used for → how it is
    """
    up = {use: report for use, report in reports.items() if report.up}
    for families, of in ((_OF_ALL, reports), (_OF_THOSE_THAT_ANSWER, up)):
        for name, text, what in families:
            family = GaugeMetricFamily(name, text, labels=("use",))
            for use, report in of.items():
                family.add_metric((use,), float(getattr(report, what)))
            yield family
    evicted = CounterMetricFamily(
        "odoo_redis_evicted_keys",
        "Keys that Redis has thrown away for want of memory, since it was started.",
        labels=("use",),
    )
    for use, report in up.items():
        evicted.add_metric((use,), report.evicted)
    yield evicted
