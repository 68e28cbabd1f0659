"""The form of a budget lists the exchanges that used it up, and opens them."""

from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability_slo.tests.test_counting import MINUTE, NOON

from ..measures import IN_TIME
from .exchanges import ExchangeCase


@tagged("-at_install", "post_install")
class TestWhatUsedItUp(ExchangeCase):
    def rows(self, slo=None):
        self.evaluate(NOON + 2 * MINUTE)
        groups = "base.group_user,reliability.group_viewer"
        user = new_test_user(self.env, "opens_exchanges", groups)
        self.shown = self.budget(slo).with_user(user)
        with freeze_time(NOON + 2 * MINUTE):
            return self.shown.read_days()["rows"]

    def open(self, row):
        with freeze_time(NOON + 2 * MINUTE):
            action = self.shown.open_bad_events(*row["key"])
        return self.env[action["res_model"]].search(action["domain"])

    def test_exchanges_that_were_not_delivered(self):
        failed = self.refuse("order 1")
        unknown = self.attempt("order 2", "unknown", "rolled_back")
        self.succeed("order 3")
        rows = self.rows()
        found = {(row["operation"], row["outcome"], row["counted"]) for row in rows}
        name = "probed_carrier: Probe"
        self.assertEqual(found, {(name, "failed", 1), (name, "unknown", 1)})
        opened = {row["outcome"]: self.open(row).id for row in rows}
        self.assertEqual(opened, {"failed": failed.id, "unknown": unknown.id})

    def test_exchanges_that_were_late(self):
        slo = self.make_objective(code="late", measure=IN_TIME, bound=10, goal=50)
        late = self.succeed("order 1", seconds=20)
        self.succeed("order 2")
        (row,) = self.rows(slo)
        self.assertEqual((row["outcome_name"], row["counted"]), ("Too late", 1))
        self.assertEqual(self.open(row).id, late.id)
        self.assertEqual(
            self.budget(slo).left, "0 of 1 may still be too late in 28 days"
        )

    def test_exchanges_that_were_deleted_are_said_to_be_missing(self):
        self.refuse("order 1")
        self.refuse("order 2")
        self.evaluate(NOON + MINUTE)
        self.exchange("order 1").sudo().unlink()
        rows = self.rows()
        self.assertEqual([row["counted"] for row in rows], [1])
        self.assertEqual(
            self.budget()._rows_message(rows),
            "Together these are 1 of 2: the others were deleted for their age.",
        )

    def test_a_budget_has_its_own_exchanges_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.refuse("order 1")
        self.refuse("order 2", company=other.id)
        self.evaluate(NOON + MINUTE)
        rows = self.budget(company_id=other)._rows()
        self.assertEqual([row["counted"] for row in rows], [1])
        self.assertEqual(rows[0]["key"][1], other.id)
