"""Windows: the time that an objective is measured over, up to now.

A rolling window begins with the slice that contains the moment so many days ago.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytz

ROLLING = {"7d": 7, "28d": 28, "30d": 30, "90d": 90}
"""Rolling windows: code → days."""
CALENDAR = {"week": 7, "month": 30, "quarter": 91}
"""Calendar windows: code → days that burn rates take them for."""


class Period(NamedTuple):
    """A week, month or quarter.

    :ivar begin: its begin, in UTC without time zone, as Odoo stores times
    :ivar end: its end, exclusive
    """

    begin: datetime
    end: datetime


def length(code: str) -> timedelta:
    """Return the length of a window, for factors of burn rates."""
    return timedelta(days=(ROLLING | CALENDAR)[code])


def period(code: str, now: datetime, zone: str) -> Period:
    """Return the calendar window that contains a moment.

    :param code: of :data:`CALENDAR`
    :param now: in UTC
    :param zone: the time zone in which it begins at midnight
    """
    timezone = pytz.timezone(zone)
    today = now.replace(tzinfo=UTC).astimezone(timezone).date()
    first = _first_day(code, today)
    return Period(_midnight(first, timezone), _midnight(_next(code, first), timezone))


def _first_day(code: str, day: date) -> date:
    if code == "week":
        return day - timedelta(days=day.weekday())
    if code == "month":
        return day.replace(day=1)
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _next(code: str, first: date) -> date:
    if code == "week":
        return first + timedelta(weeks=1)
    months = 1 if code == "month" else 3
    year, month = divmod(first.month - 1 + months, 12)
    return date(first.year + year, month + 1, 1)


def _midnight(day: date, timezone) -> datetime:
    local = timezone.localize(datetime(day.year, day.month, day.day))
    return local.astimezone(UTC).replace(tzinfo=None)
