"""A customer in the portal, with a session that workers and clocks may end."""

import http.client
import http.cookiejar
import json
import urllib.error
import urllib.request
from collections import Counter

PAGES = ("/my/orders", "/my/invoices")
_PATIENCE = 60  # seconds


class Portal:
    """Odoo's demo customer, who looks at his orders and invoices.

    :ivar answers: page → ``shown``, ``broken`` (no whole answer) or ``other`` (another
        page, or an error) → how often
    """

    def __init__(self, url, database):
        self._url = url
        self._database = database
        self.answers = {page: Counter() for page in PAGES}

    def visit(self):
        """Log in and look at each page.

        :raise OSError, http.client.HTTPException: nobody could log in
        """
        browser = self._log_in()
        for page in PAGES:
            self.answers[page][self._look_at(browser, page)] += 1

    def _log_in(self):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(cookies)
        who = {"db": self._database, "login": "portal", "password": "portal"}
        request = urllib.request.Request(
            self._url + "/web/session/authenticate",
            json.dumps({"params": who}).encode(),
            {"Content-Type": "application/json"},
        )
        browser.open(request, timeout=_PATIENCE).close()
        return browser

    def _look_at(self, browser, page):
        try:
            with browser.open(self._url + page, timeout=_PATIENCE) as answer:
                answer.read()
                return "shown" if answer.url.endswith(page) else "other"
        except urllib.error.HTTPError:
            return "other"
        except (OSError, http.client.HTTPException):
            return "broken"
