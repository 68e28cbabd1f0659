"""One call of a measured method, from its beginning to its event."""

import itertools
import sys
import threading
import time

from ..telemetry.events import Event, Series
from .guard import guarded
from .outcome import outcome_of
from .recording import recorder

_orders = itertools.count()


def next_order() -> int:
    """Return a number larger than any given before, to tell what began earlier."""
    return next(_orders)


class Call:
    """What is known of a call, until its transaction tells how it ended.

    :ivar order: compares with the order of a savepoint
    :ivar ended: whether the method is over
    :ivar committed: whether the method itself committed what it had done so far
    :ivar error: how the error ended it that the method itself raised, else ``None``
    :ivar earlier_error: the error that was being handled when the call began; it is
        not this call's
    """

    __slots__ = (
        "_cpu",
        "_event",
        "_queries",
        "_sql",
        "_started",
        "committed",
        "depth",
        "earlier_error",
        "ended",
        "error",
        "order",
        "record_id",
        "records",
        "ticket",
    )

    def __init__(self, series: Series, records: int, record_id: int, depth: int):
        self.ticket = recorder().begin(series, records, record_id, depth)
        self.order = next_order()
        self.records = records
        self.record_id = record_id
        self.depth = depth
        self.ended = False
        self.committed = False
        self.error: str | None = None
        self.earlier_error = sys.exc_info()[1]
        # What is known if our own code fails before the end.
        self._event = (time.time(), 0.0, 0.0, 0.0, 0.0, 0)
        self._sql, self._queries = _sql_so_far()
        self._cpu = time.thread_time()
        self._started = time.perf_counter()

    def end(self, error: BaseException | None) -> None:
        """Note that the method is over, and take its costs."""
        seconds = time.perf_counter() - self._started
        self.ended = True
        if error is not None:
            self.error = outcome_of(error)
        cpu = time.thread_time() - self._cpu
        sql, queries = _sql_so_far()
        costs = (max(0.0, sql - self._sql), 0.0, cpu, max(0, queries - self._queries))
        self._event = (time.time(), seconds, *costs)
        if self.ticket is not None:
            recorder().returned(self.ticket)

    def relabel(self, series: Series) -> None:
        """Count the call under the labels that are known by now."""
        if self.ticket is not None:
            recorder().relabel(self.ticket, series)

    def committing(self) -> None:
        """Note that the COMMIT that decides this call is about to be sent."""
        if self.ticket is not None:
            recorder().committing(self.ticket)

    @guarded  # each by itself: one that fails must not take the others along
    def settle(self, outcome: str) -> None:
        """Record how the call ended: its one event."""
        ticket = self.ticket
        if ticket is not None:
            details = (*self._event, self.records, self.record_id, self.depth)
            event = Event(ticket.series, outcome, *details, ticket.call)
            try:
                recorder().finish(ticket, event)
            except Exception:
                self.abandon()
                raise

    def abandon(self) -> None:
        """Forget the call where our own code failed, which is counted elsewhere."""
        if self.ticket is not None:
            recorder().forget(self.ticket)


def _sql_so_far() -> tuple[float, int]:
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
