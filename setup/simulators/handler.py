"""One request over HTTP: to the simulator itself, or to a system it stands for."""

import contextlib
import select
from http.server import BaseHTTPRequestHandler

from .messages import Request

_IN_VAIN = 120.0
"""Seconds that a caller without a timeout of its own is left without an answer."""


class Handler(BaseHTTPRequestHandler):
    """One request to the simulator that the server has."""

    # Head and body leave together, so that no answer that is cut looks whole.
    wbufsize = -1

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request.of(self.command, self.path, self.headers, body)
        simulator = self.server.simulator
        if request.system == "simulator":
            self._send(simulator.direct(request))
        else:
            self._behave(*simulator.ask(request))

    do_POST = do_GET

    def _behave(self, behaviour, answer):
        if behaviour.fault.startswith("timeout"):
            self._has_gone(within=_IN_VAIN)
        elif behaviour.fault == "cut":
            self._cut(answer)
        elif behaviour.fault != "slow" or not self._has_gone(within=behaviour.seconds):
            self._send(answer)

    def _has_gone(self, within):
        """Wait for the caller to close its connection; return whether it did.

        :param within: seconds to wait at most
        """
        # Callers have sent all they have: what can be read is the end.
        return bool(select.select([self.connection], [], [], within)[0])

    def _cut(self, answer):
        """Send half of the answer; nothing of one that has no body to be halved."""
        if answer.body:
            self._send(answer, of_its_body=len(answer.body) // 2)

    def _send(self, answer, of_its_body=None):
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:of_its_body])

    def handle(self):
        with contextlib.suppress(ConnectionError):  # the caller has gone
            super().handle()

    def finish(self):
        with contextlib.suppress(ConnectionError):  # while its answer was on its way
            super().finish()

    def log_message(self, *_arguments):
        """Print nothing."""
