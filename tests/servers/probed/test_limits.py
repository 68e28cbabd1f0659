"""A call during which its worker dies is counted once, with the right outcome."""

import os
import signal

import probe
import psutil
import pytest
from metrics import by_outcome, wait_for, wait_for_cycles
from waiting import wait_until

from setup import postgres


def ends(samples):
    """Return the ended calls of the probe: outcome → number."""
    return {k: n for k, n in by_outcome(samples, probe.OPERATION).items() if n}


@pytest.fixture
def adds(server, user):
    """Check that exactly so many calls are added to those counted before."""
    before = ends(wait_for_cycles(server))

    def adds(**outcomes):
        expected = {
            outcome: before.get(outcome, 0) + outcomes.get(outcome, 0)
            for outcome in {*before, *outcomes}
        }
        wait_for(server, lambda s: ends(s).items() >= expected.items())
        assert ends(wait_for_cycles(server)) == expected

    return adds


def committing_worker(server):
    """Return the worker with a running COMMIT, once there is one."""
    query = (
        "SELECT client_port FROM pg_stat_activity WHERE state = 'active'"
        f" AND query = 'COMMIT' AND datname = '{server.database}'"
    )
    port = int(wait_until(lambda: postgres.psql(query), "no COMMIT is running"))
    for worker in map(psutil.Process, server.worker_pids()):
        if any(c.laddr.port == port for c in worker.net_connections("tcp")):
            return worker
    raise AssertionError("no worker has the connection of the COMMIT")


def test_limit_time_real(user, adds):
    assert not probe.work(user, "sleep", 3600)
    adds(killed=1)


def test_limit_time_cpu(user, adds):
    assert not probe.work(user, "burn", 3600)
    adds(killed=1)


def test_memory_error_of_python(user, adds):
    assert not probe.work(user, "allocate", 20)
    adds(failed=1)


def test_sigkill_inside_the_method(server, user, adds):
    """The kernel kills a process in the same way when memory is short."""
    call = probe.working(user, "burn", 3600)
    probe.busy_worker(server).kill()
    call.join()
    adds(killed=1)


def test_sigkill_during_commit(server, user, adds):
    call = probe.working(user, "commit")
    committing_worker(server).kill()
    call.join()
    adds(unknown=1)


def test_sigkill_after_commit(server, user, adds):
    assert probe.work(user)
    for pid in server.worker_pids():
        os.kill(pid, signal.SIGKILL)
    adds(success=1)
