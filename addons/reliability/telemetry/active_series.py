"""Active series: those with a recent event, which ``/metrics`` shows.

Scheduled actions of Odoo run in databases that nobody uses, each in series of its own;
of a thousand databases they would be millions of samples that stay the same
(docs/decisions/0043).

``rate()`` does not see the value with which a series begins.  So a series that was
inactive is shown with its old numbers for a minute before its new ones.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .families import IN_PROGRESS, FamilySpec

_SLICE = 600.0
_ACTIVE_SLICES = 6
"""An hour after its last event, to ten minutes, a series is not active any more."""
_OF_SCHEDULED_ACTIONS = 1
"""Ten minutes, since many run once an hour in each database."""
SECONDS_OF_OLD_NUMBERS = 60.0
"""No less than Prometheus' usual time between two scrapes."""


class SeriesKey(NamedTuple):
    """The key of all totals of a series, whatever their outcome.

    :ivar labels: ``None`` for all series of a family that adds some of them up: the sum
        would fall if one of them were left out
    """

    family: str
    db: str
    labels: tuple[str, ...] | None


@functools.cache
def adds_up(spec: FamilySpec) -> bool:
    """Return whether a counter or histogram of a family leaves out a label."""
    return any(
        metric.kind != IN_PROGRESS and not set(spec.labels) <= set(metric.labels)
        for metric in spec.metrics
    )


class ActiveSeries:
    """The active series; times are in seconds since the host booted.

    :ivar unsaved: those whose time is to be saved
    """

    def __init__(self) -> None:
        self.unsaved: set[SeriesKey] = set()
        self._slices: dict[SeriesKey, int] = {}
        self._old_until: dict[SeriesKey, float] = {}

    def __contains__(self, series: SeriesKey) -> bool:
        return series in self._slices

    def restore(self, saved: Mapping[SeriesKey, int], now: float) -> None:
        """Insert saved times: series → time slice of its last event.

        Those of another boot are in the future, or long ago.
        """
        current = _slice(now)
        self._slices = {
            series: last
            for series, last in saved.items()
            if _earliest(series, current) <= last <= current
        }

    def add(self, series: SeriesKey, now: float) -> bool:
        """Record an event; return whether its series was inactive, or is new."""
        current = _slice(now)
        last = self._slices.get(series)
        if last != current:
            self._slices[series] = current
            self.unsaved.add(series)
        return last is None

    def show_old_numbers(self, series: SeriesKey, now: float) -> None:
        """Show the numbers that a series had, before its new ones."""
        self._old_until[series] = now + SECONDS_OF_OLD_NUMBERS

    def shows_old_numbers(self, series: SeriesKey, now: float) -> bool:
        """Return whether a series is shown with the numbers that it had."""
        if series not in self._old_until:
            return False
        if now < self._old_until[series]:
            return True
        del self._old_until[series]
        return False

    def end(self, now: float) -> Iterator[SeriesKey]:
        """Yield the series that have become inactive, and end them."""
        current = _slice(now)
        ended = [
            series
            for series, last in self._slices.items()
            if last < _earliest(series, current)
        ]
        self.remove(ended)
        yield from ended

    def remove(self, ended: Iterable[SeriesKey]) -> None:
        """Make series inactive."""
        for series in ended:
            self._slices.pop(series, None)
            self._old_until.pop(series, None)
            self.unsaved.discard(series)

    def unsaved_slices(self) -> Iterator[tuple[SeriesKey, int]]:
        """Yield what is to be saved, see :meth:`restore`."""
        for series in self.unsaved:
            yield series, self._slices[series]


def _earliest(series: SeriesKey, current: int) -> int:
    """Return the time slice in which an active series has had its last event."""
    is_short = series.family in ("cron", "cron_delay")
    return current - (_OF_SCHEDULED_ACTIONS if is_short else _ACTIVE_SLICES)


def _slice(now: float) -> int:
    return int(now // _SLICE)
