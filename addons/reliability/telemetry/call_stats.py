"""What calls of some period, place and operation add up to, and what follows from it.

Every screen, objective and alert reads these, so that they cannot differ.
"""

from collections import Counter
from dataclasses import dataclass, field

from .histogram import quantile

FAILURES = ("failed", "killed", "unknown")
"""Outcomes that count against availability."""

DIED = ("killed", "unknown")
"""Outcomes of calls whose costs nobody could take any more."""

APART = ("retried", "rolled_back")
"""Outcomes that count neither for nor against it: the same work is done again, or was
meant to be undone."""


@dataclass
class CallStats:
    """Calls, added up.

    :ivar calls: outcome → calls
    :ivar fast: successful calls at or under the threshold that was in force
    :ivar seconds: of all successful calls together
    :ivar sql: of these, in PostgreSQL
    :ivar records: that successful calls were done on
    :ivar buckets: of schema 5 → successful calls
    """

    calls: Counter = field(default_factory=Counter)
    fast: int = 0
    seconds: float = 0.0
    sql: float = 0.0
    records: int = 0
    buckets: Counter = field(default_factory=Counter)

    @property
    def failures(self) -> int:
        """Calls that failed for other reasons than the business saying no."""
        return sum(self.calls[outcome] for outcome in FAILURES)

    @property
    def judged(self) -> int:
        """Calls that count for or against availability."""
        return self.calls.total() - sum(self.calls[outcome] for outcome in APART)

    @property
    def slow(self) -> int:
        """Successful calls over the threshold."""
        return self.calls["success"] - self.fast

    @property
    def availability(self) -> float | None:
        """The share of calls that did not fail; ``None`` where there was none."""
        return _ratio(self.judged - self.failures, self.judged)

    @property
    def on_time(self) -> float | None:
        """The share of successful calls that were fast; ``None`` without any."""
        return _ratio(self.fast, self.calls["success"])

    @property
    def refusals(self) -> float | None:
        """The share of calls to which the business said no; ``None`` without any."""
        return _ratio(self.calls["rejected"], self.judged)

    def quantile(self, q: float) -> float | None:
        """Return the duration, in seconds, that a share of successes did not exceed."""
        return quantile(q, self.buckets)

    def __add__(self, other: "CallStats") -> "CallStats":
        return CallStats(
            self.calls + other.calls,
            self.fast + other.fast,
            self.seconds + other.seconds,
            self.sql + other.sql,
            self.records + other.records,
            self.buckets + other.buckets,
        )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
