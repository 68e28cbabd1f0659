"""A neutralized copy serves no metrics: tokens of the original are not valid there."""

import urllib.error
import urllib.request

import pytest
from metrics import by_outcome, wait_for

from setup import commands, databases, paths, postgres, python_env, traffic
from setup.odoo_server import OdooServer

FOLDER = paths.RUN / "test" / "neutralize"
DIGESTS = "SELECT value FROM ir_config_parameter WHERE key = 'reliability.token_digest'"


@pytest.fixture
def copy(database):
    with databases.copied(database, f"{database}_copy") as name:
        yield name


def make_token(user):
    """Make a token as an administrator does in Settings."""
    settings = user.call("res.config.settings", "create", {})
    action = user.call(
        "res.config.settings", "action_reliability_make_token", [settings]
    )
    return action["context"]["default_token"]


def status(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_neutralized_copy_measures_but_refuses_the_token(database, copy):
    server = OdooServer(copy, FOLDER, options={"max_cron_threads": 0})
    with server:
        token = make_token(traffic.ApiUser(server.url, copy, "admin", "admin"))
    assert postgres.psql(DIGESTS, copy)

    commands.run(
        [paths.PYTHON, paths.LAUNCHER, "neutralize", "-c", server.config, "-d", copy],
        paths.log("neutralize"),
        env=python_env.environ(),
    )
    assert not postgres.psql(DIGESTS, copy)
    with server:
        user = traffic.ApiUser(server.url, copy, "admin", "admin")
        user.call("sale.order", "action_confirm", traffic.make_orders(user, 1))
        wait_for(server, lambda s: by_outcome(s).get("success") == 1)
        assert status(server.metrics_url, token) == 401
