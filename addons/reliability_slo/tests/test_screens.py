"""What the screens say about error budgets, in words, numbers and lists."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import Series
from odoo.addons.reliability.tests.counting import NOON

from . import test_counting

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class ScreenCase(test_counting.ObjectiveCase):
    """An objective of 99 % in 28 days, whose budget has events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "screens_admin",
            "base.group_user,reliability.group_admin",
            tz="UTC",
        )
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})

    def happen(self, when, good=0, bad=0, **labels):
        """Count events that were good and failures, and evaluate."""
        self.count(when, *["success"] * good, *["failed"] * bad, **labels)
        self.evaluate(when + MINUTE)
        self.env.invalidate_all()

    def chart(self, budget=None, user=None, when=NOON + MINUTE):
        budget = (budget or self.budget()).with_user(user or self.admin)
        with freeze_time(when):
            return budget.read_days()


@tagged("-at_install", "post_install")
class TestWhatIsLeftIsSaidInWords(ScreenCase):
    def left(self, slo=None):
        return self.budget(slo).left

    def test_failures_of_a_rolling_window(self):
        self.happen(NOON, good=396, bad=4)
        self.assertEqual(self.left(), "0 of 4 failures left in 28 days")
        self.happen(NOON + HOUR, bad=2)
        self.assertEqual(self.left(), "6 of 402 failed, 4 allowed")

    def test_percentages_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.slo.goal = 99.5
        self.happen(NOON, good=4000)
        text = self.budget().with_context(lang="de_DE").allowed_text
        self.assertIn("99,5", text)

    def test_a_calendar_window_says_its_last_day(self):
        slo = self.make_objective(code="month", window="month")
        self.happen(NOON, good=298, bad=2)
        self.assertEqual(self.left(slo), "1 of 3 failures left until 31 Mar")

    def test_too_few_events_for_one_failure(self):
        self.happen(NOON, good=20)
        self.assertEqual(self.left(), "None of the 20 so far may fail")

    def test_latency_says_too_late(self):
        slo = self.make_objective(code="in_time", measure="latency", goal=90)
        self.count(NOON, *["success"] * 39)
        self.count(NOON, "success", seconds=5)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.left(slo), "3 of 4 may still be too late in 28 days")

    def test_time_slices_say_so(self):
        slo = self.make_objective(
            code="slices", budgeting="slices", slice_goal=90, goal=50
        )
        self.happen(NOON - HOUR, good=9, bad=1)
        self.happen(NOON, bad=1)
        self.assertEqual(self.left(slo), "0 of 1 bad time slices left in 28 days")

    def test_slices_that_count_by_their_ratio_have_decimals(self):
        slo = self.make_objective(code="ratio", budgeting="ratio_slices", goal=50)
        self.happen(NOON - HOUR, good=3, bad=1)
        self.happen(NOON, good=1)
        self.assertEqual(self.left(slo), "0.8 of 1 bad time slices left in 28 days")

    def test_how_long_it_lasts_at_the_rate_of_the_last_day(self):
        self.happen(NOON - 2 * DAY, good=1000)
        self.happen(NOON, good=98, bad=2)
        self.assertEqual(
            self.budget().lasts, "Lasts 11 d 10 h at the rate of the last 24 hours"
        )
        self.happen(NOON + 25 * HOUR, good=1)
        self.assertEqual(self.budget().lasts, "Nothing failed in the last 24 hours")

    def test_without_events_nothing_is_promised(self):
        self.happen(NOON, good=1)
        self.evaluate(NOON + 60 * DAY)
        self.env.invalidate_all()
        budget = self.budget()
        self.assertEqual((budget.state, budget.left), ("no_data", "No events yet"))
        self.assertFalse(budget.lasts)


