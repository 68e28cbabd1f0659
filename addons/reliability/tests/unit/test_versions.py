"""Workers and collectors of two versions share a folder, as after a reload."""

import os
import signal
from unittest import TestCase
from unittest.mock import patch

from ...collector.collector import Collector
from ...telemetry.slots import file
from ..recordings import FolderCase, run_in_child, record, series


class TestWorkersOfTwoVersions(FolderCase, TestCase):
    """A reload starts new workers beside the old ones, on the same folder."""

    def setUp(self):
        super().setUp()
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()
        self.old = self.recorder()
        record(self.old)
        self.collector.cycle()

    def of_the_next_version(self):
        """Let slots be of another format for the block."""
        return patch.object(file, "FORMAT", file.FORMAT + 1)

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
        self.assertTrue((self.folder / "slot-000.quarantined").exists())
        self.assertEqual(self.counted(), {"success": 2})
        self.assertEqual(self.counted(), {"success": 2})

    def test_so_is_what_one_was_doing_when_it_was_killed(self):
        self.old.close()

        def die():
            self.recorder().begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        run_in_child(die)
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
            self.assertFalse((self.folder / "slot-000.quarantined").exists())
            record(self.recorder())
            self.assertEqual(self.counted(), {"success": 2}, "new ones are read")
            # The spare one, which nobody has: who cannot read it cannot know it empty.
            self.assertEqual(self.collector._totals.dropped["unread"], 1)
            self.old.close()
            self.assertEqual(self.counted(), {"success": 2})
            self.assertEqual(self.collector._totals.dropped["unread"], 2)
