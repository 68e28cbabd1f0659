"""A process that cannot record is reported while it lasts, not when it is over."""

import os
import signal
from unittest import TestCase
from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families

from ...collector import snapshot
from ...collector.collector import Collector
from ...telemetry.access import EVERYTHING, Access
from ...telemetry.slots import lease
from ..recordings import FolderCase, record, run_in_child

METRIC = "odoo_reliability_processes_without_slot"


class TestProcessesWithoutSlot(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(lease, "MAX_SLOTS", 1))  # as if storage was full
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.first, self.second, self.third = (self.recorder() for _worker in range(3))

    def without_slot(self):
        """Return the number in the snapshot, which is that on ``/metrics``."""
        self.collector.cycle()
        snapshot.take(self.folder, self.collector, Access(None))
        last = snapshot.last(self.folder)
        families = text_string_to_metric_families(last.part(EVERYTHING))
        (shown,) = (f.samples[0].value for f in families if f.name == METRIC)
        self.assertEqual(shown, last.without_slot)
        return last.without_slot

    def test_none_while_every_process_has_a_slot(self):
        record(self.first)
        self.assertEqual(self.without_slot(), 0)

    def test_each_is_counted_until_it_has_a_slot(self):
        for worker in (self.first, self.second, self.third, self.second):
            record(worker)
        self.assertEqual(self.without_slot(), 2)
        self.first.close()
        self.second._next_check = 0.0
        record(self.second)
        self.assertEqual(self.without_slot(), 1)
        self.third.close()
        self.assertEqual(self.without_slot(), 0)

    def test_a_killed_one_is_not_counted(self):
        record(self.first)
        count = self.without_slot

        def be_counted_and_die():
            record(self.second)
            os.kill(os.getpid(), signal.SIGKILL if count() == 1 else signal.SIGTERM)

        status = run_in_child(be_counted_and_die)
        self.assertEqual(os.WTERMSIG(status), signal.SIGKILL)
        self.assertEqual(count(), 0)
        self.assertFalse([*self.folder.glob("without-slot-*")])

    def test_a_living_child_is_not_counted_for_its_parent(self):
        record(self.first)
        record(self.second)
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            os.write(writer, b".")
            signal.pause()  # until it is killed
            os._exit(1)
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.kill, pid, signal.SIGKILL)
        os.read(reader, 1)
        self.assertEqual(self.without_slot(), 1)
        self.second._notice.close()  # as the parent's death does
        self.assertEqual(self.without_slot(), 0)

    def test_an_unusable_folder_is_left_alone(self):
        self.folder.chmod(0o770)
        record(self.second)
        self.assertFalse([*self.folder.iterdir()])
