"""Debian's Chromium, driven by Playwright, to use Odoo as its users do."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from . import dark as dark_colours
from . import debian

_LEFT_OUT = "selfie_segmentation"
"""A file that Debian's package of Odoo does not have, and Odoo's bundle asks for."""
LIGHT = "web.assets_web"
_MILLISECONDS_TO_COMPILE = 180_000  # the first time in a database


@contextmanager
def chromium():
    """Run a browser for the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=debian.program("chromium"),
            args=["--no-sandbox"],  # root cannot use the sandbox
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser, server, login, width=1440, height=900, dark=False, zone=None):
    """Give a page with a user logged in, and the errors of its console.

    :param server: of one of the demo's databases, where passwords are logins
    :param zone: the time zone of the browser, if it is not this machine's
    :param dark: serve the dark style sheet instead of the light one, since users of
        Odoo Community cannot choose dark mode; see :mod:`.dark`
    :return: the page, and a list to which its errors are added
    """
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        timezone_id=zone,
    )
    try:
        identity = {"db": server.database, "login": login, "password": login}
        context.request.post("/web/session/authenticate", data={"params": identity})
        opened = context.new_page()
        opened.set_default_timeout(60_000)
        if dark:
            dark_colours.ensure(server)
            opened.route(f"**/{LIGHT}.min.css", _serve_dark)
        errors = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on(
            "console",
            lambda entry: errors.append(entry.text) if _is_error(entry) else None,
        )
        yield opened, errors
    finally:
        context.close()


def _is_error(entry):
    return entry.type == "error" and _LEFT_OUT not in entry.text


def _serve_dark(route):
    dark = route.request.url.replace(LIGHT, dark_colours.BUNDLE)
    route.fulfill(response=route.fetch(url=dark, timeout=_MILLISECONDS_TO_COMPILE))
