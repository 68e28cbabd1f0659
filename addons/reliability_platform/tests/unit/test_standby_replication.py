"""How far a standby is behind, and what a slot holds."""

from unittest import TestCase

from ...watch.postgres.replication import (
    Lag,
    Positions,
    Slot,
    Standby,
    find_lag_problems,
    find_lagging,
    find_slot_problems,
    lag_of,
)
from ...watch.thresholds import DEFAULTS

STANDBY = Standby(7, "b", "streaming", 100, None, False)
SLOT = Slot("b", None, "extended", None, 0)
GIGABYTE = 1 << 30


class TestLag(TestCase):
    def setUp(self):
        super().setUp()
        self.positions = Positions()
        for now, position in ((0, 100), (10, 100), (20, 200), (60, 300)):
            self.positions.add(now, position)

    def lag(self, now=60, **changes):
        return lag_of(STANDBY._replace(**changes), 300, self.positions, now)

    def test_it_lasts_since_more_was_written_than_it_has_replayed(self):
        self.assertEqual(self.lag()[1:], (40, 200))
        self.assertEqual(self.lag(position=250, now=90)[1:], (30, 50))

    def test_one_that_has_replayed_everything_does_not_lag(self):
        self.assertEqual(self.lag(position=300, now=9_000, replay_lag=5)[1:], (0, 0))

    def test_between_its_reports_postgresql_measures_it(self):
        self.assertEqual(self.lag(position=250, replay_lag=0.5)[1:], (0.5, 50))
        self.assertEqual(self.lag(position=250)[1:], (0, 50))

    def test_the_positions_of_another_server_do_not_count(self):
        self.positions.add(70, 150)
        self.positions.add(80, 160)
        self.assertEqual(self.positions.seconds_beyond(100, 90), 20)


class TestStandbys(TestCase):
    def problems(self, *standbys):
        """Return the problems of standbys, each with its lag and whether it is
        synchronous.
        """
        lags = [
            Lag(STANDBY._replace(name=f"{x:g}", is_synchronous=is_so), x, 1)
            for x, is_so in standbys
        ]
        return find_lag_problems(find_lagging(lags, DEFAULTS))

    def test_the_worst_one_is_named(self):
        self.assertEqual(self.problems((0, False), (60, False)), [])
        (problem,) = self.problems((61, False), (90, False), (3, False))
        self.assertEqual(problem.names, {"standby": "90"})
        numbers = {"seconds": 90, "bytes": 1, "standbys": 2, "is_synchronous": 0}
        self.assertEqual(problem.numbers, numbers)

    def test_one_that_commits_wait_for_is_named_if_no_other_one_lags(self):
        (problem,) = self.problems((61, False), (90, True))
        self.assertEqual(problem.names, {"standby": "61"})
        (problem,) = self.problems((90, True))
        self.assertEqual(problem.numbers["is_synchronous"], 1)


class TestSlots(TestCase):
    def problems(self, *slots, lagging=()):
        return find_slot_problems(slots, lagging, DEFAULTS)

    def test_one_holds_more_than_the_threshold(self):
        self.assertEqual(self.problems(SLOT._replace(held=GIGABYTE)), [])
        (problem,) = self.problems(SLOT._replace(held=GIGABYTE + 1, left=5))
        numbers = {"bytes": GIGABYTE + 1, "is_active": 0, "is_lost": 0, "left_bytes": 5}
        self.assertEqual(problem.numbers, numbers)
        self.assertEqual(problem.names, {"slot": "b"})

    def test_one_that_is_lost_is_worse_than_one_that_holds_much(self):
        large = SLOT._replace(name="large", held=5 * GIGABYTE)
        (problem,) = self.problems(large, SLOT._replace(status="lost"))
        self.assertEqual((problem.names["slot"], problem.numbers["is_lost"]), ("b", 1))

    def test_what_a_standby_that_lags_has_not_received_is_no_other_problem(self):
        slot = SLOT._replace(held=5 * GIGABYTE, pid=STANDBY.pid)
        lagging = [Lag(STANDBY, 90, 1)]
        self.assertTrue(self.problems(slot))
        self.assertEqual(self.problems(slot, lagging=lagging), [])
        slot = slot._replace(status="unreserved")
        self.assertTrue(self.problems(slot, lagging=lagging))
