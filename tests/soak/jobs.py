"""Ten thousand jobs that fail, are put off or die, while workers are killed.

At the end the record has each try that a job noted on the side, as it meant to end, or
as killed where we have killed its worker; and the last one says what the job came to.
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
from background import crew

DATABASE = "reliability_soak_jobs"
JOBS = int(os.environ.get("SOAK_JOBS", "10000"))
AT_A_TIME = 500
CAPACITY = 20
"""More than there are workers: whoever dies keeps a place until that is found."""
SECONDS_BETWEEN_KILLS = 4
RUNNER_KILLED_EVERY = 60
"""Of so many kills, one is the runner's."""
SECONDS_UNTIL_OVER = 1800

FINAL = {"success": "done", "failed": "failed", "rejected": "failed"}


class Killer(threading.Thread):
    """Kills a worker now and then, and sometimes the runner, as the kernel does.

    :ivar kills: how many workers
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
                continue  # it has just gone by itself


@pytest.fixture
def queue():
    databases.copy(databases.PROBED, DATABASE)
    folder = paths.RUN / "soak" / "jobs"
    with crew.Queue(DATABASE, f"root:{CAPACITY}", folder=folder) as queue:
        yield queue


def scripts(count):
    """Return how the tries of jobs are to end, at random."""
    choose = random.Random(19)
    for _ in range(count):
        again = choose.choices((0, 1, 2, 3), (80, 14, 4, 2))[0]
        ways = choose.choices(("retry", "contend", "kill"), (60, 35, 5), k=again)
        end = choose.choices(("done", "fail", "refuse"), (90, 6, 4))[0]
        yield [*ways, end]


def fits(noted, outcomes):
    """Say whether outcomes are those of what was noted, with kills anywhere.

    A worker may also die before the job has noted anything.
    """
    tries = "".join(f"(?:killed )*(?:{crew.ENDS[way]} |killed )" for way in noted)
    told = "".join(f"{outcome} " for outcome in outcomes)
    return re.fullmatch(f"{tries}(?:killed )*", told) is not None


def test_the_record_is_what_the_jobs_noted_on_the_side(queue):
    started = time.monotonic()
    made, every = [], list(scripts(JOBS))
    with Killer(queue) as killer:
        while len(made) < JOBS:
            some = every[len(made) : len(made) + AT_A_TIME]
            made += make(queue, some, len(made))
        queue.wait_until_over(SECONDS_UNTIL_OVER)
    took = time.monotonic() - started
    noted, outcomes = queue.noted(made), queue.on_record()
    tries = Counter(outcome for of in outcomes.values() for outcome in of)
    print(f"\n{len(made)} jobs in {took:.0f} s, {sum(tries.values())} tries: {tries}")
    print(f"{killer.kills} workers killed; never begun: {never_begun(queue)}")
    assert outcomes.keys() == noted.keys(), "lost"
    wrong = {
        uuid: (ways, outcomes[uuid])
        for uuid, ways in noted.items()
        if not fits(ways, outcomes[uuid])
    }
    assert not wrong
    meant = sum(ways.count("kill") for ways in noted.values())
    assert tries["killed"] <= meant + killer.kills, "nobody was there to kill it"
    states = dict(queue.rows("SELECT uuid, state FROM queue_job"))
    for uuid, of in outcomes.items():
        assert FINAL[of[-1]] == states[uuid]
    assert queue.rows("SELECT is_called FROM reliability_job_attempt_lost") == [("f",)]


def make(queue, some, before):
    """Make jobs; where the worker that makes them is killed, make them again.

    :param before: how many there are
    :return: their uuids
    """
    while True:
        try:
            return queue.make(some, max_retries=0)
        except Exception:
            # Nobody knows whether its transaction was committed: the database does.
            query = f"SELECT uuid FROM queue_job ORDER BY id OFFSET {before}"
            time.sleep(1)
            if found := queue.rows(query):
                return [uuid for (uuid,) in found]


def never_begun(queue):
    """Return how many jobs were handed out and taken by no worker."""
    query = "SELECT count(*) FROM reliability_job_attempt WHERE outcome = 'not_begun'"
    return queue.rows(query)[0][0]
