"""Retention of job attempts, from Settings; queue_job deletes its jobs earlier."""

from typing import NamedTuple

from odoo.addons.reliability.api import NumberParameter, read_parameter

ATTEMPT_DAYS = NumberParameter("reliability.job_attempt_days", 90, 3660)
MAX_ATTEMPTS = NumberParameter("reliability.max_job_attempts", 5_000_000, 100_000_000)
PARAMETERS = (ATTEMPT_DAYS, MAX_ATTEMPTS)


class Retention(NamedTuple):
    """How long and how many job attempts are stored.

    :ivar days: maximum age
    :ivar rows: maximum number
    """

    days: int
    rows: int


def retention_of(env):
    """Return the retention from Settings; the default replaces an invalid parameter.

    :rtype: Retention
    """
    return Retention(*(read_parameter(env, each) for each in PARAMETERS))
