"""Checks of the tables of each database, once a minute, in its own poll."""

import time
from collections.abc import Mapping
from typing import Any

from odoo.addons.reliability.api import transaction

from ..watch.postgres.tables import check_tables
from ..watch.problem import Check

_INTERVAL, _MAX_SECONDS = 60.0, 5.0


class TableChecks:
    """What was found in the tables of each database, which reads it with its names."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, Check]] = {}

    def check(self, db: str, connection: Any, thresholds: Mapping[str, float]) -> None:
        """Check the tables of a database, unless that was done within a minute."""
        now = time.monotonic()
        checked, before = self._found.get(db, (float("-inf"), Check()))
        if now - checked >= _INTERVAL:
            self._found[db] = now, before  # one that fails is repeated no sooner
            with transaction(connection, _MAX_SECONDS) as cr:
                self._found[db] = now, check_tables(cr, thresholds, before)

    def found(self, db: str) -> Check:
        """Return what was found at the last check; nothing before the first one."""
        return self._found.get(db, (0.0, Check()))[1]
