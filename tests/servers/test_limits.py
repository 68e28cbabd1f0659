"""What a worker was doing when it died is counted, by name, once."""

import os
import signal
import time

import probe
import psutil
import pytest
from metrics import by_outcome, scrape, wait_for

from setup import postgres


@pytest.fixture
def start(make_server, admin):
    """Start a server with limits, on which the probe is measured."""

    def starting(**limits):
        options = {"max_cron_threads": 0, "limit_time_real": 60, **limits}
        server = make_server(workers=2, options=options)
        user = admin(server)
        if not user.call("ir.model", "search", [("model", "=", probe.MODEL)]):
            probe.install(user)
            probe.measure(user)
        return server, user

    return starting


def ends(server, expected):
    """See that the calls of the probe end as expected, and that it stays so."""
    wait_for(
        server, lambda s: by_outcome(s, probe.OPERATION).items() >= expected.items()
    )
    time.sleep(2)
    now = by_outcome(scrape(server), probe.OPERATION)
    assert {outcome: count for outcome, count in now.items() if count} == expected


def committing_worker(server):
    """Return the worker whose COMMIT takes its time, once there is one."""
    query = (
        "SELECT client_port FROM pg_stat_activity WHERE state = 'active'"
        f" AND query = 'COMMIT' AND datname = '{server.database}'"
    )
    deadline = time.monotonic() + 20
    while not (port := postgres.psql(query)):
        assert time.monotonic() < deadline, "no COMMIT takes its time"
    for worker in map(psutil.Process, server.worker_pids()):
        if any(c.laddr.port == int(port) for c in worker.net_connections("tcp")):
            return worker
    raise AssertionError("no worker is at the other end of the COMMIT")


def test_limit_time_real(start):
    server, user = start(limit_time_real=5)
    assert not probe.work(user, "sleep", 60)
    ends(server, {"killed": 1})


def test_limit_time_cpu(start):
    server, user = start(limit_time_cpu=2)
    assert not probe.work(user, "burn", 60)
    ends(server, {"killed": 1})


def test_out_of_memory_as_python_sees_it(start):
    server, user = start(limit_memory_hard=6 * 2**30)
    assert not probe.work(user, "allocate", 20)
    ends(server, {"failed": 1})


def test_sigkill_inside_the_method(start):
    """The kernel does the same to a process when memory is short."""
    server, user = start()
    call = probe.working(user, "burn", 30)
    probe.busy_worker(server).kill()
    call.join(30)
    ends(server, {"killed": 1})


def test_sigkill_while_commit_is_on_its_way(start):
    server, user = start()
    call = probe.working(user, "commit")
    committing_worker(server).kill()
    call.join(30)
    ends(server, {"unknown": 1})


def test_sigkill_after_commit(start):
    server, user = start()
    assert probe.work(user)
    for pid in server.worker_pids():
        os.kill(pid, signal.SIGKILL)
    ends(server, {"success": 1})
