"""Retention: how long and how many rows are stored, and the deletion of others."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL


class RetentionParameter(NamedTuple):
    """A system parameter with a positive number.

    :ivar key: of the system parameter
    :ivar default: replaces a missing or invalid value
    :ivar maximum: the largest valid number
    """

    key: str
    default: int
    maximum: int


MINUTE_ROLLUP_DAYS = RetentionParameter("reliability.minute_rollup_days", 8, 3660)
HOUR_ROLLUP_DAYS = RetentionParameter("reliability.hour_rollup_days", 400, 3660)
MAX_ROLLUP_ROWS = RetentionParameter(
    "reliability.max_rollup_rows", 5_000_000, 100_000_000
)
_MINUTES_SINCE = "reliability.minutes_since"
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
        *read_parameters(env, (MINUTE_ROLLUP_DAYS, HOUR_ROLLUP_DAYS, MAX_ROLLUP_ROWS))
    )


def read_parameters(env, parameters):
    """Yield the numbers in system parameters; the default replaces an invalid one.

    :param parameters: each a `RetentionParameter`
    """
    get_param = env["ir.config_parameter"].sudo().get_param
    for parameter in parameters:
        try:
            number = int(get_param(parameter.key))
        except (TypeError, ValueError):
            number = 0
        yield number if 0 < number <= parameter.maximum else parameter.default


def check_parameters(settings, parameters):
    """Check the values of fields that are stored in system parameters.

    :param settings: a record of ``res.config.settings``
    :param dict parameters: name of a field → its `RetentionParameter`
    :raise UserError: a value is out of range
    """
    for name, parameter in parameters.items():
        if not 0 < settings[name] <= parameter.maximum:
            raise UserError(
                settings.env._(
                    "%(field)s must be a number from 1 to %(maximum)s.",
                    field=settings._fields[name].string,
                    maximum=parameter.maximum,
                )
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


def delete_oldest(rows, column, before):
    """Delete a batch of the oldest rows, in an ``@api.autovacuum`` method.

    Odoo commits each batch and calls the method again, so that no other transaction
    waits for long.

    :param column: with the age of a row
    :return: the number of deleted rows, and whether there are more
    """
    old = rows.sudo().search([(column, "<", before)], limit=BATCH_SIZE, order=column)
    count = len(old)
    old.unlink()
    return count, count == BATCH_SIZE


def minutes_complete_since(env):
    """Return the moment since which rollups by minute are complete."""
    by_age = env.cr.now() - timedelta(days=retention_of(env).minutes)
    since = env["ir.config_parameter"].sudo().get_param(_MINUTES_SINCE)
    return max(by_age, fields.Datetime.to_datetime(since) or by_age)


def set_minutes_complete_since(env, since):
    """Store the moment since which rollups by minute are complete.

    A longer retention later does not restore those that were deleted.
    """
    text = fields.Datetime.to_string(since)
    env["ir.config_parameter"].sudo().set_param(_MINUTES_SINCE, text)
