"""Requests to the address of Odoo, as a browser or a partner system sends them.

Not by ``requests``: its time limit begins anew with each byte that arrives, it has none
for names, and it trusts other CAs than the check of the address.
"""

import contextlib
import json
import re
import ssl
from collections.abc import Callable
from http.client import HTTPResponse
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from . import network
from .address import Address
from .deadline import Deadline, Stream
from .problems import BadStatus

_MAX_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """An answer to a request.

    :ivar target: path and query that have answered, also after redirects
    """

    target: str
    status: int
    location: str
    content: bytes

    @property
    def path(self) -> str:
        """The path that has answered."""
        return self.target.partition("?")[0]

    @property
    def text(self) -> str:
        """The content, as far as it is text."""
        return self.content.decode(errors="replace")

    def json(self) -> object:
        """Return the content as JSON.

        :raise ValueError: it is none
        """
        return json.loads(self.content)

    def as_error(self) -> BadStatus:
        """Return the error that an answer with this status is."""
        return BadStatus(self.status, self.location)


class WebClient:
    """Sends requests to one address, each by a connection of its own.

    Cookies are sent again, to this address only: nothing is sent to another one.

    :param trusted: verifies certificates
    :param deadline: of all requests together
    :param hide: is called with each cookie
    """

    def __init__(
        self,
        address: Address,
        trusted: ssl.SSLContext,
        deadline: Deadline,
        hide: Callable[[str], None],
    ) -> None:
        self._address, self._trusted = address, trusted
        self._deadline, self._hide = deadline, hide
        self._cookies = {}

    def get(self, target: str) -> Answer:
        """Return a page, also where redirects of the same address lead to it.

        :raise BadStatus: the answer is another one than 200
        """
        return self._page(self._send("GET", target))

    def post_form(self, target: str, fields: dict[str, str]) -> Answer:
        """Send a form; return the page that it leads to, as :meth:`get` does."""
        headers = [("Content-Type", _FORM)]
        body = urlencode(fields).encode()
        return self._page(self._send("POST", target, headers, body))

    def post_json(
        self, target: str, value: object, headers: list[tuple[str, str]]
    ) -> Answer:
        """Send JSON; return the answer, whatever its status is."""
        headers = [*headers, ("Content-Type", "application/json")]
        return self._send("POST", target, headers, json.dumps(value).encode())

    def _page(self, answer):
        for _number in range(_MAX_REDIRECTS):
            if answer.status not in _REDIRECTS:
                break
            answer = self._send("GET", self._target_of(answer))
        if answer.status != 200:
            raise answer.as_error()
        return answer

    def _target_of(self, answer):
        """Return where a redirect leads to.

        :raise BadStatus: that is another address
        """
        host = self._address.host_header
        origin = f"{self._address.scheme}://{host}"
        found = urlsplit(urljoin(origin + answer.target, answer.location))
        if (found.scheme, found.netloc) != (self._address.scheme, host):
            raise answer.as_error()
        return _as_target(found)

    def _send(self, method, target, headers=(), body=b""):
        if self._cookies:
            cookies = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
            headers = [*headers, ("Cookie", cookies)]
        message = network.request(self._address, target, method, headers, body)
        with contextlib.ExitStack() as opened:
            sock = opened.enter_context(self._connected())
            if self._address.is_tls:
                sock.settimeout(self._deadline.left())
                host = self._address.host
                tls = self._trusted.wrap_socket(sock, server_hostname=host)
                sock = opened.enter_context(tls)
            sock.settimeout(self._deadline.left())
            sock.sendall(message)
            response = HTTPResponse(Stream(sock, self._deadline), method=method)
            response.begin()
            self._store_cookies(response)
            location = response.headers.get("Location", "")
            content = network.read(response)
        return Answer(target, response.status, location, content)

    def _connected(self):
        addresses = network.resolve(self._address, self._deadline)
        return network.connect(addresses, self._deadline)

    def _store_cookies(self, response):
        for line in response.headers.get_all("Set-Cookie", ()):
            with contextlib.suppress(CookieError):
                for name, cookie in SimpleCookie(line).items():
                    self._hide(cookie.value)
                    self._cookies[name] = cookie.coded_value


def _as_target(parts):
    """Return path and query of an address, fit for the line of a request."""
    path = re.sub("[^!-~]", "", parts.path) or "/"
    query = re.sub("[^!-~]", "", parts.query)
    return f"{path}?{query}" if query else path
