"""The problems of Sentinels, and failovers."""

from unittest import TestCase

from ...watch.redis.sentinel import Failover, Failovers, SentinelView, find_problems

UP, DOWN = SentinelView("one:1"), SentinelView("two:2", "Connection refused")
TOO_FEW = UP._replace(usable=1, quorum=2)


class TestSentinelProblems(TestCase):
    def codes(self, *views, failover=None):
        return [problem.code for problem in find_problems(views, failover, 1000.0)]

    def test_nothing_is_wrong(self):
        self.assertEqual(self.codes(UP, UP), [])

    def test_one_does_not_respond(self):
        (problem,) = find_problems([UP, DOWN, UP], None, 0.0)
        self.assertEqual(problem.code, "sentinel_down")
        self.assertEqual(problem.numbers, {"down": 1, "sentinels": 3})
        self.assertEqual(problem.names, {"sentinels": "two:2"})

    def test_without_a_quorum_the_cause_is_in_the_same_problem(self):
        (problem,) = find_problems([TOO_FEW, DOWN, DOWN], None, 0.0)
        self.assertEqual(problem.code, "sentinel_no_quorum")
        expected = {"down": 2, "sentinels": 3, "usable": 1, "quorum": 2}
        self.assertEqual(problem.numbers, expected)

    def test_a_failover_is_a_problem_for_a_quarter_of_an_hour(self):
        for at, expected in ((101.0, ["redis_failed_over"]), (100.0, [])):
            failover = Failover(at, 4.0, "one:1", "two:2")
            self.assertEqual(self.codes(UP, failover=failover), expected)


class TestFailover(TestCase):
    def setUp(self):
        super().setUp()
        self.failovers = Failovers()

    def update(self, now, primary, seen, since=0.0):
        """Check: two of three Sentinels know the primary, the third another one."""
        view = UP._replace(primary=primary, seen=seen, since=since)
        late = view._replace(primary="old:1", seen=0.0, since=0.0)
        self.failovers.update([late, view, view], now)
        return self.failovers.last

    def test_the_first_check_knows_no_failover(self):
        self.assertIsNone(self.update(10.0, "one:1", 9.5))
        self.assertIsNone(self.update(20.0, "one:1", 19.5))

    def test_it_is_known_for_how_long_there_was_no_primary(self):
        self.update(10.0, "one:1", 9.5)
        self.update(20.0, "one:1", 12.0)  # does not respond since then
        found = self.update(30.0, "two:2", 29.5, since=23.5)
        self.assertEqual(found, Failover(30.0, 11.5, "one:1", "two:2"))

    def test_the_last_one_counts(self):
        self.update(10.0, "one:1", 9.5)
        self.update(20.0, "two:2", 19.5, since=18.0)
        self.assertEqual(self.update(30.0, "one:1", 29.5, 25.0).after, "one:1")
        self.assertEqual(self.update(40.0, "one:1", 39.5, 25.0).at, 30.0)