@tagged("-at_install", "post_install")
class TestTheChartHasTheNumbersOfTheBudget(ScreenCase):
    def test_days_add_up_and_the_last_one_is_what_is_left(self):
        self.happen(NOON - 2 * DAY, good=198, bad=2)
        self.happen(NOON, good=99, bad=1)
        chart, budget = self.chart(), self.budget()
        days = [one["counted"] for one in chart["days"]]
        self.assertEqual(len(days), 3)
        self.assertEqual(sum(day["total"] for day in days), budget.total)
        self.assertEqual(sum(day["bad"] for day in days), budget.bad)
        self.assertEqual(days[-1]["left"], budget.remaining)
        self.assertEqual([day["left"] for day in days], [33.3333, 33.3333, 0])
        self.assertEqual(days[-1]["even"], 0)

    def test_a_day_without_events_has_no_number(self):
        self.happen(NOON - 2 * DAY, good=1)
        self.happen(NOON, good=1)
        _first, between, _last = self.chart()["days"]
        self.assertIsNone(between["counted"]["achieved"])
        self.assertEqual(between["counted"]["total"], 0)

    def test_days_begin_at_midnight_of_the_reader(self):
        self.happen(NOON.replace(hour=23), good=1)
        self.admin.tz = "Asia/Kathmandu"
        (day,) = self.chart(when=NOON.replace(hour=23, minute=30))["days"]
        self.assertEqual(day["day"], "2026-03-03")

    def test_excluded_times_are_there_with_and_without(self):
        maintenance = self.env["reliability.maintenance"].create(
            {"name": "Upgrade", "start": NOON - HOUR, "end": NOON + HOUR}
        )
        maintenance.with_user(self.admin).action_approve()
        self.happen(NOON - DAY, good=99)
        self.happen(NOON, bad=1)
        chart = self.chart()
        self.assertTrue(chart["is_excluding"])
        day = chart["days"][-1]
        self.assertEqual((day["counted"]["bad"], day["all"]["bad"]), (0, 1))
        (row,) = chart["rows"]
        self.assertEqual((row["counted"], row["all"]), (0, 1))

    def test_who_may_not_see_the_budget_reads_no_chart(self):
        self.happen(NOON, bad=1, company=self.other_company.id)
        with self.assertRaises(AccessError):
            self.chart(user=self.user)


@tagged("-at_install", "post_install")
class TestWhatUsedItUp(ScreenCase):
    def open(self, row, budget=None):
        budget = (budget or self.budget()).with_user(self.admin)
        with freeze_time(NOON + MINUTE):
            return budget.open_bad_events(*row["key"])

    def test_operations_and_outcomes_with_their_share_of_the_budget(self):
        self.count(NOON, *["success"] * 396, "failed", "failed", "killed", "rejected")
        self.evaluate(NOON + MINUTE)
        chart = self.chart()
        rows = [
            (row["operation"], row["warehouse"], row["outcome"], row["counted"])
            for row in chart["rows"]
        ]
        self.assertEqual(
            rows, [("Probe", "WH", "failed", 2), ("Probe", "WH", "killed", 1)]
        )
        shares = [row["counted_share"] for row in chart["rows"]]
        self.assertEqual(shares, [50, 25])
        self.assertFalse(chart["message"])

    def test_only_what_the_budget_is_of(self):
        slo = self.make_objective(code="split", split="warehouse")
        self.happen(NOON, good=8, bad=2)
        self.happen(NOON, good=8, bad=3, warehouse="OTHER")
        self.happen(NOON, good=8, bad=4, company=self.other_company.id)
        budget = slo.budget_ids.filtered(
            lambda one: one.warehouse == "WH" and one.company_id == self.env.company
        )
        (row,) = self.chart(budget)["rows"]
        self.assertEqual((row["all"], row["all"]), (2, budget.bad))

    def test_a_row_opens_exactly_its_calls(self):
        self.count(NOON, "failed", "killed", "success")
        self.count(NOON, "failed", warehouse="OTHER")
        self.evaluate(NOON + MINUTE)
        for row in self.chart()["rows"]:
            action = self.open(row)
            calls = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(calls), row["stored"])
            self.assertEqual(row["stored"], row["counted"])
            self.assertEqual(
                {(call.outcome, call.warehouse) for call in calls},
                {(row["outcome"], row["warehouse"])},
            )

    def test_late_calls_are_opened_as_such(self):
        slo = self.make_objective(code="in_time", measure="latency", goal=90)
        self.count(NOON, "success", "success")
        self.count(NOON, "success", seconds=5)
        self.evaluate(NOON + MINUTE)
        (row,) = self.chart(self.budget(slo))["rows"]
        self.assertEqual((row["counted"], row["stored"]), (1, 1))
        action = self.open(row, self.budget(slo))
        self.assertEqual(
            self.env["reliability.top.call"].search(action["domain"]).seconds, 5
        )

    def request(self, *outcomes):
        labels = ("GET", "/probe", "", "", "probing")
        families = self.env["reliability.slo"]._fields["family"].get_values(self.env)
        self.assertIn("http", families)
        self.record(Series("http", self.env.cr.dbname, labels, 1.0), NOON, *outcomes)

    def test_requests_of_the_whole_database_are_for_administrators(self):
        slo = self.make_objective(code="requests", family="http", split="none")
        self.request("success", "failed")
        self.evaluate(NOON + MINUTE)
        budget = self.budget(slo)
        self.assertIn("administrators", self.chart(budget, self.user)["denied"])
        self.assertFalse(self.chart(budget, self.user)["rows"])
        (row,) = self.chart(budget)["rows"]
        self.assertFalse(row["is_stored"])
        action = self.open(row, budget)
        self.assertEqual(action["res_model"], "reliability.report")
        hours = self.env["reliability.report"].search(action["domain"])
        self.assertEqual(sum(hours.mapped("count")), row["counted"])

    def test_calls_of_a_company_that_is_not_selected_are_not_opened(self):
        slo = self.make_objective(code="all", split="none")
        self.count(NOON, "failed", company=self.other_company.id)
        self.evaluate(NOON + MINUTE)
        (row,) = self.chart(self.budget(slo))["rows"]
        self.assertFalse(row["can_open"])
        self.assertEqual(row["company"], "Elsewhere")

    def test_other_values_are_refused(self):
        self.happen(NOON, bad=1)
        with self.assertRaisesRegex(UserError, "from the form of the budget"):
            self.budget().open_bad_events(["x"], {}, 1, None)


