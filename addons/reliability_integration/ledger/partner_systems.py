"""The counterparts that a database knows, read beside the transaction."""

import fnmatch
import re
import time
from typing import NamedTuple

from .ledger import ledger

_SECONDS_REMEMBERED = 15.0
_QUERY = """
    SELECT integration.code, integration.kind, coalesce(service.code, ''),
           integration.threshold, coalesce(integration.host_patterns, ''),
           integration.records_calls, integration.keeps_excerpts
      FROM reliability_integration AS integration
      LEFT JOIN reliability_service AS service ON service.id = integration.service_id
     WHERE integration.active
     ORDER BY integration.sequence, integration.id
"""
_SEPARATORS = re.compile(r"[\s,;]+")


class PartnerSystem(NamedTuple):
    """An integration, as far as calls need to know it.

    :ivar service: the code of its service
    :ivar threshold: seconds up to which an attempt is fast
    :ivar patterns: of its hosts, such as ``*.dhl.com``
    :ivar records_calls: whether calls outside of exchanges are recorded
    :ivar keeps_excerpts: whether parts of requests and answers are kept
    """

    code: str
    kind: str = "other"
    service: str = ""
    threshold: float = 2.0
    patterns: tuple[str, ...] = ()
    records_calls: bool = False
    keeps_excerpts: bool = False

    def answers_at(self, host: str) -> bool:
        """Say whether a host is one of its."""
        return any(fnmatch.fnmatchcase(host, pattern) for pattern in self.patterns)


class Counterparts:
    """The counterparts of each database."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, list[PartnerSystem]]] = {}
        self._told: set[tuple[str, str]] = set()

    def named(self, db: str, code: str) -> PartnerSystem:
        """Return the counterpart with a code, also where nobody has made it yet."""
        return next((of for of in self._of(db) if of.code == code), PartnerSystem(code))

    def at(self, db: str, host: str) -> PartnerSystem | None:
        """Return the counterpart that a host belongs to."""
        return next((of for of in self._of(db) if of.answers_at(host)), None)

    def discover(self, db: str, host: str) -> None:
        """Let a host appear that no counterpart claims; once is enough."""
        if (db, host) not in self._told and ledger.is_real:
            self._told.add((db, host))
            ledger.ask(db, "SELECT reliability_discover(%s)", host)

    def forget(self) -> None:
        """Read again at the next question."""
        self._known.clear()

    def _of(self, db: str) -> list[PartnerSystem]:
        until, found = self._known.get(db, (0.0, []))
        if time.monotonic() < until:
            return found
        rows = ledger.ask(db, _QUERY) if ledger.is_real else None
        if rows is not None:
            found = [_counterpart(*row) for row in rows]
        self._known[db] = time.monotonic() + _SECONDS_REMEMBERED, found
        return found


def _counterpart(code, kind, service, threshold, patterns, records, excerpts):
    found = tuple(filter(None, _SEPARATORS.split(patterns.lower())))
    return PartnerSystem(
        code, kind, service, threshold, found, bool(records), bool(excerpts)
    )


partner_systems = Counterparts()
"""Those of this process's databases."""
