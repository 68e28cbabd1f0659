"""Requests that are made one after the other, and when none was answered; plain Python.

Times are seconds of a clock.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Request(NamedTuple):
    """A request, and its answer.

    :ivar number: from 1 on; it identifies the request
    :ivar sent, ended: ``ended`` with or without an answer
    :ivar answer: ``None`` without one
    """

    number: int
    sent: float
    ended: float
    answer: Any


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


def seconds_without_answer(requests: Sequence[Request]) -> float:
    """Return how long nobody was answered, in total.

    An interruption that has not ended counts until the end of the last request.
    """
    return sum(
        (requests[-1].ended if one.end is None else one.end) - one.begin
        for one in interruptions(requests)
    )
