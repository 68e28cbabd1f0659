"""Two workers evaluate at once: one incident, and one message for each channel."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import psycopg2
import pytest
from evaluating import CHANNELS, EVALUATION, notify_admin
from inbound import make_key, make_system, send
from waiting import wait_until

from setup import ports, postgres

NAME = "SeenTwice"


@pytest.fixture
def crons(user):
    """The scheduled action that evaluates, and a copy: the scheduler runs both."""
    cron = user.ref(EVALUATION)
    (copy,) = user.call("ir.cron", "copy", [cron])
    yield cron, copy
    user.call("ir.cron", "unlink", [copy])


@contextmanager
def no_new_incident(database):
    """Let an evaluation that opens an incident wait until the block ends."""
    environ = postgres.environ()
    connection = psycopg2.connect(
        host=ports.LOOPBACK,
        port=environ["PGPORT"],
        user=environ["PGUSER"],
        password=environ["PGPASSWORD"],
        dbname=database,
    )
    with closing(connection), connection.cursor() as cr:
        cr.execute("LOCK TABLE reliability_incident IN SHARE MODE")
        yield


def is_waiting(database):
    """Whether an evaluation waits to open an incident."""
    query = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid"
        f" WHERE datname = '{database}' AND NOT granted AND locktype = 'relation'"
    )
    return int(postgres.psql(query))


def firing():
    return {
        "status": "firing",
        "labels": {
            "alertname": NAME,
            "severity": "page",
            "service": "shipping",
            "integration": NAME.lower(),
        },
        "startsAt": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "fingerprint": NAME,
    }


def test_the_second_one_neither_fails_nor_waits(server, user, crons):
    notify_admin(user)
    key = make_key(user, "alertmanager")
    make_system(user, NAME)
    message = {"alerts": [firing()]}
    assert send(server, message, key, kind="alertmanager").status == 200
    first, second = crons
    with ThreadPoolExecutor(1) as pool:
        with no_new_incident(server.database):
            running = pool.submit(
                user.call, "ir.cron", "method_direct_trigger", [first]
            )
            wait_until(lambda: is_waiting(server.database))
            user.call("ir.cron", "method_direct_trigger", [second])
            assert not running.done()
        running.result()
    user.call("ir.cron", "method_direct_trigger", [second])

    domain = [("evidence_ids.cause", "=", NAME)]
    (incident,) = user.call("reliability.incident", "search", domain)
    sent = user.call(
        "reliability.notification",
        "search_read",
        [("incident_id", "=", incident)],
        ["channel", "state"],
    )
    assert sorted(one["channel"] for one in sent) == sorted(CHANNELS)
    assert {one["state"] for one in sent} == {"sent"}
