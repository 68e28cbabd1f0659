"""Running totals: every event, added to the counters of its series and outcome.

Only the collector aggregates.  Totals never fall: they are saved before anybody sees
them (:mod:`.state`) and added to afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .events import Event, Series, beyond_cap
from .families import family
from .histogram import at_or_under, bucket_index

MAX_SERIES = 2000
"""Of one family in one database."""

_MAX_THRESHOLDS = 4
_MOST_FOUND = 50_000


class Key(NamedTuple):
    """What a total is kept by: a series without its threshold, and an outcome."""

    family: str
    db: str
    labels: tuple[str, ...]
    outcome: str


@dataclass
class Total:
    """Everything added up that ended one way in one series.

    :ivar buckets: index of a bucket of schema 5 → calls
    :ivar at_or_under: threshold in seconds → calls that took no longer, counted from
        each event since the threshold is in force
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
        """Count one event; ``threshold`` is the one in force when it began."""
        if threshold not in self.at_or_under:
            self._follow(threshold)
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
        """Add another total to this one, of the same thresholds."""
        for name in _ADDED_UP:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for into, counts in (
            (self.buckets, other.buckets),
            (self.at_or_under, other.at_or_under),
        ):
            for key, count in counts.items():
                into[key] = into.get(key, 0) + count

    def _follow(self, threshold: float) -> None:
        """Count a new threshold from now on; what was before is read off the buckets.

        Workers learn of a new threshold one after the other, so the last few are all
        counted.
        """
        if threshold <= 0:
            return
        while len(self.at_or_under) >= _MAX_THRESHOLDS:
            del self.at_or_under[next(iter(self.at_or_under))]
        (before,) = at_or_under(self.buckets, (threshold,))
        # Never fewer than under a smaller threshold, never more than under a larger.
        counts = self.at_or_under.items()
        floor = max((count for bound, count in counts if bound < threshold), default=0)
        ceiling = min(
            (count for bound, count in counts if bound > threshold), default=self.count
        )
        self.at_or_under[threshold] = min(max(before, floor), ceiling)


_ADDED_UP = ("count", "seconds", "sql", "external", "cpu", "queries", "records")


def total_from(content: dict) -> Total:
    """Undo what JSON does to a total: the keys of its dictionaries become text."""
    buckets = {int(index): n for index, n in content["buckets"].items()}
    thresholds = {float(bound): n for bound, n in content["at_or_under"].items()}
    return Total(**{**content, "buckets": buckets, "at_or_under": thresholds})


class Totals:
    """All running totals of this host.

    :ivar by_key: the totals
    :ivar events: how many were ever added, also to totals that were retired
    :ivar max_series: database → how many series of each family are told apart there,
        where it is not :data:`MAX_SERIES`
    :ivar dropped: reason → how many calls or details were not recorded
    :ivar changed: the keys to save
    :ivar unsaved_drops: whether ``dropped`` is to be saved
    """

    def __init__(self) -> None:
        self.by_key: dict[Key, Total] = {}
        self.events = 0
        self.max_series: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.changed: set[Key] = set()
        self.unsaved_drops = False
        self._series: dict[tuple[str, str], set[tuple]] = {}
        self._found: dict[tuple[Series, str], tuple[Key, Total]] = {}

    def restore(self, key: Key, total: Total) -> None:
        """Take over a total that was saved."""
        self.by_key[key] = total
        self._series.setdefault((key.db, key.family), set()).add(key.labels)

    def add(self, events: Iterable[tuple[Series, Event]]) -> list[tuple[Series, Event]]:
        """Add events, each to the total of its series and outcome.

        :return: the same events, each with the series that it was counted under
        """
        counted = []
        for series, event in events:
            found = self._found.get((series, event.outcome))
            if found is None:
                series = self._within_cap(series, event.calls)
                found = self._find(series, event.outcome)
            key, total = found
            total.add(event, series.threshold)
            self.events += event.calls
            self.changed.add(key)
            counted.append((series, event))
        return counted

    def _find(self, series: Series, outcome: str) -> tuple[Key, Total]:
        """Return the total of a series, and remember where it was found."""
        if family(series.family) is None:
            self.drop({"unknown_family": 1})
        key = Key(series.family, series.db, series.labels, outcome)
        if key not in self.by_key:
            self.restore(key, Total())
        if len(self._found) >= _MOST_FOUND:
            self._found.clear()
        found = self._found[series, outcome] = key, self.by_key[key]
        return found

    def drop(self, reasons: dict[str, int]) -> None:
        """Add to the counts of what was not recorded."""
        for reason, count in reasons.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count
            self.unsaved_drops |= count > 0

    def of(self, db: str) -> "Totals":
        """Return the totals of one database."""
        found = Totals()
        found.by_key = {key: of for key, of in self.by_key.items() if key.db == db}
        return found

    def retire(self, db: str) -> None:
        """Forget the totals of a database that is no more."""
        self._found.clear()
        for key in [key for key in self.by_key if key.db == db]:
            del self.by_key[key]
            self.changed.discard(key)
        for known in [known for known in self._series if known[0] == db]:
            del self._series[known]

    def _within_cap(self, series: Series, calls: int) -> Series:
        """Return what to count a series under: itself, or ``other`` beyond the cap."""
        known = self._series.setdefault((series.db, series.family), set())
        most = self.max_series.get(series.db, MAX_SERIES)
        if series.labels in known or len(known) < most:
            return series
        other = beyond_cap(series)
        if series.labels == other.labels:
            return series
        self.drop({"over_cap": calls})
        return other
