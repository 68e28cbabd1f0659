"""The messages of a failover drill, version 1: JSON objects; plain Python.

While it runs, each message is a request with a number.  In the end, one is its report.
docs/recovery.md documents their keys.  Unknown ones are ignored.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    InvalidReport,
    check_unmasked,
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
    """A time in which no request was answered.

    :ivar begin: in UTC
    :ivar seconds: ``None`` if it has not ended
    """

    begin: datetime
    seconds: float | None


class Report(NamedTuple):
    """What requests saw of a failover.

    :ivar name: identifies it
    :ivar begin, end: in UTC
    :ivar requests: so many were sent
    :ivar slowest: seconds until an answer, at most
    :ivar lost: so many were answered, and their transactions are gone
    :ivar unchecked: of so many, that is unknown
    :ivar server_before, server_after: system identifier and timeline; empty if unknown
    """

    name: str
    host: str
    begin: datetime
    end: datetime
    requests: int
    interruptions: tuple[Interruption, ...]
    slowest: float
    lost: int
    unchecked: int
    server_before: str
    server_after: str


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
    report = Report(
        name=read_name(body, "name"),
        host=read_text(body, "host"),
        begin=read_moment(body, "begin", is_needed=True),
        end=read_moment(body, "end", is_needed=True),
        requests=read_number(body, "requests", is_needed=True),
        interruptions=tuple(map(_interruption, read_objects(body, "interruptions"))),
        slowest=read_seconds(body, "slowest"),
        lost=read_number(body, "lost", is_needed=True),
        unchecked=read_number(body, "unchecked", is_needed=True),
        server_before=read_text(body, "server_before"),
        server_after=read_text(body, "server_after"),
    )
    if report.end < report.begin:
        raise InvalidReport("end must not be earlier than begin.")
    return report


def check_names(report: Report, masked: Callable[[str], str]) -> None:
    """Check that masking does not change the name.

    :param masked: returns a name without secrets
    :raise InvalidReport: it does
    """
    check_unmasked([("name", report.name)], masked)


def _interruption(value):
    has_ended = value.get("seconds") is not None
    return Interruption(
        read_moment(value, "begin", is_needed=True),
        read_seconds(value, "seconds") if has_ended else None,
    )
