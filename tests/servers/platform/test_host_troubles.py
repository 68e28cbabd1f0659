"""Troubles of a host: each is found, and no other; two at once are both found.

The kernel makes them: cgroups with limits, small file systems in memory, a slow disk.
Where it does not let us, such as without root, a test is skipped and says why.
"""

import os
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg2
import pytest
from containers import container, slow_disk, tmpfs
from waiting import wait_until

from setup import postgres, without_odoo  # noqa: F401
from setup.private_cluster import PORT, PrivateCluster

# isort: split
from reliability_platform.watch.host import clock, window
from reliability_platform.watch.host.cgroup import Cgroup, find_cgroup
from reliability_platform.watch.host.host_watch import HostWatch, make_parts
from reliability_platform.watch.thresholds import DEFAULTS

HOST = "warehouse-1"
PROCESSORS, MEMORY = 0.2, 64 << 20
# One that uses up its limit may wait for a processor in the rest of the time, not in
# more; two that share a processor do so all the time.
THRESHOLDS = {**DEFAULTS, "cpu_pressure": 95}
BUSY = "while True: pass"
BUSY_ON_ONE_PROCESSOR = f"""
import os
os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
{BUSY}
"""
FILL_MEMORY = """
import sys, time
used, limit = sys.argv[1], int(sys.argv[2])
blocks = []
while int(open(used).read()) < limit:
    blocks.append(bytearray(b"x" * 500_000))
time.sleep(3600)
"""
USE_ALL_MEMORY = """
blocks = []
while True:
    blocks.append(bytearray(b"x" * 1_000_000))
"""
WRITE = """
import os, sys
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
while True:
    os.pwrite(file, b"x" * 4096, 0)
    os.fsync(file)
"""


class Host:
    """A host with a container, a data folder and shared memory, for troubles."""

    def __init__(self, folder, stack, **limits):
        self.stack = stack
        self.data = stack.enter_context(tmpfs(folder / "data", 8))
        self.shared = stack.enter_context(tmpfs(folder / "shared", 8))
        self.container = stack.enter_context(container(folder / "cgroup", **limits))
        self.calls = 0
        self.offset = None

    def watch(self):
        """Return a new watch of it."""
        parts = make_parts(
            self.shared, self.data, lambda: self.offset, lambda: self.calls
        )
        cgroup = Cgroup(self.container.folder, True)
        return HostWatch(HOST, parts, lambda: cgroup)

    def run(self, script, *arguments):
        """Run a script in its container until the test ends, and return the process."""
        command = (sys.executable, "-c", script, *arguments)
        return self.stack.enter_context(self.container.running(*command))

    def fill_memory(self, share=0.97):
        used = self.container.folder / "memory.current"
        self.run(FILL_MEMORY, used, int(share * MEMORY))


@pytest.fixture
def make_host(tmp_path, monkeypatch):
    """Return a function that makes the host, with limits of its container.

    Rates are known after two seconds.
    """
    monkeypatch.setattr(window, "_SECONDS", 2.0)
    with ExitStack() as stack:
        yield lambda **limits: Host(tmp_path, stack, **limits)


def wait_for(watch, *codes):
    """Check until exactly these problems are found; return them by code."""
    found = {}

    def are_found():
        found.clear()
        check = watch.check(THRESHOLDS)
        found.update((one.code, one) for one in check.problems)
        is_complete = check.facts["cpu_pressure_percent"] is not None
        return is_complete and found.keys() == set(codes)

    wait_until(are_found, lambda: f"{list(found.values())}, not {codes}", 60)
    assert {one.subject for one in found.values()} == {HOST}
    return found


def fill(folder):
    """Fill nine tenths of a small file system."""
    space = os.statvfs(folder)
    (folder / "filler").write_bytes(bytes(int(0.95 * space.f_bavail) * space.f_bsize))


def compute(host):
    host.run(BUSY)


TROUBLES = {
    "cpu_throttled": compute,
    "memory_short": Host.fill_memory,
    "host_disk_short": lambda host: fill(host.data),
    "shared_memory_short": lambda host: fill(host.shared),
    "clock_off": lambda host: setattr(host, "offset", clock.ClockOffset(-3, 0.001)),
}
NUMBERS = {
    "cpu_throttled": ("processors", PROCESSORS, PROCESSORS),
    "memory_short": ("percent", 0, 5),
    "host_disk_short": ("percent", 0, 10),
    "shared_memory_short": ("percent", 0, 20),
    "clock_off": ("seconds", -3, -3),
}
"""Code → a number, and its smallest and largest value."""
PAIRS = [
    ("cpu_throttled", "memory_short"),
    ("cpu_throttled", "shared_memory_short"),
    ("memory_short", "host_disk_short"),
    ("host_disk_short", "shared_memory_short"),
    ("shared_memory_short", "clock_off"),
]


