"""Real roll-outs while requests are made: what was refused, and what is one deployment.

The pipeline is the command ``run``; its program is told by the test when it may end, so
that the test restarts the server meanwhile.
"""

import os
import re
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from clock import Clock
from evaluating import evaluate
from inbound import make_key
from waiting import wait_until

from setup import databases, paths, postgres, processes, python_env

SOURCE = databases.PROBED
FOLDER = paths.RUN / "test" / "deployments-under-traffic"
OLD, NEW = (f"sha256:{digit * 64}" for digit in "ab")
HOUR = 3600
COMMAND = [
    *(paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"),
    *("reliability_deployment", "run"),
]
WAIT = 'touch "$0/started"; while [ ! -e "$0/done" ]; do sleep 0.1; done'
"""The program that deploys; its only argument is a folder."""
COUNTED = re.compile(r"(\d+) of (\d+) requests were refused, for ([\d.]+) s")
NOTHING_YET = """
    DELETE FROM reliability_deployment;
    DELETE FROM reliability_fingerprint;
"""
LOADED = "SELECT count(*) FROM reliability_fingerprint WHERE content LIKE '%{}%'"


@pytest.fixture
def start(make_server, admin, database):
    """Start a server that runs an image; return it and the administrator."""
    postgres.psql(NOTHING_YET, database)

    def starting(image=OLD, host="odoo-1", variables=None):
        server = make_server(
            workers=2,
            options={"max_cron_threads": 0},
            reliability={
                "image_digest": image,
                "host": host,
                "telemetry_dir": FOLDER / host,
            },
            variables=variables,
        )
        return server, admin(server)

    return starting


def deploy(server, image):
    """Restart a server with another image."""
    server.stop()
    server.reliability["image_digest"] = image
    server.start()


def has_loaded(database, image):
    """Whether a process that runs an image has loaded its registry."""
    return int(postgres.psql(LOADED.format(image), database))


def deployments(user):
    """Evaluate, and return all deployments, the oldest first."""
    evaluate(user)
    fields = ["state", "begin", "end", "rolls_back_id", "change_ids", "target_ids"]
    fields += ["is_seen", "key", "requests", "requests_sent", "requests_refused"]
    fields += ["requests_seconds"]
    found = user.call("reliability.deployment", "search_read", [], fields)
    for one in found:
        read = user.call("reliability.deployment.target", "read", one["target_ids"])
        one["hosts"] = {target["host"]: target["state"] for target in read}
    return sorted(found, key=lambda one: (one["begin"], one["id"]))


class Users:
    """Requests of users, one after the other, which know nothing of the command.

    :ivar answered, refused: when such requests were made, by a monotonic clock
    """

    def __init__(self, server):
        self._server = server
        self.answered, self.refused = [], []
        self._has_ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._has_ended.set()
        self._thread.join()

    def wait_for(self, requests, count=5):
        """Wait until there are so many more of these requests."""
        wanted = len(requests) + count
        wait_until(lambda: len(requests) >= wanted)

    def _run(self):
        while not self._has_ended.wait(0.1):
            made = time.monotonic()
            is_answered = self._server.responds("/web/health")
            (self.answered if is_answered else self.refused).append(made)


class Pipeline:
    """The command, which runs a program; ``with`` waits until that has started.

    :ivar printed: what the command has printed, once it has ended
    """

    def __init__(self, server, user, folder, key):
        self._folder, self.printed = folder, ""
        self._process = subprocess.Popen(
            [
                *(*COMMAND, "--url", server.url, "--id", key, "--artifact", NEW),
                *("--", "sh", "-c", WAIT, folder),
            ],
            env=python_env.environ(
                RELIABILITY_INBOUND_KEY=make_key(user, "deployment")
            ),
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        wait_until((self._folder / "started").exists)
        return self

    def __exit__(self, *_error):
        (self._folder / "done").touch()
        self.printed, _stderr = self._process.communicate()
        assert self._process.returncode == 0

    def counted(self):
        """Return the requests that were refused, and sent, and the seconds."""
        refused, sent, seconds = COUNTED.search(self.printed).groups()
        return int(refused), int(sent), float(seconds)


def counted_by_odoo(deployment):
    names = ("requests_refused", "requests_sent", "requests_seconds")
    return tuple(deployment[name] for name in names)


def test_requests_that_a_restart_refuses_are_those_that_the_load_generator_saw(
    start, tmp_path
):
    server, user = start(OLD)
    assert deployments(user) == []
    with Users(server) as users:
        begin = time.monotonic()
        with Pipeline(server, user, tmp_path, "restart") as pipeline:
            users.wait_for(users.answered)
            server.stop()
            users.wait_for(users.refused, 20)
            deploy(server, NEW)
            users.wait_for(users.answered)
        end = time.monotonic()
    (found,) = deployments(user)
    refused, sent, seconds = pipeline.counted()
    assert counted_by_odoo(found) == (refused, sent, seconds)
    assert f"{refused} of {sent} requests were refused, for " in found["requests"]
    assert (found["key"], found["is_seen"]) == ("restart", True)
    assert found["begin"] <= found["end"]
    # Both saw the same outage: nobody was answered while the server was stopped.
    down = users.refused[-1] - users.refused[0]
    assert 0 < refused < sent
    assert 0 < down <= end - begin
    assert 0 < seconds <= end - begin


def test_a_reload_is_counted_too(start, tmp_path, database):
    """Odoo keeps its socket meanwhile, so usually none is refused: that is known."""
    server, user = start(OLD)
    with Pipeline(server, user, tmp_path, "reload") as pipeline:
        server.reliability["image_digest"] = NEW
        server.configure()
        server.reload()
        wait_until(lambda: has_loaded(database, NEW))
        (found,) = deployments(user)
        assert (found["requests"], found["requests_sent"]) == (False, 0)
    (found,) = deployments(user)
    refused, sent, _seconds = pipeline.counted()
    assert counted_by_odoo(found)[:2] == (refused, sent)
    assert found["requests"]


def test_a_roll_out_whose_server_is_killed_and_starts_again_is_one(start, database):
    server, user = start(OLD)
    server.reliability["image_digest"] = NEW
    server.configure()
    server.reload()
    wait_until(lambda: "Waiting for new server to start" in server.log.read_text())
    os.kill(server.pid, signal.SIGKILL)  # before it has loaded anything
    server.kill()
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(server.start)
        wait_until(lambda: has_loaded(database, NEW) or starting.done())
        assert not (starting.done() and starting.exception())
        processes.kill(server.name)  # once it has
        starting.exception()
    server.kill()
    server.start()
    (found,) = deployments(user)
    assert found["hosts"] == {"odoo-1": "done"}
    assert found["begin"] <= found["end"]
    assert not found["rolls_back_id"]


def test_a_host_whose_clock_is_wrong_there_and_back(start):
    clock = Clock(FOLDER / "clock")
    right, user = start(OLD, "odoo-1")
    wrong, other = start(OLD, "odoo-2", clock.variables)
    begin = now()
    clock.set(HOUR)
    deploy(wrong, NEW)
    (there,) = deployments(other)
    assert there["state"] == "running", "the other host may follow"
    deploy(right, NEW)
    (there,) = deployments(user)
    deploy(right, OLD)
    clock.set(-HOUR)
    deploy(wrong, OLD)
    (there, back) = deployments(user)
    assert back["rolls_back_id"][0] == there["id"]
    assert set(there["hosts"]) == set(back["hosts"]) == {"odoo-1", "odoo-2"}
    moments = [there["begin"], there["end"], back["begin"], back["end"]]
    assert [begin, *moments, now()] == sorted([begin, *moments, now()])


def now():
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
