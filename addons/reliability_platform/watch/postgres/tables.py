"""The tables of one database: dead rows that stay, and what grows.

PostgreSQL's autovacuum vacuums a table when it has more dead rows than
``autovacuum_vacuum_threshold + autovacuum_vacuum_scale_factor * rows``; a table may
have its own values.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..problem import Check, Problem

_MIN_DEAD = 10_000
"""Dead rows that no table is reported for: they are vacuumed in milliseconds."""
_MAX_TABLES = 20
_DAY = 86_400.0
_MIN_GROWTH, _MAX_GROWTH = 3_600.0, 7 * _DAY
"""Seconds over which growth is measured, at least and at most."""

_SETTINGS = """
    SELECT current_setting('autovacuum')::bool, current_setting('track_counts')::bool
"""
# Whatever it is, no vacuum removes rows that died since it began.
_HOLDS_BACK = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                    WHERE datname = current_database()
                      AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
                      AND xact_start < now() - %s * interval '1 minute')
"""
# A table that was never analyzed has no pages yet, but rows: of 80 bytes, or more.
_TABLES = """
    SELECT pg_class.oid::int8,
           CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relname,
           greatest(relpages + coalesce((SELECT toast.relpages FROM pg_class AS toast
                                          WHERE toast.oid = pg_class.reltoastrelid), 0),
                    (pg_stat_get_live_tuples(pg_class.oid)
                     + pg_stat_get_dead_tuples(pg_class.oid)) / 100)::int8,
           pg_stat_get_live_tuples(pg_class.oid),
           pg_stat_get_dead_tuples(pg_class.oid),
           to_char(pg_stat_get_last_autovacuum_time(pg_class.oid) AT TIME ZONE 'UTC',
                   'YYYY-MM-DD HH24:MI:SS'),
           coalesce((option->>'autovacuum_enabled')::bool, true),
           coalesce(option->>'autovacuum_vacuum_threshold',
                    current_setting('autovacuum_vacuum_threshold'))::float
           + coalesce(option->>'autovacuum_vacuum_scale_factor',
                      current_setting('autovacuum_vacuum_scale_factor'))::float
             * greatest(reltuples, 0)
      FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
   LATERAL (SELECT json_object_agg(option_name, option_value) AS option
              FROM pg_options_to_table(reloptions)) AS options
     WHERE relkind IN ('r', 'm') AND relpersistence <> 't'
"""
# An upgrade that has locked a table, or waits for it, is not waited for.
_SIZES = """
    SELECT oid::int8, pg_total_relation_size(oid) FROM pg_class
     WHERE oid = ANY(%s::oid[])
       AND NOT EXISTS (SELECT FROM pg_locks WHERE relation = pg_class.oid
                          AND mode = 'AccessExclusiveLock')
"""


class Table(NamedTuple):
    """A table.

    :ivar pages: about, without indexes
    :ivar last_autovacuum: time in UTC, or ``None``
    :ivar has_autovacuum: it is not off for this table
    :ivar start: dead rows beyond which autovacuum vacuums it
    """

    number: int
    name: str
    pages: int
    live: int
    dead: int
    last_autovacuum: str | None
    has_autovacuum: bool
    start: float

    @property
    def is_due(self) -> bool:
        """Whether autovacuum should vacuum it."""
        return self.dead > max(_MIN_DEAD, self.start)


def check_tables(cr: Any, thresholds: Mapping[str, float], before: Check) -> Check:
    """Check the tables of the database of a cursor, once a minute.

    The facts are ``tables``, the largest 20: name, bytes, rows, dead rows, last
    autovacuum; ``growth``: name and bytes per day of those that grow, the fastest
    first; and what the next check needs: ``due`` and ``measured``.

    :param before: what the last check found, or an empty one
    """
    cr.execute(_SETTINGS)
    settings = dict(zip(("autovacuum", "track_counts"), cr.fetchone(), strict=True))
    off = [name for name, is_on in settings.items() if not is_on]
    cr.execute(_TABLES)
    tables = [Table(*row) for row in cr.fetchall()]
    cr.execute(_HOLDS_BACK, [thresholds["transaction_open"]])
    is_held_back = cr.fetchone()[0]
    due_before = set() if is_held_back else set(before.facts.get("due", ()))
    largest = sorted(tables, key=lambda table: table.pages, reverse=True)[:_MAX_TABLES]
    sizes = _sizes(cr, largest)
    now = time.time()
    measured = before.facts.get("measured")
    if not measured or now - measured["since"] > _MAX_GROWTH:
        measured = {"since": now, "bytes": {}}
    measured = {**measured, "bytes": sizes | measured["bytes"]}
    return Check(
        find_problems(off, tables, due_before, thresholds),
        facts={
            "tables": [
                [one.name, sizes.get(one.name), one.live, one.dead, one.last_autovacuum]
                for one in largest
            ],
            "growth": growth(sizes, measured["bytes"], now - measured["since"]),
            "due": [one.name for one in tables if one.is_due],
            "measured": measured,
        },
    )


def find_problems(
    off: Sequence[str],
    tables: Sequence[Table],
    due_before: set[str],
    thresholds: Mapping[str, float],
) -> list[Problem]:
    """Return ``vacuum_off`` and ``vacuum_behind``.

    Where autovacuum is off for all, the dead rows are a consequence.  Their numbers are
    ``dead_rows`` and ``live_rows`` of the worst table, their name is the ``table``; or
    the ``setting`` that is off for all.

    :param off: settings without which no table is vacuumed, and that are off
    :param due_before: the names of tables that should have been vacuumed since the
        last check: rows that just died are no problem yet.  None where a transaction
        is open for so long that it is the problem: no vacuum removes rows then
    """
    if off:
        return [Problem("vacuum_off", names={"setting": off[0]})]
    factor = thresholds["dead_rows"]
    beyond = [one for one in tables if one.is_due and one.dead > factor * one.start]
    without = [one for one in beyond if not one.has_autovacuum]
    behind = [one for one in beyond if one.has_autovacuum and one.name in due_before]
    return [
        *_of_the_worst("vacuum_off", without),
        *_of_the_worst("vacuum_behind", behind),
    ]


def growth(
    sizes: Mapping[str, int], before: Mapping[str, int], seconds: float
) -> list[list]:
    """Return the name and the bytes per day of each table that grows.

    :param before: sizes that many seconds ago
    """
    if seconds < _MIN_GROWTH:
        return []
    rates = {
        name: (size - before[name]) * _DAY / seconds
        for name, size in sizes.items()
        if size > before[name]
    }
    return [[name, rates[name]] for name in sorted(rates, key=rates.get, reverse=True)]


def _of_the_worst(code: str, tables: Sequence[Table]) -> list[Problem]:
    if not tables:
        return []
    worst = max(tables, key=lambda one: one.dead / max(1.0, one.start))
    numbers = {"dead_rows": worst.dead, "live_rows": worst.live}
    return [Problem(code, numbers=numbers, names={"table": worst.name})]


def _sizes(cr: Any, tables: Sequence[Table]) -> dict[str, int]:
    names = {one.number: one.name for one in tables}
    cr.execute(_SIZES, [list(names)])
    return {names[number]: size for number, size in cr.fetchall()}
