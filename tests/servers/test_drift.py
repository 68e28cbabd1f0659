"""A server stores the settings of its start; the scheduled action compares them."""

import json

import pytest
from waiting import wait_until

from setup import postgres

LATEST = """
    SELECT content FROM reliability_drift_host
     WHERE host = '{}' ORDER BY id DESC LIMIT 1
"""


@pytest.fixture
def start(make_server, admin, database):
    """Start a server, whose name it is; return it once its settings are stored."""

    def starting(host, workers):
        server = make_server(
            workers=workers,
            options={"max_cron_threads": 0},
            reliability={"host": host},
        )
        user = admin(server)
        wait_until(lambda: stored(database, host).get("workers") == str(workers))
        return server, user

    return starting


def stored(database, host):
    """Return key → value of what a host has stored."""
    found = postgres.psql(LATEST.format(host), database).strip()
    return {key: item[0] for key, item in json.loads(found or "{}").items()}


def compare(user):
    """Run the scheduled action; return what differs of odoo.conf."""
    (action,) = user.call(
        "ir.cron", "search", [("cron_name", "like", "compare settings")]
    )
    user.call("ir.cron", "method_direct_trigger", [action])
    return user.call(
        "reliability.drift",
        "search_read",
        [("state", "=", "drifted"), ("source_id.code", "=", "odoo_conf")],
        ["key", "before", "after"],
    )


def test_a_restart_with_other_settings_is_a_difference(start):
    server, user = start("odoo-1", 2)
    assert compare(user) == []
    server.stop()
    _server, user = start("odoo-1", 3)
    values = {row["key"]: (row["before"], row["after"]) for row in compare(user)}
    assert values["workers"] == ("2", "3")
