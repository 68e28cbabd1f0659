"""The endpoint: an HTTP server for ``/metrics``, on a port of its own.

It does not share a port with the ERP, since a scrape matters most while all of Odoo's
workers are busy.
"""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

_logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 32
REQUEST_TIMEOUT = 10.0
"""Seconds from the first byte of a request to the last one of its response."""
_NAME = "reliability"
"""What responses say about the server: neither Python nor its version."""


class Endpoint(ThreadingMixIn, WSGIServer):
    """The HTTP server, on a thread of its own until :meth:`stop`.

    If there are too many connections, the oldest without a complete request is closed:
    a request with a token is served, however many clients send theirs slowly.  One
    without a token is refused at once, so it takes no room.

    :raise OSError: the port is in use
    """

    daemon_threads = True
    request_queue_size = 128  # enough to accept, or close, each connection of a storm

    def __init__(self, interface: str, port: int, app: Callable):
        family = socket.AF_INET6 if ":" in interface else socket.AF_INET
        self.address_family = family
        self._deadlines: dict[socket.socket, float] = {}
        self._incomplete: dict[socket.socket, bool] = {}  # the oldest first
        super().__init__((interface, port), _QuietHandler)
        self.set_app(app)
        threading.Thread(
            target=self.serve_forever, name="reliability.endpoint", daemon=True
        ).start()

    def stop(self) -> None:
        """Free the port."""
        self.shutdown()
        self.server_close()

    def set_app(self, app: Callable) -> None:
        """Serve an application, with our name in each response."""

        def named(environ, start_response):
            def start(status, headers):
                return start_response(status, [*headers, ("Server", _NAME)])

            return app(environ, start)

        return super().set_app(named)

    def server_bind(self) -> None:
        """Bind without a DNS query for the host's name, which WSGIServer would send."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]
        self.setup_environ()

    def process_request(self, request, client_address) -> None:
        """Serve a connection, if there is room or room can be made for it."""
        if len(self._deadlines) >= MAX_CONNECTIONS and not self._close_oldest():
            return self.shutdown_request(request)
        self._incomplete[request] = True
        self._deadlines[request] = time.monotonic() + REQUEST_TIMEOUT
        return super().process_request(request, client_address)

    def complete(self, request) -> None:
        """Note that a connection has sent its whole request."""
        self._incomplete.pop(request, None)

    def shutdown_request(self, request) -> None:
        """Close a connection, successful or not, and make room for another one."""
        self._incomplete.pop(request, None)
        self._deadlines.pop(request, None)
        return super().shutdown_request(request)

    def service_actions(self) -> None:
        """Close the connections of slow and silent clients after the timeout."""
        now = time.monotonic()
        for request, deadline in list(self._deadlines.items()):
            if now > deadline:
                _disconnect(request)

    def handle_error(self, request, client_address) -> None:
        _logger.debug("A scrape was interrupted", exc_info=True)

    def _close_oldest(self) -> bool:
        """Close the oldest connection without a complete request, if there is one."""
        for request in list(self._incomplete):
            if self._incomplete.pop(request, False):  # else it is complete by now
                self._deadlines.pop(request, None)
                _disconnect(request)
                return True
        return False


def _disconnect(request: socket.socket) -> None:
    """End a connection; its thread closes it."""
    with contextlib.suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


class _QuietHandler(WSGIRequestHandler):
    # Status and Content-Length are sent together: if a kill cut the response off
    # between them, a client would take it for an empty page.
    wbufsize = -1

    error_message_format = "%(code)d %(message)s\n"
    error_content_type = "text/plain; charset=utf-8"

    def parse_request(self) -> bool:
        """Parse the request; return whether it is complete and valid."""
        is_valid = super().parse_request()
        if is_valid:
            self.server.complete(self.request)
        return is_valid

    def send_error(self, code, message=None, explain=None) -> None:
        """Send the status alone, without the text of the request."""
        return super().send_error(code, HTTPStatus(code).phrase)

    def version_string(self) -> str:
        return _NAME

    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, text, *arguments) -> None:
        _logger.debug(text, *arguments)
