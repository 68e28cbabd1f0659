"""An HTTP server that answers, hangs or breaks off, as the path of a request says."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from setup import ports


class Backend:
    """A server behind an ingress; ``with`` runs it for the block.

    ``/…/hangs`` is answered once it is released, ``/…/breaks`` ends without an answer,
    ``/…/fails`` is answered with 500, everything else with 200.

    :ivar paths: of the requests that it has seen
    """

    def __init__(self):
        self.port = ports.free_port()
        self.paths = []
        self._is_released = threading.Event()

    @property
    def address(self):
        """Its host and port."""
        return f"{ports.LOOPBACK}:{self.port}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def start(self):
        """Listen."""
        self.hold()
        self._server = _Server((ports.LOOPBACK, self.port), _Handler)
        self._server.backend = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self):
        """Refuse connections from now on."""
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def hold(self):
        """Let requests hang from now on."""
        self._is_released.clear()

    def release(self):
        """Answer requests that hang."""
        self._is_released.set()

    def hang(self):
        """Wait until requests are released."""
        self._is_released.wait()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """Print nothing: clients may leave."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        backend = self.server.backend
        path = self.path.partition("?")[0]
        if not path.startswith("/reliability/"):
            backend.paths.append(path)
        if path.endswith("/hangs"):
            backend.hang()
        if path.endswith("/breaks"):
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(500 if path.endswith("/fails") else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_arguments):
        pass
