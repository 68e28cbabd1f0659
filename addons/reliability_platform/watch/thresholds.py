"""The thresholds of problems, which those who run the server may change.

They are records of ``reliability.platform.threshold`` in the operator database; without
one, these defaults apply.
"""

from typing import NamedTuple


class Threshold(NamedTuple):
    """A threshold.

    :ivar code: unique
    :ivar default: its value where nobody has changed it
    :ivar unit: of its value
    :ivar maximum, minimum: bounds of valid values
    """

    code: str
    default: float
    unit: str
    maximum: float
    minimum: float = 0.0


_PERCENT, _SECONDS, _MINUTES, _DAYS = "%", "s", "min", "d"
_MILLISECONDS, _MEGABYTES, _MILLIONS = "ms", "MB", "million"

THRESHOLDS = {
    threshold.code: threshold
    for threshold in (
        Threshold("connections_used", 85, _PERCENT, 100),
        Threshold("transaction_open", 15, _MINUTES, 10_080, 1),
        Threshold("dead_rows", 3, "×", 100, 1),
        Threshold("transactions_left", 500, _MILLIONS, 2_000, 10),
        Threshold("temporary_files", 200, _MEGABYTES, 1_000_000, 1),
        Threshold("statement_share", 60, _PERCENT, 100, 10),
        Threshold("commit", 100, _MILLISECONDS, 60_000, 1),
        Threshold("archive_age", 15, _MINUTES, 10_080, 1),
        Threshold("standby_lag", 60, _SECONDS, 86_400, 1),
        Threshold("slot_wal", 1_024, _MEGABYTES, 10_000_000, 1),
        Threshold("disk_left", 10, _PERCENT, 90, 1),
        Threshold("disk_days", 3, _DAYS, 365, 1),
        Threshold("pgbouncer_wait", 2, _SECONDS, 3_600, 1),
        Threshold("redis_latency", 100, _MILLISECONDS, 60_000, 1),
        Threshold("redis_clients", 85, _PERCENT, 100, 1),
        Threshold("replica_lag", 30, _SECONDS, 3_600, 1),
        Threshold("ingress_errors", 1, _PERCENT, 100),
        Threshold("ingress_wait", 2, _SECONDS, 3_600, 1),
        Threshold("certificate_days", 14, _DAYS, 365, 1),
        Threshold("cpu_pressure", 40, _PERCENT, 100, 1),
        Threshold("cpu_throttled", 25, _PERCENT, 100, 1),
        Threshold("memory_left", 5, _PERCENT, 90, 1),
        Threshold("memory_kills", 1, "×", 1_000, 1),
        Threshold("disk_latency", 50, _MILLISECONDS, 60_000, 1),
        Threshold("shared_memory_left", 20, _PERCENT, 90, 1),
        Threshold("clock_offset", 500, _MILLISECONDS, 3_600_000, 10),
        Threshold("neighbour_share", 1.5, "×", 100, 1),
    )
}
"""Code → threshold."""

DEFAULTS = {threshold.code: threshold.default for threshold in THRESHOLDS.values()}
"""Code → default."""
