"""Checks everything beneath Odoo that this host uses, each in a thread of its own."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric

from ..watch.consequences import without_consequences
from ..watch.problem import Problem
from ..watch.thresholds import DEFAULTS
from ..watch.watch import UNCHECKED, Watch
from .found import NOTHING, Found

_logger = logging.getLogger(__name__)

_SECONDS = 8.0
"""For all checks together; one that takes longer goes on, and delays no other."""
_MAX_AGE = 60.0
"""Seconds after which what was found may hold no more: the next check does not end."""
_MAX_WAIT = 30.0
"""Seconds for which nothing is reported until all checks have ended once."""


class Watches:
    """All watches, what they found, and since when each problem lasts.

    :meth:`check` and :meth:`close` are called from one thread, all other methods from
    any.

    :ivar thresholds: code → value, see :mod:`..watch.thresholds`
    """

    def __init__(self, watches: Sequence[Watch]):
        self._watches = watches
        self._lock = threading.Lock()
        """Of the threads, what they found, and whether it is closed."""
        self._threads: dict[Watch, threading.Thread] = {}
        self._found: dict[Watch, Found] = {}
        self._checked_by: dict[Watch, Mapping[str, float]] = {}
        self._is_closed = True
        self._errors: dict[Watch, str] = {}
        self._changed = 0.0
        self.thresholds: Mapping[str, float] = DEFAULTS

    def check(self) -> None:
        """Check all of them; one whose last check still runs is not checked again."""
        with self._lock:
            if self._is_closed:
                self._is_closed, self._changed = False, time.monotonic()
            for watch in self._watches:
                if watch not in self._threads:
                    self._threads[watch] = self._start(watch)
            threads = list(self._threads.values())
        until = time.monotonic() + _SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def close(self) -> None:
        """Close connections; the next check, which may be hours later, begins anew.

        A check that still runs closes those of its watch when it ends.
        """
        with self._lock:
            self._is_closed = True
            self._found, self._checked_by = {}, {}
            for watch in self._watches:
                if watch not in self._threads:
                    watch.close()

    def set_thresholds(self, thresholds: Mapping[str, float]) -> None:
        """Check by these from now on."""
        if thresholds != self.thresholds:
            self._changed = time.monotonic()
            self.thresholds = thresholds

    def is_current(self) -> bool:
        """Return whether all was checked by the present thresholds.

        Else a problem would seem to be over that is not checked yet.
        """
        if self._is_closed:
            return False
        waits = time.monotonic() - self._changed < _MAX_WAIT
        return not waits or all(
            self._checked_by.get(watch) is self.thresholds for watch in self._watches
        )

    def problems(self) -> list[Problem]:
        """Return all present problems, each with its ``seconds``.

        Those of a watch that has not been checked for a minute are the last that are
        known, unless that is a problem of its own, which explains them.
        """
        now = time.monotonic()
        return without_consequences(
            [
                problem
                for watch, found in self._current()
                for problem in self._hanging(watch, found, now) or found.problems(now)
            ]
        )

    def trends(self) -> Iterator[tuple[str, str, str, float]]:
        """Yield numbers to store: kind and subject of a watch, metric, value."""
        now = time.monotonic()
        for watch, found in self._current():
            for metric, value in found.check.trends.items():
                if not _is_old(found, now):
                    yield watch.kind, watch.subject, metric, value

    def facts(self) -> dict[str, dict | None]:
        """Return the facts for the page: kind and subject of a watch → its facts.

        They are only for how long it has not been checked, where that is more than a
        minute; and ``None`` before its first check has ended.
        """
        now, known = time.monotonic(), dict(self._current())
        return {
            f"{watch.kind}:{watch.subject}": _facts(known[watch], now)
            if watch in known
            else None
            for watch in self._watches
        }

    def missing(self) -> list[str]:
        """Return the codes of the rights that checks lack."""
        checks = [found.check for _watch, found in self._current()]
        return sorted({code for check in checks for code in check.missing})

    def metrics(self) -> Iterator[Metric]:
        """Yield the metrics of all watches, and one for each kind of problem.

        A watch that has not been checked for a minute has those of its problems only:
        it is not known whether it has others.
        """
        problems = GaugeMetricFamily(
            "odoo_platform_problem",
            "1 while the platform has a problem of this kind, else 0.",
            labels=("code", "subject"),
        )
        families: dict[str, Metric] = {}
        now, present = time.monotonic(), {one.key for one in self.problems()}
        for watch, found in self._current():
            is_old = _is_old(found, now)
            for code in watch.codes():
                is_present = (code, watch.subject) in present
                if is_present or not is_old:
                    problems.add_metric((code, watch.subject), float(is_present))
            for family in () if is_old else watch.metrics():
                same = families.setdefault(family.name, family)
                if same is not family:
                    same.samples += family.samples
        yield problems
        yield from families.values()

    def _current(self) -> list[tuple[Watch, Found]]:
        """Return what each watch has found last, where its first check has ended."""
        found = self._found
        return [(watch, found[watch]) for watch in self._watches if watch in found]

    def _hanging(self, watch: Watch, found: Found, now: float) -> list[Problem]:
        """Return that the check of a watch does not end, if that is a problem."""
        is_running = watch in self._threads and watch not in self._errors
        if not (watch.hangs and is_running and _is_old(found, now)):
            return []
        return [Problem(watch.hangs, watch.subject, seconds=now - found.moment)]

    def _start(self, watch: Watch) -> threading.Thread:
        thread = threading.Thread(
            target=self._run, args=(watch,), name=f"reliability.{watch.kind}"
        )
        thread.daemon = True
        thread.start()
        return thread

    def _run(self, watch: Watch) -> None:
        """Check a watch, on a thread of its own."""
        try:
            self._check(watch)
        finally:
            with self._lock:
                del self._threads[watch]
                if self._is_closed:
                    watch.close()

    def _check(self, watch: Watch) -> None:
        name = f"{watch.kind} {watch.subject}".strip()
        thresholds = self.thresholds
        try:
            check = watch.check(thresholds)
        except Exception as error:
            if self._errors.get(watch) != str(error):
                self._errors[watch] = str(error)
                _logger.exception("Reliability cannot check %s", name)
            return
        self._errors.pop(watch, None)
        before = self._found.get(watch, NOTHING)
        found = before.followed_by(check, time.monotonic())
        with self._lock:
            if self._is_closed:
                return
            self._found[watch], self._checked_by[watch] = found, thresholds
        for code, _subject in found.since.keys() - before.since.keys():
            _logger.warning("%s: %s", name, code)


def _is_old(found: Found, now: float) -> bool:
    return now - found.moment > _MAX_AGE


def _facts(found: Found, now: float) -> dict:
    if _is_old(found, now):
        return {UNCHECKED: now - found.moment}
    return found.check.facts
