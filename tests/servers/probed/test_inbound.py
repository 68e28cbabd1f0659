"""Messages reach real servers: by their own key, once, and answered after COMMIT."""

import http.client
import json
import os
import re
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from inbound import make_key, processed, reply, send
from metrics import wait_for
from waiting import wait_until

from setup import odoo_config, paths, ports, postgres

LIMIT = 64 * 1024
"""Of the probe's kind, in bytes."""


@pytest.fixture(scope="module")
def key(user):
    return make_key(user)


@pytest.fixture
def deliver(server, key):
    """Send a message to the only database, with the right key."""

    def deliver(body, **headers):
        return send(server, body, key, **headers)

    return deliver


@pytest.fixture
def database(server):
    return server.database


def result(answer):
    assert answer.status == 200, answer
    return answer.content["result"]


def test_the_only_database_needs_no_header(server, key, database):
    assert send(server, {"name": "alone"}, key).status == 200
    assert processed(database, "alone") == [1]


def test_the_command_of_the_documentation(server, key, database, tmp_path):
    page = (paths.ROOT / "docs" / "inbound.md").read_text()
    (command,) = re.findall(r"^```sh\n(curl .*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "key.header").write_text(f"Authorization: Bearer {key}\n")
    (tmp_path / "message.json").write_text('{"name": "by curl"}')
    names = {"ODOO": server.url, "KIND": "probe", "DATABASE": database}
    answers = [
        subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env={**os.environ, **names},
            capture_output=True,
            check=True,
        ).stdout
        for _again in range(2)
    ]
    assert answers[0] == answers[1]
    assert json.loads(answers[0])["status"] == "processed"
    assert processed(database, "by curl") == [1]


def test_tokens_for_metrics_and_keys_for_rpc_write_nothing(server, user, database):
    settings = user.call("res.config.settings", "create", {})
    made = user.call("res.config.settings", "action_reliability_make_token", settings)
    tokens = {
        "the server's": odoo_config.metrics_token().read_text(),
        "the database's": made["context"]["default_token"],
        "for RPC": make_key(user, None),
        "for another kind": make_key(user, "other"),
    }
    for name, token in tokens.items():
        answer = send(server, {"name": "with a token"}, token)
        assert answer.status == 401, name
    assert processed(database, "with a token") == []


class TestRepeated:
    """A message that is sent again has the same end."""

    def test_a_worker_is_killed_after_commit_and_the_key_is_known(
        self, deliver, database
    ):
        message = {"name": "killed", "die": True}
        assert deliver(message, Idempotency_Key="1").status is None
        assert processed(database, "killed") == [1]
        for _again in range(2):
            assert result(deliver(message, Idempotency_Key="1"))["processed"] == 1
        assert processed(database, "killed") == [1]

    def test_a_worker_is_killed_after_commit_and_there_is_no_key(
        self, deliver, database
    ):
        message = {"name": "killed without a key", "die": True}
        assert deliver(message).status is None
        assert result(deliver(message))["processed"] == 2
        assert processed(database, message["name"]) == [2]

    @pytest.mark.parametrize(
        ("headers", "times"),
        [({"Idempotency_Key": "twice"}, 1), ({}, 2)],
        ids=["key", "none"],
    )
    def test_sent_twice_at_the_same_time(
        self, deliver, database, tmp_path, headers, times
    ):
        """The second one waits for the first, and then knows of it."""
        wait = tmp_path / "wait"
        wait.touch()
        message = {"name": f"at the same time {times}", "wait": str(wait)}
        with ThreadPoolExecutor() as pool:
            sent = [pool.submit(deliver, message, **headers) for _copy in range(2)]
            try:
                wait_until(lambda: is_waiting(database), "no transaction waits")
                assert not any(one.done() for one in sent)
            finally:
                wait.unlink()
            answers = [result(one.result()) for one in sent]
        assert processed(database, message["name"]) == [times]
        assert sorted(answer["processed"] for answer in answers) == sorted([1, times])


