"""Past hours: what a process has read of them is not read again until they change.

Adding up histograms takes most of the time of a query, and the rollups of hours that
are over hardly change: only when a host delivers late, and when the oldest are deleted.
PostgreSQL gives each such change a revision, see ``data/past_hours.sql``.
"""

import threading
from collections import OrderedDict
from datetime import timedelta

_MAX_STATS = 5000
"""Some 15 MB, with histograms."""
_PAST = timedelta(hours=3)
"""An hour is past if it ended so long ago.  Rows that begin two hours ago or earlier
have a revision: the third hour is for a delivery that takes long."""


class PastHours:
    """The cached statistics of periods, of all databases of this process.

    :param max_stats: maximum number of `CallStats`; those not used for longest are
        removed
    """

    def __init__(self, max_stats=_MAX_STATS):
        self._max_stats = max_stats
        self._lock = threading.Lock()
        self._values = OrderedDict()
        self._size = 0

    def get(self, key, revision):
        """Return the statistics of a period, or ``None`` if they must be read."""
        with self._lock:
            cached_revision, stats = self._values.get(key, (None, None))
            if cached_revision != revision:
                return None
            self._values.move_to_end(key)
            return stats

    def put(self, key, revision, stats):
        """Cache the statistics of a period, which nobody may change.

        :param revision: of past hours, as the transaction that has read them sees it
        :param stats: key of a group → `CallStats`
        """
        with self._lock:
            self._remove(key)
            self._values[key] = revision, stats
            self._size += 1 + len(stats)
            while self._size > self._max_stats:
                self._remove(next(iter(self._values)))

    def clear(self):
        """Remove everything, as in a new process."""
        with self._lock:
            self._values.clear()
            self._size = 0

    def _remove(self, key):
        if key in self._values:
            _revision, stats = self._values.pop(key)
            self._size -= 1 + len(stats)


past_hours = PastHours()
"""Those of this process."""


def past_until(now):
    """Return the end of the hours that are past.

    :param datetime now: the time of the transaction, by PostgreSQL's clock
    """
    return (now - _PAST).replace(minute=0, second=0, microsecond=0)


def split(parts, table, until):
    """Split the parts of a period into past hours and others.

    :param parts: ``(table, start, end)`` of each part
    :param table: of the rollups by hour
    :param datetime until: the end of the hours that are past
    :return: two such lists
    """
    past, others = [], []
    for part in parts:
        name, start, end = part
        middle = min(_hour_of(end), until)
        if name == table and start == _hour_of(start) and start < middle:
            past.append((table, start, middle))
            part = table, middle, end
        if part[1] < part[2]:
            others.append(part)
    return past, others


def _hour_of(moment):
    return moment.replace(minute=0, second=0, microsecond=0)
