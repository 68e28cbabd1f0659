"""``/metrics`` over HTTP, on a port of its own, for whoever shows the token.

It does not share a port with the ERP: when all of Odoo's workers are busy is when the
scrape matters.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from ..collector.collector import Collector
from .access import Access
from .exposition.rendering import answer

_logger = logging.getLogger(__name__)

CHALLENGE = ("WWW-Authenticate", "Bearer")
_MAX_CONNECTIONS = 32
SECONDS_FOR_A_REQUEST = 10.0
_SECONDS_A_PAGE_HOLDS = 1.0
_NEGOTIATED = ("HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "QUERY_STRING")


def make_app(collector: Collector, access: Access) -> Callable:
    """Return the WSGI application: the token first, then ``/metrics``, else nothing."""
    pages = _Pages(collector)

    def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
        scope = access.scope(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return say(start_response, "401 Unauthorized", CHALLENGE)
        if environ["PATH_INFO"] != "/metrics":
            return say(start_response, "404 Not Found")
        if environ["REQUEST_METHOD"] != "GET":
            return say(start_response, "405 Method Not Allowed", ("Allow", "GET"))
        if not collector.leads:
            return say(start_response, "503 Service Unavailable")
        page = pages.page(scope, environ)
        if page is None:
            return say(start_response, "503 Service Unavailable")
        start_response("200 OK", list(page.headers))  # the server adds to it
        return [page.body]

    return app


class _Page(NamedTuple):
    """What was rendered last.

    :ivar wanted: whose, and in which format
    :ivar begun: when its numbers were read, by the monotonic clock
    """

    wanted: tuple
    begun: float
    headers: list[tuple[str, str]]
    body: bytes


class _Pages:
    """Renders one page at a time, and hands it to all who ask for it meanwhile.

    With thousands of series a page takes seconds: a storm must cost no more than one or
    two, neither of the memory nor of the time in which the collector reads.
    """

    def __init__(self, collector: Collector):
        self._collector = collector
        self._rendering = threading.Lock()
        self._last: _Page | None = None

    def page(self, scope: str, environ: dict) -> _Page | None:
        """Return what a scope may see; nothing where that would come too late."""
        wanted = (scope, *(environ.get(name, "") for name in _NEGOTIATED))
        oldest = time.monotonic() - _SECONDS_A_PAGE_HOLDS
        if not self._rendering.acquire(timeout=SECONDS_FOR_A_REQUEST):
            return None
        try:
            last = self._last
            if last is None or last.wanted != wanted or last.begun < oldest:
                self._last = last = self._render(wanted, environ)
            return last
        finally:
            self._rendering.release()

    def _render(self, wanted: tuple, environ: dict) -> _Page:
        begun = time.monotonic()
        return _Page(wanted, begun, *answer(self._collector.page(wanted[0]), environ))


def say(start_response: Callable, status: str, *headers: tuple) -> list[bytes]:
    """Answer with a status alone."""
    body = f"{status}\n".encode()
    common = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Server", "reliability"),  # else it names the version of Python
    ]
    start_response(status, [*common, *headers])
    return [body]


class Endpoint(ThreadingMixIn, WSGIServer):
    """The server, on a thread of its own until :meth:`stop`.

    :raise OSError: the port is taken
    """

    daemon_threads = True
    request_queue_size = 128  # of a storm, too, each connection is taken, or closed

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
        """Bind without asking the resolver for our name, as WSGIServer would."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]
        self.setup_environ()

    def process_request(self, request, client_address) -> None:
        """Serve a connection, or close it at once where there are too many."""
        if len(self._deadlines) >= _MAX_CONNECTIONS:
            return self.shutdown_request(request)
        self._deadlines[request] = time.monotonic() + SECONDS_FOR_A_REQUEST
        return super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        """End a connection, however it went, and free its place."""
        self._deadlines.pop(request, None)
        return super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut off who takes longer than a request may take, byte by byte or silent."""
        now = time.monotonic()
        for request, deadline in list(self._deadlines.items()):
            if now > deadline:
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address) -> None:
        _logger.debug("A scrape was interrupted", exc_info=True)


class _QuietHandler(WSGIRequestHandler):
    # What says how long the answer is leaves together with its status: else a client
    # may take one that was cut off in between, by a kill, for an empty page.
    wbufsize = -1

    error_message_format = "%(code)d %(message)s\n"
    error_content_type = "text/plain; charset=utf-8"

    def send_error(self, code, message=None, explain=None) -> None:
        """Refuse what is no request in as few words as everything else."""
        return super().send_error(code, HTTPStatus(code).phrase)

    def version_string(self) -> str:
        """Name neither the version of Python nor that of its server."""
        return "reliability"

    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, text, *arguments) -> None:
        _logger.debug(text, *arguments)
