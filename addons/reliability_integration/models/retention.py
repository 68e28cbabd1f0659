"""Retention of exchanges: days and number, from system parameters."""

from typing import NamedTuple

from odoo.addons.reliability.api import NumberParameter, read_parameter

DONE_DAYS = NumberParameter("reliability.exchange_days", 90, 3660)
FAILED_DAYS = NumberParameter("reliability.failed_exchange_days", 400, 3660)
MAX_EXCHANGES = NumberParameter("reliability.max_exchanges", 5_000_000, 100_000_000)
PARAMETERS = (DONE_DAYS, FAILED_DAYS, MAX_EXCHANGES)


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
    return Retention(*(read_parameter(env, each) for each in PARAMETERS))
