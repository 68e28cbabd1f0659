"""The monthly report of services: a PDF whose numbers are those of the pivot."""

import re
from datetime import datetime
from io import BytesIO

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .recorded import MEASURES, RecordedCase

APRIL = datetime(2026, 4, 10)
NAMES = {
    "detect": "To detect",
    "acknowledge": "To acknowledge",
    "restore": "To restore",
}


class ReportCase(RecordedCase):
    def report(self, services=None, user=None, **values):
        """Return the dialog, as a user has filled it."""
        services = self.picking if services is None else services
        dialogs = self.env["reliability.monthly.report"].with_user(user or self.viewer)
        with freeze_time(APRIL):
            return dialogs.create(
                {"month": "2026-03", "service_ids": [Command.set(services.ids)]}
                | values
            )

    def text(self, report):
        """Return the text of a report as a page."""
        page = self.render(report, "html").decode()
        page = re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
        return " ".join(page.split())

    def text_of_pdf(self, report):
        """Return the text of a report as PDF, with single blanks."""
        pages = PdfReader(BytesIO(self.render(report, "pdf"))).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def render(self, report, kind):
        """Return a report as its reader gets it, on 10 April."""
        reports = self.env["ir.actions.report"].with_user(report.env.user)
        reports = reports.with_context(force_report_rendering=True, tz="UTC")
        with freeze_time(APRIL):
            action = report.action_print()
            render = getattr(reports, f"_render_qweb_{kind}")
            content, found = render(action["report_name"], report.ids)
        self.assertEqual(found, kind)
        return content


@tagged("-at_install", "post_install")
class TestPdf(ReportCase):
    """One document, for people who have no Odoo."""

    def test_its_numbers_are_those_of_the_pivot(self):
        self.record(began_at=-7, acknowledged_at=4, restored_at=45, closed_at=60)
        self.record(began_at=-2, detected_at=0, restored_at=3, closed_at=60)
        self.record(self.picking + self.labels, acknowledged_at=600)
        self.record(began_at=-300, kind="drill")
        text = self.text_of_pdf(self.report())
        domain = [
            ("service_ids", "in", self.picking.ids),
            ("kind", "=", "incident"),
            ("moment", ">=", "2026-03-01"),
            ("moment", "<", "2026-04-01"),
        ]
        rows = self.rows("figure", domain=domain)
        self.assertEqual(len(rows), 3)
        for (figure,), row in rows.items():
            self.assertIn(self.line(figure, row), text)

    def line(self, figure, row):
        """Return the line that the report should have for a row of the pivot."""
        durations = [
            self.env["reliability.incident.figure"]._duration_text(row[name])
            for name in MEASURES[3:]
        ]
        counts = f"{row['incidents']} {row['known']} {row['coverage']:.1f}"
        return " ".join([NAMES[figure], counts, *durations])

    def test_a_section_for_each_service(self):
        self.record(self.labels)
        text = self.text_of_pdf(self.report(self.picking + self.labels))
        picking, labels = text.split("Probed labels")
        self.assertIn("Probed picking March 2026", picking)
        self.assertIn("There was no incident in this month", picking)
        self.assertIn("The label printer is broken", labels)


@tagged("-at_install", "post_install")
class TestIncidents(ReportCase):
    """The report lists what happened in the month: since when, and for how long."""

    def test_with_number_begin_end_and_duration(self):
        incident = self.record(began_at=-15, restored_at=45)
        self.assertIn(
            f"{incident.number} The label printer is broken Minor 2 Mar 2026, 11:45"
            " 2 Mar 2026, 12:45 1 h",
            self.text(self.report()),
        )

    def test_what_is_not_over_lasts_until_now(self):
        self.record(began_at=0)
        self.assertIn(
            "2 Mar 2026, 12:00 Not restored yet 38 d 12 h so far",
            self.text(self.report()),
        )

    def test_of_what_began_nobody_knows_when_no_duration_is_told(self):
        incident = self.record(restored_at=45)
        self.assertRegex(
            self.text(self.report()),
            rf"{incident.number} .* Minor 2 Mar 2026, 12:45 (?!\d)",
        )

    def test_of_months_that_it_lasted(self):
        incident = self.record(
            detected_at=datetime(2026, 2, 27), restored_at=datetime(2026, 3, 3)
        )
        for month, is_there in {
            "2026-01": False,
            "2026-02": True,
            "2026-03": True,
            "2026-04": False,
        }.items():
            text = self.text(self.report(month=month))
            self.assertEqual(incident.number in text, is_there, month)

    def test_drills_false_alarms_and_duplicates_apart(self):
        drill = self.record(began_at=-15, kind="drill")
        self.record(kind="false_alarm")
        text = self.text(self.report())
        self.assertNotIn(drill.number, text)
        self.assertNotIn("To detect", text)
        self.assertRegex(text, r"Not counted .*Drill 1")
        self.assertRegex(text, r"Not counted .*False alarm 1")


@tagged("-at_install", "post_install")
class TestReaders(ReportCase):
    """Each reader prints what he may read, in his language."""

    def test_not_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        incident = self.record(company_id=other.id)
        self.assertNotIn(incident.number, self.text(self.report()))
        with self.assertRaises(AccessError):
            self.report(company_id=other.id).action_print()

    def test_of_one_company_at_a_time(self):
        other = self.env["res.company"].create({"name": "Other"})
        admin = new_test_user(
            self.env, "an admin", "base.group_user,reliability.group_admin", tz="UTC"
        )
        admin.company_ids |= other
        own, others = self.record(), self.record(company_id=other.id)
        shared = self.record(company_id=False, is_shared=True)
        text = self.text(self.report(user=admin, company_id=other.id))
        self.assertIn(others.number, text)
        self.assertIn(shared.number, text)
        self.assertNotIn(own.number, text)

    def test_not_without_a_role(self):
        report = self.report()
        user = new_test_user(self.env, "no role", "base.group_user")
        with self.assertRaises(AccessError):
            report.with_user(user).action_print()
        reports = self.env["ir.actions.report"].with_user(user)
        with self.assertRaises(AccessError):
            reports._render_qweb_html("reliability_incident.monthly_report", report.ids)

    def test_the_last_month_is_proposed(self):
        with freeze_time(APRIL):
            dialogs = self.env["reliability.monthly.report"].with_user(self.viewer)
            report = dialogs.create({})
        self.assertEqual(report.month, "2026-03")
        self.assertEqual(report.company_id, self.env.company)

    def test_months_begin_at_the_readers_midnight(self):
        self.viewer.tz = "America/New_York"
        begin, end = self.report()._period()
        self.assertEqual(begin, datetime(2026, 3, 1, 5))
        self.assertEqual(end, datetime(2026, 4, 1, 4), "in summer time")
