"""What became of the requests of a short time, added up."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from .report import Report
from .request import End, Request

WINDOW = 60.0
"""Seconds for which errors count."""


@dataclass
class Tally:
    """Requests, added up.

    :ivar requests: number of all
    :ivar errors: number of those that the ingress got no answer for, by end
    :ivar routes: number of these, by route
    :ivar gone: number of those whose clients left after waiting for long
    :ivar waited: number of those that waited for a server for long
    :ivar longest: seconds that one waited in the queue
    """

    requests: float = 0
    errors: Counter[End] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    gone: float = 0
    waited: float = 0
    longest: float = 0.0

    def add(self, other: "Tally") -> None:
        """Add what another one has."""
        self.requests += other.requests
        self.errors += other.errors
        self.routes += other.routes
        self.gone += other.gone
        self.waited += other.waited
        self.longest = max(self.longest, other.longest)


def tally_requests(requests: Iterable[Request], patience: float) -> Tally:
    """Add up requests.

    :param patience: seconds of waiting that are long
    """
    found = Tally()
    for request in requests:
        found.requests += 1
        if request.is_error:
            found.errors[request.end] += 1
            found.routes[request.route] += 1
        if request.end == End.CLIENT_GONE and request.seconds >= patience:
            found.gone += 1
        if request.wait >= patience:
            found.waited += 1
        found.longest = max(found.longest, request.wait)
    return found


def tally_counters(before: Report, now: Report) -> Tally:
    """Return the difference of two readings; empty after a restart of the ingress."""
    requests = _difference(before.requests, now.requests)
    if requests is None or now.errors is None or before.errors is None:
        return Tally()
    errors = Counter(
        {
            end: _difference(before.errors.get(end, 0), count) or 0
            for end, count in now.errors.items()
        }
    )
    refused = errors[End.REFUSED]  # no counter of servers has them
    return Tally(requests + refused, +errors)


class Recent:
    """The tallies of the last minute, by the clock of this process."""

    def __init__(self) -> None:
        self._tallies: deque[tuple[float, Tally]] = deque()

    def add(self, tally: Tally, now: float) -> Tally:
        """Add a tally, and return the sum of the last minute.

        :param now: of the monotonic clock
        """
        self._tallies.append((now, tally))
        while self._tallies[0][0] < now - WINDOW:
            self._tallies.popleft()
        total = Tally()
        for _when, one in self._tallies:
            total.add(one)
        return total


def _difference(before: float | None, now: float | None) -> float | None:
    if before is None or now is None or now < before:
        return None
    return now - before
