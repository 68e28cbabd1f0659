"""Messages for one of several databases: the header names it, and its own keys open it.

Nobody learns which databases exist.
"""

import pytest
from inbound import make_key, processed, send

from setup import databases, paths
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

SOURCE = databases.PROBED
FOLDER = paths.RUN / "test" / "inbound"


@pytest.fixture(scope="module")
def other(database):
    with databases.copied(SOURCE, f"{database}_other") as name:
        yield name


@pytest.fixture(scope="module")
def server(database, other):
    both = {"db_name": f"{database},{other}", "dbfilter": f"^{database}"}
    options = {**both, "max_cron_threads": 0}
    with OdooServer(database, FOLDER, workers=2, options=options) as server:
        yield server


@pytest.fixture(scope="module")
def key(server, database):
    return make_key(ApiUser(server.url, database, "admin", "admin"))


def test_a_key_opens_its_own_database_only(server, database, other, key):
    of_other = make_key(ApiUser(server.url, other, "admin", "admin"))
    for db, right, wrong in ((database, key, of_other), (other, of_other, key)):
        assert send(server, {"name": "tenant"}, right, db).status == 200
        assert processed(db, "tenant") == [1]
        assert send(server, {"name": "tenant"}, wrong, db).status == 401
        assert processed(db, "tenant") == [1]


def test_without_the_header_the_sender_is_asked_for_it(server, key):
    answer = send(server, {"name": "nowhere"}, key)
    assert answer.status == 400
    assert "X-Odoo-Database" in answer.content["detail"]


def test_a_database_that_does_not_exist_is_answered_as_a_wrong_key(
    server, database, key
):
    wrong_key = send(server, {}, "wrong-key", database)
    assert wrong_key.status == 401
    # Of these, one is excluded by dbfilter, and one does not exist.
    for name in (databases.READY, f"{database}_none", "x" * 200, "'"):
        answer = send(server, {}, key, name)
        assert (answer.status, answer.content) == (401, wrong_key.content)
