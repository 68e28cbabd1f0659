"""The messages of a failover drill, version 1: JSON objects; plain Python.

While it runs, each message is a request with a number.  In the end, one is its report.
"""

from datetime import datetime
from typing import NamedTuple

from ..json_reading import (
    InvalidReport,
    check_version,
    read_moment,
    read_name,
    read_number,
    read_objects,
    read_seconds,
    read_text,
)

VERSION = 1


class Interruption(NamedTuple):
    """When no request was answered.

    :ivar seconds: ``None`` if it has not ended
    """

    begin: datetime
    seconds: float | None
    requests: int


class Report(NamedTuple):
    """What requests saw of a failover.

    :ivar name: identifies it
    :ivar begin, end: in UTC
    :ivar requests: so many were sent
    :ivar lost: so many were answered, and their transactions are gone
    :ivar server_before, server_after: system identifier and timeline
    """

    name: str
    host: str
    begin: datetime
    end: datetime
    requests: int
    interruptions: tuple[Interruption, ...]
    lost: int
    server_before: str
    server_after: str

    @property
    def longest(self) -> Interruption | None:
        """The longest interruption; one that has not ended is longer than all."""
        return max(self.interruptions, key=_length, default=None)


def is_report(body: object) -> bool:
    """Return whether a message is a report, not a request."""
    return isinstance(body, dict) and "interruptions" in body


def parse_request(body: object) -> int:
    """Return the number of a request.

    :raise InvalidReport: it breaks the contract
    """
    if not isinstance(body, dict):
        raise InvalidReport("A request must be an object.")
    check_version(body, VERSION)
    read_name(body, "name")
    return read_number(body, "number", is_needed=True)


def parse(body: dict) -> Report:
    """Return the report that a JSON object is.

    :raise InvalidReport: it breaks the contract
    """
    check_version(body, VERSION)
    return Report(
        name=read_name(body, "name"),
        host=read_text(body, "host"),
        begin=read_moment(body, "begin", is_needed=True),
        end=read_moment(body, "end", is_needed=True),
        requests=read_number(body, "requests", is_needed=True),
        interruptions=tuple(map(_interruption, read_objects(body, "interruptions"))),
        lost=len(read_objects(body, "lost")),
        server_before=read_text(body, "server_before"),
        server_after=read_text(body, "server_after"),
    )


def check_names(report: Report, masked) -> None:
    """Check that masking does not change the name.

    :raise InvalidReport: it does
    """
    if masked(report.name) != report.name:
        raise InvalidReport("name must not have what looks like a secret.")


def _interruption(value):
    has_ended = value.get("seconds") is not None
    return Interruption(
        read_moment(value, "begin", is_needed=True),
        read_seconds(value, "seconds") if has_ended else None,
        read_number(value, "requests", is_needed=True),
    )


def _length(one):
    return float("inf") if one.seconds is None else one.seconds
