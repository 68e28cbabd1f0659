"""Which cgroup is Odoo's, and what the files of one say."""

import pytest

from ...watch.host.cgroup import Cgroup, find_cgroup


@pytest.fixture
def add_process(tmp_path):
    """Add a process to a folder like ``/proc``, with the cgroup that it sees."""

    def add(pid, line, folder="", files=("cgroup.controllers", "cgroup.type")):
        process = tmp_path / str(pid)
        seen = process / "root/sys/fs/cgroup" / folder
        seen.mkdir(parents=True)
        (process / "cgroup").write_text(f"{line}\n")
        for name in files:
            (seen / name).write_text("")
        return seen

    return add


class TestOdoosCgroup:
    def test_in_a_container_it_is_the_root_that_odoo_sees(self, tmp_path, add_process):
        folder = add_process("self", "0::/")
        assert find_cgroup([], tmp_path) == Cgroup(folder, True)

    def test_that_of_a_service_is_no_container(self, tmp_path, add_process):
        folder = add_process("self", "0::/system.slice/odoo", "system.slice/odoo")
        assert find_cgroup([], tmp_path) == Cgroup(folder, False)

    def test_the_root_of_all_cgroups_is_no_container(self, tmp_path, add_process):
        folder = add_process("self", "0::/", files=["cgroup.controllers"])
        assert find_cgroup([], tmp_path) == Cgroup(folder, False)

    def test_a_collector_in_another_container_finds_odoos(self, tmp_path, add_process):
        add_process("self", "0::/")
        for pid, path in ((71, "/../odoo"), (72, "/containers/odoo")):
            folder = add_process(pid, f"0::{path}")
            assert find_cgroup([70, pid], tmp_path) == Cgroup(folder, True)

    def test_version_1_has_none(self, tmp_path, add_process):
        add_process("self", "4:memory:/x\n0::/", files=[])
        assert find_cgroup([], tmp_path) is None
        assert find_cgroup([], tmp_path / "without") is None


class TestFiles:
    def test_numbers_are_read_by_name(self, tmp_path):
        (tmp_path / "memory.events").write_text("low 0\noom_kill 3\n")
        counts = Cgroup(tmp_path, True).counts("memory.events")
        assert counts == {"low": 0, "oom_kill": 3}

    @pytest.mark.parametrize(
        ("text", "number"), [("512\n", 512), ("max\n", None), ("", None)]
    )
    def test_max_is_no_number(self, tmp_path, text, number):
        (tmp_path / "memory.max").write_text(text)
        assert Cgroup(tmp_path, True).number("memory.max") == number

    def test_an_absent_file_is_empty(self, tmp_path):
        cgroup = Cgroup(tmp_path, True)
        assert cgroup.text("cpu.max") == ""
        assert cgroup.number("memory.max") is None
        assert cgroup.counts("cpu.stat") == {}
