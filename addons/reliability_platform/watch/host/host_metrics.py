"""The metrics of a host that say what its exporters do not: the scope is Odoo's."""

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

_SCOPE = "(of Odoo's container, or of the host where it runs in none)"
# Name, help text, name of a fact, divisor.
_GAUGES = (
    (
        "odoo_host_cpu_pressure_ratio",
        f"Share of time in which a process waited for a processor {_SCOPE}.",
        "cpu_pressure_percent",
        100,
    ),
    (
        "odoo_host_cpu_throttled_ratio",
        "Share of time slices in which Odoo's container or service used up its limit "
        "of processors.",
        "cpu_throttled_percent",
        100,
    ),
    (
        "odoo_host_memory_available_bytes",
        "Memory left of the host, or of the limit of Odoo's container or service where "
        "that is scarcer.",
        "memory_available_bytes",
        1,
    ),
    (
        "odoo_host_disk_write_seconds",
        "Duration of a write to the host's disk with Odoo's data folder.",
        "disk_write_seconds",
        1,
    ),
    (
        "odoo_host_shared_memory_free_bytes",
        "Memory left in the file system of the telemetry folder, of Odoo's container "
        "or of the host.",
        "shared_memory_free_bytes",
        1,
    ),
    (
        "odoo_host_clock_offset_seconds",
        "By how much the clock of the host is ahead of PostgreSQL's.",
        "clock_offset_seconds",
        1,
    ),
)


def host_families(facts: Mapping[str, Any], pod: Mapping[str, str]) -> Iterator[Metric]:
    """Yield the metric families of a host; those without a number are left out.

    :param facts: of the last check
    :param pod: as from :func:`.pod.read_pod`
    """
    for name, text, fact, divisor in _GAUGES:
        if facts.get(fact) is not None:
            yield GaugeMetricFamily(name, text, value=facts[fact] / divisor)
    if facts.get("memory_kills") is not None:
        yield CounterMetricFamily(
            "odoo_host_memory_kills",
            f"Processes that the kernel killed because memory ran out {_SCOPE}.",
            value=facts["memory_kills"],
        )
    info = GaugeMetricFamily(
        "odoo_host_info",
        "1, with the names of Odoo's pod, its node and zone, as far as they are known.",
        labels=tuple(pod),
    )
    info.add_metric(tuple(pod.values()), 1)
    yield info
