"""Parcels were shipped while carriers failed: alerts, card and transfer form."""

import re

import pytest
from accessibility import (
    is_wider_than_screen,
    low_contrast_texts,
    small_targets,
    unnamed_elements,
)
from playwright.sync_api import expect

from setup import demo, demo_server, scenario_of_parcels

UNTIL = demo_server.ALL

LEFT = scenario_of_parcels.LEFT
# Whether packing is slow or has stopped depends on when the page is read.
AT_RISK = re.compile(rf"DHL Parcel: .*\b{LEFT} parcels .*the truck at")
ORPHAN = re.compile(r"MRW has \w+ for WH/OUT/\d+")
UNCONFIRMED = re.compile(r"MRW did not answer for WH/OUT/\d+")
FAILED = scenario_of_parcels.BROKEN + scenario_of_parcels.RETRIED

WARNING = ".o_form_view .alert-danger:has-text('use it or cancel it')"
BUTTONS = (
    "Use this parcel",
    "Cancel at the carrier",
    "Mark as cancelled",
    "Hand over",
)
SCREENS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
TOUCH_TARGET = 44  # pixels


@pytest.mark.parametrize("login", ["warehouse", "ops"])
def test_each_problem_of_a_carrier_is_an_alert(to_do, login):
    page = to_do(login)
    for text in (AT_RISK, ORPHAN, UNCONFIRMED):
        expect(page.locator(".o_data_row", has_text=text)).to_be_visible()


def test_the_failed_attempts_of_a_carrier_are_recorded(open_page, server):
    admin = demo.log_in(server, "admin")
    dhl = [("integration_id.code", "=", scenario_of_parcels.DEGRADES)]
    attempts = admin.call(
        "reliability.attempt",
        "search_read",
        [("exchange_id.integration_id.code", "=", scenario_of_parcels.DEGRADES)],
        ["outcome"],
    )
    failed = [attempt for attempt in attempts if attempt["outcome"] == "failed"]
    assert len(failed) == FAILED
    # After the carrier's recovery all parcels have a label.
    exchanges = admin.call("reliability.exchange", "search_read", dhl, ["state"])
    assert {exchange["state"] for exchange in exchanges} == {"succeeded"}
    page = open_page("warehouse")
    expect(page.get_by_text(re.compile("^DHL Parcel")).first).to_be_visible()


@pytest.fixture(scope="module")
def orphan(server):
    """The transfer of a parcel whose transaction was rolled back."""
    admin = demo.log_in(server, "admin")
    (exchange,) = admin.call(
        "reliability.exchange", "search_read", [("orphan_count", ">", 0)], ["res_id"]
    )
    return exchange["res_id"]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_transfer_form_warns_of_an_orphan(open_page, orphan, screen):
    width, height = SCREENS[screen]
    path = f"/odoo/action-stock.action_picking_tree_all/{orphan}"
    page = open_page("warehouse", path, width=width, height=height)
    expect(page.locator(WARNING)).to_be_visible()
    for name in BUTTONS:
        button = page.locator(WARNING).get_by_role("button", name=name)
        expect(button).to_be_visible()
    assert not is_wider_than_screen(page)
    warning = ".o_form_view .alert-danger"
    assert unnamed_elements(page, warning) == []
    assert low_contrast_texts(page, warning) == []
    if screen != "desktop":
        assert small_targets(page, warning, TOUCH_TARGET) == []
