"""Jobs wait: the alert of a real server is the root cause, and there is no other."""

import os
import signal

from background.workers import FOLDER, Queue

SEQUENCE = "root.sequence"


def test_the_runner_hangs(queue):
    queue.make([["done"]])
    queue.wait_until_over()
    queue.rows("DELETE FROM reliability_job_attempt")  # as if they were old
    runner = queue.runner_pid()
    os.kill(runner, signal.SIGSTOP)
    try:
        queue.make([["done"]] * 3)
        assert queue.alerts() == {}
        queue.age(minutes=10)
        assert list(queue.alerts()) == [("stalled", "")]
    finally:
        os.kill(runner, signal.SIGCONT)
    queue.wait_until_over()
    assert queue.alerts() == {}


def test_a_job_of_a_sequence_has_failed(queue):
    queue.make([["fail", "done"], ["done"], ["done"]], channel=SEQUENCE)
    queue.wait("SELECT count(*) FROM queue_job WHERE state = 'failed'", "1")
    queue.age(minutes=10)
    ((key, text),) = queue.alerts().items()
    assert key == ("blocked", SEQUENCE)
    assert text.startswith("2 jobs wait in the channel sequence")
    failed = queue.rows("SELECT id FROM queue_job WHERE state = 'failed'")
    queue.user().call("queue.job", "requeue", [int(job) for (job,) in failed])
    queue.wait_until_over()
    assert queue.alerts() == {}


def test_the_channel_is_paused(queue):
    queue.make([["done"]] * 2, channel="root.night.below")
    assert list(queue.alerts()) == [("paused", "root.night")]


def test_the_runner_was_stopped(queue):
    """Another server of the same database has no runner."""
    queue.server.stop()
    folder = FOLDER / "without-runner"
    with Queue(queue.database, "", workers=2, folder=folder) as without_runner:
        without_runner.make([["done"]] * 3)
        without_runner.age(minutes=2)
        assert list(without_runner.alerts()) == [("runner", "")]
