"""The operator reads problems of the platform with names, a tenant without any.

A real server with two databases.  Any use of PostgreSQL's connections is a problem of
this test, since the operator has lowered the threshold of it.
"""

import json

import pytest
from metrics import scrape, with_labels
from waiting import wait_until

from setup import postgres

OPERATOR, TENANT = "reliability_operator", "reliability_tenant_of_operator"
REPORTED = """
    SELECT report FROM reliability_host
     WHERE heartbeat > now() AT TIME ZONE 'UTC' - interval '40 s'
"""
LOW = """
    UPDATE reliability_platform_threshold SET value = 1 WHERE code = 'connections_used'
"""
STORED = "SELECT count(DISTINCT metric) FROM reliability_platform_sample"


@pytest.fixture
def database(make_database):
    return make_database(OPERATOR)


@pytest.fixture
def tenant(make_database):
    return make_database(TENANT)


@pytest.fixture
def server(make_server, database, tenant):
    postgres.psql(LOW, database)
    both = {"db_name": f"{database},{tenant}", "dbfilter": f"^{database}"}
    return make_server(
        options={**both, "max_cron_threads": 0},
        reliability={"operator_database": database},
    )


def report(db):
    """Return what the only host reports to a database."""
    return json.loads(postgres.psql("SELECT report FROM reliability_host", db))


def problem(db, code):
    """Return the problem of a code that is reported to a database, or ``None``."""
    reports = [json.loads(row) for row in postgres.psql(REPORTED, db).splitlines()]
    found = {p["code"]: p for report in reports for p in report.get("problems", ())}
    return found.get(code)


def test_only_the_operator_reads_names(server, database, tenant, admin):
    ours = wait_until(lambda: problem(database, "connections_short"))
    theirs = wait_until(lambda: problem(tenant, "connections_short"))
    assert ours["names"], ours
    assert (theirs["names"], theirs["numbers"].keys()) == ({}, ours["numbers"].keys())
    wait_until(lambda: {"tables", "growth"} <= report(tenant)["facts"].keys())
    assert database not in json.dumps(report(tenant))
    wait_until(lambda: int(postgres.psql(STORED, database)) > 3)
    assert postgres.psql(STORED, tenant) == "0"
    found = with_labels(scrape(server), code="connections_short")
    assert list(found.values()) == [1.0]
