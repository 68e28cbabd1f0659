"""Alertmanager opens one incident, and restores it, however its messages arrive."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from evaluating import evaluate
from inbound import make_key, make_system, send
from waiting import wait_until

from setup import paths
from setup.alertmanager import Alertmanager

FOLDER = paths.RUN / "test" / "alertmanager"

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=40)
ZERO = "0001-01-01T00:00:00Z"
"""What Alertmanager sends for no time."""
LABELS = {
    "alertname": "IngressRefuses",
    "severity": "page",
    "service": "invoicing",
    "integration": "ingress",
}
"""Of a service that nothing else here troubles: calls that fail would join."""


@pytest.fixture(scope="module")
def alertmanager(server, user):
    webhook = f"{server.url}/reliability/inbound/alertmanager"
    key = make_key(user, "alertmanager")
    with Alertmanager(FOLDER, webhook, key) as running:
        yield running


@pytest.fixture(scope="module")
def deliver(server, user):
    """Send a message to the door; return the status of the answer."""
    key = make_key(user, "alertmanager")
    return lambda message: send(server, message, key, kind="alertmanager").status


def rows(user, name=LABELS["alertname"]):
    """Return what Odoo has stored of an alert."""
    domain = [("name", "=", name)]
    fields = ["starts_at", "ends_at"]
    return user.call("reliability.alertmanager.alert", "search_read", domain, fields)


def incidents(user, name=LABELS["alertname"]):
    """Return the incidents with an alert."""
    domain = [("evidence_ids.cause", "=", name)]
    fields = ["state", "began_at", "tier"]
    return user.call("reliability.incident", "search_read", domain, fields)


def test_one_incident_from_its_begin_to_its_end(alertmanager, user):
    make_system(user, LABELS["integration"])
    firing = {
        "labels": LABELS,
        "annotations": {"summary": "The ingress refuses invoices"},
        "startsAt": BEGAN.isoformat(),
    }
    alertmanager.send(firing)
    wait_until(lambda: rows(user))
    alertmanager.send(firing)  # Prometheus sends it again each minute
    evaluate(user)
    evaluate(user)
    (incident,) = incidents(user)
    assert incident["tier"] == "page"
    assert incident["began_at"] == f"{BEGAN:%Y-%m-%d %H:%M:%S}", "before it was sent"
    ended = datetime.now(UTC).replace(microsecond=0)
    alertmanager.send(firing | {"endsAt": ended.isoformat()})
    wait_until(lambda: [row for row in rows(user) if row["ends_at"]])
    evaluate(user)
    (incident,) = incidents(user)
    assert incident["state"] == "restored"
    assert len(rows(user)) == 1


def body(name, status="firing", ended=ZERO, **more):
    """Return a message about one alert, as a newer Alertmanager may send it."""
    one = {
        "status": status,
        "labels": {
            "alertname": name,
            "severity": "page",
            "service": "shipping",
            "integration": name.lower(),
        },
        "annotations": {"summary": "It does not answer"},
        "startsAt": f"{BEGAN:%Y-%m-%dT%H:%M:%S}.123456789Z",
        "endsAt": ended,
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": name,
        "isNew": True,
    }
    known = {"version": "4", "status": status, "receiver": "odoo", "alerts": [one]}
    return known | {"truncatedAlerts": 0, "notificationReason": "x"} | more


class TestAtTheDoor:
    """Messages that arrive twice, out of order, cut off, or without an answer."""

    def test_a_worker_is_killed_between_commit_and_answer(self, deliver, user):
        name = "Killed"
        make_system(user, name)
        assert deliver(body(name, killAfterCommit=True)) is None
        evaluate(user)
        assert deliver(body(name)) == 200, "sent again"
        evaluate(user)
        assert len(rows(user, name)) == 1
        (incident,) = incidents(user, name)
        assert incident["state"] == "open"

    def test_twice_cut_off_and_with_what_newer_versions_add(self, deliver, user):
        name = "Twice"
        make_system(user, name)
        complete = json.dumps(body(name)).encode()
        assert deliver(complete[: len(complete) // 2]) == 400
        assert not rows(user, name)
        assert [deliver(complete), deliver(complete)] == [200, 200]
        evaluate(user)
        assert deliver(complete) == 200
        evaluate(user)
        (row,) = rows(user, name)
        assert row["starts_at"] == f"{BEGAN:%Y-%m-%d %H:%M:%S}"
        assert not row["ends_at"], "the year 1 is no end"
        assert len(incidents(user, name)) == 1

    def test_resolved_before_it_fires(self, deliver, user):
        name = "OutOfOrder"
        resolved = body(name, "resolved", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        for message in (resolved, body(name), resolved, body(name)):
            assert deliver(message) == 200
            evaluate(user)
        (row,) = rows(user, name)
        assert row["ends_at"]
        assert not incidents(user, name), "it was over before Odoo knew of it"
