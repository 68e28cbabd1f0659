"""Burn rates: how fast an error budget is used up, and what is worth an alert.

All numbers are exact: goals are integer parts per million, factors are fractions, so
that a screen, SQL and a rule of Prometheus print the same.

Source: The Site Reliability Workbook, chapter 5, with the fourth pair of its listing.
"""

from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

PPM = 1_000_000
"""A goal of 100 %, in parts per million."""
PAGE, TICKET = "page", "ticket"
MIN_BAD = 2
"""Fewer bad events are no alert, however few events there are."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SHORT = 12
"""A long window is so many times its short one."""


class Pair(NamedTuple):
    """Two windows that an objective burns in, and the budget that may be gone by then.

    :ivar severity: ``page``, or ``ticket`` for what can wait until the morning
    :ivar long: the length of the longer window
    :ivar budget_ppm: the part of the budget that is gone when the alert fires, in parts
        per million
    """

    severity: str
    long: timedelta
    budget_ppm: int

    @property
    def short(self) -> timedelta:
        """The length of the shorter window: the alert ends soon after the trouble."""
        return self.long / _SHORT

    def factor(self, period: timedelta) -> Fraction:
        """Return the burn rate from which the alert fires.

        :param period: the window of the objective
        """
        return Fraction(self.budget_ppm, PPM) * _ratio(period, self.long)

    def can_fire(self, goal_ppm: int, period: timedelta) -> bool:
        """Return whether a total outage reaches the factor at this goal."""
        return self.factor(period) < ceiling(goal_ppm)

    def smallest_goal_ppm(self, period: timedelta) -> int:
        """Return the smallest goal at which the alert can fire, in parts per million.

        There is always one: at most, a millionth of the events may be bad.
        """
        allowed = 1 / self.factor(period)
        if allowed > 1:
            return 1
        return int((1 - allowed) * PPM) + 1

    def largest_budget_ppm(self, goal_ppm: int, period: timedelta) -> int:
        """Return the largest part of the budget at which the alert can fire, in parts
        per million; it is gone after a total outage as long as the long window.
        """
        used = ceiling(goal_ppm) * _ratio(self.long, period)
        return ceil(min(used, 1) * PPM) - 1

    def detection(
        self, goal_ppm: int, error_ratio: Fraction, period: timedelta
    ) -> timedelta | None:
        """Return how long after the first error the alert fires, if the ratio of errors
        stays the same and there was none before; ``None`` if it never does.
        """
        needed = self.factor(period) * _budget(goal_ppm)
        if error_ratio <= needed:
            return None
        return _times(self.long, needed / error_ratio)

    def min_bad(self, goal_ppm: int, expected: int, period: timedelta) -> int:
        """Return the number of bad events from which the alert may fire.

        It is the same inequality in counts: that part of the budget of a usual period
        is gone.  A single failure at night is none.

        :param expected: events of a usual period
        """
        gone = Fraction(self.budget_ppm, PPM) * expected * _budget(goal_ppm)
        return max(MIN_BAD, ceil(gone))


_PERCENT = PPM // 100
_PAIRS_OF_A_MONTH = (
    Pair(PAGE, _HOUR, 2 * _PERCENT),
    Pair(PAGE, 6 * _HOUR, 5 * _PERCENT),
    Pair(TICKET, _DAY, 10 * _PERCENT),
    Pair(TICKET, 3 * _DAY, 10 * _PERCENT),
)
_PAIRS_OF_A_WEEK = (
    Pair(PAGE, _HOUR, 8 * _PERCENT),
    Pair(PAGE, 6 * _HOUR, 12 * _PERCENT + _PERCENT // 2),
    Pair(TICKET, _DAY, 20 * _PERCENT),
    Pair(TICKET, 3 * _DAY, 42 * _PERCENT),
)
_SHORT_PERIOD = timedelta(days=14)


def pairs(period: timedelta) -> tuple[Pair, ...]:
    """Return the pairs of windows for an objective's window, the quickest first."""
    return _PAIRS_OF_A_WEEK if period < _SHORT_PERIOD else _PAIRS_OF_A_MONTH


def usable_pairs(goal_ppm: int, period: timedelta) -> list[Pair]:
    """Return those of the pairs that can fire at a goal, the quickest first.

    :param period: the window of the objective
    """
    return [pair for pair in pairs(period) if pair.can_fire(goal_ppm, period)]


def ceiling(goal_ppm: int) -> Fraction:
    """Return the burn rate of a total outage: no other is higher."""
    return 1 / _budget(goal_ppm)


def percent(good: int, total: int) -> float:
    """Return the good events of all in percent, rounded down as millionths are: no goal
    is reached by rounding; 0 without events.
    """
    return int(good * PPM // total) / _PERCENT if total else 0.0


def burn_rate(bad: int, total: int, goal_ppm: int) -> Fraction | None:
    """Return how many times faster than allowed events were bad; ``None`` without
    events.
    """
    return Fraction(bad, total) / _budget(goal_ppm) if total else None


def remaining(bad: int, total: int, goal_ppm: int) -> Fraction | None:
    """Return the part of the budget that is left, below zero if more than it is used;
    ``None`` without events.
    """
    burnt = burn_rate(bad, total, goal_ppm)
    return None if burnt is None else 1 - burnt


def allowed(total: int, goal_ppm: int) -> int:
    """Return how many of these events may be bad."""
    return total * (PPM - goal_ppm) // PPM


def exhaustion(period: timedelta, rate: Fraction) -> timedelta | None:
    """Return how long a whole budget lasts at a burn rate; ``None`` if forever."""
    return _times(period, 1 / Fraction(rate)) if rate > 0 else None


def _budget(goal_ppm: int) -> Fraction:
    """Return the ratio of events that may be bad."""
    return Fraction(PPM - goal_ppm, PPM)


def _ratio(one: timedelta, other: timedelta) -> Fraction:
    return Fraction(one // timedelta(seconds=1), other // timedelta(seconds=1))


def _times(span: timedelta, factor: Fraction) -> timedelta:
    seconds = span // timedelta(seconds=1) * factor
    return timedelta(microseconds=round(seconds * 1_000_000))
