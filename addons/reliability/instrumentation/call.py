"""One call of a measured method, from its start to its event."""

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
from .explain import explain
from .guard import guarded
from .outcome import outcome_of
from .recording import recorder
from .transaction_listener import TransactionListener

DONE, NOT_DONE, FAILED = "done", "not_done", "failed"
"""What ``_reliability_outcome`` can return.  A call that is not done is not counted:
the method asked the user for more, or there was nothing to do."""

_MARK = "_reliability_order"
_orders = itertools.count()


def next_order() -> int:
    """Return the next position in the order of calls, savepoints and listeners."""
    return next(_orders)


class Call:
    """A call whose outcome depends on the end of its transaction.

    :ivar order: its position among calls and savepoints, from :func:`next_order`
    :ivar threshold: latency threshold in seconds
    :ivar ended: whether the method has returned or raised
    :ivar committed: whether the method itself committed what it had done so far
    :ivar error: the outcome by the error that the method raised, or by the model;
        ``None`` without one
    :ivar labelled: whether the labels of its series are known
    """

    __slots__ = (
        "_cpu",
        "_event",
        "_external",
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
        self._external = external_time.seconds_so_far()
        self.ticket = recorder().begin(series, records, record_id, depth)
        self._cpu = time.thread_time()
        self._started = time.perf_counter()

    def end(self, error: BaseException | None) -> None:
        """Record that the method has ended, and its costs."""
        seconds = time.perf_counter() - self._started
        self.ended = True
        if error is not None:
            self.error = outcome_of(error)
        cpu = time.thread_time() - self._cpu
        sql, queries = sql_since(self._sql, seconds)
        external = external_time.seconds_since(self._external, seconds)
        self._event = (time.time(), seconds, sql, external, cpu, queries)
        if self.ticket is not None:
            recorder().returned(self.ticket)
        if error is not None:
            self.explain(error)

    def explain(self, error: BaseException) -> None:
        """Record the error that decides the outcome, before the event.

        Not the error itself is kept: its traceback would keep alive what it refers to.
        """
        explain(self.ticket, error)

    def classify(self, outcome: str) -> None:
        """Apply the outcome that the model gives to a call that returned."""
        if outcome == FAILED:
            self.error = "failed"
        elif outcome == NOT_DONE:
            self.forget()

    def relabel(self, series: Series) -> None:
        """Count the call in another series than the one that it started with."""
        if self.ticket is not None:
            recorder().relabel(self.ticket, series)

    def committing(self) -> None:
        """Record that the COMMIT of this call's transaction is about to be sent."""
        if self.ticket is not None:
            recorder().committing(self.ticket)

    @property
    def is_protected(self) -> bool:
        """Whether the call is in the in-flight table, so that a kill is recorded."""
        return self.ticket is not None and self.ticket.entry is not None

    @property
    def is_open(self) -> bool:
        """Whether the call has no event yet."""
        ticket = getattr(self, "ticket", None)  # missing if ``__init__`` failed
        return ticket is not None and ticket.slot is not None

    def event(self, outcome: str) -> Event:
        """Return the event of the call."""
        ticket = self.ticket
        # The costs are unknown if an error of ours prevented :meth:`end`.
        costs = self._event or (time.time(), 0.0, 0.0, 0.0, 0.0, 0)
        subject = self.records, self.record_id, self.depth, ticket.call
        return Event(ticket.series, outcome, *costs, *subject)

    def __del__(self) -> None:
        """Leave nothing in flight if an error of ours prevented the event.

        Not at the end of the process: then the next owner of the slot records it.
        """
        if self.is_open and not sys.is_finalizing():
            self.forget()

    @guarded
    def forget(self) -> None:
        """Close the call without an event."""
        if self.is_open:
            recorder().forget(self.ticket)

    def began_before(self, error: BaseException) -> bool:
        """Return whether the call began before an error was raised.

        An error that is older than the call cannot be the reason for its rollback.
        """
        return self.order < getattr(error, _MARK, math.inf)


class BatchCall(Call):
    """A call on several records, or on none or a new one.

    :ivar ids: of its records
    """

    __slots__ = ("ids",)

    def __init__(self, series: Series, ids: tuple, depth: int):
        self.ids = ids
        super().__init__(series, len(ids), 0, depth)

    def end(self, error: BaseException | None) -> None:
        """Record the records of a slow call, too: its event names none of several."""
        result = super().end(error)
        if error is None and 0 < self.threshold < self._event[1]:
            explain(self.ticket, None, self.ids)
        return result

    def explain(self, error: BaseException) -> None:
        """Record the error together with the records."""
        explain(self.ticket, error, self.ids)


def _mark_as_earlier(error: BaseException, order: int) -> None:
    """Store on an error that is being handled the order of the first later call.

    A reference to the error would keep alive what its traceback refers to, until the
    end of the transaction.
    """
    if not hasattr(error, _MARK):
        with contextlib.suppress(AttributeError):  # its class may have ``__slots__``
            setattr(error, _MARK, order)


def finish_calls(ended: Iterable[tuple[Call | TransactionListener, str]]) -> None:
    """Record the events of calls with their outcomes, and notify listeners.

    Thousands of calls in one transaction would fill the ring at once.  Those for which
    the in-flight table was full need no event of their own, and are merged.
    """
    calls = []
    for pending, outcome in ended:
        if isinstance(pending, TransactionListener):
            _notify(pending, outcome)
        elif pending.ticket is not None:
            calls.append((pending, outcome))
    for call, outcome in calls:
        if call.is_protected:
            _record(call, outcome)
    if unprotected := [(call, outcome) for call, outcome in calls if call.is_open]:
        _record_merged(unprotected)


@guarded
def _notify(listener: TransactionListener, outcome: str) -> None:
    try:
        listener.on_end(outcome)
    except psycopg2.Error as error:
        # Guarded functions raise errors of PostgreSQL, but this one comes from another
        # connection: the measured transaction has ended and must not fail.
        raise RuntimeError("a transaction listener failed") from error


@guarded  # for each call: an error must not prevent the events of the others
def _record(call: Call, outcome: str) -> None:
    try:
        recorder().finish(call.ticket, call.event(outcome))
    except Exception:
        call.forget()
        raise


@guarded
def _record_merged(ended: list[tuple[Call, str]]) -> None:
    tickets = {call.ticket.call: call.ticket for call, _outcome in ended}
    events = ((call.event(outcome), call.threshold) for call, outcome in ended)
    for event in merged(events):
        recorder().finish(tickets[event.call], event)


def sql_so_far() -> tuple[float, int]:
    """Return seconds and statements of this thread, as Odoo's cursor counts them.

    Odoo starts these counters for HTTP requests only, and deletes one of them when it
    logs the request.  Otherwise they are started here, with the attribute that Odoo's
    access log expects.
    """
    thread = threading.current_thread()
    try:
        return thread.query_time, thread.query_count
    except AttributeError:
        thread.perf_t0 = getattr(thread, "perf_t0", time.time())
        thread.query_time, thread.query_count = 0.0, 0
        return 0.0, 0


def sql_since(before: tuple[float, int], seconds: float) -> tuple[float, int]:
    """Return seconds in PostgreSQL, and statements, within ``seconds``.

    The former are at most the latter: Odoo times statements by the wall clock, which
    may be set meanwhile.

    :param before: what :func:`sql_so_far` returned at its beginning
    """
    sql, queries = sql_so_far()
    return min(max(0.0, sql - before[0]), seconds), max(0, queries - before[1])
