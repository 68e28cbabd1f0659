"""Change freezes: when nothing should be deployed; plain Python.

Days begin at midnight, and cutoffs are at a time, by the clocks of a time zone, also
when those change to or from summer time.  Moments are in UTC without a time zone;
Mondays to Fridays are working days.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytz

DATES, MONTH_END, CUTOFF = KINDS = ("dates", "month_end", "cutoff")
"""From one day to another; around each end of a month; before a time of each day."""
MAX_WORKING_DAYS = 10
"""Before or after the end of a month: so periods never meet."""
MAX_HOURS = 24
"""Before a cutoff: so periods of two days never overlap."""
_DAY = timedelta(days=1)
_SATURDAY = 5


class Freeze(NamedTuple):
    """When nothing should be deployed.

    :ivar zone: the name of a time zone
    :ivar first, last: of `DATES`: both belong to it
    :ivar days_before, days_after: of `MONTH_END`: the last working days of a month and
        the first ones of the next
    :ivar cutoff, hours_before: of `CUTOFF`: it lasts so many hours, until that time
    """

    kind: str
    zone: str
    first: date = date.min
    last: date = date.min
    days_before: int = 0
    days_after: int = 0
    cutoff: time = time.min
    hours_before: float = 0


class Period(NamedTuple):
    """A time in which nothing should be deployed.

    :ivar end: exclusive
    """

    begin: datetime
    end: datetime


def first_period(freeze: Freeze, begin: datetime, end: datetime) -> Period | None:
    """Return the first period of a freeze that has a moment of a time.

    :param begin, end: both belong to it, so that a single moment is a time
    """
    for period in _periods_from(freeze, begin):
        if period.begin > end:
            return None
        if period.end > begin:
            return period
    return None


def next_period(freeze: Freeze, moment: datetime) -> Period | None:
    """Return the period that a moment is in, or else the next one after it."""
    for period in _periods_from(freeze, moment):
        if period.end > moment:
            return period
    return None


def _periods_from(freeze, moment) -> Iterator[Period]:
    """Yield the periods that may end after a moment, in order."""
    zone = _zone(freeze.zone)
    today = moment.replace(tzinfo=UTC).astimezone(zone).date()
    if freeze.kind == DATES:
        yield Period(_midnight(freeze.first, zone), _midnight(freeze.last + _DAY, zone))
    elif freeze.kind == MONTH_END:
        yield from _around_ends_of_months(freeze, zone, today)
    else:
        yield from _before_cutoffs(freeze, zone, today)


def _around_ends_of_months(freeze, zone, today):
    first = today.replace(day=1)  # its period may last until some days after it
    while True:
        begin, end = first, first
        for _number in range(freeze.days_before):
            begin = _working_day(begin - _DAY, -_DAY)
        for _number in range(freeze.days_after):
            end = _working_day(end, _DAY) + _DAY
        yield Period(_midnight(begin, zone), _midnight(end, zone))
        first = (first + timedelta(days=31)).replace(day=1)


def _working_day(day, step):
    """Return the day itself, or the next working day in a direction."""
    while day.weekday() >= _SATURDAY:
        day += step
    return day


def _before_cutoffs(freeze, zone, today):
    day = today
    while True:
        end = _at(day, freeze.cutoff, zone)
        yield Period(end - timedelta(hours=freeze.hours_before), end)
        day += _DAY


def _midnight(day, zone):
    """Return the first moment of a day."""
    return _in_utc(datetime.combine(day, time.min, zone))


def _at(day, clock, zone):
    """Return when clocks show a time; the last time if they do so twice.

    If they skip it, it is as long after the change as it would be after its begin.
    """
    first = datetime.combine(day, clock, zone)
    return max(_in_utc(first), _in_utc(first.replace(fold=1)))


def _in_utc(moment):
    return moment.astimezone(UTC).replace(tzinfo=None)


@cache
def _zone(name):
    """Return a time zone as pytz has it, as everywhere in Odoo.

    Odoo lets ``timezone`` return another one where a name was removed.
    """
    name = pytz.timezone(name).zone
    with pytz.open_resource(name) as file:
        return ZoneInfo.from_file(file, key=name)
