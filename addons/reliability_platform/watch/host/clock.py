"""The clock of a host against that of PostgreSQL, which all hosts share."""

import ctypes
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import HostPart

_TIME_ERROR = 5  # of <sys/timex.h>
_SIZE_OF_TIMEX = 1024  # more than any version of the structure has


class ClockOffset(NamedTuple):
    """By how much a clock is ahead.

    :ivar seconds: negative if it is behind
    :ivar error: how far the true offset may be from it, in seconds
    """

    seconds: float
    error: float


class Clock(HostPart):
    """Checks the clock of this host.

    :param offset: returns that of this host to PostgreSQL; ``None`` if it is unknown
    """

    def __init__(self, offset: Callable[[], ClockOffset | None] | None = None):
        self._offset = offset

    def check(self, cgroup, thresholds):
        offset, synchronized = self._offset and self._offset(), is_synchronized()
        facts = {
            "clock_offset_seconds": offset.seconds if offset else None,
            "clock_synchronized": synchronized,
        }
        if offset is None:
            return Check(facts=facts)
        return Check(
            find_clock_off(offset, synchronized, thresholds),
            {"clock_offset_seconds": offset.seconds},
            facts,
        )


def measure_offset(cr: Any) -> ClockOffset:
    """Return by how much our clock is ahead of PostgreSQL's.

    PostgreSQL reads its clock at some time between our two readings.

    :param cr: a cursor
    :raise psycopg2.Error: PostgreSQL does not answer
    """
    sent = time.time()
    cr.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
    seconds, received = cr.fetchone()[0], time.time()
    return ClockOffset((sent + received) / 2 - seconds, (received - sent) / 2)


def is_synchronized() -> bool | None:
    """Return whether the kernel knows of a program that sets its clock, such as chrony.

    :return: ``None`` if it is unknown; in a virtual machine or container, the host may
        set the clock although this is false
    """
    timex = ctypes.create_string_buffer(_SIZE_OF_TIMEX)  # modes = 0: only read
    state = ctypes.CDLL(None).adjtimex(timex)
    return None if state < 0 else state != _TIME_ERROR


def find_clock_off(offset: ClockOffset, synchronized, thresholds) -> list[Problem]:
    """Return the problem that the clock is certainly wrong, or PostgreSQL's is."""
    if 1000 * (abs(offset.seconds) - offset.error) < thresholds["clock_offset"]:
        return []
    numbers = {"seconds": offset.seconds}
    if synchronized is not None:
        numbers["synchronized"] = int(synchronized)
    return [Problem("clock_off", numbers=numbers)]
