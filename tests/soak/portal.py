"""A customer in the portal, with a session that workers and clocks may end."""

import http.client
import http.cookiejar
import json
import urllib.error
import urllib.request
from collections import Counter

PAGES = ("/my/orders", "/my/invoices")
_TIMEOUT = 60  # seconds


class Portal:
    """Odoo's demo customer, who opens the pages of his orders and invoices.

    :ivar answers: page → ``shown``, ``broken`` (no complete response) or ``other``
        (another page, or an error) → number of responses
    """

    def __init__(self, url, database):
        self._url = url
        self._database = database
        self.answers = {page: Counter() for page in PAGES}

    def open_pages(self):
        """Log in and open each page.

        :raise OSError, http.client.HTTPException: the login failed
        """
        browser = self._log_in()
        for page in PAGES:
            self.answers[page][self._open(browser, page)] += 1

    def _log_in(self):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(cookies)
        who = {"db": self._database, "login": "portal", "password": "portal"}
        request = urllib.request.Request(
            self._url + "/web/session/authenticate",
            json.dumps({"params": who}).encode(),
            {"Content-Type": "application/json"},
        )
        browser.open(request, timeout=_TIMEOUT).close()
        return browser

    def _open(self, browser, page):
        try:
            with browser.open(self._url + page, timeout=_TIMEOUT) as response:
                response.read()
                return "shown" if response.url.endswith(page) else "other"
        except urllib.error.HTTPError:
            return "other"
        except (OSError, http.client.HTTPException):
            return "broken"
