"""Retention of exchanges: days and number, from system parameters."""

from typing import NamedTuple

from odoo.addons.reliability.api import numbers

DONE_DAYS, FAILED_DAYS, MAX_EXCHANGES = (
    "reliability.exchange_days",
    "reliability.failed_exchange_days",
    "reliability.max_exchanges",
)
"""System parameters."""

DEFAULTS = {DONE_DAYS: 90, FAILED_DAYS: 400, MAX_EXCHANGES: 5_000_000}
MAX = {DONE_DAYS: 3660, FAILED_DAYS: 3660, MAX_EXCHANGES: 100_000_000}


class Retention(NamedTuple):
    """The retention of exchanges.

    :ivar done, failed: days, of finished exchanges, and of all others
    :ivar rows: maximum number of exchanges
    """

    done: int
    failed: int
    rows: int


def retention_of(env):
    """Return the retention of a database; the default replaces an invalid parameter.

    :rtype: Retention
    """
    return Retention(*numbers(env, DEFAULTS, MAX))
