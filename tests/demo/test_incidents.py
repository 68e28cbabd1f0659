"""The demo's bad quarter of an hour and its carriers that fail are incidents."""

from datetime import datetime

import pytest
from waiting import wait_until

from setup import demo, demo_server, scenario_of_parcels

UNTIL = demo_server.ALL

FIELDS = ["text", "tier", "warehouses", "began_at", "detected_at", "impact_ids"]
EVIDENCE = ["incident_id", "cause", "subject"]


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


def evidence_of(admin, domain):
    """Return the evidence of incidents, once there is some: incident → rows.

    The server may still evaluate what the scenario did.
    """
    model = "reliability.incident.evidence"
    found = {}
    for row in wait_until(lambda: admin.call(model, "search_read", domain, EVIDENCE)):
        found.setdefault(row["incident_id"][0], []).append(row)
    return found


def read(admin, incident_id):
    return admin.call("reliability.incident", "read", [incident_id], FIELDS)[0]


def test_the_bad_quarter_of_an_hour_is_one_incident_in_each_warehouse(admin):
    """Confirmations are slow for seven minutes, then transfers cannot be validated."""
    of_calls = ("provider", "=", "health")
    failing = evidence_of(admin, [of_calls, ("subject", "=", "transfer_validation")])
    slow = evidence_of(admin, [of_calls, ("subject", "=", "order_confirmation")])
    incidents = [read(admin, number) for number in failing]
    assert sorted(one["warehouses"] for one in incidents) == ["My Co", "WH"]
    assert {one["tier"] for one in incidents} == {"page"}
    assert slow and slow.keys() <= failing.keys()


class TestCarrierThatDoesNotAnswer:
    @pytest.fixture
    def evidence(self, admin):
        about_mrw = [("subject", "in", ("mrw", "shipping_delivered/mrw"))]
        return evidence_of(admin, about_mrw)

    def test_is_one_incident(self, evidence):
        assert len(evidence) == 1
        causes = {row["cause"] for rows in evidence.values() for row in rows}
        assert {"unknown", "orphans", "fast_burn"} <= causes

    def test_it_began_with_the_call_and_was_detected_after_it(
        self, admin, server, evidence
    ):
        known = scenario_of_parcels.times(server)
        (incident,) = (read(admin, number) for number in evidence)
        assert "MRW" in incident["text"]
        assert incident["warehouses"] == "WH"
        began = datetime.fromisoformat(incident["began_at"])
        assert known.asked <= began <= known.gave_up
        assert began < datetime.fromisoformat(incident["detected_at"])


class TestCarrierThatDegrades:
    def test_is_one_incident_that_says_which_where_and_what_it_affects(
        self, admin, server
    ):
        carrier = scenario_of_parcels.DEGRADES
        about_dhl = [("subject", "in", (carrier, f"shipping_attempts/{carrier}"))]
        evidence = evidence_of(admin, about_dhl)
        (incident,) = (read(admin, number) for number in evidence)
        assert "DHL Parcel" in incident["text"]
        assert incident["warehouses"] == "WH"
        detected = datetime.fromisoformat(incident["detected_at"])
        assert scenario_of_parcels.times(server).broke <= detected


def test_each_person_is_notified_once_of_each_incident(admin):
    """The demo's warehouse manager owns all services, which notify by activities."""
    fields = ["incident_id", "episode", "event", "channel", "user_id", "state"]
    sent = admin.call("reliability.notification", "search_read", [], fields)
    keys = [tuple(str(one[name]) for name in fields[:-1]) for one in sent]
    assert sent
    assert len(keys) == len(set(keys))
    assert {one["state"] for one in sent} == {"sent"}
    assert {one["channel"] for one in sent} == {"activity"}
