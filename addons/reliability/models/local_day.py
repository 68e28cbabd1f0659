"""Calendar days of a time zone, from midnight to midnight."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytz

WEEKS_COMPARED = 4
"""The baseline of a day is the same weekday of so many weeks before."""


class LocalDay(NamedTuple):
    """A calendar day of a time zone.

    :ivar begin, end: in UTC, naive, as Odoo stores times
    """

    date: date
    zone: str
    begin: datetime
    end: datetime

    @classmethod
    def on(cls, day: date, zone: str) -> "LocalDay":
        """Return a day by its date; a day has 23 to 25 hours."""
        return cls(day, zone, _midnight(day, zone), _midnight(day + _ONE, zone))

    @classmethod
    def around(cls, moment: datetime, zone: str) -> "LocalDay":
        """Return the day that contains a moment, in UTC."""
        return cls.on(moment.replace(tzinfo=UTC).astimezone(_zone(zone)).date(), zone)

    def at(self, hour: float) -> datetime:
        """Return the moment, in UTC, at which local clocks show so many hours."""
        local = datetime.combine(self.date, datetime.min.time())
        local = _zone(self.zone).localize(local + timedelta(hours=hour))
        return local.astimezone(UTC).replace(tzinfo=None)

    def before(self, weeks: int) -> "LocalDay":
        """Return the same weekday, so many weeks before."""
        return LocalDay.on(self.date - timedelta(weeks=weeks), self.zone)

    def usual(self) -> list["LocalDay"]:
        """Return the days that are the baseline of this one."""
        return [self.before(weeks) for weeks in range(1, WEEKS_COMPARED + 1)]

    def starts(self, seconds: int) -> list[datetime]:
        """Return the starts of this day's buckets of so many seconds, as in rollups.

        Buckets are aligned to UTC: in a time zone with an offset of half an hour, the
        first hour of a day starts at half past midnight.
        """
        step = timedelta(seconds=seconds)
        remainder = (self.begin - _EPOCH) % step
        first = self.begin + (step - remainder if remainder else remainder)
        return [first + n * step for n in range(-((first - self.end) // step))]


def weeks_before(moment: datetime, weeks: int, zone: str) -> datetime:
    """Return the moment of the same local time so many weeks before: both in UTC.

    Across a change of the clocks, the difference is an hour less or more.
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
