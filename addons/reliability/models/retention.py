"""Retention: how long and how many rows are stored, and the deletion of others."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

from ..telemetry.parameters import MomentParameter, NumberParameter
from .parameters import read_parameter

MINUTE_ROLLUP_DAYS = NumberParameter("reliability.minute_rollup_days", 8, 3660)
HOUR_ROLLUP_DAYS = NumberParameter("reliability.hour_rollup_days", 400, 3660)
MAX_ROLLUP_ROWS = NumberParameter(
    "reliability.max_rollup_rows", 5_000_000, 100_000_000, minimum=10_000
)
_MINUTES_SINCE = MomentParameter("reliability.minutes_since")
BATCH_SIZE = 5000


class Retention(NamedTuple):
    """The retention of rollups.

    :ivar minutes, hours: days, of rows by minute and of rows by hour
    :ivar rows: maximum number of each
    """

    minutes: int
    hours: int
    rows: int


def retention_of(env):
    """Return the retention of rollups.

    :rtype: Retention
    """
    return Retention(
        minutes=read_parameter(env, MINUTE_ROLLUP_DAYS),
        hours=read_parameter(env, HOUR_ROLLUP_DAYS),
        rows=read_parameter(env, MAX_ROLLUP_ROWS),
    )


def oldest_to_keep(rows, days, max_rows):
    """Return the moment before which rollups are deleted.

    :param rows: a model of rollups
    :param int days: maximum age
    :param int max_rows: maximum number, beyond which the oldest are deleted
    """
    # By the database's time: a host whose clock is wrong must not delete rollups.
    by_age = rows.env.cr.now() - timedelta(days=days)
    query = SQL(
        "SELECT start FROM %s ORDER BY start DESC OFFSET %s LIMIT 1",
        SQL.identifier(rows._table),
        max_rows,
    )
    surplus = rows.env.execute_query(query)
    # Other rows with the start of the newest surplus row are surplus, too.
    return max([by_age, *(start + timedelta(seconds=1) for (start,) in surplus)])


def delete_oldest(rows, column, before, domain=()):
    """Delete a batch of the oldest rows, in an ``@api.autovacuum`` method.

    Odoo commits each batch and calls the method again, so that no other transaction
    waits for long.

    :param column: with the age of a row
    :param domain: rows that may be deleted; all if empty
    :return: the number of deleted rows, and whether there are more
    """
    old = rows.sudo().search(
        [(column, "<", before), *domain], limit=BATCH_SIZE, order=column
    )
    count = len(old)
    old.unlink()
    return count, count == BATCH_SIZE


def minutes_complete_since(env):
    """Return the moment since which rollups by minute are complete."""
    by_age = env.cr.now() - timedelta(days=retention_of(env).minutes)
    return max(by_age, read_parameter(env, _MINUTES_SINCE) or by_age)


def set_minutes_complete_since(env, since):
    """Store the moment since which rollups by minute are complete.

    A longer retention later does not restore those that were deleted.
    """
    text = fields.Datetime.to_string(since)
    env["ir.config_parameter"].sudo().set_param(_MINUTES_SINCE.key, text)
