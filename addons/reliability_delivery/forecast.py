"""The forecast of a truck, and the schedule of a cutoff, as data."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo.fields import Datetime
from odoo.models import BaseModel

from odoo.addons.reliability.api import LocalDay

DONE, IN_TIME, NOT_STARTED = "done", "in_time", "not_begun"
AT_RISK, MISSED, DEPARTED = "at_risk", "missed", "departed"
TROUBLED = (AT_RISK, MISSED)
LABELS_FAIL, UNLABELLED = "labels_fail", "unlabelled"

_TIMES = ("departure", "packed_since", "last_packed", "ready_at")


class Forecast(NamedTuple):
    """The forecast of one of today's trucks, see ``data/forecast.sql``.

    :ivar cutoff: a record
    :ivar company_id, warehouse_id, carrier_id, tz: of the cutoff; no carrier where it
        is for all carriers without their own
    :ivar warehouse: the warehouse's code
    :ivar carrier: the carrier's name, language → name
    :ivar departure: when the truck leaves, in UTC
    :ivar packed_since: since when parcels are packed for this truck
    :ivar parcels_packed: parcels that are ready for it
    :ivar parcels_left: parcels still to do: to pack, or packed without a label
    :ivar parcels_unlabelled: how many of them are packed without a label
    :ivar parcels_unreserved: how many of them are not reserved
    :ivar last_packed: when the last one was packed today; ``None`` before the first one
    :ivar parcels_per_hour: the lower one of the paces of an hour and of 20 minutes
    :ivar ready_at: when the last one will be packed; ``None`` without a pace
    :ivar parcels_missing: how many of those left will miss, or have missed, the truck
    :ivar state: ``done``, ``in_time``, ``not_begun``, ``stopped``, ``at_risk``,
        ``missed`` or ``departed``
    :ivar cause: why parcels will not be ready: ``slow``, ``stopped``, ``not_begun``,
        ``labels_fail``, ``unlabelled`` or ``unreserved``; else empty
    """

    cutoff: BaseModel
    company_id: int
    warehouse_id: int
    warehouse: str
    carrier_id: int | None
    carrier: dict | None
    tz: str
    departure: datetime
    packed_since: datetime
    parcels_packed: int
    parcels_left: int
    parcels_unlabelled: int
    parcels_unreserved: int
    last_packed: datetime | None
    parcels_per_hour: float
    ready_at: datetime | None
    parcels_missing: int
    state: str
    cause: str

    @classmethod
    def of_cutoff(cls, cutoff: BaseModel, values: dict) -> "Forecast":
        """Return the forecast of a cutoff from its values in JSON."""
        times = {
            name: Datetime.to_datetime(values[name] or False) or None for name in _TIMES
        }
        return cls(cutoff=cutoff, **values | times)

    @property
    def is_usual(self) -> bool:
        """Whether nothing is packed yet: the pace is the usual one."""
        return not self.last_packed


class CutoffKey(NamedTuple):
    """The warehouse, carrier and schedule of a cutoff, as the cache holds them.

    :ivar carrier_id: empty where the cutoff is for all carriers without their own
    :ivar days: whether the truck leaves, from Monday to Sunday
    """

    cutoff_id: int
    company_id: int
    warehouse_id: int
    carrier_id: int
    hour: float
    tz: str
    days: tuple[bool, ...]

    def next_departure(self, now: datetime) -> datetime | None:
        """Return when the truck leaves next after today, in UTC.

        ``None`` where it never leaves.
        """
        today = LocalDay.containing(now, self.tz).date
        for number in range(1, 8):
            day = today + timedelta(days=number)
            if self.days[day.weekday()]:
                return LocalDay.on(day, self.tz).at(self.hour)
        return None

    def departures_between(self, begin: datetime, end: datetime) -> list[datetime]:
        """Return when the truck left in a period, in UTC, the end excluded."""
        departures = []
        day = LocalDay.containing(begin, self.tz)
        while day.begin < end:
            departure = day.at(self.hour)
            if self.days[day.date.weekday()] and begin <= departure < end:
                departures.append(departure)
            day = LocalDay.on(day.date + timedelta(days=1), self.tz)
        return departures
