"""Jobs wait, and a real server says for what: for that, and for nothing else."""

import os
import signal

from background.crew import FOLDER, Queue

SEQUENCE = "root.sequence"


def test_for_a_runner_that_hangs(queue):
    queue.make([["done"]])
    queue.wait_until_over()
    queue.rows("DELETE FROM reliability_job_attempt")  # it was long ago
    runner = queue.runner_pid()
    os.kill(runner, signal.SIGSTOP)
    try:
        queue.make([["done"]] * 3)
        assert queue.causes() == {}
        queue.age(minutes=10)
        assert list(queue.causes()) == ["jobs_stalled"]
    finally:
        os.kill(runner, signal.SIGCONT)
    queue.wait_until_over()
    assert queue.causes() == {}


def test_for_one_of_a_sequence_that_has_failed(queue):
    queue.make([["fail", "done"], ["done"], ["done"]], channel=SEQUENCE)
    queue.wait("SELECT count(*) FROM queue_job WHERE state = 'failed'", "1")
    queue.age(minutes=10)
    (cause,) = queue.causes().items()
    assert cause[0] == f"jobs_blocked_{SEQUENCE}"
    assert cause[1].startswith("2 jobs wait in the channel sequence")
    failed = queue.rows("SELECT id FROM queue_job WHERE state = 'failed'")
    queue.user().call("queue.job", "requeue", [int(job) for (job,) in failed])
    queue.wait_until_over()
    assert queue.causes() == {}


def test_for_a_channel_that_is_paused(queue):
    queue.make([["done"]] * 2, channel="root.night.below")
    assert list(queue.causes()) == ["jobs_paused_root.night"]


def test_for_a_runner_that_was_stopped(queue):
    """Another server of the same database has none."""
    queue.server.stop()
    folder = FOLDER / "without-runner"
    with Queue(queue.database, "", workers=2, folder=folder) as without_runner:
        without_runner.make([["done"]] * 3)
        without_runner.age(minutes=2)
        assert list(without_runner.causes()) == ["jobs_runner"]
