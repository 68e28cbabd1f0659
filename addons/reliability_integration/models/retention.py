"""How long exchanges are kept, as Settings say."""

from typing import NamedTuple

from odoo.addons.reliability.api import numbers

DONE_KEPT, FAILED_KEPT, MOST_EXCHANGES = (
    "reliability.exchanges_kept",
    "reliability.failed_exchanges_kept",
    "reliability.most_exchanges",
)
"""System parameters."""

DEFAULTS = {DONE_KEPT: 90, FAILED_KEPT: 400, MOST_EXCHANGES: 5_000_000}
LONGEST = {DONE_KEPT: 3660, FAILED_KEPT: 3660, MOST_EXCHANGES: 100_000_000}


class Retention(NamedTuple):
    """What is kept.

    :ivar done, failed: days, of exchanges that are settled, and of all others
    :ivar rows: how many exchanges at most
    """

    done: int
    failed: int
    rows: int


def retention_of(env):
    """Return what Settings say; a value that makes no sense is not used.

    :rtype: Kept
    """
    return Retention(*numbers(env, DEFAULTS, LONGEST))
