"""Time in tests: waiting for a condition, clocks that a test sets, and noon.

Plain Python, for tests with Odoo and without.
"""

import time
from collections.abc import Callable
from datetime import datetime

from hypothesis import HealthCheck, settings

LIMIT = 120.0
"""Seconds. No test depends on them, so they are more than a busy machine needs."""

settings.register_profile(
    "reliability", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("reliability")


def wait_until(condition: Callable, what: str, interval: float = 0.01):
    """Wait until a condition holds, and return what it returned.

    :param what: is waited for, to be named where it never comes
    :param interval: seconds between two looks, for conditions that cost something
    :raise AssertionError: it does not hold within :data:`LIMIT`
    """
    deadline = time.monotonic() + LIMIT
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {LIMIT:.0f} s in vain: {what}")
        time.sleep(interval)
    return found


class Clock:
    """Stands for the module ``time`` where code asks how much of it has passed.

    :ivar now: seconds, which pass when a test says so
    """

    def __init__(self, now: float = 1000.0):
        self.now = now

    def monotonic(self) -> float:
        """Return what the test says."""
        return self.now

    perf_counter = monotonic


def zone_of_noon(now: datetime) -> str:
    """Return a time zone in which the hour of noon is: midnight is far away there.

    :param now: in UTC
    """
    return f"Etc/GMT{now.hour - 12:+d}"
