"""``/metrics`` over HTTP, on a port of its own, for whoever shows the token.

It does not share a port with the ERP: when all of Odoo's workers are busy is when the
scrape matters.
"""

import contextlib
import hashlib
import hmac
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from .collector import Collector

_logger = logging.getLogger(__name__)

_MAX_CONNECTIONS = 32
SECONDS_FOR_A_REQUEST = 10.0


class Token:
    """The secret in a file; the file may be replaced at any time.

    Without a file, or with an empty one, nothing matches: the endpoint is closed.
    """

    def __init__(self, path: Path | None):
        self._path = path
        self._digest: bytes | None = None
        self._read_at: tuple[int, int] | None = None

    def matches(self, header: str) -> bool:
        """Say whether an ``Authorization`` header shows the token."""
        digest = self._current_digest()
        scheme, _space, given = header.partition(" ")
        # WSGI hands the bytes of a header over as latin-1.
        shown = hashlib.sha256(given.strip().encode("latin-1", "replace")).digest()
        fits = hmac.compare_digest(shown, digest or b"")
        return fits and scheme.lower() == "bearer"

    def _current_digest(self) -> bytes | None:
        try:
            status = self._path.stat() if self._path else None
            version = status and (status.st_mtime_ns, status.st_ino)
            if version != self._read_at:
                token = self._path.read_bytes().strip() if status else b""
                self._digest = hashlib.sha256(token).digest() if token else None
                self._read_at = version
        except OSError as error:
            if self._read_at is not None:
                _logger.warning("/metrics is closed: %s", error)
            self._digest = self._read_at = None
        return self._digest


def make_app(collector: Collector, token: Token) -> Callable:
    """Return the WSGI application: the token first, then ``/metrics``, else nothing."""
    registry = CollectorRegistry()
    registry.register(collector)
    metrics = make_wsgi_app(registry)
    rendering = threading.Lock()  # one at a time: a storm must not fill the memory

    def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
        if not token.matches(environ.get("HTTP_AUTHORIZATION", "")):
            challenge = ("WWW-Authenticate", "Bearer")
            return _say(start_response, "401 Unauthorized", challenge)
        if environ["PATH_INFO"] != "/metrics":
            return _say(start_response, "404 Not Found")
        if environ["REQUEST_METHOD"] != "GET":
            return _say(start_response, "405 Method Not Allowed", ("Allow", "GET"))
        if not collector.leads:
            return _say(start_response, "503 Service Unavailable")
        with rendering:
            return metrics(environ, start_response)

    return app


def _say(start_response: Callable, status: str, *headers: tuple) -> list[bytes]:
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
    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, text, *arguments) -> None:
        _logger.debug(text, *arguments)
