"""An early filter for the slowest calls of each hour.

A database stores only a few of the slowest calls of each series and hour
(:mod:`.rollup`).  Each reading of the slots makes a batch of its own, in which nearly
every call is among the slowest.  Without the filter, the database would delete most of
the calls that it receives.
"""

import heapq

from .call_stats import FAILURES, REJECTED
from .events import Event, Series

_SECONDS_OF_AN_HOUR = 3600


class TopCallFilter:
    """Remembers the durations of the slowest calls of each series in the current hour.

    It is not saved: after a restart of the collector, a few more calls pass.

    :param max_calls: number of slowest calls of a series that a database stores
    """

    def __init__(self, max_calls: int):
        self._max_calls = max_calls
        self._hour = -1
        self._seconds: dict[Series, list[float]] = {}

    def admits(self, series: Series, event: Event) -> bool:
        """Return whether a call may be stored as a top call, and remember its duration.

        Every failed or rejected call passes: the last of them are stored whatever their
        duration.
        """
        if event.outcome in FAILURES or event.outcome == REJECTED:
            return True
        hour = event.ended // _SECONDS_OF_AN_HOUR
        if hour != self._hour:
            self._hour = hour
            self._seconds.clear()
        slowest = self._seconds.setdefault(series, [])
        if len(slowest) < self._max_calls:
            heapq.heappush(slowest, event.seconds)
        elif event.seconds < slowest[0]:
            return False
        else:
            heapq.heapreplace(slowest, event.seconds)
        return True
