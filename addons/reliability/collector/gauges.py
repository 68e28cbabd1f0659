"""Reading what a database says of itself: how much waits, what is late, who is who.

An addon tells a fact by a view, whose name begins with ``reliability_gauge_``.  The rest
of the name is the metric's, after ``odoo_`` or, where others have named it, after
another ``_``; its comment says what it means; its last column, ``value``, is the
number, and the others are labels.  So what is told always fits the schema that it is
told of, whatever code this host runs.
"""

import logging
from typing import Any

import psycopg2
from psycopg2 import sql

from odoo.addons.base.models.ir_cron import BASE_VERSION

from ..telemetry.exposition import Gauge
from .connection import MADE_BY_US, transaction

_logger = logging.getLogger(__name__)

PREFIX = "reliability_gauge_"
FOREIGN = "_"
"""What the rest of a name begins with where others have named the metric."""
_MOST_SAMPLES = 1000
_LONGEST_LABEL = 100
_PATIENCE = "5s"
_SECONDS_OF_LEADING = 60

_reported: set[tuple[str, str]] = set()


def leads(cr: Any, source: str) -> bool:
    """Say whether this host is the one that tells what a database says of itself.

    Of several hosts one does, or sums over hosts would tell everything several times.
    It is the one that asked last, until it has not asked for a minute.

    :param cr: a cursor of psycopg2
    :param source: a name that no other collector has
    """
    cr.execute(
        "INSERT INTO reliability_gauge_lease AS leader (id, source, until)"
        " VALUES (1, %(source)s, now() AT TIME ZONE 'UTC' + %(time)s * interval '1 s')"
        " ON CONFLICT (id) DO UPDATE SET source = excluded.source,"
        " until = excluded.until WHERE leader.source = excluded.source"
        " OR leader.until < now() AT TIME ZONE 'UTC' RETURNING source",
        {"source": source, "time": _SECONDS_OF_LEADING},
    )
    return bool(cr.rowcount)


def read(connection: Any) -> list[Gauge]:
    """Return what a database says of itself; what it cannot tell is left out.

    Each fact has a transaction of its own: none holds a lock while another is read.

    :param connection: of psycopg2
    :raise psycopg2.Error: the connection is lost
    """
    with transaction(connection) as cr:
        found = views(cr)
    facts = (_alone(connection, view, text) for view, text in found)
    return [fact for fact in facts if fact]


def views(cr: Any) -> list[tuple[str, str]]:
    """Return the views that tell facts, each with what it means."""
    cr.execute(
        "SELECT relname, coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class"
        " WHERE relkind = 'v' AND starts_with(relname, %s) AND pg_table_is_visible(oid)"
        f" AND {MADE_BY_US.format(owner='relowner')} ORDER BY relname",
        [PREFIX],
    )
    return cr.fetchall()


def tell(cr: Any, view: str, text: str) -> Gauge:
    """Return what one view tells.

    :raise psycopg2.Error, ValueError, TypeError: it tells nothing
    """
    cr.execute(
        "SELECT set_config('statement_timeout', %s, true),"
        " set_config('reliability.base_version', %s, true)",
        [_PATIENCE, BASE_VERSION],
    )
    query = sql.SQL("SELECT * FROM {} LIMIT %s").format(sql.Identifier(view))
    cr.execute(query, [_MOST_SAMPLES])
    names = tuple(column.name for column in cr.description)
    samples: dict[tuple[str, ...], float] = {}
    for *labels, value in cr.fetchall():
        values = tuple(str(label or "")[:_LONGEST_LABEL] for label in labels)
        samples[values] = samples.get(values, 0.0) + float(value or 0)
    name = view.removeprefix(PREFIX)
    name = name[1:] if name.startswith(FOREIGN) else f"odoo_{name}"
    return Gauge(name, text, names[:-1], list(samples.items()))


def _alone(connection: Any, view: str, text: str) -> Gauge | None:
    key = connection.info.dbname, view
    try:
        with transaction(connection) as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            fact = tell(cr, view, text)
    except (psycopg2.Error, ValueError, TypeError) as error:
        if connection.closed:
            raise
        if key not in _reported:
            _reported.add(key)
            _logger.warning("%s of %s cannot be read: %s", view, key[0], error)
        return None
    _reported.discard(key)
    return fact
