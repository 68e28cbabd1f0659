"""The tables of the operator database: thresholds are read, trends are stored."""

from collections.abc import Iterable
from typing import Any

from odoo.addons.reliability.api import connected, transaction

from ..operator_database import operator_database
from ..watch.thresholds import DEFAULTS

_MAX_SECONDS = 5.0
_HAS_TABLES = """
    SELECT to_regclass('public.reliability_platform_threshold') IS NOT NULL
       AND to_regclass('public.reliability_platform_sample') IS NOT NULL
"""
_THRESHOLDS = """
    SELECT code, value
      FROM public.reliability_platform_threshold
     WHERE value IS NOT NULL
"""
_TRENDS = """
    INSERT INTO public.reliability_platform_sample
           (kind, subject, metric, minute, value)
    SELECT kind, subject, metric, date_trunc('minute', now() AT TIME ZONE 'UTC'), value
      FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[], %s::float8[])
           AS trend (kind, subject, metric, value)
    ON CONFLICT (kind, subject, metric, minute) DO NOTHING
"""


def has_tables(cr: Any) -> bool:
    """Return whether the database has them: not until the addon is upgraded."""
    cr.execute(_HAS_TABLES)
    return cr.fetchone()[0]


def read_thresholds(cr: Any) -> dict[str, float]:
    """Return the code of each threshold → its value."""
    cr.execute(_THRESHOLDS)
    return {**DEFAULTS, **{code: value for code, value in cr if code in DEFAULTS}}


def ask_thresholds() -> dict[str, float]:
    """Return the thresholds, by a connection of its own to the operator database.

    :raise psycopg2.Error: it cannot be reached
    """
    if not (db := operator_database()):
        return DEFAULTS
    with connected(db, _MAX_SECONDS) as connection, transaction(connection) as cr:
        return read_thresholds(cr) if has_tables(cr) else DEFAULTS


def store_trends(cr: Any, trends: Iterable[tuple[str, str, str, float]]) -> None:
    """Store numbers for the present minute, unless it has them already.

    :param trends: kind, subject, metric and value of each
    """
    if columns := list(zip(*trends, strict=True)):
        cr.execute(_TRENDS, [list(column) for column in columns])
