"""The collector report: what a collector tells each database at each poll.

The database cannot see a host.  It is told by which leases of slots the workers of the
host have ended, and which messages for it wait in the outbox.  Both are told whenever
it is polled, so a report that is missing or old means: nothing is known.
"""

from typing import Any

from psycopg2.extras import Json

from .connection import transaction
from .outbox import Waiting

TABLE = "reliability_collector_report"
_TELL = f"""
    INSERT INTO {TABLE} AS old
        (source, host, told, ended_leases, waiting, refused, refusal)
    VALUES (%s, %s, now() AT TIME ZONE 'UTC', %s, %s, %s, %s)
    ON CONFLICT (source) DO UPDATE SET
        host = excluded.host, told = excluded.told,
        ended_leases = excluded.ended_leases, waiting = excluded.waiting,
        refused = excluded.refused, refusal = excluded.refusal
"""


def tell(
    connection: Any,
    source: str,
    host: str,
    ended_leases: dict[str, int],
    waiting: Waiting,
) -> None:
    """Replace the report of this collector in a database.

    :param connection: to the database, of psycopg2
    :param source: the unique name of the collector
    :param host: the name of its host
    :param ended_leases: see :meth:`.collector.Collector.ended_leases`
    :raise psycopg2.Error: it cannot be written now
    """
    values = [source, host, Json(ended_leases), Json(waiting.names)]
    with transaction(connection) as cr:
        cr.execute(_TELL, [*values, waiting.refused, waiting.refusal])
