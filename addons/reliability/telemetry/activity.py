"""What processes of this host are inside of, and which of it a transaction is.

PostgreSQL knows the process that a transaction belongs to, by the name that Odoo gives
its connections.  What the process does is in its slot.  A process may do several things
at a time, on threads; then only what can be meant alone is named.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .events import Series

_OUTERMOST = ("http", "cron")
"""Families of which a process has one for each thread that works."""
_TELLING = {"http": 0, "operation": 1}
"""How much a family says of what goes on: a route says less than an operation, and this
less than the scheduled action or the job that it is a part of."""
_SLACK = 1.0
"""Seconds: a clock was read here, and another one in the database."""


class Activity(NamedTuple):
    """A call that a process is inside of.

    :ivar age: for how many seconds
    :ivar depth: 0 where no other measured call is around it
    """

    series: Series
    age: float
    depth: int


def named(doing: Sequence[Activity], db: str, age: float) -> Series | None:
    """Return what a transaction belongs to; ``None`` where that is not certain.

    :param doing: all that its process is inside of
    :param db: the database of the transaction
    :param age: for how many seconds it has been open
    """
    threads = [of for of in doing if of.series.family in _OUTERMOST]
    around = [of for of in threads if of.age >= age - _SLACK]
    if threads and len(around) != 1:
        return None  # it is left over from before, or of one of several
    if len(threads) > 1:
        inside = around
    else:
        inside = [of for of in doing if not of.depth]
    inside = [of for of in inside if of.series.db == db]
    return max(inside, key=_how_telling).series if inside else None


def _how_telling(of: Activity) -> tuple[int, float]:
    """Return what calls around a transaction are compared by: the last one is next."""
    return _TELLING.get(of.series.family, 2), -of.age
