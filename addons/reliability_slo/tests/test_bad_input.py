"""What cannot work is refused when it is saved, with what to do instead."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_counting import HOUR, MINUTE, NOON, ObjectiveCase


@tagged("-at_install", "post_install")
class TestBadInput(ObjectiveCase):
    def refused(self, message):
        return self.assertRaisesRegex(ValidationError, message)

    def test_a_goal_of_100_percent(self):
        with self.refused("there is no budget"):
            self.slo.goal = 100

    def test_a_goal_that_an_alert_cannot_see(self):
        with self.refused(r"Enter at most 1\.488 %"):
            self.slo.goal = 90

    def test_it_is_saved_without_that_alert(self):
        quick = self.slo.alert_ids.filtered(lambda alert: alert.hours == 1)
        self.slo.write({"goal": 90, "alert_ids": [Command.delete(quick.id)]})
        self.assertEqual(self.slo.alert_ids.mapped("hours"), [6, 24, 72])

    def test_usual_alerts_follow_the_window(self):
        self.slo.write({"window": "7d", "goal": 95})
        self.slo.window = "28d"
        budgets = self.slo.alert_ids.mapped("budget")
        self.assertEqual(budgets, [2, 5, 10, 10])

    def test_a_new_objective_has_only_the_alerts_that_can_begin(self):
        slo = self.make_objective(code="lenient", goal=90)
        self.assertEqual(slo.alert_ids.mapped("hours"), [6, 24, 72])

    def test_a_calendar_without_hours(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [Command.clear()]}
        )
        with self.refused("The working hours Never are empty"):
            self.slo.calendar_id = empty

    def test_overlapping_maintenance(self):
        values = {"name": "One", "start": NOON, "end": NOON + HOUR}
        self.env["reliability.maintenance"].create(values)
        with self.refused("Change that one instead"):
            self.env["reliability.maintenance"].create(
                values | {"name": "Two", "start": NOON + MINUTE}
            )

    def test_a_number_by_company_that_is_not_known_by_company(self):
        gauges = self.env["reliability.gauge"]
        gauges._register_gauge("probe_missing", "", "SELECT 2 AS value")
        with self.refused("is not known by company"):
            self.slo.write({"measure": "gauge", "gauge": "probe_missing"})

    def test_an_operation_that_is_gone(self):
        self.slo.operations = "probe,left"
        self.assertIn("no operation left any more", self.slo.problem)

    def test_a_number_that_is_gone(self):
        gauges = self.env["reliability.gauge"]
        gauges._register_gauge("probe_missing", "", "SELECT 2 AS value")
        self.slo.write({"measure": "gauge", "gauge": "probe_missing", "split": "none"})
        gauges._unregister_gauges("probe_missing")
        self.slo.invalidate_recordset()
        self.assertIn("probe_missing does not exist any more", self.slo.problem)
        self.evaluate(NOON)

    def test_a_shipped_objective_is_archived_and_not_deleted(self):
        shipped = self.env["reliability.slo"].with_context(active_test=False)
        shipped = shipped.search([("code", "=", "customer_portal_success")])
        with self.refused("Archive it instead"):
            shipped.unlink()
