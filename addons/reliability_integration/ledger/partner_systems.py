"""The partner systems of each database, read beside Odoo's transaction and cached."""

import fnmatch
import re
import time
from typing import NamedTuple

from .ledger import ledger

_CACHE_SECONDS = 15.0
_QUERY = """
    SELECT integration.code, integration.kind, coalesce(service.code, ''),
           integration.threshold, coalesce(integration.host_patterns, ''),
           integration.records_requests,
           integration.excerpts_until > now() AT TIME ZONE 'UTC'
      FROM public.reliability_integration AS integration
      LEFT JOIN public.reliability_service AS service
        ON service.id = integration.service_id
     WHERE integration.active
     ORDER BY integration.sequence, integration.id
"""
_SEPARATORS = re.compile(r"[\s,;]+")
_WILDCARD = re.compile(r"[*?\[\]]")
_REGISTRY_LABELS = {"ac", "co", "com", "edu", "gov", "net", "or", "org"}
"""Labels below which countries have the domains of everybody, such as ``co.uk``."""


def host_patterns(text: str) -> tuple[str, ...]:
    """Return the patterns in a text, in lower case."""
    return tuple(filter(None, _SEPARATORS.split(text.lower())))


def is_host_pattern(pattern: str) -> bool:
    """Return whether a pattern matches hosts of one partner only.

    A host without wildcards does.  Else its end must be a domain: ``*.dhl.com``, but
    neither ``*``, ``?*``, ``*.com``, ``*.co.uk`` nor ``*dhl.com``.
    """
    if "/" in pattern or not pattern.strip("."):
        return False
    if not _WILDCARD.search(pattern):
        return True
    labels = pattern.split(".")
    is_shared = len(labels[-1]) == 2 and _REGISTRY_LABELS.issuperset(labels[-2:-1])
    size = 3 if is_shared else 2
    domain = labels[-size:]
    return len(domain) == size and all(
        label and not _WILDCARD.search(label) for label in domain
    )


class PartnerSystem(NamedTuple):
    """What calls need to know of a ``reliability.integration``.

    :ivar service: code of its service
    :ivar threshold: seconds up to which an attempt is fast
    :ivar patterns: patterns of its hosts, such as ``*.dhl.com``
    :ivar records_requests: whether requests outside of exchanges are recorded
    :ivar stores_excerpts: whether parts of requests and answers are stored now
    """

    code: str
    kind: str = "other"
    service: str = ""
    threshold: float = 2.0
    patterns: tuple[str, ...] = ()
    records_requests: bool = False
    stores_excerpts: bool = False

    def matches(self, host: str) -> bool:
        """Return whether a host belongs to this partner system."""
        return any(fnmatch.fnmatchcase(host, pattern) for pattern in self.patterns)


class PartnerSystems:
    """The partner systems of each database."""

    def __init__(self) -> None:
        self._cache: dict[str, tuple[float, list[PartnerSystem]]] = {}
        self._reported_hosts: set[tuple[str, str]] = set()

    def by_code(self, db: str, code: str) -> PartnerSystem:
        """Return the partner system with a code, also one that is not created yet."""
        return next(
            (system for system in self._read(db) if system.code == code),
            PartnerSystem(code),
        )

    def by_host(self, db: str, host: str) -> PartnerSystem | None:
        """Return the partner system that a host belongs to."""
        return next((system for system in self._read(db) if system.matches(host)), None)

    def discover(self, db: str, host: str) -> None:
        """Create an integration for a host that matches none; once for each host."""
        if (db, host) not in self._reported_hosts and ledger.is_real:
            self._reported_hosts.add((db, host))
            ledger.try_query(
                db, "SELECT public.reliability_discover_host(%s::text)", host
            )

    def clear_cache(self) -> None:
        """Read the database again at the next call."""
        self._cache.clear()

    def _read(self, db: str) -> list[PartnerSystem]:
        until, systems = self._cache.get(db, (0.0, []))
        if time.monotonic() < until:
            return systems
        rows = ledger.try_query(db, _QUERY) if ledger.is_real else None
        if rows is None:  # Those of before stay in use.
            return systems
        systems = [_partner_system(*row) for row in rows]
        self._cache[db] = time.monotonic() + _CACHE_SECONDS, systems
        return systems


def _partner_system(code, kind, service, threshold, patterns, records, excerpts):
    split = tuple(filter(is_host_pattern, host_patterns(patterns)))
    return PartnerSystem(
        code, kind, service, threshold, split, bool(records), bool(excerpts)
    )


partner_systems = PartnerSystems()
"""The partner systems of all databases of this process."""
