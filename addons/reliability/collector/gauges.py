"""Reading the gauges of a database.

A gauge is a view whose name begins with ``reliability_gauge_``.  The rest of the name
is the metric's, after ``odoo_`` or, where another project has named the metric, after
another ``_``; its comment is the help text; its last column, ``value``, is the number,
and the others are labels.  So a gauge always fits the schema of its database, whatever
version of the code this host runs.
"""

import contextlib
from typing import Any

import psycopg2
from psycopg2 import sql

from odoo.addons.base.models.ir_cron import BASE_VERSION

from ..odoo_conf import settings
from ..telemetry.exposition import Gauge
from ..telemetry.masked_log import masked_logger
from .connection import OWNER_IS_TRUSTED, OutOfTime, transaction

_logger = masked_logger(__name__)

PREFIX = "reliability_gauge_"
FOREIGN = "_"
"""The rest of a name begins with it where another project has named the metric."""
_MAX_SAMPLES = 10_000
_MAX_LABEL = 100
_MAX_SECONDS = 5.0
_SECONDS_OF_A_LEASE = 60

_reported: set[tuple[str, str]] = set()


def has_lease(cr: Any, source: str) -> bool:
    """Take or renew the lease for reading the gauges of a database.

    One of several hosts reads them, else sums over hosts would count everything several
    times: the host that has the lease, until it has not renewed it for a minute.

    :param cr: a cursor of psycopg2
    :param source: a name that no other collector has
    :return: whether this host has the lease
    """
    cr.execute(
        "INSERT INTO public.reliability_lease AS lease (id, source, until)"
        " VALUES (1, %(source)s, now() AT TIME ZONE 'UTC' + %(time)s * interval '1 s')"
        " ON CONFLICT (id) DO UPDATE SET source = excluded.source,"
        " until = excluded.until WHERE lease.source = excluded.source"
        " OR lease.until < now() AT TIME ZONE 'UTC' RETURNING source",
        {"source": source, "time": _SECONDS_OF_A_LEASE},
    )
    return bool(cr.rowcount)


def return_lease(connection: Any, source: str) -> None:
    """Let another host read the gauges of a database at once.

    :param connection: of psycopg2
    """
    with transaction(connection) as cr:
        cr.execute("DELETE FROM public.reliability_lease WHERE source = %s", [source])


def read(connection: Any) -> list[Gauge]:
    """Return the gauges of a database, without those that fail or are not reached.

    Each is read in a transaction of its own: none holds a lock while another is read.

    :param connection: of psycopg2
    :raise psycopg2.Error: the connection is lost
    """
    with transaction(connection) as cr:
        found = views(cr)
    gauges = []
    with contextlib.suppress(OutOfTime):  # the next transaction raises it again
        for view, text in found:
            gauges.append(_read_alone(connection, view, text))
    return [gauge for gauge in gauges if gauge]


def views(cr: Any) -> list[tuple[str, str]]:
    """Return the views of gauges, each with its meaning."""
    cr.execute(
        "SELECT relname, coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class"
        " WHERE relkind = 'v' AND starts_with(relname, %s)"
        " AND relnamespace = 'public'::regnamespace"
        f" AND {OWNER_IS_TRUSTED.format(owner='relowner')} ORDER BY relname",
        [PREFIX],
    )
    return cr.fetchall()


def read_view(cr: Any, view: str, text: str) -> Gauge:
    """Return the gauge of one view.

    :raise psycopg2.Error, ValueError, TypeError: it cannot be read
    """
    cr.execute(
        "SELECT set_config('reliability.base_version', %s, true),"
        " set_config('reliability.tenancy', %s, true)",
        [BASE_VERSION, settings().tenancy],
    )
    query = sql.SQL("SELECT * FROM {} LIMIT %s").format(sql.Identifier("public", view))
    cr.execute(query, [_MAX_SAMPLES + 1])
    if cr.rowcount > _MAX_SAMPLES:  # a part of them would be a wrong number
        raise ValueError(f"it has more than {_MAX_SAMPLES} rows")
    names = tuple(column.name for column in cr.description)
    samples: dict[tuple[str, ...], float] = {}
    for *labels, value in cr.fetchall():
        values = tuple(str(label or "")[:_MAX_LABEL] for label in labels)
        samples[values] = samples.get(values, 0.0) + float(value or 0)
    name = view.removeprefix(PREFIX)
    name = name[1:] if name.startswith(FOREIGN) else f"odoo_{name}"
    return Gauge(name, text, names[:-1], list(samples.items()))


def _read_alone(connection: Any, view: str, text: str) -> Gauge | None:
    key = connection.info.dbname, view
    try:
        with transaction(connection, _MAX_SECONDS) as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            gauge = read_view(cr, view, text)
    except OutOfTime:
        raise
    except (psycopg2.Error, ValueError, TypeError) as error:
        if connection.closed:
            raise
        if key not in _reported:
            _reported.add(key)
            _logger.warning("%s of %s cannot be read: %s", view, key[0], error)
        return None
    _reported.discard(key)
    return gauge
