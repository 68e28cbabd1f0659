"""What restarts and what probes were answered is read afterwards, on a real server."""

import os
import signal
import urllib.error
import urllib.request

import pytest
from metrics import scrape, wait_for
from waiting import wait_until

from setup import ports

LIVE, READY = "/reliability/live", "/reliability/ready"
WORKERS = {"http": 2, "cron": 1}
ALL = {**WORKERS, "evented": 1}
UNLOADED = "/reliability/ready of a server that loads no database before it is needed"


@pytest.fixture
def server(make_server):
    return make_server(workers=WORKERS["http"])


def status(port, path):
    """Return the status of the answer to a probe; ``None`` without an answer."""
    try:
        url = f"http://{ports.LOOPBACK}:{port}{path}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as failing:
        return failing.code
    except OSError:
        return None


def answers(samples):
    """Return how many probes were answered: probe and status → number."""
    return {
        (dict(labels)["probe"], dict(labels)["status"]): value
        for (name, labels), value in samples.items()
        if name == "odoo_probe_answers_total"
    }


def starts(samples):
    """Return how often processes have started: process → number."""
    return {
        dict(labels)["process"]: value
        for (name, labels), value in samples.items()
        if name == "odoo_process_starts_total"
    }


def wait_for_starts(server, before, more):
    """Wait until as many processes as this, and no others, have started since."""
    expected = {
        process: count + more.get(process, 0) for process, count in before.items()
    }
    wait_for(server, lambda samples: starts(samples) == expected)
    return expected


def test_starts_are_counted_by_process_over_restarts(server):
    before = starts(wait_for(server, lambda s: starts(s).keys() == ALL.keys()))
    os.kill(server.worker_pids()[0], signal.SIGKILL)
    before = wait_for_starts(server, before, {"http": 1})
    server.stop()
    server.start()
    wait_for_starts(server, before, ALL)


def test_a_failing_probe_is_counted_over_restarts(server):
    wait_until(lambda: status(server.gevent_port, LIVE) == 200)
    assert status(server.gevent_port, READY) == 503, UNLOADED
    expected = {("live", "200"), ("ready", "503")}
    before = answers(wait_for(server, lambda s: answers(s).keys() >= expected))
    assert status(server.gevent_port, READY) == 503
    assert status(server.port, READY) == 200
    ready = before.get(("ready", "200"), 0) + 1
    expected = {
        **before,
        ("ready", "503"): before["ready", "503"] + 1,
        ("ready", "200"): ready,
    }
    wait_for(server, lambda samples: answers(samples) == expected)
    server.stop()
    server.start()
    wait_for(server, lambda samples: answers(samples) == expected)
    assert scrape(server)
