"""The demo's bad quarter of an hour and its carriers that fail are incidents."""

import re

import pytest
from playwright.sync_api import expect
from walking import Walk

from setup import demo, demo_server

UNTIL = demo_server.ALL
CHANGES = True

FIELDS = ["number", "text", "state", "tier", "company_id", "warehouse", "began_at"]
EVIDENCE = ["incident_id", "cause", "subject", "values", "opened", "since"]


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


def evidence_of(admin, domain):
    """Return the evidence of incidents: incident → rows."""
    found = {}
    rows = admin.call("reliability.incident.evidence", "search_read", domain, EVIDENCE)
    for row in rows:
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
    assert sorted(one["warehouse"] for one in incidents) == ["My Co", "WH"]
    assert {one["tier"] for one in incidents} == {"page"}
    assert slow and slow.keys() <= failing.keys()


def test_a_carrier_that_does_not_answer_is_one_incident(admin):
    about_mrw = [("subject", "in", ("mrw", "shipping_delivered/mrw"))]
    found = evidence_of(admin, about_mrw)
    assert len(found) == 1
    causes = {row["cause"] for rows in found.values() for row in rows}
    assert {"unknown", "orphans", "fast_burn"} <= causes


def test_each_person_is_notified_once_of_each_incident(admin):
    """The demo's warehouse manager owns all services, which notify by activities."""
    fields = ["incident_id", "episode", "event", "channel", "user_id", "state"]
    sent = admin.call("reliability.notification", "search_read", [], fields)
    keys = [tuple(str(one[name]) for name in fields[:-1]) for one in sent]
    assert sent
    assert len(keys) == len(set(keys))
    assert {one["state"] for one in sent} == {"sent"}
    assert {one["channel"] for one in sent} == {"activity"}


def test_ops_acknowledges_in_the_list_and_resolves_in_the_form(open_page, admin):
    page = open_page("ops")
    Walk(page).arrive()
    page.goto("/odoo/reliability-incidents")
    over = page.locator(".o_data_row", has_text="Restored").first
    number = re.search(r"INC\d+", over.inner_text())[0]
    row = page.locator(".o_data_row", has_text=number)
    row.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".o_data_row", has_text=number)).to_be_visible()
    found = admin.call("reliability.incident", "search", [("number", "=", number)])
    page.goto(f"/odoo/reliability-incidents/{found[0]}")
    page.locator(".o_form_view button[name=action_close]").click()
    expect(page.locator(".o_arrow_button_current")).to_have_text("Closed")
    found = admin.call(
        "reliability.incident",
        "search_read",
        [("number", "=", number)],
        ["acknowledged_by_id", "detected_at", "acknowledged_at", "closed_at"],
    )[0]
    user = admin.call("res.users", "read", [found["acknowledged_by_id"][0]], ["login"])
    assert user[0]["login"] == "ops"
    assert found["detected_at"] <= found["acknowledged_at"] <= found["closed_at"]
