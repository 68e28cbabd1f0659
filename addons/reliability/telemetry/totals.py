"""Running totals: the counters of each series and outcome.

Only the collector adds up.  Totals never fall: they are saved before a scrape shows
them (:mod:`...collector.state`), and grow from there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .active_series import ActiveSeries, SeriesKey, adds_up
from .events import OUTCOMES, Event, Series, beyond_cap
from .families import family
from .histogram import at_or_under, bucket_index
from .slots.lease import boot_time

MAX_SERIES = 2000
"""The largest number of series of one family in one database."""

_MAX_THRESHOLDS = 4
_MAX_CACHED = 50_000


class Key(NamedTuple):
    """The key of a total: a series without its threshold, and an outcome."""

    family: str
    db: str
    labels: tuple[str, ...]
    outcome: str

    @property
    def series(self) -> SeriesKey:
        """The key of its series."""
        spec = family(self.family)
        labels = None if spec and adds_up(spec) else self.labels
        return SeriesKey(self.family, self.db, labels)


@dataclass
class Total:
    """The sum of all events of one series and outcome.

    :ivar buckets: index of a bucket of schema 5 → number of calls
    :ivar at_or_under: threshold in seconds → number of calls that took no longer; exact
        for calls since the threshold is in force
    :ivar seconds, sql, external, cpu: seconds
    """

    count: int = 0
    seconds: float = 0.0
    sql: float = 0.0
    external: float = 0.0
    cpu: float = 0.0
    queries: int = 0
    records: int = 0
    buckets: dict[int, int] = field(default_factory=dict)
    at_or_under: dict[float, int] = field(default_factory=dict)

    def add(self, event: Event, threshold: float) -> None:
        """Add one event.

        :param threshold: the latency threshold in force when the call began
        """
        if threshold not in self.at_or_under:
            self._add_threshold(threshold)
        self.count += event.calls
        self.seconds += event.seconds
        self.sql += event.sql
        self.external += event.external
        self.cpu += event.cpu
        self.queries += event.queries
        self.records += event.records
        each = event.seconds / event.calls
        index = bucket_index(each)
        self.buckets[index] = self.buckets.get(index, 0) + event.calls
        for bound in self.at_or_under:
            if each <= bound:
                self.at_or_under[bound] += event.calls

    def merge(self, other: "Total") -> None:
        """Add another total of the same thresholds to this one."""
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for into, counts in (
            (self.buckets, other.buckets),
            (self.at_or_under, other.at_or_under),
        ):
            for key, count in counts.items():
                into[key] = into.get(key, 0) + count

    def copied(self) -> "Total":
        """Return a total that stays as it is."""
        return replace(self, buckets={**self.buckets}, at_or_under={**self.at_or_under})

    def without_durations(self) -> "Total":
        """Return the same sums without histogram and thresholds."""
        return replace(self, buckets={}, at_or_under={})

    def _add_threshold(self, threshold: float) -> None:
        """Count calls at or under a new threshold from now on.

        The calls before are estimated from the buckets.  Workers learn of a new
        threshold one after the other, so the last few thresholds are all counted.
        """
        if threshold <= 0:
            return
        while len(self.at_or_under) >= _MAX_THRESHOLDS:
            del self.at_or_under[next(iter(self.at_or_under))]
        (estimate,) = at_or_under(self.buckets, (threshold,))
        # Never fewer than under a smaller threshold, never more than under a larger.
        counts = self.at_or_under.items()
        floor = max((count for bound, count in counts if bound < threshold), default=0)
        ceiling = min(
            (count for bound, count in counts if bound > threshold), default=self.count
        )
        self.at_or_under[threshold] = min(max(estimate, floor), ceiling)


_SUMMED = ("count", "seconds", "sql", "external", "cpu", "queries", "records")


def total_from(content: dict) -> Total:
    """Return a total from its JSON, in which the keys of dictionaries are text."""
    buckets = {int(index): n for index, n in content["buckets"].items()}
    thresholds = {float(bound): n for bound, n in content["at_or_under"].items()}
    return Total(**{**content, "buckets": buckets, "at_or_under": thresholds})


class Totals:
    """All running totals of this host.

    :ivar by_key: the totals
    :ivar events: number of calls ever added, also to totals that are retired now
    :ivar max_series: database → largest number of series of each family, where it is
        not :data:`MAX_SERIES`
    :ivar dropped: reason → number of calls or details that were not recorded
    :ivar changed: the keys of the totals to save
    :ivar active: the series with an event in the last hour
    :ivar unsaved_drops: whether ``dropped`` is to be saved
    """

    def __init__(self) -> None:
        self.by_key: dict[Key, Total] = {}
        self.events = 0
        self.max_series: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.changed: set[Key] = set()
        self.active = ActiveSeries()
        self.unsaved_drops = False
        self._uncopied: dict[Key, SeriesKey] = {}
        self._copies: dict[str, dict[Key, Total]] = {}
        self._series: dict[tuple[str, str], set[tuple]] = {}
        self._cache: dict[tuple[Series, str], tuple[Key, SeriesKey, Total]] = {}

    def restore(self, key: Key, total: Total) -> None:
        """Insert a saved total."""
        self.by_key[key] = total
        self._series.setdefault((key.db, key.family), set()).add(key.labels)

    def add(self, events: Iterable[tuple[Series, Event]]) -> list[tuple[Series, Event]]:
        """Add events, each to the total of its series and outcome.

        :return: the same events, each with the series that it was counted under
        """
        counted, now = [], boot_time()
        for series, event in events:
            cached = self._cache.get((series, event.outcome))
            if cached is None:
                series = self._within_cap(series, event.calls)
                cached = self._look_up(series, event)
            key, series_key, total = cached
            if self.active.add(series_key, now):
                self._begin(series_key, now)
            total.add(event, series.threshold)
            self.events += event.calls
            self.changed.add(key)
            self._uncopied[key] = series_key
            counted.append((series, event))
        return counted

    def _begin(self, series: SeriesKey, now: float) -> None:
        """Show a series that was inactive as it is, before an event is added to it."""
        old = {key: self.by_key[key] for key in self._keys_of(series)}
        if any(total.count for total in old.values()):
            copies = {key: total.copied() for key, total in old.items()}
            self._copies.setdefault(series.db, {}).update(copies)
            self.active.show_old_numbers(series, now)

    def _keys_of(self, series: SeriesKey) -> list[Key]:
        """Return the keys of all totals of a series."""
        name, db, labels = series
        every = self._series.get((db, name), ()) if labels is None else (labels,)
        keys = [
            Key(name, db, found, outcome) for found in every for outcome in OUTCOMES
        ]
        return [key for key in keys if key in self.by_key]

    def _look_up(self, series: Series, event: Event) -> tuple[Key, SeriesKey, Total]:
        """Return the total of an event, and cache it if its family is known."""
        key = Key(series.family, series.db, series.labels, event.outcome)
        if key not in self.by_key:
            self.restore(key, Total())
        if family(series.family) is None:
            self.drop({"unknown_family": event.calls})
            return key, key.series, self.by_key[key]
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        found = key, key.series, self.by_key[key]
        self._cache[series, event.outcome] = found
        return found

    def drop(self, reasons: dict[str, int]) -> None:
        """Add to the counts of calls and details that were not recorded."""
        for reason, count in reasons.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count
            self.unsaved_drops |= count > 0

    def copied(self, db: str = "") -> "Totals":
        """Return the totals of active series; they stay as they are.

        A total that has not changed is the same object as in the last copy, so copying
        takes as long as there are changes.

        :param db: the only database; all by default
        """
        now = boot_time()
        for series in self.active.end(now):
            self._remove_copies(series)
        for key, series in list(self._uncopied.items()):
            if not self.active.shows_old_numbers(series, now):
                self._copies.setdefault(key.db, {})[key] = self.by_key[key].copied()
                self._uncopied.pop(key, None)
        copy = Totals()
        parts = [self._copies.get(db, {})] if db else self._copies.values()
        for part in parts:
            copy.by_key.update(part)
        copy.events, copy.dropped = self.events, {**self.dropped}
        return copy

    def restore_active(self, saved: Mapping[SeriesKey, int]) -> None:
        """Show the saved totals of active series, see :meth:`ActiveSeries.restore`."""
        self.active.restore(saved, boot_time())
        every = {key: key.series for key in self.by_key}
        self._uncopied = {
            key: series for key, series in every.items() if series in self.active
        }

    def _remove_copies(self, series: SeriesKey) -> None:
        for key in self._keys_of(series):
            self._uncopied.pop(key, None)
            self._copies.get(series.db, {}).pop(key, None)

    def retire(self, db: str) -> None:
        """Remove the totals of a database that does not exist any more."""
        self._cache.clear()
        for key in [key for key in self.by_key if key.db == db]:
            self.active.remove([key.series])
            del self.by_key[key]
            self.changed.discard(key)
            self._uncopied.pop(key, None)
        self._copies.pop(db, None)
        for known in [known for known in self._series if known[0] == db]:
            del self._series[known]

    def _within_cap(self, series: Series, calls: int) -> Series:
        """Return the series to count under: itself, or ``other`` beyond the cap."""
        known = self._series.setdefault((series.db, series.family), set())
        cap = self.max_series.get(series.db, MAX_SERIES)
        if series.labels in known or len(known) < cap:
            return series
        other = beyond_cap(series)
        if series.labels == other.labels:
            return series
        self.drop({"over_cap": calls})
        return other
