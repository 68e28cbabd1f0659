"""Verdicts: whether the alert of a pair of windows fires.

An alert fires while the objective burns in both windows, if as many events are bad as
the pair allows of the budget of a usual period, and in the short window its part of
them: else, after a fault, a few failures of a quiet night would begin the alert again.
Where nothing is known, it stays as it was: an interruption of the measurement is
neither a fault nor a recovery.

All comparisons are exact.
"""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from .burn_rate import PPM, Pair

FLOOR = Fraction(1, 2)
"""With data of a smaller part of the long window, nothing new is known."""


class Sums(NamedTuple):
    """Events, or time slices, of a slice or window.

    :ivar bad: those that are bad
    :ivar total: all of them
    """

    bad: int
    total: int


class Evidence(NamedTuple):
    """What is known about a pair of windows at a moment.

    Sums count in the same unit, see :func:`verdict`.

    :ivar long: of the longer window
    :ivar short: of the shorter window, which ends at the same moment
    :ivar expected: total of a usual period; zero if there is none yet
    :ivar coverage: the part of the long window with data, from 0 to 1
    """

    long: Sums
    short: Sums
    expected: int
    coverage: Fraction


class Verdict(NamedTuple):
    """Whether an alert fires.

    :ivar fires: whether it fires now; frozen: whether it fired before
    :ivar frozen: whether nothing new is known
    """

    fires: bool
    frozen: bool


def verdict(
    pair: Pair,
    goal_ppm: int,
    period: timedelta,
    evidence: Evidence,
    fired: bool,
    unit: int = 1,
) -> Verdict:
    """Return whether an alert fires.

    :param goal_ppm: good events per million
    :param period: the window of the objective
    :param fired: whether it fired before
    :param unit: what an event, or time slice, counts in the sums: a million where it
        counts as its ratio of good events
    """
    bound = _bound(pair, goal_ppm, period)
    if bound is None:
        return Verdict(False, False)
    if not evidence.short.total or evidence.coverage < FLOOR:
        return Verdict(fired, True)
    if not (_exceeds(evidence.long, bound) and _exceeds(evidence.short, bound)):
        return Verdict(False, False)
    min_bad = _min_bad(pair, goal_ppm, period, evidence, unit)
    part = pair.long // pair.short
    fires = evidence.long.bad >= min_bad <= part * evidence.short.bad
    return Verdict(fires, False)


def add_up(slices: Iterable[Sums]) -> Sums:
    """Return the sums of slices."""
    bad = total = 0
    for part in slices:
        bad += part.bad
        total += part.total
    return Sums(bad, total)


@lru_cache(maxsize=1024)
def _bound(pair: Pair, goal_ppm: int, period: timedelta) -> Fraction | None:
    """Return the ratio of bad events that has to be exceeded; ``None`` if none does."""
    if not pair.can_fire(goal_ppm, period):
        return None
    return pair.factor(period) * Fraction(PPM - goal_ppm, PPM)


def _exceeds(sums: Sums, bound: Fraction) -> bool:
    return sums.bad * bound.denominator > bound.numerator * sums.total


def _min_bad(
    pair: Pair, goal_ppm: int, period: timedelta, evidence: Evidence, unit: int
) -> int:
    expected = Fraction(evidence.expected, unit)
    return unit * pair.min_bad(goal_ppm, expected, period)
