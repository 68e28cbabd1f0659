"""Two databases are compared by a signed file."""

import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .drifting import DriftCase

KEY = "correct horse battery staple, twice"
CRON = "reliability_change.cron_compare"


@tagged("-at_install", "post_install")
class TestManifest(DriftCase):
    def exported(self):
        dialog = self.env["reliability.drift.manifest"].create({"key": KEY})
        dialog.action_export()
        self.assertFalse(dialog.key)
        return dialog.file

    def compared(self, manifest, key=KEY):
        dialog = self.env["reliability.drift.manifest"].create(
            {"key": key, "manifest": manifest}
        )
        dialog.action_compare()
        return dialog

    def test_a_database_does_not_differ_from_itself(self):
        dialog = self.compared(self.exported())
        self.assertFalse(dialog.line_ids)
        self.assertIn("Nothing that was compared differs", dialog.result)

    def test_what_differs_has_both_values(self):
        manifest = self.exported()
        self.env.ref(CRON).active = False
        line = self.compared(manifest).line_ids
        self.assertEqual(line.key, f"{CRON}: active")
        self.assertEqual((line.there, line.here), ("true", "false"))

    def test_what_could_not_be_read_is_said(self):
        manifest = self.exported()
        self.replace("modules", lambda _env: 1 / 0)
        dialog = self.compared(manifest)
        self.assertIn("Modules: ZeroDivisionError", dialog.unknown)

    def test_another_key_is_refused(self):
        manifest = self.exported()
        with self.assertRaisesRegex(UserError, "signature"):
            self.compared(manifest, "o" * 40)

    def test_a_changed_file_is_refused(self):
        content = json.loads(base64.b64decode(self.exported()))
        content["name"] = "another"
        manifest = base64.b64encode(json.dumps(content).encode())
        with self.assertRaisesRegex(UserError, "signature"):
            self.compared(manifest)

    def test_a_short_key_is_refused(self):
        with self.assertRaises(UserError):
            self.env["reliability.drift.manifest"].create({"key": "a"}).action_export()

    def test_only_administrators_of_odoo_do_so(self):
        dialogs = self.env["reliability.drift.manifest"].with_user(self.manager)
        with self.assertRaises(AccessError):
            dialogs.create({"key": KEY})