@tagged("-at_install", "post_install")
class TestListsAreHonest(ScreenCase):
    def setUp(self):
        super().setUp()
        self.slo.split = "warehouse"
        self.happen(NOON, good=980, bad=20, warehouse="SPENT")
        self.happen(NOON, good=1000, warehouse="FINE")
        self.budgets = self.budget()

    def test_what_needs_action_comes_first(self):
        self.budget(warehouse="FINE").firing = {"1": {"severity": "page"}}
        found = self.budgets.search([("slo_id", "=", self.slo.id)])
        self.assertEqual(found.mapped("warehouse"), ["FINE", "SPENT"])
        self.assertEqual(found.mapped("state"), ["burning", "spent"])
        for state in ("burning", "spent", "met", "no_data"):
            domain = [("slo_id", "=", self.slo.id), ("state", "=", state)]
            self.assertEqual(
                self.budgets.search(domain), found.filtered_domain(domain), state
            )
        groups = self.budgets._read_group(
            [("slo_id", "=", self.slo.id)], ["state"], ["__count"]
        )
        self.assertEqual(dict(groups), {"burning": 1, "spent": 1})

    def test_a_group_has_the_sum_of_its_events_and_no_average(self):
        aggregates = ["total:sum", "bad:sum", "achieved:avg"]
        domain = [("slo_id", "=", self.slo.id)]
        (sums,) = self.budgets._read_group(domain, aggregates=aggregates)
        self.assertEqual(sums, (2000, 20, 99))

    def test_events_of_different_objectives_have_no_sum(self):
        self.make_objective(code="another")
        self.evaluate(NOON + 2 * MINUTE)
        domain = [("slo_id.service_id", "=", self.service.id)]
        aggregates = ["total:sum", "bad:sum", "achieved:avg"]
        (sums,) = self.budgets._read_group(domain, aggregates=aggregates)
        self.assertEqual(sums, (0, 0, 0))

    def test_what_is_left_is_never_added_up(self):
        shown = self.budgets.fields_get(attributes=["aggregator"])
        for name in ("remaining", "remaining_ppm", "all_remaining", "goal"):
            self.assertFalse(shown[name].get("aggregator"), name)
        self.assertEqual(shown["bad"]["aggregator"], "sum")


