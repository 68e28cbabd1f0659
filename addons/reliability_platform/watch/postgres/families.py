"""The metrics of PostgreSQL: the trends that an alert needs."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric

_PREFIX = "odoo_postgres_"
_UP = "odoo_postgres_up"
_TRENDS = {
    "odoo_postgres_archive_age_seconds": (
        "How long the oldest finished WAL file has waited to be archived; 0 if none"
        " waits."
    ),
    "odoo_postgres_commit_seconds": "How long the last commit of the collector took.",
    "odoo_postgres_connections_left": "Connections that Odoo can still make.",
    "odoo_postgres_disk_free_bytes": (
        "Free bytes of the fullest disk of PostgreSQL, where it is on this host."
    ),
    "odoo_postgres_primary": (
        "1 where a server that takes writes was found, 0 where none was."
    ),
    "odoo_postgres_slot_wal_bytes": (
        "WAL that is held by the replication slot that holds the most."
    ),
    "odoo_postgres_standby_lag_seconds": (
        "How far the slowest connected standby is behind."
    ),
    "odoo_postgres_transactions_left": (
        "Transactions left until PostgreSQL refuses writes, for lack of transaction"
        " numbers."
    ),
}
"""Metric, which is the name of a trend after the prefix → help text."""


def families(is_up: bool, trends: Mapping[str, float]) -> Iterator[Metric]:
    """Yield the metric families of a check.

    :param is_up: whether PostgreSQL responds, even if it refuses a connection
    """
    up = "1 where PostgreSQL responds, 0 where it does not."
    yield GaugeMetricFamily(_UP, up, value=float(is_up))
    if not is_up:
        trends = {"primary": 0.0}
    for metric, text in _TRENDS.items():
        if (trend := metric.removeprefix(_PREFIX)) in trends:
            yield GaugeMetricFamily(metric, text, value=trends[trend])
