"""``/metrics`` over HTTP, on a port of its own, for whoever shows the token.

It does not share a port with the ERP: when all of Odoo's workers are busy is when the
scrape matters.
"""

import hashlib
import hmac
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from .collector import Collector

_logger = logging.getLogger(__name__)

_MAX_CONNECTIONS = 32
_SECONDS_FOR_A_REQUEST = 10


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
        shown = hashlib.sha256(given.strip().encode()).digest()
        fits = hmac.compare_digest(shown, digest or b"")
        return fits and scheme.lower() == "bearer"

    def _current_digest(self) -> bytes | None:
        try:
            status = self._path.stat() if self._path else None
            version = status and (status.st_mtime_ns, status.st_ino)
            if version != self._read_at:
                text = self._path.read_text().strip() if status else ""
                self._digest = hashlib.sha256(text.encode()).digest() if text else None
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

    def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
        if not token.matches(environ.get("HTTP_AUTHORIZATION", "")):
            challenge = ("WWW-Authenticate", "Bearer")
            return _say(start_response, "401 Unauthorized", challenge)
        if environ["PATH_INFO"] != "/metrics":
            return _say(start_response, "404 Not Found")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _say(start_response, "405 Method Not Allowed", ("Allow", "GET"))
        if not collector.leads:
            return _say(start_response, "503 Service Unavailable")
        return metrics(environ, start_response)

    return app


def _say(start_response: Callable, status: str, *headers: tuple) -> list[bytes]:
    body = f"{status}\n".encode()
    plain = ("Content-Type", "text/plain; charset=utf-8")
    start_response(status, [plain, ("Content-Length", str(len(body))), *headers])
    return [body]


class Endpoint(ThreadingMixIn, WSGIServer):
    """The server, on a thread of its own until :meth:`stop`.

    :raise OSError: the port is taken
    """

    daemon_threads = True

    def __init__(self, interface: str, port: int, app: Callable):
        family = socket.AF_INET6 if ":" in interface else socket.AF_INET
        self.address_family = family
        self._places = threading.BoundedSemaphore(_MAX_CONNECTIONS)
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
        if self._places.acquire(blocking=False):
            return super().process_request(request, client_address)
        return self.shutdown_request(request)

    def process_request_thread(self, request, client_address) -> None:
        try:
            return super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request, client_address) -> None:
        _logger.debug("A scrape was interrupted", exc_info=True)


class _QuietHandler(WSGIRequestHandler):
    timeout = _SECONDS_FOR_A_REQUEST

    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, text, *arguments) -> None:
        _logger.debug(text, *arguments)
