"""How a service is: judged by what its calls came to, and not too nervously.

Everything that says "degraded" reads it here: screens, messages, later objectives.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from .call_stats import CallStats

STATES = ("no_data", "fine", "degraded", "interrupted")
"""From what needs nobody to what needs somebody at once."""
NO_DATA, FINE, DEGRADED, INTERRUPTED = STATES

WINDOW = timedelta(minutes=15)
RECENT = timedelta(minutes=5)
"""Trouble shows in the window and goes on in its last minutes: else it is over."""
WORSE_AFTER = timedelta(minutes=1)
BETTER_AFTER = timedelta(minutes=3)
"""How long a state is seen before it is believed."""


class Thresholds(NamedTuple):
    """Shares of calls, from 0 to 1, from which on an operation is not fine."""

    slow: float
    refused: float
    failing: float
    interrupted: float


FEWEST = Thresholds(slow=2, refused=5, failing=2, interrupted=3)
"""Calls without which a share says nothing: one failure of one call is no outage."""
_ONE_IS_ENOUGH = Thresholds(1, 1, 1, 1)


class Finding(NamedTuple):
    """Why something is not fine.

    :ivar kind: ``failing``, ``refused``, ``slow``, ``blocked``, ``busy``, ``redis``,
        ``silent``, ``late`` or ``at_risk``
    :ivar part: so many calls
    :ivar whole: of so many
    :ivar since: when it began, as far as the window shows; of what is at risk, until
        when it was to be done
    """

    state: str
    kind: str
    part: int
    whole: int
    since: datetime

    @property
    def severity(self) -> tuple[int, float]:
        """What findings are compared by: the worst is the greatest."""
        return STATES.index(self.state), self.part / max(1, self.whole)


class Condition(NamedTuple):
    """How something is, and what it seems to turn to.

    :ivar since: when it began to be so
    :ivar turning: ``worse`` or ``better``, until it is believed; else empty
    :ivar pending_since: when that was first seen
    """

    state: str
    since: datetime
    turning: str = ""
    pending_since: datetime | None = None


def judge(
    minutes: dict[datetime, CallStats], now: datetime, limits: Thresholds
) -> Finding | None:
    """Return what is wrong with the calls of an operation, if something is and goes on.

    :param minutes: beginning of a minute → what its calls came to
    """
    window = {start: of for start, of in minutes.items() if start >= now - WINDOW}
    found = list(_findings(window, limits, FEWEST))
    recent = {start: of for start, of in window.items() if start >= now - RECENT}
    if any(figures.judged for figures in recent.values()):
        goes_on = {of.kind for of in _findings(recent, limits, _ONE_IS_ENOUGH)}
        found = [finding for finding in found if finding.kind in goes_on]
    return max(found, key=lambda finding: finding.severity, default=None)


def follow(before: Condition | None, seen: str, now: datetime) -> Condition:
    """Return the condition after one more look: changed once the change is believed.

    Where the clock was set back meanwhile, nothing is said to begin later than now.

    :param before: after the look before; ``None`` at the first
    :param seen: the state that this look alone would tell
    """
    if before is None:
        before = Condition(NO_DATA, now)
    if seen == before.state:
        return Condition(seen, min(before.since, now))
    if {seen, before.state} <= {NO_DATA, FINE}:
        return Condition(seen, now)
    worse = STATES.index(seen) > STATES.index(before.state)
    turning, patience = ("worse", WORSE_AFTER) if worse else ("better", BETTER_AFTER)
    since = before.pending_since if before.turning == turning else now
    since = min(since, now)
    if now - since >= patience:
        return Condition(seen, since)
    return before._replace(turning=turning, pending_since=since)


_KINDS = {
    "failing": lambda figures: (figures.failures, figures.judged),
    "refused": lambda figures: (figures.calls["rejected"], figures.judged),
    "slow": lambda figures: (figures.slow, figures.calls["success"]),
}
"""Kind of finding → how many calls it is about, of how many."""


def _findings(
    minutes: dict[datetime, CallStats], limits: Thresholds, fewest: Thresholds
) -> Iterator[Finding]:
    whole_window = sum(minutes.values(), CallStats())
    for state, kind, limit in (
        (INTERRUPTED, "failing", "interrupted"),
        (DEGRADED, "failing", "failing"),
        (DEGRADED, "refused", "refused"),
        (DEGRADED, "slow", "slow"),
    ):
        part, whole = _KINDS[kind](whole_window)
        if part >= max(getattr(fewest, limit), getattr(limits, limit) * whole):
            since = min(start for start, of in minutes.items() if _KINDS[kind](of)[0])
            yield Finding(state, kind, part, whole, since)
