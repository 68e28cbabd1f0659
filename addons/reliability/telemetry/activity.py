"""Activities: the calls that the processes of this host are inside of.

PostgreSQL knows the process of a transaction by the name that Odoo gives its
connections.  The slot of the process has the calls that it is inside of.  A process
may have several threads: a transaction is attributed to a call only if no other call
can be the right one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .events import Series

OUTERMOST = ("http", "cron")
"""Families of the outermost call of a thread: each working thread has one."""
_PRIORITY = {"http": 0, "operation": 1}
"""How specific a family is: an operation says more than a route, and a scheduled action
or what an addon measures around it says more than an operation."""
_HIGHEST_PRIORITY = 2
_CLOCK_TOLERANCE = 1.0
"""Seconds: the ages of a call and of a transaction come from different clocks."""


class Activity(NamedTuple):
    """A call that a process is inside of.

    :ivar age: seconds since it began
    :ivar depth: number of measured calls around it
    """

    series: Series
    age: float
    depth: int


def named(activities: Sequence[Activity], db: str, age: float) -> Series | None:
    """Return the series that a transaction belongs to; ``None`` if it is ambiguous.

    :param activities: all that its process is inside of
    :param db: the database of the transaction
    :param age: seconds since the transaction began
    """
    outermost = [call for call in activities if call.series.family in OUTERMOST]
    old_enough = [call for call in outermost if call.age >= age - _CLOCK_TOLERANCE]
    if outermost and len(old_enough) != 1:
        return None  # the transaction is older than all calls, or of one of several
    if len(outermost) > 1:
        candidates = old_enough
    else:
        candidates = [call for call in activities if not call.depth]
    candidates = [call for call in candidates if call.series.db == db]
    return max(candidates, key=_specificity).series if candidates else None


def _specificity(call: Activity) -> tuple[int, float]:
    """Return the sort key of a call: its family first, then the newest one."""
    return _PRIORITY.get(call.series.family, _HIGHEST_PRIORITY), -call.age
