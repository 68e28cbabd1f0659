"""The state of servers, as requests find it: for an ingress without health checks."""

from collections.abc import Iterable, Mapping

from .report import State
from .request import Request

_FAILURES = 2
"""After so many attempts in a row, none of them connected, a server is down."""
_MAX_AGE = 600.0
"""Seconds after which a server that nothing is sent to is no longer known."""


class Attempts:
    """Follows which servers accept requests."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._last: dict[str, float] = {}

    def add(self, requests: Iterable[Request], now: float) -> None:
        """Learn from requests, in their order.

        :param now: of the monotonic clock
        """
        for request in requests:
            for server in request.refused_by:
                self._failures[server] = self._failures.get(server, 0) + 1
                self._last[server] = now
            if request.server:
                self._failures[request.server] = 0
                self._last[request.server] = now
        for server, last in list(self._last.items()):
            if last < now - _MAX_AGE:
                del self._last[server], self._failures[server]

    def servers(self) -> Mapping[tuple[str, str], State]:
        """Return the state of each server, as :class:`.report.Report` has it."""
        return {
            ("", server): State.DOWN if failures >= _FAILURES else State.UP
            for server, failures in self._failures.items()
        }
