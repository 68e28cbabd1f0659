"""Transactions that are open for too long, and what they hold back.

PostgreSQL cannot remove a row version that an open transaction may still read.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import Part

_MAX_ROWS = 10

# A vacuum holds nothing back, however long it runs; and who waits for a standby has
# committed.
_OPEN = """
    SELECT datname, coalesce(application_name, ''), state LIKE 'idle%%', false,
           extract(epoch FROM clock_timestamp() - xact_start)::float,
           coalesce(greatest(age(backend_xmin), age(backend_xid)), 0)
      FROM pg_stat_activity AS session
     WHERE backend_type = 'client backend' AND xact_start < clock_timestamp() - %(open)s
       AND wait_event IS DISTINCT FROM 'SyncRep' AND pid <> pg_backend_pid()
       AND NOT EXISTS (
           SELECT FROM pg_stat_progress_vacuum AS vacuum
            WHERE vacuum.pid = session.pid)
     UNION ALL
    SELECT database, gid, false, true,
           extract(epoch FROM clock_timestamp() - prepared)::float, age(transaction)
      FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - %(open)s
     ORDER BY 5 DESC
"""


class OpenTransaction(NamedTuple):
    """A transaction that is open for too long.

    :ivar program: of the session; of a prepared transaction its identifier
    :ivar idle: whether its session does nothing
    :ivar prepared: whether it is one of a two-phase commit, without a session
    :ivar seconds: since its begin
    :ivar held_back: number of transactions since the oldest one that it may still read
    """

    database: str
    program: str
    idle: bool
    prepared: bool
    seconds: float
    held_back: int


class Transactions(Part):
    """Finds the transaction that is open for longest."""

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """List those beyond the threshold."""
        minutes = thresholds["transaction_open"]
        cr.execute(
            _OPEN.replace("%(open)s", "make_interval(secs => %(seconds)s)"),
            {"seconds": 60 * minutes},
        )
        found = [OpenTransaction(*row) for row in cr.fetchall()]
        rows = [one._asdict() for one in found[:_MAX_ROWS]]
        return Check(find(found), facts={"transactions": rows})


def find(found: list[OpenTransaction]) -> list[Problem]:
    """Return the problem of the transaction that is open for longest, or none.

    :param found: those beyond the threshold, the longest first
    """
    if not found:
        return []
    first = found[0]
    numbers = {
        "transactions": len(found),
        "held_back": max(one.held_back for one in found),
        "idle": int(first.idle),
        "prepared": int(first.prepared),
    }
    names = {"database": first.database, "program": first.program}
    return [Problem("transaction_open", "", numbers, names, first.seconds)]
