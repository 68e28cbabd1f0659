"""Usage: what each database uses of what the databases of a server have in common."""

import threading
from collections import Counter, deque
from collections.abc import Collection, Mapping
from typing import NamedTuple

from .shares import OTHER

WORKERS, PROCESSOR, QUEUE = "workers", "processor", "queue"
"""Resources of this host: requests being served, processor time, jobs that run."""
POSTGRES, CONNECTIONS = "postgres", "connections"
"""Resources of the PostgreSQL cluster: time of statements, connections."""
RESOURCES = (WORKERS, PROCESSOR, POSTGRES, CONNECTIONS, QUEUE)

MINUTE = 60.0


class _Sample(NamedTuple):
    """The use of one resource in an interval.

    :ivar end: in seconds of the monotonic clock
    :ivar elapsed: seconds
    :ivar used: database → seconds for which it has used a unit
    """

    end: float
    elapsed: float
    used: Mapping[str, float]


class Usage:
    """Adds up samples, in all and for the last minute; any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: dict[str, Counter[str]] = {one: Counter() for one in RESOURCES}
        self._samples: dict[str, deque[_Sample]] = {one: deque() for one in RESOURCES}

    def add(
        self, resource: str, end: float, elapsed: float, used: Mapping[str, float]
    ) -> None:
        """Add what was used in an interval; for the parameters see the samples."""
        samples = self._samples[resource]
        with self._lock:
            samples.append(_Sample(end, elapsed, used))
            while samples[0].end <= end - MINUTE:
                samples.popleft()
            self._totals[resource].update(used)

    def retire(self, existing: Collection[str]) -> None:
        """Remove the totals of databases that do not exist any more.

        :param existing: their names
        """
        with self._lock:
            for totals in self._totals.values():
                for db in totals.keys() - {*existing, OTHER}:
                    del totals[db]

    def units(
        self, resource: str, now: float, seconds: float = MINUTE
    ) -> dict[str, float]:
        """Return database → units in use on average, in the last seconds.

        :param seconds: no more than a minute is known
        """
        with self._lock:
            samples = [
                sample
                for sample in self._samples[resource]
                if sample.end > now - seconds
            ]
        elapsed = sum(sample.elapsed for sample in samples)
        used = Counter[str]()
        for sample in samples:
            used.update(sample.used)
        return {db: total / elapsed for db, total in used.items() if total > 0}

    def totals(self) -> dict[tuple[str, str], float]:
        """Return database and resource → seconds in all."""
        with self._lock:
            return {
                (db, resource): total
                for resource, totals in self._totals.items()
                for db, total in totals.items()
            }
