"""A new database without demo data: what is not set up, and where it is."""

import re

import pytest
from playwright.sync_api import expect
from walking import Walk, open_everything

from setup import demo, demo_server

UNTIL = demo_server.NEW
CHANGES = True
STEPS = ("owners", "recipients", "trucks", "prometheus")
"""What is to be done in each new database."""


@pytest.fixture
def way(open_page, server):
    """The administrator's way, who has done nothing yet."""
    admin = demo.log_in(server, "admin")
    services = admin.call("reliability.service", "search", [])
    admin.call("reliability.service", "write", services, {"owner_id": False})
    hidden = "reliability.setup_hidden"
    admin.call("ir.config_parameter", "set_param", hidden, False)
    way = Walk(open_page("admin"))
    way.arrive()
    way.page.locator(".o_rel_setup_step").first.wait_for()
    return way


def step(way, key):
    return way.page.locator(f".o_rel_setup_step[data-step={key}]")


def test_nothing_is_said_to_work_yet(way):
    title = way.page.locator("h1").first
    expect(title).not_to_contain_text("All services work")
    expect(way.page.locator(".o_rel_page")).to_contain_text("validate a transfer")


@pytest.mark.parametrize("key", STEPS)
def test_each_line_opens_where_it_is_done(way, key):
    way.click(step(way, key).get_by_role("button"))
    assert way.clicks == 1


def test_a_line_ticks_itself(way):
    """All owners are chosen at once, in the list that the line opens."""
    way.click(step(way, "owners").get_by_role("button"))
    page = way.page
    way.click(page.locator("thead .o_list_record_selector input"))
    way.click(page.locator(".o_data_row td[name=owner_id]").first)
    way.fill(page.locator(".o_selected_row [name=owner_id] input"), "Admin")
    way.click(page.get_by_role("option", name=re.compile("Administrator")).first)
    way.press(re.compile("Update|Confirm|Ok"), ".modal")
    way.press("Overview", ".o_main_navbar", "menuitem")
    done = step(way, "owners").locator(".fa-check-circle")
    expect(done).to_be_visible()
    assert way.clicks <= 7


def test_the_list_can_be_hidden_and_shown_again(way):
    way.press("Hide")
    expect(way.page.locator(".o_rel_setup_step")).to_have_count(0)
    way.press("Configuration", ".o_main_navbar")
    way.press("Settings", role="menuitem")
    expect(way.page.get_by_label("Hide the checklist")).to_be_checked()
    way.page.get_by_label("Hide the checklist").click()
    with way.page.expect_navigation():  # Odoo loads the page again
        way.page.get_by_role("button", name="Save").click()
    way.page.goto("/odoo/reliability")
    expect(way.page.locator(".o_rel_setup_step").first).to_be_visible()


def test_everything_in_the_menu_opens_and_says_why_it_is_empty(way):
    assert open_everything(way.page, [(1366, 900)]) == []
