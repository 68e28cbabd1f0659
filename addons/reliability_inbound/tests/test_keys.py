"""A kind of message is opened by its own keys only."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.reliability_inbound import uninstall_hook
from odoo.addons.reliability_inbound.kinds import scope_of
from odoo.addons.reliability_inbound.models import reliability_inbound_message
from odoo.addons.reliability_inbound.problems import WRONG_KEY

from .common import MANAGER, InboundCase


@tagged("-at_install", "post_install")
class TestKeys(InboundCase):
    """A key is valid for its kind, until it expires, is revoked, or loses its user."""

    def assert_wrong(self, response):
        self.assert_problem(response, 401, WRONG_KEY)
        self.assertEqual(response.headers["WWW-Authenticate"], "Bearer")
        self.assertFalse(self.process.called)

    def test_the_key_of_a_kind(self):
        self.assert_processed(self.send())

    def test_no_key(self):
        self.assert_wrong(self.send(key=""))

    def test_keys_that_do_not_exist(self):
        for key in ("wrong", self.key[:8] + 32 * "0", self.key[:-1], self.key.upper()):
            self.assert_wrong(self.send(key=key))

    def test_headers_that_are_no_bearer_token(self):
        for header in (
            self.key,
            f"Basic {self.key}",
            "Bearer",
            "Bearer ä",
            "Bearer a b",
        ):
            self.assert_wrong(self.send(key="", Authorization=header.encode("latin-1")))

    def test_a_key_for_another_kind(self):
        key = self.make_key(scope_of("other"))
        self.assert_wrong(self.send(key=key))
        self.assertEqual(self.send(key=key, kind="other").status_code, 200)

    def test_a_key_for_rpc_which_has_no_scope(self):
        self.assert_wrong(self.send(key=self.make_key(None)))

    def test_a_key_with_a_scope_that_begins_or_ends_like_it(self):
        for scope in ("rpc", "reliability.inbound.", "reliability.inbound.probe.x"):
            self.assert_wrong(self.send(key=self.make_key(scope)))

    def test_the_session_of_a_logged_in_administrator(self):
        self.authenticate("admin", "admin")
        self.assert_wrong(self.send(key=""))

    def test_the_token_for_metrics_of_the_database(self):
        shown = self.env["reliability.token"]._make()
        self.assert_wrong(self.send(key=shown["context"]["default_token"]))

    def test_an_expired_key(self):
        now = fields.Datetime.now()
        self.assert_wrong(
            self.send(
                key=self.make_key(scope_of("probe"), expires=now - timedelta(minutes=1))
            )
        )
        key = self.make_key(scope_of("probe"), expires=now + timedelta(days=1))
        self.assert_processed(self.send(key=key))

    def test_a_key_of_an_archived_user(self):
        self.user.active = False
        self.env.flush_all()
        self.assert_wrong(self.send())

    def test_a_revoked_key(self):
        keys = self.env["res.users.apikeys"].search([("user_id", "=", self.user.id)])
        keys._remove()
        self.env.flush_all()
        self.assert_wrong(self.send())

    def test_the_key_of_a_user_without_the_role(self):
        for number, groups in enumerate(
            ("base.group_portal", "base.group_user,reliability.group_viewer")
        ):
            user = new_test_user(self.env, f"sends_{number}", groups)
            key = self.make_key(scope_of("probe"), user)
            self.assert_problem(self.send(key=key), 403, "needs the role Manager")
            self.assertFalse(self.process.called)
            self.assertEqual(self.messages.search([], limit=1).status, 403)


@tagged("-at_install", "post_install")
class TestUninstall(TransactionCase):
    def test_keys_of_the_inbound_api_are_deleted_and_no_others(self):
        keys = self.env["res.users.apikeys"]
        for scope in (scope_of("probe"), "reliability.other", "rpc", None):
            keys._generate(scope, "of this test", None)
        uninstall_hook(self.env)
        left = keys.search([("name", "=", "of this test")], order="id")
        self.assertEqual(left.mapped("scope"), ["reliability.other", "rpc", False])


@tagged("-at_install", "post_install")
class TestLimits(InboundCase):
    """A sender that sends too much does not shut out another one."""

    def limit(self, name, limit):
        patcher = patch.object(reliability_inbound_message, name, limit)
        self.addCleanup(patcher.stop)
        patcher.start()

    def test_each_key_has_its_own_number_of_messages_in_a_minute(self):
        self.limit("MAX_A_MINUTE", 2)
        other = new_test_user(self.env, "sends_more", MANAGER)
        key = self.make_key(scope_of("probe"), other)
        self.assert_processed(self.send(), times=1)
        self.assert_problem(self.send("garbage"), 400, "not JSON")
        refused = self.send()
        self.assert_problem(refused, 429, "Send this one again later")
        self.assertIn(int(refused.headers["Retry-After"]), range(1, 61))
        self.assert_processed(self.send(key=key), times=2)

    def test_a_minute_later_messages_are_received_again(self):
        self.limit("MAX_A_MINUTE", 1)
        self.send()
        self.assertEqual(self.send().status_code, 429)
        self.messages.search([]).received_at -= timedelta(seconds=61)
        self.env.flush_all()
        self.assert_processed(self.send(), times=2)

    def test_wrong_keys_do_not_shut_out_a_right_one(self):
        self.limit("MAX_WRONG_KEYS", 2)
        stored = self.messages.search_count([])
        for _attempt in range(2):
            self.assert_problem(self.send(key="wrong-key"), 401, WRONG_KEY)
        for _attempt in range(2):
            refused = self.send(key="another-wrong-key")
            self.assert_problem(refused, 429, WRONG_KEY)
            self.assertTrue(refused.headers["Retry-After"])
        self.assertEqual(self.messages.search_count([]), stored + 2)
        self.assert_processed(self.send())
