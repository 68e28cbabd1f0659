"""Storage that is full, at any point of everything that is written to it."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from unittest import TestCase
from unittest.mock import patch

from ...collector import snapshot
from ...collector.collector import Collector
from ...telemetry import rollup
from ...telemetry.access import EVERYTHING, Access
from ...telemetry.slots.recorder import Recorder
from ..recordings import calls_in, record, series

SIZE = 4 * 2**20
PAGE = os.sysconf("SC_PAGESIZE")
FREE_PAGES = [*range(12), 16, 24, 32, 64, 100, 128, 192, 203, 204, 256]
"""From none to more than any file needs: a slot has 203.2 pages."""


class TestFullStorage(TestCase):
    """Without room the work goes on, and afterwards every event counts once."""

    def setUp(self):
        super().setUp()
        self.storage = Path(tempfile.mkdtemp(prefix="reliability-full-"))
        self.addCleanup(self.storage.rmdir)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", self.storage]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            self.skipTest("only root can mount storage that is small enough to fill")
        unmount = ["umount", "--lazy", self.storage]
        self.addCleanup(subprocess.run, unmount, check=True)

    @contextlib.contextmanager
    def only(self, pages):
        """Leave this number of pages free for the block."""
        ballast = self.storage / "ballast"
        free = os.statvfs(self.storage).f_bavail * os.statvfs(self.storage).f_bsize
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free - pages * PAGE))
        try:
            yield
        finally:
            ballast.unlink()

    def in_each_folder(self, pages_free=FREE_PAGES):
        """Yield numbers of pages to leave free, each with an empty folder."""
        for pages in pages_free:
            folder = self.storage / f"{pages}-pages"
            with self.subTest(pages=pages), contextlib.ExitStack() as self.stack:
                yield pages, folder
            shutil.rmtree(folder)

    def recorder(self, folder):
        recorder = Recorder(folder)
        self.stack.callback(recorder.close)
        return recorder

    def collector(self, folder):
        collector = Collector(folder)
        self.stack.callback(collector.close)
        return collector

    def test_a_worker_without_room_for_a_slot_records_later(self):
        for pages, folder in self.in_each_folder():
            worker, late = self.recorder(folder), self.recorder(folder)
            collector = self.collector(folder)
            self.assertTrue(collector.cycle())  # no spare slot yet
            record(worker)
            with self.only(pages):
                for _call in range(3):
                    record(worker)
                    record(late)
                collector.cycle()
                self.assertEqual(collector.without_slot(), late._slot is None)
            late._next_check = 0.0
            record(late)
            collector.cycle()
            self.assertEqual(collector.without_slot(), 0)
            missed = collector._totals.dropped["switched_off"]
            self.assertIn(missed, (0, 3))
            self.assertEqual(self.counted(collector), 4 + 4 - missed)
            self.assertFalse(list(folder.glob("*.quarantined")), "a file was torn")

    def test_a_collector_that_cannot_save_counts_and_saves_later(self):
        for pages, folder in self.in_each_folder():
            worker, collector = self.recorder(folder), self.collector(folder)
            record(worker)
            self.assertEqual(self.counted(collector), 1)
            with self.only(pages):
                self.record_calls(worker, collector)
                self.assertEqual(self.counted(collector), 401)
            self.assertEqual(self.counted(collector), 401)
            self.assertTrue(collector._saved)
            self.assertEqual(self.waiting(collector), 401)

    def test_days_without_room_lose_rollups_but_do_not_fill_the_memory(self):
        self.enterContext(patch.object(rollup, "MAX_ROWS_IN_MEMORY", 150))
        for _pages, folder in self.in_each_folder([0]):
            worker, collector = self.recorder(folder), self.collector(folder)
            record(worker)
            collector.cycle()
            with self.only(0):
                for number in range(400):
                    record(worker, series(f"{number}" + "x" * 90))
                    collector.cycle()
                rows = sum(len(batch.rows) for batch in collector._unsaved.values())
                self.assertLessEqual(rows, 150)
            self.assertEqual(self.counted(collector), 401)
            lost = collector._totals.dropped["undelivered"]
            self.assertEqual(self.waiting(collector) + lost, 401)

    def test_the_next_collector_after_a_kill_without_room_counts_everything(self):
        for pages, folder in self.in_each_folder():
            worker, collector = self.recorder(folder), self.collector(folder)
            record(worker)
            collector.cycle()
            with self.only(pages):
                self.record_calls(worker, collector)
                collector.close()
                second = self.collector(folder)
                second.cycle()
                second.close()
            third = self.collector(folder)
            self.assertEqual(self.counted(third), 401)
            self.assertEqual(self.waiting(third), 401)
            self.assertFalse(list(folder.glob("*.quarantined")), "a file was torn")

    def test_a_collector_started_without_room_works_later(self):
        for pages, folder in self.in_each_folder():
            worker, collector = self.recorder(folder), self.collector(folder)
            record(worker)
            with self.only(pages):
                collector.cycle()
                record(worker)
                collector.cycle()
            self.assertEqual(self.counted(collector), 2)
            self.assertEqual(self.waiting(collector), 2)
            self.assertFalse(list(folder.glob("*.quarantined")), "a file was torn")

    def test_batches_are_delivered_once_even_if_that_cannot_be_recorded(self):
        for pages, folder in self.in_each_folder():
            worker, collector = self.recorder(folder), self.collector(folder)
            delivered: dict[int, int] = {}
            self.record_calls(worker, collector)
            with self.only(pages):
                self.deliver(collector, delivered)
                record(worker)
                collector.cycle()
                self.deliver(collector, delivered)
            collector.cycle()
            self.deliver(collector, delivered)
            self.assertFalse(collector.waiting())
            self.assertEqual(sum(delivered.values()), 401)

    def test_a_snapshot_is_the_last_or_the_new_one(self):
        for pages, folder in self.in_each_folder():
            worker, collector = self.recorder(folder), self.collector(folder)
            record(worker)
            collector.cycle()
            snapshot.take(folder, collector, Access(None))
            with self.only(pages):
                self.record_calls(worker, collector, names=20)
                with contextlib.suppress(OSError):
                    snapshot.take(folder, collector, Access(None))
                self.assertIn(self.calls_in_snapshot(folder), (1, 81))
            snapshot.take(folder, collector, Access(None))
            self.assertEqual(self.calls_in_snapshot(folder), 81)

    def record_calls(self, worker, collector, names=100):
        """Record four calls of each series, with long names, which need room."""
        for _round in range(4):
            for number in range(names):
                record(worker, series(f"{number}" + "x" * 90))
            collector.cycle()

    def counted(self, collector):
        """Return the number of calls on ``/metrics`` after one more cycle."""
        collector.cycle()
        return sum(total.count for total in collector._totals.by_key.values())

    def waiting(self, collector):
        """Return the number of calls in waiting batches."""
        _source, texts = collector.pending("db")
        return sum(map(calls_in, (text for _number, text in texts)))

    def deliver(self, collector, delivered):
        """Deliver waiting batches to a database in memory, if storage allows.

        :param delivered: number of a batch → its calls
        """
        with contextlib.suppress(sqlite3.Error):
            _source, texts = collector.pending("db")
            if not texts or collector.attempt("db", texts[-1][0]) is None:
                return
            known = max(delivered, default=0)
            delivered |= {n: calls_in(text) for n, text in texts if n > known}
            collector.delivered("db", texts[-1][0])

    def calls_in_snapshot(self, folder):
        """Return the number of calls in the snapshot."""
        text = snapshot.last(folder).part(EVERYTHING)
        name = "odoo_operation_duration_seconds_count{"
        counts = (line for line in text.splitlines() if line.startswith(name))
        return sum(float(line.rpartition(" ")[2]) for line in counts)
