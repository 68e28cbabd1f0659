"""Grouping: which incident an alert belongs to, so that one cause is one incident."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from .tiers import PAGE

TOGETHER = timedelta(minutes=15)
"""Alerts of one site that appear within this time have the same cause, unless it is
known that they have not."""
REOPENED_WITHIN = timedelta(hours=24)
"""What returns within this time is the same incident."""


class Site(NamedTuple):
    """Where something happens.

    :ivar company: its id; ``None`` for the whole database
    :ivar warehouse: its code; empty for no warehouse, or all of them
    """

    company: int | None
    warehouse: str = ""

    def includes(self, other: "Site") -> bool:
        """Return whether another site is part of this one."""
        has_company = self.company in (None, other.company)
        return has_company and self.warehouse in ("", other.warehouse)


class Signal(NamedTuple):
    """An alert, as far as grouping needs it.

    :ivar service: the id of its service; ``None`` if it has none
    :ivar system: the partner system that it is about, or that is its cause; or empty
    :ivar opened: when it appeared
    :ivar is_of_calls: whether it is about calls, or a budget that they use up, which
        may have any cause; not about records, which have their own
    """

    service: int | None
    site: Site
    system: str
    opened: datetime
    tier: str
    is_of_calls: bool = True


class Group(NamedTuple):
    """An incident, as far as grouping needs it.

    :ivar signals: its alerts; for one opened by hand, what the person entered
    :ivar restored: when it was restored or closed; ``None`` while it is open
    """

    id: int
    tier: str
    detected: datetime
    signals: tuple[Signal, ...]
    restored: datetime | None = None


def find_group(
    signal: Signal,
    groups: Iterable[Group],
    depends_on: Mapping[int, frozenset[int]],
    now: datetime,
) -> Group | None:
    """Return the incident that an alert belongs to, or ``None`` for a new one.

    :param groups: incidents that are open, or were restored or closed within a day
    :param depends_on: service → all services that it depends on, directly or not
    """
    groups = sorted(groups, key=lambda group: (group.detected, group.id), reverse=True)
    active = [group for group in groups if group.restored is None]
    for belongs in (_is_like_one, _same_system, _same_service, _same_service_around):
        for group in active:
            if belongs(signal, group):
                return group
    for group in active:
        if _is_needed(signal, group, depends_on) or _is_together(signal, group):
            return group
    for group in groups:
        if group.restored and now - group.restored <= REOPENED_WITHIN:
            if _is_like_one(signal, group) or _same_service(signal, group):
                return group
    return None


def all_dependencies(direct: Mapping[int, Iterable[int]]) -> dict[int, frozenset[int]]:
    """Return all services that each service depends on, directly or not.

    :param direct: service → those that it depends on directly
    """

    def reachable(service):
        found, left = set(), list(direct.get(service, ()))
        while left:
            needed = left.pop()
            if needed not in found:
                found.add(needed)
                left.extend(direct.get(needed, ()))
        return frozenset(found - {service})

    return {service: reachable(service) for service in direct}


def _is_like_one(signal, group):
    """Return whether the group has an alert that differs in nothing that groups."""
    return any(signal[:3] == other[:3] for other in group.signals)


def _same_system(signal, group):
    return bool(signal.system) and any(
        signal.system == other.system
        and (signal.site.company == other.site.company or _is_of_none(signal, other))
        for other in group.signals
    )


def _is_of_none(signal, other):
    return None in (signal.site.company, other.site.company)


def _same_service(signal, group):
    return _may_be_same_cause(signal, group) and any(
        (signal.service, signal.site) == (other.service, other.site)
        for other in group.signals
    )


def _same_service_around(signal, group):
    """Return whether one of both is about all sites of the service that are affected.

    Of a group, what opened it says that: another alert may have joined it since.
    """
    first = group.signals[0]
    return _may_be_same_cause(signal, group) and (
        (signal.service == first.service and first.site.includes(signal.site))
        or any(
            signal.service == other.service and signal.site.includes(other.site)
            for other in group.signals
        )
    )


def _may_be_same_cause(signal, group):
    """Return whether it is not known that the alert has another cause.

    That of records is neither a partner system's, nor that of what has one.
    """
    known = {other.system for other in group.signals if other.system}
    if known and signal.system:
        return signal.system in known
    if known:
        return signal.is_of_calls
    return not signal.system or any(other.is_of_calls for other in group.signals)


def _is_needed(signal, group, depends_on):
    """Return whether the alert's service depends on one that is interrupted here."""
    needed = depends_on.get(signal.service, frozenset())
    return (
        group.tier == PAGE
        and signal.is_of_calls
        and not signal.system
        and any(
            other.tier == PAGE
            and other.service in needed
            and other.site.includes(signal.site)
            for other in group.signals
        )
    )


def _is_together(signal, group):
    """Return whether calls in one warehouse have begun to fail at the same time."""
    return (
        abs(signal.opened - group.detected) <= TOGETHER
        and signal.is_of_calls
        and bool(signal.site.company and signal.site.warehouse)
        and _may_be_same_cause(signal, group)
        and any(
            other.is_of_calls and signal.site == other.site for other in group.signals
        )
    )
