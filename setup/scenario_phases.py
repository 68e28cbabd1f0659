"""When what happens in the demo's bad quarter of an hour.

The scenario is written by these numbers, and tests compare what is measured with them.
Durations are in minutes.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

SLOW, FAILING, RECOVERED = 7, 8, 25
"""How long each phase of the incident lasts."""
MINUTES_SINCE_START = {
    "slow": SLOW,
    "failing": SLOW + FAILING,
    "recovery": SLOW + FAILING + RECOVERED,
}
"""Current phase → how long ago the incident began."""
BAD = {
    "order_confirmation": (0, SLOW + FAILING // 2),
    "transfer_validation": (SLOW, SLOW + FAILING),
}
"""Affected operation → the first minute in which it is bad, and the first in which it
is not any more."""


class IncidentTimes(NamedTuple):
    """When something happened to the incident of a warehouse."""

    began: datetime
    detected: datetime
    restored: datetime


START = "demo.incident_start"
"""System parameter: when the incident began, in UTC."""
SLICE = timedelta(minutes=5)
"""In which budgets count calls; alerts hold for as long after the last bad calls."""


def incident_times(start: datetime) -> IncidentTimes:
    """Return the times of an incident that began at a whole minute.

    All confirmations are slow in its first minute: the evaluation at its end observes
    them, and the next one confirms it.  It is restored when the slice with the last
    failures is no longer one of the last five minutes.
    """
    recovery = start + timedelta(minutes=SLOW + FAILING)
    last_slice = recovery + (datetime.min - recovery) % SLICE
    return IncidentTimes(start, start + timedelta(minutes=2), last_slice + SLICE)
