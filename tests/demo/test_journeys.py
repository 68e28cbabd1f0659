"""From the cockpit to the thing done: each reader's way, and how many clicks it takes.

No way meets an error in the console, an error dialog, or an empty page that does not
say why it is empty.
"""

import re

import pytest
from playwright.sync_api import expect
from walking import Walk

from setup import demo, demo_server

UNTIL = demo_server.ALL
CHANGES = True
COCKPIT = "/odoo/reliability"
TO_DO = re.compile("Open the list To Do")
DIALOG = ".modal"


@pytest.fixture
def walk(open_page):
    """A function that lets one of the demo's users walk from a page, the cockpit."""

    def walk(login, path=COCKPIT):
        walk = Walk(open_page(login, path))
        walk.arrive()
        return walk

    return walk


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


def present_alerts(admin, *domain):
    """Return the alerts of a domain whose cause is still there."""
    return admin.call(
        "reliability.alert",
        "search_read",
        [("is_present", "=", True), *domain],
        ["text", "count", "state", "user_id"],
    )


def alert(admin, text):
    """Return an alert by a part of its sentence."""
    (found,) = [one for one in present_alerts(admin) if text in one["text"]]
    return found


class TestWarehouseManager:
    """Works with transfers and parcels; is a viewer of Reliability."""

    def test_settles_a_parcel_that_the_carrier_may_have(self, walk, admin):
        way = walk("warehouse")
        way.press(TO_DO)
        way.click(way.row("MRW did not answer").get_by_role("button", name="Open"))
        way.click(way.row("MRW").locator("td[name=res_name]"))
        way.press("Resolve")
        way.click(way.page.get_by_label("There is no such parcel"))
        way.fill(way.page.get_by_label("How You Know"), "Called MRW: there is none")
        way.press("Resolve", DIALOG)
        expect(way.page.locator(DIALOG)).to_have_count(0)
        form = way.page.locator(".o_form_view")
        expect(form).to_contain_text("Called MRW: there is none")
        assert way.clicks <= 7
        resolved = [("resolution", "=", "Called MRW: there is none")]
        assert admin.call("reliability.exchange", "search_count", resolved) == 1

    def test_uses_a_parcel_that_the_carrier_has(self, walk, admin):
        way = walk("warehouse")
        way.press(TO_DO)
        way.click(way.row("MRW has").get_by_role("button", name="Open"))
        way.click(way.row("MRW").locator("td[name=res_name]"))
        way.press("Use this parcel")
        expect(way.page.get_by_role("button", name="Use this parcel")).to_have_count(0)
        assert way.clicks <= 5
        used = [("state", "=", "adopted")]
        assert admin.call("reliability.reference", "search_count", used) == 1

    def test_takes_care_of_an_alert_and_hands_it_over(self, walk, admin):
        text = "has not acknowledged"
        way = walk("warehouse")
        way.press(TO_DO)
        way.click(way.row(text).locator("td[name=text]"))
        way.press("Acknowledge")
        expect(way.page.locator("[name=acknowledged_by_id]")).to_be_visible()
        assert way.clicks <= 3
        assert alert(admin, text)["user_id"][1] == "Warehouse"
        way.press("Hand Over")
        way.fill(way.page.get_by_label("Assigned to"), "Ops")
        way.click(way.page.get_by_role("option", name="Ops").first)
        way.press("Save", DIALOG)
        expect(way.page.locator(DIALOG)).to_have_count(0)
        expect(way.page.locator("[name=user_id]").first).to_contain_text("Ops")
        assert way.clicks <= 7

    def test_does_not_want_to_see_an_alert_until_tomorrow(self, walk, admin):
        text = "sent PO-20481 twice"
        way = walk("warehouse")
        way.press(TO_DO)
        way.click(way.row(text).locator("input[type=checkbox]"))
        way.press("Snooze until Tomorrow")
        expect(way.row(text)).to_have_count(0)
        assert way.clicks <= 3
        assert alert(admin, text)["state"] == "snoozed"

    def test_opens_the_transfers_of_the_truck(self, walk):
        way = walk("warehouse")
        truck = way.page.locator(".o_rel_departure_open").first
        left = int(re.search(r"\d+", truck.inner_text())[0])
        way.click(truck)
        expect(way.page.locator(".o_data_row")).to_have_count(left)
        way.click(way.row("WH/OUT").locator("td[name=name]"))
        expect(way.page.locator("[name=scheduled_date]").first).to_be_visible()
        assert way.clicks <= 2

    def test_hands_a_document_over_that_a_partner_sent_in_vain(self, walk, admin):
        way = walk("warehouse")
        way.press("Integrations", ".o_main_navbar")
        way.press("EDI Calendar", role="menuitem")
        cell = re.compile(r"ORDERS from Gemini Furniture, .*: \d+ of \d+ failed")
        way.click(way.page.get_by_role("button", name=cell).last)
        way.click(way.row("ORD-0918").locator("td[name=number]"))
        way.press("Assign")
        way.press("Save", DIALOG)
        expect(way.page.locator(DIALOG)).to_have_count(0)
        assert way.clicks <= 6
        assigned = [("number", "=", "ORD-0918"), ("activity_ids", "!=", False)]
        assert admin.call("reliability.edi.document", "search_count", assigned) == 1


