"""Parcels were shipped while carriers failed: what the cockpit and transfers say."""

import re

import pytest
from looking import faint_texts, is_wider_than_screen, nameless, small_targets
from playwright.sync_api import expect

from setup import demo, stage, story_of_parcels

UNTIL = stage.SHIPPED

LEFT = story_of_parcels.LEFT
AT_RISK = re.compile(rf"WH · DHL Parcel: \d+ of {LEFT} parcels will miss the truck")
ORPHAN = re.compile("Counterparts have done 1 ")
NOBODY_KNOWS = re.compile("Nobody knows whether counterparts have done 1 ")
FAILED = story_of_parcels.BROKEN + story_of_parcels.TRIED_AGAIN

WARNING = ".o_form_view .alert-danger:has-text('The carrier has a parcel')"
SCREENS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
FOR_THUMBS = 44  # pixels


@pytest.mark.parametrize("text", [AT_RISK, ORPHAN, NOBODY_KNOWS])
@pytest.mark.parametrize("login", ["warehouse", "ops"])
def test_it_says_what_needs_attention(visit, login, text):
    page = visit(login)
    page.locator(".o_rel_alert").first.wait_for()
    if page.get_by_text("Show all").count():
        page.get_by_text("Show all").click()
    expect(page.locator(".o_rel_alert", has_text=text)).to_be_visible()


def test_the_carrier_that_broke_down_counts_its_failures(visit, server):
    admin = demo.log_in(server, "admin")
    dhl = [("integration_id.code", "=", story_of_parcels.DEGRADES)]
    attempts = admin.call(
        "reliability.attempt",
        "search_read",
        [("exchange_id.integration_id.code", "=", story_of_parcels.DEGRADES)],
        ["outcome"],
    )
    failed = [of for of in attempts if of["outcome"] == "failed"]
    assert len(failed) == FAILED
    # It has recovered: all of them have their label in the end.
    states = admin.call("reliability.exchange", "search_read", dhl, ["state"])
    assert {of["state"] for of in states} == {"succeeded"}
    page = visit("warehouse")
    expect(page.get_by_text(re.compile("^DHL Parcel")).first).to_be_visible()


@pytest.fixture(scope="module")
def orphan(server):
    """The transfer of the parcel that Odoo has undone."""
    admin = demo.log_in(server, "admin")
    (found,) = admin.call(
        "reliability.exchange", "search_read", [("orphan_count", ">", 0)], ["res_id"]
    )
    return found["res_id"]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_transfer_warns_on_any_screen(visit, orphan, screen):
    width, height = SCREENS[screen]
    path = f"/odoo/action-stock.action_picking_tree_all/{orphan}"
    page = visit("admin", path, width=width, height=height)
    expect(page.locator(WARNING)).to_be_visible()
    expect(page.locator(f"{WARNING} button")).to_have_count(3)
    assert not is_wider_than_screen(page)
    warning = ".o_form_view .alert-danger"
    assert nameless(page, warning) == []
    assert faint_texts(page, warning) == []
    if screen != "desktop":
        assert small_targets(page, warning, FOR_THUMBS) == []
