"""It is over, for ten minutes and more: the cockpit is calm again."""

import re

from playwright.sync_api import expect

UNTIL = "recovery"


def test_the_sentence_on_top_says_that_all_is_well(cockpit):
    page = cockpit("warehouse")
    text = page.locator(".o_rel_headline_text")
    expect(text).to_have_text(re.compile("^What people do here works"))
    expect(page.locator(".o_rel_headline .o_rel_mark")).to_have_text("Fine")


def test_what_failed_is_still_counted_on_its_card(cockpit):
    page = cockpit("warehouse")
    card = page.locator("[data-service=warehouse_execution]")
    expect(card.locator(".o_rel_card_failures")).to_have_text(re.compile(r"\d+ failed"))


def test_nobody_is_called_any_more(visit):
    page = visit("warehouse", "/odoo")
    page.locator(".o_rel_summary_button").click()
    expect(page.locator(".o_rel_summary_text")).to_be_visible()
    expect(page.locator(".o_rel_summary_count")).to_have_count(0)
