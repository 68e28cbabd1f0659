"""Requests to Odoo during a roll-out, to see how many are refused; plain Python.

Each is like the request of a user: it has a connection of its own, passes the ingress,
and is answered by a worker; but it needs no login and changes nothing.
"""

import contextlib
import threading
import time

from odoo.addons.reliability_inbound import sending
from odoo.addons.reliability_inbound.interruptions import (
    Request,
    seconds_without_answer,
)

from .deployment_message import Requests

ROUTE = "/web/health"
EVERY = 0.2
"""Seconds from one request to the next."""
_TIMEOUT = 5  # seconds until a request counts as refused
STEADY = 10
"""So many answers one after the other, and no more requests are refused."""
PATIENCE = 300
"""Seconds after the roll-out, at most, until answers are steady."""
_OK, _SERVER_ERROR = 200, 500


class RequestCounter:
    """Sends requests one after the other, in a thread of its own.

    :param url: of Odoo, such as ``https://odoo.example.com``
    """

    def __init__(self, url: str):
        self.address = f"{url.rstrip('/')}{ROUTE}"
        self._requests: list[Request] = []
        self._ended: float | None = None
        self._thread = threading.Thread(target=self._send, daemon=True)

    def why_not(self) -> str:
        """Return why requests cannot be counted; empty if they can.

        An ingress may answer itself, and then its answers say nothing of Odoo.
        """
        status = sending.status_of(self.address, _TIMEOUT)
        if status == _OK or _is_refused(status):
            return ""
        return f"{self.address} answers {status}"

    def start(self) -> None:
        """Begin to send requests."""
        self._thread.start()

    def finish(self) -> Requests:
        """Send requests until answers are steady, and return what was counted."""
        self._ended = time.monotonic()
        with contextlib.suppress(KeyboardInterrupt):  # what was counted is known
            self._thread.join()
        refused = sum(one.answer is None for one in self._requests)
        seconds = round(seconds_without_answer(self._requests), 2)
        return Requests(len(self._requests), refused, seconds)

    def _send(self):
        while not self._is_over():
            sent = time.monotonic()
            status = sending.status_of(self.address, _TIMEOUT)
            answer = None if _is_refused(status) else status
            number = len(self._requests) + 1
            self._requests.append(Request(number, sent, time.monotonic(), answer))
            time.sleep(max(0.0, sent + EVERY - time.monotonic()))

    def _is_over(self):
        """Return whether the roll-out has ended, and the last requests were answered.

        Those before its end do not count: a program may end before servers restart.
        """
        if self._ended is None:
            return False
        since = [one for one in self._requests[-STEADY:] if one.sent >= self._ended]
        answered = sum(one.answer is not None for one in since)
        return answered == STEADY or time.monotonic() > self._ended + PATIENCE


def _is_refused(status):
    return status is None or status >= _SERVER_ERROR
