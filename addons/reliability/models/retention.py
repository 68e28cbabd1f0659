"""Retention of rollups: the limits of Settings, and the deletion of old rows."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

MINUTE_ROLLUP_DAYS, HOUR_ROLLUP_DAYS, MAX_ROLLUP_ROWS = (
    "reliability.minute_rollup_days",
    "reliability.hour_rollup_days",
    "reliability.max_rollup_rows",
)
"""Keys of system parameters."""

DEFAULTS = {MINUTE_ROLLUP_DAYS: 8, HOUR_ROLLUP_DAYS: 400, MAX_ROLLUP_ROWS: 5_000_000}
LONGEST = {
    MINUTE_ROLLUP_DAYS: 3660,
    HOUR_ROLLUP_DAYS: 3660,
    MAX_ROLLUP_ROWS: 100_000_000,
}
_MINUTES_SINCE = "reliability.minutes_since"
AT_A_TIME = 5000


class Retention(NamedTuple):
    """The retention of rollups.

    :ivar minutes, hours: days, of rows by minute and of rows by hour
    :ivar rows: maximum number of rows of each table
    """

    minutes: int
    hours: int
    rows: int


def retention_of(env):
    """Return the retention of Settings, with defaults for invalid values.

    :rtype: Retention
    """
    return Retention(*numbers(env, DEFAULTS, LONGEST))


def oldest_to_keep(rows, days, max_rows):
    """Return the moment before which rows are to be deleted.

    :param rows: an empty recordset of a rollup model
    :param int days: older rows are deleted
    :param int max_rows: beyond this number, the oldest rows are deleted, too
    """
    # The database's time: a host with a wrong clock must not delete rows of all hosts.
    by_age = rows.env.cr.now() - timedelta(days=days)
    query = SQL(
        "SELECT start FROM %s ORDER BY start DESC OFFSET %s LIMIT 1",
        SQL.identifier(rows._table),
        max_rows,
    )
    found = rows.env.execute_query(query)
    # Some rows with this start are beyond the limit: all of them are deleted.
    return max([by_age, *(start + timedelta(seconds=1) for (start,) in found)])


def forget(rows, column, before):
    """Delete a batch of the oldest rows, for Odoo's autovacuum.

    Odoo commits after each batch, so that other transactions do not wait for long.

    :param column: the time of a row
    :return: the number of deleted rows, and whether there may be more
    """
    old = rows.sudo().search([(column, "<", before)], limit=AT_A_TIME, order=column)
    count = len(old)
    old.unlink()
    return count, count == AT_A_TIME


def minutes_complete_since(env):
    """Return the moment since which rows by minute are complete."""
    by_age = env.cr.now() - timedelta(days=retention_of(env).minutes)
    cut = env["ir.config_parameter"].sudo().get_param(_MINUTES_SINCE)
    return max(by_age, fields.Datetime.to_datetime(cut) or by_age)


def set_minutes_complete_since(env, before):
    """Store that rows by minute are complete only since ``before``.

    A longer retention in Settings does not restore deleted rows.
    """
    cut = fields.Datetime.to_string(before)
    env["ir.config_parameter"].sudo().set_param(_MINUTES_SINCE, cut)


def numbers(env, defaults, largest):
    """Yield the numbers of system parameters, in the order of ``defaults``.

    :param dict defaults: key → the number if the parameter is missing or invalid
    :param dict largest: key → the largest valid number
    """
    get_param = env["ir.config_parameter"].sudo().get_param
    for key, default in defaults.items():
        try:
            number = int(get_param(key))
        except (TypeError, ValueError):
            number = 0
        yield number if 0 < number <= largest[key] else default
