"""The base of the parts that PostgreSQL is checked in."""

from collections.abc import Mapping
from typing import Any

import psycopg2

from ..problem import Check, Problem


class Part:
    """Checks one aspect of a cluster; it may remember what it found before."""

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Read facts by plain SQL, and find problems.

        :param cr: a cursor in the database ``postgres``, in a transaction of its own
        :param thresholds: as for :class:`..watch.Watch`
        :raise psycopg2.Error: it failed; the other parts are checked
        """
        raise NotImplementedError

    def unreachable(self, error: psycopg2.Error) -> list[Problem]:
        """Return what explains that no connection is possible; PostgreSQL is down else.

        :param error: of the connection
        """
        return []
