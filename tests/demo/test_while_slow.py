"""A few minutes ago confirmations have become slow."""

import re

from playwright.sync_api import expect

UNTIL = "slow"

SAID = re.compile(r"Order confirmation: (\d+) of \d+ are slow since \d\d:\d\d")


def test_the_sentence_on_top_says_what_is_slow_and_since_when(cockpit):
    page = cockpit("warehouse")
    expect(page.locator(".o_rel_headline_text")).to_have_text(SAID)
    expect(page.locator(".o_rel_headline .o_rel_mark")).to_have_text("Degraded")


def test_the_day_of_what_is_slow_is_the_one_that_is_drawn(cockpit):
    page = cockpit("warehouse")
    title = page.get_by_role("heading", name="Order confirmation through the day")
    expect(title).to_be_visible()


def test_it_opens_confirmations_that_took_too_long_and_no_others(cockpit):
    page = cockpit("warehouse")
    item = page.locator(".o_rel_alert", has_text=SAID)
    slow = int(SAID.search(item.inner_text())[1])
    item.get_by_role("button").click()
    rows = page.locator(".o_list_view .o_data_row")
    expect(rows.first).to_be_visible()
    assert 1 <= rows.count() <= slow
    for row in rows.all():
        expect(row).to_contain_text("Order confirmation")
        expect(row).to_contain_text("Success")
        assert float(row.locator("[name=seconds]").inner_text()) > 3
