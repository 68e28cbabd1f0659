"""Order confirmations have been slow for a few minutes."""

import re

from playwright.sync_api import expect
from walking import show_groups

UNTIL = "slow"

SLOW = re.compile(
    r"Order confirmation: (\d+) of \d+ calls have been slow since \d\d:\d\d"
)


def test_the_headline_says_what_is_slow_and_since_when(cockpit):
    page = cockpit("warehouse")
    expect(page.locator(".o_rel_headline_text")).to_have_text(SLOW)
    expect(page.locator(".o_rel_headline .o_rel_mark")).to_have_text("Degraded")


def test_the_chart_shows_the_slow_operation(cockpit):
    page = cockpit("warehouse")
    title = page.get_by_role("heading", name="Order confirmation through the day")
    expect(title).to_be_visible()


def test_the_alert_opens_only_slow_confirmations(cockpit):
    page = cockpit("warehouse")
    alert = page.locator(".o_rel_alert", has_text=SLOW)
    slow = int(SLOW.search(alert.inner_text())[1])
    alert.get_by_role("button").click()
    show_groups(page)
    rows = page.locator(".o_list_view .o_data_row")
    assert 1 <= rows.count() <= slow
    for row in rows.all():
        expect(row).to_contain_text("Order confirmation")
        expect(row).to_contain_text("Success")
        assert float(row.locator("td[name=seconds]").inner_text()) > 3
