"""Statistics of calls: counts, costs and a histogram, and the ratios made of them.

Every screen, objective and alert uses this one class, so their numbers agree.
"""

from collections import Counter
from dataclasses import dataclass, field

from .histogram import quantile

FAILURES = ("failed", "killed", "unknown")
"""Outcomes that count against availability."""

REJECTED = "rejected"
"""The outcome of calls that a business rule refused."""

LOST = ("killed", "unknown")
"""Outcomes of calls whose worker died: their costs are not known."""

EXCLUDED = ("retried", "rolled_back")
"""Outcomes that do not count for availability: the same work is done again, or its
rollback was intended."""


@dataclass
class CallStats:
    """The statistics of a set of calls.

    :ivar calls: outcome → number of calls
    :ivar timed: number of successful calls that have a duration and a threshold
    :ivar fast: number of those at or under the threshold in force
    :ivar seconds: total duration of the successful calls
    :ivar sql: their total time in PostgreSQL, in seconds
    :ivar records: number of records that they were called on
    :ivar buckets: index of a bucket of schema 5 → number of successful calls
    """

    calls: Counter = field(default_factory=Counter)
    timed: int = 0
    fast: int = 0
    seconds: float = 0.0
    sql: float = 0.0
    records: int = 0
    buckets: Counter = field(default_factory=Counter)

    @property
    def failures(self) -> int:
        """Number of calls that failed, without those that a business rule rejected."""
        return sum(self.calls[outcome] for outcome in FAILURES)

    @property
    def completed(self) -> int:
        """Number of calls that count for or against availability."""
        return self.calls.total() - sum(self.calls[outcome] for outcome in EXCLUDED)

    @property
    def slow(self) -> int:
        """Number of successful calls over the threshold."""
        return self.timed - self.fast

    @property
    def availability(self) -> float | None:
        """The share of completed calls that did not fail; ``None`` without any."""
        return _ratio(self.completed - self.failures, self.completed)

    @property
    def on_time(self) -> float | None:
        """The share of timed calls that were fast; ``None`` without any."""
        return _ratio(self.fast, self.timed)

    @property
    def refusals(self) -> float | None:
        """The share of completed calls that were rejected; ``None`` without any."""
        return _ratio(self.calls[REJECTED], self.completed)

    def quantile(self, q: float) -> float | None:
        """Return a quantile of the durations of successful calls, in seconds."""
        return quantile(q, self.buckets)

    def __add__(self, other: "CallStats") -> "CallStats":
        return CallStats(
            self.calls + other.calls,
            self.timed + other.timed,
            self.fast + other.fast,
            self.seconds + other.seconds,
            self.sql + other.sql,
            self.records + other.records,
            self.buckets + other.buckets,
        )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
