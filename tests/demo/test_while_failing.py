"""Most transfer validations fail for some minutes: what each role sees and opens."""

import datetime
import re

import pytest
from playwright.sync_api import expect
from walking import show_groups

from setup import demo, demo_server
from setup.scenario_of_deployments import WORSE

UNTIL = "failing"

FAILING = re.compile(
    r"Transfer validation: (\d+) of \d+ calls have failed since \d\d:\d\d"
)
LATE = re.compile(r"(\d+) transfers of the last 24 hours are late")

everybody = pytest.mark.parametrize("login", demo_server.USERS)


def open_alert(page, text):
    """Open the records of an alert; return the number in its text."""
    alert = page.locator(".o_rel_alert", has_text=text).first
    number = int(text.search(alert.inner_text())[1])
    alert.get_by_role("button").click()
    show_groups(page)
    return number


@everybody
def test_the_headline_says_what_fails_and_since_when(cockpit, login):
    page = cockpit(login)
    expect(page.locator(".o_rel_headline_text")).to_have_text(FAILING)
    state = page.locator(".o_rel_headline .o_rel_mark")
    expect(state).to_have_text(re.compile("Degraded|Interrupted"))


@everybody
def test_the_app_opens_the_cockpit(open_page, login):
    page = open_page(login)
    page.goto("/odoo")
    page.locator(".o_navbar_apps_menu button").click()
    page.locator(".o_app[data-menu-xmlid='reliability.menu_reliability']").click()
    expect(page.locator(".o_rel_headline_text")).to_be_visible()


@everybody
def test_the_alert_opens_only_failed_calls(cockpit, login):
    page = cockpit(login)
    failed = open_alert(page, FAILING)
    rows = page.locator(".o_data_row")
    expect(rows).to_have_count(failed)
    for row in rows.all():
        expect(row).to_contain_text("Transfer validation")
        expect(row).to_contain_text("Failed")


def test_the_worse_release_runs_and_incidents_name_it(server):
    admin = demo.log_in(server, "admin")
    fields = ["release", "state", "rolled_back_by_ids"]
    newest = admin.call("reliability.deployment", "search_read", [], fields)[0]
    assert (newest["release"], newest["state"]) == (WORSE, "done")
    assert not newest["rolled_back_by_ids"]
    in_warehouses = [("warehouses", "!=", False)]
    found = admin.call(
        "reliability.incident", "search_read", in_warehouses, ["deployment_text"]
    )
    assert found
    for incident in found:
        assert incident["deployment_text"].startswith(f"Began 6 min after: {WORSE} (")


def test_the_alert_opens_only_late_transfers(cockpit, late):
    page = cockpit("warehouse")
    assert open_alert(page, LATE) >= len(late)
    shown = page.locator(".o_data_row td[name=name]").all_inner_texts()
    assert set(late) <= set(shown)
    expect(
        page.locator(".o_data_row", has_text=re.compile("Done|Draft"))
    ).to_have_count(0)


@everybody
def test_the_icon_is_red_for_a_user_who_can_act(open_page, login):
    page = open_page(login, "/odoo")
    expect(page.locator(".o_rel_summary_count")).to_have_text(re.compile("[1-9]"))
    page.locator(".o_rel_summary_button").click()
    expect(page.locator(".o_rel_summary_text")).to_have_text(FAILING)
    page.get_by_role("button", name="Open the cockpit").click()
    expect(page.locator(".o_rel_headline_text")).to_have_text(FAILING)


def test_the_icon_is_neutral_for_a_user_who_cannot_act(open_page, viewer):
    page = open_page(viewer, "/odoo")
    expect(page.locator(".o_rel_summary_button")).to_be_visible()
    page.locator(".o_rel_summary_button").click()
    expect(page.locator(".o_rel_summary_text")).to_be_visible()
    expect(page.locator(".o_rel_summary_count")).to_have_count(0)


def test_a_user_without_a_role_has_no_icon(open_page):
    page = open_page("demo", "/odoo")
    expect(page.locator(".o_menu_systray .o_user_menu")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page.locator(".o_rel_summary_button")).to_have_count(0)


@everybody
def test_the_records_of_a_chart_open_by_keyboard(cockpit, login):
    page = cockpit(login)
    page.locator(".o_rel_table_switch").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".o_rel_day_table")).to_be_visible()
    page.keyboard.press("Tab")  # the scrollable table
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name(re.compile("show these calls"))
    page.keyboard.press("Enter")
    expect(page.locator(".breadcrumb")).to_contain_text("Overview")


@everybody
def test_warehouses_weeks_and_deployments_can_be_compared(cockpit, login):
    page = cockpit(login)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".o_rel_comparison th", has_text="Last week")).to_be_visible()
    page.get_by_role("button", name="Warehouses", exact=True).click()
    expect(page.locator(".o_rel_comparison_table tbody tr").first).to_be_visible()
    page.get_by_role("button", name="A deployment").click()
    expect(page.get_by_label("Deployment", exact=True)).to_be_visible()


@everybody
def test_the_technical_view_is_stored(cockpit, login):
    page = cockpit(login)
    switch = page.locator(".o_rel_technical_switch")
    expect(switch).to_have_attribute("aria-pressed", "false")
    with page.expect_response("**/set_technical"):
        switch.click()
    page.reload()
    expect(page.get_by_role("columnheader", name="p95")).to_be_visible()
    expect(switch).to_have_attribute("aria-pressed", "true")
    with page.expect_response("**/set_technical"):
        switch.click()


def test_the_inventory_overview_shows_the_failures(open_page):
    page = open_page("warehouse", "/odoo/inventory")
    status = page.get_by_role("status").filter(has_text=FAILING)
    expect(status.first).to_be_visible()


@pytest.fixture(scope="module")
def late(server):
    """Names of transfers that are an hour late."""
    admin = demo.log_in(server, "admin")
    ready = [
        ("state", "=", "assigned"),
        ("picking_type_id.warehouse_id.code", "=", "WH"),
    ]
    ids = admin.call("stock.picking", "search", ready, limit=3)
    hour_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    values = {"scheduled_date": f"{hour_ago:%Y-%m-%d %H:%M:%S}"}
    admin.call("stock.picking", "write", ids, values)
    return [
        transfer["name"]
        for transfer in admin.call("stock.picking", "read", ids, ["name"])
    ]


@pytest.fixture(scope="module")
def viewer(server):
    """The login of a new user who is a viewer and can act on no alert."""
    admin = demo.log_in(server, "admin")
    groups = [admin.ref("base.group_user"), admin.ref("reliability.group_viewer")]
    values = {"name": "Viewer", "login": "viewer", "password": "viewer"}
    admin.call("res.users", "create", {**values, "group_ids": [(6, 0, groups)]})
    return "viewer"
