"""Connections: how many are used, how many are left, and whose they are."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import Part

_MAX_GROUPS = 10

# ``reserved_connections`` is of PostgreSQL 16.
_LIMIT = """
    SELECT current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true), '0')::int
"""
# Each process of Odoo has its number in its program's name.  The type of a session of
# another role is not visible without ``pg_monitor``.
_GROUPS = """
    SELECT datname, regexp_replace(coalesce(application_name, ''), '-[0-9]+$', ''),
           count(*), count(*) FILTER (WHERE state = 'idle')
      FROM pg_stat_activity
     WHERE datid IS NOT NULL
       AND coalesce(backend_type, 'client backend') = 'client backend'
     GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


class Group(NamedTuple):
    """Connections of one program to one database.

    :ivar count, idle: number of connections, and of those outside of a transaction
    """

    database: str
    program: str
    count: int
    idle: int


class Connections(Part):
    """Compares the connections with the number that a role like Odoo's may make."""

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Count them by database and program."""
        cr.execute(_LIMIT)
        (limit,) = cr.fetchone()
        cr.execute(_GROUPS)
        groups = [Group(*row) for row in cr.fetchall()]
        used = sum(group.count for group in groups)
        return Check(
            find(groups, limit, thresholds["connections_used"]),
            {"connections": used, "connections_left": max(0, limit - used)},
            {"connections": [group._asdict() for group in groups[:_MAX_GROUPS]]},
        )


def find(groups: list[Group], limit: int, threshold: float) -> list[Problem]:
    """Return the problem that few connections are left, or none.

    :param groups: the largest first
    :param limit: number of connections that roles like Odoo's may make together
    :param threshold: share of it, in percent
    """
    used = sum(group.count for group in groups)
    if not groups or used < limit * threshold / 100:
        return []
    first = groups[0]
    code = "connections_short" if used < limit else "connections_used_up"
    numbers = {"used": used, "limit": limit, "largest": first.count, "idle": first.idle}
    names = {"database": first.database, "program": first.program}
    return [Problem(code, numbers=numbers, names=names)]
