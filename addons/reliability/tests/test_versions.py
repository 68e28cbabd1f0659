"""Database and code of different versions: Odoo works, and the problem is shown."""

from odoo.tests import TransactionCase, tagged

from ..instrumentation import schema

OLDER = "ALTER TABLE reliability_rollup_minute DROP COLUMN external"
NEWER = "ALTER TABLE reliability_rollup_minute ADD COLUMN weather text"
NEWER_TABLE = "CREATE TABLE reliability_target (id serial)"


@tagged("-at_install", "post_install")
class TestTablesOfAnotherVersion(TransactionCase):
    def difference(self):
        return schema.difference(self.env.cr, self.env.registry)

    def shown_problems(self):
        """Return the problems that Settings show, and assert that Settings open."""
        settings = self.env["res.config.settings"].create({})
        self.env.invalidate_all()
        shown = settings.read()[0]
        self.assertFalse(shown["reliability_hosts"])
        return shown["reliability_problems"]

    def test_tables_of_this_version(self):
        self.assertEqual(self.difference(), "")

    def test_older_tables_need_an_upgrade(self):
        self.env.cr.execute(OLDER)
        self.assertEqual(self.difference(), schema.OLDER)
        self.assertIn("Upgrade it in Apps", self.shown_problems())

    def test_a_missing_table_needs_an_upgrade(self):
        self.env.cr.execute("DROP TABLE reliability_rollup_top_call")
        self.assertEqual(self.difference(), schema.OLDER)
        self.assertIn("Upgrade it in Apps", self.shown_problems())

    def test_newer_tables_need_newer_code(self):
        for change in (NEWER, NEWER_TABLE):
            with self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(change)
                self.assertEqual(self.difference(), schema.NEWER)
                self.assertIn("Update the addons on this server", self.shown_problems())
                savepoint.rollback()

    def test_other_tables_need_both(self):
        self.env.cr.execute(f"{OLDER}; {NEWER}")
        self.assertEqual(self.difference(), schema.OTHER)
        self.assertIn("upgrade the app", self.shown_problems())

    def test_the_version_decides_where_columns_were_added_and_dropped(self):
        self.env.cr.execute(f"{OLDER}; {NEWER}")
        for version, expected in (
            ("19.0.0.9.0", schema.OLDER),
            ("19.0.99.0.0", schema.NEWER),
        ):
            self.env.cr.execute(
                "UPDATE ir_module_module SET latest_version = %s"
                " WHERE name = 'reliability'",
                [version],
            )
            self.assertEqual(self.difference(), expected)

    def test_the_problem_is_logged_when_the_registry_is_loaded(self):
        self.env.cr.execute(OLDER)
        with self.assertLogs(schema.__name__, "WARNING") as logs:
            self.env["reliability.operation"]._register_hook()
        self.assertIn("odoo -u reliability", logs.output[0])