class TestOperator:
    """Looks after Odoo; is a manager of Reliability, and may requeue jobs."""

    def test_finds_out_whose_labels_failed_and_why(self, walk):
        way = walk("ops")
        failed = self.open_failed_labels(way)
        expect(failed.locator("td[name=integration_id]")).to_have_text("DHL Parcel")
        assert way.clicks <= 4

    def test_a_warehouse_manager_opens_the_transfer_of_such_a_label(self, walk):
        """The operator may not read transfers, and sees no document."""
        way = walk("warehouse")
        failed = self.open_failed_labels(way)
        way.click(failed.get_by_role("button"))
        expect(way.page.locator(".o_breadcrumb")).to_contain_text("WH/OUT")
        assert way.clicks <= 5

    def open_failed_labels(self, way):
        """Open the calls that failed with the carrier's error; return the first."""
        way.press("Reporting", ".o_main_navbar")
        way.press("Failed and Slow Calls", role="menuitem")
        groups = way.page.locator(".o_group_header")
        way.click(groups.filter(has_text="Label"))
        way.click(groups.filter(has_text="JSONDecodeError"))
        return way.page.locator(".o_data_row").first

    def test_reads_what_to_do(self, walk):
        way = walk("ops")
        way.click(way.page.locator("[data-service=shipping] .o_rel_card_more"))
        for page in ("Contingency Procedure", "Runbook"):
            way.press(page, role="tab")
            procedure = way.page.locator(".tab-pane.active")
            expect(procedure.locator("li").nth(4)).to_be_visible()
        assert way.clicks <= 3

    def test_requeues_a_job_that_failed(self, walk):
        way = walk("ops")
        way.press(TO_DO)
        way.click(way.row("Import order").get_by_role("button", name="Open"))
        way.click(way.row("Import order").locator("td[name=name]"))
        expect(way.page.get_by_role("button", name="Requeue").first).to_be_visible()
        assert way.clicks <= 3


class TestAdministrator:
    """Decides what is measured, from when it is not fine, and who is told."""

    def test_changes_a_threshold(self, walk, admin):
        way = walk("admin")
        way.press("Configuration", ".o_main_navbar")
        way.press("Thresholds of Services", role="menuitem")
        way.click(way.row("Shipping").locator("td[name=failing_threshold]"))
        way.fill(
            way.page.locator(".o_selected_row [name=failing_threshold] input"), "9"
        )
        way.press("Save", ".o_list_view, .o_control_panel")
        expect(way.page.locator(".o_selected_row")).to_have_count(0)
        shipping = [("code", "=", "shipping")]
        fields = ["failing_threshold"]
        (service,) = admin.call("reliability.service", "search_read", shipping, fields)
        assert service["failing_threshold"] == pytest.approx(0.09)
        assert way.clicks <= 5

    def test_chooses_the_owner_of_a_service(self, walk, admin):
        way = walk("admin")
        way.press("Configuration", ".o_main_navbar")
        way.press("Notifications", role="menuitem")
        way.click(way.row("Customer portal").locator("td[name=owner_id]"))
        way.fill(way.page.locator(".o_selected_row [name=owner_id] input"), "Ops")
        way.click(way.page.get_by_role("option", name="Ops").first)
        way.press("Save", ".o_list_view, .o_control_panel")
        expect(way.page.locator(".o_selected_row")).to_have_count(0)
        portal = [("code", "=", "customer_portal")]
        (service,) = admin.call(
            "reliability.service", "search_read", portal, ["owner_id"]
        )
        assert service["owner_id"][1] == "Ops"
        assert way.clicks <= 6

    def test_opens_the_thresholds_from_the_settings(self, walk):
        way = walk("admin")
        way.press("Configuration", ".o_main_navbar")
        way.press("Settings", role="menuitem")
        way.press("Thresholds of services")
        expect(way.row("Shipping")).to_be_visible()
        assert way.clicks <= 3