@tagged("-at_install", "post_install")
class TestTheFormSaysWhatItWouldHaveBeen(ScreenCase):
    def text(self, slo=None, when=NOON + 2 * MINUTE):
        with freeze_time(when):
            slo = (slo or self.slo).with_user(self.admin)
            slo.invalidate_recordset()
            return slo.achieved_text, slo.proposal

    def test_of_a_saved_objective_as_far_back_as_it_has_numbers(self):
        self.happen(NOON - DAY, good=995, bad=5)
        self.assertEqual(
            self.text(),
            (
                "Since 1 Mar, 99.5 % were good: a goal of 99 % would have been met.",
                "Use 99.5 %",
            ),
        )

    def test_a_goal_that_is_too_high_would_have_been_missed(self):
        self.happen(NOON, good=985, bad=15)
        self.assertEqual(
            self.text(),
            (
                "Since 2 Mar, 98.5 % were good: a goal of 99 % would have been missed.",
                "Use 98 %",
            ),
        )

    def test_the_worst_of_several_budgets_decides(self):
        self.slo.split = "warehouse"
        self.happen(NOON, good=96, bad=4, warehouse="ONE")
        self.happen(NOON, good=100, warehouse="TWO")
        text, proposal = self.text()
        self.assertRegex(
            text,
            "98 % were good, but only 96 % of .*ONE: a goal of 99 % would have been"
            " missed there",
        )
        self.assertEqual(proposal, "Use 95 %")

    def test_of_a_new_one_from_what_was_measured_before(self):
        self.count(NOON - 20 * DAY, *["success"] * 999, "failed")
        new = self.env["reliability.slo"].with_user(self.admin)
        with freeze_time(NOON), Form(new) as form:
            form.code = "tried"
            self.assertIn("Choose a service", form.achieved_text)
            form.service_id = self.service
            self.assertEqual(
                form.achieved_text,
                "Since 10 Feb, 99.9 % were good: a goal of 99.5 % would have been met.",
            )
            self.assertEqual(form.proposal, "Use 99.9 %")
            form.goal = 99.95
            self.assertIn("99.95 % would have been missed", form.achieved_text)
            form.measure = "latency"
            self.assertIn("100 % were good", form.achieved_text)

    def test_only_companies_that_are_selected_are_counted(self):
        self.count(NOON, *["failed"] * 9, company=self.other_company.id)
        new = self.env["reliability.slo"].with_user(self.admin)
        with freeze_time(NOON):
            shown = new.new({"service_id": self.service.id, "family": "operation"})
            self.assertIn("Nothing of it has been measured", shown.achieved_text)

    def test_without_numbers_it_says_from_when_it_counts(self):
        text, proposal = self.text()
        self.assertIn("It counts from the first event on", text)
        self.assertFalse(proposal)

    def test_the_proposal_is_taken_by_a_button(self):
        self.happen(NOON, good=985, bad=15)
        self.slo.with_user(self.admin).action_use_proposal()
        self.assertEqual(self.slo.goal, 98)
        with self.assertRaises(AccessError):
            self.slo.with_user(self.user).action_use_proposal()

    def test_alerts_that_could_never_begin_are_explained(self):
        self.assertFalse(self.slo.alerts_text)
        self.slo.alert_ids.unlink()
        self.slo.goal = 90
        self.assertRegex(
            self.slo.alerts_text, r"no alert within 1 hour at a goal of 90 %.*92\.5"
        )


@tagged("-at_install", "post_install")
class TestTheCockpitNamesTheWorstBudget(ScreenCase):
    def cards(self, user=None):
        provider = self.env["reliability.health.provider"].with_user(user or self.user)
        scope = provider._scope(0)
        cards = [one for one in provider._cards(scope) if one.key == "objectives"]
        lines = provider._service_lines(scope)
        return cards, lines.get("probing", [])

    def test_nothing_without_budgets(self):
        self.env["reliability.slo.budget"].search([]).unlink()
        self.assertEqual(self.cards(), ([], []))

    def test_how_many_failures_are_left_while_all_is_well(self):
        self.happen(NOON, good=399, bad=1)
        ((card,), (line,)) = self.cards()
        self.assertEqual(card.state, "fine")
        self.assertRegex(
            card.text,
            "^Probing: operations without failures.*: 3 of 4 failures left in 28 days",
        )
        self.assertEqual(line.text, "3 of 4 failures left in 28 days")
        self.assertEqual(line.action["res_model"], "reliability.slo.budget")
        self.assertEqual(line.action["res_id"], self.budget().id)

    def test_a_spent_budget_is_information_and_one_that_burns_degrades(self):
        self.happen(NOON, good=380, bad=20)
        self.budget().firing = False
        ((card,), _lines) = self.cards()
        self.assertEqual((card.state, card.more), ("fine", "Open 1 error budget"))
        self.assertIn("20 of 400 failed, 4 allowed", card.text)
        self.budget().firing = {"1": {"severity": "page"}}
        ((card,), _lines) = self.cards()
        self.assertEqual(card.state, "degraded")

    def test_budgets_of_other_companies_are_not_mentioned(self):
        self.happen(NOON, good=380, bad=20, company=self.other_company.id)
        cards, lines = self.cards()
        self.assertEqual((cards, lines), ([], []))

    def test_of_several_warehouses_the_worst_is_named(self):
        self.slo.split = "warehouse"
        self.happen(NOON, good=380, bad=20, warehouse="BAD")
        self.happen(NOON, good=400, warehouse="GOOD")
        _cards, (line,) = self.cards()
        self.assertIn("BAD: 20 of 400 failed, 4 allowed", line.text)
