"""The demo's bad quarter of an hour is an incident in each warehouse, and its times are
those that the scenario knows.
"""

from datetime import datetime

import pytest
from playwright.sync_api import expect
from walking import Walk

from setup import demo, scenario, scenario_phases

UNTIL = "recovery"
CHANGES = True

INCIDENTS = "/odoo/reliability-incidents"
FIGURES = "/odoo/reliability-incident-figures"
FIELDS = ["began_at", "detected_at", "restored_at"]
HOUR = 3600


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


@pytest.fixture(scope="module")
def known(server):
    """The times that the scenario knows."""
    return scenario_phases.incident_times(scenario.start(server))


@pytest.fixture(scope="module")
def incidents(admin):
    """Values of the incidents in warehouses; mails of the real server fail, too."""
    fields = ["warehouses", "tier", "kind", *FIELDS]
    domain = [("warehouses", "!=", False)]
    return admin.call("reliability.incident", "search_read", domain, fields)


def test_each_warehouse_has_one(admin, incidents):
    codes = admin.call("stock.warehouse", "search_read", [], ["code"])
    found = sorted(one["warehouses"] for one in incidents)
    assert found == sorted(one["code"] for one in codes)
    assert {(one["tier"], one["kind"]) for one in incidents} == {("page", "incident")}


def test_it_is_about_slow_confirmations_and_failed_validations(admin, incidents):
    for incident in incidents:
        of_calls = [("incident_id", "=", incident["id"]), ("provider", "=", "health")]
        fields = ["cause", "subject"]
        model = "reliability.incident.evidence"
        alerts = admin.call(model, "search_read", of_calls, fields)
        assert {(one["cause"], one["subject"]) for one in alerts} == {
            ("slow", "order_confirmation"),
            ("failing", "transfer_validation"),
        }


def test_its_stamps_are_those_of_the_scenario(incidents, known):
    for incident in incidents:
        found = [datetime.fromisoformat(incident[name]) for name in FIELDS]
        assert scenario_phases.IncidentTimes(*found) == known


def test_ops_acknowledges_and_resolves_it_and_its_figures_are_right(
    open_page, admin, known
):
    way = Walk(open_page("ops", INCIDENTS))
    way.arrive()
    page = way.page
    way.click(way.row("Transfer validation").locator("input[type=checkbox]"))
    way.press("Acknowledge", ".o_control_panel")
    owner = way.row("Transfer validation").locator("td[name=user_id]")
    expect(owner).to_have_text("Ops")
    way.click(way.row("Transfer validation").locator("td[name=text]"))
    number = page.locator(".o_form_view [name=number]").inner_text()
    way.click(page.locator(".o_form_view button[name=action_close]"))
    expect(page.locator(".o_arrow_button_current")).to_have_text("Closed")
    assert way.clicks == 4
    of_number = [("number", "=", number)]
    fields = ["detected_at", "acknowledged_at", "acknowledged_by_id"]
    (closed,) = admin.call("reliability.incident", "search_read", of_number, fields)
    assert closed["acknowledged_by_id"][1] == "Ops"
    acknowledged = datetime.fromisoformat(closed["acknowledged_at"])
    expected = {
        "detect": known.detected - known.began,
        "acknowledge": acknowledged - known.detected,
        "restore": known.restored - known.began,
    }
    model, of_incident = "reliability.incident.figure", [("incident_id", "=", number)]
    figures = admin.call(model, "search_read", of_incident, ["figure", "mean"])
    found = {one["figure"]: round(one["mean"] * HOUR) for one in figures}
    assert found == {code: time.seconds for code, time in expected.items()}
    way = Walk(open_page("ops", FIGURES))
    way.arrive()
    for title, code in {"To detect": "detect", "To restore": "restore"}.items():
        group = f".o_pivot tbody tr:has-text('{title}')"
        row = way.page.locator(f"{group} ~ tr:has-text('Warehouse execution')").first
        time = datetime.min + expected[code]
        for cell in (3, 4, 5):  # mean, median, percentile
            expect(row.locator("td").nth(cell)).to_have_text(f"{time:%H:%M:%S}")
