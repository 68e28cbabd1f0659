"""Batches: rollups by minute on their way into their database.

Each reading of the slots makes a batch for every database with new events: rows to be
added to the rollups of the database.  A batch is saved in one transaction with the
positions up to which the slots were read (:mod:`...collector.state`).  It has a number,
by which its database knows whether it has the batch already.
"""

import heapq
import json
from collections.abc import Iterable
from typing import NamedTuple

from .call_stats import FAILURES, REJECTED
from .events import Event, Series
from .families import has_durations, is_evaluated, is_of_company
from .top_calls import TopCallFilter
from .totals import Total, total_from

SECONDS_OF_A_ROW = 60
_SECONDS_OF_AN_HOUR = 3600
MAX_ROWS_IN_MEMORY = 100_000
"""Of one database, while storage is full and nothing can be saved: about 100 MB."""
MAX_SLOWEST = 5
MAX_FAILED = 20
"""The numbers of top calls of a series, in a batch and in an hour: the slowest of those
over the latency threshold, the last that failed, and as many that were rejected."""

SLOW, FAILED = "slow", "failed"
"""Kinds of top calls, beside ``rejected``."""


def kind_of(outcome: str) -> str:
    """Return the kind of the top calls with an outcome."""
    if outcome in FAILURES:
        return FAILED
    return outcome if outcome == REJECTED else SLOW


class RowKey(NamedTuple):
    """The key of a row of a batch.

    :ivar threshold: seconds up to which its calls counted as fast; 0 without one
    :ivar start: the beginning of its minute, in seconds since 1970
    """

    family: str
    labels: tuple[str, ...]
    outcome: str
    threshold: float
    start: int


