import os
import resource
import stat
from pathlib import Path
from unittest import TestCase
from unittest.mock import patch

from ...telemetry.slots import lease
from ...telemetry.slots.file import SIZE, SlotFile
from ..recordings import FolderCase, run_in_child, record, series


class TestSlotsAreLeased(FolderCase, TestCase):
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

    def test_the_slot_of_a_process_that_died_is_used_again(self):
        for _worker in range(5):
            run_in_child(lambda: lease.lease(self.folder) and os.kill(os.getpid(), 9))
        self.assertEqual(len(lease.slot_paths(self.folder)), 1)

    def test_a_file_is_allocated_whole_and_for_its_owner_only(self):
        slot = self.lease()
        status = os.fstat(slot.fd)
        self.assertGreaterEqual(status.st_blocks * 512, SIZE)
        self.assertEqual(stat.S_IMODE(status.st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)

    def test_a_folder_of_somebody_else_is_not_trusted(self):
        somebody_else = patch.object(os, "geteuid", return_value=os.geteuid() + 1)
        with somebody_else, self.assertRaisesRegex(PermissionError, "does not belong"):
            lease.lease(self.folder)

    def test_nor_is_one_that_others_may_write_to(self):
        for mode in (0o720, 0o702):
            self.folder.chmod(mode)
            with self.assertRaisesRegex(PermissionError, "chmod 700"):
                lease.lease(self.folder)

    def test_a_folder_where_a_file_should_be_is_passed_over(self):
        (self.folder / "slot-000").mkdir()
        self.lease()
        self.assertTrue((self.folder / "slot-001").is_file())


class TestAFileThatIsNotOursIsSetAside(FolderCase, TestCase):
    def assert_set_aside(self, reason):
        with self.assertLogs(lease.__name__, "WARNING") as logs:
            ticket = record(self.recorder())
        self.assertRegex(logs.output[0], reason)
        self.assertTrue((self.folder / "slot-000.quarantined").exists())
        self.assertIsNotNone(ticket, "a new file is made and recorded into")

    def slot_of_a_dead_worker(self):
        run_in_child(lambda: record(self.recorder(), series(), "success"))
        return self.folder / "slot-000"

    def overwrite(self, path, offset, content):
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(content)

    def test_a_foreign_file(self):
        (self.folder / "slot-000").write_bytes(b"\xff" * SIZE)
        self.assert_set_aside("it is not a slot file")

    def test_a_torn_file(self):
        (self.folder / "slot-000").write_bytes(b"ODOOSLOT")
        self.assert_set_aside(f"8 bytes instead of {SIZE}")

    def test_a_file_of_another_version(self):
        self.overwrite(self.slot_of_a_dead_worker(), 8, (99).to_bytes(8, "little"))
        self.assert_set_aside("its format is 99")

    def test_a_file_with_a_scribbled_dictionary(self):
        dictionary = 4096 + 1024 * 32
        self.overwrite(self.slot_of_a_dead_worker(), dictionary + 4, b"\xff\xff")
        self.assert_set_aside("its dictionary cannot be read")

    def test_a_file_whose_process_died_before_it_was_filled(self):
        (self.folder / "slot-000").touch()
        self.assertIsNotNone(record(self.recorder()))
        self.assertFalse((self.folder / "slot-000.quarantined").exists())


class TestStorageThatIsFullOrReadOnly(FolderCase, TestCase):
    def test_full_storage_switches_recording_off_and_business_goes_on(self):
        def fill_up_and_record():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
            recorder = self.recorder()
            assert record(recorder) is None
            assert record(recorder) is None
            assert recorder._missed == 2

        self.assertEqual(run_in_child(fill_up_and_record), 0)
        left = lease.slot_paths(self.folder)
        self.assertEqual([path.stat().st_size for path in left], [0])

    def test_it_is_said_once_and_counted_when_recording_is_possible_again(self):
        recorder = self.recorder()
        recorder.folder = Path("/sys/reliability")  # nobody can make a folder here
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
