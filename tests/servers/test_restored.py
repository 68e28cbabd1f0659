"""A dump of production that was restored: how old it is, and what is missing in it."""

import subprocess
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import psycopg2
import pytest
from evaluating import evaluate

from setup import databases, paths, postgres, workplace
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser
from setup.without_odoo import heartbeat, manifest

FOLDER = paths.RUN / "test" / "restored"
MANIFEST = "reliability_recovery.cron_manifest"
MADE_LONG_AGO = """
    UPDATE sale_order_line SET create_date = create_date - interval '9 days',
                               write_date = write_date - interval '9 days'
"""


def connect(database):
    return closing(
        psycopg2.connect(
            host=postgres.environ()["PGHOST"],
            port=postgres.port(),
            user=postgres.ROLE,
            password=postgres.password(),
            dbname=database,
        )
    )


def run(program, *arguments):
    subprocess.run(
        [postgres.program(program), *arguments],
        env={**postgres.environ(), "PGUSER": postgres.ROLE},
        check=True,
    )


@pytest.fixture(scope="module")
def server(database):
    with OdooServer(database, FOLDER, options={"max_cron_threads": 0}) as server:
        yield server


@pytest.fixture(scope="module")
def user(server):
    return ApiUser(server.url, server.database, "admin", "admin")


@pytest.fixture(scope="module")
def begin():
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


@pytest.fixture(scope="module")
def dump(database, user, begin):
    """A dump of production, made after an evaluation and with a manifest."""
    postgres.psql(MADE_LONG_AGO, database)
    user.call("res.partner", "create", {"name": "Business"})
    evaluate(user)
    user.run_scheduled(MANIFEST)
    file = FOLDER / "production.dump"
    run("pg_dump", "--format=custom", f"--file={file}", database)
    return file


@contextmanager
def restored(dump, name):
    """Restore a dump into a database, which is dropped after the block."""
    databases.drop(name)
    run("createdb", "--template=template0", name)
    try:
        run("pg_restore", f"--dbname={name}", "--no-owner", dump)
        yield name
    finally:
        databases.drop(name)


@pytest.fixture(scope="module")
def copy(dump):
    """A restored database that no Odoo has opened."""
    with restored(dump, "reliability_restored") as name:
        yield name


def test_it_says_how_old_it_is(copy, database, begin):
    with connect(copy) as connection, connection.cursor() as cursor:
        newest = heartbeat.newest(cursor)
    assert newest >= begin
    assert heartbeat.newest_file(workplace.filestore(database)) == newest


def test_nothing_differs_from_its_manifest(copy):
    with connect(copy) as connection, connection.cursor() as cursor:
        found = manifest.comparison(cursor)
        assert found.differences == []
        assert found.compared > 3
        stored = manifest.stored_figures(cursor)
        assert stored.pop("made_at")
        current = manifest.figures(cursor)
    sequences, then = current.pop("sequences"), stored.pop("sequences")
    assert current == stored
    assert all(sequences[name] >= value for name, value in then.items())


def test_one_sale_line_silently_deleted_is_found(copy):
    with connect(copy) as connection, connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sale_order_line WHERE id ="
            " (SELECT max(id) FROM sale_order_line"
            "   WHERE state = 'sale' AND display_type IS NULL)"
        )
        assert cursor.rowcount == 1
        (found,) = manifest.compare(cursor)
        assert found.table == "sale_order_line"
        assert found.expected_rows - found.found_rows == 1


def test_a_database_that_never_had_the_addon_says_nothing():
    with connect("postgres") as connection, connection.cursor() as cursor:
        assert heartbeat.newest(cursor) is None
        assert manifest.stored_figures(cursor) is None
        assert manifest.comparison(cursor) == ([], 0, 0)


def test_odoo_notices_that_it_was_restored(dump, begin):
    options = {"max_cron_threads": 0}
    with (
        restored(dump, "reliability_restored_opened") as name,
        OdooServer(name, FOLDER / "opened", options=options) as server,
    ):
        admin = ApiUser(server.url, name, "admin", "admin")
        evaluate(admin)
        (found,) = admin.call(
            "reliability.recovery.restoration", "search_read", [], ["kind", "heartbeat"]
        )
        assert found["kind"] == "other_database"
        assert datetime.fromisoformat(found["heartbeat"]) >= begin
        alerts = admin.call("reliability.alert", "search_read", [], ["text"])
        assert any("was restored" in alert["text"] for alert in alerts)
