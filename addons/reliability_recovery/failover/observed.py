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


class Interruption(NamedTuple):
    """A time in which no request was answered.

    :ivar begin: when the first one was sent that was not
    :ivar end: when the next one was answered; ``None`` if none was
    :ivar requests: so many were not
    """

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
            found.append(Interruption(failed[0].sent, request.ended, len(failed)))
            failed = []
    if failed:
        found.append(Interruption(failed[0].sent, None, len(failed)))
    return found


def is_over(requests: list[Request], answered: int) -> bool:
    """Return whether there was an interruption, and so many were answered since."""
    last = requests[-answered:]
    return (
        len(last) == answered
        and all(one.answer is not None for one in last)
        and any(one.answer is None for one in requests)
    )


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
