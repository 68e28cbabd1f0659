"""The real Alertmanager opens one incident, and restores it."""

from datetime import UTC, datetime, timedelta

import pytest
from inbound import make_key
from waiting import wait_until

from setup import paths
from setup.alertmanager import Alertmanager

FOLDER = paths.RUN / "test" / "alertmanager"

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=40)
LABELS = {"alertname": "IngressRefuses", "severity": "page", "service": "platform"}


@pytest.fixture(scope="module")
def alertmanager(server, user):
    webhook = f"{server.url}/reliability/inbound/alertmanager"
    key = make_key(user, "alertmanager")
    with Alertmanager(FOLDER, webhook, key) as running:
        yield running


def rows(user):
    """Return what Odoo has stored of the alert."""
    domain = [("name", "=", LABELS["alertname"])]
    fields = ["starts_at", "ends_at"]
    return user.call("reliability.alertmanager.alert", "search_read", domain, fields)


def evaluate(user):
    module, name = "reliability_health", "cron_evaluate"
    cron = user.call("ir.model.data", "check_object_reference", module, name)[1]
    user.call("ir.cron", "method_direct_trigger", [cron])


def incidents(user):
    """Return the incidents with this alert."""
    domain = [("evidence_ids.cause", "=", LABELS["alertname"])]
    fields = ["state", "began_at", "tier"]
    return user.call("reliability.incident", "search_read", domain, fields)


def test_one_incident_from_its_begin_to_its_end(alertmanager, user):
    firing = {
        "labels": LABELS,
        "annotations": {"summary": "The ingress refuses requests"},
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
