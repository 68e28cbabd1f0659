"""Objectives on /metrics: the numbers of the screens, and counters that only grow."""

from odoo.tests import tagged
from odoo.tools import SQL

from .test_counting import HOUR, MINUTE, NOON, ObjectiveCase


@tagged("-at_install", "post_install")
class TestMetrics(ObjectiveCase):
    def read(self, gauge, *labels):
        """Return the samples of the objective: values of labels → value."""
        columns = SQL(", ").join([SQL.identifier(label) for label in labels])
        query = SQL(
            "SELECT %s, value FROM %s WHERE slo = %s",
            columns,
            SQL.identifier(f"reliability_gauge_{gauge}"),
            self.slo.code,
        )
        rows = self.env.execute_query(query)
        return {
            row[0] if len(labels) == 1 else row[:-1]: float(row[-1]) for row in rows
        }

    def events(self):
        return self.read("slo_events_total", "result")

    def test_events_count_from_the_first_evaluation(self):
        self.count(NOON, "failed")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.events(), {"good": 0, "bad": 0})
        self.count(NOON + MINUTE, "success", "failed", "failed")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.events(), {"good": 1, "bad": 2})

    def test_a_new_budget_is_shown_as_0_before_it_counts(self):
        self.evaluate(NOON)
        self.count(NOON + MINUTE, "failed")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.events(), {"good": 0, "bad": 0})
        self.count(NOON + 2 * MINUTE, "failed")
        self.evaluate(NOON + 3 * MINUTE)
        self.assertEqual(self.events(), {"good": 0, "bad": 2})

    def test_what_is_excluded_later_stays_counted_and_is_shown_as_corrected(self):
        self.evaluate(NOON)
        self.count(NOON + MINUTE, "failed")
        self.evaluate(NOON + 2 * MINUTE)
        maintenance = self.env["reliability.maintenance"].create(
            {"name": "Upgrade", "start": NOON, "end": NOON + HOUR}
        )
        maintenance.action_approve()
        self.env.flush_all()
        self.evaluate(NOON + 3 * MINUTE)
        self.assertEqual(self.events()["bad"], 1)
        self.assertEqual((self.budget().total, self.budget().corrected), (0, 1))

    def test_a_time_slice_counts_when_it_has_ended(self):
        self.slo.write({"budgeting": "slices", "slice_goal": 90})
        self.evaluate(NOON)
        self.count(NOON + MINUTE, "success")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.events(), {"good": 0, "bad": 0})
        self.count(NOON + 2 * MINUTE, "failed")
        self.evaluate(NOON + 5 * MINUTE)
        self.assertEqual(self.events(), {"good": 0, "bad": 1})

    def test_the_goal_and_what_is_left_are_the_numbers_of_the_screen(self):
        self.count(NOON, *["success"] * 999, "failed")
        self.evaluate(NOON + MINUTE)
        goal = self.read("slo_objective_ratio", "service", "window")
        self.assertEqual(goal, {("probing", "28d"): 0.99})
        left = self.read("slo_error_budget_remaining_ratio", "warehouse")
        self.assertEqual(left, {"": 0.9})
        self.assertEqual(self.budget().remaining, 90)

    def test_burn_rates_by_window(self):
        self.count(NOON, *["success"] * 98, "failed", "failed")
        self.evaluate(NOON + MINUTE)
        rates = self.read("slo_burn_rate", "window")
        self.assertEqual(
            rates, dict.fromkeys(("5m", "30m", "1h", "2h", "6h", "1d", "3d"), 2)
        )

    def test_no_events_are_no_number(self):
        self.evaluate(NOON)
        self.assertEqual(self.read("slo_error_budget_remaining_ratio", "warehouse"), {})
