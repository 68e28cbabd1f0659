"""When another server has become the primary."""

from unittest import TestCase

from ...watch.postgres.failover import FailedOver, Server, find_problems

FIRST = Server(1, 1, 1_000.0, "10.0.0.1:5432")
PROMOTED = Server(1, 2, 2_000.0, "10.0.0.2:5432")


LAST = FailedOver(FIRST, PROMOTED, 500.0, 30.0)


class TestFailover(TestCase):
    def test_a_promoted_standby_has_another_timeline(self):
        self.assertFalse(FIRST.is_same(PROMOTED))
        same_address = PROMOTED._replace(address=FIRST.address)
        self.assertFalse(FIRST.is_same(same_address))

    def test_a_server_elsewhere_on_the_same_disk_is_another_one(self):
        self.assertFalse(FIRST.is_same(PROMOTED._replace(timeline=1)))

    def test_a_restart_or_another_address_of_the_same_server_is_no_failover(self):
        self.assertTrue(FIRST.is_same(FIRST._replace(started=2_000.0)))
        self.assertTrue(FIRST.is_same(FIRST._replace(address="::1:5432")))

    def test_both_servers_are_named(self):
        (problem,) = find_problems(LAST, 560.0)
        self.assertEqual(problem.code, "postgres_failed_over")
        self.assertEqual(problem.numbers, {"seconds": 30.0})
        names = {"from": "10.0.0.1:5432", "to": "10.0.0.2:5432"}
        self.assertEqual((problem.names, problem.seconds), (names, 60.0))

    def test_it_is_reported_for_a_quarter_of_an_hour(self):
        self.assertTrue(find_problems(LAST, 1_400.0))
        self.assertEqual(find_problems(LAST, 1_401.0), [])
        self.assertEqual(find_problems(None, 0.0), [])
