"""Processes that wait for a processor, or are stopped by a limit."""

import pytest

from ...watch.host import pressure, throttling
from ...watch.host.cgroup import Cgroup
from ...watch.host.pressure import Pressure
from ...watch.host.throttling import Throttling
from ...watch.host.window import Increase, Window
from ...watch.thresholds import DEFAULTS

PRESSURE = """\
some avg10=4.04 avg60=1.54 avg300=3.67 total={}
full avg10=0.00 avg60=0.00 avg300=0.00 total=7
"""


class Clock:
    """A clock that the test sets."""

    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (pressure, throttling):
        monkeypatch.setattr(module, "time", clock)
    return clock


class TestWindow:
    def test_the_increase_is_that_of_the_last_half_a_minute(self):
        window = Window()
        found = [window.add(float(now), 2.0 * now) for now in range(0, 80, 10)]
        assert found[:3] == [None] * 3  # a shorter time may be one burst
        assert found[3] == found[-1] == Increase(30, (60,))

    def test_it_is_never_shorter_however_late_checks_are(self):
        window = Window()
        found = [window.add(now, now) for now in (0.0, 11.0, 22.0, 33.0, 44.0, 55.0)]
        assert found == [None] * 3 + [Increase(33, (33,))] * 3

    def test_a_late_check_has_the_increase_since_the_one_before(self):
        window = Window()
        window.add(0, 0)
        assert window.add(500, 10) == Increase(500, (10,))

    def test_counters_that_start_again_have_no_increase(self):
        window = Window()
        window.add(0, 100, 1)
        assert window.add(40, 99, 2) is None
        assert window.add(70, 100, 3) == Increase(30, (1, 1))


class TestPressure:
    def test_it_is_the_share_of_time_in_which_a_process_waited(self, tmp_path, clock):
        part, file = Pressure(tmp_path), tmp_path / "pressure" / "cpu"
        file.parent.mkdir()
        file.write_text(PRESSURE.format(5_000_000))
        assert part.check(None, DEFAULTS).trends == {}
        file.write_text(PRESSURE.format(20_000_000))
        clock.now += 30
        check = part.check(None, DEFAULTS)
        (problem,) = check.problems
        assert check.trends == {"cpu_pressure_percent": 50}
        assert problem.code == "cpu_pressure"
        assert problem.numbers["percent"] == 50
        assert problem.numbers["container"] == 0

    def test_that_of_a_container_is_of_its_own_processes(self, tmp_path, clock):
        cgroup, part = Cgroup(tmp_path, True), Pressure(tmp_path / "proc")
        for total, percent in ((0, None), (3_000_000, 10)):
            (tmp_path / "cpu.pressure").write_text(PRESSURE.format(total))
            check = part.check(cgroup, DEFAULTS)
            assert check.facts["cpu_pressure_percent"] == percent
            assert not check.problems
            clock.now += 30

    def test_a_kernel_without_it_has_no_number(self, tmp_path):
        check = Pressure(tmp_path).check(None, DEFAULTS)
        assert set(check.facts.values()) == {None}
        assert not check.problems

    def test_processors_are_busy_while_they_are_not_idle(self):
        assert pressure.busy_percent(Increase(10, (0, 10)), 2) == 50
        assert pressure.busy_percent(Increase(10, (0, 21)), 2) == 0


class TestThrottling:
    def check(self, part, folder, throttled, limit="20000 100000\n"):
        (folder / "cpu.max").write_text(limit)
        (folder / "cpu.stat").write_text(f"nr_periods 7\nnr_throttled {throttled}\n")
        return part.check(Cgroup(folder, True), DEFAULTS)

    @pytest.mark.parametrize(("percent", "problems"), [(24, 0), (25, 1), (100, 1)])
    def test_it_is_a_problem_in_a_quarter_of_slices(
        self, tmp_path, clock, percent, problems
    ):
        part = Throttling()
        assert not self.check(part, tmp_path, 1000).problems
        clock.now += 30
        check = self.check(part, tmp_path, 1000 + 3 * percent)
        assert check.facts == {"cpu_limit": 0.2, "cpu_throttled_percent": percent}
        assert len(check.problems) == problems
        for problem in check.problems:
            assert problem.code == "cpu_throttled"
            assert problem.numbers == {"percent": percent, "processors": 0.2}

    def test_without_a_limit_nothing_is_known(self, tmp_path):
        nothing = {"cpu_limit": None, "cpu_throttled_percent": None}
        assert Throttling().check(None, DEFAULTS).facts == nothing
        check = self.check(Throttling(), tmp_path, 0, "max 100000\n")
        assert check.facts == nothing
