"""A pipeline reports a deployment by the command, over HTTP, to a real server."""

import re
import subprocess
from datetime import UTC, datetime, timedelta

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


@pytest.fixture
def freeze(user):
    """A freeze that refuses deployments now; return its id."""
    day = datetime.now(UTC).date()
    values = {
        "name": "Christmas peak",
        "kind": "dates",
        "mode": "refuse",
        "tz": "UTC",
        "first_day": str(day - timedelta(days=1)),
        "last_day": str(day + timedelta(days=1)),
    }
    freeze = user.call("reliability.freeze", "create", values)
    yield freeze
    user.call("reliability.freeze", "write", [freeze], {"active": False})


def read(user, key=ID):
    """Return the deployments that were reported."""
    fields = ["state", "reported_state", "release", "approver", "begin", "end"]
    domain = [("key", "=", key)]
    return user.call("reliability.deployment", "search_read", domain, fields)


def test_it_begins_and_ends_and_may_be_sent_twice(report, user):
    first = report("begin", "--release", "19.0.4", "--approver", "bert")
    assert first.returncode == 0, first.stderr
    # Other tests spend error budgets, and it warns of them in the same line.
    assert re.fullmatch(rf"{ID}: sent(\. .+)?\n", first.stdout)
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


@pytest.mark.parametrize("event", ["begin", "run"])
@pytest.mark.usefixtures("freeze")
def test_in_a_freeze_it_is_refused_and_nothing_is_stored_nor_run(
    report, user, event, tmp_path
):
    program = ["--", "touch", str(tmp_path / "deployed")] if event == "run" else []
    process = report(event, "--id", f"refused {event}", *program)
    assert (process.returncode, process.stdout) == (3, "")
    assert "Odoo has answered 422: Refused: the change freeze" in process.stderr
    assert "Christmas peak lasts until" in process.stderr
    assert read(user, f"refused {event}") == []
    assert not list(tmp_path.iterdir())


def test_who_overrides_a_freeze_deploys_and_that_is_recorded(
    report, user, freeze, tmp_path
):
    program = ["--", "touch", str(tmp_path / "deployed")]
    override = ["--override", "Labels are wrong", "--person", "anna"]
    process = report("run", "--id", "overridden", *override, *program)
    assert process.returncode == 0, process.stderr
    assert "Beware: the change freeze Christmas peak lasts until" in process.stdout
    assert (tmp_path / "deployed").exists()
    (found,) = read(user, "overridden")
    assert (found["state"], found["reported_state"]) == ("done", "succeeded")
    (recorded,) = user.call(
        "reliability.deployment.override",
        "search_read",
        [("deployment_id", "=", found["id"])],
        ["reason", "person", "freeze_ids"],
    )
    assert (recorded["reason"], recorded["person"]) == ("Labels are wrong", "anna")
    assert recorded["freeze_ids"] == [freeze]
