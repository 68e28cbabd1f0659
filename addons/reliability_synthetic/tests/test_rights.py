"""Viewers read what concerns their companies, administrators make journeys."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .journeys import JourneyCase, passed

MODELS = ("journey", "step", "run", "result")


@tagged("-at_install", "post_install")
class TestRights(JourneyCase):
    def setUp(self):
        super().setUp()
        run = self.ran(0, passed())
        self.other = self.env["res.company"].create({"name": "Other"})
        self.records = {
            "journey": self.journey,
            "step": self.journey.step_ids,
            "run": run,
            "result": run.result_ids,
        }

    def user(self, role, company=None):
        company = company or self.env.company
        return new_test_user(
            self.env,
            f"{role} of {company.id}",
            f"base.group_user,reliability.group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def readable(self, user):
        return {
            name
            for name, records in self.records.items()
            if records.with_user(user)._filtered_access("read")
        }

    def test_a_viewer_reads_those_of_his_companies(self):
        self.assertEqual(self.readable(self.user("viewer")), set(MODELS))
        self.assertEqual(self.readable(self.user("viewer", self.other)), set())

    def test_an_administrator_reads_all(self):
        self.assertEqual(self.readable(self.user("admin", self.other)), set(MODELS))

    def test_administrators_write_journeys_and_nobody_writes_runs(self):
        for role, writable in (
            ("viewer", set()),
            ("manager", set()),
            ("admin", {"journey", "step"}),
        ):
            user = self.user(role)
            found = {
                name
                for name, records in self.records.items()
                if records.with_user(user).has_access("write")
            }
            self.assertEqual(found, writable, role)

    def test_managers_run_a_journey_at_once(self):
        for role in ("manager", "admin"):
            self.rehearsals(passed())
            action = self.journey.with_user(self.user(role)).action_run_now()
            self.assertTrue(action["res_id"], role)
        with self.assertRaisesRegex(AccessError, "Only managers"):
            self.journey.with_user(self.user("viewer")).action_run_now()
        with self.assertRaises(AccessError):
            self.journey.with_user(self.user("manager", self.other)).action_run_now()
