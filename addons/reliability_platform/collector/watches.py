"""Checks everything beneath Odoo that this host uses, each in a thread of its own."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric

from ..watch.problem import Check, Problem
from ..watch.thresholds import DEFAULTS
from ..watch.watch import Watch

_logger = logging.getLogger(__name__)

_SECONDS = 8.0
"""For all checks together; one that takes longer goes on, and delays no other."""
_MAX_AGE = 60.0
"""Seconds after which a check counts no more: its watch hangs."""
_MAX_WAIT = 30.0
"""Seconds for which nothing is reported until all checks have ended once."""


class _Found(NamedTuple):
    """What a check found.

    :ivar moment: when it ended, of the monotonic clock
    :ivar thresholds: by which it checked
    :ivar since: the moment since which there is each problem
    :ivar hangs: whether it is not found by a check, but that the next one hangs
    """

    moment: float
    thresholds: Mapping[str, float]
    check: Check
    since: Mapping[tuple[str, str], float]
    hangs: bool = False


class Watches:
    """All watches, what they found, and since when each problem lasts.

    :meth:`check` is called from one thread, all other methods from any.

    :ivar thresholds: code → value, see :mod:`..watch.thresholds`
    """

    def __init__(self, watches: Sequence[Watch]):
        self._watches = watches
        self._threads: dict[Watch, threading.Thread] = {}
        self._found: dict[Watch, _Found] = {}
        self._errors: dict[Watch, str] = {}
        self._changed = time.monotonic()
        self.thresholds: Mapping[str, float] = DEFAULTS

    def check(self) -> None:
        """Check all of them; one whose last check still runs is not checked again."""
        for watch in self._watches:
            running = self._threads.get(watch)
            if running is None or not running.is_alive():
                thread = threading.Thread(
                    target=self._check, args=(watch,), daemon=True
                )
                self._threads[watch] = thread
                thread.start()
        until = time.monotonic() + _SECONDS
        for thread in self._threads.values():
            thread.join(max(0.0, until - time.monotonic()))

    def set_thresholds(self, thresholds: Mapping[str, float]) -> None:
        """Check by these from now on."""
        if thresholds != self.thresholds:
            self._changed = time.monotonic()
            self.thresholds = thresholds

    def is_current(self) -> bool:
        """Return whether all was checked by the present thresholds.

        Else a problem would seem to be over that is not checked yet.
        """
        waits = time.monotonic() - self._changed < _MAX_WAIT
        return not waits or all(
            watch in self._found and self._found[watch].thresholds is self.thresholds
            for watch in self._watches
        )

    def problems(self) -> list[Problem]:
        """Return all present problems, each with its ``seconds``."""
        now = time.monotonic()
        return [
            problem
            if problem.seconds is not None
            else problem._replace(seconds=now - found.since[problem.key])
            for _watch, found in self._current()
            for problem in found.check.problems
        ]

    def trends(self) -> Iterator[tuple[str, str, str, float]]:
        """Yield numbers to store: kind and subject of a watch, metric, value."""
        for watch, found in self._current():
            for metric, value in found.check.trends.items():
                yield watch.kind, watch.subject, metric, value

    def facts(self) -> dict[str, dict]:
        """Return the facts for the page: kind and subject of a watch → its facts.

        Watches whose check has not ended, so that nothing is known, have ``None``.
        """
        known = dict(self._current())
        return {
            f"{watch.kind}:{watch.subject}": known[watch].check.facts
            if watch in known
            else None
            for watch in self._watches
        }

    def missing(self) -> list[str]:
        """Return the codes of the rights that checks lack."""
        checks = [found.check for _watch, found in self._current()]
        return sorted({code for check in checks for code in check.missing})

    def metrics(self) -> Iterator[Metric]:
        """Yield the metrics of all watches, and one for each kind of problem."""
        problems = GaugeMetricFamily(
            "odoo_platform_problem",
            "1 while the platform has a problem of this kind, else 0.",
            labels=("code", "subject"),
        )
        families: dict[str, Metric] = {}
        for watch, found in self._current():
            present = {problem.code for problem in found.check.problems}
            for code in watch.codes():
                problems.add_metric((code, watch.subject), float(code in present))
            for family in () if found.hangs else watch.metrics():
                same = families.setdefault(family.name, family)
                if same is not family:
                    same.samples += family.samples
        yield problems
        yield from families.values()

    def _current(self) -> list[tuple[Watch, _Found]]:
        """Return what each watch has found; of one that hangs, that it does."""
        now = time.monotonic()
        current = []
        for watch in self._watches:
            found = self._found.get(watch)
            if found and now - found.moment > _MAX_AGE:
                found = _hanging(watch, found)
            if found:
                current.append((watch, found))
        return current

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
        now = time.monotonic()
        before = self._found[watch].since if watch in self._found else {}
        since = {
            problem.key: before.get(problem.key, now) for problem in check.problems
        }
        self._found[watch] = _Found(now, thresholds, check, since)
        for code, _subject in since.keys() - before.keys():
            _logger.warning("%s: %s", name, code)


def _hanging(watch: Watch, last: _Found) -> _Found | None:
    """Return that the check of a watch does not end, if that is a problem."""
    if not watch.hangs:
        return None
    problem = Problem(watch.hangs, watch.subject)
    since = {problem.key: last.moment}
    return last._replace(check=Check([problem]), since=since, hangs=True)
