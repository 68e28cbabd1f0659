"""The failures ended more than ten minutes ago: the cockpit shows no trouble."""

import re

from playwright.sync_api import expect

UNTIL = "recovery"


def test_the_headline_is_fine(cockpit):
    page = cockpit("warehouse")
    text = page.locator(".o_rel_headline_text")
    expect(text).to_have_text(re.compile("^All services work"))
    expect(page.locator(".o_rel_headline .o_rel_mark")).to_have_text("Fine")


def test_the_card_still_counts_the_failures_of_today(cockpit):
    page = cockpit("warehouse")
    card = page.locator("[data-service=warehouse_execution]")
    expect(card.locator(".o_rel_card_failures")).to_have_text(re.compile(r"\d+ failed"))


def test_the_icon_has_no_count(open_page):
    page = open_page("warehouse", "/odoo")
    page.locator(".o_rel_summary_button").click()
    expect(page.locator(".o_rel_summary_text")).to_be_visible()
    expect(page.locator(".o_rel_summary_count")).to_have_count(0)
