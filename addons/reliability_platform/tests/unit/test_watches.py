"""What the collector reports of all watches together."""

import threading
import time
from unittest import TestCase
from unittest.mock import patch

from ...collector import watches
from ...collector.watches import Watches
from ...watch.problem import Check, Problem
from ...watch.thresholds import DEFAULTS
from ...watch.watch import UNCHECKED, Watch


class OneWatch(Watch):
    """Finds what a test says, once it may end."""

    kind, hangs = "postgres", "postgres_down"

    def __init__(self, *problems):
        super().__init__()
        self.problems = problems
        self.is_open = False
        self.may_end = threading.Event()
        self.may_end.set()

    def check(self, thresholds):
        self.may_end.wait()
        self.is_open = True
        return Check(
            [Problem(code, self.subject) for code in self.problems],
            {"commit_seconds": 0.1},
            {"known": True},
        )

    def close(self):
        self.is_open = False


class WatchOfAHost(OneWatch):
    """One whose hanging is no problem of the host."""

    kind, hangs = "host", ""


class TestWatches(TestCase):
    def setUp(self):
        super().setUp()
        self.watch = OneWatch("commits_slow")
        self.watches = Watches([self.watch])

    def codes(self):
        return [problem.code for problem in self.watches.problems()]

    def after(self, seconds):
        """Let the clock be later."""
        now = time.monotonic() + seconds
        clock = patch.object(watches.time, "monotonic", lambda: now)
        clock.start()
        self.addCleanup(clock.stop)

    def test_a_problem_lasts_since_the_first_check_that_found_it(self):
        self.watches.check()
        self.after(50)
        self.watches.check()
        (problem,) = self.watches.problems()
        self.assertGreaterEqual(problem.seconds, 50)

    def test_a_check_that_hangs_is_a_problem_and_delays_no_other(self):
        other = OneWatch("vacuum_off")
        self.watches = Watches([self.watch, other])
        self.watches.check()
        other.problems = ()
        self.hang(self.watch)
        if thread := self.watches._threads.get(other):
            thread.join()
        self.assertEqual(self.codes(), ["postgres_down"])

    def test_nothing_is_reported_before_all_was_checked_by_the_thresholds(self):
        self.assertFalse(self.watches.is_current())
        self.watches.check()
        self.assertTrue(self.watches.is_current())
        self.watches.set_thresholds({**DEFAULTS, "commit": 50})
        self.assertFalse(self.watches.is_current())
        self.watches.check()
        self.assertTrue(self.watches.is_current())
        self.watches.set_thresholds(DEFAULTS)
        self.after(31)
        self.assertTrue(self.watches.is_current())

    def values(self):
        """Return code → value of the metric of problems."""
        family = next(self.watches.metrics())
        return {sample.labels["code"]: sample.value for sample in family.samples}

    def test_a_watch_that_is_not_checked_has_its_last_problems_and_is_not_fine(self):
        watch = WatchOfAHost("disk_slow")
        self.watches = Watches([watch])
        self.watches.check()
        self.assertEqual(self.watches.facts(), {"host:": {"known": True}})
        self.assertEqual(self.values()["clock_off"], 0)
        self.hang(watch)
        (problem,) = self.watches.problems()
        self.assertEqual(problem.code, "disk_slow")
        self.assertGreaterEqual(problem.seconds, 61)
        (facts,) = self.watches.facts().values()
        self.assertEqual(facts.keys(), {UNCHECKED})
        self.assertGreaterEqual(facts[UNCHECKED], 61)
        self.assertEqual(self.values(), {"disk_slow": 1})
        self.assertEqual(list(self.watches.trends()), [])

    def test_a_watch_that_fails_does_not_hang(self):
        self.watches.check()
        with (
            patch.object(self.watch, "check", side_effect=ValueError("a fault")),
            self.assertLogs(watches.__name__, "ERROR"),
        ):
            self.watches.check()
        self.after(61)
        self.assertEqual(self.codes(), ["commits_slow"])
        self.assertEqual(self.watches.facts()["postgres:"].keys(), {UNCHECKED})

    def test_what_another_watch_explains_is_named_once(self):
        host = WatchOfAHost()
        for watch, code in ((self.watch, "commits_slow"), (host, "disk_slow")):
            found = Check([Problem(code, devices=(7,))])
            self.enterContext(patch.object(watch, "check", return_value=found))
        self.watches = Watches([self.watch, host])
        self.watches.check()
        self.assertEqual(self.codes(), ["disk_slow"])
        self.assertEqual(self.values()["commits_slow"], 0)

    def test_closed_watches_have_neither_connections_nor_threads(self):
        self.watches.check()
        self.assertTrue(self.watch.is_open)
        self.watches.close()
        self.assertFalse(self.watch.is_open)
        self.assertEqual(self.watches._threads, {})

    def test_a_check_that_still_runs_closes_its_watch_when_it_ends(self):
        self.watches.check()
        self.hang(self.watch)
        thread = self.watches._threads[self.watch]
        self.watches.close()
        self.assertTrue(self.watch.is_open)
        self.watch.may_end.set()
        thread.join()
        self.assertFalse(self.watch.is_open)
        self.assertEqual(self.codes(), [])

    def test_a_collector_that_leads_again_begins_anew(self):
        self.watches.check()
        self.watches.close()
        self.after(7200)
        self.assertEqual(self.codes(), [])
        self.assertFalse(self.watches.is_current())
        self.watches.check()
        self.assertTrue(self.watches.is_current())
        self.assertEqual(self.codes(), ["commits_slow"])

    def hang(self, watch):
        """Let the next check of a watch hang, for a minute."""
        watch.may_end.clear()
        self.addCleanup(watch.may_end.set)
        self.after(61)
        with patch.object(watches, "_SECONDS", 0.0):
            self.watches.check()
