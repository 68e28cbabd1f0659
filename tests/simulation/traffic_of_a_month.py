"""A month of a logistics company's events by minute, with faults at known times.

Weekdays are busy from six to twenty, Saturdays half a day, nights are quiet, and on
Sundays nothing happens.  The four weeks before it are alike and have no faults.
"""

import random
from itertools import accumulate
from math import exp, log, log1p
from typing import NamedTuple

from setup.without_odoo import verdict

HOUR, DAY = 60, 24 * 60
"""In minutes, as all times here."""
WEEKS = 4
MONTH = WEEKS * 7 * DAY
USUAL_ERRORS = 0.0002
"""Of the events without a fault, so many are bad: a fifth of what 99.9 % allows."""
_NIGHT = 0.02
"""Traffic of a night, of that of a day."""


class Fault(NamedTuple):
    """Something that goes wrong.

    :ivar begin, end: minutes since the begin of the month; the end is exclusive
    :ivar errors: the ratio of bad events
    :ivar every: if it comes and goes: it lasts half of so many minutes, and comes back
    """

    name: str
    begin: int
    end: int
    errors: float
    every: int = 0

    def errors_at(self, minute: int) -> float:
        """Return the ratio of events that it makes bad in a minute."""
        is_on = self.begin <= minute < self.end
        if is_on and self.every:
            is_on = (minute - self.begin) % self.every < self.every / 2
        return self.errors if is_on else 0.0


def _at(day, hour):
    """Return a minute of the month, which begins on a Monday."""
    return day * DAY + hour * HOUR


SINGLE = Fault("one failure at night", _at(5, 2), _at(5, 2) + 1, 1.0)
"""It is one bad event, whatever the traffic."""
# Between two faults there are four days, so that the windows of the first are over.
FAULTS = (
    Fault("all fail for 10 min", _at(1, 10), _at(1, 10) + 10, 1.0),
    SINGLE,
    Fault("all fail for 5 of 10 min, 2 h long", _at(7, 8), _at(7, 10), 1.0, 10),
    Fault("2 % fail for 6 h", _at(11, 10), _at(11, 16), 0.02),
    Fault("all fail overnight, 20:00 to 6:00", _at(16, 20), _at(17, 6), 1.0),
    Fault("0.3 % fail for 3 days", _at(21, 0), _at(24, 0), 0.003),
)


class Month:
    """Events by minute, from four weeks before the month on.

    :ivar totals, bad: by minute, of the history and then of the month
    """

    def __init__(self, totals: list[int], bad: list[int]):
        self.totals, self.bad = totals, bad
        self._totals = [0, *accumulate(totals)]
        self._bad = [0, *accumulate(bad)]

    def sums(self, begin: int, end: int) -> verdict.Sums:
        """Return the sums of some minutes; negative ones are of the history."""
        begin, end = MONTH + begin, MONTH + end
        return verdict.Sums(
            self._bad[end] - self._bad[begin], self._totals[end] - self._totals[begin]
        )


def month(busiest: float, seed: int, faults=FAULTS) -> Month:
    """Return a month.

    :param busiest: events in a minute of a weekday, on average
    """
    chance = random.Random(f"{busiest} {seed}")
    totals, bad = [], []
    for minute in range(-MONTH, MONTH):
        total = _poisson(chance, busiest * _activity(minute))
        errors = max([USUAL_ERRORS, *(fault.errors_at(minute) for fault in faults)])
        if SINGLE in faults and minute == SINGLE.begin:
            total, failed = total + 1, 1
        else:
            failed = _binomial(chance, total, errors)
        totals.append(total)
        bad.append(failed)
    return Month(totals, bad)


def _activity(minute):
    """Return the traffic of a minute, of that of the day of a weekday."""
    day, hour = minute // DAY % 7, minute % DAY // HOUR
    if day == 6:
        return 0.0
    if day == 5:
        return 0.5 if 6 <= hour < 14 else _NIGHT
    return 1.0 if 6 <= hour < 20 else _NIGHT


def _poisson(chance, mean):
    """Return a random number of events; the normal distribution is near for many."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    count, product, least = 0, chance.random(), exp(-mean)
    while product > least:
        count += 1
        product *= chance.random()
    return count


def _binomial(chance, total, ratio):
    """Return how many of some events are bad, by the distances between bad ones."""
    if ratio >= 1:
        return total
    found, position = 0, 0
    while True:
        position += 1 + int(log(1 - chance.random()) / log1p(-ratio))
        if position > total:
            return found
        found += 1