class TopCall(NamedTuple):
    """One of the slowest calls of a series, or one of the last failed or rejected ones.

    :ivar ended: when it ended, in seconds since 1970
    :ivar record_id: the id of the record, if there was exactly one; else 0
    :ivar error_class, error_message: of the error that decided the outcome
    :ivar record_ids: the ids of the records, if there were several and not too many
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
    error_class: str = ""
    error_message: str = ""
    record_ids: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """Why it is stored: it was slow, rejected, or failed."""
        return kind_of(self.outcome)

    @property
    def rank(self) -> float:
        """The sort key among the calls of its kind: the greatest are stored."""
        return self.seconds if self.kind == SLOW else self.ended


class Batch:
    """Rows and top calls to be added to one database."""

    def __init__(self) -> None:
        self.rows: dict[RowKey, Total] = {}
        self._top_calls: dict[tuple, list[tuple[float, TopCall]]] = {}

    @property
    def top_calls(self) -> list[TopCall]:
        """The slow, failed and rejected calls of each series and hour to be stored.

        Only of families that are evaluated: others, such as delays, are no calls.
        """
        return [call for calls in self._top_calls.values() for _rank, call in calls]

    def add(
        self, series: Series, event: Event, call_filter: TopCallFilter | None = None
    ) -> None:
        """Add one event to the row of its minute.

        A call is slow only if its family has durations, and it took longer than the
        latency threshold.

        :param call_filter: knows the top calls of the hour's other batches
        """
        minute = int(event.ended // SECONDS_OF_A_ROW) * SECONDS_OF_A_ROW
        key = series.family, series.labels, event.outcome, series.threshold, minute
        total = self.rows.get(key)
        if total is None:
            total = self.rows[RowKey(*key)] = Total()
        total.add(event, series.threshold)
        if (
            event.calls == 1
            and _has_reason(series, event)
            and is_evaluated(series.family)
            and (call_filter is None or call_filter.admits(series, event))
            and self._may_be_top_call(series, event)
        ):
            costs = event.sql, event.queries, event.records, event.record_id
            call = event.seconds, event.ended, event.outcome, *costs
            self._add_top_call(
                TopCall(*call, series.family, series.labels, *event.detail)
            )

    @classmethod
    def sum_of(cls, *batches: "Batch") -> "Batch":
        """Return a new batch with the content of all given batches."""
        whole = cls()
        for batch in batches:
            whole.merge(batch)
        return whole

    def merge(self, other: "Batch") -> None:
        """Add another batch to this one."""
        for row, total in other.rows.items():
            self.rows.setdefault(row, Total()).merge(total)
        for call in other.top_calls:
            self._add_top_call(call)

    def dumps(self) -> str:
        """Return the batch as JSON."""
        rows = [[*row, vars(total)] for row, total in self.rows.items()]
        return json.dumps({"rows": rows, "top_calls": self.top_calls})

    @classmethod
    def loads(cls, text: str) -> "Batch":
        """Return the batch from the JSON of :meth:`dumps`."""
        batch, content = cls(), json.loads(text)
        for family, labels, outcome, threshold, start, total in content["rows"]:
            row = RowKey(family, tuple(labels), outcome, threshold, start)
            batch.rows[row] = total_from(total)
        for *values, family, labels, name, message, ids in map(
            _complete, content["top_calls"]
        ):
            detail = name, message, tuple(ids)
            batch._add_top_call(TopCall(*values, family, tuple(labels), *detail))
        return batch

    def _may_be_top_call(self, series: Series, event: Event) -> bool:
        """Return whether a call may be a top call.

        Most calls are not, so this check must be cheap.
        """
        kind = kind_of(event.outcome)
        hour = event.ended // _SECONDS_OF_AN_HOUR
        calls = self._top_calls.get((series.family, series.labels, hour, kind))
        if not calls or len(calls) < _max_calls(kind):
            return True
        return (event.seconds if kind == SLOW else event.ended) >= calls[0][0]

    def _add_top_call(self, call: TopCall) -> None:
        """Add a call; the one with the lowest rank is removed beyond the maximum."""
        hour = call.ended // _SECONDS_OF_AN_HOUR
        key = call.family, call.labels, hour, call.kind
        calls = self._top_calls.setdefault(key, [])
        if len(calls) < _max_calls(call.kind):
            heapq.heappush(calls, (call.rank, call))
        else:
            heapq.heappushpop(calls, (call.rank, call))


def _has_reason(series: Series, event: Event) -> bool:
    """Return whether a call was slow, was rejected or failed.

    Most calls are none of it, so this check comes first.
    """
    kind = kind_of(event.outcome)
    if kind == SLOW:
        is_slow = 0 < series.threshold < event.seconds
        return is_slow and has_durations(series.family)
    # That a client requests what does not exist is no work of a company.
    return kind == FAILED or is_of_company(series.family)


def _complete(values: list) -> list:
    """Return the values of a top call, also of one that an older version has saved."""
    return [*values, *TopCall._field_defaults.values()][: len(TopCall._fields)]


def _max_calls(kind: str) -> int:
    return MAX_SLOWEST if kind == SLOW else MAX_FAILED


def batches(
    events: Iterable[tuple[Series, Event]],
    found: dict[str, Batch] | None = None,
    call_filter: TopCallFilter | None = None,
) -> dict[str, Batch]:
    """Return a batch for each database with events.

    :param found: batches to add to, instead of new ones
    :param call_filter: as in :meth:`Batch.add`
    """
    found = {} if found is None else found
    for series, event in events:
        if series.db:
            batch = found.get(series.db)
            if batch is None:
                batch = found[series.db] = Batch()
            batch.add(series, event, call_filter)
    return found


def add_to_batches(
    unsaved: dict[str, Batch],
    events: Iterable[tuple[Series, Event]],
    call_filter: TopCallFilter | None = None,
) -> int:
    """Add events to the unsaved batches of their databases.

    A batch of more than :data:`MAX_ROWS_IN_MEMORY` rows is dropped.

    :param unsaved: database → batch
    :param call_filter: as in :meth:`Batch.add`
    :return: number of calls in the dropped batches
    """
    batches(events, unsaved, call_filter)
    lost = 0
    for db, batch in list(unsaved.items()):
        if len(batch.rows) > MAX_ROWS_IN_MEMORY:
            lost += sum(total.count for total in batch.rows.values())
            del unsaved[db]
    return lost
