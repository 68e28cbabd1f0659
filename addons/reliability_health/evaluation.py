"""Health evaluation: findings in calls, and the status of a service.

Screens, notifications and objectives read a service's state from here only.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo.addons.reliability.api import (
    DEGRADED,
    FINE,
    INTERRUPTED,
    NO_DATA,
    STATES,
    WINDOW,
    CallStats,
    Finding,
)

RECENT = timedelta(minutes=5)
"""A finding holds for the whole window, and still in its last minutes."""
WORSE_AFTER = timedelta(minutes=1)
BETTER_AFTER = timedelta(minutes=3)
"""How long another state must be observed before the status changes."""


class Thresholds(NamedTuple):
    """Shares of calls, from 0 to 1, from which an operation is not fine."""

    slow: float
    refused: float
    failing: float
    interrupted: float


MIN_CALLS = Thresholds(slow=2, refused=5, failing=2, interrupted=3)
"""Calls needed for a share to count: one failure of one call is no outage."""
_ANY_CALL = Thresholds(1, 1, 1, 1)


class Observation(NamedTuple):
    """What one evaluation finds of an operation, a backlog or a service as a whole.

    :ivar reason: why it is not fine: ``kind``, ``part`` and ``whole`` as in `Finding`,
        the ``family`` of the calls, the code of the ``operation``, ``since``; the
        ``values`` of the finding and the ``cause``, if there are any
    """

    state: str
    reason: dict


class Work(NamedTuple):
    """What a service does in a company and a warehouse, whether or not it is fine.

    :ivar has_calls: whether there was something to evaluate
    :ivar backlogs: kind of backlog → ``count``, ``late`` and ``oldest``
    :ivar is_shared: whether it concerns the whole database, and so everybody
    """

    has_calls: bool = False
    backlogs: dict | None = None
    is_shared: bool = False


class Status(NamedTuple):
    """The state of a service, and the state that may follow.

    :ivar since: when the state began
    :ivar pending_state: another state, observed but not yet for long enough; else empty
    :ivar pending_since: since when states better than this one, or states worse than
        this one, are observed
    """

    state: str
    since: datetime
    pending_state: str = ""
    pending_since: datetime | None = None


def evaluate(
    minutes: dict[datetime, CallStats], now: datetime, thresholds: Thresholds
) -> Finding | None:
    """Return the worst finding in the calls of an operation that still holds.

    :param minutes: start of a minute → statistics of the calls of that minute
    """
    window = _since(minutes, now - WINDOW)
    found = list(_findings(window, thresholds, MIN_CALLS))
    recent = _since(window, now - RECENT)
    if any(stats.completed for stats in recent.values()):
        recent_kinds = {f.kind for f in _findings(recent, thresholds, _ANY_CALL)}
        found = [finding for finding in found if finding.kind in recent_kinds]
    return max(found, key=lambda finding: finding.severity, default=None)


def next_status(before: Status | None, observed: str, now: datetime) -> Status:
    """Return the status after one more evaluation.

    A worse or better state becomes the status only once it has been observed for a
    while.  If the clock was set back, no time of the status is later than ``now``.

    :param before: the status after the previous evaluation; ``None`` if there was none
    :param observed: the state that this evaluation alone finds
    """
    if before is None:
        before = Status(NO_DATA, now)
    if observed == before.state:
        return Status(observed, min(before.since, now))
    if {observed, before.state} <= {NO_DATA, FINE}:
        return Status(observed, now)
    is_worse = _is_worse(observed, before.state)
    is_pending = (
        before.pending_state
        and _is_worse(before.pending_state, before.state) == is_worse
    )
    since = min(before.pending_since, now) if is_pending else now
    if now - since >= (WORSE_AFTER if is_worse else BETTER_AFTER):
        return Status(observed, since)
    return before._replace(pending_state=observed, pending_since=since)


def _since(
    minutes: dict[datetime, CallStats], begin: datetime
) -> dict[datetime, CallStats]:
    return {start: stats for start, stats in minutes.items() if start >= begin}


def _is_worse(state: str, other: str) -> bool:
    return STATES.index(state) > STATES.index(other)


CALL_KINDS = {
    "failing": lambda stats: (stats.failures, stats.completed),
    "refused": lambda stats: (stats.calls["rejected"], stats.completed),
    "slow": lambda stats: (stats.slow, stats.timed),
}
"""Kind of finding about calls → the numbers of affected calls and of all calls."""


def affected(kind: str, stats: CallStats) -> tuple[int, int]:
    """Return how many calls a finding is about, and of how many.

    :param kind: one of :data:`CALL_KINDS`
    """
    return CALL_KINDS[kind](stats)


def _findings(
    minutes: dict[datetime, CallStats], thresholds: Thresholds, min_calls: Thresholds
) -> Iterator[Finding]:
    total = sum(minutes.values(), CallStats())
    for state, kind, name in (
        (INTERRUPTED, "failing", "interrupted"),
        (DEGRADED, "failing", "failing"),
        (DEGRADED, "refused", "refused"),
        (DEGRADED, "slow", "slow"),
    ):
        part, whole = affected(kind, total)
        if part >= max(getattr(min_calls, name), getattr(thresholds, name) * whole):
            since = min(
                start for start, stats in minutes.items() if affected(kind, stats)[0]
            )
            stats = sum(_since(minutes, since).values(), CallStats())
            yield Finding(state, kind, *affected(kind, stats), since)
