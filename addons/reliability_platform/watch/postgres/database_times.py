"""What each database takes of PostgreSQL: time of statements, and connections."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..problem import Check
from ..usage import CONNECTIONS, POSTGRES, Usage
from .part import Part

_HAS_ACTIVE_TIME = 140_000
"""The version of PostgreSQL since which it counts the time of statements."""
# A statement that runs is counted when its transaction ends: until then, its age.
_TIMES = """
    SELECT datname, coalesce(count, 0), active_time / 1000, coalesce(running, 0)
      FROM pg_stat_database LEFT JOIN (
           SELECT datid, count(*),
                  sum(extract(epoch FROM clock_timestamp() - query_start))
                      FILTER (WHERE state = 'active') AS running
             FROM pg_stat_activity
            WHERE pid <> pg_backend_pid()
              AND coalesce(backend_type, 'client backend') = 'client backend'
            GROUP BY 1) AS backends USING (datid)
     WHERE datname IS NOT NULL
"""
_CONNECTIONS = _TIMES.replace("active_time", "NULL::float")


class Times(NamedTuple):
    """The time of a database's statements since statistics were reset, in seconds.

    :ivar active: of those whose transactions have ended
    :ivar known: the largest sum of these and those that ran, at any reading
    """

    active: float
    known: float


class DatabaseTimes(Part):
    """Adds to the usage of databases; it finds no problem by itself.

    :param usage: gets it
    """

    def __init__(self, usage: Usage):
        self._usage = usage
        self._read: float | None = None
        self._times: dict[str, Times] = {}

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Add what was used since the last check."""
        is_known = cr.connection.server_version >= _HAS_ACTIVE_TIME
        cr.execute(_TIMES if is_known else _CONNECTIONS)
        rows = cr.fetchall()
        self._usage.retire([db for db, *_rest in rows])
        now, before = time.monotonic(), self._read
        self._read = now
        connections = {db: count for db, count, _active, _running in rows if count}
        times = {
            db: (active, float(running))
            for db, _count, active, running in rows
            if active is not None
        }
        taken, self._times = grown(self._times, times)
        if before is not None:
            elapsed = now - before
            used = {db: elapsed * count for db, count in connections.items()}
            self._usage.add(CONNECTIONS, now, elapsed, used)
            self._usage.add(POSTGRES, now, elapsed, taken)
        return Check()


def grown(
    before: Mapping[str, Times], times: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, float], dict[str, Times]]:
    """Return the seconds that statements have taken since a reading, and the new one.

    A statement that has ended while its transaction goes on is in neither number of
    PostgreSQL: no second counts twice, and one that is missing counts later.  Fewer
    seconds than before are a reset of the statistics.

    :param times: database → seconds of ended transactions, and of running statements
    :return: database → seconds, those without any left out; database → its times
    """
    taken, after = {}, {}
    for db, (active, running) in times.items():
        old = before.get(db)
        known = active + running
        if old and active >= old.active:
            known = max(known, old.known)
            if known > old.known:
                taken[db] = known - old.known
        after[db] = Times(active, known)
    return taken, after
