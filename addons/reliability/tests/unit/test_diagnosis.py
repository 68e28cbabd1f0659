"""The layer that got most of the time beyond what is usual is blamed, or none is."""

from unittest import TestCase

from ...telemetry.diagnosis import LAYERS, LayerCosts, blame

USUAL = LayerCosts(100, 100.0, sql=40.0, external=30.0, cpu=25.0)
"""A second each: 0.4 in SQL, 0.3 outside, 0.25 computing, and 0.05 of nothing known."""


class TestALayerIsBlamed(TestCase):
    def now(self, **costs):
        """Return ten calls that are as usual, but for what is said."""
        usual = {"sql": 4.0, "external": 3.0, "cpu": 2.5}
        added = sum(costs.values()) - sum(usual[name] for name in costs)
        return LayerCosts(10, 10.0 + added, **{**usual, **costs})

    def assert_blamed(self, layer, now, usual=USUAL):
        blamed = blame(now, usual)
        self.assertEqual(blamed and blamed.layer, layer)
        return blamed

    def test_what_grew_and_not_what_is_always_large(self):
        blamed = self.assert_blamed("outside", self.now(external=8.0))
        self.assertAlmostEqual(blamed.now, 0.8)
        self.assertAlmostEqual(blamed.usual, 0.3)
        self.assert_blamed("database", self.now(sql=30.0))
        self.assert_blamed("python", self.now(cpu=30.0))

    def test_what_is_in_none_of_them(self):
        now = self.now()
        now.seconds += 50
        self.assert_blamed("other", now)

    def test_locks_and_not_the_database_that_waits_for_them(self):
        now = self.now(sql=30.0)
        now.locks = 28.0
        self.assert_blamed("locks", now)

    def test_none_where_two_grew_as_much(self):
        self.assert_blamed(None, self.now(sql=9.0, external=8.0))

    def test_none_where_none_grew(self):
        self.assert_blamed(None, self.now())

    def test_none_without_calls(self):
        self.assert_blamed(None, LayerCosts())

    def test_the_largest_where_it_is_not_known_what_is_usual(self):
        blamed = self.assert_blamed(
            "outside", self.now(external=20.0), LayerCosts(19, 1.0)
        )
        self.assertIsNone(blamed.usual)


class TestShares(TestCase):
    def test_they_are_all_of_the_time(self):
        shares = USUAL.shares()
        self.assertEqual(list(shares), list(LAYERS))
        self.assertAlmostEqual(sum(shares.values()), 1.0)
        self.assertAlmostEqual(shares["other"], 0.05)

    def test_there_are_none_without_time(self):
        self.assertEqual(LayerCosts().shares(), {})

    def test_what_was_seen_of_locks_is_part_of_the_database(self):
        costs = LayerCosts(1, 10.0, sql=4.0, locks=9.0)
        self.assertAlmostEqual(costs.shares()["locks"], 0.4)
        self.assertAlmostEqual(costs.shares()["database"], 0.0)
