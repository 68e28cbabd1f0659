"""Business documents since a moment: what production has, and a copy has not, is lost.

Plain Python; cursors are of psycopg2 or Odoo.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

MARGIN = timedelta(minutes=10)
"""So long before the newest heartbeat: a transaction that began before it may have been
committed after it."""
MAX_IDS = 10_000
"""Of one table in evidence; where there are more, it has none of that table."""
_EXISTS = "SELECT to_regclass(%s) IS NOT NULL"
_NAMES = """
    SELECT id, name FROM {table}
     WHERE state = %s AND {time} >= %s AND {time} <= %s
     ORDER BY id
"""


class _Kind(NamedTuple):
    """The state of documents that matter, and the column with its time."""

    state: str
    time: str


_KINDS = {
    "sale_order": _Kind("sale", "date_order"),
    "stock_picking": _Kind("done", "date_done"),
}
"""Table → when its documents were confirmed or done."""
TABLES = tuple(_KINDS)


def names(cursor, table: str, begin: datetime, end: datetime) -> dict[int, str]:
    """Return the documents that were confirmed or done in a period: id → name.

    :param table: one of :data:`TABLES`
    :param begin, end: both included, in UTC without a time zone
    """
    cursor.execute(_EXISTS, [table])
    if not cursor.fetchone()[0]:
        return {}
    kind = _KINDS[table]
    query = _NAMES.format(table=table, time=kind.time)
    cursor.execute(query, [kind.state, begin, end])
    return dict(cursor.fetchall())


def found(cursor, heartbeat: datetime) -> Iterator[tuple[str, datetime, list[int]]]:
    """Yield which documents a copy has, for evidence: table, since when, and ids.

    :param heartbeat: the newest one in the copy
    """
    since = heartbeat - MARGIN
    for table in TABLES:
        ids = list(names(cursor, table, since, datetime.max))
        if len(ids) <= MAX_IDS:
            yield table, since, ids
