"""How long tries of jobs are kept, as Settings say: beyond queue_job's own purge."""

from typing import NamedTuple

from odoo.addons.reliability.api import numbers

DAYS_KEPT, MOST_ATTEMPTS = (
    "reliability.job_attempts_kept",
    "reliability.most_job_attempts",
)
"""System parameters."""

DEFAULTS = {DAYS_KEPT: 90, MOST_ATTEMPTS: 5_000_000}
LONGEST = {DAYS_KEPT: 3660, MOST_ATTEMPTS: 100_000_000}


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
    return Retention(*numbers(env, DEFAULTS, LONGEST))
