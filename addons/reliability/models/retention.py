"""How long what was measured is kept, as Settings say, and forgetting the rest."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

MINUTE_ROLLUP_DAYS, HOUR_ROLLUP_DAYS, MAX_ROLLUP_ROWS = (
    "reliability.minute_rollup_days",
    "reliability.hour_rollup_days",
    "reliability.max_rollup_rows",
)
"""System parameters."""

DEFAULTS = {MINUTE_ROLLUP_DAYS: 8, HOUR_ROLLUP_DAYS: 400, MAX_ROLLUP_ROWS: 5_000_000}
LONGEST = {
    MINUTE_ROLLUP_DAYS: 3660,
    HOUR_ROLLUP_DAYS: 3660,
    MAX_ROLLUP_ROWS: 100_000_000,
}
_MINUTES_SINCE = "reliability.minutes_since"
AT_A_TIME = 5000


class Retention(NamedTuple):
    """What is kept.

    :ivar minutes, hours: days, of rows by minute and of rows by hour
    :ivar rows: how many of each
    """

    minutes: int
    hours: int
    rows: int


def retention_of(env):
    """Return what Settings say; a value that makes no sense is not used.

    :rtype: Kept
    """
    return Retention(*numbers(env, DEFAULTS, LONGEST))


def oldest_to_keep(rows, days, most):
    """Return the moment before which rows are to be deleted.

    :param rows: a model of rollups
    :param int days: older rows are deleted
    :param int most: of more rows than these, the oldest are deleted, too
    """
    # The database's time: one host whose clock is wrong must not delete what all told.
    of_age = rows.env.cr.now() - timedelta(days=days)
    query = SQL(
        "SELECT start FROM %s ORDER BY start DESC OFFSET %s LIMIT 1",
        SQL.identifier(rows._table),
        most,
    )
    found = rows.env.execute_query(query)
    # Of the rows of that very moment, some are beyond the limit.
    return max([of_age, *(start + timedelta(seconds=1) for (start,) in found)])


def forget(rows, column, before):
    """Delete a few of the oldest rows, for Odoo's nightly cleaning.

    A few at a time, each time in a transaction of its own: nobody waits for it.

    :param column: which says how old a row is
    :return: how many were deleted, and whether there are more
    """
    old = rows.sudo().search([(column, "<", before)], limit=AT_A_TIME, order=column)
    count = len(old)
    old.unlink()
    return count, count == AT_A_TIME


def minutes_complete_since(env):
    """Return the moment since which rows by minute are complete."""
    of_age = env.cr.now() - timedelta(days=retention_of(env).minutes)
    cut = env["ir.config_parameter"].sudo().get_param(_MINUTES_SINCE)
    return max(of_age, fields.Datetime.to_datetime(cut) or of_age)


def note_minutes_cut(env, before):
    """Note that rows by minute are complete only since ``before``.

    Somebody may keep them for longer from tomorrow on, which brings none back.
    """
    cut = fields.Datetime.to_string(before)
    env["ir.config_parameter"].sudo().set_param(_MINUTES_SINCE, cut)


def numbers(env, defaults, largest):
    """Yield the numbers that system parameters hold, in the order of ``defaults``.

    :param dict defaults: key → the number where the parameter makes no sense
    :param dict largest: key → the largest number that does
    """
    get_param = env["ir.config_parameter"].sudo().get_param
    for key, default in defaults.items():
        try:
            number = int(get_param(key))
        except (TypeError, ValueError):
            number = 0
        yield number if 0 < number <= largest[key] else default
