"""The endpoint: ``/metrics`` over HTTP, on a port of its own, protected by a token.

It does not share a port with the ERP, since a scrape matters most while all of Odoo's
workers are busy.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import NamedTuple, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client.core import Metric

from .access import Access
from .exposition import Histograms
from .exposition.rendering import response_for

_logger = logging.getLogger(__name__)

CHALLENGE = ("WWW-Authenticate", "Bearer")
_MAX_CONNECTIONS = 32
REQUEST_TIMEOUT = 10.0
"""Seconds."""
_MAX_PAGE_AGE = 1.0
"""Seconds for which a rendered page is reused."""
_NEGOTIATED = ("HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "QUERY_STRING")


class MetricsSource(Protocol):
    """What the endpoint serves: a collector.

    :ivar leads: whether it has metrics to show
    """

    @property
    def leads(self) -> bool: ...

    def page(self, db: str) -> Iterable[Metric | Histograms]:
        """Return the metric families of a database, or of everything if it is empty."""


def make_app(source: MetricsSource, access: Access) -> Callable:
    """Return the WSGI application, which checks the token and serves ``/metrics``."""
    pages = _Pages(source)

    def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
        scope = access.scope(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return respond(start_response, "401 Unauthorized", CHALLENGE)
        if environ["PATH_INFO"] != "/metrics":
            return respond(start_response, "404 Not Found")
        if environ["REQUEST_METHOD"] != "GET":
            return respond(start_response, "405 Method Not Allowed", ("Allow", "GET"))
        if not source.leads:
            return respond(start_response, "503 Service Unavailable")
        page = pages.page(scope, environ)
        if page is None:
            return respond(start_response, "503 Service Unavailable")
        start_response("200 OK", list(page.headers))  # the server adds to it
        return [page.body]

    return app


class _Page(NamedTuple):
    """A rendered page.

    :ivar key: its scope, and the headers that decide on its format
    :ivar read: when its numbers were read, in seconds of the monotonic clock
    """

    key: tuple
    read: float
    headers: list[tuple[str, str]]
    body: bytes


class _Pages:
    """Renders one page at a time, and shares it between simultaneous requests.

    With thousands of series, rendering takes seconds: a storm of requests must not cost
    more memory than one or two pages, nor stop the collector from reading.
    """

    def __init__(self, source: MetricsSource):
        self._source = source
        self._rendering = threading.Lock()
        self._last: _Page | None = None

    def page(self, scope: str, environ: dict) -> _Page | None:
        """Return the page of a scope; ``None`` if it would not be ready in time."""
        key = (scope, *(environ.get(name, "") for name in _NEGOTIATED))
        oldest = time.monotonic() - _MAX_PAGE_AGE
        if not self._rendering.acquire(timeout=REQUEST_TIMEOUT):
            return None
        try:
            last = self._last
            if last is None or last.key != key or last.read < oldest:
                self._last = last = self._render(key, environ)
            return last
        finally:
            self._rendering.release()

    def _render(self, key: tuple, environ: dict) -> _Page:
        read = time.monotonic()
        return _Page(key, read, *response_for(self._source.page(key[0]), environ))


def respond(start_response: Callable, status: str, *headers: tuple) -> list[bytes]:
    """Return the body of a response that has nothing but a status."""
    body = f"{status}\n".encode()
    common = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Server", "reliability"),  # the default names the version of Python
    ]
    start_response(status, [*common, *headers])
    return [body]


class Endpoint(ThreadingMixIn, WSGIServer):
    """The HTTP server, on a thread of its own until :meth:`stop`.

    :raise OSError: the port is in use
    """

    daemon_threads = True
    request_queue_size = 128  # enough to accept, or close, each connection of a storm

    def __init__(self, interface: str, port: int, app: Callable):
        family = socket.AF_INET6 if ":" in interface else socket.AF_INET
        self.address_family = family
        self._deadlines: dict[socket.socket, float] = {}
        super().__init__((interface, port), _QuietHandler)
        self.set_app(app)
        threading.Thread(
            target=self.serve_forever, name="reliability.endpoint", daemon=True
        ).start()

    def stop(self) -> None:
        """Free the port."""
        self.shutdown()
        self.server_close()

    def server_bind(self) -> None:
        """Bind without a DNS query for the host's name, which WSGIServer would send."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]
        self.setup_environ()

    def process_request(self, request, client_address) -> None:
        """Serve a connection, or close it at once if there are too many."""
        if len(self._deadlines) >= _MAX_CONNECTIONS:
            return self.shutdown_request(request)
        self._deadlines[request] = time.monotonic() + REQUEST_TIMEOUT
        return super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        """Close a connection, successful or not, and make room for another one."""
        self._deadlines.pop(request, None)
        return super().shutdown_request(request)

    def service_actions(self) -> None:
        """Close the connections of slow and silent clients after the timeout."""
        now = time.monotonic()
        for request, deadline in list(self._deadlines.items()):
            if now > deadline:
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address) -> None:
        _logger.debug("A scrape was interrupted", exc_info=True)


class _QuietHandler(WSGIRequestHandler):
    # Status and Content-Length are sent together: if a kill cut the response off
    # between them, a client would take it for an empty page.
    wbufsize = -1

    error_message_format = "%(code)d %(message)s\n"
    error_content_type = "text/plain; charset=utf-8"

    def send_error(self, code, message=None, explain=None) -> None:
        """Send the status alone, without the text of the request."""
        return super().send_error(code, HTTPStatus(code).phrase)

    def version_string(self) -> str:
        """Return a name without the versions of Python and its server."""
        return "reliability"

    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, text, *arguments) -> None:
        _logger.debug(text, *arguments)
