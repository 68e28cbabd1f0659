"""What became of one request, as the access log of an ingress has it."""

import re
from enum import StrEnum
from typing import NamedTuple

_MASKED = "*"
_MAX_SEGMENT = 32
_HAS_DIGIT = re.compile(r"\d")


class End(StrEnum):
    """How a request ended."""

    ANSWERED = "answered"  # by a server: Odoo knows it
    LOCAL = "local"  # by the ingress, without an error, such as a redirect
    REFUSED = "refused"  # by the ingress, with an error, such as a limit of requests
    NO_SERVER = "no_server"  # by the ingress: it has no server to send it to
    NOT_CONNECTED = "not_connected"  # by the ingress: a server did not accept it
    QUEUED = "queued"  # by the ingress: no server was free in time
    BROKEN_OFF = "broken_off"  # a server accepted it, and did not answer
    CLIENT_GONE = "client_gone"  # nobody waits for the answer any more


UNSEEN = frozenset((End.REFUSED, End.NO_SERVER, End.NOT_CONNECTED, End.QUEUED))
"""Ends of requests that the ingress answered with an error and Odoo never saw."""
FAULTS = UNSEEN - {End.REFUSED} | {End.BROKEN_OFF}
"""Ends that are no fault of the client."""


class Request(NamedTuple):
    """A request that has ended.

    :ivar time: when, in seconds since 1970, by the clock of the ingress
    :ivar route: the first two segments of its path
    :ivar status: which the client was sent; 0 for none
    :ivar server: which accepted it; empty for none
    :ivar refused_by: servers that did not accept it
    :ivar wait: seconds in the queue of the ingress
    :ivar seconds: from its begin to its end
    """

    time: float
    route: str
    status: int
    end: End
    server: str = ""
    refused_by: tuple[str, ...] = ()
    wait: float = 0.0
    seconds: float = 0.0

    @property
    def is_error(self) -> bool:
        """Whether the ingress failed to get an answer for its client."""
        return self.end in FAULTS or (self.end == End.REFUSED and self.status >= 500)


def route_of(path: str) -> str:
    """Return the first two segments of a path, without what may be a token or an id."""
    first, second = (*path.partition("?")[0].split("/")[1:3], "", "")[:2]
    return "/" + "/".join(_masked(part) for part in (first, second) if part)


def answered_by_ingress(status: int) -> End:
    """Return the end of a request that no server was chosen for."""
    return End.REFUSED if status >= 400 else End.LOCAL


def _masked(segment):
    is_short = len(segment) <= _MAX_SEGMENT and segment.isprintable()
    return segment if is_short and not _HAS_DIGIT.search(segment) else _MASKED
