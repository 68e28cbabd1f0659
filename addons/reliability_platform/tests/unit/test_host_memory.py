"""Memory that is left, and processes that were killed for the lack of it."""

import pytest

from ...watch.host import killed
from ...watch.host.cgroup import Cgroup
from ...watch.host.killed import KilledForMemory, Kills, find_kills, read_kills
from ...watch.host.memory import Memory, MemoryLeft, find_memory_short, limited_memory
from ...watch.thresholds import DEFAULTS


def cgroup(folder, limit="1000000\n", used=990_000, inactive=20_000):
    (folder / "memory.max").write_text(limit)
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {inactive}\n")
    return Cgroup(folder, True)


class TestMemoryLeft:
    def test_files_that_were_read_once_are_available(self, tmp_path):
        memory = limited_memory(cgroup(tmp_path))
        assert memory == Memory(1_000_000, 30_000, True)

    def test_without_a_limit_only_that_of_the_host_counts(self, tmp_path):
        assert limited_memory(cgroup(tmp_path, "max\n")) is None
        facts = MemoryLeft().check(None, DEFAULTS).facts
        assert facts["memory_available_bytes"] > 0
        assert facts["memory_limit_bytes"] is None

    def test_the_scarcer_one_counts(self, tmp_path):
        check = MemoryLeft().check(cgroup(tmp_path), {"memory_left": 3})
        (problem,) = check.problems
        assert problem.code == "memory_short"
        assert problem.numbers == {"percent": 3, "megabytes": 0.03, "container": 1}
        assert check.trends == {"memory_left_percent": 3}

    def test_more_than_the_threshold_is_enough(self):
        assert not find_memory_short(Memory(100, 6, False), DEFAULTS)
        assert find_memory_short(Memory(100, 5, False), DEFAULTS)


class TestKilledForMemory:
    @pytest.fixture
    def clock(self, monkeypatch):
        class Clock:
            now = 0.0

            def monotonic(self):
                return self.now

        clock = Clock()
        monkeypatch.setattr(killed, "time", clock)
        return clock

    def test_kills_are_a_problem_for_a_quarter_of_an_hour(self, tmp_path, clock):
        part = KilledForMemory(proc=tmp_path)
        found = []
        for now, kills in ((0, 8), (10, 10), (20, 10), (909, 10), (911, 10)):
            clock.now = now
            (tmp_path / "vmstat").write_text(f"pgfault 7\noom_kill {kills}\n")
            problems = part.check(None, DEFAULTS).problems
            found.append([problem.numbers for problem in problems])
        rest = {"kills": 2, "calls": 0, "container": 0}
        assert found == [
            [],
            [{**rest, "seconds_ago": 0}],
            [{**rest, "seconds_ago": 10}],
            [{**rest, "seconds_ago": 899}],
            [],
        ]

    def test_a_new_container_counts_from_zero(self, tmp_path, clock):
        (tmp_path / "vmstat").write_text("oom_kill 50\n")
        part, file = KilledForMemory(proc=tmp_path), tmp_path / "memory.events"
        for kills, total in ((9, 0), (1, 1)):
            file.write_text(f"oom_kill {kills}\n")
            problems = part.check(Cgroup(tmp_path, True), DEFAULTS).problems
            assert sum(problem.numbers["kills"] for problem in problems) == total

    def test_kills_in_other_containers_do_not_count(self, tmp_path):
        (tmp_path / "vmstat").write_text("oom_kill 50\n")
        (tmp_path / "memory.events").write_text("oom_kill 1\n")
        assert read_kills(tmp_path, Cgroup(tmp_path, True)) == 1
        assert read_kills(tmp_path, None) == 50
        assert read_kills(tmp_path / "without", None) is None

    def test_calls_killed_within_a_minute_belong_to_a_kill(self):
        checks = [(0, 0, 5), (10, 1, 1), (20, 0, 2), (70, 0, 4), (80, 0, 8)]
        (problem,) = find_kills([Kills(*check) for check in checks], True, 1)
        numbers = {"kills": 1, "calls": 7, "seconds_ago": 70, "container": 1}
        assert problem.numbers == numbers

    def test_calls_that_were_killed_before_the_first_check_do_not_count(
        self, tmp_path, clock
    ):
        calls, kills = iter((100, 103)), iter((1, 2))
        part = KilledForMemory(lambda: next(calls), tmp_path)
        for _check in range(2):
            (tmp_path / "vmstat").write_text(f"oom_kill {next(kills)}\n")
            problems = part.check(None, DEFAULTS).problems
        assert [problem.numbers["calls"] for problem in problems] == [3]
