"""Real roll-outs: each is one deployment, with its hosts, modules and migrations."""

import subprocess

import pytest
from evaluating import evaluate
from waiting import wait_until

from setup import addons, paths, postgres, python_env, traffic

FOLDER = paths.RUN / "test" / "deployments"
ADDON = "work_of_a_minute"
OLD, NEW = (f"sha256:{digit * 64}" for digit in "ab")
NOTHING_YET = """
    DELETE FROM reliability_deployment;
    DELETE FROM reliability_fingerprint;
"""
HALF_AN_HOUR_AGO = """
    UPDATE reliability_deployment
       SET begin = begin - interval '30 min', "end" = "end" - interval '30 min';
    UPDATE reliability_fingerprint
       SET seen = seen - interval '30 min', loaded = loaded - interval '30 min';
"""
MANIFEST = '{{"name": "Work", "version": "19.0.{}", "license": "LGPL-3"}}'
MIGRATION = """
def migrate(cr, version):
    cr.execute("SELECT pg_sleep(1.5)")
    {}
"""


@pytest.fixture
def addon():
    """Write a version of an addon with a migration script.

    :return: a function of the version and of the last line of the script
    """

    def write(version, last="pass"):
        folder = FOLDER / ADDON / "migrations" / f"19.0.{version}"
        folder.mkdir(parents=True, exist_ok=True)
        (FOLDER / ADDON / "__init__.py").touch()
        (FOLDER / ADDON / "__manifest__.py").write_text(MANIFEST.format(version))
        (folder / "post-work.py").write_text(MIGRATION.format(last))

    return write


@pytest.fixture
def start(make_server, admin, database):
    """Start a server that runs an image; return it and the administrator.

    All its workers have loaded their registries.
    """

    postgres.psql(NOTHING_YET, database)

    def starting(image=OLD, host="odoo-1"):
        server = make_server(
            workers=2,
            options={
                "max_cron_threads": 0,
                "addons_path": ",".join(map(str, [*addons.folders(), FOLDER])),
            },
            reliability={
                "image_digest": image,
                "host": host,
                "telemetry_dir": FOLDER / host,
            },
        )
        return server, busy(server, admin(server))

    return starting


def busy(server, user):
    """Let all workers serve requests; return the user."""
    orders = traffic.make_orders(user, 8)
    confirmations = traffic.confirmations()
    confirmations.run([(user, order) for order in orders])
    return user


def deployments(user):
    """Evaluate, and return all deployments, the oldest first."""
    evaluate(user)
    fields = ["state", "begin", "end", "rolls_back_id", "change_ids", "target_ids"]
    fields += ["not_upgraded", "user_id"]
    found = user.call("reliability.deployment", "search_read", [], fields)
    for one in found:
        one["changes"] = {
            (change["kind"], change["name"]): (change["before"], change["after"])
            for change in user.call(
                "reliability.deployment.change", "read", one["change_ids"]
            )
        }
        one["hosts"] = {
            target["host"]: target["state"]
            for target in user.call(
                "reliability.deployment.target", "read", one["target_ids"]
            )
        }
    return sorted(found, key=lambda one: (one["begin"], one["id"]))


def seconds_of_migration(user):
    changes = user.call(
        "reliability.deployment.change",
        "search_read",
        [("name", "=", ADDON), ("before", "!=", False)],
        ["seconds"],
    )
    return [one["seconds"] for one in changes]


def upgrading(server, option="-u"):
    """Install or upgrade the addon by a command, as pipelines do."""
    command = [*server.command(), option, ADDON, "--stop-after-init", "--no-http"]
    return subprocess.Popen(
        [str(part) for part in command],
        env=python_env.environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def is_migrating(database):
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND query LIKE '%pg_sleep(1.5)%'"
        " AND pid <> pg_backend_pid() AND state = 'active'"
    )
    return int(postgres.psql(query))


def test_there_and_back(start, database):
    server, user = start(OLD)
    assert deployments(user) == []
    server.reliability["image_digest"] = NEW
    server.configure()
    server.reload()
    (there,) = wait_until(lambda: deployments(busy(server, user)))
    assert there["changes"] == {("code", "image"): (OLD, NEW)}
    assert there["hosts"] == {"odoo-1": "done"}
    assert there["begin"] <= there["end"]
    server.stop()
    server, user = start(OLD)
    (_there, back) = deployments(user)
    assert back["rolls_back_id"][0] == there["id"]
    server.reload()
    busy(server, user)
    assert len(deployments(user)) == 2, "the same again is no deployment"


def test_one_host_after_another(start, database):
    first, user = start(OLD, "odoo-1")
    second, _user = start(OLD, "odoo-2")
    first.stop()
    first, user = start(NEW, "odoo-1")
    assert len(deployments(user)) == 1
    postgres.psql(HALF_AN_HOUR_AGO, database)
    (partial,) = deployments(user)
    assert (partial["state"], partial["hosts"]) == (
        "partial",
        {"odoo-1": "done", "odoo-2": "behind"},
    )
    second.stop()
    second, user = start(NEW, "odoo-2")
    assert len(deployments(user)) == 1
    postgres.psql(HALF_AN_HOUR_AGO, database)
    (whole,) = deployments(user)
    assert (whole["state"], set(whole["hosts"].values())) == ("done", {"done"})


def test_a_migration_that_is_killed_and_fails_and_succeeds(start, addon, database):
    addon("1.0")
    server, user = start(OLD)
    assert upgrading(server, "-i").wait() == 0
    evaluate(user)

    addon("1.1", "raise ValueError('half way')")
    with upgrading(server) as killed:
        wait_until(lambda: is_migrating(database))
        killed.kill()
    assert upgrading(server).wait() != 0
    server.stop()
    server, user = start(NEW)
    postgres.psql(HALF_AN_HOUR_AGO, database)
    (*_before, failed) = deployments(user)
    assert (failed["state"], failed["not_upgraded"]) == ("partial", ADDON)

    addon("1.1")
    assert upgrading(server).wait() == 0
    (*_before, upgraded) = deployments(user)
    assert upgraded["changes"]["module", ADDON] == ("19.0.1.0", "19.0.1.1")
    (seconds,) = seconds_of_migration(user)
    assert seconds >= 1.5
