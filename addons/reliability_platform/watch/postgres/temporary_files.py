"""Temporary files: how much the queries of each database write beside memory."""

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import Part

_MINUTE = 60.0
_MEGABYTE = 2**20
_BYTES = "SELECT datname, temp_bytes FROM pg_stat_database WHERE datname IS NOT NULL"


class Sample(NamedTuple):
    """What has been written since statistics were reset.

    :ivar time: in seconds
    :ivar written: database → bytes
    """

    time: float
    written: Mapping[str, int]


class TemporaryFiles(Part):
    """Finds the database that wrote most in the last minute."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque()

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Compare the statistics with those of a minute ago."""
        cr.execute(_BYTES)
        self._samples.append(Sample(time.monotonic(), dict(cr.fetchall())))
        while self._samples[-1].time - self._samples[0].time > _MINUTE:
            if len(self._samples) == 2:
                break
            self._samples.popleft()
        return found(rates(self._samples), thresholds["temporary_files"])


def rates(samples: Iterable[Sample]) -> dict[str, float]:
    """Return database → MB per minute.

    What was written in less than a minute counts as that of a minute: one query is no
    rate.  Less than before is a reset of the statistics, not known how much.
    """
    bytes_of, seconds = Counter[str](), 0.0
    for before, after in pairwise(samples):
        seconds += after.time - before.time
        for database, written in after.written.items():
            more = written - before.written.get(database, written)
            bytes_of[database] += max(0, more)
    minutes = max(1.0, seconds / _MINUTE)
    return {name: size / _MEGABYTE / minutes for name, size in bytes_of.items()}


def found(rates: Mapping[str, float], threshold: float) -> Check:
    """Return the trend, and a problem where the worst database is beyond a threshold.

    :param threshold: in MB per minute
    """
    if not rates:
        return Check()
    worst = max(rates, key=lambda database: rates[database])
    check = Check(trends={"temporary_megabytes_per_minute": sum(rates.values())})
    if rates[worst] > threshold:
        numbers, names = {"megabytes_per_minute": rates[worst]}, {"database": worst}
        check.problems.append(Problem("temporary_files", "", numbers, names))
    return check
