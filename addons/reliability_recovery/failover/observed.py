"""What requests see of a failover: how long nobody was answered, what was lost.

Plain Python.  Requests are made one after the other, each a transaction of its own that
was committed if it was answered.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Request(NamedTuple):
    """A request, and its answer.

    :ivar number: from 1 on; it identifies its transaction
    :ivar sent, ended: seconds of a clock; ``ended`` with or without an answer
    :ivar answer: what was processed; ``None`` without an answer
    """

    number: int
    sent: float
    ended: float
    answer: dict | None

    @property
    def server(self) -> str:
        """The server that has answered: system identifier and timeline.

        Empty without an answer, or where Odoo may not know it.
        """
        answer = self.answer or {}
        system, timeline = answer.get("system"), answer.get("timeline")
        return f"{system or ''}/{timeline or ''}" if system or timeline else ""


class Interruption(NamedTuple):
    """A time in which no request was answered.

    :ivar first: the number of the first request that was not
    :ivar begin: when that was sent
    :ivar end: when the next one was answered; ``None`` if none was
    :ivar requests: so many were not
    """

    first: int
    begin: float
    end: float | None
    requests: int

    @property
    def seconds(self) -> float | None:
        """How long it was; ``None`` if it has not ended."""
        return None if self.end is None else self.end - self.begin


def interruptions(requests: Iterable[Request]) -> list[Interruption]:
    """Return when nobody was answered, in the order of time."""
    found, failed = [], []
    for request in requests:
        if request.answer is None:
            failed.append(request)
        elif failed:
            found.append(_interruption(failed, request.ended))
            failed = []
    return [*found, _interruption(failed, None)] if failed else found


def _interruption(failed, end):
    return Interruption(failed[0].number, failed[0].sent, end, len(failed))


def is_over(requests: list[Request], answered: int) -> bool:
    """Return whether a failover was seen, and so many requests were answered since.

    It is seen by a request without an answer, or by another server: where a pooler lets
    requests wait, all of them are answered.
    """
    before, last = requests[:-answered], requests[-answered:]
    server = last[-1].server if last else ""
    return all(one.answer and one.server == server for one in last) and any(
        one.answer is None or one.server != server for one in before
    )


def slowest(requests: Iterable[Request]) -> float:
    """Return how long an answer has taken at most, in seconds."""
    return max((one.ended - one.sent for one in requests if one.answer), default=0.0)


def lost(requests: Iterable[Request], again: dict[int, dict]) -> list[Request]:
    """Return the requests that were answered, and whose transactions are gone.

    :param again: number → the answer of the same request, sent again: that of the first
        time, unless what was processed then is not there any more
    """
    return [
        one
        for one in requests
        if one.answer is not None and again.get(one.number, one.answer) != one.answer
    ]


def unchecked(requests: Iterable[Request], again: dict[int, dict]) -> int:
    """Return how many requests were answered, and not when they were sent again.

    Whether their transactions are gone is unknown.

    :param again: as in :func:`lost`
    """
    return sum(one.answer is not None and one.number not in again for one in requests)
