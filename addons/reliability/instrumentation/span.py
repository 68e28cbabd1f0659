"""Spans: timed work that is no call of a method, such as a request or a cron run."""

import sys
import time

from ..telemetry.events import Event, Series
from ..telemetry.merge import MAX_CALLS
from ..telemetry.slots.recorder import Ticket
from . import external_time
from .call import sql_since, sql_so_far
from .explain import explain
from .recording import recorder
from .unmeasured import is_unmeasured


class Span:
    """A span that starts when it is created and has one event.

    While it is open it is in the in-flight table: if the process dies, the next owner
    of the slot records it as ``killed``.
    """

    __slots__ = ("_cpu", "_external", "_series", "_sql", "_started", "_ticket")

    def __init__(self, series: Series):
        self._series = series
        self._sql = sql_so_far()
        self._external = external_time.seconds_so_far()
        self._ticket = _begin(series)
        self._cpu = time.thread_time()
        self._started = time.perf_counter()

    def relabel(self, series: Series) -> None:
        """Count the span in another series than the one that it started with."""
        if self._ticket is not None and series != self._series:
            self._series = series
            recorder().relabel(self._ticket, series)

    def end(self, outcome: str, error: BaseException | None = None) -> None:
        """Record the event of the span; again does nothing.

        :param error: the reason for the outcome ``failed``
        """
        ticket = self._ticket
        if ticket is None:
            return
        seconds = time.perf_counter() - self._started
        cpu = time.thread_time() - self._cpu
        sql, queries = sql_since(self._sql, seconds)
        external = external_time.seconds_since(self._external, seconds)
        costs = (sql, external, cpu, queries)
        event = Event(
            ticket.series, outcome, time.time(), seconds, *costs, call=ticket.call
        )
        if error is not None and outcome == "failed":
            explain(ticket, error)
        recorder().finish(ticket, event)
        self._ticket = None

    def leave_out(self) -> None:
        """Record no event if the process dies; the caller forgets the span."""
        if self._is_open:
            recorder().leave_out(self._ticket)

    def forget(self) -> None:
        """Close the span without an event."""
        if self._is_open:
            recorder().forget(self._ticket)
            self._ticket = None

    def __del__(self) -> None:
        """Leave nothing in flight if an error prevented :meth:`end`.

        Not at the end of the process: then the next owner of the slot records it.
        """
        if self._is_open and not sys.is_finalizing():
            self.forget()

    @property
    def _is_open(self) -> bool:
        return getattr(self, "_ticket", None) is not None


def record(
    series: Series, outcome: str = "success", seconds: float = 0.0, calls: int = 1
) -> None:
    """Record one event of something that has just ended, such as a wait for a lock.

    :param outcome: one of :data:`..telemetry.events.OUTCOMES`
    :param seconds: duration of all ``calls`` together
    :param calls: number of calls that the event stands for, at most 65,535
    """
    ticket = _begin(series)
    if ticket is None:
        return
    calls = min(calls, MAX_CALLS)
    ended = (ticket.series, outcome, time.time(), seconds)
    try:
        recorder().finish(ticket, Event(*ended, call=ticket.call, calls=calls))
    except Exception:
        recorder().forget(ticket)
        raise


def _begin(series: Series) -> Ticket | None:
    """Return the ticket of what begins; ``None`` if it is not recorded."""
    return None if is_unmeasured() else recorder().begin(series, records=0)
