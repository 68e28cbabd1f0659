"""What each series did in each minute, on its way into its database.

Each reading of the slots gives a batch for every database that something happened in:
rows to be added to what the database has.  A batch is saved together with the places
that it was read up to (:mod:`.state`), and has a number, by which the database knows
whether it has added it already.
"""

import heapq
import json
from collections.abc import Iterable
from typing import NamedTuple

from .call_stats import FAILURES
from .events import Event, Series
from .families import all_labels
from .top_calls import TopCalls
from .totals import Total, total_from

SECONDS_OF_A_ROW = 60
MAX_ROWS_IN_MEMORY = 100_000
"""Of one database, while storage is full and nothing can be saved: about 100 MB."""
MAX_SLOWEST = 5
MAX_FAILED = 20
"""How many calls of a series are kept, in a batch and of an hour: the slowest, and the
last that failed."""


class Row(NamedTuple):
    """What a row is kept by.

    :ivar threshold: seconds up to which its calls counted as fast
    :ivar start: of its minute, in seconds since 1970
    """

    family: str
    labels: tuple[str, ...]
    outcome: str
    threshold: float
    start: int


class TopCall(NamedTuple):
    """One of the slowest calls of a series, or of the last that failed.

    :ivar ended: when, in seconds since 1970
    :ivar record_id: the record, where it was one; else 0
    """

    seconds: float
    ended: float
    outcome: str
    sql: float
    queries: int
    records: int
    record_id: int
    family: str
    labels: tuple[str, ...]

    @property
    def has_failed(self) -> bool:
        """Whether it is kept for that, and not for how long it took."""
        return self.outcome in FAILURES

    @property
    def rank(self) -> float:
        """What calls kept for the same reason are compared by: the greatest stay."""
        return self.ended if self.has_failed else self.seconds


class Batch:
    """Rows to be added, and calls to be looked at, in one database."""

    def __init__(self) -> None:
        self.rows: dict[Row, Total] = {}
        self._slow: dict[tuple, list[tuple[float, TopCall]]] = {}

    @property
    def slow(self) -> list[TopCall]:
        """The slowest calls of each series and hour, and the last that failed."""
        return [call for calls in self._slow.values() for _rank, call in calls]

    def add(
        self, series: Series, event: Event, slowest: TopCalls | None = None
    ) -> None:
        """Count one event in its minute.

        :param slowest: what is known of other batches of the hour
        """
        minute = int(event.ended // SECONDS_OF_A_ROW) * SECONDS_OF_A_ROW
        key = series.family, series.labels, event.outcome, series.threshold, minute
        total = self.rows.get(key)
        if total is None:
            total = self.rows[Row(*key)] = Total()
        total.add(event, series.threshold)
        if (
            event.calls == 1
            and (slowest is None or slowest.admits(series, event))
            and self._is_to_be_kept(series, event)
        ):
            costs = event.sql, event.queries, event.records, event.record_id
            call = event.seconds, event.ended, event.outcome, *costs
            self._keep(TopCall(*call, series.family, series.labels))

    @classmethod
    def sum_of(cls, *batches: "Batch") -> "Batch":
        """Return a new batch with all that these hold."""
        whole = cls()
        for batch in batches:
            whole.merge(batch)
        return whole

    def merge(self, other: "Batch") -> None:
        """Add another batch to this one."""
        for row, total in other.rows.items():
            self.rows.setdefault(row, Total()).merge(total)
        for slow in other.slow:
            self._keep(slow)

    def dumps(self) -> str:
        """Return it as JSON."""
        rows = [[*row, vars(total)] for row, total in self.rows.items()]
        return json.dumps({"rows": rows, "slow": self.slow})

    @classmethod
    def loads(cls, text: str) -> "Batch":
        """Undo :meth:`dumps`."""
        batch, content = cls(), json.loads(text)
        for family, labels, outcome, threshold, start, total in content["rows"]:
            labels = all_labels(family, labels)
            row = Row(family, labels, outcome, threshold, start)
            batch.rows[row] = total_from(total)
        for *values, family, labels in content["slow"]:
            batch._keep(TopCall(*values, family, all_labels(family, labels)))
        return batch

    def _is_to_be_kept(self, series: Series, event: Event) -> bool:
        """Say whether a call is; most are not, so it must not cost much."""
        failed = event.outcome in FAILURES
        kept = self._slow.get(
            (series.family, series.labels, event.ended // 3600, failed)
        )
        if not kept or len(kept) < _most(failed):
            return True
        return (event.ended if failed else event.seconds) >= kept[0][0]

    def _keep(self, slow: TopCall) -> None:
        """Keep a call if it is among those of its series and hour that are kept."""
        key = slow.family, slow.labels, slow.ended // 3600, slow.has_failed
        calls = self._slow.setdefault(key, [])
        if len(calls) < _most(slow.has_failed):
            heapq.heappush(calls, (slow.rank, slow))
        else:
            heapq.heappushpop(calls, (slow.rank, slow))


def _most(failed: bool) -> int:
    return MAX_FAILED if failed else MAX_SLOWEST


def batches(
    events: Iterable[tuple[Series, Event]],
    found: dict[str, Batch] | None = None,
    slowest: TopCalls | None = None,
) -> dict[str, Batch]:
    """Return a batch for each database that events are of.

    :param found: batches to add to, instead of new ones
    :param slowest: as of :meth:`Batch.add`
    """
    found = {} if found is None else found
    for series, event in events:
        if series.db:
            batch = found.get(series.db)
            if batch is None:
                batch = found[series.db] = Batch()
            batch.add(series, event, slowest)
    return found


def gather(
    at_hand: dict[str, Batch],
    events: Iterable[tuple[Series, Event]],
    slowest: TopCalls | None = None,
) -> int:
    """Add events to the batches of their databases.

    :param at_hand: database → what is not saved yet
    :param slowest: as of :meth:`Batch.add`
    :return: how many calls were lost, since they had become too much to keep
    """
    batches(events, at_hand, slowest)
    lost = 0
    for db, batch in list(at_hand.items()):
        if len(batch.rows) > MAX_ROWS_IN_MEMORY:
            lost += sum(total.count for total in batch.rows.values())
            del at_hand[db]
    return lost
