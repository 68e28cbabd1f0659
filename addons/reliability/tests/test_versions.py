"""A database and a server that are not of one version: both go on, and say so."""

from odoo.tests import TransactionCase, tagged

from ..instrumentation import schema

OLDER = "ALTER TABLE reliability_rollup_minute DROP COLUMN external"
NEWER = "ALTER TABLE reliability_rollup_minute ADD COLUMN weather text"
NEWER_TABLE = "CREATE TABLE reliability_target (id serial)"


@tagged("-at_install", "post_install")
class TestTablesOfAnotherVersion(TransactionCase):
    def difference(self):
        return schema.difference(self.env.cr, self.env.registry)

    def said(self):
        """Return what Settings say, and see that they open."""
        settings = self.env["res.config.settings"].create({})
        self.env.invalidate_all()
        shown = settings.read()[0]
        self.assertFalse(shown["reliability_hosts"])
        return shown["reliability_problems"]

    def test_those_that_this_code_has_made_are_its_own(self):
        self.assertEqual(self.difference(), "")

    def test_older_ones_are_to_be_upgraded(self):
        self.env.cr.execute(OLDER)
        self.assertEqual(self.difference(), schema.OLDER)
        self.assertIn("Upgrade it in Apps", self.said())

    def test_a_table_that_is_missing_is_older_too(self):
        self.env.cr.execute("DROP TABLE reliability_rollup_top_call")
        self.assertEqual(self.difference(), schema.OLDER)
        self.assertIn("Upgrade it in Apps", self.said())

    def test_newer_ones_want_newer_code(self):
        for change in (NEWER, NEWER_TABLE):
            with self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(change)
                self.assertEqual(self.difference(), schema.NEWER)
                self.assertIn("Update the addons on this server", self.said())
                savepoint.rollback()

    def test_others_want_both(self):
        self.env.cr.execute(f"{OLDER}; {NEWER}")
        self.assertEqual(self.difference(), schema.OTHER)
        self.assertIn("upgrade the app", self.said())

    def test_the_log_says_it_when_the_registry_is_loaded(self):
        self.env.cr.execute(OLDER)
        with self.assertLogs(schema.__name__, "WARNING") as logs:
            self.env["reliability.operation"]._register_hook()
        self.assertIn("odoo -u reliability", logs.output[0])
