"""Telling early that a call is none of the slowest of its hour.

Of each series the slowest few calls of an hour are kept (:mod:`.rollup`).  What comes
in each second is a batch of its own, in which nearly every call is among the slowest:
so most of what was brought to a database was deleted there again.
"""

import heapq

from .call_stats import FAILURES
from .events import Event, Series

_SECONDS_OF_AN_HOUR = 3600


class TopCalls:
    """What the slowest calls of each series have taken, in the hour that passes.

    It is not saved: a collector that begins anew lets a few more pass.

    :param most: how many calls of a series are kept
    """

    def __init__(self, most: int):
        self._most = most
        self._hour = -1
        self._seconds: dict[Series, list[float]] = {}

    def admits(self, series: Series, event: Event) -> bool:
        """Say whether a call may be among those that are kept, and remember it.

        Those that failed are kept for another reason: all of them may be.
        """
        if event.outcome in FAILURES:
            return True
        hour = event.ended // _SECONDS_OF_AN_HOUR
        if hour != self._hour:
            self._hour = hour
            self._seconds.clear()
        slowest = self._seconds.setdefault(series, [])
        if len(slowest) < self._most:
            heapq.heappush(slowest, event.seconds)
        elif event.seconds < slowest[0]:
            return False
        else:
            heapq.heapreplace(slowest, event.seconds)
        return True
