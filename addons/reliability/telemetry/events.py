"""What one finished call says about itself, and the words it is said in."""

from collections.abc import Iterable
from typing import NamedTuple

OUTCOMES = (
    "success",
    "retried",
    "rejected",
    "failed",
    "rolled_back",
    "killed",
    "unknown",
)
"""How a call can end; the position in this tuple is what slot files hold."""


class Series(NamedTuple):
    """The label set that an event is counted under.

    ``family`` says what was measured and with it the names of ``labels`` (see
    :data:`LABELS`); ``db`` is empty where it was in no database that has the app;
    ``threshold`` is the number of seconds up to which a call of this series counts as
    fast, as it was when the call began.
    """

    family: str
    db: str
    labels: tuple[str, ...]
    threshold: float


LABELS = {
    "operation": ("service", "operation", "company", "warehouse", "dimension"),
    "http": (
        "http_route",
        "http_request_method",
        "http_response_status_code",
        "error_type",
    ),
    "http_waiting": (),
    "cron": ("cron",),
    "cron_delay": ("cron",),
    "integration": ("service", "integration", "kind", "operation"),
    "queue_job": ("channel", "job"),
    "queue_job_delay": ("channel", "attempt"),
    "lock_waiting": ("service", "operation", "company", "warehouse"),
    "mail": ("reason",),
}
"""What is measured, each family with the names of its labels, in the order of
:attr:`Series.labels`: calls of operations; requests, and how long they waited for a
worker; scheduled actions, and how late they began; attempts to reach a counterpart;
jobs of a queue, and how long they waited; how long any of these were seen to wait for
locks of the database; mails, and why they could not be sent."""


def all_labels(family: str, labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels as they were stored, with those that are newer as empty."""
    known = tuple(labels)
    return known + ("",) * (len(LABELS.get(family, ())) - len(known))


OTHER = "other"
"""The label value of everything beyond a cap on the number of series."""


def beyond_cap(series: Series) -> Series:
    """Return the one series of its database that takes what a cap refuses."""
    return Series(series.family, series.db, (OTHER,) * len(LABELS[series.family]), 0.0)


class Event(NamedTuple):
    """One finished call, or several that :func:`merged` made one.

    :ivar series: number of its series in the dictionary of its slot
    :ivar ended: when, in seconds since 1970
    :ivar seconds: how long
    :ivar sql, external, cpu: seconds of it spent in PostgreSQL, waiting for
        counterparts, and computing
    :ivar queries: how many SQL statements
    :ivar records: on how many records
    :ivar record_id: the record, where it was one; else 0
    :ivar depth: 0 where no other measured call was around it
    :ivar call: number of the call in its slot
    :ivar calls: how many calls it stands for, of about the same duration
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