class TestTroubles:
    def test_a_healthy_host_has_none(self, make_host):
        host = make_host(processors=PROCESSORS, memory=MEMORY)
        host.offset = clock.ClockOffset(0.01, 0.001)
        host.run("input()")
        watch = host.watch()

        def facts_of_all():
            check = watch.check(THRESHOLDS)
            assert not check.problems
            return check.facts["cpu_throttled_percent"] is not None and check.facts

        facts = wait_until(facts_of_all)
        assert facts["container"]
        assert facts["cpu_pressure_percent"] is not None
        assert facts["cpu_limit"] == PROCESSORS
        assert facts["memory_limit_bytes"] == MEMORY
        assert facts["memory_kills"] == 0

    @pytest.mark.parametrize("code", TROUBLES)
    def test_each_is_found_and_no_other(self, make_host, code):
        host = make_host(processors=PROCESSORS, memory=MEMORY)
        TROUBLES[code](host)
        problem = wait_for(host.watch(), code)[code]
        number, smallest, largest = NUMBERS[code]
        assert smallest <= problem.numbers[number] <= largest

    @pytest.mark.parametrize("codes", PAIRS, ids="-".join)
    def test_two_at_once_are_both_found(self, make_host, codes):
        host = make_host(processors=PROCESSORS, memory=MEMORY)
        for code in codes:
            TROUBLES[code](host)
        wait_for(host.watch(), *codes)

    def test_processes_wait_for_a_processor(self, make_host):
        host = make_host()
        for _process in range(2):
            host.run(BUSY_ON_ONE_PROCESSOR)
        problem = wait_for(host.watch(), "cpu_pressure")["cpu_pressure"]
        assert problem.numbers["percent"] > 95
        assert problem.numbers["container"] == 1

    def test_a_process_was_killed_for_memory_with_its_call(self, make_host):
        host = make_host(memory=MEMORY)
        watch = host.watch()
        assert not watch.check(THRESHOLDS).problems
        assert host.run(USE_ALL_MEMORY).wait(60) == -9
        host.calls += 1
        problem = wait_for(watch, "killed_for_memory")["killed_for_memory"]
        assert problem.numbers["kills"] == 1
        assert problem.numbers["calls"] == 1
        (kills,) = (
            family.samples[0].value
            for family in watch.metrics()
            if family.name == "odoo_host_memory_kills"
        )
        assert kills == 1

    def test_memory_that_is_short_after_a_kill_is_the_same_problem(self, make_host):
        host = make_host(memory=MEMORY)
        watch = host.watch()
        watch.check(THRESHOLDS)
        assert host.run(USE_ALL_MEMORY).wait(60) == -9
        host.fill_memory()
        wait_until(lambda: watch.check(THRESHOLDS).facts["memory_left_percent"] < 5)
        wait_for(watch, "killed_for_memory")

    def test_a_disk_that_writes_slowly_and_one_that_is_full(self, make_host, tmp_path):
        host = make_host()
        disk = host.stack.enter_context(slow_disk(tmp_path / "disk", 5))
        host.data, writer = disk
        command = (sys.executable, "-c", WRITE, host.data / "file")
        host.stack.enter_context(writer.running(*command))
        watch = host.watch()
        problem = wait_for(watch, "disk_slow")["disk_slow"]
        assert problem.numbers["milliseconds"] > 50
        assert problem.names["disk"].startswith("loop")
        fill(host.shared)
        wait_for(watch, "disk_slow", "shared_memory_short")


class TestCollectorInAnotherContainer:
    def test_it_finds_the_container_of_odoo(self, tmp_path):
        with container(tmp_path / "cgroup") as odoos:
            script = "umount -R -l /sys/fs/cgroup; mount -t cgroup2 - /sys/fs/cgroup"
            program = ("sh", "-c", f"{script}; exec sleep 3600")
            with odoos.running("unshare", "--mount", "--cgroup", *program) as process:

                def found():
                    cgroup = find_cgroup([process.pid])
                    return cgroup and cgroup.is_container and cgroup

                pids = wait_until(found).text("cgroup.procs").split()
                assert str(process.pid) in pids


@pytest.fixture(scope="module")
def cursor():
    """A cursor in a PostgreSQL on this host."""
    with tempfile.TemporaryDirectory(prefix="reliability-") as home:
        cluster = PrivateCluster(Path(home))
        postgres.give_to_server(home)
        cluster.create()
        options = {"host": home, "port": PORT, "user": postgres.ACCOUNT}
        try:
            with closing(psycopg2.connect(**options, dbname="postgres")) as connection:
                yield connection.cursor()
        finally:
            cluster.stop()


class TestClock:
    def test_it_is_compared_with_that_of_postgresql(self, cursor):
        offset = clock.measure_offset(cursor)
        assert abs(offset.seconds) <= offset.error

    def test_one_that_is_ahead_is_off(self, cursor, monkeypatch):
        ahead = clock.time.time
        monkeypatch.setattr(clock.time, "time", lambda: ahead() + 3600)
        (problem,) = clock.find_clock_off(
            clock.measure_offset(cursor), None, THRESHOLDS
        )
        assert 3590 < problem.numbers["seconds"] < 3610
