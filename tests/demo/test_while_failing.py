"""Most validations fail for some minutes: what each role sees, where it leads."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from setup import demo, stage

UNTIL = "failing"

SAID = re.compile(r"Transfer validation: (\d+) of \d+ fail since \d\d:\d\d")
LATE = re.compile(r"(\d+) transfers of today are late")

everybody = pytest.mark.parametrize("login", stage.VISITORS)


def open_item(page, text):
    """Open what an item of Needs attention is about; return the number it tells."""
    item = page.locator(".o_rel_alert", has_text=text).first
    number = int(text.search(item.inner_text())[1])
    item.get_by_role("button").click()
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
    return number


@everybody
def test_the_sentence_on_top_says_what_fails_and_since_when(cockpit, login):
    page = cockpit(login)
    expect(page.locator(".o_rel_headline_text")).to_have_text(SAID)
    state = page.locator(".o_rel_headline .o_rel_mark")
    expect(state).to_have_text(re.compile("Degraded|Interrupted"))


@everybody
def test_the_app_opens_on_it(visit, login):
    page = visit(login)
    page.goto("/odoo")
    page.locator(".o_navbar_apps_menu button").click()
    page.locator(".o_app[data-menu-xmlid='reliability.menu_reliability']").click()
    expect(page.locator(".o_rel_headline_text")).to_be_visible()


@everybody
def test_it_opens_the_calls_that_failed_and_no_others(cockpit, login):
    page = cockpit(login)
    failed = open_item(page, SAID)
    rows = page.locator(".o_data_row")
    expect(rows).to_have_count(failed)
    for row in rows.all():
        expect(row).to_contain_text("Transfer validation")
        expect(row).to_contain_text("Failed")


def test_it_opens_the_transfers_that_are_late_and_no_others(cockpit, late):
    page = cockpit("warehouse")
    assert open_item(page, LATE) >= len(late)
    shown = page.locator(".o_data_row [name=name]").all_inner_texts()
    assert set(late) <= set(shown)
    expect(
        page.locator(".o_data_row", has_text=re.compile("Done|Draft"))
    ).to_have_count(0)


@everybody
def test_the_icon_is_red_for_who_can_act(visit, login):
    page = visit(login, "/odoo")
    expect(page.locator(".o_rel_summary_count")).to_have_text(re.compile("[1-9]"))
    page.locator(".o_rel_summary_button").click()
    expect(page.locator(".o_rel_summary_text")).to_have_text(SAID)
    page.get_by_role("button", name="Open the cockpit").click()
    expect(page.locator(".o_rel_headline_text")).to_have_text(SAID)


def test_the_icon_is_quiet_for_who_cannot(visit, looker):
    page = visit(looker, "/odoo")
    expect(page.locator(".o_rel_summary_button")).to_be_visible()
    page.locator(".o_rel_summary_button").click()
    expect(page.locator(".o_rel_summary_text")).to_be_visible()
    expect(page.locator(".o_rel_summary_count")).to_have_count(0)


def test_there_is_no_icon_for_who_has_no_role(visit):
    page = visit("demo", "/odoo")
    expect(page.locator(".o_menu_systray .o_user_menu")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page.locator(".o_rel_summary_button")).to_have_count(0)


@everybody
def test_what_is_drawn_is_opened_by_keyboard(cockpit, login):
    page = cockpit(login)
    page.locator(".o_rel_table_switch").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the table, which scrolls
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name(re.compile("show the records"))
    page.keyboard.press("Enter")
    expect(page.locator(".breadcrumb")).to_contain_text("Cockpit")


@everybody
def test_warehouses_and_weeks_are_compared(cockpit, login):
    page = cockpit(login)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".o_rel_comparison th", has_text="Last week")).to_be_visible()
    page.get_by_role("button", name="Warehouses", exact=True).click()
    expect(page.locator(".o_rel_comparison_table tbody tr").first).to_be_visible()
    page.get_by_role("button", name="A module upgrade").click()
    expect(page.get_by_label("Upgrade", exact=True)).to_be_visible()


@everybody
def test_the_technical_view_is_remembered(cockpit, login):
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


def test_the_inventory_overview_says_it_too(visit):
    page = visit("warehouse", "/odoo/inventory")
    health = page.get_by_role("status").filter(has_text=SAID)
    expect(health.first).to_be_visible()


@pytest.fixture(scope="module")
def late(server):
    """Let transfers be an hour late; return their names."""
    admin = demo.log_in(server, "admin")
    ready = [
        ("state", "=", "assigned"),
        ("picking_type_id.warehouse_id.code", "=", "WH"),
    ]
    ids = admin.call("stock.picking", "search", ready, limit=3)
    hour_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    values = {"scheduled_date": f"{hour_ago:%Y-%m-%d %H:%M:%S}"}
    admin.call("stock.picking", "write", ids, values)
    return [of["name"] for of in admin.call("stock.picking", "read", ids, ["name"])]


@pytest.fixture(scope="module")
def looker(server):
    """Make a user who may look and can do nothing about it; return his login."""
    admin = demo.log_in(server, "admin")
    names = ("base", "group_user"), ("reliability", "group_viewer")
    find = "check_object_reference"
    groups = [admin.call("ir.model.data", find, *name)[1] for name in names]
    values = {"name": "Looker", "login": "looker", "password": "looker"}
    admin.call("res.users", "create", {**values, "group_ids": [(6, 0, groups)]})
    return "looker"
