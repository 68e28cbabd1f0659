"""The demo's bad quarter of an hour, and its carriers that fail, are incidents."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from walking import Walk

from setup import demo, demo_server

UNTIL = demo_server.ALL
CHANGES = True

FIELDS = [
    *("number", "text", "state", "tier", "severity", "service_ids", "warehouse"),
    *("began_at", "detected_at", "restored_at", "reopened", "company_id"),
]


@pytest.fixture(scope="module")
def incidents(server):
    """All incidents, the first one first."""
    admin = demo.log_in(server, "admin")
    return admin.call("reliability.incident", "search_read", [], FIELDS, order="id")


def test_print(incidents, server):
    admin = demo.log_in(server, "admin")
    for one in incidents:
        print(one)
        for e in admin.call("reliability.incident.evidence", "search_read", [("incident_id", "=", one["id"])], ["text", "severity", "opened", "closed", "warehouse", "since", "provider", "cause", "subject","values"]):
            print("    ", e)
    assert False
