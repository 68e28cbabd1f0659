"""Calendar days in a time zone: from local midnight to local midnight."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytz

BASELINE_WEEKS = 4
"""The baseline of a day is the same weekday in so many weeks before."""


class LocalDay(NamedTuple):
    """A calendar day in a time zone.

    :ivar begin, end: in UTC without time zone, as Odoo stores times
    """

    date: date
    zone: str
    begin: datetime
    end: datetime

    @classmethod
    def on(cls, day: date, zone: str) -> "LocalDay":
        """Return a day by its date; it may have 23 or 25 hours."""
        return cls(day, zone, _midnight(day, zone), _midnight(day + _ONE_DAY, zone))

    @classmethod
    def containing(cls, moment: datetime, zone: str) -> "LocalDay":
        """Return the day that contains a moment in UTC."""
        return cls.on(moment.replace(tzinfo=UTC).astimezone(_zone(zone)).date(), zone)

    def at(self, hour: float) -> datetime:
        """Return the moment, in UTC, of a local time of this day, in hours."""
        local = datetime.combine(self.date, datetime.min.time())
        local = _zone(self.zone).localize(local + timedelta(hours=hour))
        return local.astimezone(UTC).replace(tzinfo=None)

    def weeks_before(self, weeks: int) -> "LocalDay":
        """Return the same weekday, so many weeks before."""
        return LocalDay.on(self.date - timedelta(weeks=weeks), self.zone)

    def baseline_days(self) -> list["LocalDay"]:
        """Return the days that this one is compared with."""
        return [self.weeks_before(weeks) for weeks in range(1, BASELINE_WEEKS + 1)]

    def starts(self, seconds: int) -> list[datetime]:
        """Return the start of each part of the day, as rollups have them.

        Parts are aligned in UTC.  In a time zone with half an hour, the first hour of a
        day starts at half past midnight.

        :param seconds: length of a part, such as 3600
        """
        part = timedelta(seconds=seconds)
        rest = (self.begin - _EPOCH) % part
        first = self.begin + (part - rest if rest else rest)
        return [first + n * part for n in range(-((first - self.end) // part))]


def weeks_before(moment: datetime, weeks: int, zone: str) -> datetime:
    """Return the moment of the same local time, so many weeks before, both in UTC.

    If daylight saving time has started or ended meanwhile, they differ by an hour more
    or less.
    """
    local = moment.replace(tzinfo=UTC).astimezone(_zone(zone)).replace(tzinfo=None)
    before = _zone(zone).localize(local - timedelta(weeks=weeks))
    return before.astimezone(UTC).replace(tzinfo=None)


_ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1)


def _zone(name: str):
    return pytz.timezone(name)


def _midnight(day: date, zone: str) -> datetime:
    local = datetime(day.year, day.month, day.day)
    return _zone(zone).localize(local).astimezone(UTC).replace(tzinfo=None)
