"""A neutralized copy refuses tokens and keys: no metrics are read, no messages sent."""

import urllib.error
import urllib.request

import pytest
from inbound import make_key, processed, send
from metrics import by_outcome, wait_for

from setup import commands, databases, paths, postgres, python_env, traffic
from setup.odoo_server import OdooServer

FOLDER = paths.RUN / "test" / "neutralize"
SOURCE = databases.PROBED
DIGESTS = "SELECT value FROM ir_config_parameter WHERE key = 'reliability.token_digest'"
KEYS = (
    "SELECT count(*) FROM res_users_apikeys WHERE scope = 'reliability.inbound.probe'"
)


@pytest.fixture(scope="module")
def server(database):
    return OdooServer(database, FOLDER, options={"max_cron_threads": 0})


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


@pytest.fixture(scope="module")
def token_and_key(server):
    """A token for metrics and an API key, made before the database was neutralized."""
    with server:
        user = traffic.ApiUser(server.url, server.database, "admin", "admin")
        token, key = make_token(user), make_key(user)
        assert send(server, {"name": "before"}, key).status == 200
    assert postgres.psql(DIGESTS, server.database)
    assert postgres.psql(KEYS, server.database).strip() == "1"
    commands.run(
        [
            *(paths.PYTHON, paths.LAUNCHER, "neutralize"),
            *("-c", server.config, "-d", server.database),
        ],
        paths.log("neutralize"),
        env=python_env.environ(),
    )
    return token, key


@pytest.fixture(scope="module")
def user(server, token_and_key):
    """The administrator of the neutralized database."""
    with server:
        yield traffic.ApiUser(server.url, server.database, "admin", "admin")


def test_it_measures_but_refuses_the_token(server, token_and_key, user):
    token, _key = token_and_key
    assert not postgres.psql(DIGESTS, server.database)
    user.call("sale.order", "action_confirm", traffic.make_orders(user, 1))
    wait_for(server, lambda s: by_outcome(s).get("success") == 1)
    assert status(server.metrics_url, token) == 401


def test_it_receives_no_messages(server, token_and_key, user):
    _token, key = token_and_key
    assert postgres.psql(KEYS, server.database).strip() == "0"
    for used in (key, make_key(user)):
        answer = send(server, {"name": "after"}, used)
        assert answer.status == 403
        assert "neutralized copy" in answer.content["detail"]
    assert processed(server.database, "after") == []
