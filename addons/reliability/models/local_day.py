"""Days as people have them: from midnight to midnight where they are."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytz

WEEKS_COMPARED = 4
"""A usual day is what the same weekday was in the weeks before."""


class LocalDay(NamedTuple):
    """A day, as it passes somewhere.

    :ivar begin, end: in UTC, without saying so, as Odoo stores times
    """

    date: date
    zone: str
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, day: date, zone: str) -> "LocalDay":
        """Return a day of the calendar; it may have 23 or 25 hours."""
        return cls(day, zone, _midnight(day, zone), _midnight(day + _ONE, zone))

    @classmethod
    def around(cls, moment: datetime, zone: str) -> "LocalDay":
        """Return the day that a moment, in UTC, is in."""
        return cls.of(moment.replace(tzinfo=UTC).astimezone(_zone(zone)).date(), zone)

    def at(self, hour: float) -> datetime:
        """Return the moment of this day at which clocks show so many hours, in UTC."""
        local = datetime.combine(self.date, datetime.min.time())
        local = _zone(self.zone).localize(local + timedelta(hours=hour))
        return local.astimezone(UTC).replace(tzinfo=None)

    def before(self, weeks: int) -> "LocalDay":
        """Return the same day of the week, so many weeks before."""
        return LocalDay.of(self.date - timedelta(weeks=weeks), self.zone)

    def usual(self) -> list["LocalDay"]:
        """Return the days that tell what is usual on this one."""
        return [self.before(weeks) for weeks in range(1, WEEKS_COMPARED + 1)]

    def starts(self, seconds: int) -> list[datetime]:
        """Return where each part of so many seconds begins, as rollups have them.

        Hours are those of UTC: where clocks are off by half an hour, the first hour of
        a day begins at half past midnight.
        """
        part = timedelta(seconds=seconds)
        late = (self.begin - _EPOCH) % part
        first = self.begin + (part - late if late else late)
        return [first + n * part for n in range(-((first - self.end) // part))]


def weeks_before(moment: datetime, weeks: int, zone: str) -> datetime:
    """Return when clocks showed the same, so many weeks before: both in UTC.

    Where clocks were changed meanwhile, that is an hour less or more.
    """
    local = moment.replace(tzinfo=UTC).astimezone(_zone(zone)).replace(tzinfo=None)
    before = _zone(zone).localize(local - timedelta(weeks=weeks))
    return before.astimezone(UTC).replace(tzinfo=None)


_ONE = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1)


def _zone(name: str):
    return pytz.timezone(name)


def _midnight(day: date, zone: str) -> datetime:
    local = datetime(day.year, day.month, day.day)
    return _zone(zone).localize(local).astimezone(UTC).replace(tzinfo=None)
