"""How long tries of jobs are kept, as Settings say: beyond queue_job's own purge."""

from typing import NamedTuple

from odoo.addons.reliability.api import numbers

ATTEMPT_DAYS, MAX_ATTEMPTS = (
    "reliability.reliability_job_attempt_days",
    "reliability.reliability_max_job_attempts",
)
"""System parameters."""

DEFAULTS = {ATTEMPT_DAYS: 90, MAX_ATTEMPTS: 5_000_000}
MAX_VALUES = {ATTEMPT_DAYS: 3660, MAX_ATTEMPTS: 100_000_000}


class Retention(NamedTuple):
    """What is kept.

    :ivar days: of tries
    :ivar rows: how many tries at most
    """

    days: int
    rows: int


def retention_of(env):
    """Return what Settings say; a value that makes no sense is not used.

    :rtype: Kept
    """
    return Retention(*numbers(env, DEFAULTS, MAX_VALUES))
