"""Requests over HTTP: to the control, or to a carrier that behaves as planned."""

import select
import socket
import time
from http.server import BaseHTTPRequestHandler

from . import control
from .faults import DOES_IT
from .protocol import Answer, Request

_SLOW = 1.0  # seconds
_IN_VAIN = 120.0  # seconds at most: whoever asks has less patience
_WHY_NOT = "Dirección desconocida"
_NOBODY = Answer(404, b"nobody is asked that here", "text/plain")
_GATEWAY = Answer(
    503, b"<html><body><h1>503 Service Unavailable</h1></body></html>", "text/html"
)


class Handler(BaseHTTPRequestHandler):
    """One request to the simulator that the server has."""

    # Head and body leave together, so that no answer looks whole and is not.
    wbufsize = -1

    def do_GET(self):
        self._serve()

    do_POST = do_GET

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name, request = Request.of(self.command, self.path, self.headers, body)
        simulator = self.server.simulator
        carrier = simulator.carriers.get(name)
        if name == control.NAME:
            self._send(control.answer(simulator, request))
        elif carrier and (operation := carrier.operation(request)):
            self._behave(carrier, operation, request)
        else:
            self._send(_NOBODY)

    def _behave(self, carrier, operation, request):
        """Do what is asked for or not, say that it was asked, and answer or not."""
        simulator = self.server.simulator
        (fault, seconds), asked = simulator.behaviour(carrier, operation, request)
        if fault in DOES_IT:
            answer = carrier.answer(operation, request)
        else:
            answer = _refusal(carrier, operation, fault)
        simulator.when_asked(asked)
        if fault.startswith("timeout"):
            self._wait_in_vain(_IN_VAIN if seconds is None else seconds)
        elif fault == "cut":
            self._cut(answer)
        else:
            if fault == "slow":
                time.sleep(_SLOW if seconds is None else seconds)
            self._send(answer)

    def _wait_in_vain(self, seconds):
        """Return when whoever asks has gone."""
        select.select([self.connection], [], [], seconds)

    def _cut(self, answer):
        """Send half of the answer; nothing of one that has no body to be halved."""
        if answer.body:
            self._send(answer, of_its_body=len(answer.body) // 2)
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, answer, of_its_body=None):
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:of_its_body])

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # whoever asked has gone, as it should

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass  # the same, while the answer was on its way

    def log_message(self, *_arguments):
        pass


def _refusal(carrier, operation, fault):
    """Return what is answered by a carrier that does nothing; for timeouts, nothing."""
    if fault == "refuses":
        return carrier.refusal(operation, _WHY_NOT, 400)
    if fault == "refuses_politely":
        return carrier.polite_refusal(operation, _WHY_NOT)
    if fault == "breaks":
        return carrier.refusal(operation, "Error interno", 500)
    return _GATEWAY if fault == "unavailable" else None
