"""The cockpit's views are accessible: names, touch targets, contrast and width."""

import itertools

import pytest
from accessibility import (
    is_wider_than_screen,
    low_contrast_texts,
    small_targets,
    unnamed_elements,
)
from playwright.sync_api import expect

from setup import browser, demo_server

UNTIL = "failing"

COCKPIT, ICON = ".o_rel_cockpit", ".o_rel_summary_button"
SCREENS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
VIEWS = ["today", "technical", "table", "compare"]
# Minimum size in pixels.
TOUCH_TARGET, MOUSE_TARGET = 44, 24


def open_view(page, view):
    """Open the cockpit and one of its views."""
    page.goto("/odoo/reliability")
    page.locator(".o_rel_canvas canvas").first.wait_for()
    match view:
        case "technical":
            # The call is intercepted: the server would store the view.
            answer = {"jsonrpc": "2.0", "result": True}
            page.route("**/set_technical", lambda route: route.fulfill(json=answer))
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
    """Each view on each screen; all tests of a view share one page."""
    view, screen = request.param
    size = SCREENS[screen]
    opening = browser.page(chromium, server, "warehouse", *size, zone=demo_server.ZONE)
    with opening as (page, errors):
        open_view(page, view)
        yield page
    assert errors == []


def test_the_page_is_not_wider_than_the_screen(page):
    assert not is_wider_than_screen(page)


def test_controls_have_names_for_screen_readers(page):
    assert unnamed_elements(page, COCKPIT) + unnamed_elements(page, ICON) == []


def test_touch_targets_are_large_enough(page):
    is_touched = page.viewport_size["width"] < SCREENS["desktop"][0]
    least = TOUCH_TARGET if is_touched else MOUSE_TARGET
    assert small_targets(page, COCKPIT, least) == []


def test_texts_have_enough_contrast(page):
    assert low_contrast_texts(page, ".o_rel_page") == []


@pytest.mark.parametrize("view", VIEWS)
def test_texts_have_enough_contrast_on_a_dark_page(chromium, server, view):
    with browser.page(chromium, server, "warehouse", dark=True) as (page, _errors):
        open_view(page, view)
        assert low_contrast_texts(page, ".o_rel_page") == []
