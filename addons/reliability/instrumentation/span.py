"""Something that is timed and is no call of a method: a request, a scheduled action."""

import sys
import time

from ..telemetry.events import Event, Series
from ..telemetry.merge import MAX_CALLS
from . import external_time
from .call import sql_since, sql_so_far
from .recording import recorder


class Span:
    """One of them, from its beginning; if the process dies inside, that is told."""

    __slots__ = ("_cpu", "_outside", "_series", "_sql", "_started", "_ticket")

    def __init__(self, series: Series):
        self._series = series
        self._sql = sql_so_far()
        self._outside = external_time.seconds_so_far()
        self._ticket = recorder().begin(series, records=0)
        self._cpu = time.thread_time()
        self._started = time.perf_counter()

    def relabel(self, series: Series) -> None:
        """Count it under another series than it began with."""
        if self._ticket is not None and series != self._series:
            self._series = series
            recorder().relabel(self._ticket, series)

    def end(self, outcome: str) -> None:
        """Record that it is over; again does nothing."""
        ticket = self._ticket
        if ticket is None:
            return
        seconds = time.perf_counter() - self._started
        cpu = time.thread_time() - self._cpu
        sql, queries = sql_since(self._sql, seconds)
        external = external_time.seconds_since(self._outside, seconds)
        costs = (sql, external, cpu, queries)
        event = Event(
            ticket.series, outcome, time.time(), seconds, *costs, call=ticket.call
        )
        recorder().finish(ticket, event)
        self._ticket = None

    def forget(self) -> None:
        """Record nothing of it."""
        if self._is_open:
            recorder().forget(self._ticket)
            self._ticket = None

    def __del__(self) -> None:
        """Leave nothing in flight where our own code failed to end it.

        Not when the process ends: then it is for the next holder of the slot to tell.
        """
        if self._is_open and not sys.is_finalizing():
            self.forget()

    @property
    def _is_open(self) -> bool:
        return getattr(self, "_ticket", None) is not None


def record(
    series: Series, outcome: str = "success", seconds: float = 0.0, calls: int = 1
) -> None:
    """Record something that has just ended, such as a wait, or several at once.

    :param outcome: how it ended, one of :data:`..telemetry.events.OUTCOMES`
    :param seconds: how long it took, all ``calls`` together
    :param calls: how many of these there were, at most 65,535
    """
    ticket = recorder().begin(series, records=0)
    if ticket is None:
        return
    calls = min(calls, MAX_CALLS)
    ended = (ticket.series, outcome, time.time(), seconds)
    try:
        recorder().finish(ticket, Event(*ended, call=ticket.call, calls=calls))
    except Exception:
        recorder().forget(ticket)
        raise
