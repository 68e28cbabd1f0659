"""What requests see of a failover: how long nobody was answered, what was lost.

Plain Python.  Requests are made one after the other, each a transaction of its own that
was committed if it was answered.
"""

from collections.abc import Iterable

from odoo.addons.reliability_inbound import interruptions


class Request(interruptions.Request):
    """A request; its answer is what was processed.

    ``number`` identifies its transaction.
    """

    @property
    def server(self) -> str:
        """The server that has answered: system identifier and timeline.

        Empty without an answer, or where Odoo may not know it.
        """
        answer = self.answer or {}
        system, timeline = answer.get("system"), answer.get("timeline")
        return f"{system or ''}/{timeline or ''}" if system or timeline else ""


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
