"""A user of Odoo's web client: its answers have empty values, which XML-RPC refuses."""

import http.cookiejar
import json
import urllib.request

_TIMEOUT = 180


class WebUser:
    """A user who is logged in; the password is the login.

    :param database: another one than the first of the server
    """

    def __init__(self, server, login, database=None):
        self._url = server.url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(cookies)
        who = {"db": database or server.database, "login": login, "password": login}
        self._post("/web/session/authenticate", who)

    def call(self, model, method, *arguments, **named):
        """Call a method of a model.

        :raise RuntimeError: Odoo refused or failed
        """
        call = {"model": model, "method": method, "args": arguments, "kwargs": named}
        return self._post("/web/dataset/call_kw", call)

    def _post(self, path, parameters):
        request = urllib.request.Request(
            self._url + path,
            json.dumps({"params": parameters}).encode(),
            {"Content-Type": "application/json"},
        )
        with self._browser.open(request, timeout=_TIMEOUT) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["debug"])
        return answer["result"]
