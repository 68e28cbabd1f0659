"""What databases use: samples of a host, times of PostgreSQL, and their sums."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...collector.usage_sampler import (
    ProcessorTime,
    UsageSampler,
    computed,
    in_use,
    processors,
)
from ...watch.postgres.database_times import Times, grown
from ...watch.usage import PROCESSOR, QUEUE, WORKERS, Usage

SECONDS = st.floats(0, 1e6)


def call(db, family="http", *labels):
    return SimpleNamespace(series=SimpleNamespace(family=family, db=db, labels=labels))


class TestUsage:
    def test_units_are_the_average_of_the_last_seconds(self):
        usage = Usage()
        usage.add(WORKERS, 10, 10, {"a": 40})
        usage.add(WORKERS, 20, 10, {"a": 10, "b": 20})
        assert usage.units(WORKERS, 20, 10) == {"a": 1, "b": 2}
        assert usage.units(WORKERS, 20) == {"a": 2.5, "b": 1}
        assert usage.units(QUEUE, 20) == {}

    def test_a_minute_is_known_and_totals_never_fall(self):
        usage = Usage()
        for second in range(1, 200):
            usage.add(WORKERS, second, 1, {"a": 1})
        assert usage.units(WORKERS, 199, 1000) == {"a": 1}
        assert len(usage._samples[WORKERS]) == 60
        assert usage.totals() == {("a", WORKERS): 199}

    def test_samples_that_are_too_old_count_no_more(self):
        usage = Usage()
        usage.add(WORKERS, 10, 10, {"a": 40})
        assert usage.units(WORKERS, 80) == {}

    def test_a_database_that_is_gone_has_no_totals(self):
        usage = Usage()
        usage.add(WORKERS, 10, 10, {"a": 1, "b": 2, "other": 3})
        usage.retire(["b"])
        assert usage.totals() == {("b", WORKERS): 2, ("other", WORKERS): 3}


class TestWorkers:
    def test_each_request_occupies_a_worker_and_those_of_jobs_the_queue(self):
        job = call("b", "http", "/queue_job/runjob", "GET")
        activities = {1: [call("a"), call("a", "operation")], 2: [job], 3: [call("")]}
        assert in_use({**activities, 4: [call("a", "cron")], 5: []}) == (
            {"a": 1, "b": 1, "other": 1},
            {"a": 0, "b": 1, "other": 0},
        )


class TestProcessors:
    @pytest.fixture
    def proc(self, tmp_path):
        """Let processes have computed, in ticks of user and system."""

        def compute(**ticks):
            for pid, both in ticks.items():
                (tmp_path / pid[1:]).mkdir(exist_ok=True)
                text = f"7 (odoo (1) x) S {'0 ' * 10}{both} 0 1 0"
                (tmp_path / pid[1:] / "stat").write_text(text)
            return tmp_path

        self.tick = 1 / os.sysconf("SC_CLK_TCK")
        return compute

    def test_what_a_process_computes_belongs_to_the_databases_it_works_for(self, proc):
        times = ProcessorTime(proc(p1="10 10", p2="0 0"))
        assert times.add({1: [call("a")], 2: []}) == {}
        proc(p1="20 20", p2="50 0")
        found = times.add({1: [call("a"), call("b"), call("b", "operation")], 2: []})
        assert found == pytest.approx({"a": 10 * self.tick, "b": 10 * self.tick})

    def test_between_calls_it_belongs_to_the_last_ones(self, proc):
        times = ProcessorTime(proc(p1="0 0"))
        times.add({1: [call("a")]})
        proc(p1="7 0")
        assert times.add({1: []}) == pytest.approx({"a": 7 * self.tick})

    def test_another_process_with_its_number_begins_anew(self, proc):
        times = ProcessorTime(proc(p1="90 0"))
        times.add({1: [call("a")]})
        proc(p1="5 0")
        assert times.add({1: [call("a")]}) == {}
        times.add({})
        assert times.add({1: [call("b")]}) == {}

    def test_the_kernel_counts_user_and_system(self):
        burn = "import os\nwhile sum(os.times()[:2]) < 0.2: os.stat('/')\ninput()"
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [sys.executable, "-uc", "print(1)\n" + burn], stdin=pipe, stdout=pipe
        ) as child:
            child.stdout.readline()
            while computed(child.pid) < 0.15:
                pass
            child.communicate(b"\n")
        assert computed(child.pid) == 0

    def test_there_is_at_least_a_part_of_one(self):
        assert 0 < processors([os.getpid()]) <= os.cpu_count()


class TestSampler:
    def test_a_sample_counts_for_the_time_since_the_last_one(self):
        usage, calls = Usage(), {os.getpid(): [call("a"), call("a")]}
        sampler = UsageSampler(SimpleNamespace(activities=lambda: calls), usage)
        sampler.check()
        assert usage.totals() == {}
        sampler.check()
        (sample,) = usage._samples[WORKERS]
        assert sample.used == {"a": pytest.approx(2 * sample.elapsed)}
        assert usage._samples[PROCESSOR][0].elapsed == sample.elapsed


class TestTimesOfPostgresql:
    def test_a_running_statement_counts_while_it_runs_and_not_again_at_its_end(self):
        seconds, times = 0.0, {}
        for reading in ((5, 0), (5, 9), (5, 19), (5, 0), (24.5, 0), (24.5, 1)):
            taken, times = grown(times, {"a": reading})
            seconds += taken.get("a", 0)
        assert seconds == 20.5

    def test_what_ran_before_the_first_reading_does_not_count(self):
        assert grown({}, {"a": (100, 3)}) == ({}, {"a": Times(100, 103)})

    def test_a_reset_of_the_statistics_begins_anew(self):
        taken, times = grown({"a": Times(100, 100)}, {"a": (2, 0)})
        assert (taken, times) == ({}, {"a": Times(2, 2)})

    @given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1))
    def test_the_sum_is_never_more_than_postgresql_has_counted(self, readings):
        readings = list(zip(sorted(one[0] for one in readings), readings, strict=True))
        total, times = 0.0, {}
        for active, (_active, running) in readings:
            taken, times = grown(times, {"a": (active, running)})
            assert all(seconds > 0 for seconds in taken.values())
            total += taken.get("a", 0.0)
        highest = max(active + running for active, (_active, running) in readings)
        first = readings[0][0] + readings[0][1][1]
        assert total == pytest.approx(highest - first)
