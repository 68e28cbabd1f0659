"""The probe of the public address, as a command, against a real server of Odoo."""

import signal
import subprocess

import pytest
from inbound import make_key
from waiting import wait_until

from setup import databases, paths, python_env
from setup.odoo_server import OdooServer
from setup.probe import launch
from setup.traffic import ApiUser

SOURCE = databases.PROBED
COMMAND = launch("--place", "frankfurt", "--attempts", "1")
RUNS = "reliability.synthetic.run"
FIELDS = ["state", "failed_step", "cause", "problem", "phases", "started_at"]


@pytest.fixture(scope="module")
def server(database):
    folder = paths.RUN / "test" / "probe"
    server = OdooServer(database, folder, options={"max_cron_threads": 0})
    with server:
        yield server


@pytest.fixture(scope="module")
def user(server):
    return ApiUser(server.url, server.database, "admin", "admin")


@pytest.fixture(scope="module")
def key(user):
    return make_key(user, "synthetic")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "unsent"
    path.mkdir()
    return path


@pytest.fixture
def command(server, key, folder, tmp_path):
    """Return the command with its arguments, and what it runs in."""
    key_file = tmp_path / "key"
    key_file.touch(0o600)
    key_file.write_text(key)
    where = ["--address", server.url, "--url", server.url, "--key-file", key_file]
    return [*COMMAND, *where, "--folder", folder]


@pytest.fixture
def new_runs(user):
    """Return a function that returns the runs since, the last one first."""
    before = user.call(RUNS, "search", [])

    def new_runs():
        domain = [("id", "not in", before), ("place", "=", "frankfurt")]
        order = "started_at desc, id desc"
        return user.call(RUNS, "search_read", domain, FIELDS, order=order)

    return new_runs


def run_once(command):
    return subprocess.run(
        [*command, "--once"],
        env=python_env.environ(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_arrives(command, new_runs, folder):
    ended = run_once(command)
    assert ended.returncode == 0, ended.stderr
    assert "public_address from frankfurt: passed in" in ended.stdout
    (run,) = new_runs()
    assert run["state"] in ("passed", "slow")
    phases = {"resolve", "connect", "processing", "transfer"}
    assert run["phases"].keys() == phases
    assert list(folder.iterdir()) == []


def test_a_run_while_odoo_is_down_arrives_after_the_restart(
    command, new_runs, folder, server
):
    server.kill()
    try:
        ended = run_once(command)
        assert ended.returncode == 1, ended.stdout
        assert "failed at connect" in ended.stdout
        assert "was not sent" in ended.stderr
        (waiting,) = folder.iterdir()
        assert waiting.name.endswith(".unsent.json")
    finally:
        server.start()
    ended = run_once(command)
    assert ended.returncode == 0, ended.stderr
    last, outage = new_runs()
    assert last["state"] in ("passed", "slow")
    assert (outage["failed_step"], outage["cause"]) == ("connect", "connection_refused")
    assert "refuses connections at port" in outage["problem"]
    assert outage["started_at"] < last["started_at"]
    assert list(folder.iterdir()) == []


def test_it_runs_until_it_is_ended(command, new_runs):
    process = subprocess.Popen(
        command,
        env=python_env.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(lambda: new_runs() or process.poll() is not None)
        process.send_signal(signal.SIGTERM)
        output, _nothing = process.communicate()
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, output
    assert len(new_runs()) == 1
    assert len(output.splitlines()) == 1, output


def test_a_key_for_another_kind_is_refused(command, user, tmp_path, folder):
    (tmp_path / "key").write_text(make_key(user, "backups"))
    ended = run_once(command)
    assert ended.returncode == 1
    assert "Odoo has answered 401" in ended.stderr
    assert len(list(folder.iterdir())) == 1
