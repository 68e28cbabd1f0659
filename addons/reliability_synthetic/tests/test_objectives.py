"""Synthetic checks have a service and objectives of their own."""

from odoo.tests import tagged

from odoo.addons.reliability.api import Series
from odoo.addons.reliability_slo.tests.test_counting import (
    MINUTE,
    NOON,
    ObjectiveCase,
)

from ..objectives import SHIPPED


@tagged("-at_install", "post_install")
class TestObjectives(ObjectiveCase):
    def setUp(self):
        super().setUp()
        slos = self.env["reliability.slo"].with_context(active_test=False)
        self.shipped = {
            code: slos.search([("code", "=", code)]) for code, *_rest in SHIPPED
        }
        for slo in self.shipped.values():
            slo.active = True

    def ran(self, outcome, threshold=60.0):
        labels = ("order_to_shipment", "odoo")
        series = Series("synthetic", self.env.cr.dbname, labels, threshold)
        self.record(series, NOON, outcome, seconds=1.0)

    def found(self, code):
        self.evaluate(NOON + MINUTE)
        return self.sums(self.shipped[code])

    def test_they_can_alert(self):
        for slo in self.shipped.values():
            self.assertEqual(slo.service_id.code, "synthetic_checks")
            self.assertTrue(slo.alert_ids)

    def test_the_share_of_runs_that_passed(self):
        for outcome in ("success", "success", "failed"):
            self.ran(outcome)
        self.assertEqual(self.found("synthetic_checks_success"), (2, 3))

    def test_the_share_in_time(self):
        self.ran("success")
        self.ran("success", threshold=0.5)
        self.ran("failed")
        self.assertEqual(self.found("synthetic_checks_in_time"), (1, 2))

    def test_real_calls_do_not_count(self):
        self.count(NOON, "failed")
        self.assertEqual(self.found("synthetic_checks_success"), (0, 0))

    def test_nor_do_runs_count_for_objectives_on_real_calls(self):
        self.ran("failed")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (0, 0))

    def test_they_are_named_after_runs(self):
        names = [slo.display_name for slo in self.shipped.values()]
        self.assertEqual(
            names,
            [
                "Synthetic Checks: runs of journeys without failures",
                "Synthetic Checks: runs of journeys in time",
            ],
        )
