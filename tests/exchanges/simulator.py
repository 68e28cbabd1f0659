"""A counterpart that does what it is told to, and remembers what it really did.

``POST /label`` makes a parcel.  Headers say what it is for (``X-Order``), how to behave
(``X-Fault``) and for how many seconds the client waits (``X-Patience``).  A connection
is cut, or kept waiting, for real.
"""

import json
import socket
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULTS = ("ok", "4xx", "5xx", "slow", "timeout_before", "timeout_after", "cut", "tls")
"""How it can behave; ``tls`` is asked over TLS, which it does not speak."""
DOES_IT = {"ok", "slow", "timeout_after", "cut"}
_SLOW = 0.2
_LONGER = 0.5  # seconds than whoever asks has patience


class Simulator:
    """The counterpart, on a port of its own.

    :ivar made: order → the parcels that exist here for it
    :ivar when_asked: order → what to call, with the headers of the request, as soon as
        it has arrived and what was asked for is done
    """

    def __init__(self):
        self.made = defaultdict(list)
        self.when_asked = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def make(self, order):
        """Make a parcel for an order, and return its number."""
        with self._lock:
            self.made[order].append(f"{order}-{len(self.made[order]) + 1}")
            return self.made[order][-1]


def _handler_of(simulator):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            order, fault = self.headers["X-Order"], self.headers["X-Fault"]
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._too_long = float(self.headers["X-Patience"]) + _LONGER
            parcel = simulator.make(order) if fault in DOES_IT else ""
            if happens := simulator.when_asked.get(order):
                happens(self.headers)
            getattr(self, f"_{fault}", self._ok)(parcel)

        def _ok(self, parcel):
            self._answer(200, {"tracking": parcel})

        def _4xx(self, _parcel):
            self._answer(422, {"error": "the address is unknown"})

        def _5xx(self, _parcel):
            self._answer(500, {"error": "something broke"})

        def _slow(self, parcel):
            time.sleep(_SLOW)
            self._ok(parcel)

        def _timeout_before(self, _parcel):
            time.sleep(self._too_long)

        def _timeout_after(self, _parcel):
            time.sleep(self._too_long)

        def _cut(self, _parcel):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

        def _answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self):
            try:
                super().handle()
            except OSError:
                pass  # the client has gone, as it should

        def log_message(self, *_arguments):
            pass

    return Handler
