"""The collector report: what each database is told at each poll.

A database cannot see a host.  The collector tells it which leases of slots have ended,
and so which workers, and which messages for the database wait in the outbox.  Where
there is no report, or only an old one, nothing is known of the host.
"""

from typing import Any

from psycopg2.extras import Json

from .connection import transaction
from .outbox import Waiting

TABLE = "reliability_collector_report"
_REPORT = f"""
    INSERT INTO public.{TABLE} AS old
        (source, host, reported, ended_leases, waiting, refused, refusal)
    VALUES (%s, %s, now() AT TIME ZONE 'UTC', %s, %s, %s, %s)
    ON CONFLICT (source) DO UPDATE SET
        host = excluded.host, reported = excluded.reported,
        ended_leases = excluded.ended_leases, waiting = excluded.waiting,
        refused = excluded.refused, refusal = excluded.refusal
"""


def send(
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
        cr.execute(_REPORT, [*values, waiting.refused, waiting.refusal])
