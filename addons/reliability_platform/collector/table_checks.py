"""Checks of the tables of each database, once a minute, in its own poll."""

import time
from collections.abc import Mapping
from typing import Any

from odoo.addons.reliability.api import transaction

from ..watch.postgres.tables import check_tables
from ..watch.problem import Problem
from .found import NOTHING, Found

_INTERVAL, _MAX_SECONDS = 60.0, 5.0
_MAX_AGE = 3600.0
"""Seconds after which a database counts as served no longer."""


class TableChecks:
    """What was found in the tables of each database, which reads it with its names.

    A database is known by its number, which it keeps under another name.
    """

    def __init__(self) -> None:
        self._found: dict[int, Found] = {}
        self._next: dict[int, float] = {}

    def check(
        self, number: int, connection: Any, thresholds: Mapping[str, float]
    ) -> None:
        """Check the tables of a database, unless that was done within a minute."""
        now = time.monotonic()
        if now < self._next.get(number, now):
            return
        self._next[number] = now + _INTERVAL  # one that fails is repeated no sooner
        self._drop_unserved(now)
        before = self._found.get(number, NOTHING)
        with transaction(connection, _MAX_SECONDS) as cr:
            check = check_tables(cr, thresholds, before.check)
        self._found[number] = before.followed_by(check, now)

    def problems(self, number: int) -> list[Problem]:
        """Return what the last check found; nothing before the first one."""
        return self._found.get(number, NOTHING).problems(time.monotonic())

    def facts(self, number: int) -> dict[str, Any]:
        """Return the facts of the last check; none before the first one."""
        return self._found.get(number, NOTHING).check.facts

    def _drop_unserved(self, now: float) -> None:
        for number, due in list(self._next.items()):
            if now - due > _MAX_AGE:
                del self._next[number]
                self._found.pop(number, None)
