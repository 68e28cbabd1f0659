"""A ledger of version 19.0.1.0.0 is corrected and protected as one of today."""

from odoo.modules.migration import load_script
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path

SCRIPT = "reliability_integration/migrations/19.0.1.1.0/post-migration.py"
RESOLVE = "reliability_integration/migrations/19.0.1.2.0/post-migration.py"
EARLIER = """
    ALTER TABLE reliability_attempt ADD COLUMN backend varchar;
    CREATE FUNCTION reliability_utc_timestamp(seconds text) RETURNS timestamp
    LANGUAGE sql AS 'SELECT now()::timestamp';
    INSERT INTO reliability_attempt
           (uid, exchange_id, started, outcome, transaction_state, presumed)
    VALUES ('presumed', 0, now(), 'unknown', 'rolled_back', true),
           ('reported', 0, now(), 'succeeded', 'committed', false);
"""
CORRECT = """
    UPDATE reliability_attempt SET transaction_state = 'committed'
     WHERE uid = 'presumed' RETURNING is_state_presumed
"""
LEFT = """
    SELECT to_regproc('reliability_utc_timestamp') IS NOT NULL,
           bool_or(is_state_presumed) FILTER (WHERE uid = 'reported'),
           (SELECT count(*) FROM information_schema.columns
             WHERE table_name = 'reliability_attempt' AND column_name = 'backend')
      FROM reliability_attempt
"""


@tagged("post_install", "-at_install")
class TestMigration(TransactionCase):
    def test_what_was_presumed_can_be_corrected_and_nothing_else_is_left(self):
        self.env.cr.execute(EARLIER)
        script = load_script(file_path(SCRIPT), "reliability_migration")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.cr.execute(CORRECT)
        self.assertEqual(self.env.cr.fetchall(), [(True,)])
        self.env.cr.execute(LEFT)
        self.assertEqual(self.env.cr.fetchall(), [(False, None, 0)])

    def test_resolve_works_without_its_former_answer(self):
        self.env.cr.execute(
            "ALTER TABLE reliability_resolve ADD COLUMN was_done varchar NOT NULL"
            " DEFAULT 'yes'; ALTER TABLE reliability_resolve"
            " ALTER COLUMN was_done DROP DEFAULT"
        )
        load_script(file_path(RESOLVE), "reliability_resolve_migration").migrate(
            self.env.cr, "19.0.1.1.0"
        )
        self.assertTrue(self.env["reliability.resolve"].create({}))
