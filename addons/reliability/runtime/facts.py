"""Reading what a database says of itself: how much waits, what is late, who is who.

An addon tells a fact by a view, whose name begins with ``reliability_fact_``.  The rest
of the name is the metric's, after ``odoo_``; its comment says what it means; its last
column, ``value``, is the number, and the others are labels.  So what is told always
fits the schema that it is told of, whatever code this host runs.
"""

import logging
from typing import Any

import psycopg2
from psycopg2 import sql

from odoo.addons.base.models.ir_cron import BASE_VERSION

from ..telemetry.exposition import Fact

_logger = logging.getLogger(__name__)

PREFIX = "reliability_fact_"
_MOST_SAMPLES = 1000
_LONGEST_LABEL = 100
_PATIENCE = "5s"
_READ_ONLY = "SET TRANSACTION READ ONLY;"
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
        "INSERT INTO reliability_leader AS leader (id, source, until)"
        " VALUES (1, %(source)s, now() AT TIME ZONE 'UTC' + %(time)s * interval '1 s')"
        " ON CONFLICT (id) DO UPDATE SET source = excluded.source,"
        " until = excluded.until WHERE leader.source = excluded.source"
        " OR leader.until < now() AT TIME ZONE 'UTC' RETURNING source",
        {"source": source, "time": _SECONDS_OF_LEADING},
    )
    return bool(cr.rowcount)


def read(cr: Any) -> list[Fact]:
    """Return what a database says of itself; what it cannot tell is left out.

    :param cr: a cursor of psycopg2
    """
    cr.execute(
        f"{_READ_ONLY} SELECT set_config('statement_timeout', %s, true),"
        " set_config('reliability.base_version', %s, true)",
        [_PATIENCE, BASE_VERSION],
    )
    cr.execute(
        "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
        " WHERE relkind = 'v' AND starts_with(relname, %s) AND pg_table_is_visible(oid)"
        " ORDER BY relname",
        [PREFIX],
    )
    found = (_read(cr, view, text or "") for view, text in cr.fetchall())
    return [fact for fact in found if fact]


def _read(cr: Any, view: str, text: str) -> Fact | None:
    cr.execute("SAVEPOINT fact")
    try:
        query = sql.SQL("SELECT * FROM {} LIMIT %s").format(sql.Identifier(view))
        cr.execute(query, [_MOST_SAMPLES])
    except psycopg2.OperationalError:
        if cr.connection.closed:
            raise
        return _left_out(cr, view)
    except psycopg2.Error:
        return _left_out(cr, view)
    names = tuple(column.name for column in cr.description)
    samples: dict[tuple[str, ...], float] = {}
    for *labels, value in cr.fetchall():
        values = tuple(str(label or "")[:_LONGEST_LABEL] for label in labels)
        samples[values] = samples.get(values, 0.0) + float(value or 0)
    name = f"odoo_{view.removeprefix(PREFIX)}"
    return Fact(name, text, names[:-1], list(samples.items()))


def _left_out(cr: Any, view: str) -> None:
    db = cr.connection.info.dbname
    if (db, view) not in _reported:
        _reported.add((db, view))
        _logger.warning("%s of %s cannot be read", view, db, exc_info=True)
    cr.execute("ROLLBACK TO SAVEPOINT fact")
