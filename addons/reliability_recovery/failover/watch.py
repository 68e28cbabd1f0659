"""Sends the requests of a failover drill, one after the other; plain Python."""

import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

from .. import sending
from .observed import Request, is_over

KIND = "failover"
"""Of the messages that are sent."""
SHORTEST = 0.2
"""Seconds between two requests: the inbound API takes 600 in a minute."""
_PAUSE = 0.15
"""Seconds between two requests that are sent again, for the same reason."""
_ENOUGH = 20
"""So many answers after a failover, and it is over."""
_TIMEOUT = 5  # seconds until a request counts as not answered
_TRIES = 5


class Odoo(NamedTuple):
    """Where messages are sent to.

    :ivar database: ``None`` where the server has only one
    :ivar key: of the API
    """

    url: str
    database: str | None
    key: str


class Watch:
    """The requests of one failover.

    :ivar name: identifies it
    :ivar requests: those that were made, as :class:`Request`
    """

    def __init__(self, odoo: Odoo):
        self._odoo = odoo
        self.name = f"reliability-failover-{secrets.token_hex(4)}"
        self.requests = []

    def run(self, every: float, seconds: float, say: Callable[[str], None]) -> None:
        """Send requests until a failover is over, or until the time limit.

        :param every: seconds between two requests
        :param seconds: the time limit
        :param say: is called with what a person has to know now
        :raise NotSent: the first one is not answered
        """
        until = time.monotonic() + seconds
        self._request()
        say("Promote the standby now. Control-C ends the drill.")
        while not is_over(self.requests, _ENOUGH) and time.monotonic() < until:
            last = self.requests[-1]
            time.sleep(max(0.0, last.sent + every - time.monotonic()))
            try:
                self._request()
            except sending.NotSent as error:
                if last.answer:
                    say(f"Request {last.number + 1} is not answered: {error}")
            else:
                if not last.answer:
                    say(f"Request {last.number + 1} is answered.")

    def again(self) -> dict[int, dict]:
        """Send all requests once more that were answered; return number → answer.

        Odoo has stored the answers with what was processed, so it answers as it did the
        first time, unless that is gone.  Where it answers none any more, the others are
        not sent.
        """
        found = {}
        for one in self.requests:
            if one.answer and not (answer := self._patiently(one.number)):
                break
            if one.answer:
                found[one.number] = answer
        return found

    def _patiently(self, number):
        for _try in range(_TRIES):
            time.sleep(_PAUSE)
            try:
                return self._send(number)
            except sending.NotSent:
                continue
        return None

    def _request(self):
        """Make the next request.

        :raise NotSent: it is not answered
        """
        number, sent, answer = len(self.requests) + 1, time.monotonic(), None
        try:
            answer = self._send(number)
        finally:
            self.requests.append(Request(number, sent, time.monotonic(), answer))

    def _send(self, number):
        return sending.send(
            {"version": 1, "name": self.name, "number": number},
            *self._odoo,
            KIND,
            idempotency_key=f"{self.name}-{number}",
            timeout=_TIMEOUT,
        )
