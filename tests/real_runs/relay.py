"""A relay between the probe and Odoo, which interrupts one of the requests."""

import contextlib
import select
import threading
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from waiting import wait_until

from setup import ports, postgres

BEFORE, DURING, AFTER = "before", "during", "after"
"""Odoo has the request: not yet, and is writing, and has answered."""
_TIMEOUT = 180
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_stat_activity AS backend USING (pid)
     WHERE backend.datname = '{}' AND backend.backend_xid IS NOT NULL
"""


class Interruption(NamedTuple):
    """What is done to which request.

    :ivar number: of the request, from 1
    :ivar moment: one of those above
    :ivar locks: how many the transaction has taken, at least, or it has ended
    :ivar act: a function that interrupts it
    """

    number: int
    moment: str
    locks: int
    act: object


class Relay(ThreadingHTTPServer):
    """Sends requests on to a server for the block; all of them have ended then.

    :ivar requests: their number
    """

    daemon_threads = False

    def __init__(self, server, interruption=None):
        super().__init__((ports.LOOPBACK, 0), _Handler)
        self.odoo, self.url = server, f"http://{ports.LOOPBACK}:{self.server_port}"
        self.requests, self._interruption = 0, interruption

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)

    def reached(self, number, moment, answer=None):
        """Interrupt a request, if that is to be done now.

        :param answer: the socket on which Odoo answers it
        """
        wanted = self._interruption
        if not wanted or (number, moment) != (wanted.number, wanted.moment):
            return
        if answer:
            wait_until(lambda: _can_read(answer) or self._locks() >= wanted.locks)
        wanted.act()

    def _locks(self):
        return int(postgres.psql(_LOCKS.format(self.odoo.database)))

    def handle_error(self, _request, _client):
        """Write nothing: who was killed reads and writes nothing any more."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        relay = self.server
        relay.requests += 1
        number = relay.requests
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        relay.reached(number, BEFORE)
        host, port = ports.LOOPBACK, relay.odoo.port
        with contextlib.closing(HTTPConnection(host, port, timeout=_TIMEOUT)) as odoo:
            odoo.request(self.command, self.path, body, dict(self.headers))
            relay.reached(number, DURING, odoo.sock)
            # Without a complete answer, the probe gets none.
            with contextlib.suppress(HTTPException):
                answer = odoo.getresponse()
                content = answer.read()
                relay.reached(number, AFTER)
                self._send(answer, content)

    do_POST = do_GET

    def _send(self, answer, content):
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        """Write nothing."""


def _can_read(sock):
    return bool(select.select([sock], [], [], 0)[0])
