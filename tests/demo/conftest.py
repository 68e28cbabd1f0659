"""The demo at one moment of its story, and a browser to look at it."""

import pytest

from setup import browser, stage


@pytest.fixture(scope="session")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def server(request):
    """The demo's server, when the story has come as far as the module's ``UNTIL``."""
    with stage.playing(request.module.UNTIL) as running:
        yield running


@pytest.fixture
def visit(chromium, server):
    """Open pages of Odoo as one of the demo's users, by login.

    Whatever a page's console calls an error fails the test.
    """
    opened = []

    def visit(login, path="/odoo/reliability", **look):
        entering = browser.page(chromium, server, login, zone=stage.ZONE, **look)
        page, errors = entering.__enter__()
        opened.append((entering, errors))
        page.goto(path)
        return page

    yield visit
    for entering, _errors in opened:
        entering.__exit__(None, None, None)
    assert [error for _entering, errors in opened for error in errors] == []


@pytest.fixture
def cockpit(visit):
    """Open the cockpit as one of the demo's users, with its drawings."""

    def cockpit(login, **look):
        page = visit(login, **look)
        page.locator(".o_rel_canvas canvas").first.wait_for()
        return page

    return cockpit
