"""Events: the records of finished calls, and the series that they belong to."""

from typing import NamedTuple

from .detail import NO_DETAIL
from .families import all_labels

OUTCOMES = (
    "success",
    "retried",
    "rejected",
    "failed",
    "rolled_back",
    "killed",
    "unknown",
)
"""The ways in which a call can end.  Slot files store the index in this tuple."""


class Series(NamedTuple):
    """The label set that an event is counted under.

    :ivar family: the name of its family, which names the labels (:mod:`.families`)
    :ivar db: the database; empty where the app is not installed in it
    :ivar labels: the values, in the order of the family's labels
    :ivar threshold: the latency threshold, in seconds, in force when the call began: a
        call that takes no longer is fast; 0 where calls are neither fast nor slow
    """

    family: str
    db: str
    labels: tuple[str, ...]
    threshold: float


OTHER = "other"
"""The value of every label of the series that counts calls beyond a cap."""


def beyond_cap(series: Series) -> Series:
    """Return the series ``other`` of a family: it counts calls beyond a cap."""
    labels = (OTHER,) * len(all_labels(series.family, series.labels))
    return Series(series.family, series.db, labels, 0.0)


class Event(NamedTuple):
    """One finished call, or several calls that :func:`.merge.merged` combined.

    :ivar series: the number of its series in the dictionary of its slot
    :ivar ended: when it ended, in seconds since 1970
    :ivar seconds: its duration
    :ivar sql, external, cpu: seconds spent in PostgreSQL, waiting for partner systems,
        and computing
    :ivar queries: the number of SQL statements
    :ivar records: the number of records that the method was called on
    :ivar record_id: the id of the record, if there was exactly one; else 0
    :ivar depth: the number of measured calls around it
    :ivar call: the number of the call in its slot
    :ivar calls: the number of calls that the event stands for, all of about the same
        duration
    """

    series: int
    outcome: str
    ended: float
    seconds: float
    sql: float = 0.0
    external: float = 0.0
    cpu: float = 0.0
    queries: int = 0
    records: int = 0
    record_id: int = 0
    depth: int = 0
    call: int = 0
    calls: int = 1

    # No field: an event is stored in 64 bytes, without its detail.
    detail = NO_DETAIL


class DetailedEvent(Event):
    """An event that was read together with the detail of its call."""
