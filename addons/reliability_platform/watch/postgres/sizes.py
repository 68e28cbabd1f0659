"""The sizes of all databases of a cluster.

PostgreSQL adds up the sizes of all files for each, so only one is measured at a check.
"""

import time
from collections.abc import Mapping
from typing import Any

from ..problem import Check
from .part import Part

_MAX_AGE = 600.0
"""Seconds after which a size is measured again."""

_DATABASES = """
    SELECT datname, pg_has_role('pg_read_all_stats', 'USAGE')
                    OR has_database_privilege(oid, 'CONNECT')
      FROM pg_database WHERE datallowconn ORDER BY datname
"""
_SIZE = "SELECT pg_database_size(oid) FROM pg_database WHERE datname = %s"


class Sizes(Part):
    """Measures the databases in turn."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._tried: dict[str, float] = {}

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Measure at most one database; the fact ``databases`` has all sizes."""
        cr.execute(_DATABASES)
        may_read = dict(cr.fetchall())
        readable = [name for name, is_so in may_read.items() if is_so]
        self._sizes = {
            name: self._sizes[name] for name in readable if name in self._sizes
        }
        self._measure(cr, readable)
        sizes = {name: size for name, size in self._sizes.items()}
        check = Check(missing=[] if all(may_read.values()) else ["pg_monitor"])
        check.facts["databases"] = sorted(
            ([name, size] for name, size in sizes.items()),
            key=lambda row: row[1],
            reverse=True,
        )
        if len(sizes) == len(readable):
            check.trends["database_bytes"] = float(sum(sizes.values()))
        return check

    def _measure(self, cr: Any, names: list[str]) -> None:
        """Measure the database whose size is the oldest, if it is too old."""
        now = time.monotonic()
        ages = {
            name: now - self._tried[name] if name in self._tried else _MAX_AGE
            for name in names
        }
        oldest = max(names, key=ages.__getitem__, default=None)
        if oldest is None or ages[oldest] < _MAX_AGE:
            return
        self._tried[oldest] = now  # also one that takes too long
        cr.execute(_SIZE, [oldest])
        if row := cr.fetchone():
            self._sizes[oldest] = row[0]
