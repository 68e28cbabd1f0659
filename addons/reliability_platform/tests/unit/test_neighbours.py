"""Noisy neighbours: who is found, as each database reads it."""

import time

import pytest

from ...watch.neighbours import Capacity, Neighbours, rows, without_explained
from ...watch.problem import Problem
from ...watch.saturation import Saturation, find_saturation
from ...watch.thresholds import DEFAULTS
from ...watch.usage import CONNECTIONS, PROCESSOR, WORKERS, Usage

SATURATED = Saturation(30.0, 3)


@pytest.fixture
def usage():
    """Three databases: one has nearly all of the workers and of the processors."""
    usage = Usage()
    for resource in (WORKERS, PROCESSOR):
        used = {"flood": 19.0, "victim": 0.6, "idle": 0.0}
        usage.add(resource, time.monotonic(), 10.0, used)
    return usage


def neighbours(usage, saturation=SATURATED, processors=4.0, operator="victim"):
    capacity = Capacity(2, saturation, processors)
    return Neighbours("odoo-1", operator, usage, lambda: capacity)


def codes(watch, db):
    return [problem.code for problem in watch.problems(db, DEFAULTS)]


class TestWorkers:
    def test_others_keep_them_busy(self, usage):
        (problem,) = neighbours(usage).problems("victim", DEFAULTS)
        assert problem.key == ("neighbours_busy", "odoo-1")
        assert problem.numbers == {
            "workers": pytest.approx(1.9),
            "serving": 2,
            "neighbours": 1,
            "fair_share": 50,
        }
        assert problem.names == {"databases": "flood"}
        assert "flood" not in str(problem.without_names())

    def test_not_for_the_database_that_does_it(self, usage):
        assert codes(neighbours(usage), "flood") == []

    def test_also_for_one_that_gets_nothing(self, usage):
        assert codes(neighbours(usage), "idle") == ["neighbours_busy"]

    def test_not_while_a_worker_is_free(self, usage):
        assert codes(neighbours(usage, None), "victim") == []

    def test_the_threshold_is_a_multiple_of_the_fair_share(self, usage):
        watch = neighbours(usage)
        assert not watch.problems("victim", {"neighbour_share": 2})

    def test_it_lasts_since_all_workers_are_busy(self, usage):
        watch = neighbours(usage)
        (first,) = watch.problems("victim", DEFAULTS)
        (later,) = watch.problems("victim", DEFAULTS)
        assert 30 <= first.seconds < later.seconds


class TestProcessors:
    def test_others_take_them(self, usage):
        watch = neighbours(usage, None, processors=2.0)
        (problem,) = watch.problems("victim", DEFAULTS)
        assert problem.code == "neighbours_compute"
        assert problem.numbers["processors"] == 2
        assert codes(watch, "flood") == []

    def test_that_all_processes_wait_is_only_its_consequence(self):
        problems = [
            Problem("neighbours_compute", "odoo-1"),
            Problem("cpu_pressure", "odoo-1"),
            Problem("cpu_pressure", "odoo-2"),
        ]
        assert without_explained(problems) == [problems[0], problems[2]]


class TestThoseWhoRunTheServer:
    def test_read_who_uses_what(self, usage):
        usage.add(CONNECTIONS, time.monotonic(), 10.0, {"idle": 50.0})
        check = neighbours(usage).check(DEFAULTS)
        assert [problem.names for problem in check.problems] == [{"databases": "flood"}]
        assert check.facts["fair_workers_percent"] == 50
        assert "fair_queue_percent" not in check.facts
        first, second, third = check.facts["shares"]
        assert (first["database"], first["connections_percent"]) == ("idle", 100)
        assert second["workers_percent"] == pytest.approx(100 * 19 / 19.6)
        assert third["database"] == "victim"

    def test_the_table_ends_after_the_first_databases(self):
        used = {WORKERS: {f"db{n}": float(n) for n in range(1000)}}
        assert len(rows(used)) == 20
        assert rows(used)[0]["database"] == "db999"

    def test_metrics_are_seconds_by_database_and_resource(self, usage):
        (family,) = neighbours(usage).metrics()
        found = {tuple(one.labels.values()): one.value for one in family.samples}
        assert found["flood", "workers"] == 19
        assert found["idle", "workers"] == 0


class TestSaturation:
    def samples(self, *found):
        names = ("began", "checks", "saturated", "waiting")
        return [dict(zip(names, one, strict=True)) for one in found]

    def test_all_workers_are_busy_and_requests_wait(self):
        samples = self.samples((9.5, 10, 10, 2), (19.5, 10, 8, 4), (29.5, 10, 7, 9))
        assert find_saturation(samples) == Saturation(19.5, 4)

    @pytest.mark.parametrize(
        "samples",
        [
            ((9.5, 10, 10, 2), (19.5, 9, 9, 4)),
            ((9.5, 10, 7, 2), (19.5, 10, 10, 4), (29.5, 10, 10, 4)),
            ((9.5, 10, 10, 0), (19.5, 10, 10, 0)),
            (),
        ],
        ids=["too short", "over", "no request waits", "unknown"],
    )
    def test_none(self, samples):
        assert find_saturation(self.samples(*samples)) is None
