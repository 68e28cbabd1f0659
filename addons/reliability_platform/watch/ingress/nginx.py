"""nginx: its page ``stub_status``, and the access log of ``deploy/nginx``."""

import re
from collections.abc import Mapping
from typing import Any

from .report import Report
from .request import End, Request, answered_by_ingress, route_of

_PAGE = re.compile(
    r"Active connections: (?P<connections>\d+)\s+"
    r"server accepts handled requests\s+\d+ \d+ (?P<requests>\d+)"
)
_ATTEMPTS = re.compile(", | : ")
"""What separates attempts, and groups of servers."""
_CLIENT_CLOSED = 499


def read_metrics(text: str) -> Report:
    """Return the report of nginx: it counts requests, and knows nothing of servers.

    :raise ValueError: the text is not of ``stub_status``
    """
    if not (found := _PAGE.match(text)):
        raise ValueError("this is not the page stub_status of nginx")
    return Report(
        requests=float(found["requests"]), connections=float(found["connections"])
    )


def read_line(line: Mapping[str, Any]) -> Request | None:
    """Return the request of a line of its log; ``None`` if no whole request came.

    :raise KeyError, TypeError, ValueError: the line has another format
    """
    if not line["method"]:
        return None
    status = int(line["status"])
    servers = _values(line["server"])
    connected = [_is_number(one) for one in _values(line["upstream_connect_seconds"])]
    answers = [_is_number(one) for one in _values(line["upstream_header_seconds"])]
    attempts = list(zip(servers, connected, strict=True))
    return Request(
        time=float(line["time"]),
        route=route_of(line["path"]),
        status=status,
        end=_end(status, attempts, bool(answers) and answers[-1]),
        server=next((one for one, is_so in reversed(attempts) if is_so), ""),
        refused_by=tuple(
            one for one, is_so in attempts if not is_so and _is_address(one)
        ),
        seconds=float(line["total_seconds"]),
    )


def _end(status: int, attempts: list, is_answered: bool) -> End:
    """Return how a request ended.

    :param attempts: each server, and whether it was connected
    """
    if is_answered:
        return End.ANSWERED
    if status == _CLIENT_CLOSED:
        return End.CLIENT_GONE
    if not attempts:
        return answered_by_ingress(status)
    if any(is_connected for _server, is_connected in attempts):
        return End.BROKEN_OFF
    return End.NOT_CONNECTED if _is_address(attempts[-1][0]) else End.NO_SERVER


def _values(text: str) -> list[str]:
    return _ATTEMPTS.split(text) if text else []


def _is_number(text: str) -> bool:
    return text not in ("", "-")


def _is_address(server: str) -> bool:
    """Whether it is a server: else it is a group in which none is left."""
    return ":" in server
