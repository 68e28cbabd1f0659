"""What people may see and do with documents, by role and company."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .common import DocumentCase, returns


@tagged("post_install", "-at_install")
class TestRights(DocumentCase):
    """Rights to read, comment, assign, retry and resolve."""

    def setUp(self):
        super().setUp()
        self.make_failed_document()

    def seen_by(self, env, user):
        return self.records(env(user=user))

    def test_a_viewer_reads_and_comments(self):
        with self.committed() as env:
            viewer = self.user(env, "reliability.group_viewer")
            document = self.seen_by(env, viewer)
            self.assertTrue(document.what_is_wrong)
            self.assertEqual(document.message, "no UNB segment")
            document.message_post(body="I have called them.")

    def test_a_viewer_has_no_button_that_he_may_not_press(self):
        with self.committed() as env:
            viewer = self.user(env, "reliability.group_viewer")
            document = self.seen_by(env, viewer)
            self.assertFalse(document.can_retry)
            for method in ("action_retry", "action_resolve"):
                with self.assertRaises(AccessError):
                    call_kw(document.browse(), method, [document.ids], {})

    def test_a_plain_user_may_nothing(self):
        with self.committed() as env:
            document = self.records(env)
            plain = self.user(env, "base.group_user")
            for method in ("action_assign", "action_open_document", "action_resolve"):
                model = document.with_user(plain).browse()
                with self.subTest(method), self.assertRaises(AccessError):
                    call_kw(model, method, [document.ids], {})

    def test_documents_of_other_companies_are_hidden(self):
        with self.committed() as env:
            document = self.records(env)
            other = env["res.company"].create({"name": self.id()})
            manager = self.user(env, "reliability.group_manager", companies=[other.id])
            self.assertFalse(self.seen_by(env, manager))
            with self.assertRaises(AccessError):
                call_kw(
                    document.with_user(manager).browse(),
                    "action_resolve",
                    [document.ids],
                    {},
                )

    def test_the_lists_of_administrators_follow_the_company_switcher(self):
        with self.committed() as env:
            other = env["res.company"].create({"name": self.id()})
            admin = self.user(env, "reliability.group_admin", companies=[1, other.id])
            documents = self.records(env).with_user(admin)
            for company, count in ((1, 1), (other.id, 0)):
                chosen = documents.with_context(allowed_company_ids=[company])
                self.assertEqual(len(self.records(chosen.env)), count)

    def test_a_manager_retries_what_he_may_change(self):
        about = {"model": "res.partner", "res_id": self.acme_id}
        order = self.make_failed_document(**about)
        with self.committed() as env:
            manager = self.user(env, "reliability.group_manager")
            documents = self.seen_by(env, manager)
            document = documents.filtered(lambda one: one.record_id == order)
            self.assertFalse(document.can_retry)
            manager.group_ids += env.ref("base.group_partner_manager")
            document.invalidate_recordset()
            self.assertTrue(document.can_retry)
            self.assertEqual(document.action_retry()["res_model"], "reliability.retry")

    def test_nobody_writes_documents(self):
        with self.committed() as env:
            documents = env["reliability.edi.document"].with_user(
                env.ref("base.user_admin")
            )
            for operation in ("write", "create", "unlink"):
                self.assertFalse(documents.has_access(operation))


@tagged("post_install", "-at_install")
class TestRecordInOdoo(DocumentCase):
    """A document opens its record in Odoo, or says why not."""

    def document_about(self, model, record):
        self.make_document(
            self.orders_id, "input_received", "UNB+", model=model, res_id=record
        )
        self.maintain()

    def opened_by(self, env, *groups):
        document = self.records(env(user=self.user(env, *groups)))
        return document, document.no_document_reason

    def test_who_may_read_it_opens_it(self):
        self.document_about("res.partner", self.acme_id)
        with self.committed() as env:
            document, reason = self.opened_by(env, "reliability.group_viewer")
            self.assertFalse(reason)
            self.assertEqual(document.action_open_document()["res_id"], self.acme_id)

    def test_others_are_told_that_they_have_no_right(self):
        with self.committed() as env:
            cron = env["ir.cron"].search([], limit=1).id
        self.document_about("ir.cron", cron)
        with self.committed() as env:
            document, reason = self.opened_by(env, "reliability.group_viewer")
            self.assertIn("you have no right to open", reason)
            self.assertFalse(document.can_open_document)
            with self.assertRaises(UserError):
                document.action_open_document()

    def test_without_a_record_it_says_so(self):
        self.make_failed_document()
        with self.committed() as env:
            _document, reason = self.opened_by(env, "reliability.group_viewer")
            self.assertIn("has created no record", reason)

    def test_a_deleted_record_is_called_deleted(self):
        with self.committed() as env:
            gone = env["res.partner"].create({"name": "Globex"}).id
        self.document_about("res.partner", gone)
        with self.committed() as env:
            env["res.partner"].browse(gone).unlink()
            _document, reason = self.opened_by(env, "reliability.group_viewer")
            self.assertEqual(reason, "Globex, which was deleted.")


@tagged("post_install", "-at_install")
class TestToFix(DocumentCase):
    """What is to be fixed is found, until it is resolved."""

    def to_fix(self, env):
        found = env["reliability.edi.document"].search(
            [("backend_id", "=", self.backend_id), ("is_to_fix", "=", True)]
        )
        all_of_them = self.records(env)
        self.assertEqual(found, all_of_them.filtered("is_to_fix").sorted("id", True))
        return found

    def test_failed_late_waiting_and_duplicate_documents(self):
        self.receive(3, 8)
        self.receive(2, 8, state="input_processed_error")
        self.receive(1, 8, state="input_received")
        for content in ("UNB+1", "UNB+1", "UNB+2"):
            self.make_document(self.orders_id, "input_processed", content)
        self.maintain()
        with self.committed() as env:
            problems = [document._problem() for document in self.to_fix(env)]
            self.assertEqual(sorted(problems), ["duplicate", "failed", "waiting"])

    def test_a_recent_document_is_not_to_be_fixed(self):
        self.make_document(self.orders_id, "input_received", "UNB+")
        self.maintain()
        with self.committed() as env:
            self.assertFalse(self.to_fix(env))

    def test_a_manager_resolves_documents_and_their_steps(self):
        self.make_failed_document()
        with self.committed() as env:
            manager = self.user(env, "reliability.group_manager")
            document = self.records(env(user=manager))
            document.action_resolve()
            self.assertEqual(document.state, "resolved")
            self.assertFalse(self.to_fix(env))
            message = document.message_ids.sorted("id")[-1]
            self.assertEqual(message.author_id, manager.partner_id)
        self.maintain()
        self.assertEqual(self.document()["state"], "resolved")
        self.assertEqual(self.exchange()["state"], "resolved")

    def test_a_resolved_document_that_changes_is_as_the_framework_says(self):
        order = self.make_failed_document()
        with self.committed() as env:
            self.records(env).with_user(
                self.user(env, "reliability.group_manager")
            ).action_resolve()
        self.handle(process=returns("ok"))
        self.do("process", order)
        self.maintain()
        self.assertEqual(self.document()["state"], "done")


@tagged("post_install", "-at_install")
class TestAssign(DocumentCase):
    """Proposed: the partner's or the service's owner, today, with the reason."""

    def setUp(self):
        super().setUp()
        self.make_failed_document(external_identifier="PO-1")
        self.addCleanup(self.own)

    def own(self, partner=False, service=False):
        with self.committed() as env:
            env["res.partner"].browse(self.acme_id).user_id = partner
            env.ref("reliability_edi.service_edi").owner_id = service

    def dialog(self, env):
        """Return Odoo's dialog as it opens for a viewer."""
        viewer = self.user(env, "reliability.group_viewer")
        action = self.records(env(user=viewer)).action_assign()
        dialog = env[action["res_model"]].with_user(viewer)
        return Form(dialog.with_context(**action["context"]))

    def reader(self, name):
        with self.committed() as env:
            return self.user(env, "reliability.group_viewer", name=name).id

    def test_the_partners_owner_is_proposed(self):
        ann, bob = self.reader("Ann"), self.reader("Bob")
        self.own(partner=ann, service=bob)
        with self.committed() as env, self.dialog(env) as dialog:
            self.assertEqual(dialog.activity_user_id.id, ann)
            self.assertEqual(
                fields.Date.to_date(dialog.date_deadline), fields.Date.today()
            )
            self.assertEqual(
                dialog.summary,
                "ACME: PO-1 is not imported. The document cannot be read: it is"
                " damaged, or not in the agreed format.",
            )
            self.assertIn("Send the file back to ACME", dialog.note)

    def test_else_the_services_owner(self):
        bob = self.reader("Bob")
        self.own(service=bob)
        with self.committed() as env, self.dialog(env) as dialog:
            self.assertEqual(dialog.activity_user_id.id, bob)

    def test_somebody_without_a_right_to_read_is_not_proposed(self):
        bob = self.reader("Bob")
        with self.committed() as env:
            carl = self.user(env, "base.group_user").id
        self.own(partner=carl, service=bob)
        with self.committed() as env, self.dialog(env) as dialog:
            self.assertEqual(dialog.activity_user_id.id, bob)

    def test_without_an_owner_nobody_is_proposed(self):
        with self.committed() as env, self.dialog(env) as dialog:
            self.assertFalse(dialog.activity_user_id)

    def test_the_assignee_sees_it_in_his_activities(self):
        ann = self.reader("Ann")
        self.own(partner=ann)
        with self.committed() as env:
            dialog = self.dialog(env).save()
            dialog.action_schedule_activities()
            document = self.records(env)
            document.invalidate_recordset()
            self.assertEqual(document.activity_user_id.id, ann)
            self.assertEqual(
                document.activity_date_deadline - fields.Date.today(), timedelta()
            )
