"""A host as a whole: its clock, pod and metrics, and what explains what."""

import pytest

from ...watch.host import clock
from ...watch.host.clock import Clock, ClockOffset, find_clock_off, measure_offset
from ...watch.host.host_metrics import host_families
from ...watch.host.host_watch import HostWatch, make_watch, without_consequences
from ...watch.host.part import HostPart
from ...watch.host.pod import read_pod
from ...watch.problem import Check, Problem
from ...watch.thresholds import DEFAULTS


class TestClock:
    def test_it_is_off_beyond_the_threshold_in_both_directions(self):
        for seconds, problems in ((0.4, 0), (-0.4, 0), (0.6, 1), (-0.6, 1)):
            offset = ClockOffset(seconds, 0.01)
            assert len(find_clock_off(offset, None, DEFAULTS)) == problems

    def test_a_slow_answer_of_postgresql_is_no_offset(self):
        assert not find_clock_off(ClockOffset(3, 2.9), None, DEFAULTS)

    def test_the_sentence_gets_the_offset(self):
        (problem,) = find_clock_off(ClockOffset(-3, 0), False, DEFAULTS)
        assert problem.numbers == {"seconds": -3, "synchronized": 0}

    @pytest.mark.parametrize("offset", [None, lambda: None])
    def test_an_unknown_offset_is_no_problem(self, offset):
        check = Clock(offset).check(None, DEFAULTS)
        assert check.facts["clock_offset_seconds"] is None
        assert not check.problems

    def test_half_the_round_trip_is_the_error(self, monkeypatch):
        class Cursor:
            def execute(self, query):
                Time.now += 2

            def fetchone(self):
                return [100.0]

        class Time:
            now = 110.0

            @classmethod
            def time(cls):
                return cls.now

        monkeypatch.setattr(clock, "time", Time)
        assert measure_offset(Cursor()) == ClockOffset(11, 1)


class TestPod:
    def test_its_names_come_from_variables_or_files(self, tmp_path):
        (tmp_path / "zone").write_text("eu-1\n")
        pod = read_pod({"POD_NAME": "odoo-1"}, tmp_path)
        assert pod == {"pod": "odoo-1", "node": "", "zone": "eu-1"}


class TestMetrics:
    def families(self, facts):
        pod = {"pod": "odoo-1", "node": "n", "zone": ""}
        return {family.name: family for family in host_families(facts, pod)}

    def test_percent_are_ratios(self):
        families = self.families({"cpu_pressure_percent": 40, "memory_kills": 2})
        (sample,) = families["odoo_host_cpu_pressure_ratio"].samples
        assert sample.value == 0.4
        (sample,) = families["odoo_host_memory_kills"].samples
        assert (sample.name, sample.value) == ("odoo_host_memory_kills_total", 2)

    def test_what_is_unknown_is_left_out(self):
        families = self.families({"clock_offset_seconds": None})
        assert list(families) == ["odoo_host_info"]
        (sample,) = families["odoo_host_info"].samples
        assert sample.labels == {"pod": "odoo-1", "node": "n", "zone": ""}

    def test_all_have_a_help_text(self):
        for family in make_watch("warehouse", "/dev/shm", "/").metrics():
            assert family.documentation.endswith(".")


class TestConsequences:
    def codes(self, *problems):
        return {problem.code for problem in without_consequences(problems)}

    @pytest.mark.parametrize(
        ("busy", "codes"),
        [(50, {"cpu_throttled"}), (95, {"cpu_throttled", "cpu_pressure"})],
    )
    def test_the_limit_makes_processes_wait(self, busy, codes):
        numbers = {"percent": 80, "busy_percent": busy, "container": 1}
        pressure = Problem("cpu_pressure", numbers=numbers)
        assert self.codes(Problem("cpu_throttled"), pressure) == codes
        assert self.codes(pressure) == {"cpu_pressure"}

    @pytest.mark.parametrize(
        ("killed", "short", "problems"),
        [(1, 1, 1), (0, 0, 1), (0, 1, 1), (1, 0, 2)],
    )
    def test_memory_ran_out_before_a_process_was_killed(self, killed, short, problems):
        found = (
            Problem("memory_short", numbers={"container": short}),
            Problem("killed_for_memory", numbers={"container": killed}),
        )
        codes = self.codes(*found)
        assert "killed_for_memory" in codes
        assert len(codes) == problems


class TestHostWatch:
    def test_its_problems_have_its_name(self):
        class Part(HostPart):
            def check(self, cgroup, thresholds):
                return Check([Problem("disk_slow")], {"trend": 1.0}, {"number": 2})

        watch = HostWatch("warehouse", [Part()], lambda: None)
        check = watch.check(DEFAULTS)
        assert check.problems == [Problem("disk_slow", "warehouse")]
        assert check.trends == {"trend": 1.0}
        assert check.facts == {"container": False, "number": 2}

    def test_it_reads_this_host(self):
        watch = make_watch("warehouse", "/dev/shm", "/")
        facts = watch.check(DEFAULTS).facts
        assert facts["memory_available_bytes"] > 0
        assert facts["disk_free_bytes"] is not None
