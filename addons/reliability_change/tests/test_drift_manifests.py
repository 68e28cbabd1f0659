"""Two databases are compared by a signed file."""

import base64
import json

from odoo.exceptions import AccessError
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

    def test_what_only_one_of_them_has_is_said(self):
        manifest = self.exported()
        self.replace("modules", lambda _env: None)
        dialog = self.compared(manifest)
        self.assertEqual(
            dialog.unknown, "Modules: Only one of the databases has these settings"
        )

    def test_another_key_is_refused(self):
        dialog = self.compared(self.exported(), "o" * 40)
        self.assertIn("signed with another key", dialog.refusal)

    def test_a_key_that_was_refused_is_not_kept(self):
        dialog = self.compared(self.exported())
        dialog.write({"key": "o" * 40})
        dialog.action_compare()
        self.assertTrue(dialog.refusal)
        self.assertFalse(dialog.key)
        self.assertFalse(dialog.result)

    def test_a_changed_file_is_refused(self):
        content = json.loads(base64.b64decode(self.exported()))
        content["name"] = "another"
        manifest = base64.b64encode(json.dumps(content).encode())
        self.assertIn("was changed", self.compared(manifest).refusal)

    def test_a_file_that_is_no_manifest_is_refused(self):
        for content in (b"{", b"\xff", b""):
            refusal = self.compared(base64.b64encode(content)).refusal
            self.assertIn("manifest", refusal)

    def test_a_short_key_is_refused(self):
        dialog = self.env["reliability.drift.manifest"].create({"key": "a"})
        dialog.action_export()
        self.assertIn("32 characters", dialog.refusal)
        self.assertFalse(dialog.key or dialog.file)

    def test_only_administrators_of_odoo_do_so(self):
        dialogs = self.env["reliability.drift.manifest"].with_user(self.manager)
        with self.assertRaises(AccessError):
            dialogs.create({"key": KEY})
