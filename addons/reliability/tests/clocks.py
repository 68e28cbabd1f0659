"""Time in tests: waiting for a condition, a clock that a test sets, and noon.

Plain Python, for tests with Odoo and without.
"""

import time
from collections.abc import Callable
from datetime import datetime

LIMIT = 120.0
"""Seconds: more than a busy machine needs.  No result of a test depends on it."""


def wait_until(condition: Callable, what: str, interval: float = 0.01):
    """Wait until a condition is true, and return its value.

    :param what: the thing that is waited for, for the error
    :param interval: seconds between two checks
    :raise AssertionError: the condition is not true within :data:`LIMIT`
    """
    deadline = time.monotonic() + LIMIT
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {LIMIT:.0f} s in vain: {what}")
        time.sleep(interval)
    return found


class Clock:
    """A replacement of the module ``time``, whose clock a test sets.

    :ivar now: seconds
    """

    def __init__(self, now: float = 1000.0):
        self.now = now

    def monotonic(self) -> float:
        """Return :attr:`now`."""
        return self.now

    perf_counter = monotonic


def zone_of_noon(now: datetime) -> str:
    """Return a time zone in which it is noon now: midnight is far away there.

    :param now: in UTC
    """
    return f"Etc/GMT{now.hour - 12:+d}"
