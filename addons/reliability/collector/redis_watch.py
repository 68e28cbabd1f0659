"""Asking each Redis of odoo.conf how it is, on a thread of its own.

One that does not answer must neither stop the reading of slots nor a visit.
"""

import logging
import threading
import time
from collections.abc import Mapping

from ..telemetry.redis import Report, ask
from .collector import Collector

_logger = logging.getLogger(__name__)

SECONDS_BETWEEN_QUESTIONS = 10.0
_LATELY = 300.0


class RedisWatch:
    """Asks now and then, and remembers since when something has been wrong.

    :param urls: what it is used for → where it is
    """

    def __init__(self, collector: Collector, urls: Mapping[str, str]):
        self._collector = collector
        self._urls = urls
        self._wrong_since: dict[tuple[str, str], float] = {}
        self._evicted: dict[str, int] = {}
        self._last_eviction: dict[str, float] = {}

    def run_until(self, stop: threading.Event) -> None:
        """Ask now and then, until ``stop`` is set."""
        while not stop.is_set():
            if self._collector.leads:
                self.look()
            stop.wait(SECONDS_BETWEEN_QUESTIONS)

    def look(self) -> None:
        """Ask all of them how they are."""
        reports = {use: ask(url) for use, url in self._urls.items()}
        self._collector.redis = reports
        wrong = {
            (use, what) for use, of in reports.items() for what in self._wrong(use, of)
        }
        now = time.monotonic()
        before = self._wrong_since
        self._wrong_since = {key: before.get(key, now) for key in wrong}
        for use, what in wrong - before.keys():
            _logger.warning("Redis for %s: %s", use, what)

    def trouble(self) -> list[dict]:
        """Return what is wrong now, since how many seconds, as JSON has it."""
        now = time.monotonic()
        return [
            {"use": use, "what": what, "began": now - since}
            for (use, what), since in sorted(self._wrong_since.items())
        ]

    def _wrong(self, use: str, report: Report) -> list[str]:
        """Return what is wrong with one.

        That a cache throws away what was not used for long is no trouble.
        """
        if not report.up:
            return ["down"]
        found = {
            "evicting": use == "sessions" and self._evicts(use, report.evicted),
            "not_saved": not report.persists,
            "not_replicated": not report.replicates,
        }
        return [what for what, is_so in found.items() if is_so]

    def _evicts(self, use: str, evicted: int) -> bool:
        """Say whether one has thrown keys away lately."""
        now = time.monotonic()
        if evicted > self._evicted.setdefault(use, evicted):
            self._last_eviction[use] = now
        self._evicted[use] = evicted
        last = self._last_eviction.get(use)
        return last is not None and now - last < _LATELY
