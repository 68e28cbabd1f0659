"""What is printed: the evidence of a drill, and the order of a recovery."""

import re
from io import BytesIO

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfReader

from .common import DrillCase


class PrintedCase(DrillCase):
    def user(self, role):
        groups = f"base.group_user,reliability.group_{role}"
        return new_test_user(self.env, f"{role}_who_prints", groups, tz="UTC")

    def render(self, name, records, kind="html", role="admin"):
        """Return a report as its reader gets it."""
        reports = self.env["ir.actions.report"].with_user(self.user(role))
        reports = reports.with_context(force_report_rendering=True, tz="UTC")
        render = getattr(reports, f"_render_qweb_{kind}")
        content, found = render(f"reliability_recovery.{name}", records.ids)
        self.assertEqual(found, kind)
        return content

    def text(self, name, records, role="admin"):
        """Return the text of a report as a page."""
        page = self.render(name, records, role=role).decode()
        page = re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
        return " ".join(page.split())


@tagged("-at_install", "post_install")
class TestEvidence(PrintedCase):
    def test_who_when_what_phases_checks_and_hashes(self):
        drill = self.receive_drill()
        drill.action_confirm()
        text = self.text("restore_drill", drill)
        for expected in (
            *(drill.name, "Passed", "Checks of the business passed", "20 min"),
            *("Confirmed by", self.env.user.name, "backup1", "20261129-020000F"),
            *("Restore", "93.2", "Manifest", "our_prices", "orders: 3", drill.sha256),
        ):
            self.assertIn(expected, text)

    def test_a_failed_drill_says_why(self):
        drill = self.receive_drill(database_uuid="another")
        text = self.text("restore_drill", drill)
        self.assertIn("Not achieved", text)
        self.assertIn("has restored another database", text)

    def test_it_is_a_pdf(self):
        pages = PdfReader(
            BytesIO(self.render("restore_drill", self.receive_drill(), "pdf"))
        )
        text = " ".join(page.extract_text() for page in pages.pages)
        self.assertIn("reliability-drill-k3v9x2ab", text)

    def test_only_administrators_print_it(self):
        drill = self.receive_drill()
        with self.assertRaises(AccessError):
            self.text("restore_drill", drill, role="manager")


@tagged("-at_install", "post_install")
class TestRestoreOrder(PrintedCase):
    def setUp(self):
        super().setUp()
        create = self.env["reliability.service"].create
        self.base = create({"name": "Database host", "code": "recovery_base"})
        self.labels = create({"name": "Labels", "code": "recovery_labels"})
        self.orders = create({"name": "Orders", "code": "recovery_orders"})
        self.labels.depends_on_ids = [Command.set(self.base.ids)]
        self.orders.depends_on_ids = [Command.set((self.base + self.labels).ids)]

    def test_what_others_need_is_first(self):
        steps = (self.orders + self.labels)._restore_steps()
        self.assertEqual(steps, [self.base, self.labels, self.orders])

    def test_what_needs_nothing_of_each_other_is_one_step(self):
        self.orders.depends_on_ids = [Command.set(self.base.ids)]
        steps = (self.orders + self.labels)._restore_steps()
        self.assertEqual([len(step) for step in steps], [1, 2])

    def test_it_says_who_is_notified_and_what_to_do_meanwhile(self):
        owner = self.user("viewer")
        owner.write({"phone": "+1 555 0100", "email": "owner@example.com"})
        self.orders.write(
            {
                "owner_id": owner.id,
                "rto_minutes": 240,
                "contingency": "<p>Write orders on paper.</p>",
            }
        )
        text = self.text("restore_order", self.orders, role="manager")
        for expected in (
            *("1 Database host", "2 Labels Database host", "3 Orders", "RTO 4 h"),
            f"{owner.name} · +1 555 0100 · owner@example.com",
            *("Write orders on paper.", "No contingency procedure was written."),
        ):
            self.assertIn(expected, text)
