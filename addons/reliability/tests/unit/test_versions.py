"""Workers and collectors of two versions share a folder, as after a reload."""

import os
import signal
from unittest import TestCase
from unittest.mock import patch

from ...collector.collector import Collector
from ...telemetry.slots import file
from ..recordings import FolderCase, record, run_in_child, series


class TestWorkersOfTwoVersions(FolderCase, TestCase):
    """A reload starts new workers, which share a folder with the old ones."""

    def setUp(self):
        super().setUp()
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()
        self.old = self.recorder()
        record(self.old)
        self.collector.cycle()

    def next_version(self):
        """Use another format of slots for the block."""
        return patch.object(file, "FORMAT", file.FORMAT + 1)

    def counted(self):
        self.collector.cycle()
        return {
            key.outcome: n.count for key, n in self.collector._totals.by_key.items()
        }

    def test_the_last_events_of_an_old_worker_are_read_after_quarantine(self):
        record(self.old)
        self.old.close()
        with self.next_version():
            record(self.recorder())
        self.assertTrue((self.folder / "slot-000.quarantined").exists())
        self.assertEqual(self.counted(), {"success": 2})
        self.assertEqual(self.counted(), {"success": 2})

    def test_the_call_of_a_killed_old_worker_is_read_after_quarantine(self):
        self.old.close()

        def die():
            self.recorder().begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        run_in_child(die)
        with self.next_version():
            record(self.recorder())
        self.assertEqual(self.counted(), {"success": 1, "killed": 1})

    def test_a_new_collector_ignores_old_workers_and_counts_unread_slots(self):
        record(self.old)
        self.collector.close()
        with self.next_version():
            self.collector = Collector(self.folder)
            self.addCleanup(self.collector.close)
            self.assertEqual(self.counted(), {"success": 1})
            self.assertIsNotNone(record(self.old), "it still records")
            self.assertTrue((self.folder / "slot-000").exists(), "it holds the slot")
            self.assertFalse((self.folder / "slot-000.quarantined").exists())
            record(self.recorder())
            self.assertEqual(self.counted(), {"success": 2}, "new ones are read")
            # The old spare slot, which is empty, but the collector cannot read that.
            self.assertEqual(self.collector._totals.dropped["unread"], 1)
            self.old.close()
            self.assertEqual(self.counted(), {"success": 2})
            self.assertEqual(self.collector._totals.dropped["unread"], 2)
