"""The partners on a port of their own.

``POST /<partner>/in/<name>`` takes a document, ``GET /<partner>/out/<name>`` gives one
that was offered.  ``POST /simulator/behave`` {partner, fault, times, seconds}, ``POST
/simulator/offer`` {partner, name, content}, ``POST /simulator/forget`` and ``GET
/simulator/asked`` are for whoever directs them.
"""

import json
import socket
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from ..carriers.faults import DOES_IT, Plan

_SLOW, _LONGEST = 0.2, 3.0
"""Seconds, where none are given."""
REFUSALS = {
    "refuses": (422, "UNB: the recipient is unknown"),
    "refuses_politely": (422, "UNB: the recipient is unknown"),
    "breaks": (500, "Internal Server Error"),
    "unavailable": (503, "Service Unavailable"),
}
"""Fault → status and what is said."""


class Asked(NamedTuple):
    """What a partner was asked once, and whether he has done it."""

    partner: str
    name: str
    fault: str
    is_done: bool


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Simulator:
    """The partners; ``with`` lets them answer for the block.

    :param port: a free one if it is 0
    :ivar taken: (partner, name) → what was taken of them, however often
    :ivar asked: what partners were asked, the first first
    :ivar when_asked: called with each :class:`Asked` before it is answered
    """

    def __init__(self, port=0):
        self.plan = Plan()
        self.taken = defaultdict(list)
        self.asked = []
        self.when_asked = lambda asked: None
        self._offered = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def wait(self):
        """Wait until somebody interrupts it."""
        self._thread.join()

    def behave(self, partner, fault, times=1, seconds=None):
        """Plan how a partner behaves, see :mod:`setup.carriers.faults`."""
        self.plan.add(partner, "document", fault, times, seconds)

    def offer(self, partner, name, content):
        """Let a partner have a document ready, which is fetched."""
        self._offered[partner, name] = content

    def ask(self, partner, name, content=None):
        """Ask a partner to take a document, or to give one.

        :return: how he behaves, for how long, and what he answers
        """
        fault, seconds = self.plan.take(partner, "document")
        is_done = fault in DOES_IT
        with self._lock:
            if is_done and content is not None:
                self.taken[partner, name].append(content)
            self.asked.append(Asked(partner, name, fault, is_done))
        self.when_asked(self.asked[-1])
        if content is not None:
            return fault, seconds, "taken"
        return fault, seconds, self._offered.get((partner, name))

    def direct(self, action, values):
        """Do what whoever directs the partners wants."""
        if action == "asked":
            return [asked._asdict() for asked in self.asked]
        actions = {
            "behave": self.behave,
            "offer": self.offer,
            "forget": self.plan.forget,
        }
        actions[action](**values)
        return {}


def _handler_of(simulator):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            partner, _box, name = self._path()
            if partner == "simulator":
                values = json.loads(content or "{}")
                return self._answer(200, json.dumps(simulator.direct(name, values)))
            return self._behave(*simulator.ask(partner, name, content.decode()))

        def do_GET(self):
            partner, _box, name = self._path()
            if partner == "simulator":
                return self._answer(200, json.dumps(simulator.direct(name, {})))
            return self._behave(*simulator.ask(partner, name))

        def _path(self):
            partner, *box, name = self.path.strip("/").split("/")
            return partner, box, name

        def _behave(self, fault, seconds, content):
            if fault in REFUSALS:
                return self._answer(*REFUSALS[fault])
            if fault.startswith("timeout"):
                return time.sleep(seconds or _LONGEST)
            if fault == "cut":
                return self._hang_up()
            if fault == "slow":
                time.sleep(seconds or _SLOW)
            return self._answer(404 if content is None else 200, content or "")

        def _hang_up(self):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

        def _answer(self, status, content):
            body = content.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self):
            try:
                super().handle()
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *_arguments):
            """Say nothing."""

    return Handler
