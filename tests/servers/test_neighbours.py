"""One database floods the workers of a server: who reads what about it.

Workers are always busy, but free for a moment after each request of the flood.  So the
other databases are served, late.
"""

import json
import threading
from contextlib import contextmanager

import probe
import pytest
from evaluating import Like, diagnoses
from metrics import wait_for, with_labels
from waiting import wait_until

from setup import databases, postgres
from setup.web_user import WebUser

PREFIX = "reliability_neighbours"
OPERATOR, FLOOD, VICTIM = (f"{PREFIX}_{name}" for name in ("run", "many", "few"))
USED = "odoo_database_used_seconds_total"
BUSY = "neighbours_busy"
STRICT = """
    UPDATE reliability_platform_threshold SET value = 1.5
     WHERE code = 'neighbour_share'
"""
HEARTBEAT = """
    SELECT report FROM reliability_host
     WHERE heartbeat > now() AT TIME ZONE 'UTC' - interval '30 s'
"""


@pytest.fixture
def database(make_database):
    """The operator database, and the two that share a server with it."""
    make_database(FLOOD, databases.PROBED)
    make_database(VICTIM)
    make_database(OPERATOR)
    postgres.psql(STRICT, OPERATOR)
    return OPERATOR


@pytest.fixture
def server(make_server, database):
    served = {"db_name": f"{database},{FLOOD},{VICTIM}", "dbfilter": f"^{PREFIX}"}
    return make_server(
        options={**served, "max_cron_threads": 0},
        reliability={"operator_database": database},
    )


@contextmanager
def flooded(user, at_a_time=6):
    """Let one database occupy all workers, with requests that take two seconds."""
    over = threading.Event()

    def flood():
        while not over.is_set():
            probe.work(user, "sleep", 2)

    threads = [threading.Thread(target=flood, daemon=True) for _ in range(at_a_time)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def problem(db):
    """Return the problem that other databases are for one, or ``None``."""
    reports = [json.loads(row) for row in postgres.psql(HEARTBEAT, db).splitlines()]
    problems = [one for report in reports for one in report["problems"]]
    return next((one for one in problems if one["code"] == BUSY), None)


def page(user):
    """Return the page of the platform as an administrator reads it, as one text."""
    return json.dumps(user.call("reliability.platform.page", "read_page"))


def test_others_read_that_workers_are_busy_and_the_operator_for_whom(server):
    operator, victim, many = (
        WebUser(server, "admin", db) for db in (OPERATOR, VICTIM, FLOOD)
    )
    with flooded(many):
        found = wait_until(lambda: problem(VICTIM))
        assert found["names"] == {}
        assert found["numbers"]["serving"] == 2
        assert found["numbers"]["workers"] > 1.5
        platform = diagnoses(server, VICTIM)["platform"]
        busy = "Other databases have kept 2 of 2 workers of the host * busy since *"
        assert platform == [Like(busy)]
        assert "Other databases have kept" in page(victim)
        assert FLOOD not in page(victim)
        assert FLOOD not in postgres.psql("SELECT report FROM reliability_host", VICTIM)

        wait_until(lambda: problem(OPERATOR))
        shown = page(operator)
        assert f"The database {FLOOD} has kept 2 of 2 workers" in shown
        assert f'["{FLOOD}", "' in shown

        assert problem(FLOOD) is None
        assert "Other databases have" not in page(many)
        used = wait_for(server, lambda s: with_labels(s, db=FLOOD, resource="workers"))
        assert used[USED, (("db", FLOOD), ("resource", "workers"))] > 20
    wait_until(lambda: problem(VICTIM) is None)
