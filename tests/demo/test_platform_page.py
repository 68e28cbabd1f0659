"""The page *PostgreSQL, Redis, Ingress, Hosts* is accessible, light and dark."""

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

PAGE = ".o_reliability_platform"
SCREENS = {"desktop": (1440, 900), "phone": (390, 844)}
TOUCH_TARGET, MOUSE_TARGET = 44, 24


@pytest.fixture(
    scope="module", params=itertools.product(SCREENS, ["light", "dark"]), ids="-".join
)
def page(request, chromium, server):
    """The page in each scheme on each screen, with its tables open."""
    screen, scheme = request.param
    opening = browser.page(
        chromium,
        server,
        "admin",
        *SCREENS[screen],
        dark=scheme == "dark",
        zone=demo_server.ZONE,
    )
    with opening as (page, errors):
        page.goto("/odoo/reliability-platform")
        page.locator(f"{PAGE} [data-kind=host] article").first.wait_for()
        for summary in page.locator(f"{PAGE} summary").all():
            summary.click()
        yield page
    assert errors == []


def test_it_has_the_chosen_scheme(page, request):
    scheme = "dark" if "dark" in request.node.callspec.id else "bright"
    expect(page.locator(".o_web_client")).to_have_css("color-scheme", scheme)


def test_texts_have_enough_contrast(page):
    assert low_contrast_texts(page, PAGE) == []


def test_it_is_not_wider_than_the_screen(page):
    assert not is_wider_than_screen(page)


def test_controls_and_charts_have_names_for_screen_readers(page):
    assert unnamed_elements(page, PAGE) == []


def test_targets_are_large_enough(page):
    is_touched = page.viewport_size["width"] < SCREENS["desktop"][0]
    assert small_targets(page, PAGE, TOUCH_TARGET if is_touched else MOUSE_TARGET) == []
