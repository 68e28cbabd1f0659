"""HTTP requests and answers of simulated systems."""

import json
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Request(NamedTuple):
    """A request to a system.

    :ivar system: the first part of the path, which names the system
    :ivar path: the rest of the path, without a slash at its beginning
    :ivar query: name → last value
    """

    method: str
    system: str
    path: str
    query: dict
    headers: Mapping
    body: bytes

    @classmethod
    def parse(cls, method, address, headers, body):
        """Return the request for an address, which is a path with a query."""
        parts = urlsplit(address)
        system, _, path = parts.path.lstrip("/").partition("/")
        values = parse_qs(parts.query, keep_blank_values=True)
        query = {name: found[-1] for name, found in values.items()}
        return cls(method, system, path, query, headers, body)

    @property
    def json(self):
        """The body parsed as JSON; an empty object if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Answer(NamedTuple):
    """An answer of a system."""

    status: int
    body: bytes
    kind: str = "application/json; charset=utf-8"


def as_json(content, status=200):
    """Return an answer in JSON; objects are serialized by their ``as_dict()``."""
    text = json.dumps(content, default=lambda one: one.as_dict())
    return Answer(status, text.encode())


NOT_FOUND = Answer(404, b"there is no such operation", "text/plain")
REFUSAL = Answer(422, b"the recipient is unknown", "text/plain")
GATEWAY = Answer(
    503, b"<html><body><h1>503 Service Unavailable</h1></body></html>", "text/html"
)
REFUSALS = {
    "refuses": REFUSAL,
    "refuses_politely": REFUSAL,
    "breaks": Answer(500, b"Internal Server Error", "text/plain"),
    "unavailable": GATEWAY,
}
"""Fault → answer of a system without its own format for errors."""
