"""The shares of the layers in the time of calls."""

from unittest import TestCase

from ...telemetry.layer_costs import LAYERS, LayerCosts

USUAL = LayerCosts(100, 100.0, sql=40.0, external=30.0, cpu=25.0)
"""One second per call: 0.4 SQL, 0.3 external, 0.25 computing, and 0.05 other."""


class TestShares(TestCase):
    def test_shares_add_up_to_all_of_the_time(self):
        shares = USUAL.shares()
        self.assertEqual(list(shares), list(LAYERS))
        self.assertAlmostEqual(sum(shares.values()), 1.0)
        self.assertAlmostEqual(shares["other"], 0.05)

    def test_no_shares_without_time(self):
        self.assertEqual(LayerCosts().shares(), {})

    def test_lock_time_is_part_of_the_database_time(self):
        costs = LayerCosts(1, 10.0, sql=4.0, locks=9.0)
        self.assertAlmostEqual(costs.shares()["locks"], 0.4)
        self.assertAlmostEqual(costs.shares()["database"], 0.0)
