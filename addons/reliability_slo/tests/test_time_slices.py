"""A budget by time slices: each slice counts the same, however many events it has."""

from odoo.tests import tagged

from .test_counting import MINUTE, NOON, ObjectiveCase


@tagged("-at_install", "post_install")
class TestTimeSlices(ObjectiveCase):
    def make_slices(self, budgeting, **values):
        return self.make_objective(code="slices", budgeting=budgeting, **values)

    def test_a_slice_is_good_or_bad(self):
        slo = self.make_slices("slices", slice_goal=90)
        self.count(NOON, *["success"] * 9, "failed")
        self.count(NOON + 5 * MINUTE, *["success"] * 8, "failed")
        self.evaluate(NOON + 10 * MINUTE)
        self.assertEqual(self.sums(slo), (1, 2))

    def test_a_good_slice_may_become_bad(self):
        slo = self.make_slices("slices", slice_goal=90)
        self.count(NOON, "success")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (1, 1))
        self.count(NOON + MINUTE, "failed")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(slo), (0, 1))

    def test_a_slice_without_events_does_not_count(self):
        slo = self.make_slices("slices", slice_goal=90)
        self.count(NOON, "success")
        self.count(NOON + 60 * MINUTE, "success")
        self.evaluate(NOON + 61 * MINUTE)
        self.assertEqual(self.sums(slo), (2, 2))

    def test_a_slice_counts_as_its_share_of_good_events(self):
        slo = self.make_slices("ratio_slices")
        self.count(NOON, "success", "failed")
        self.count(NOON + 5 * MINUTE, *["success"] * 100)
        self.evaluate(NOON + 10 * MINUTE)
        self.assertEqual(self.sums(slo), (1_500_000, 2_000_000))

    def test_another_budgeting_later_counts_what_there_was(self):
        self.count(NOON, "success", "failed")
        self.evaluate(NOON + MINUTE)
        self.slo.write({"budgeting": "slices", "slice_goal": 90})
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(), (0, 1))
