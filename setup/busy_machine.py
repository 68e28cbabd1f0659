"""Thresholds of the platform that a busy machine does not reach: no test and no picture
depends on what else runs there.
"""

from . import postgres

_THRESHOLDS = {
    "commit": 60_000,
    "cpu_pressure": 100,
    "cpu_throttled": 100,
    "disk_days": 1,
    "disk_latency": 60_000,
    "disk_left": 1,
    "memory_kills": 1_000,
    "memory_left": 1,
    "neighbour_share": 100,
    "redis_latency": 60_000,
    "shared_memory_left": 1,
    "statement_share": 100,
    "temporary_files": 1_000_000,
}
"""Code → value."""
_SET = """
    DO $$ BEGIN
        IF to_regclass('reliability_platform_threshold') IS NOT NULL THEN
            UPDATE reliability_platform_threshold AS one SET value = busy.value
              FROM (VALUES {values}) AS busy(code, value) WHERE busy.code = one.code;
        END IF;
    END $$
"""


def allow_for(database):
    """Set these thresholds in a database, where it has the platform's addon."""
    rows = (f"('{code}', {value})" for code, value in _THRESHOLDS.items())
    postgres.psql(_SET.format(values=", ".join(rows)), database)
