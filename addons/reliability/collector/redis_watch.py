"""The state of each Redis in odoo.conf, and the problems that it has."""

import logging
import time
from collections.abc import Mapping

from ..telemetry.redis import Report, read_report

_logger = logging.getLogger(__name__)

_EVICTION_WINDOW = 300.0
"""Seconds for which an eviction counts as a problem."""


class RedisWatch:
    """Checks each Redis, and remembers since when it has a problem.

    :param urls: what a Redis is used for → its address
    :ivar reports: what it is used for → its state at the last check
    """

    def __init__(self, urls: Mapping[str, str]):
        self._urls = urls
        self.reports: dict[str, Report] = {}
        self._problem_since: dict[tuple[str, str], float] = {}
        self._evicted: dict[str, int] = {}
        self._last_eviction: dict[str, float] = {}

    def check(self) -> None:
        """Check each Redis; one that does not respond delays the others."""
        self.reports = {use: read_report(url) for use, url in self._urls.items()}
        found = {
            (use, problem)
            for use, report in self.reports.items()
            for problem in self._problems_of(use, report)
        }
        now = time.monotonic()
        before = self._problem_since
        self._problem_since = {key: before.get(key, now) for key in found}
        for use, problem in found - before.keys():
            _logger.warning("Redis for %s: %s", use, problem)

    def problems(self) -> list[dict]:
        """Return each problem, and for how many seconds there has been one."""
        now = time.monotonic()
        return [
            {"use": use, "problem": problem, "began": now - since}
            for (use, problem), since in sorted(self._problem_since.items())
        ]

    def _problems_of(self, use: str, report: Report) -> list[str]:
        """Return the codes of what is wrong with one Redis.

        A cache may evict keys: that is no problem.
        """
        if not report.up:
            return ["down"]
        found = {
            "evicting": use == "sessions" and self._evicts(use, report.evicted),
            "not_saved": not report.persists,
            "not_replicated": not report.replicates,
        }
        return [problem for problem, is_so in found.items() if is_so]

    def _evicts(self, use: str, evicted: int) -> bool:
        """Return whether a Redis evicted keys within :data:`_EVICTION_WINDOW`."""
        now = time.monotonic()
        if evicted > self._evicted.setdefault(use, evicted):
            self._last_eviction[use] = now
        self._evicted[use] = evicted
        last = self._last_eviction.get(use)
        return last is not None and now - last < _EVICTION_WINDOW
