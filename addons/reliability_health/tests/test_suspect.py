"""The suspect is the layer that got most of the time beyond what is usual, if any."""

from odoo.tests import BaseCase, tagged

from odoo.addons.reliability.api import LayerCosts

from ..diagnosis import find_suspect

USUAL = LayerCosts(100, 100.0, sql=40.0, external=30.0, cpu=25.0)
"""One second per call: 0.4 SQL, 0.3 external, 0.25 computing, and 0.05 other."""


@tagged("-at_install", "post_install")
class TestSuspect(BaseCase):
    def costs(self, **costs):
        """Return ten calls with the usual costs, except the given ones."""
        usual = {"sql": 4.0, "external": 3.0, "cpu": 2.5}
        added = sum(costs.values()) - sum(usual[name] for name in costs)
        return LayerCosts(10, 10.0 + added, **{**usual, **costs})

    def assert_suspect(self, layer, now, usual=USUAL):
        suspect = find_suspect(now, usual)
        self.assertEqual(suspect and suspect.layer, layer)
        return suspect

    def test_layer_that_grew_rather_than_the_largest(self):
        suspect = self.assert_suspect("external", self.costs(external=8.0))
        self.assertAlmostEqual(suspect.now, 0.8)
        self.assertAlmostEqual(suspect.usual, 0.3)
        self.assert_suspect("database", self.costs(sql=30.0))
        self.assert_suspect("python", self.costs(cpu=30.0))

    def test_time_in_no_known_layer_is_other(self):
        now = self.costs()
        now.seconds += 50
        self.assert_suspect("other", now)

    def test_locks_rather_than_the_database_that_waits_for_them(self):
        now = self.costs(sql=30.0)
        now.locks = 28.0
        self.assert_suspect("locks", now)

    def test_none_if_two_layers_grew_equally(self):
        self.assert_suspect(None, self.costs(sql=9.0, external=8.0))

    def test_none_if_no_layer_grew(self):
        self.assert_suspect(None, self.costs())

    def test_none_without_calls(self):
        self.assert_suspect(None, LayerCosts())

    def test_largest_layer_if_the_usual_costs_are_unknown(self):
        suspect = self.assert_suspect(
            "external", self.costs(external=20.0), LayerCosts(19, 1.0)
        )
        self.assertIsNone(suspect.usual)
