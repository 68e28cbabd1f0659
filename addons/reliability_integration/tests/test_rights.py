"""Access rights of the ledger, through RPC as the web client calls it."""

import contextlib

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged

from .screens import ScreensCase, listed

LEDGER = ("reliability.exchange", "reliability.attempt", "reliability.reference")
ANSWER = {"found": "done", "reason": "called them"}
ROLES = ("viewer", "manager", "admin", "plain", "elsewhere")


@tagged("-at_install", "post_install")
class TestRights(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.failed = cls.exchange("failed", repeatable="idempotent")
        cls.orphan(cls.failed)
        cls.exchange("failed", company_id=False)
        cls.set_last_success(fields.Datetime.now())
        cls.env["reliability.attempt"].sudo().search([]).write({"request": "secret"})

    def rpc(self, role, model, method, *args, **kwargs):
        """Call a method as a user does through RPC."""
        records = self.env[model].with_user(self.users[role])
        return call_kw(records, method, args, kwargs)

    def assert_refused(self, *call, **kwargs):
        with self.assertRaises(AccessError, msg=call):
            self.rpc(*call, **kwargs)

    def wizard(self, role, model, **values):
        commands = [fields.Command.set(self.failed.ids)]
        values = {"exchange_ids": commands, **values}
        return self.rpc(role, model, "create", [values])

    def test_users_see_exchanges_of_their_companies_and_administrators_all(self):
        visible = {"viewer": 1, "manager": 1, "elsewhere": 0, "admin": 2}
        for role, count in visible.items():
            found = self.rpc(role, "reliability.exchange", "search_count", [])
            self.assertEqual(found, count, role)
        for model in LEDGER[1:]:
            for role in ("viewer", "manager", "admin"):
                self.assertTrue(self.rpc(role, model, "search", []), (role, model))
            self.assertFalse(self.rpc("elsewhere", model, "search", []))

    def test_users_without_a_reliability_group_read_nothing(self):
        for model in (*LEDGER, "reliability.integration", "reliability.exchange.total"):
            self.assert_refused("plain", model, "search_read", [], ["id"])

    def test_records_of_another_company_cannot_be_read_by_id(self):
        for model in LEDGER:
            ids = self.env[model].sudo().search([]).ids
            self.assert_refused("elsewhere", model, "read", ids, ["display_name"])

    def test_no_user_writes_the_ledger(self):
        for model in (*LEDGER, "reliability.exchange.total"):
            ids = self.env[model].sudo().search([], limit=1).ids
            for role in ROLES:
                self.assert_refused(role, model, "create", [{}])
                self.assert_refused(role, model, "write", ids, {})
                self.assert_refused(role, model, "unlink", ids)

    def test_only_administrators_read_excerpts(self):
        ids = self.failed.attempt_ids.ids
        for role in ("viewer", "manager"):
            for field in ("request", "answer"):
                self.assert_refused(role, "reliability.attempt", "read", ids, [field])
        (found,) = self.rpc("admin", "reliability.attempt", "read", ids, ["request"])
        self.assertEqual(found["request"], "secret")

    def test_only_administrators_name_systems(self):
        for role in ("viewer", "manager", "plain", "elsewhere"):
            call = (role, "reliability.integration", "write", self.dhl.ids)
            self.assert_refused(*call, {"name": "x"})
        self.rpc(
            "admin", "reliability.integration", "write", self.dhl.ids, {"name": "D"}
        )

    def test_only_managers_retry_and_resolve_what_has_no_document(self):
        for role in ("viewer", "plain"):
            call = (role, "reliability.exchange", "action_retry", self.failed.ids)
            self.assert_refused(*call)
            self.assert_refused(role, "reliability.retry", "create", [{}])
        with self.assertRaises(AccessError):
            ids = self.wizard("viewer", "reliability.resolve", **ANSWER)
            self.rpc("viewer", "reliability.resolve", "action_resolve", ids)
        self.assertEqual(self.failed.state, "failed")
        call = ("manager", "reliability.exchange", "action_retry", self.failed.ids)
        self.assertEqual(self.rpc(*call)["res_model"], "reliability.retry")

    def test_only_readers_of_an_exchange_hand_it_over(self):
        call = ("reliability.exchange", "action_hand_over", self.failed.ids)
        self.assertEqual(
            self.rpc("viewer", *call)["res_model"], "reliability.hand.over"
        )
        for role in ("plain", "elsewhere"):
            self.assert_refused(role, *call)
        for model in ("reliability.resolve", "reliability.hand.over"):
            self.assert_refused("plain", model, "create", [{}])

    def test_a_manager_resolves_with_a_reason(self):
        ids = self.wizard("manager", "reliability.resolve", **ANSWER)
        self.rpc("manager", "reliability.resolve", "action_resolve", ids)
        self.assertEqual(self.failed.state, "resolved")
        self.assertEqual(self.failed.resolved_by_id, self.users["manager"])

    def test_managers_of_another_company_cannot_resolve_or_retry(self):
        for model, method in (
            ("reliability.resolve", "action_resolve"),
            ("reliability.retry", "action_retry"),
        ):
            values = ANSWER if model == "reliability.resolve" else {}
            with self.assertRaises(AccessError):
                ids = self.wizard("elsewhere", model, **values)
                self.rpc("elsewhere", model, method, ids)
        self.assertEqual(self.failed.state, "failed")

    def test_the_window_of_another_user_does_nothing(self):
        ids = self.wizard("manager", "reliability.resolve", **ANSWER)
        with contextlib.suppress(AccessError):
            self.rpc("elsewhere", "reliability.resolve", "action_resolve", ids)
        self.assertEqual(self.failed.state, "failed")

    def test_internal_methods_are_not_public(self):
        for model, methods in {
            "reliability.exchange": (
                "_resolve",
                "_schedule_retry",
                "_retry_one",
                "_cron_retry",
                "_drop_functions",
                "_count_orphans",
            ),
            "reliability.reference": ("_adopt", "_decide"),
            "reliability.health.provider": ("_cards", "_alerts"),
            "reliability.integration": ("_in_scope", "_attempts_by_quarter"),
        }.items():
            for method in methods:
                with self.assertRaises(AccessError, msg=method):
                    get_public_method(self.env[model], method)


@tagged("-at_install", "post_install")
class TestOrphans(ScreensCase):
    """A manager marks orphans as cancelled or as entered in Odoo."""

    def setUp(self):
        super().setUp()
        self.failed = self.exchange("failed")
        self.one, self.other = self.orphan(self.failed), self.orphan(self.failed, "T2")

    def as_user(self, references, role="manager"):
        """Return references in the environment of a user."""
        return references.with_user(self.users[role])

    def test_a_cancelled_reference_is_no_orphan_any_more(self):
        self.as_user(self.one).action_cancelled()
        self.assertEqual(self.one.state, "cancelled")
        self.assertEqual((self.failed.orphan_count, self.failed.state), (1, "failed"))

    def test_an_unsafe_request_with_orphans_may_not_be_retried(self):
        self.enterContext(listed("res.partner", "exists"))
        self.users["manager"].group_ids += self.env.ref("base.group_partner_manager")
        self.failed.sudo().write(
            {
                "res_model": "res.partner",
                "res_id": self.company.partner_id.id,
                "retry_method": "exists",
                "is_verified": True,
            }
        )
        self.assertIn("twice", self.failed.no_retry_reason)
        self.as_user(self.one | self.other).action_cancelled()
        self.assertTrue(self.failed.can_retry)

    def test_the_exchange_is_resolved_when_its_last_orphan_is_in_odoo(self):
        self.as_user(self.one).action_adopted()
        self.assertEqual(self.failed.state, "failed")
        self.as_user(self.other).action_adopted()
        self.assertEqual(self.failed.state, "resolved")
        self.assertEqual(self.failed.resolution, "Entered in Odoo: T2")
        self.assertEqual(self.failed.resolved_by_id, self.users["manager"])

    def test_an_exchange_that_has_succeeded_since_stays_so(self):
        self.failed.sudo().state = "succeeded"
        self.as_user(self.one | self.other).action_adopted()
        self.assertEqual(self.failed.state, "succeeded")

    def test_only_orphans_can_be_marked(self):
        self.one.sudo().state = "committed"
        with self.assertRaisesRegex(Exception, "Only orphans"):
            self.as_user(self.one | self.other).action_cancelled()

    def test_only_managers_of_the_company_mark_orphans(self):
        for role in ("viewer", "plain", "elsewhere"):
            with self.assertRaises(AccessError):
                self.as_user(self.one, role).action_cancelled()
