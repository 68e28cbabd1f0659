"""Jobs wait, and a real server says for what: for that, and for nothing else."""

import os
import signal

import jobs
import pytest

from setup import databases

SEQUENCE = "root.sequence"
WAITING = "SELECT count(*) FROM queue_job WHERE state = 'pending'"


@pytest.fixture(scope="module")
def database():
    name = jobs.make_database("reliability_test_jobs_wait")
    yield name
    databases.drop(name)


@pytest.fixture
def queue(database):
    """A server whose jobs nobody has asked for yet."""

    def start(channels):
        queue = jobs.Queue(database, channels, workers=2)
        queue.rows("DELETE FROM queue_job")
        queue.rows("DELETE FROM reliability_job_attempt")
        started.append(queue)
        return queue.__enter__()

    started = []
    yield start
    for queue in started:
        queue.__exit__()


def test_for_a_runner_that_was_stopped(queue):
    without_runner = queue(channels="")
    without_runner.make([["done"]] * 3)
    without_runner.age(minutes=2)
    assert list(without_runner.causes()) == ["jobs_runner"]


def test_for_a_runner_that_hangs(queue):
    hanging = queue("root:2")
    hanging.make([["done"]])
    hanging.wait_until_over()
    hanging.rows("DELETE FROM reliability_job_attempt")  # it was long ago
    runner = hanging.runner_pid()
    os.kill(runner, signal.SIGSTOP)
    try:
        hanging.make([["done"]] * 3)
        assert hanging.causes() == {}
        hanging.age(minutes=10)
        assert list(hanging.causes()) == ["jobs_stalled"]
    finally:
        os.kill(runner, signal.SIGCONT)
    hanging.wait_until_over()
    assert hanging.causes() == {}


def test_for_one_of_a_sequence_that_has_failed(queue):
    sequential = queue(f"root:2,{SEQUENCE}:1:sequential")
    sequential.make([["fail", "done"], ["done"], ["done"]], channel=SEQUENCE)
    sequential.wait("SELECT count(*) FROM queue_job WHERE state = 'failed'", "1")
    sequential.age(minutes=10)
    (cause,) = sequential.causes().items()
    assert cause[0] == f"jobs_blocked_{SEQUENCE}"
    assert cause[1].startswith("2 jobs wait in sequence")
    failed = sequential.rows("SELECT id FROM queue_job WHERE state = 'failed'")
    sequential.user().call("queue.job", "requeue", [int(job) for (job,) in failed])
    sequential.wait_until_over()
    assert sequential.causes() == {}


def test_for_a_channel_that_is_paused(queue):
    paused = queue("root:2,root.night:1:paused")
    paused.make([["done"]] * 2, channel="root.night.below")
    assert list(paused.causes()) == ["jobs_paused_root.night"]
