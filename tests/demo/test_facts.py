"""What a sentence counts is what its link opens, and what the database has."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect
from walking import Walk, count_records, open_action

from setup import demo, demo_server, postgres, scenario_of_jobs, scenario_of_parcels

UNTIL = demo_server.ALL

STORED = 20
"""Of the calls of an hour, so many are stored one by one."""
OPEN = [("state", "in", ("open", "acknowledged"))]
OVERVIEWS = (
    "reliability.service",
    "reliability.report",
    "reliability.slo.budget",
)
"""What to do about an alert, its calls by hour, and the budget that they use up."""
PAGE, PLATFORM = "ir.actions.client", ".o_reliability_platform article"
"""A page without records, and what that of the platform has."""
OPENS_OTHERS = ("missing", "blocked")
"""Causes whose records do not exist, or wait: the earlier documents are opened instead,
and the job that the others wait for.
"""
NUMBERS = {
    ("delivery", "cutoff"): scenario_of_parcels.LEFT,
    ("edi", "duplicate"): 1,
    ("edi", "missing"): 0,
    ("edi", "not_acknowledged"): 1,
    ("integration", "orphans"): 1,
    ("integration", "unknown"): 1,
    ("queue_job", "blocked"): len(scenario_of_jobs.PRICES) - 1,
    ("queue_job", "died"): 1,
    ("queue_job", "failed"): 1,
}
"""What the scenarios did: provider and cause → how many."""
QUERIES = {
    ("edi", "failed"): "SELECT count(*) FROM reliability_edi_document"
    " WHERE state = 'failed'"
    " AND received > now() AT TIME ZONE 'UTC' - interval '7 days'",
    ("mail", "failed"): "SELECT count(*) FROM mail_mail WHERE state = 'exception'",
    ("stock", "late"): "SELECT count(*) FROM stock_picking"
    " WHERE state IN ('waiting', 'confirmed', 'assigned')"
    " AND scheduled_date < now() AT TIME ZONE 'UTC'"
    " AND scheduled_date > now() AT TIME ZONE 'UTC' - interval '1 day'",
}

everybody = pytest.mark.parametrize("login", demo_server.USERS)


@everybody
def test_each_alert_opens_as_many_records_as_it_counts(open_page, server, login):
    user = demo.log_in(server, login)
    fields = ["text", "count", "can_open", "provider", "cause"]
    alerts = user.call("reliability.alert", "search_read", OPEN, fields)
    assert len(alerts) > 10
    page, wrong = open_page(login), []
    Walk(page).arrive()
    for alert in alerts:
        if not alert["can_open"] or alert["cause"] in OPENS_OTHERS:
            continue
        action = user.call("reliability.alert", "action_open_records", [alert["id"]])
        if action["res_model"] in OVERVIEWS or action["type"] == PAGE:
            continue
        open_action(page, action)
        opened = count_records(page)
        is_call = alert["provider"] == "health"
        expected = min(alert["count"], STORED) if is_call else alert["count"]
        if opened != expected:
            wrong.append(f"{alert['text']}: {expected}, opens {opened}")
    assert wrong == []


@everybody
def test_each_backlog_and_truck_opens_what_it_counts(cockpit, login):
    links = ".o_rel_card_backlogs button, .o_rel_departure_open"
    page = cockpit(login)
    for number in range(page.locator(links).count()):
        link = page.locator(links).nth(number)
        text = link.inner_text()
        Walk(page).click(link)
        shown = f".o_pager_limit, .o_data_row, .o_form_view, {PLATFORM}"
        expect(page.locator(shown).first).to_be_visible()
        if number := re.search(r"INC\d+", text):
            expect(page.locator("[name=number]")).to_have_text(number[0])
        elif page.locator(".o_form_view").count():
            check_budget(page, text)
        elif not page.locator(PLATFORM).count():
            check_count(page, text)
        page.go_back()
        page.locator(".o_rel_canvas canvas").first.wait_for()


def check_budget(page, text):
    """Check that the budget of a text is open; orders go on meanwhile, so that its
    numbers change."""
    pattern = re.sub(r"\d[\d,]*", r"[\\d,]+", text.split(": ")[-1])
    expect(page.locator("[name=left]")).to_contain_text(re.compile(pattern))


def check_count(page, text):
    """Check that as many records are open as a text says."""
    counted = re.findall(r"\d[\d,]*", text) or ["1"]  # "a mail waits" has none
    assert f"{count_records(page):,}" in counted, text


def test_each_alert_counts_what_the_scenario_did(server):
    admin = demo.log_in(server, "admin")
    fields = ["provider", "cause", "count"]
    alerts = admin.call("reliability.alert", "search_read", OPEN, fields)
    counts = Counter()
    for alert in alerts:
        counts[alert["provider"], alert["cause"]] += alert["count"]
    queried = {
        which: int(postgres.psql(query, server.database))
        for which, query in QUERIES.items()
    }
    expected = {**NUMBERS, **queried}
    assert {which: counts[which] for which in expected} == expected
