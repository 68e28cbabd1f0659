"""One call of a measured method, from its beginning to its event."""

import contextlib
import itertools
import math
import sys
import threading
import time
from collections.abc import Iterable

import psycopg2

from ..telemetry.events import Event, Series
from ..telemetry.merge import merged
from ..telemetry.slots.recorder import Ticket
from . import external_time
from .guard import guarded
from .outcome import outcome_of
from .recording import recorder
from .transaction_listener import TransactionListener

DONE, NOT_DONE, FAILED = "done", "not_done", "failed"
"""What a model says of a method that returned.  Not done: it asked the user something
instead, or there was nothing to do, and the call is not counted."""

_MARK = "_reliability_order"
_orders = itertools.count()


def next_order() -> int:
    """Return a number larger than any given before, to tell what began earlier."""
    return next(_orders)


class Call:
    """What is known of a call, until its transaction tells how it ended.

    :ivar order: compares with the order of a savepoint
    :ivar threshold: seconds up to which it counts as fast
    :ivar ended: whether the method is over
    :ivar committed: whether the method itself committed what it had done so far
    :ivar error: how the error ended it that the method itself raised, else ``None``
    :ivar labelled: whether it is known where the call belongs
    """

    __slots__ = (
        "_cpu",
        "_event",
        "_outside",
        "_sql",
        "_started",
        "committed",
        "depth",
        "ended",
        "error",
        "labelled",
        "order",
        "record_id",
        "records",
        "threshold",
        "ticket",
    )

    def __init__(self, series: Series, records: int, record_id: int, depth: int):
        self.ticket: Ticket | None = None
        self.order = next_order()
        self.threshold = series.threshold
        self.records = records
        self.record_id = record_id
        self.depth = depth
        self.ended = False
        self.committed = False
        self.error: str | None = None
        self.labelled = False
        error = sys.exc_info()[1]
        if error is not None:
            _mark_as_earlier(error, self.order)
        self._event: tuple | None = None
        self._sql = sql_so_far()
        self._outside = external_time.seconds_so_far()
        self.ticket = recorder().begin(series, records, record_id, depth)
        self._cpu = time.thread_time()
        self._started = time.perf_counter()

    def end(self, error: BaseException | None) -> None:
        """Note that the method is over, and take its costs."""
        seconds = time.perf_counter() - self._started
        self.ended = True
        if error is not None:
            self.error = outcome_of(error)
        cpu = time.thread_time() - self._cpu
        sql, queries = sql_since(self._sql, seconds)
        external = external_time.seconds_since(self._outside, seconds)
        self._event = (time.time(), seconds, sql, external, cpu, queries)
        if self.ticket is not None:
            recorder().returned(self.ticket)

    def judge(self, verdict: str) -> None:
        """Take the model's word on what a method that returned has done."""
        if verdict == FAILED:
            self.error = "failed"
        elif verdict == NOT_DONE:
            self.abandon()

    def relabel(self, series: Series) -> None:
        """Count the call under the labels that are known by now."""
        if self.ticket is not None:
            recorder().relabel(self.ticket, series)

    def committing(self) -> None:
        """Note that the COMMIT that decides this call is about to be sent."""
        if self.ticket is not None:
            recorder().committing(self.ticket)

    @property
    def is_protected(self) -> bool:
        """Whether the call is in the in-flight table, so that a kill would be told."""
        return self.ticket is not None and self.ticket.entry is not None

    @property
    def is_open(self) -> bool:
        """Whether there is an event still to come."""
        ticket = getattr(self, "ticket", None)  # where our own code failed at once
        return ticket is not None and ticket.slot is not None

    def event(self, outcome: str) -> Event:
        """Return the call's one event."""
        ticket = self.ticket
        # Where our own code failed before the end of the method, that is all we know.
        ended = self._event or (time.time(), 0.0, 0.0, 0.0, 0.0, 0)
        where = self.records, self.record_id, self.depth, ticket.call
        return Event(ticket.series, outcome, *ended, *where)

    def __del__(self) -> None:
        """Leave nothing in flight where our own code failed to settle the call.

        Not when the process ends: then it is for the next holder of the slot to tell.
        """
        if self.is_open and not sys.is_finalizing():
            self.abandon()

    @guarded
    def abandon(self) -> None:
        """Forget the call: there is nothing to count, or it is counted elsewhere."""
        if self.is_open:
            recorder().forget(self.ticket)

    def began_before(self, error: BaseException) -> bool:
        """Say whether the call began before an error, which then may be its own."""
        return self.order < getattr(error, _MARK, math.inf)


def _mark_as_earlier(error: BaseException, order: int) -> None:
    """Note on an error that is being handled that a call begins only now.

    To keep the error instead would keep everything that its traceback holds, until the
    end of the transaction.
    """
    if not hasattr(error, _MARK):
        with contextlib.suppress(AttributeError):  # a class may have no room for it
            setattr(error, _MARK, order)


def settle(ended: Iterable[tuple[Call | TransactionListener, str]]) -> None:
    """Record how calls ended, one event each, and tell those who follow.

    Thousands of calls in one transaction would fill the ring at once.  Those that found
    no place in the in-flight table, and so need no event of their own, share events.
    """
    calls = []
    for one, outcome in ended:
        if isinstance(one, TransactionListener):
            _tell(one, outcome)
        elif one.ticket is not None:
            calls.append((one, outcome))
    for call, outcome in calls:
        if call.is_protected:
            _record(call, outcome)
    if unprotected := [(call, outcome) for call, outcome in calls if call.is_open]:
        _record_merged(unprotected)


@guarded
def _tell(follower: TransactionListener, outcome: str) -> None:
    try:
        follower.on_end(outcome)
    except psycopg2.Error as error:
        # Of a connection of its own: our transaction has ended, and must not fail.
        raise RuntimeError("a follower was not told") from error


@guarded  # each by itself: one that fails must not take the others along
def _record(call: Call, outcome: str) -> None:
    try:
        recorder().finish(call.ticket, call.event(outcome))
    except Exception:
        call.abandon()
        raise


@guarded
def _record_merged(ended: list[tuple[Call, str]]) -> None:
    tickets = {call.ticket.call: call.ticket for call, _outcome in ended}
    events = ((call.event(outcome), call.threshold) for call, outcome in ended)
    for event in merged(events):
        recorder().finish(tickets[event.call], event)


def sql_so_far() -> tuple[float, int]:
    """Return seconds and statements of this thread, as Odoo's cursor counts them.

    Odoo starts these counters for HTTP requests only, and takes one of them away when
    the request is logged; elsewhere we start them, with the time that Odoo's access log
    expects beside them.
    """
    thread = threading.current_thread()
    try:
        return thread.query_time, thread.query_count
    except AttributeError:
        thread.perf_t0 = getattr(thread, "perf_t0", time.time())
        thread.query_time, thread.query_count = 0.0, 0
        return 0.0, 0


def sql_since(before: tuple[float, int], seconds: float) -> tuple[float, int]:
    """Return seconds in PostgreSQL and statements of what took ``seconds``.

    Odoo times statements by the time of day, and somebody may set the clock meanwhile.

    :param before: what :func:`sql_so_far` returned when it began
    """
    sql, queries = sql_so_far()
    return min(max(0.0, sql - before[0]), seconds), max(0, queries - before[1])
