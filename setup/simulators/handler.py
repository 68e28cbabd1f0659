"""The handler of an HTTP request to the simulator itself or to a simulated system."""

import contextlib
import select
from http.server import BaseHTTPRequestHandler

from .messages import Request

_MAX_WAIT = 120.0
"""Seconds after which the connection of a client without a timeout is closed."""


class Handler(BaseHTTPRequestHandler):
    """Handles one request to the simulator of its server."""

    # Head and body are sent together, so that a cut answer never seems complete.
    wbufsize = -1

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request.parse(self.command, self.path, self.headers, body)
        simulator = self.server.simulator
        if request.system == "simulator":
            self._send(simulator.direct(request))
        else:
            self._behave(*simulator.handle(request))

    do_POST = do_GET

    def _behave(self, behaviour, answer):
        if behaviour.fault.startswith("timeout"):
            self._is_disconnected(within=_MAX_WAIT)
        elif behaviour.fault == "cut":
            self._cut(answer)
        elif behaviour.fault != "slow" or not self._is_disconnected(
            within=behaviour.seconds
        ):
            self._send(answer)

    def _is_disconnected(self, within):
        """Wait until the client closes its connection; return whether it did.

        :param within: seconds to wait at most
        """
        # The request was read completely, so the connection is readable at its end.
        return bool(select.select([self.connection], [], [], within)[0])

    def _cut(self, answer):
        """Send half of the answer; nothing if it has no body."""
        if answer.body:
            self._send(answer, size=len(answer.body) // 2)

    def _send(self, answer, size=None):
        """Send an answer, or so many bytes of its body."""
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:size])

    def handle(self):
        with contextlib.suppress(ConnectionError):  # the client has disconnected
            super().handle()

    def finish(self):
        with contextlib.suppress(ConnectionError):  # disconnected during the answer
            super().finish()

    def log_message(self, *_arguments):
        """Print nothing."""
