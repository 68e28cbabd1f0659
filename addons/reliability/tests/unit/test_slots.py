"""Slots are leased, reused and recovered; unusable files are quarantined."""

import os
import resource
import stat
from pathlib import Path
from unittest import TestCase
from unittest.mock import patch

from ...telemetry.slots import lease
from ...telemetry.slots.file import SIZE, SlotFile
from ..recordings import FolderCase, record, run_in_child, series


class TestLease(FolderCase, TestCase):
    def lease(self):
        slot = lease.lease(self.folder)
        self.addCleanup(slot.close)
        return slot

    def test_two_holders_get_two_files(self):
        self.lease()
        self.lease()
        self.assertEqual(
            [path.name for path in lease.slot_paths(self.folder)],
            ["slot-000", "slot-001"],
        )

    def test_the_slot_of_a_dead_process_is_reused(self):
        for _worker in range(5):
            run_in_child(lambda: lease.lease(self.folder) and os.kill(os.getpid(), 9))
        self.assertEqual(len(lease.slot_paths(self.folder)), 1)

    def test_a_file_is_allocated_at_once_and_private(self):
        slot = self.lease()
        status = os.fstat(slot.fd)
        self.assertGreaterEqual(status.st_blocks * 512, SIZE)
        self.assertEqual(stat.S_IMODE(status.st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)

    def test_a_folder_of_another_user_is_refused(self):
        another_user = patch.object(os, "geteuid", return_value=os.geteuid() + 1)
        with another_user, self.assertRaisesRegex(PermissionError, "does not belong"):
            lease.lease(self.folder)

    def test_a_folder_that_others_may_write_to_is_refused(self):
        for mode in (0o720, 0o702):
            self.folder.chmod(mode)
            with self.assertRaisesRegex(PermissionError, "chmod 700"):
                lease.lease(self.folder)

    def test_a_folder_in_the_place_of_a_file_is_skipped(self):
        (self.folder / "slot-000").mkdir()
        self.lease()
        self.assertTrue((self.folder / "slot-001").is_file())


class TestUnusableFilesAreQuarantined(FolderCase, TestCase):
    def assert_quarantined(self, reason):
        with self.assertLogs(lease.__name__, "WARNING") as logs:
            ticket = record(self.recorder())
        self.assertRegex(logs.output[0], reason)
        self.assertTrue((self.folder / "slot-000.quarantined").exists())
        self.assertIsNotNone(ticket, "a new file is used")

    def slot_of_a_dead_worker(self):
        run_in_child(lambda: record(self.recorder(), series(), "success"))
        return self.folder / "slot-000"

    def overwrite(self, path, offset, content):
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(content)

    def test_a_foreign_file(self):
        (self.folder / "slot-000").write_bytes(b"\xff" * SIZE)
        self.assert_quarantined("it is not a slot file")

    def test_a_torn_file(self):
        (self.folder / "slot-000").write_bytes(b"ODOOSLOT")
        self.assert_quarantined(f"8 bytes instead of {SIZE}")

    def test_a_file_of_another_version(self):
        self.overwrite(self.slot_of_a_dead_worker(), 8, (99).to_bytes(8, "little"))
        self.assert_quarantined("its format is 99")

    def test_a_file_with_a_damaged_dictionary(self):
        dictionary = 4096 + 1024 * 32
        self.overwrite(self.slot_of_a_dead_worker(), dictionary + 4, b"\xff\xff")
        self.assert_quarantined("its dictionary cannot be read")

    def test_an_empty_file_is_used(self):
        (self.folder / "slot-000").touch()
        self.assertIsNotNone(record(self.recorder()))
        self.assertFalse((self.folder / "slot-000.quarantined").exists())


class TestFullOrReadOnlyStorage(FolderCase, TestCase):
    def test_calls_go_on_without_recording_while_storage_is_full(self):
        def record_without_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
            recorder = self.recorder()
            assert record(recorder) is None
            assert record(recorder) is None
            assert recorder._missed == 2

        self.assertEqual(run_in_child(record_without_room), 0)
        left = lease.slot_paths(self.folder)
        self.assertEqual([path.stat().st_size for path in left], [0])

    def test_one_warning_is_logged_and_missed_calls_are_counted_later(self):
        recorder = self.recorder()
        recorder.folder = Path("/sys/reliability")  # a folder cannot be made here
        with self.assertLogs("reliability", "WARNING") as logs:
            for _call in range(3):
                self.assertIsNone(record(recorder))
                recorder._next_check = 0
        self.assertEqual(len(logs.output), 1)
        recorder.folder = self.folder
        self.assertIsNotNone(record(recorder))
        slot = SlotFile(os.open(self.folder / "slot-000", os.O_RDWR))
        self.assertEqual(slot.drops()["switched_off"], 3)
        slot.close()
