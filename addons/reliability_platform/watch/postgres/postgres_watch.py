"""PostgreSQL: one cluster, checked on a connection that stays open.

The open connection still works where PostgreSQL refuses new ones, and costs nothing to
make.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import psycopg2
from prometheus_client.core import Metric

from ..problem import Check, Problem
from ..watch import Watch
from . import refusal
from .consequences import without_consequences
from .families import families
from .part import Part
from .parts import make_parts
from .session import transaction

_logger = logging.getLogger(__name__)


class PostgresWatch(Watch):
    """Checks the cluster that Odoo works on.

    :param connect: returns a new connection of psycopg2 to the database ``postgres``;
        its keyword arguments are options of libpq, such as ``target_session_attrs``
    :param further: parts that read something for others, beside its own
    """

    kind = "postgres"
    hangs = "postgres_down"

    def __init__(self, connect: Callable[..., Any], further: Iterable[Part] = ()):
        super().__init__()
        self._connect = connect
        self._connection: Any = None
        self._was_connected = False
        self._parts = [*make_parts(connect), *further]
        self._failed: set[tuple[type, str]] = set()
        self._metrics: list[Metric] = []

    def check(self, thresholds: Mapping[str, float]) -> Check:
        """Check all parts, or find out why no connection is possible."""
        try:
            # The open connection may have broken since the last check.
            check = self._check_parts(thresholds) or self._check_parts(thresholds)
        except psycopg2.Error as error:
            check, is_up = self._refused(error)
        else:
            is_up = check is not None
            check = check or self._refused(psycopg2.OperationalError())[0]
        self._metrics = list(families(is_up, check.trends))
        return check

    def metrics(self) -> Iterator[Metric]:
        """Yield those of the last check."""
        yield from self._metrics

    def close(self) -> None:
        """Close the connection."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _check_parts(self, thresholds: Mapping[str, float]) -> Check | None:
        """Return what all parts found; ``None`` if the connection broke.

        :raise psycopg2.Error: no connection is possible
        """
        self._connection = self._connection or self._connect()
        self._was_connected = True
        found = Check()
        for part in self._parts:
            check = self._check_part(part, thresholds)
            if self._connection.closed:
                self._connection = None
                return None
            found.problems += check.problems
            found.trends.update(check.trends)
            found.facts.update(check.facts)
            found.missing += [one for one in check.missing if one not in found.missing]
        found.problems = without_consequences(found.problems)
        return found

    def _check_part(self, part: Part, thresholds: Mapping[str, float]) -> Check:
        """Return what a part found; nothing if it failed."""
        try:
            with transaction(self._connection) as cr:
                return part.check(cr, thresholds)
        except Exception as error:
            # Each kind once: it would be repeated every ten seconds.
            failure = type(part), type(error).__name__
            if failure not in self._failed and not self._connection.closed:
                self._failed.add(failure)
                _logger.warning("PostgreSQL: %s failed: %s", failure[0].__name__, error)
            return Check()

    def _refused(self, error: psycopg2.Error) -> tuple[Check, bool]:
        """Return why there is no connection, and whether PostgreSQL responds."""
        reason = refusal.reason(error)
        if reason == refusal.OTHER and not self._was_connected:
            reason = refusal.NOT_ALLOWED  # it works again after a restart, a right not
        match reason:
            case refusal.USED_UP:
                trends = {"connections_left": 0.0}
                return Check([Problem("connections_used_up")], trends), True
            case refusal.NOT_ALLOWED:
                return Check(missing=["connect"]), True
        explained = [one for part in self._parts for one in part.unreachable(error)]
        return Check(explained or [Problem("postgres_down")]), False
