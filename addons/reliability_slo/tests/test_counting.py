"""Events are counted exactly once, in the budget and the slice they belong to."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.tests.counting import NOON, CountedCase

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class ObjectiveCase(CountedCase):
    """An objective of the service whose calls are counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.slo"].search([]).active = False
        cls.make_operation()
        cls.slo = cls.make_objective()

    @classmethod
    def make_objective(cls, **values):
        values = {
            "code": "probing_success",
            "service_id": cls.service.id,
            "goal": 99,
            "window": "28d",
            "zone": "UTC",
        } | values
        return cls.env["reliability.slo"].create(values)

    def evaluate(self, when):
        """Evaluate objectives at a moment, as the scheduled action does."""
        with freeze_time(when):
            self.env["reliability.slo"]._advance(when)

    def budget(self, slo=None, **where):
        """Return the budget of an objective with these values."""
        budgets = (slo or self.slo).budget_ids
        return budgets.filtered(
            lambda budget: all(budget[name] == value for name, value in where.items())
        )

    def sums(self, slo=None, **where):
        """Return good and all events of a budget."""
        budget = self.budget(slo, **where)
        return budget.good, budget.total


@tagged("-at_install", "post_install")
class TestEventsCountOnce(ObjectiveCase):
    def test_failures_count_against_it_and_refusals_do_not(self):
        self.count(NOON, "success", "rejected", "failed", "killed", "unknown")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (2, 5))

    def test_what_is_tried_again_or_rolled_back_on_purpose_does_not_count(self):
        self.count(NOON, "success", "retried", "rolled_back")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (1, 1))

    def test_what_was_measured_before_the_objective_was_made_counts_too(self):
        self.count(NOON - 3 * DAY, *["success"] * 9, "failed")
        slo = self.make_objective(code="made_later")
        self.count(NOON, "failed")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (9, 11))
        self.count(NOON + MINUTE, "success")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(slo), (10, 12))

    def test_a_minute_that_is_delivered_in_parts_adds_up(self):
        for outcome in ("success", "success", "failed"):
            self.count(NOON, outcome)
            self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (2, 3))

    def test_rollups_that_are_deleted_for_their_age_change_nothing(self):
        self.count(NOON, "success", "failed")
        self.evaluate(NOON + MINUTE)
        self.env["reliability.rollup.minute"].search([]).unlink()
        self.count(NOON + MINUTE, "success")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(), (2, 3))


@tagged("-at_install", "post_install")
class TestWindows(ObjectiveCase):
    def test_events_leave_a_window_when_they_are_as_old_as_it_is_long(self):
        self.count(NOON, "failed")
        self.evaluate(NOON + MINUTE)
        self.evaluate(NOON + 28 * DAY + 4 * MINUTE)
        self.assertEqual(self.sums(), (0, 1))
        self.evaluate(NOON + 28 * DAY + 5 * MINUTE)
        self.assertEqual(self.sums(), (0, 0))

    def test_a_late_event_changes_its_own_slice_only(self):
        self.count(NOON, "success")
        self.count(NOON - 27 * DAY, "success")
        self.evaluate(NOON + MINUTE)
        before = self.slices()
        self.count(NOON - 27 * DAY, "failed")
        self.evaluate(NOON + 2 * MINUTE)
        changed = set(self.slices().items()) ^ set(before.items())
        self.assertEqual({start for start, _numbers in changed}, {NOON - 27 * DAY})
        self.assertEqual(self.sums(), (2, 3))

    def test_a_month_begins_at_midnight_of_its_time_zone(self):
        slo = self.make_objective(code="month", window="month", zone="Asia/Kathmandu")
        first = NOON.replace(day=1, hour=0) - timedelta(hours=5, minutes=45)
        self.count(first - MINUTE, "failed")
        self.count(first, "success")
        self.evaluate(first + MINUTE)
        self.assertEqual(self.sums(slo), (1, 1))

    def test_a_clock_that_was_wrong_and_is_set_back_loses_nothing(self):
        self.count(NOON, "success", "failed")
        self.evaluate(NOON + 60 * DAY)
        self.assertEqual(self.sums(), (0, 0))
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (1, 2))

    def test_slices_go_with_their_objective(self):
        self.count(NOON, "success")
        self.evaluate(NOON + MINUTE)
        budgets = self.slo.budget_ids.ids
        self.slo.unlink()
        stored = self.env["reliability.slo.slice"]
        stored._gc_slices()
        self.assertFalse(stored.search([("budget_id", "in", budgets)]))

    def slices(self):
        return {
            one.start: (one.good, one.total)
            for one in self.env["reliability.slo.slice"].search(
                [("budget_id", "in", self.slo.budget_ids.ids)]
            )
        }
