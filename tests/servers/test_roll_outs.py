"""A roll-out over several databases is one deployment, and its restarts are counted."""

import pytest
from evaluating import evaluate
from waiting import wait_until

from setup import databases, paths, postgres

FOLDER = paths.RUN / "test" / "roll-outs"
OLD, NEW, NEXT = (f"sha256:{digit * 64}" for digit in "abc")
READ = "reliability_change.cron_read_databases"
NOTHING_YET = """
    DELETE FROM reliability_deployment;
    DELETE FROM reliability_fingerprint;
    DELETE FROM ir_config_parameter WHERE key = 'reliability.databases_last_round';
"""
HALF_AN_HOUR_AGO = """
    UPDATE reliability_deployment
       SET begin = begin - interval '30 min', "end" = "end" - interval '30 min';
    UPDATE reliability_fingerprint
       SET seen = seen - interval '30 min', loaded = loaded - interval '30 min';
"""


@pytest.fixture
def tenants(make_database, database):
    return [make_database(f"{database}_{number}") for number in ("one", "two")]


@pytest.fixture
def make(make_server, database):
    """Make a server that runs the old image; its first database is the operator's."""

    def make(*others, workers=2):
        for name in (database, *others):
            postgres.psql(NOTHING_YET, name)
        return make_server(
            workers=workers,
            options={
                "db_name": ",".join([database, *others]),
                "dbfilter": f"^{database}",
                "max_cron_threads": 0,
            },
            reliability={
                "image_digest": OLD,
                "host": "odoo-1",
                "operator_database": database,
                "telemetry_dir": FOLDER / str(workers),
            },
        )

    return make


def set_image(server, image):
    server.reliability["image_digest"] = image
    server.configure()


def is_seen(image, *names):
    """Whether processes in databases have said that they run an image."""
    query = f"SELECT 1 FROM reliability_fingerprint WHERE content LIKE '%{image}%'"
    return all(postgres.psql(f"{query} LIMIT 1", name) for name in names)


def restart(server, times=1):
    for _time in range(times):
        server.stop()
        server.start()


def read(user):
    """Return the operator's newest deployment, and its databases by name."""
    model = "reliability.deployment"
    fields = ["state", "databases", "database_ids", "target_ids"]
    (found,) = user.call(model, "search_read", [], fields, limit=1)
    rows = user.call(f"{model}.database", "read", found["database_ids"])
    targets = user.call(f"{model}.target", "read", found["target_ids"])
    found["by_name"] = {row["name"]: row["state"] for row in rows}
    found["restarts"] = [row["restarts"] for row in targets if row["is_counted"]]
    return found


def test_one_roll_out_over_three_databases(make, admin, database, tenants):
    one, two = tenants
    server = make(one, two)
    user = admin(server)
    set_image(server, NEW)
    server.reload()
    wait_until(lambda: is_seen(NEW, database, one, two))
    for name in (database, one):
        evaluate(admin(server, name))
    for name in (database, one, two):
        postgres.psql(HALF_AN_HOUR_AGO, name)
    for name in (database, one):
        evaluate(admin(server, name))
    user.run_scheduled(READ)
    partial = read(user)
    assert partial["by_name"] == {one: "done", two: "behind"}
    assert (partial["state"], partial["databases"]) == ("partial", "1 of 2 databases")

    postgres.psql(f'ALTER DATABASE "{two}" WITH ALLOW_CONNECTIONS false')
    postgres.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{two}'"
    )
    user.run_scheduled(READ)
    assert read(user)["by_name"] == {one: "done", two: "unknown"}
    postgres.psql(f'ALTER DATABASE "{two}" WITH ALLOW_CONNECTIONS true')

    for _time in range(2):
        evaluate(admin(server, two))
    user.run_scheduled(READ)
    evaluate(user)
    whole = read(user)
    assert whole["by_name"] == {one: "done", two: "done"}
    assert (whole["state"], whole["databases"]) == ("done", "2 of 2 databases")
    assert user.call("reliability.deployment", "search_count", []) == 1
    for name in tenants:
        found = postgres.psql("SELECT 1 FROM reliability_deployment_database", name)
        assert not found, "tenants know nothing of each other"


def test_a_database_that_is_dropped_meanwhile(make, admin, database, tenants):
    one, two = tenants
    server = make(one, two)
    user = admin(server)
    set_image(server, NEW)
    server.reload()
    wait_until(lambda: is_seen(NEW, database, one, two))
    evaluate(user)
    for name in (database, one, two):
        postgres.psql(HALF_AN_HOUR_AGO, name)
    evaluate(user)
    user.run_scheduled(READ)
    assert read(user)["by_name"] == {one: "behind", two: "behind"}
    databases.drop(two)
    user.run_scheduled(READ)
    assert read(user)["by_name"] == {one: "behind"}
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("workers", [0, 2])
def test_restarts_are_counted(make, admin, database, workers):
    server = make(workers=workers)
    user = admin(server)
    for image, change, expected in (
        (NEW, server.reload, 0),
        (NEXT, lambda: restart(server), 1),
        (OLD, lambda: restart(server, 2), 2),
    ):
        set_image(server, image)
        change()
        wait_until(lambda image=image: is_seen(image, database))
        wait_until(server.answers)
        evaluate(user)
        postgres.psql(HALF_AN_HOUR_AGO, database)
        evaluate(user)
        assert read(user)["restarts"] == [expected]
