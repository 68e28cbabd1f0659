"""Noisy neighbours: databases that leave the others less than their fair share."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from prometheus_client.core import CounterMetricFamily, Metric

from .problem import Check, Problem
from .saturation import Saturation
from .shares import fair_share, find_greedy, shares
from .usage import MINUTE, PROCESSOR, RESOURCES, WORKERS, Usage
from .watch import Watch

_MAX_ROWS = 20
_ALL_BUSY = 0.9
"""The share of the processors that Odoo uses, from which on they are too few."""
_USED = "odoo_database_used_seconds"


class Capacity(NamedTuple):
    """What a host has.

    :ivar workers: number of requests that it can serve at a time; 0 if unlimited
    :ivar saturation: that all of them are busy, if they are
    :ivar processors: number of processors that Odoo may use
    """

    workers: int
    saturation: Saturation | None
    processors: float


class Neighbours(Watch):
    """Finds the databases that occupy the workers or the processors of a host.

    :meth:`check` finds them for those who run the server, :meth:`problems` for one
    database: all others are its neighbours.

    :param host: its name
    :param operator: the operator database; empty if none is named
    :param capacity: returns that of the host
    """

    kind = "databases"

    def __init__(
        self,
        host: str,
        operator: str,
        usage: Usage,
        capacity: Callable[[], Capacity],
    ):
        super().__init__(host)
        self._operator = operator or None
        self._usage = usage
        self._capacity = capacity
        self._since: dict[tuple[str | None, str], float] = {}

    def check(self, thresholds: Mapping[str, float]) -> Check:
        found = self.problems(self._operator, thresholds)
        return Check(found, facts=self._facts())

    def problems(
        self, db: str | None, thresholds: Mapping[str, float]
    ) -> list[Problem]:
        """Return the problems that other databases are for one, with their names."""
        now = time.monotonic()
        found = list(self._find(db, thresholds["neighbour_share"], now))
        codes = {problem.code for problem, _seconds in found}
        for code in self.codes():
            if code not in codes:
                self._since.pop((db, code), None)
        return [
            problem._replace(
                seconds=now - self._since.setdefault((db, problem.code), now - seconds)
            )
            for problem, seconds in found
        ]

    def metrics(self) -> Iterator[Metric]:
        text = (
            "Time for which a database has used a worker (resource workers), a"
            " processor (processor) or a worker for jobs (queue) of this host, or"
            " PostgreSQL (postgres) or a connection to it (connections)."
        )
        family = CounterMetricFamily(_USED, text, labels=("db", "resource"))
        for key, seconds in sorted(self._usage.totals().items()):
            family.add_metric(key, seconds)
        yield family

    def _find(
        self, db: str | None, factor: float, now: float
    ) -> Iterator[tuple[Problem, float]]:
        """Yield each problem, and the seconds that it has lasted already."""
        workers, saturation, processors = self._capacity()
        if saturation:
            seconds = min(saturation.seconds, MINUTE)
            units = self._usage.units(WORKERS, now, seconds)
            if greedy := find_greedy(units, db, factor):
                numbers = {"workers": min(greedy.units, workers), "serving": workers}
                problem = _problem("neighbours_busy", self.subject, greedy, numbers)
                yield problem, saturation.seconds
        units = self._usage.units(PROCESSOR, now)
        if sum(units.values()) >= _ALL_BUSY * processors:
            if greedy := find_greedy(units, db, factor):
                numbers = {"used": greedy.units, "processors": processors}
                problem = _problem("neighbours_compute", self.subject, greedy, numbers)
                yield problem, 0.0

    def _facts(self) -> dict[str, Any]:
        """Return the fair share of each resource, and the table of databases."""
        now = time.monotonic()
        used = {resource: self._usage.units(resource, now) for resource in RESOURCES}
        fair = {resource: fair_share(units) for resource, units in used.items()}
        facts: dict[str, Any] = {
            f"fair_{resource}_percent": 100 * share
            for resource, share in fair.items()
            if share
        }
        return facts | {"shares": rows(used)}


def rows(used: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Return the table of databases, those with the largest shares first.

    :param used: resource → database → its units
    """
    of_resource = {resource: shares(units) for resource, units in used.items()}
    largest: dict[str, float] = {}
    for found in of_resource.values():
        for db, share in found.items():
            largest[db] = max(largest.get(db, 0.0), share)
    first = sorted(largest, key=lambda db: (-largest[db], db))[:_MAX_ROWS]
    return [
        {
            "database": db,
            **{
                f"{resource}_percent": 100 * found.get(db, 0.0)
                for resource, found in of_resource.items()
            },
        }
        for db in first
    ]


def without_explained(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems without the one that neighbours explain: all processes wait."""
    found = list(problems)
    explained = {
        ("cpu_pressure", problem.subject)
        for problem in found
        if problem.code == "neighbours_compute"
    }
    return [problem for problem in found if problem.key not in explained]


def _problem(code, host, greedy, numbers) -> Problem:
    numbers |= {"neighbours": len(greedy.databases), "fair_share": 100 * greedy.fair}
    return Problem(code, host, numbers, {"databases": ", ".join(greedy.databases)})
