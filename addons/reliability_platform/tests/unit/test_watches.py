"""What the collector reports of all watches together."""

import threading
import time
from unittest import TestCase
from unittest.mock import patch

from ...collector import watches
from ...collector.watches import Watches
from ...watch.problem import Check, Problem
from ...watch.thresholds import DEFAULTS
from ...watch.watch import Watch


class OneWatch(Watch):
    """Finds what a test says, once it may end."""

    kind, hangs = "postgres", "postgres_down"

    def __init__(self, *problems):
        super().__init__()
        self.problems = problems
        self.may_end = threading.Event()
        self.may_end.set()

    def check(self, thresholds):
        self.may_end.wait()
        return Check([Problem(code) for code in self.problems], {}, {"known": True})


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
        self.watch.may_end.clear()
        self.addCleanup(self.watch.may_end.set)
        other.problems = ()
        self.after(61)
        with patch.object(watches, "_SECONDS", 0.0):
            self.watches.check()
        self.watches._threads[other].join()
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
