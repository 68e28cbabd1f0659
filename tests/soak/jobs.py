"""Ten thousand jobs that fail, are requeued or die, while workers are killed.

At the end each attempt that a job wrote into its own file is recorded, with the
intended outcome, or as killed; and the last outcome agrees with the job's state.
"""

import os
import random
import re
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from setup import databases, paths

sys.path.insert(0, str(Path(__file__).parents[1]))
from background import workers

DATABASE = "reliability_soak_jobs"
JOBS = int(os.environ.get("SOAK_JOBS", "10000"))
BATCH = 500
CAPACITY = 20
"""More than there are workers: a killed job occupies capacity until it is found."""
SECONDS_BETWEEN_KILLS = 4
RUNNER_KILLED_EVERY = 60
"""Every so many kills, the runner is killed instead of a worker."""
SECONDS_UNTIL_OVER = 1800

FINAL = {"success": "done", "failed": "failed", "rejected": "failed"}


class Killer(threading.Thread):
    """Sends SIGKILL to a worker every few seconds, and sometimes to the runner.

    :ivar kills: number of killed workers
    """

    def __init__(self, queue):
        super().__init__(daemon=True)
        self.kills = 0
        self._queue = queue
        self._over = threading.Event()
        self._choose = random.Random(19)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        self.join()

    def run(self):
        for number in range(1, 10**6):
            if self._over.wait(SECONDS_BETWEEN_KILLS):
                return
            try:
                if number % RUNNER_KILLED_EVERY == 0:
                    os.kill(self._queue.runner_pid(), signal.SIGKILL)
                else:
                    workers = self._queue.server.worker_pids()
                    os.kill(self._choose.choice(workers), signal.SIGKILL)
                    self.kills += 1
            except (LookupError, ProcessLookupError, ValueError):
                continue  # it has just ended by itself


@pytest.fixture
def queue():
    databases.copy(databases.PROBED, DATABASE)
    folder = paths.RUN / "soak" / "jobs"
    with workers.Queue(DATABASE, f"root:{CAPACITY}", folder=folder) as queue:
        yield queue


def scripts(count):
    """Yield random ends of each job's attempts."""
    choose = random.Random(19)
    for _ in range(count):
        retries = choose.choices((0, 1, 2, 3), (80, 14, 4, 2))[0]
        ways = choose.choices(("retry", "contend", "kill"), (60, 35, 5), k=retries)
        end = choose.choices(("done", "fail", "refuse"), (90, 6, 4))[0]
        yield [*ways, end]


def agrees(ways, outcomes):
    """Whether recorded outcomes agree with the written ends, with kills anywhere.

    A worker may also be killed before the job has written anything.
    """
    pattern = "".join(
        f"(?:killed )*(?:{workers.OUTCOMES[way]} |killed )" for way in ways
    )
    recorded = "".join(f"{outcome} " for outcome in outcomes)
    return re.fullmatch(f"{pattern}(?:killed )*", recorded) is not None


def test_recorded_attempts_agree_with_the_files_of_the_jobs(queue):
    started = time.monotonic()
    made, every = [], list(scripts(JOBS))
    with Killer(queue) as killer:
        while len(made) < JOBS:
            some = every[len(made) : len(made) + BATCH]
            made += make(queue, some, len(made))
        queue.wait_until_over(SECONDS_UNTIL_OVER)
    took = time.monotonic() - started
    written, recorded = queue.logged(made), queue.recorded()
    counts = Counter(outcome for outcomes in recorded.values() for outcome in outcomes)
    print(f"\n{len(made)} jobs in {took:.0f} s, {counts.total()} attempts: {counts}")
    print(f"{killer.kills} workers killed; never started: {never_started(queue)}")
    assert recorded.keys() == written.keys(), "lost"
    wrong = {
        uuid: (ways, recorded[uuid])
        for uuid, ways in written.items()
        if not agrees(ways, recorded[uuid])
    }
    assert not wrong
    intended = sum(ways.count("kill") for ways in written.values())
    assert counts["killed"] <= intended + killer.kills, "too many recorded as killed"
    states = dict(queue.rows("SELECT uuid, state FROM queue_job"))
    for uuid, outcomes in recorded.items():
        assert FINAL[outcomes[-1]] == states[uuid]
    assert queue.rows("SELECT is_called FROM reliability_job_attempt_lost") == [("f",)]


def make(queue, some, before):
    """Make jobs; if the worker that makes them is killed, make them again.

    :param before: number of existing jobs
    :return: the uuids of the new jobs
    """
    while True:
        try:
            return queue.make(some, max_retries=0)
        except Exception:
            # Its transaction may have been committed: read that from the database.
            query = f"SELECT uuid FROM queue_job ORDER BY id OFFSET {before}"
            time.sleep(1)
            if found := queue.rows(query):
                return [uuid for (uuid,) in found]


def never_started(queue):
    """Return the number of jobs that the runner started but no worker began."""
    query = "SELECT count(*) FROM reliability_job_attempt WHERE outcome = 'not_begun'"
    return queue.rows(query)[0][0]
