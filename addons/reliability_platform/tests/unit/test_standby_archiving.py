"""What is a problem of archiving, and what is not."""

from unittest import TestCase

from ...watch.postgres.archiving import Archiver, Waiting, find_problems
from ...watch.thresholds import DEFAULTS

FINE = Archiver(False, None, 86_400.0, Waiting())
FILE = "00000001000000000000002A"


class TestArchiving(TestCase):
    def problems(self, **changes):
        return find_problems(FINE._replace(**changes), DEFAULTS)

    def test_a_cluster_that_nobody_uses_has_no_problem(self):
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.problems(since_success=None), [])

    def test_a_failed_attempt_is_a_problem_at_once(self):
        waiting = Waiting(3, 20.0, FILE)
        (problem,) = self.problems(failed=True, failed_file=FILE, waiting=waiting)
        self.assertEqual(problem.code, "archiving_fails")
        self.assertEqual(problem.numbers, {"files": 3, "since_success": 86_400.0})
        self.assertEqual((problem.names, problem.seconds), ({"file": FILE}, 20.0))

    def test_a_failure_is_over_when_no_file_waits(self):
        self.assertEqual(self.problems(failed=True, failed_file=FILE), [])

    def test_a_command_that_hangs_is_a_problem_after_the_threshold(self):
        seconds = 60 * DEFAULTS["archive_age"]
        self.assertEqual(self.problems(waiting=Waiting(1, seconds, FILE)), [])
        (problem,) = self.problems(waiting=Waiting(1, seconds + 1, FILE))
        self.assertEqual(problem.names, {"file": FILE})

    def test_without_rights_only_failures_are_known(self):
        self.assertEqual(self.problems(waiting=None), [])
        (problem,) = self.problems(
            waiting=None, failed=True, failed_file=FILE, since_success=None
        )
        self.assertEqual((problem.numbers, problem.seconds), ({}, None))
