"""Debian's Chromium, driven by Playwright: looking at Odoo as its users do."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from . import debian

LIGHT, DARK = "web.assets_web", "web.assets_web_dark"


@contextmanager
def chromium():
    """Run a browser for the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=debian.program("chromium"),
            args=["--no-sandbox"],  # which root cannot have
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser, server, login, width=1440, height=900, dark=False, zone=None):
    """Give a page of somebody who is logged in; what goes wrong in it is kept.

    :param server: of one of the demo's databases, where passwords are logins
    :param zone: the time zone of the browser, if it is not this machine's
    :param dark: in the colours that Odoo has for it; Community's users cannot choose
        them, so the style sheet is put in the place of the light one
    :return: the page, and a list of what its console calls errors
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
        opened.set_default_timeout(30_000)
        if dark:
            opened.route(f"**/{LIGHT}.min.css", _with_dark_ones)
        errors = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on(
            "console",
            lambda said: errors.append(said.text) if said.type == "error" else None,
        )
        yield opened, errors
    finally:
        context.close()


def _with_dark_ones(route):
    dark = route.request.url.replace(LIGHT, DARK)
    route.fulfill(response=route.fetch(url=dark))
