"""The demo server at one moment of its scenario, and pages of it in a browser."""

from contextlib import ExitStack
from itertools import chain

import pytest

from setup import browser, demo_server


@pytest.fixture(scope="session")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def server(request):
    """The demo server after the part of the scenario in the module's ``UNTIL``."""
    with demo_server.running(request.module.UNTIL) as running:
        yield running


@pytest.fixture
def open_page(chromium, server):
    """A function that opens a page of Odoo as one of the demo's users, by login.

    An error in a page's console fails the test.
    """
    logs = []
    with ExitStack() as pages:

        def open_page(login, path="/odoo/reliability", **options):
            opening = browser.page(
                chromium, server, login, zone=demo_server.ZONE, **options
            )
            page, errors = pages.enter_context(opening)
            logs.append(errors)
            page.goto(path)
            return page

        yield open_page
    assert list(chain.from_iterable(logs)) == []


@pytest.fixture
def cockpit(open_page):
    """A function that opens the cockpit as one of the demo's users, with its charts."""

    def cockpit(login, **options):
        page = open_page(login, **options)
        page.locator(".o_rel_canvas canvas").first.wait_for()
        return page

    return cockpit
