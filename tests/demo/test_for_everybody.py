"""Everybody can use it: by voice, by thumb, by day and night, on any screen."""

import itertools

import pytest
from looking import faint_texts, is_wider_than_screen, nameless, small_targets
from playwright.sync_api import expect

from setup import browser, stage

UNTIL = "failing"

COCKPIT, ICON = ".o_rel_cockpit", ".o_rel_summary_button"
SCREENS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
VIEWS = ["today", "technical", "table", "compare"]
# Pixels; thumbs need more than mice.
FOR_THUMBS, FOR_MICE = 44, 24

# In Community's dark style sheet nothing is dark but what addons bring: so the page is
# made as dark as Odoo's own, and what is grey is left out: Odoo's greys are light ones.
NIGHT = ".o_web_client *:not(.o_rel_mark) { background-color: #262a36; }"
STATES = ".o_rel_mark:not(.o_rel_no_data), .o_rel_card_text, .o_rel_regression"


def open_view(page, view):
    """Open the cockpit and one of its views."""
    page.goto("/odoo/reliability")
    page.locator(".o_rel_canvas canvas").first.wait_for()
    match view:
        case "technical":
            # Not as the user would: it would be remembered.
            answer = {"jsonrpc": "2.0", "result": True}
            page.route("**/set_technical", lambda of: of.fulfill(json=answer))
            page.locator(".o_rel_technical_switch").click()
            expect(page.get_by_role("columnheader", name="p95")).to_be_visible()
        case "table":
            page.locator(".o_rel_table_switch").click()
            expect(page.locator(".o_rel_day_table")).to_be_visible()
        case "compare":
            page.get_by_role("button", name="Compare").click()
            expect(page.locator(".o_rel_comparison_table")).to_be_visible()


@pytest.fixture(scope="module", params=itertools.product(VIEWS, SCREENS), ids="-".join)
def page(request, chromium, server):
    """Give each view on each screen, opened once for all that is looked at."""
    view, screen = request.param
    size = SCREENS[screen]
    looking = browser.page(chromium, server, "warehouse", *size, zone=stage.ZONE)
    with looking as (page, errors):
        open_view(page, view)
        yield page
    assert errors == []


def test_it_fits(page):
    assert not is_wider_than_screen(page)


def test_screen_readers_know_the_name_of_everything(page):
    assert nameless(page, COCKPIT) + nameless(page, ICON) == []


def test_what_is_to_be_touched_is_large_enough(page):
    is_touched = page.viewport_size["width"] < SCREENS["desktop"][0]
    least = FOR_THUMBS if is_touched else FOR_MICE
    assert small_targets(page, COCKPIT, least) == []


def test_texts_stand_out(page):
    assert faint_texts(page, ".o_rel_page") == []


@pytest.mark.parametrize("view", VIEWS)
def test_states_stand_out_at_night(chromium, server, view):
    with browser.page(chromium, server, "warehouse", dark=True) as (page, _errors):
        open_view(page, view)
        page.add_style_tag(content=NIGHT)
        assert faint_texts(page, STATES) == []
