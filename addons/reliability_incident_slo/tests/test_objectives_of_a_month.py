"""The monthly report has what objectives achieved, as their budgets have it."""

from datetime import timedelta
from io import BytesIO

from pypdf import PdfReader

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability_slo.tests import test_counting
from odoo.addons.reliability_slo.tests.test_counting import DAY, HOUR, MINUTE, NOON

END_OF_MARCH = NOON.replace(day=31, hour=23, minute=59)
_VIEWER = "base.group_user,reliability.group_viewer"


@tagged("-at_install", "post_install")
class TestObjectives(test_counting.ObjectiveCase):
    """Goal, achieved and budget, with and without excluded times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slo.name = "Probing works"
        cls.viewer = new_test_user(cls.env, "a reader", _VIEWER, tz="UTC")

    def report(self, month="2026-03", user=None, when=END_OF_MARCH):
        """Return the objectives that the report has, as texts."""
        dialog = self.dialog(month, user)
        reports = self.env["report.reliability_incident.monthly_report"]
        with freeze_time(when):
            values = reports.with_user(dialog.env.user)._get_report_values(dialog.ids)
        (service,) = values["services"]
        return service

    def dialog(self, month="2026-03", user=None):
        dialogs = self.env["reliability.monthly.report"].with_user(user or self.viewer)
        services = [Command.set(self.service.ids)]
        return dialogs.create({"month": month, "service_ids": services})

    def objectives(self, **options):
        return [tuple(row) for row in self.report(**options)["objectives"]]

    def test_are_those_of_the_budget_of_that_month(self):
        self.slo.window = "month"
        self.count(NOON, *["success"] * 995, *["failed"] * 5)
        self.evaluate(END_OF_MARCH)
        budget = self.budget()
        self.assertEqual((budget.achieved, budget.remaining), (99.5, 50))
        self.assertEqual(
            self.objectives(), [("Probing works", "99", "99.5", "50", "99.5", "50")]
        )

    def test_are_of_that_month_whatever_their_window(self):
        self.count(NOON - 2 * DAY, "failed")
        self.count(NOON, *["success"] * 200)
        self.evaluate(END_OF_MARCH)
        ((_name, _goal, achieved, left, *_all),) = self.objectives()
        self.assertEqual((achieved, left), ("100", "100"))
        ((_name, _goal, achieved, left, *_all),) = self.objectives(month="2026-02")
        self.assertEqual((achieved, left), ("0", "-9,900"))

    def test_with_and_without_excluded_times(self):
        admin = self.env.ref("base.user_admin")
        self.env["reliability.maintenance"].create(
            {"name": "Upgrade", "start": NOON, "end": NOON + HOUR}
        ).approver_id = admin
        self.count(NOON, "failed", "success")
        self.count(NOON + 2 * HOUR, *["success"] * 98)
        self.evaluate(END_OF_MARCH)
        self.assertEqual(
            self.objectives(), [("Probing works", "99", "100", "100", "99", "0")]
        )

    def test_without_events_there_are_no_numbers(self):
        self.count(NOON, "success")
        self.evaluate(END_OF_MARCH)
        self.assertEqual(
            self.objectives(month="2026-01"), [("Probing works", "99", "", "", "", "")]
        )

    def test_a_month_begins_at_midnight_of_the_time_zone_of_an_objective(self):
        self.slo.zone = "Asia/Kathmandu"
        first = NOON.replace(day=1, hour=0) - timedelta(hours=5, minutes=45)
        self.evaluate(first - HOUR)
        self.count(first - MINUTE, "failed")
        self.count(first, "success")
        self.evaluate(END_OF_MARCH)
        ((_name, _goal, achieved, *_rest),) = self.objectives()
        self.assertEqual(achieved, "100")

    def test_numbers_that_are_not_stored_any_more_are_not_told(self):
        self.count(NOON, "success")
        self.evaluate(END_OF_MARCH)
        service = self.report(when=NOON + 120 * DAY)
        self.assertEqual(service["objectives"], [])
        self.assertIn("kept for 100 days", service["not_stored"])

    def test_are_of_the_company_of_the_report(self):
        self.count(NOON, "failed", company=self.other_company().id)
        self.evaluate(END_OF_MARCH)
        self.assertEqual(self.objectives(), [])

    def other_company(self):
        return self.env["res.company"].create({"name": "Other"})

    def test_stand_in_the_pdf(self):
        self.count(NOON, *["success"] * 995, *["failed"] * 5)
        self.evaluate(END_OF_MARCH)
        dialog = self.dialog()
        reports = self.env["ir.actions.report"].with_user(self.viewer)
        with freeze_time(END_OF_MARCH):
            content, _kind = reports.with_context(
                force_report_rendering=True
            )._render_qweb_pdf("reliability_incident.monthly_report", dialog.ids)
        page = PdfReader(BytesIO(content)).pages[0].extract_text()
        self.assertIn("Probing works 99 99.5 50 99.5 50", " ".join(page.split()))
