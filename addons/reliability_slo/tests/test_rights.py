"""Viewers see the budgets of their companies; administrators change objectives."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_counting import MINUTE, NOON, ObjectiveCase


@tagged("-at_install", "post_install")
class TestRights(ObjectiveCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Other"})
        self.together = self.make_objective(code="together", split="none")
        self.count(NOON, "failed")
        self.count(NOON, "failed", company=self.other.id)
        self.evaluate(NOON + MINUTE)

    def seen_by(self, groups, login):
        user = new_test_user(self.env, login, f"base.group_user,{groups}")
        slos = self.slo | self.together
        budgets = self.env["reliability.slo.budget"].with_user(user)
        return budgets.search([("slo_id", "in", slos.ids)])

    def test_a_viewer_sees_the_budgets_of_his_companies(self):
        seen = self.seen_by("reliability.group_viewer", "sees")
        self.assertEqual(seen.company_id, self.env.company)
        self.assertEqual(seen.mapped("bad"), [1])
        self.assertTrue(seen.left)

    def test_an_administrator_sees_the_budget_of_all_companies_too(self):
        seen = self.seen_by("reliability.group_admin", "rules")
        self.assertEqual(sorted(seen.mapped("bad")), [1, 2])

    def test_only_administrators_change_objectives(self):
        user = new_test_user(
            self.env, "manages", "base.group_user,reliability.group_manager"
        )
        with self.assertRaises(AccessError):
            self.slo.with_user(user).goal = 90
        with self.assertRaises(AccessError):
            self.slo.budget_ids.with_user(user).write({"good": 1})
