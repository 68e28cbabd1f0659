"""A database and a server that are not of one version: both go on, and say so."""

import os
import signal
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..runtime import schema
from ..telemetry import slot_file
from ..telemetry.collector import Collector
from .common import FolderCase, in_child, record, series

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
        self.env.cr.execute("DROP TABLE reliability_slow")
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


@tagged("-at_install", "post_install")
class TestWorkersOfTwoVersions(FolderCase):
    """A reload starts new workers beside the old ones, on the same folder."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger("odoo.addons.reliability"))
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()
        self.old = self.recorder()
        record(self.old)
        self.collector.cycle()

    def of_the_next_version(self):
        """Let slots be of another format for the block."""
        return patch.object(slot_file, "FORMAT", slot_file.FORMAT + 1)

    def counted(self):
        self.collector.cycle()
        return {
            key.outcome: n.count for key, n in self.collector._totals.by_key.items()
        }

    def test_what_an_old_one_recorded_last_is_read_though_a_new_one_has_its_place(self):
        record(self.old)
        self.old.close()
        with self.of_the_next_version():
            record(self.recorder())
        self.assertTrue((self.folder / "slot-000.aside").exists())
        self.assertEqual(self.counted(), {"success": 2})
        self.assertEqual(self.counted(), {"success": 2})

    def test_so_is_what_one_was_doing_when_it_was_killed(self):
        self.old.close()

        def die():
            self.recorder().begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        in_child(die)
        with self.of_the_next_version():
            record(self.recorder())
        self.assertEqual(self.counted(), {"success": 1, "killed": 1})

    def test_a_new_collector_leaves_old_ones_alone_and_says_what_it_cannot_read(self):
        record(self.old)
        self.collector.close()
        with self.of_the_next_version():
            self.collector = Collector(self.folder)
            self.addCleanup(self.collector.close)
            self.assertEqual(self.counted(), {"success": 1})
            self.assertIsNotNone(record(self.old), "it records on")
            self.assertTrue((self.folder / "slot-000").exists(), "it has it still")
            self.assertFalse((self.folder / "slot-000.aside").exists())
            record(self.recorder())
            self.assertEqual(self.counted(), {"success": 2}, "new ones are read")
            # The spare one, which nobody has: who cannot read it cannot know it empty.
            self.assertEqual(self.collector._totals.dropped["unread"], 1)
            self.old.close()
            self.assertEqual(self.counted(), {"success": 2})
            self.assertEqual(self.collector._totals.dropped["unread"], 2)
