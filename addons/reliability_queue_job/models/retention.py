"""Retention of job attempts, from Settings; queue_job deletes its jobs earlier."""

from typing import NamedTuple

from odoo.addons.reliability.api import numbers

ATTEMPT_DAYS = "reliability.job_attempt_days"
MAX_ATTEMPTS = "reliability.max_job_attempts"
"""System parameters."""

DEFAULTS = {ATTEMPT_DAYS: 90, MAX_ATTEMPTS: 5_000_000}
MAX_VALUES = {ATTEMPT_DAYS: 3660, MAX_ATTEMPTS: 100_000_000}


class Retention(NamedTuple):
    """How long and how many job attempts are stored.

    :ivar days: maximal age
    :ivar rows: maximal number
    """

    days: int
    rows: int


def retention_of(env):
    """Return the retention from Settings; invalid values are replaced by defaults.

    :rtype: Retention
    """
    return Retention(*numbers(env, DEFAULTS, MAX_VALUES))
