"""Who reads, settles and asks again, as the web client and the external API ask."""

import contextlib

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged

from .screens import ScreensCase

LEDGER = ("reliability.exchange", "reliability.attempt", "reliability.reference")
ROLES = ("viewer", "manager", "admin", "plain", "elsewhere")


@tagged("-at_install", "post_install")
class TestRights(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.failed = cls.exchange("failed", repeatable="idempotent")
        cls.orphan(cls.failed)
        cls.exchange("failed", company_id=False)
        cls.last_done(fields.Datetime.now())
        cls.env["reliability.attempt"].sudo().search([]).write({"request": "secret"})

    def ask(self, role, model, method, *args, **kwargs):
        """Call a method as a user does from outside."""
        records = self.env[model].with_user(self.users[role])
        return call_kw(records, method, args, kwargs)

    def assert_refused(self, *call, **kwargs):
        with self.assertRaises(AccessError, msg=call):
            self.ask(*call, **kwargs)

    def wizard(self, role, model, **values):
        commands = [fields.Command.set(self.failed.ids)]
        values = {"exchange_ids": commands, **values}
        return self.ask(role, model, "create", [values])

    def test_each_sees_the_exchanges_of_his_companies_and_administrators_all(self):
        seen = {"viewer": 1, "manager": 1, "elsewhere": 0, "admin": 2}
        for role, count in seen.items():
            found = self.ask(role, "reliability.exchange", "search_count", [])
            self.assertEqual(found, count, role)
        for model in LEDGER[1:]:
            for role in ("viewer", "manager", "admin"):
                self.assertTrue(self.ask(role, model, "search", []), (role, model))
            self.assertFalse(self.ask("elsewhere", model, "search", []))

    def test_who_has_no_part_in_it_reads_nothing(self):
        for model in (*LEDGER, "reliability.integration", "reliability.exchange.total"):
            self.assert_refused("plain", model, "search_read", [], ["id"])

    def test_by_its_id_nobody_reads_what_is_of_another_company(self):
        for model in LEDGER:
            ids = self.env[model].sudo().search([]).ids
            self.assert_refused("elsewhere", model, "read", ids, ["display_name"])

    def test_nobody_writes_the_ledger(self):
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
        (found,) = self.ask("admin", "reliability.attempt", "read", ids, ["request"])
        self.assertEqual(found["request"], "secret")

    def test_only_administrators_name_counterparts(self):
        for role in ("viewer", "manager", "plain", "elsewhere"):
            call = (role, "reliability.integration", "write", self.dhl.ids)
            self.assert_refused(*call, {"name": "x"})
        self.ask(
            "admin", "reliability.integration", "write", self.dhl.ids, {"name": "D"}
        )

    def test_only_managers_open_the_windows_that_ask_again_or_settle(self):
        for role in ("viewer", "plain"):
            for method in ("action_retry", "action_resolve"):
                call = (role, "reliability.exchange", method, self.failed.ids)
                self.assert_refused(*call)
            for model in ("reliability.retry", "reliability.resolve"):
                self.assert_refused(role, model, "create", [{}])
        call = ("manager", "reliability.exchange", "action_retry", self.failed.ids)
        self.assertEqual(self.ask(*call)["res_model"], "reliability.retry")

    def test_a_manager_settles_with_a_reason(self):
        ids = self.wizard("manager", "reliability.resolve", reason="called them")
        self.ask("manager", "reliability.resolve", "action_resolve", ids)
        self.assertEqual(self.failed.state, "resolved")
        self.assertEqual(self.failed.resolved_by_id, self.users["manager"])

    def test_nobody_settles_or_asks_again_in_another_company(self):
        for model, method in (
            ("reliability.resolve", "action_resolve"),
            ("reliability.retry", "action_retry"),
        ):
            values = {"reason": "mine"} if model == "reliability.resolve" else {}
            with self.assertRaises(AccessError):
                ids = self.wizard("elsewhere", model, **values)
                self.ask("elsewhere", model, method, ids)
        self.assertEqual(self.failed.state, "failed")

    def test_a_window_that_somebody_else_has_opened_does_nothing(self):
        ids = self.wizard("manager", "reliability.resolve", reason="called them")
        with contextlib.suppress(AccessError):
            self.ask("elsewhere", "reliability.resolve", "action_resolve", ids)
        self.assertEqual(self.failed.state, "failed")

    def test_nothing_but_what_buttons_call_can_be_called(self):
        for model, methods in {
            "reliability.exchange": (
                "_settle",
                "_ask_again",
                "_retry_one",
                "_cron_retry",
                "_forget_functions",
                "_count_orphans",
            ),
            "reliability.reference": ("_decide",),
            "reliability.health.provider": ("_cards", "_alerts"),
            "reliability.integration": ("_seen_in", "_attempts_by_quarter"),
        }.items():
            for method in methods:
                with self.assertRaises(AccessError, msg=method):
                    get_public_method(self.env[model], method)

    def test_all_that_can_be_called_is_known(self):
        ours = set()
        for name in self.env.registry:
            for base in self.env.registry[name].__mro__:
                if base.__module__.startswith("odoo.addons.reliability_integration."):
                    ours |= {
                        attribute
                        for attribute, value in vars(base).items()
                        if not attribute.startswith("_") and callable(value)
                    }
        self.assertEqual(
            ours - {"init", "create", "write", "unlink", "set_values"},
            {
                "action_adopted",
                "action_cancelled",
                "action_open_document",
                "action_open_exchanges",
                "action_reliability_exchanges",
                "action_resolve",
                "action_retry",
                "read_progress",
            },
        )


@tagged("-at_install", "post_install")
class TestOrphans(ScreensCase):
    def setUp(self):
        super().setUp()
        self.failed = self.exchange("failed")
        self.one, self.other = self.orphan(self.failed), self.orphan(self.failed, "T2")

    def mine(self, references, role="manager"):
        return references.with_user(self.users[role])

    def test_what_was_cancelled_there_is_no_orphan_any_more(self):
        self.mine(self.one).action_cancelled()
        self.assertEqual(self.one.state, "cancelled")
        self.assertEqual((self.failed.orphan_count, self.failed.state), (1, "failed"))

    def test_as_long_as_there_are_any_repeatable_would_do_it_twice(self):
        self.failed.sudo().write(
            {
                "res_model": "res.company",
                "res_id": self.company.id,
                "retry_method": "exists",
                "is_made_sure": True,
            }
        )
        self.assertIn("do it twice", self.failed.why_not)
        self.mine(self.one | self.other).action_cancelled()
        self.assertTrue(self.failed.can_retry)

    def test_when_the_last_one_is_taken_over_nothing_is_left_to_do(self):
        self.mine(self.one).action_adopted()
        self.assertEqual(self.failed.state, "failed")
        self.mine(self.other).action_adopted()
        self.assertEqual(self.failed.state, "resolved")
        self.assertEqual(self.failed.resolution, "Taken over: T2")
        self.assertEqual(self.failed.resolved_by_id, self.users["manager"])

    def test_an_exchange_that_has_succeeded_since_stays_so(self):
        self.failed.sudo().state = "succeeded"
        self.mine(self.one | self.other).action_adopted()
        self.assertEqual(self.failed.state, "succeeded")

    def test_only_orphans_are_decided(self):
        self.one.sudo().state = "committed"
        with self.assertRaisesRegex(Exception, "Only orphans"):
            self.mine(self.one | self.other).action_cancelled()

    def test_only_managers_of_the_company_decide(self):
        for role in ("viewer", "plain", "elsewhere"):
            with self.assertRaises(AccessError):
                self.mine(self.one, role).action_cancelled()
