"""Requests that the ingress answered and Odoo never saw, by minute and route."""

from collections import Counter
from collections.abc import Iterable

from .request import UNSEEN, End, Request

_MINUTES, _MAX_KEYS, _MAX_ROWS = 60, 50, 20
_OTHER = "…"
"""The route of what is beyond :data:`_MAX_KEYS` in a minute."""
_COUNTED = UNSEEN | {End.BROKEN_OFF}


class Unseen:
    """Counts those requests, and those that a server accepted and did not answer.

    :ivar totals: status → number of those that Odoo never saw
    """

    def __init__(self) -> None:
        self.totals: Counter[int] = Counter()
        self._minutes: dict[int, Counter[tuple[str, int, End]]] = {}

    def add(self, requests: Iterable[Request]) -> None:
        """Count requests; only the last hour stays by minute."""
        for request in requests:
            if request.end in UNSEEN:
                self.totals[request.status] += 1
            if request.end in _COUNTED:
                self._count(request)
        for minute in sorted(self._minutes)[:-_MINUTES]:
            del self._minutes[minute]

    def rows(self) -> list[list]:
        """Return rows for a table, the newest minute first.

        :return: of each: the beginning of its minute in seconds since 1970, by the
            clock of the ingress; route, status, end, number
        """
        found = [
            [minute * 60, route, status, end.value, count]
            for minute in sorted(self._minutes, reverse=True)
            for (route, status, end), count in self._minutes[minute].most_common()
        ]
        return found[:_MAX_ROWS]

    def _count(self, request: Request) -> None:
        counts = self._minutes.setdefault(int(request.time // 60), Counter())
        key = request.route, request.status, request.end
        if key not in counts and len(counts) >= _MAX_KEYS:
            key = _OTHER, request.status, request.end
        counts[key] += 1