def is_waiting(database):
    """Whether a transaction waits for another one."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        f" AND datname = '{database}'"
    )
    return int(postgres.psql(query))


class TestDurability:
    """A sender is told that a message was processed only when it is committed."""

    def test_a_commit_that_fails(self, deliver, database):
        message = {"name": "fail at COMMIT"}
        for _again in range(2):
            answer = deliver(message, Idempotency_Key="fails")
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "5"
        assert processed(database, message["name"]) == []
        stored = "SELECT 1 FROM reliability_inbound_message WHERE idempotency_key"
        assert not postgres.psql(f"{stored} = 'fails'", database)

    def test_postgresql_does_not_answer(self, deliver, server, key, database):
        postgres.stop()
        try:
            for answer in (
                deliver({"name": "later"}),
                send(server, {"name": "later"}, key, server.database),
                send(server, {"name": "later"}, key, "unknown"),
            ):
                assert answer.status == 503
                assert answer.headers["Retry-After"] == "5"
        finally:
            postgres.start()
        wait_until(lambda: deliver({"name": "later"}).status == 200)
        assert processed(database, "later") == [1]


class TestBodies:
    """What is too large or incomplete is refused, and the sender gets the answer."""

    def test_a_body_that_declares_too_much(self, deliver):
        answer = deliver(b" " * 5 * LIMIT)
        assert answer.status == 413
        assert str(LIMIT) in answer.content["detail"]

    def test_a_body_without_a_length(self, deliver, database):
        parts = (b'{"name":', b'"in parts"', b"}")
        assert deliver(iter(parts)).status == 200
        assert processed(database, "in parts") == [1]
        too_many = (b" " * 1024 for _part in range(2 * LIMIT // 1024))
        assert deliver(too_many).status == 413

    def test_a_body_that_ends_early(self, server, key):
        with socket.create_connection((ports.LOOPBACK, server.port), 30) as connection:
            head = (
                "POST /reliability/inbound/probe HTTP/1.1",
                f"Host: {ports.LOOPBACK}:{server.port}",
                f"Authorization: Bearer {key}",
                "Content-Type: application/json",
                "Content-Length: 1000",
            )
            connection.sendall("\r\n".join([*head, "", '{"name": "ear']).encode())
            connection.shutdown(socket.SHUT_WR)
            response = http.client.HTTPResponse(connection)
            response.begin()
            answer = reply(response)
        assert answer.status == 400
        assert "ended early" in answer.content["detail"]


def test_a_key_has_its_limit_in_all_workers(server, user, database):
    limited = make_key(user)
    number = postgres.psql("SELECT max(id) FROM res_users_apikeys", database).strip()
    postgres.psql(
        "INSERT INTO reliability_inbound_message (received_at, kind, key_number)"
        f" SELECT now() AT TIME ZONE 'utc', 'probe', {number}"
        " FROM generate_series(1, 600)",
        database,
    )
    with ThreadPoolExecutor() as pool:
        bodies = [{"name": "too many"}] * 8
        answers = list(pool.map(lambda body: send(server, body, limited), bodies))
    assert {answer.status for answer in answers} == {429}
    assert processed(database, "too many") == []


def counted(samples, kind):
    """Return the messages of a kind on ``/metrics``: status → number."""
    found = {}
    for (name, pairs), value in samples.items():
        labels = dict(pairs)
        if name == "odoo_inbound_messages_total" and labels["kind"] == kind:
            found[labels["status"]] = int(value)
    return found


def test_messages_are_counted_by_kind_and_status(server, user):
    key = make_key(user, "other")
    for body, used in (
        ({"name": "first"}, key),
        ({"name": "second"}, key),
        (b"[]", key),
        ({}, "wrong-key"),
        ({"name": "fail at COMMIT"}, key),
    ):
        send(server, body, used, kind="other")
    send(server, {}, key, kind="unknown")
    expected = {"200": 2, "400": 1, "401": 1, "503": 1}
    samples = wait_for(server, lambda samples: counted(samples, "other") == expected)
    assert not counted(samples, "unknown")
