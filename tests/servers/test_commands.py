"""Calls outside of the server, in a shell or a script, are measured like others."""

import subprocess
from collections import Counter

import pytest
from metrics import by_outcome, wait_for, wait_for_cycles

from setup import paths, python_env
from setup.odoo_server import OdooServer
from setup.paths import RUN
from setup.traffic import ApiUser

COMMITTED = """
order = env["sale.order"].search([("order_line", "!=", False)])[0]
order.copy().action_confirm()
env.cr.commit()
"""
NOT_COMMITTED = COMMITTED.replace("env.cr.commit()", "")
NEW_OPERATION = """
env["reliability.operation"].create({
    "name": "Probe", "code": "probe", "model": "sale.order", "method": "action_draft",
    "service_id": env.ref("reliability.service_platform").id,
})
env.cr.commit()
"""


def shell(server, code):
    """Run code in ``odoo shell`` with the server's configuration."""
    subprocess.run(
        [*(paths.PYTHON, paths.LAUNCHER, "shell", "-c", server.config), "--no-http"],
        input=code,
        text=True,
        env=python_env.environ(),
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def server(database):
    options = {"max_cron_threads": 0}
    with OdooServer(database, RUN / "test" / "commands", options=options) as server:
        yield server


@pytest.fixture
def more(server):
    """Return a function that counts the confirmations since: outcome → number."""
    before = Counter(by_outcome(wait_for_cycles(server)))
    return lambda: +(Counter(by_outcome(wait_for_cycles(server))) - before)


def test_calls_in_a_shell_beside_the_server_are_measured(server, more):
    shell(server, COMMITTED)
    assert more() == {"success": 1}
    shell(server, NOT_COMMITTED)
    assert more() == {"success": 1, "rolled_back": 1}

    # The server's workers apply what the shell changes.
    user = ApiUser(server.url, server.database, "admin", "admin")
    order = user.call("sale.order", "search", [("state", "=", "sale")], limit=1)
    shell(server, NEW_OPERATION)
    user.call("sale.order", "action_draft", order)
    wait_for(server, lambda s: by_outcome(s, "probe").get("success") == 1)


def test_an_upgrade_beside_the_server_measures_nothing(server, more):
    """The module's data confirm an order."""
    command = [paths.PYTHON, paths.LAUNCHER, "-c", server.config, "--no-http"]
    subprocess.run(
        [*command, "-i", "reliability_probe", "--stop-after-init"],
        env=python_env.environ(),
        check=True,
        capture_output=True,
    )
    shell(server, COMMITTED)
    assert more() == {"success": 1}
