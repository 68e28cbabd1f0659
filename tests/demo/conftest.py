"""The demo server at one moment of its scenario, and pages of it in a browser."""

from contextlib import ExitStack
from itertools import chain

import pytest
from playwright.sync_api import expect

from setup import browser, demo_server

pytest.register_assert_rewrite("accessibility", "walking")
# Milliseconds; only a real failure takes so long, however busy the machine is.
expect.set_options(timeout=60_000)


def moment_of(module):
    """Return the moment that a module needs: the part of the scenario in ``UNTIL``, and
    the module, if its tests change what others read (``CHANGES``).
    """
    return module.UNTIL, module.__name__ if getattr(module, "CHANGES", False) else ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Sort the tests by moment, since each is a server that is started: the moments and
    the tests of each stay in random order.
    """
    moments = [moment_of(item.module) for item in items]
    order = {moment: number for number, moment in enumerate(dict.fromkeys(moments))}
    items.sort(key=lambda item: order[moment_of(item.module)])


@pytest.fixture(scope="session")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="session")
def moments():
    """The server that runs, by its moment: one at most."""
    running = {}
    with ExitStack() as servers:
        yield running, servers


@pytest.fixture(scope="module")
def server(request, moments):
    """The demo server at the moment of the module, see ``moment_of``."""
    running, servers = moments
    moment = moment_of(request.module)
    if moment not in running:
        servers.close()
        running.clear()
        running[moment] = servers.enter_context(demo_server.running(moment[0]))
    return running[moment]


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


@pytest.fixture
def to_do(open_page):
    """A function that opens the list *To Do* as one of the demo's users."""

    def to_do(login, **options):
        page = open_page(login, "/odoo/reliability-to-do", **options)
        page.locator(".o_data_row, .o_kanban_record").first.wait_for()
        return page

    return to_do
