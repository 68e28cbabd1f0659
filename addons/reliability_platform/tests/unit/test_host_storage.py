"""Disks and shared memory: what is left, and how long a write takes."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from ...watch.host import disks
from ...watch.host.disks import DataDisk, disk_of, find_disk_short, find_disk_slow
from ...watch.host.free_space import FreeSpace, free_space
from ...watch.host.shared_memory import SharedMemory, find_shared_memory_short
from ...watch.thresholds import DEFAULTS


@pytest.fixture
def file_system(monkeypatch):
    """Set what the kernel knows of every file system."""

    def set_to(**values):
        found = SimpleNamespace(f_frsize=4096, f_files=0, f_favail=0, **values)
        monkeypatch.setattr(os, "statvfs", lambda folder: found)
        return found

    return set_to


class TestFreeSpace:
    def test_what_is_reserved_for_root_is_not_free(self, file_system):
        file_system(f_blocks=120, f_bfree=40, f_bavail=20)
        assert free_space(Path("/")) == FreeSpace(20 * 4096, 20)

    def test_the_number_of_files_may_be_scarcer(self, file_system):
        found = file_system(f_blocks=100, f_bfree=50, f_bavail=50)
        found.f_files, found.f_favail = 1000, 20
        space = free_space(Path("/"))
        assert space.percent == 2
        assert space.numbers == {"percent": 2, "files": 20}

    def test_a_folder_that_does_not_exist_has_none(self, tmp_path):
        assert free_space(tmp_path / "absent") is None


class TestShortage:
    def test_below_the_threshold_each_is_a_problem(self):
        folder, names = Path("/data"), {"folder": "/data"}
        for find, code, threshold in (
            (find_disk_short, "host_disk_short", "disk_left"),
            (find_shared_memory_short, "shared_memory_short", "shared_memory_left"),
        ):
            limit = DEFAULTS[threshold]
            assert not find(FreeSpace(2_000_000, limit + 1), folder, DEFAULTS)
            (problem,) = find(FreeSpace(2_000_000, limit - 1), folder, DEFAULTS)
            assert problem.code == code
            assert problem.numbers == {"percent": limit - 1, "megabytes": 2}
            assert problem.names == names

    def test_a_full_disk_with_the_telemetry_folder_is_one_problem(self, tmp_path):
        check = SharedMemory(tmp_path, tmp_path).check(
            None, {"shared_memory_left": 100}
        )
        assert not check.problems
        assert not check.trends

    def test_folders_that_do_not_exist_are_unknown(self, tmp_path):
        absent = tmp_path / "absent"
        for part in (SharedMemory(absent, absent), DataDisk(absent)):
            check = part.check(None, DEFAULTS)
            assert not check.problems
            assert set(check.facts.values()) == {None}


class TestLatency:
    def test_it_is_the_time_of_all_writes_by_their_number(self, tmp_path, monkeypatch):
        counters = SimpleNamespace(write_count=100, write_time=1_000)
        clock = SimpleNamespace(monotonic=lambda: counters.write_count)
        io = SimpleNamespace(disk_io_counters=lambda **options: {"sda1": counters})
        for name, value in (("psutil", io), ("time", clock)):
            monkeypatch.setattr(disks, name, value)
        monkeypatch.setattr(disks, "disk_of", lambda folder: "sda1")
        part = DataDisk(tmp_path)
        assert part.check(None, DEFAULTS).facts["disk_write_seconds"] is None
        counters.write_count, counters.write_time = 130, 4_000
        check = part.check(None, {**DEFAULTS, "disk_left": 0})
        assert check.trends["disk_write_seconds"] == 0.1
        (problem,) = check.problems
        assert problem.code == "disk_slow"
        assert problem.numbers == {"milliseconds": 100}
        assert problem.names == {"disk": "sda1"}
        assert problem.devices == (tmp_path.stat().st_dev,)

    def test_below_the_threshold_it_is_no_problem(self):
        assert not find_disk_slow(0.049, "sda1", DEFAULTS)

    def test_file_systems_of_the_kernel_have_no_disk(self, tmp_path):
        assert disk_of(Path("/proc")) is None
        assert disk_of(tmp_path / "absent") is None
