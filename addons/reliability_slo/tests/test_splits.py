"""Each company, warehouse or system has a budget of its own, and all of them add up."""

from odoo.tests import tagged

from .test_counting import MINUTE, NOON, ObjectiveCase


@tagged("-at_install", "post_install")
class TestSplits(ObjectiveCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Other"})
        self.count(NOON, "success", "failed", warehouse="A")
        self.count(NOON, "success", warehouse="B")
        self.count(NOON, "failed", warehouse="A", company=self.other.id)

    def test_a_company_has_its_own_budget(self):
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(company_id=self.env.company), (2, 3))
        self.assertEqual(self.sums(company_id=self.other), (0, 1))

    def test_a_warehouse_has_its_own_budget(self):
        slo = self.make_objective(code="by_warehouse", split="warehouse")
        self.evaluate(NOON + MINUTE)
        mine = {"company_id": self.env.company}
        self.assertEqual(self.sums(slo, warehouse="A", **mine), (1, 2))
        self.assertEqual(self.sums(slo, warehouse="B", **mine), (1, 1))
        self.assertEqual(self.sums(slo, warehouse="A", company_id=self.other), (0, 1))

    def test_one_budget_has_the_events_of_all(self):
        slo = self.make_objective(code="together", split="none")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (2, 4))

    def test_a_company_that_is_left_out_is_in_no_budget(self):
        self.other.reliability_left_out = True
        slo = self.make_objective(code="together", split="none")
        later = self.make_objective(code="warehouses", split="warehouse")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (2, 3))
        self.assertEqual(self.sums(later, warehouse="A"), (1, 2))
        self.count(NOON, "failed", company=self.other.id)
        self.count(NOON, "success")
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(slo), (3, 4))
        for one in (self.slo, later):
            self.assertNotIn(self.other, one.budget_ids.company_id)

    def test_another_split_later_counts_what_there_was(self):
        self.evaluate(NOON + MINUTE)
        self.slo.split = "none"
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(), (2, 4))

    def test_calls_of_several_companies_belong_to_none(self):
        self.count(NOON, "failed", company="mixed")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(company_id=self.env["res.company"]), (0, 1))


@tagged("-at_install", "post_install")
class TestWhatIsCounted(ObjectiveCase):
    def test_only_the_operations_of_the_objective(self):
        slo = self.make_objective(code="one_operation", operations="probe")
        self.count(NOON, "failed")
        self.count(NOON, "success", operation="other")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (0, 1))
        self.assertEqual(self.sums(), (1, 2))

    def test_calls_over_the_threshold_of_their_time_are_too_late(self):
        slo = self.make_objective(code="in_time", measure="latency")
        self.count(NOON, "success", seconds=2.9)
        self.count(NOON, "success", "failed", seconds=3.1)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (1, 2))

    def test_an_archived_objective_counts_again_when_it_is_restored(self):
        self.slo.active = False
        self.count(NOON, "failed")
        self.evaluate(NOON + MINUTE)
        self.slo.active = True
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(), (0, 1))

    def test_a_number_counts_once_each_minute(self):
        self.env["reliability.gauge"]._register_gauge(
            "probe_missing", "", "SELECT 2 AS value"
        )
        slo = self.make_objective(
            code="none_missing", measure="gauge", gauge="probe_missing", split="none"
        )
        self.evaluate(NOON)
        for minute in range(1, 4):
            self.evaluate(NOON + minute * MINUTE)
        self.assertEqual(self.sums(slo), (0, 3))
        slo.bound = 2
        self.evaluate(NOON + 4 * MINUTE)
        self.evaluate(NOON + 5 * MINUTE)
        self.assertEqual(self.sums(slo)[0], 1)

    def test_counts_add_up_and_of_durations_the_worst_one_counts(self):
        rows = "SELECT unnest(ARRAY[20, 30]) AS value"
        for name in ("probe_missing", "probe_age_seconds"):
            self.env["reliability.gauge"]._register_gauge(name, "", rows)
        cases = [
            ("probe_missing", "at_most", 49, 0),
            ("probe_missing", "at_least", 50, 1),
            ("probe_age_seconds", "at_most", 30, 1),
            ("probe_age_seconds", "at_most", 29, 0),
            ("probe_age_seconds", "at_least", 20, 1),
            ("probe_age_seconds", "at_least", 21, 0),
        ]
        for number, (gauge, comparison, bound, good) in enumerate(cases):
            slo = self.make_objective(
                code=f"probe_{number}",
                measure="gauge",
                gauge=gauge,
                comparison=comparison,
                bound=bound,
                split="none",
            )
            (sample,) = slo._sample(NOON)
            self.assertEqual(sample.good, good, cases[number])
