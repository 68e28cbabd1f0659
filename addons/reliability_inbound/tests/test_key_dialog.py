"""System administrators make keys, which are shown once, and revoke them."""

from ast import literal_eval
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import root
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import InboundCase

MODEL = "reliability.inbound.key"


@tagged("-at_install", "post_install")
class TestKeyDialog(InboundCase):
    def setUp(self):
        super().setUp()
        groups = "base.group_user,base.group_system,reliability.group_admin"
        self.admin = new_test_user(
            self.env, "makes_keys", groups, password="makes_keys"
        )
        self.authenticate("makes_keys", "makes_keys")

    def call(self, model, method, ids, context=None):
        """Call a method as the web client does."""
        params = {
            "model": model,
            "method": method,
            "args": [ids],
            "kwargs": {"context": context or {}},
        }
        found = self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}", params
        )
        self.env.invalidate_all()
        return found

    def confirm_identity(self):
        """Give the session the password, as Odoo's dialog does."""
        self.session["identity-check-last"] = fields.Datetime.now().timestamp() + 3600
        root.session_store.save(self.session)

    def dialog(self, **values):
        dialog = Form(self.env[MODEL].with_user(self.admin))
        for name, value in {"kind": "probe", "name": "Backups", **values}.items():
            dialog[name] = value
        record = dialog.save()
        self.env.flush_all()
        return record

    def generate(self, **values):
        return self.call(MODEL, "action_generate", self.dialog(**values).ids)

    def test_a_key_opens_its_kind_with_the_rights_of_its_user(self):
        self.confirm_identity()
        shown = self.generate(user_id=self.user)
        self.assertEqual(shown["res_model"], "res.users.apikeys.show")
        self.assert_processed(self.send(key=shown["context"]["default_key"]))
        self.assertRecordValues(
            self.messages.search([], limit=1),
            [{"key_name": "Backups", "user_id": self.user.id}],
        )
        form = self.env["ir.ui.view"].browse(shown["views"][0][0])
        self.assertIn("it is not shown again", form.arch)

    def test_a_key_is_made_after_the_password_was_entered(self):
        asked = self.generate()
        self.assertEqual(asked["res_model"], "res.users.identitycheck")
        self.assertFalse(self.listed())

    def listed(self):
        """Return what the list of keys shows to the administrator."""
        action = self.env.ref("reliability_inbound.inbound_key_action")
        keys = self.env["res.users.apikeys"].with_user(self.admin)
        return keys.search([*literal_eval(action.domain), ("name", "=", "Backups")])

    def test_a_key_is_listed_and_revoked(self):
        self.confirm_identity()
        key = self.generate(user_id=self.user)["context"]["default_key"]
        self.assertEqual(self.listed().user_id, self.user)
        self.assertEqual(self.listed().inbound_kind, "Probe")
        self.call("res.users.apikeys", "remove", self.listed().ids)
        self.assertFalse(self.listed())
        self.assertEqual(self.send(key=key).status_code, 401)

    def test_a_key_is_valid_for_a_year_unless_something_else_is_entered(self):
        self.confirm_identity()
        self.generate()
        valid = self.listed().expiration_date - fields.Datetime.now()
        self.assertLess(abs(valid - timedelta(days=365)), timedelta(minutes=5))
        self.listed()._remove()
        self.generate(expiration_date=False)
        self.assertFalse(self.listed().expiration_date)

    def test_a_key_of_a_user_without_the_role_is_not_made(self):
        viewer = new_test_user(
            self.env, "only_views", "base.group_user,reliability.group_viewer"
        )
        dialog = self.env[MODEL].with_user(self.admin)
        values = {"kind": "probe", "name": "Backups", "user_id": viewer.id}
        make = type(dialog).action_generate.__wrapped__  # without the password
        with self.assertRaisesRegex(UserError, "needs the role Manager"):
            make(dialog.create(values))
        with self.assertRaisesRegex(UserError, "needs a kind, a name and a user"):
            make(dialog.create({**values, "name": False}))
        self.assertFalse(self.listed())

    @mute_logger("odoo.http")
    def test_only_system_administrators_make_keys(self):
        admin = new_test_user(
            self.env, "no_settings", "base.group_user,reliability.group_admin"
        )
        with self.assertRaises(AccessError):
            self.env[MODEL].with_user(admin).create({"kind": "probe", "name": "x"})
        make = type(self.env[MODEL]).action_generate.__wrapped__
        with self.assertRaises(AccessError):
            make(self.dialog().with_user(admin))
