"""A pipeline reports a deployment by the command, over HTTP, to a real server."""

import subprocess

import pytest
from inbound import make_key

from setup import paths, ports, python_env

COMMAND = [
    *(paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"),
    "reliability_deployment",
]
ID = "roll-out-17"


@pytest.fixture(scope="module")
def key(user):
    return make_key(user, "deployment")


@pytest.fixture
def report(server, key):
    """Run the command with an event and options; return its process."""

    def report(event, *options, key=key, url=server.url):
        return subprocess.run(
            [*COMMAND, event, "--url", url, "--id", ID, *options],
            text=True,
            env=python_env.environ(RELIABILITY_INBOUND_KEY=key),
            capture_output=True,
            check=False,
        )

    return report


def read(user):
    """Return the deployments that were reported."""
    fields = ["state", "reported_state", "release", "approver", "begin", "end"]
    domain = [("key", "=", ID)]
    return user.call("reliability.deployment", "search_read", domain, fields)


def test_it_begins_and_ends_and_may_be_sent_twice(report, user):
    first = report("begin", "--release", "19.0.4", "--approver", "bert")
    assert (first.returncode, first.stdout) == (0, f"{ID}: sent\n"), first.stderr
    (found,) = read(user)
    assert (found["state"], found["reported_state"]) == ("running", "running")
    assert (found["release"], found["end"]) == ("19.0.4", False)
    for _time in range(2):
        assert report("end").returncode == 0
    (ended,) = read(user)
    assert ended["id"] == found["id"]
    assert (ended["state"], ended["reported_state"]) == ("done", "succeeded")
    assert (ended["release"], ended["approver"]) == ("19.0.4", "bert")
    assert ended["begin"] == found["begin"] <= ended["end"]


@pytest.mark.parametrize("event", ["begin", "end", "fail"])
def test_a_wrong_key_is_said_and_not_shown(report, user, event):
    before = read(user)
    process = report(event, key="not-a-valid-key")
    assert (process.returncode, process.stdout) == (1, "")
    assert "Odoo has answered 401: The API key is not valid here." in process.stderr
    assert "not-a-valid-key" not in process.stderr
    assert read(user) == before


def test_a_server_that_cannot_be_reached_is_said(report):
    url = f"http://{ports.LOOPBACK}:{ports.free_port()}"
    process = report("begin", url=url)
    assert process.returncode == 1
    assert process.stderr.startswith(f"{url} does not answer as Odoo does: ")
